// Command limits is the program of the guide "Limits and overload".
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
)

// A Report takes the database a while.
type Report struct {
	Year  int `json:"year"`
	Sales int `json:"sales"`
}

type readReport struct {
	Year int `path:"year" check:"ge=2000,le=2100"`
}

// read stands for a query: it takes a while, and ends with its context.
func read(ctx context.Context, in *readReport) (Report, error) {
	select {
	case <-time.After(10 * time.Millisecond):
		return Report{Year: in.Year, Sales: 17}, nil
	case <-ctx.Done():
		return Report{}, ctx.Err()
	}
}

type addNote struct {
	Body struct {
		Text string `json:"text" check:"maxLength=8000"`
	}
}

func add(context.Context, *addNote) (tenon.NoContent, error) { return tenon.NoContent{}, nil }

func routes(r *tenon.Router) {
	r.Use(tenon.Limits{Timeout: 5 * time.Second, Concurrent: 200})
	tenon.Get(r, "/reports/{year}", read, tenon.Limits{Timeout: 30 * time.Second, Concurrent: 4})
	tenon.Post(r, "/notes", add, tenon.Limits{BodyBytes: 16 << 10})
}

// guarded has the same around any handler of net/http.
func guarded(h http.Handler) (http.Handler, error) {
	shed, err1 := middleware.Concurrency(middleware.ConcurrencyConfig{Running: 64, Queue: 128, Wait: 500 * time.Millisecond})
	compress, err2 := middleware.Compression(middleware.CompressionConfig{})
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	around := []func(http.Handler) http.Handler{
		middleware.RequestID, middleware.Recover(nil), compress, shed,
		middleware.Timeout(5 * time.Second), middleware.BodyLimit(64 << 10),
	}
	for _, wrap := range slices.Backward(around) {
		h = wrap(h)
	}
	return h, nil
}

func run() error {
	app, err := tenon.New(tenon.Config{Title: "Limits", Version: "1"}, routes)
	if err != nil {
		return err
	}
	for _, text := range app.Explain() {
		fmt.Fprintln(os.Stdout, text)
	}
	return tenon.Serve(context.Background(), app, tenon.ServerConfig{})
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
