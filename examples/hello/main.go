// Command hello is the sample of the README.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/tenonapi/tenon"
)

type greet struct {
	Name  string `path:"name" check:"minLength=1,maxLength=40" doc:"Whom to greet"`
	Times int    `query:"times" check:"ge=1,le=3" default:"1"`
}

type greeting struct {
	Lines []string `json:"lines"`
}

func hello(_ context.Context, in *greet) (greeting, error) {
	var out greeting
	for range in.Times {
		out.Lines = append(out.Lines, fmt.Sprintf("Hello, %s!", in.Name))
	}
	return out, nil
}

func newApp() (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Greetings", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Get(r, "/hello/{name}", hello)
	})
}

func main() {
	app, err := newApp()
	if err != nil {
		log.Fatal(err) // every mistake in types, tags and routes, with file and line
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}
