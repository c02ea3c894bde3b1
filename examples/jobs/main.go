// Command jobs is the program of the guide "Jobs": a registry of devices that are provisioned after
// the request that registers them.
package main

import (
	"context"
	"log"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/jobs"
)

func newRegistry() (*Registry, error) {
	r := &Registry{vendor: online{}}
	var err error
	r.runner, err = jobs.NewMemory(jobs.Config{
		Workers:  []jobs.Worker{provisioning.Work(r.provision), sweeping.Work(r.sweep)},
		Queues:   map[string]int{"default": 10, "vendor": 2}, // the vendor takes two at a time
		Periodic: []jobs.Periodic{sweeping.Periodic(jobs.Every(day), Sweep{Days: 30})},
	})
	return r, err
}

func run(ctx context.Context) error {
	registry, err := newRegistry()
	if err != nil {
		return err
	}
	app, err := tenon.New(tenon.Config{Title: "Devices", Version: "1.0.0"}, registry.Routes)
	if err != nil {
		return err
	}
	return tenon.Serve(ctx, app, tenon.ServerConfig{
		Addr:  "127.0.0.1:8080",
		Hooks: []tenon.Hook{{Name: "jobs", Run: registry.runner.Run}},
	})
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
