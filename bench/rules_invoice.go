package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/bench/work"
)

const invoicesTarget = "/v1/invoices"

// goodInvoice is the rule that the invoice in body is answered with its total.
func goodInvoice(name, body string) rule {
	var in work.CreateInvoice
	err := json.Unmarshal([]byte(body), &in)
	return rule{
		name:    name,
		request: post(invoicesTarget, body),
		status:  http.StatusCreated,
		want:    mustJSON(work.Bill(&in), err),
	}
}

// invoiceRules are the rules of post-invoice, as edits of a valid invoice of
// three lines. Boundaries sit in pairs.
func invoiceRules() []rule {
	base := mustJSON(work.SampleInvoice(3), nil)
	text := func(char string, n int) string { return `"` + strings.Repeat(char, n) + `"` }
	edits := []struct {
		path  string // members and positions, separated by a slash
		value string // JSON text; "" removes the member
		bad   bool
	}{
		{"number", `"1"`, false},
		{"number", `""`, true},
		{"number", text("9", 32), false},
		{"number", text("9", 33), true},
		{"number", "", true},
		{"number", "null", true},
		{"number", "17", true},
		{"customer", "", true},
		{"customer", "[]", true},
		{"customer/address", "", true},
		{"customer/address/country", `"D"`, true},
		{"customer/address/country", `"AZ"`, false},
		{"customer/address/country", `"DEU"`, true},
		{"customer/address/country", `"de"`, true},
		{"customer/email", "1", true},
		{"issued_at", `"2024-02-29T23:59:59.25+05:30"`, false},
		{"issued_at", `"2023-02-29T00:00:00Z"`, true},
		{"issued_at", `"2024-02-29"`, true},
		{"issued_at", `1709164800`, true},
		{"issued_at", "", true},
		{"currency", `"eur"`, true},
		{"currency", "", true},
		{"notes", `""`, false},
		{"notes", text("é", 2000), false},
		{"notes", text("n", 2001), true},
		{"lines", "", true},
		{"lines", "null", true},
		{"lines", "[]", true},
		{"lines", "{}", true},
		{"lines", mustJSON(work.SampleInvoice(1).Lines, nil), false},
		{"lines", mustJSON(work.SampleInvoice(1000).Lines, nil), false},
		{"lines", mustJSON(work.SampleInvoice(1001).Lines, nil), true},
		{"lines/2/sku", `"A"`, false},
		{"lines/2/sku", `""`, true},
		{"lines/2/sku", text("Z", 32), false},
		{"lines/2/sku", text("Z", 33), true},
		{"lines/2/sku", `"A-0"`, false},
		{"lines/2/sku", `"a-0"`, true},
		{"lines/2/sku", `"A 0"`, true},
		{"lines/2/sku", "", true},
		{"lines/2/description", `"d"`, false},
		{"lines/2/description", `""`, true},
		{"lines/2/description", text("é", 200), false},
		{"lines/2/description", text("d", 201), true},
		{"lines/2/quantity", "1", false},
		{"lines/2/quantity", "0", true},
		{"lines/2/quantity", "10000", false},
		{"lines/2/quantity", "10001", true},
		{"lines/2/quantity", "1.5", true},
		{"lines/2/quantity", `"1"`, true},
		{"lines/2/quantity", "", true},
		{"lines/2/unit_cents", "0", false},
		{"lines/2/unit_cents", "-1", true},
		{"lines/2/unit_cents", "1000000000", false},
		{"lines/2/unit_cents", "1000000001", true},
		{"lines/2/tax_rate", "0", false},
		{"lines/2/tax_rate", "-0.01", true},
		{"lines/2/tax_rate", "1", false},
		{"lines/2/tax_rate", "1.01", true},
		{"lines/2/tax_rate", `"0.19"`, true},
		{"lines/0/discount", "null", false},
		{"lines/0/discount", "2.5e-1", false},
		{"lines/0/discount", `"0.25"`, true},
		{"lines/2/tags", "[]", false},
		{"lines/2/tags", `["a","b","c"]`, false},
		{"lines/2/tags", `"a"`, true},
		{"lines/2/tags", "[1]", true},
		{"lines/2", "7", true},
		{"metadata", "{}", false},
		{"metadata", `{"k":"v"}`, false},
		{"metadata", `{"k":1}`, true},
		{"metadata", "[]", true},
	}
	rules := []rule{{name: "trailing value", request: post(invoicesTarget, base+base)}}
	for _, e := range edits {
		body := edit(base, e.path, e.value)
		name := fmt.Sprintf("%s = %s", e.path, e.value)
		if len(name) > 60 {
			name = name[:60] + "…"
		}
		if e.bad {
			rules = append(rules, rule{name: name, request: post(invoicesTarget, body)})
		} else {
			rules = append(rules, goodInvoice(name, body))
		}
	}
	return rules
}

// edit returns the JSON document with the value at path replaced by value, which
// is JSON text, or with the member removed if value is "". It panics on a path
// that is not there: the edits are part of this program.
func edit(document, path, value string) string {
	root, err := decodeJSON(document)
	if err != nil {
		panic(fmt.Sprintf("bench: edit: %v", err))
	}
	at := root
	steps := strings.Split(path, "/")
	for _, step := range steps[:len(steps)-1] {
		at = child(at, step)
	}
	last := steps[len(steps)-1]
	if child(at, last) == nil {
		panic(fmt.Sprintf("bench: edit: nothing at %s", path))
	}
	switch at := at.(type) {
	case map[string]any:
		if value == "" {
			delete(at, last)
		} else {
			at[last] = json.RawMessage(value)
		}
	case []any:
		at[mustIndex(last)] = json.RawMessage(value)
	}
	return mustJSON(root, nil)
}

func child(parent any, step string) any {
	switch parent := parent.(type) {
	case map[string]any:
		return parent[step]
	case []any:
		return parent[mustIndex(step)]
	}
	return nil
}

func mustIndex(step string) int {
	i, err := strconv.Atoi(step)
	if err != nil {
		panic(fmt.Sprintf("bench: edit: %v", err))
	}
	return i
}
