package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"reflect"
	"strings"
)

// check returns one error for every rule of j that breaks at an entrance.
func (j job) check(e entrance) []error {
	var errs []error
	for _, r := range j.all() {
		if err := r.check(e); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.name, err))
		}
	}
	return errs
}

// all returns the timed request and the rules.
func (j job) all() []rule {
	if j.rules == nil {
		return []rule{j.timed}
	}
	return append([]rule{j.timed}, j.rules()...)
}

func (r rule) check(e entrance) error {
	got := e.ask(r.request)
	for _, name := range r.names {
		if !strings.Contains(got.body, name) {
			return fmt.Errorf("answer %s, want one with %q", clip(got.body), name)
		}
	}
	if r.status == 0 {
		if got.status < 400 || got.status > 499 {
			return fmt.Errorf("status %d, want 400 to 499; answer %s", got.status, clip(got.body))
		}
		return nil
	}
	if got.status != r.status {
		return fmt.Errorf("status %d, want %d; answer %s", got.status, r.status, clip(got.body))
	}
	media := got.header.Get("Content-Type")
	if m, _, err := mime.ParseMediaType(media); err != nil || m != "application/json" {
		return fmt.Errorf("Content-Type %q, want application/json", media)
	}
	if location := got.header.Get("Location"); r.location != "" && location != r.location {
		return fmt.Errorf("header Location %q, want %q", location, r.location)
	}
	value, err := decodeJSON(got.body)
	if err != nil {
		return fmt.Errorf("answer %s: %w", clip(got.body), err)
	}
	want, err := decodeJSON(r.want)
	if err != nil {
		return fmt.Errorf("rule wants %s: %w", clip(r.want), err)
	}
	if !reflect.DeepEqual(value, want) {
		return fmt.Errorf("answer %s, want %s", clip(got.body), clip(r.want))
	}
	return nil
}

// decodeJSON reads one JSON value and keeps its numbers as they are written.
func decodeJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("read JSON: data after the value")
	}
	return v, nil
}

// clip shortens text for an error message.
func clip(text string) string {
	const most = 300
	if len(text) > most {
		text = text[:most] + "…"
	}
	return fmt.Sprintf("%q", text)
}
