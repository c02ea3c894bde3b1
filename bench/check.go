package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
)

// check returns one error for every rule of j that handler breaks.
func (j job) check(handler http.Handler) []error {
	var errs []error
	for _, r := range append([]rule{j.timed}, j.rules()...) {
		if err := r.check(handler); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.name, err))
		}
	}
	return errs
}

func (r rule) check(handler http.Handler) error {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r.request.build())
	if r.status == 0 {
		if answer.Code < 400 || answer.Code > 499 {
			return fmt.Errorf("status %d, want 400 to 499; answer %s", answer.Code, clip(answer.Body.String()))
		}
		return nil
	}
	if answer.Code != r.status {
		return fmt.Errorf("status %d, want %d; answer %s", answer.Code, r.status, clip(answer.Body.String()))
	}
	media := answer.Header().Get("Content-Type")
	if m, _, err := mime.ParseMediaType(media); err != nil || m != "application/json" {
		return fmt.Errorf("Content-Type %q, want application/json", media)
	}
	if got := answer.Header().Get("Location"); r.location != "" && got != r.location {
		return fmt.Errorf("Location %q, want %q", got, r.location)
	}
	got, err := decodeJSON(answer.Body.String())
	if err != nil {
		return fmt.Errorf("answer %s: %w", clip(answer.Body.String()), err)
	}
	want, err := decodeJSON(r.want)
	if err != nil {
		return fmt.Errorf("rule wants %s: %w", clip(r.want), err)
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("answer %s, want %s", clip(answer.Body.String()), clip(r.want))
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
