package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

// writeTable prints the figures, one line for each contender on each job.
func writeTable(w io.Writer, cfg config, all figures) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "job\tcontender\tns/op\tB/op\tallocs/op\tx %s\tx %s\tspread\t\n", encodingJSON, sonicJSON)
	for _, j := range cfg.jobs {
		for _, c := range cfg.contenders {
			f, ok := all[j.name][c.name]
			if !ok {
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%.0f\t%d\t%d\t%s\t%s\t%.0f%%\t\n", j.name, c.name,
				f.NsPerOp, f.BytesPerOp, f.AllocsPerOp,
				ratio(f, all[j.name], encodingJSON), ratio(f, all[j.name], sonicJSON), 100*f.spread)
		}
	}
	table.Flush()
}

// ratio returns the time of f relative to a contender's, or "-" if that one was
// not measured.
func ratio(f figure, job map[string]figure, contender string) string {
	base, ok := job[contender]
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.2f", f.NsPerOp/base.NsPerOp)
}

// writeJSON writes the figures to a file: {job: {contender: figure}}.
func writeJSON(name string, all figures) error {
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	if err := os.WriteFile(name, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}
