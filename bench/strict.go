package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tenonapi/tenon/bench/work"
)

// A probe is a doubtful request. What a contender makes of it is reported; no
// answer keeps it from being timed.
type probe struct {
	name    string
	request request
}

func probes() []probe {
	order := func(body string) request { return post(ordersTarget, body) }
	invoice := func(path, value string) request {
		return post(invoicesTarget, edit(mustJSON(work.SampleInvoice(3), nil), path, value))
	}
	untyped := order(orderBody(`"c"`, "1", `"EUR"`))
	untyped.media = ""
	return []probe{
		{"duplicate member", order(`{"customer_id":"c","amount_cents":1,"amount_cents":2,"currency":"EUR"}`)},
		{"member name in wrong case", order(`{"Customer_ID":"c","amount_cents":1,"currency":"EUR"}`)},
		{"unknown member", order(`{"customer_id":"c","amount_cents":1,"currency":"EUR","admin":true}`)},
		{"invalid UTF-8", order(orderBody("\"\xff\"", "1", `"EUR"`))},
		{"lone surrogate", order(orderBody(`"\ud800"`, "1", `"EUR"`))},
		{"control character in a string", order(orderBody("\"\x01\"", "1", `"EUR"`))},
		{"1.0 for an integer", order(orderBody(`"c"`, "1.0", `"EUR"`))},
		{"1e3 for an integer", order(orderBody(`"c"`, "1e3", `"EUR"`))},
		{"no Content-Type", untyped},
		{"unit_cents missing (0 is valid)", invoice("lines/2/unit_cents", "")},
		{"unit_cents null (0 is valid)", invoice("lines/2/unit_cents", "null")},
		{"notes missing (empty is valid)", invoice("notes", "")},
		{"limit twice", get(listTarget + "?limit=1&limit=2")},
		{"limit empty", get(listTarget + "?limit=")},
		{"limit +5", get(listTarget + "?limit=%2B5")},
		{"broken percent-encoding", get(listTarget + "?limit=1&x=%zz")},
	}
}

// writeStrictness prints what each entry makes of each probe.
func writeStrictness(w io.Writer, entries []entry) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	head := []string{"strictness (reported only)"}
	for _, e := range entries {
		head = append(head, e.name)
	}
	fmt.Fprintln(table, strings.Join(head, "\t"))
	for _, p := range probes() {
		row := []string{p.name}
		for _, e := range entries {
			row = append(row, verdict(e.api.ask(p.request).status))
		}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	table.Flush()
}

func verdict(status int) string {
	switch {
	case status < 300:
		return "accepts"
	case status < 500:
		return fmt.Sprintf("refuses %d", status)
	}
	return fmt.Sprintf("fails %d", status)
}
