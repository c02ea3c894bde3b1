package background_test

import (
	"context"
	"fmt"
	"log"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/background"
)

func Example() {
	runner, err := background.New(background.Config{})
	if err != nil {
		log.Fatal(err)
	}
	type read struct {
		Tasks *background.Tasks
		ID    string `path:"id"`
	}
	app, err := tenon.New(tenon.Config{Title: "Articles", Version: "1"}, func(r *tenon.Router) {
		r.Use(runner.Providers())
		tenon.Get(r, "/articles/{id}", func(ctx context.Context, in *read) (string, error) {
			err := in.Tasks.Go(ctx, func(context.Context) error {
				fmt.Println("counted", in.ID)
				return nil
			})
			if err != nil {
				log.Print(err) // the count is not worth an error
			}
			return "text", nil
		})
	})
	if err != nil {
		log.Fatal(err)
	}
	cfg := tenon.ServerConfig{Addr: ":8080", Hooks: []tenon.Hook{runner.Hook()}}
	fmt.Println(app != nil, cfg.Hooks[0].Name)
	// Output: true background tasks
}

// Nobody sends this invitation when the process dies, and nobody tries again when the mail server is
// away: it is a job, see package jobs.
func Example_incorrect() {
	runner, err := background.New(background.Config{})
	if err != nil {
		log.Fatal(err)
	}
	invite := func(context.Context) error { fmt.Println("invited"); return nil }
	fmt.Println(runner.Go(context.Background(), invite))
	// Output: <nil>
}
