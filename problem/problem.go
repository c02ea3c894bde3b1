// Package problem is the vocabulary of errors that a client may see: problem
// details (RFC 9457) with a stable code, and the list of everything wrong with
// an input.
//
// It renders the default form. An application's error policy may render another
// one; [Write] lets middleware answer through that policy.
package problem

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// ContentType is the media type of a problem. Source: RFC 9457, section 3.
const ContentType = "application/problem+json"

// An Error is an error made for clients: everything in it but its cause may be
// shown. Return one from a handler to answer it. It is read-only once shared.
// Source: RFC 9457, section 3.
type Error struct {
	Status int    // HTTP status, 400 to 599
	Code   string // stable identifier, for programs: letters, digits, underscores
	Title  string // what Code means, the same for each occurrence
	Detail string // what happened this time; may be empty
	Issues []Issue
	Data   json.RawMessage // facts of this occurrence for programs, of a form that Code decides; may be nil
	Header http.Header     // sent with the answer, such as Allow or Retry-After; may be nil
	Cause  error           // for the log, never for the client; may be nil
}

// New returns an Error. Without a code, or without a title, the status gives it:
// 404 is not_found, "Not Found".
func New(status int, code, title string) *Error {
	text := http.StatusText(status)
	if text == "" {
		text = "Status " + strconv.Itoa(status)
	}
	if code == "" {
		code = strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(text, "'", "")), " ", "_")
	}
	if title == "" {
		title = text
	}
	return &Error{Status: status, Code: code, Title: title}
}

// Error returns the code and what explains it best.
func (e *Error) Error() string {
	switch {
	case e.Detail != "":
		return e.Code + ": " + e.Detail
	case len(e.Issues) > 0:
		return e.Code + ": " + e.Issues[0].String()
	}
	return e.Code + ": " + e.Title
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// With returns a copy of e that is caused by err.
func (e *Error) With(err error) *Error {
	c := *e
	c.Cause = err
	return &c
}

// An Issue is one thing wrong with an input.
type Issue struct {
	Type  string          // stable identifier: missing, string_too_short, …
	Loc   []any           // path to the value: source, then member names (string) and indexes (int)
	Msg   string          // one sentence for people, without the value
	Input json.RawMessage // the value as JSON when it is a scalar that may be echoed, else nil
	Ctx   []Attr          // the numbers and words in Msg
}

// An Attr is a named value of an issue: a string, bool, number, json.Number or json.RawMessage.
type Attr struct {
	Name  string
	Value any
}

// String returns the location and the message.
func (i Issue) String() string {
	var b strings.Builder
	for n, seg := range i.Loc {
		if n > 0 {
			b.WriteByte('.')
		}
		writeSegment(&b, seg)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(i.Msg)
	return b.String()
}
