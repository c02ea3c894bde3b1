package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/tenonapi/tenon/services/harbor/internal/tables"
)

// directions are what harbor migrate can do; without one it does the first.
var directions = []string{"up", "down", "status"}

// migrate changes the tables, or tells how far they are.
func migrate(ctx context.Context, cfg *config, stdout io.Writer) error {
	cfg.place.existing = cfg.direction == "status" || cfg.direction == "down"
	return cfg.place.with(ctx, func(db *database) (err error) {
		m := db.Migrations()
		switch cfg.direction {
		case "status":
			return cfg.place.explain(printStatus(ctx, m, stdout))
		case "down":
			var undone string
			if undone, err = m.Down(ctx); err == nil {
				_, err = fmt.Fprintf(stdout, "Undone: %s\n", undone)
			}
		default:
			err = m.Up(ctx)
		}
		if err == nil {
			err = printVersion(ctx, cfg, m, stdout)
		}
		return cfg.place.explain(err)
	})
}

func printVersion(ctx context.Context, cfg *config, m *tables.Set, stdout io.Writer) error {
	steps, err := m.Status(ctx)
	if err != nil {
		return err
	}
	var version int64
	for _, step := range steps {
		if !step.Applied.IsZero() {
			version = step.Version
		}
	}
	_, err = fmt.Fprintf(stdout, "The database %s has version %d.\n", &cfg.place, version)
	return err
}

func printStatus(ctx context.Context, m *tables.Set, stdout io.Writer) error {
	steps, err := m.Status(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, step := range steps {
		state := "pending"
		if !step.Applied.IsZero() {
			state = "applied " + step.Applied.Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\n", step.Name, state)
	}
	return w.Flush()
}
