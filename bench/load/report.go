package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// writeTable prints medians, and of the ratios the middle half, too.
func writeTable(w io.Writer, all rounds) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "job\tharbor/s\ttwin/s\tratio\tmiddle half\tharbor µs\ttwin µs\tratio\tmiddle half\t")
	for _, job := range jobs {
		harbor, twin := all[job]["harbor"], all[job]["twin"]
		rate := func(f figure) float64 { return f.rate }
		cost := func(f figure) float64 { return float64(f.cost) / float64(time.Microsecond) }
		rates, costs := ratios(harbor, twin, rate), ratios(twin, harbor, cost) // above 1 is good for harbor
		fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%.2f\t%.2f–%.2f\t%.0f\t%.0f\t%.2f\t%.2f–%.2f\t\n", job,
			middle(values(harbor, rate)), middle(values(twin, rate)), quantile(rates, 0.5), quantile(rates, 0.25), quantile(rates, 0.75),
			middle(values(harbor, cost)), middle(values(twin, cost)), quantile(costs, 0.5), quantile(costs, 0.25), quantile(costs, 0.75))
	}
	return table.Flush()
}

func values(figures []figure, of func(figure) float64) []float64 {
	out := make([]float64, len(figures))
	for i, f := range figures {
		out[i] = of(f)
	}
	return out
}

// ratios divides figures of the same round.
func ratios(over, under []figure, of func(figure) float64) []float64 {
	out := make([]float64, len(over))
	for i := range out {
		out[i] = of(over[i]) / of(under[i])
	}
	return out
}

func middle(values []float64) float64 { return quantile(values, 0.5) }

// quantile returns the value below which the part q of values lies, between two of them in proportion.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}
