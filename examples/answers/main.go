// Command answers is the program of the guide "Answers and streams".
package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/etag"
	"github.com/tenonapi/tenon/file"
	"github.com/tenonapi/tenon/sse"
)

// An Order is what most of the operations are about.
type Order struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Cents   int    `json:"cents"`
}

// Orders print themselves for spreadsheets, too.
type Orders []Order

// AppendAs is called for media types other than JSON.
func (orders Orders) AppendAs(dst []byte, mediaType string) ([]byte, error) {
	for _, o := range orders {
		dst = fmt.Appendf(dst, "%s,%d\r\n", o.ID, o.Cents)
	}
	return dst, nil
}

var orders = Orders{{ID: "o-1", Version: 3, Cents: 1700}, {ID: "o-2", Version: 1, Cents: 250}}

type login struct {
	Session http.Cookie `cookie:"__Host-session" doc:"Who is logged in"`
	Theme   http.Cookie `cookie:"theme,script"`
	Body    string      `content:"text/html"`
}

func logIn(context.Context, *struct{}) (login, error) {
	return login{Session: http.Cookie{Value: "s-17", MaxAge: 3600}, Body: "<p>Welcome</p>"}, nil
}

type asked struct {
	Done    *Order   `status:"200"`
	Pending *Receipt `status:"202"`
}

// A Receipt says when to ask again.
type Receipt struct {
	RetryAfter int `json:"retry_after"`
}

type listed struct {
	Body Orders `content:"application/json,text/csv"`
}

type byID struct {
	ID string `path:"id"`
}

func ask(_ context.Context, in *byID) (asked, error) {
	if in.ID == orders[0].ID {
		return asked{Done: &orders[0]}, nil
	}
	return asked{Pending: &Receipt{RetryAfter: 5}}, nil
}

func export(ctx context.Context, _ *struct{}) (tenon.Lines[Order], error) {
	return func(yield func(Order, error) bool) {
		for _, o := range orders {
			if !yield(o, nil) {
				return
			}
		}
	}, nil
}

func follow(ctx context.Context, in *struct{ sse.Resume }) (sse.Stream[Order], error) {
	return func(yield func(sse.Event[Order], error) bool) {
		for _, o := range behind(in.LastEventID.Or("")) {
			if !yield(sse.Event[Order]{Type: "order", ID: o.ID, Data: o}, nil) {
				return
			}
		}
		select {
		case <-time.After(time.Second): // stands for news
		case <-ctx.Done(): // the client has left
		case <-tenon.Draining(ctx): // the server wants to end
		}
	}, nil
}

// behind returns the orders behind the one with an ID.
func behind(id string) Orders {
	for i, o := range orders {
		if o.ID == id {
			return orders[i+1:]
		}
	}
	return orders
}

//go:embed main.go
var files embed.FS

func source(context.Context, *struct{}) (file.Content, error) { return file.Open(files, "main.go") }

type found struct {
	ETag string `header:"ETag"`
	Body Order
}

func read(context.Context, *struct{}) (found, error) {
	return found{ETag: tag(orders[0]), Body: orders[0]}, nil
}

type change struct {
	etag.Must
	Body struct {
		Cents int `json:"cents" check:"ge=0"`
	}
}

func write(_ context.Context, in *change) (found, error) {
	changed := orders[0] // a real program reads and writes it in one transaction
	if err := in.Check(tag(changed)); err != nil {
		return found{}, err
	}
	changed.Version, changed.Cents = changed.Version+1, in.Body.Cents
	return found{ETag: tag(changed), Body: changed}, nil
}

func tag(o Order) string { return etag.Of(o.ID, fmt.Sprint(o.Version)) }

func routes(r *tenon.Router) {
	r.Use(tenon.MapError(fs.ErrNotExist, 404, "file_not_found", "File not found"))
	tenon.Post(r, "/login", logIn)
	tenon.Get(r, "/old", func(context.Context, *struct{}) (tenon.Redirect, error) {
		return tenon.Redirect{Location: "/orders"}, nil
	}, tenon.Status(308))
	tenon.Get(r, "/orders", func(context.Context, *struct{}) (listed, error) { return listed{orders}, nil })
	tenon.Get(r, "/orders/{id}", ask)
	tenon.Get(r, "/export", export)
	tenon.Get(r, "/events", follow)
	tenon.Get(r, "/source", source, tenon.Errors(fs.ErrNotExist))
	tenon.Get(r, "/first", read, etag.Reads())
	tenon.Put(r, "/first", write, tenon.Errors(etag.ErrFailed))
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "answers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	app, err := tenon.New(tenon.Config{Title: "Answers", Version: "1.0.0"}, routes)
	if err != nil {
		return err
	}
	log.Print("http://localhost:8080")
	return tenon.Serve(ctx, app, tenon.ServerConfig{})
}
