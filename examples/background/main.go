// Command background is the second program of the guide "Jobs": articles whose readers are counted
// after the answer, in memory.
package main

import (
	"context"
	"log"
	"sync"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/background"
)

// Articles has the handlers and what they need.
type Articles struct {
	mu      sync.Mutex
	readers map[string]int
}

func (a *Articles) count(_ context.Context, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.readers[id]++
	return nil
}

// Article is what is read.
type Article struct {
	Text string `json:"text"`
}

type readArticle struct {
	ID    string `path:"id" check:"maxLength=64"`
	Tasks *background.Tasks
}

func (a *Articles) read(ctx context.Context, in *readArticle) (Article, error) {
	err := in.Tasks.Go(ctx, func(ctx context.Context) error { return a.count(ctx, in.ID) })
	if err != nil {
		log.Print(err) // a reader who is not counted reads nevertheless
	}
	return Article{Text: "Tenons are cut to fit."}, nil
}

// Routes registers every operation.
func (a *Articles) Routes(r *tenon.Router) {
	tenon.Get(r, "/articles/{id}", a.read)
}

func run(ctx context.Context) error {
	tasks, err := background.New(background.Config{Workers: 4, Queue: 100})
	if err != nil {
		return err
	}
	articles := &Articles{readers: make(map[string]int)}
	app, err := tenon.New(tenon.Config{Title: "Articles", Version: "1.0.0"}, func(r *tenon.Router) {
		r.Use(tasks.Providers())
		articles.Routes(r)
	})
	if err != nil {
		return err
	}
	return tenon.Serve(ctx, app, tenon.ServerConfig{Addr: "127.0.0.1:8080", Hooks: []tenon.Hook{tasks.Hook()}})
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
