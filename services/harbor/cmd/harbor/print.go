package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"

	"github.com/tenonapi/tenon"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/api"
)

// described returns the service without a database, to read about it only.
func described() (*tenon.App, error) {
	a, err := api.New(api.Config{Store: noStore{}, CursorKey: make([]byte, 32)})
	if err != nil {
		return nil, err
	}
	return newApp(a, slog.New(slog.DiscardHandler))
}

func printDocument(stdout io.Writer) error {
	app, err := described()
	if err != nil {
		return err
	}
	text, err := app.Document().JSON()
	if err != nil {
		return err
	}
	_, err = stdout.Write(text)
	return err
}

func printRoutes(stdout io.Writer) error {
	app, err := described()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, op := range app.Operations() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", op.Method, op.Path, op.ID)
	}
	return w.Flush()
}

// noStore is a store that nobody asks: the document needs none.
type noStore struct{}

var errNoStore = errors.New("no database is open")

func (noStore) Replay(context.Context, harbor.Key) (*harbor.Answer, error) { return nil, errNoStore }
func (noStore) Create(context.Context, harbor.Order, harbor.Key, harbor.Answer) error {
	return errNoStore
}
func (noStore) Order(context.Context, harbor.OrderID) (harbor.Order, error) {
	return harbor.Order{}, errNoStore
}
func (noStore) List(context.Context, string, *harbor.Position, int) ([]harbor.Order, error) {
	return nil, errNoStore
}
func (noStore) Ping(context.Context) error { return errNoStore }
