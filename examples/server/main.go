// Command server is the program of the guide "Server and limits".
package main

import (
	"context"
	"flag"
	"log"
	"sync"
	"time"

	"github.com/tenonapi/tenon"
)

// Rates are a cache that is filled before the first request and kept fresh beside the requests.
type Rates struct {
	mu      sync.Mutex
	euro    float64
	changed chan struct{} // closed when euro changes
	closed  bool
}

// load stands for a request to whoever knows the rate.
func (r *Rates) load(context.Context) error {
	r.set(1.17)
	return nil
}

func (r *Rates) set(euro float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.euro = euro
	if r.changed != nil {
		close(r.changed)
	}
	r.changed = make(chan struct{})
}

// get returns the rate and a channel that is closed when it is no longer true.
func (r *Rates) get() (float64, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.euro, r.changed
}

// refresh works until ctx is done.
func (r *Rates) refresh(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := r.load(ctx); err != nil {
				log.Print("keep the old rate: ", err)
			}
		}
	}
}

// close stands for closing a connection.
func (r *Rates) close(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return nil
}

// A Rate is what a euro costs.
type Rate struct {
	Euro float64 `json:"euro"`
}

func (r *Rates) routes(router *tenon.Router) {
	tenon.Get(router, "/rate", func(context.Context, *struct{}) (Rate, error) {
		euro, _ := r.get()
		return Rate{euro}, nil
	})
	tenon.Get(router, "/rate/next", r.next)
}

// next answers when the rate changes, after half a minute, or when the server drains.
func (r *Rates) next(ctx context.Context, _ *struct{}) (Rate, error) {
	_, changed := r.get()
	select {
	case <-changed:
	case <-time.After(30 * time.Second):
	case <-tenon.Draining(ctx):
	case <-ctx.Done():
		return Rate{}, ctx.Err()
	}
	euro, _ := r.get()
	return Rate{euro}, nil
}

func config(r *Rates) tenon.ServerConfig {
	return tenon.ServerConfig{
		Addr:         "127.0.0.1:8080",
		ReadTimeout:  10 * time.Second, // nobody sends much
		WriteTimeout: 40 * time.Second, // /rate/next waits for 30
		DrainDelay:   5 * time.Second,

		Hooks: []tenon.Hook{{Name: "rates", Start: r.load, Run: r.refresh, Stop: r.close}},
	}
}

func main() {
	r := new(Rates)
	cfg := config(r)
	flag.StringVar(&cfg.CertFile, "cert", "", "certificate `file`, PEM: serve HTTPS and HTTP/2")
	flag.StringVar(&cfg.KeyFile, "key", "", "key `file` of the certificate, PEM")
	flag.BoolVar(&cfg.H2C, "h2c", false, "take HTTP/2 without TLS too, from a proxy")
	flag.Parse()
	app, err := tenon.New(tenon.Config{Title: "Rates", Version: "1.0.0"}, r.routes)
	if err != nil {
		log.Fatal(err)
	}
	if err := tenon.Serve(context.Background(), app, cfg); err != nil {
		log.Fatal(err) // exit status 1
	}
}
