package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
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

// documentForms are what can be asked of the document.
var documentForms = []string{"3.0", "yaml"}

// printDocument prints the document. What version 3.0 cannot say of it goes to stderr.
func printDocument(cfg *config, stdout, stderr io.Writer) error {
	app, err := described(cfg)
	if err != nil {
		return err
	}
	doc := app.Document()
	if slices.Contains(cfg.forms, "3.0") {
		old, lost := doc.Downgrade()
		for _, text := range lost {
			fmt.Fprintln(stderr, "not in OpenAPI 3.0:", text)
		}
		doc = old
	}
	text, err := doc.JSON()
	if slices.Contains(cfg.forms, "yaml") {
		text, err = doc.YAML()
	}
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
