package tenon

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/tenonapi/tenon/internal/graph"
	"github.com/tenonapi/tenon/internal/nethttp"
	"github.com/tenonapi/tenon/internal/observe"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/transport"
	"github.com/tenonapi/tenon/upload"
)

// The errors of the framework itself. Handlers share them; they are never changed.
var (
	errNotFound         = problem.New(http.StatusNotFound, "", "")
	errMethodNotAllowed = problem.New(http.StatusMethodNotAllowed, "", "")
	errBodyTooLarge     = problem.New(http.StatusRequestEntityTooLarge, "body_too_large", "Request body is too large")
	errMediaType        = problem.New(http.StatusUnsupportedMediaType, "unsupported_media_type", "Media type of the request body is not supported")
	errEncoding         = problem.New(http.StatusUnsupportedMediaType, "unsupported_content_encoding", "Content encoding of the request body is not supported")
	errMalformedBody    = problem.New(http.StatusBadRequest, "malformed_body", "Request body is not well-formed JSON")
	errMalformedForm    = problem.New(http.StatusBadRequest, "malformed_form", "Request body is not a well-formed form")
	errUnreadableBody   = problem.New(http.StatusBadRequest, "unreadable_body", "Request body could not be read to its end")
	errMalformedTarget  = problem.New(http.StatusBadRequest, "malformed_target", "Path or query is not well-formed")
	errValidation       = problem.New(http.StatusUnprocessableEntity, "validation_failed", "Request does not fit its description")
	errCanceled         = problem.New(statusCanceled, "client_closed_request", "Client closed the request")
	errOverdue          = problem.New(http.StatusGatewayTimeout, "timeout", "Request took too long")
	errOverloaded       = retryAfter(problem.New(http.StatusServiceUnavailable, "overloaded", "Too many requests at once"), 1)
	errInternal         = problem.New(http.StatusInternalServerError, "internal_error", "Internal server error")
)

// statusCanceled tells, in logs only, that the client went away before the answer.
const statusCanceled = 499

// withIssues returns a copy of p, with a status of its own, that lists issues.
func withIssues(p *problem.Error, status int, issues []problem.Issue) *problem.Error {
	c := *p
	c.Status, c.Issues = status, issues
	return &c
}

// invalid is what Invalid returns.
type invalid struct {
	in, field any
	typ, msg  string
}

// Invalid reports a value of the input that only the handler could find wrong.
// field is the address of the value in *in, such as &in.Cursor or
// &in.Body.Lines[3].SKU. The answer is 422, or what the tag status of a parameter says, at the
// location of the value, like those of the rules; a parameter model, the body or a struct that the input embeds can be wrong as a
// whole, and so can the input. typ is its type for programs, msg its sentence for people,
// which [schema.Config.Message] may replace.
func Invalid(in, field any, typ, msg string) error {
	return &invalid{in, field, typ, msg}
}

func (e *invalid) Error() string { return fmt.Sprintf("invalid input: %s: %s", e.typ, e.msg) }

// problemOf returns what a client may see of the error of an operation, and
// whether the operation has declared it.
func (op *operation) problemOf(err error) (p *problem.Error, declared bool) {
	if e, ok := errors.AsType[*graph.PanicError](err); ok {
		return errInternal.With(e), false
	}
	if p, ok := errors.AsType[*problem.Error](err); ok {
		return p, op.documents(p)
	}
	if errors.Is(err, upload.ErrTooLarge) || errors.Is(err, upload.ErrMalformed) { // while the handler reads a stream
		return formProblem(err), op.rest.hasForm()
	}
	if list := invalids(err, nil); len(list) > 0 {
		var issues []problem.Issue
		status := 0
		for _, e := range list {
			loc, ok := op.locate(e.in, e.field)
			if !ok {
				return errInternal.With(fmt.Errorf("tenon.Invalid was given a field that is no part of the input (pass its address, as in &in.Limit): %w", err)), false
			}
			issues = append(issues, op.worded(problem.Issue{Type: e.typ, Loc: loc, Msg: e.msg}))
			status = cmp.Or(status, op.statusAt(loc))
		}
		return withIssues(errValidation, cmp.Or(status, errValidation.Status), issues), true
	}
	for i := range op.errors {
		if op.errors[i].is(err) {
			return op.errors[i].problem(err), true
		}
	}
	for i := range op.scope {
		if op.scope[i].is(err) {
			err = fmt.Errorf("%w (known to MapError as %s, but the operation does not declare it with Errors)", err, op.scope[i].code)
			break
		}
	}
	if errors.Is(err, graph.ErrTimeout) {
		return errOverdue.With(err), true
	}
	return errInternal.With(err), false
}

// locate returns where the value that field points to came from. in points to the
// parameter struct that it is part of.
func (op *operation) locate(in, field any) ([]any, bool) {
	for _, candidate := range op.inputs {
		if candidate == nil {
			continue
		}
		if loc, ok := candidate.locate(in, field); ok {
			return loc, true
		}
	}
	return nil, false
}

// statusAt returns the status of the answer that what is at loc is wrong, 0 for the usual one.
// Several parameters as a whole have that of the first where none has the usual one.
func (op *operation) statusAt(loc []any) int {
	params := op.parameters()
	i := slices.IndexFunc(params, func(p param) bool {
		return len(loc) == 0 || loc[0] == p.at() && (len(loc) == 1 || loc[1] == p.name)
	})
	if i < 0 || len(loc) < 2 && op.validates(params) {
		return 0
	}
	return params[i].status
}

// documents reports whether the document lists an error like p for the operation.
func (op *operation) documents(p *problem.Error) bool {
	code := p.Code
	if code == "" {
		code = problem.New(p.Status, "", "").Code
	}
	return slices.ContainsFunc(op.documented, func(d *problem.Error) bool { return d.Status == p.Status && d.Code == code }) ||
		slices.ContainsFunc(op.described, func(d description) bool { return d.status == p.Status })
}

// worded returns issue in the language of the application, as its plans word theirs.
func (op *operation) worded(issue problem.Issue) problem.Issue {
	if word := op.app.cfg.Schema.Message; word != nil {
		issue.Msg = cmp.Or(word(issue), issue.Msg)
	}
	return issue
}

// invalids returns what Invalid has made in the tree of err, also of several joined.
func invalids(err error, list []*invalid) []*invalid {
	switch e := err.(type) { //nolint:errorlint // the tree is walked here
	case *invalid:
		return append(list, e)
	case interface{ Unwrap() error }:
		return invalids(e.Unwrap(), list)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			list = invalids(inner, list)
		}
	}
	return list
}

// answer sends p in the form that the error policy gives it. Server errors are logged
// with their cause, except for overload, which must not cost more than it saves, and those
// that nobody declared are shown to tests. route is the template that matched, empty for
// none.
func (a *App) answer(x transport.Exchange, route string, p *problem.Error) {
	a.answerAs(x, route, requestID(x), p)
}

// answerAs is answer for a request whose ID is known.
func (a *App) answerAs(x transport.Exchange, route, id string, p *problem.Error) {
	if p.Status < 400 || p.Status > 599 {
		p = errInternal.With(fmt.Errorf("a problem has the status %d, want one from 400 to 599: %w", p.Status, p))
	}
	if p.Status >= http.StatusInternalServerError && p.Code != errOverloaded.Code {
		if p.Code == errInternal.Code {
			a.undeclared.Add(1)
			observe.Cause(x.Context(), cmp.Or(p.Cause, error(p)))
		}
		a.log.LogAttrs(x.Context(), slog.LevelError, "request failed",
			slog.String("request_id", id), slog.String("method", x.Method()), slog.String("route", route),
			slog.Int("status", p.Status), slog.String("code", p.Code), slog.Any("error", p.Cause))
	}
	for name, values := range p.Header {
		for _, v := range values {
			x.AddHeader(http.CanonicalHeaderKey(name), v)
		}
	}
	x.SetHeader(problem.HeaderRequestID, id)
	status, contentType, body := a.errors.Answer(nil, p, id)
	if status >= 400 && status <= 599 {
		x.Send(status, contentType, body)
		return
	}
	err := fmt.Errorf("the error policy answered %s with the status %d, want one from 400 to 599", p.Code, status)
	if p.Code != errInternal.Code {
		a.answerAs(x, route, id, errInternal.With(err))
		return
	}
	a.log.LogAttrs(x.Context(), slog.LevelError, "request failed", slog.String("request_id", id), slog.Any("error", err))
	x.Send(problems{a.cfg.ProblemTypes}.Answer(nil, errInternal, id))
}

// requestID returns the ID that middleware gave the request, else the client's
// if it is safe, else a new one.
func requestID(x transport.Exchange) string {
	if id := problem.RequestID(x.Context()); id != "" {
		return id
	}
	return problem.AcceptRequestID(x.Header(problem.HeaderRequestID))
}

// recovered answers the panic v of an operation, middleware or a mounted handler.
func (a *App) recovered(x transport.Exchange, route string, v any) {
	if v == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
		panic(v)
	}
	cause := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	if x.Sent() != 0 {
		a.log.LogAttrs(x.Context(), slog.LevelError, "request failed after the answer had begun",
			slog.String("request_id", requestID(x)), slog.String("route", route), slog.Any("error", cause))
		panic(http.ErrAbortHandler) // the client must not take what it got for a whole answer
	}
	a.answer(x, route, errInternal.With(cause))
}

// policy answers the errors of middleware, see problem.Write.
func (a *App) policy(w http.ResponseWriter, r *http.Request, p *problem.Error) {
	x := nethttp.New(w, r)
	defer x.Free()
	a.answer(x, r.Pattern, p)
}

// issuesOf returns what a decoder found.
func issuesOf(d *schema.Decoder) []problem.Issue {
	if e, ok := errors.AsType[*schema.Error](d.Err()); ok {
		return e.Issues
	}
	return nil
}
