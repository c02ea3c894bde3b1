package main

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"
)

// orderCreate is the order that a client asks for.
type orderCreate struct {
	CustomerID  *string `json:"customer_id"`
	AmountCents *int64  `json:"amount_cents"`
	Currency    *string `json:"currency"`
}

const (
	maxCustomerID  = 64 // characters
	maxAmountCents = 10_000_000
)

func (in *orderCreate) valid() bool {
	return in.CustomerID != nil && in.AmountCents != nil && in.Currency != nil &&
		len(*in.CustomerID) > 0 && utf8.RuneCountInString(*in.CustomerID) <= maxCustomerID &&
		*in.AmountCents > 0 && *in.AmountCents <= maxAmountCents && isCurrency(*in.Currency)
}

func isCurrency(s string) bool {
	letter := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	return len(s) == 3 && letter(s[0]) && letter(s[1]) && letter(s[2])
}

// readOrder reads the body of r. An order that is as it should be costs one pass; only
// another one is looked at member by member, so that the answer has everything wrong with it.
func readOrder(w http.ResponseWriter, r *http.Request) (in orderCreate, issues []issue, err error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return in, nil, errMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return in, nil, errTooLarge
	}
	if err != nil {
		return in, nil, err
	}
	if json.Unmarshal(body, &in) == nil && in.valid() {
		return in, nil, nil
	}
	issues, err = explain(body)
	return in, issues, err
}

// explain returns everything that is wrong with the body of an order.
func explain(body []byte) ([]issue, error) {
	if len(body) == 0 {
		return []issue{{Type: "missing", Loc: []any{"body"}, Msg: "Field required"}}, nil
	}
	if !json.Valid(body) {
		return nil, errMalformed
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return []issue{{Type: "model_attributes_type", Loc: []any{"body"}, Msg: "Input should be a valid dictionary or object to extract fields from"}}, nil
	}
	var found []issue
	for _, member := range []struct {
		name  string
		check func(json.RawMessage) *issue
	}{{"customer_id", checkCustomerID}, {"amount_cents", checkAmount}, {"currency", checkCurrency}} {
		value, ok := members[member.name]
		problem := &issue{Type: "missing", Msg: "Field required"}
		if ok {
			if problem = member.check(value); problem == nil {
				continue
			}
			if value[0] != '{' && value[0] != '[' {
				problem.Input = value
			}
		}
		problem.Loc = []any{"body", member.name}
		found = append(found, *problem)
	}
	return found, nil
}

var errString = issue{Type: "string_type", Msg: "Input should be a valid string"}

func checkCustomerID(value json.RawMessage) *issue {
	text, ok := stringOf(value)
	switch n := utf8.RuneCountInString(text); {
	case !ok:
		wrong := errString
		return &wrong
	case n == 0:
		return &issue{Type: "string_too_short", Msg: "String should have at least 1 character", Ctx: map[string]any{"min_length": 1}}
	case n > maxCustomerID:
		return &issue{Type: "string_too_long", Msg: "String should have at most 64 characters", Ctx: map[string]any{"max_length": maxCustomerID}}
	}
	return nil
}

func checkCurrency(value json.RawMessage) *issue {
	text, ok := stringOf(value)
	switch {
	case !ok:
		wrong := errString
		return &wrong
	case !isCurrency(text):
		return &issue{Type: "string_pattern_mismatch", Msg: "String should match pattern '^[A-Z]{3}$'", Ctx: map[string]any{"pattern": "^[A-Z]{3}$"}}
	}
	return nil
}

func checkAmount(value json.RawMessage) *issue {
	var amount *int64
	err := json.Unmarshal(value, &amount)
	var number float64
	switch {
	case err != nil && json.Unmarshal(value, &number) == nil:
		return &issue{Type: "int_from_float", Msg: "Input should be a valid integer, got a number with a fractional part"}
	case err != nil || amount == nil:
		return &issue{Type: "int_type", Msg: "Input should be a valid integer"}
	case *amount <= 0:
		return &issue{Type: "greater_than", Msg: "Input should be greater than 0", Ctx: map[string]any{"gt": 0}}
	case *amount > maxAmountCents:
		return &issue{Type: "less_than_equal", Msg: "Input should be less than or equal to 10000000", Ctx: map[string]any{"le": maxAmountCents}}
	}
	return nil
}

// stringOf returns the string that value is.
func stringOf(value json.RawMessage) (string, bool) {
	var text *string
	if err := json.Unmarshal(value, &text); err != nil || text == nil {
		return "", false
	}
	return *text, true
}
