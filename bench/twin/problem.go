package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// A problem is an error that clients may see. Source: RFC 9457, section 3.
type problem struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Code      string  `json:"code"`
	RequestID string  `json:"request_id"`
	Errors    []issue `json:"errors,omitempty"`
}

// An issue is one thing wrong with an input.
type issue struct {
	Type  string          `json:"type"`
	Loc   []any           `json:"loc"`
	Msg   string          `json:"msg"`
	Input json.RawMessage `json:"input,omitempty"`
	Ctx   map[string]any  `json:"ctx,omitempty"`
}

func (p *problem) Error() string { return p.Code }

func newProblem(status int, code, title string) *problem {
	return &problem{Type: "urn:problem:" + code, Title: title, Status: status, Code: code}
}

var (
	errNotFound      = newProblem(http.StatusNotFound, "not_found", "Not Found")
	errMethod        = newProblem(http.StatusMethodNotAllowed, "method_not_allowed", "Method Not Allowed")
	errUnauthorized  = newProblem(http.StatusUnauthorized, "unauthorized", "Credentials are required")
	errInvalidToken  = newProblem(http.StatusUnauthorized, "invalid_token", "Credentials are not valid")
	errCrossOrigin   = newProblem(http.StatusForbidden, "cross_origin", "Request comes from a page of another origin")
	errOrderNotFound = newProblem(http.StatusNotFound, "order_not_found", "Order not found")
	errMediaType     = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "Media type of the request body is not supported")
	errTooLarge      = newProblem(http.StatusRequestEntityTooLarge, "body_too_large", "Request body is too large")
	errMalformed     = newProblem(http.StatusBadRequest, "malformed_body", "Request body is not well-formed JSON")
	errReused        = newProblem(http.StatusUnprocessableEntity, "idempotency_key_reused", "Idempotency key was used with another payload")
	errInFlight      = newProblem(http.StatusConflict, "idempotency_key_in_use", "Idempotency key is in use by a running request")
	errOverloaded    = newProblem(http.StatusServiceUnavailable, "overloaded", "Too many requests are running")
	errTimeout       = newProblem(http.StatusGatewayTimeout, "timeout", "Request took too long")
	errInternal      = newProblem(http.StatusInternalServerError, "internal", "Internal Server Error")
)

// invalid returns the problem of an input that breaks rules.
func invalid(status int, issues ...issue) error {
	p := newProblem(status, "validation_failed", "Request does not fit its description")
	p.Errors = issues
	return p
}

// fail answers an error. One that is not made for clients is logged and answered as 500.
func (s *service) fail(w http.ResponseWriter, r *http.Request, err error) {
	known, ok := errors.AsType[*problem](err)
	switch {
	case ok:
	case errors.Is(err, context.DeadlineExceeded):
		known = errTimeout
	default:
		s.log.ErrorContext(r.Context(), "request failed", "request_id", lineOf(r.Context()).id, "error", err)
		known = errInternal
	}
	p := *known
	p.RequestID = lineOf(r.Context()).id
	body, err := json.Marshal(&p)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	if known == errInFlight {
		w.Header().Set("Retry-After", "1")
	}
	_ = answer(w, p.Status, "application/problem+json", body)
}

// answer sends an answer whose body is complete.
func answer(w http.ResponseWriter, status int, media string, body []byte) error {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}
