package main

import (
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/ratelimit"

	"github.com/tenonapi/tenon/services/harbor/api"
)

// described returns the service without a database, to read about it only.
func described(cfg *config) (*tenon.App, error) {
	log, db := slog.New(slog.DiscardHandler), cfg.place.described()
	h, err := newHealth(db, log)
	if err != nil {
		return nil, err
	}
	return newApp(cfg, db, h, new(ratelimit.Memory), api.Config{CursorKey: make([]byte, 32)}, log)
}

func printDocument(cfg *config, stdout io.Writer) error {
	app, err := described(cfg)
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

func printRoutes(cfg *config, stdout io.Writer) error {
	app, err := described(cfg)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, op := range app.Operations() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", op.Method, op.Path, op.ID)
	}
	return w.Flush()
}
