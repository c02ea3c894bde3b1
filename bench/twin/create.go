package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

const (
	createOperation = "POST /v1/orders"
	keyTTL          = 24 * time.Hour
	keyHeader       = "Idempotency-Key"
	maxKey          = 255 // characters
)

// createOrder creates the order of a key, once: a repeated request gets the stored answer.
func (s *service) createOrder(w http.ResponseWriter, r *http.Request, merchant string) error {
	key, issues := idempotencyKey(r)
	in, more, err := readOrder(w, r)
	switch {
	case err != nil:
		return err
	case len(issues) > 0:
		return invalid(http.StatusBadRequest, append(issues, more...)...)
	case len(more) > 0:
		return invalid(http.StatusUnprocessableEntity, more...)
	}
	asked := record{Owner: merchant, Operation: createOperation, Key: key}
	if asked.Fingerprint, err = fingerprint(&in); err != nil {
		return err
	}
	if !s.keys.lock(asked.name()) {
		return errInFlight
	}
	defer s.keys.unlock(asked.name())
	done, err := s.replay(r.Context(), w, &asked)
	if done || err != nil {
		return err
	}
	o, err := newOrder(merchant, &in)
	if err != nil {
		return err
	}
	if err := asked.answer(&o); err != nil {
		return err
	}
	event, err := orderCreated(&o)
	if err != nil {
		return err
	}
	err = s.db.create(r.Context(), &o, &asked, &event)
	if errors.Is(err, errRecordExists) { // another process was faster
		if done, err := s.replay(r.Context(), w, &asked); done || err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Location", asked.Header.Get("Location"))
	return answer(w, asked.Status, "application/json", asked.Body)
}

// fingerprint tells payloads apart however they were written.
func fingerprint(in *orderCreate) (sum [32]byte, err error) {
	text, err := json.Marshal(in)
	if err != nil {
		return sum, fmt.Errorf("encode payload: %w", err)
	}
	return sha256.Sum256(text), nil
}

// answer makes r the record of the answer to it.
func (r *record) answer(o *order) (err error) {
	if r.Body, err = json.Marshal(o); err != nil {
		return fmt.Errorf("encode order: %w", err)
	}
	r.Status = http.StatusCreated
	r.Header = http.Header{"Content-Type": {"application/json"}, "Location": {"/v1/orders/" + o.ID.String()}}
	r.At = time.Now()
	r.Expires = r.At.Add(keyTTL)
	return nil
}

// replay answers with the record of what was asked, if there is one.
func (s *service) replay(ctx context.Context, w http.ResponseWriter, asked *record) (done bool, err error) {
	stored, err := s.db.findRecord(ctx, asked.Owner, asked.Operation, asked.Key)
	switch {
	case err != nil:
		return false, err
	case stored == nil || !time.Now().Before(stored.Expires):
		return false, nil
	case stored.Fingerprint != asked.Fingerprint:
		return false, errReused
	}
	h := w.Header()
	for name, values := range stored.Header {
		h[name] = values
	}
	h.Set("Idempotency-Replayed", "true")
	return true, answer(w, http.StatusOK, h.Get("Content-Type"), stored.Body)
}

// keyForm is the form of a key, bare or in quotes, which do not count.
var keyForm = regexp.MustCompile(`^(?:[!-~]{1,255}|"(?:[!#-\[\]-~]|\\["\\]){1,255}")$`)

// idempotencyKey returns the key of a request, or what is wrong with it. In quotes it is the same key.
func idempotencyKey(r *http.Request) (key string, issues []issue) {
	loc := []any{"header", keyHeader}
	values := r.Header.Values(keyHeader)
	switch {
	case len(values) == 0:
		return "", []issue{{Type: "missing", Loc: loc, Msg: "Field required"}}
	case len(values) > 1:
		return "", []issue{{Type: "multiple_values", Loc: loc, Msg: "Header should be sent once"}}
	case values[0] == "":
		return "", []issue{{Type: "string_too_short", Loc: loc, Msg: "String should have at least 1 character"}}
	case isBareKey(values[0]):
		return values[0], nil
	case !keyForm.MatchString(values[0]):
		return "", []issue{{Type: "string_pattern_mismatch", Loc: loc, Msg: "String should match pattern '" + keyForm.String() + "'"}}
	}
	key = values[0]
	if len(key) > 1 && key[0] == '"' && key[len(key)-1] == '"' {
		key = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(key[1 : len(key)-1])
	}
	return key, nil
}

// isBareKey reports whether key is what most clients send, which needs no pattern.
func isBareKey(key string) bool {
	return len(key) <= maxKey && key[0] != '"' && !strings.ContainsFunc(key, func(c rune) bool { return c < '!' || c > '~' })
}
