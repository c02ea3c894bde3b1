package main

import (
	"unicode/utf8"

	"github.com/tenonapi/tenon/bench/work"
)

// violations are everything that is wrong with one input.
type violations []violation

type violation struct {
	Type string `json:"type"`
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
}

func (v *violations) add(kind, msg string, loc ...any) {
	*v = append(*v, violation{Type: kind, Loc: loc, Msg: msg})
}

func checkOrder(in *work.CreateOrder) violations {
	var found violations
	if !charsIn(in.CustomerID, 1, 64) {
		found.add("string_length", "String should have 1 to 64 characters", "body", "customer_id")
	}
	if in.AmountCents <= 0 {
		found.add("greater_than", "Input should be greater than 0", "body", "amount_cents")
	} else if in.AmountCents > 10_000_000 {
		found.add("less_than_equal", "Input should be less than or equal to 10000000", "body", "amount_cents")
	}
	if !upperLetters(in.Currency, 3) {
		found.add("string_pattern_mismatch", "String should match pattern '^[A-Z]{3}$'", "body", "currency")
	}
	return found
}

func checkInvoice(in *work.CreateInvoice) violations {
	var found violations
	if !charsIn(in.Number, 1, 32) {
		found.add("string_length", "String should have 1 to 32 characters", "body", "number")
	}
	if !upperLetters(in.Customer.Address.Country, 2) {
		found.add("string_pattern_mismatch", "String should match pattern '^[A-Z]{2}$'", "body", "customer", "address", "country")
	}
	if in.IssuedAt.IsZero() {
		found.add("missing", "Field required", "body", "issued_at")
	}
	if !upperLetters(in.Currency, 3) {
		found.add("string_pattern_mismatch", "String should match pattern '^[A-Z]{3}$'", "body", "currency")
	}
	if !charsIn(in.Notes, 0, 2000) {
		found.add("string_too_long", "String should have at most 2000 characters", "body", "notes")
	}
	if len(in.Lines) < 1 || len(in.Lines) > 1000 {
		found.add("list_length", "List should have 1 to 1000 items", "body", "lines")
	}
	for i := range in.Lines {
		checkLine(&in.Lines[i], i, &found)
	}
	return found
}

func checkLine(line *work.InvoiceLine, i int, found *violations) {
	if !charsIn(line.SKU, 1, 32) {
		found.add("string_length", "String should have 1 to 32 characters", "body", "lines", i, "sku")
	} else if !skuText(line.SKU) {
		found.add("string_pattern_mismatch", "String should match pattern '^[A-Z0-9-]+$'", "body", "lines", i, "sku")
	}
	if !charsIn(line.Description, 1, 200) {
		found.add("string_length", "String should have 1 to 200 characters", "body", "lines", i, "description")
	}
	if line.Quantity < 1 || line.Quantity > 10_000 {
		found.add("out_of_range", "Input should be from 1 to 10000", "body", "lines", i, "quantity")
	}
	if line.UnitCents < 0 || line.UnitCents > 1_000_000_000 {
		found.add("out_of_range", "Input should be from 0 to 1000000000", "body", "lines", i, "unit_cents")
	}
	if line.TaxRate < 0 || line.TaxRate > 1 {
		found.add("out_of_range", "Input should be from 0 to 1", "body", "lines", i, "tax_rate")
	}
}

// charsIn reports whether s has at least least and at most most characters.
func charsIn(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most
}

// upperLetters reports whether s is n letters A to Z.
func upperLetters(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// skuText reports whether s has only letters A to Z, digits and hyphens.
func skuText(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
