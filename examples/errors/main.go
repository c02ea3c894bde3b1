// Command errors is the program of the guide "Errors": it pays from accounts. It prints
// the answers that the guide shows.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// Errors of the domain know nothing of HTTP.
var (
	ErrNoAccount = errors.New("no such account")
	ErrFrozen    = errors.New("account is frozen")
)

// DeclinedError carries what a client may know, and what it may not.
type DeclinedError struct {
	Missing int64 // cents
	Rule    string
}

func (e *DeclinedError) Error() string { return "declined by rule " + e.Rule }

// Declined is what a client sees of a DeclinedError.
type Declined struct {
	MissingCents int64 `json:"missing_cents" doc:"What the account lacks"`
}

func declined(e *DeclinedError) Declined { return Declined{MissingCents: e.Missing} }

var errBusy = &problem.Error{
	Status: http.StatusServiceUnavailable, Code: "busy", Title: "Too much to do",
	Header: http.Header{"Retry-After": {"5"}},
}

// Account is a dependency, so that its errors belong to all operations that need it.
type Account struct {
	Name  string
	Cents int64
}

type accountInput struct {
	Name string `path:"account" check:"maxLength=20"`
}

func account(_ context.Context, in *accountInput) (Account, error) {
	switch in.Name {
	case "ann":
		return Account{"ann", 500}, nil
	case "ice":
		return Account{}, fmt.Errorf("open %s: %w", in.Name, ErrFrozen)
	}
	return Account{}, fmt.Errorf("open %s: %w", in.Name, ErrNoAccount)
}

type payment struct {
	Account Account
	Body    struct {
		Cents int64 `json:"cents" check:"gt=0"`
	}
}

func pay(_ context.Context, in *payment) (tenon.NoContent, error) {
	switch left := in.Account.Cents - in.Body.Cents; {
	case in.Body.Cents == 13:
		return tenon.NoContent{}, errors.New("dial tcp 10.0.0.7:5432: connection refused")
	case in.Body.Cents > 100000:
		return tenon.NoContent{}, errBusy
	case left < 0:
		return tenon.NoContent{}, &DeclinedError{Missing: -left, Rule: "R7"}
	}
	return tenon.NoContent{}, nil
}

func routes(r *tenon.Router) {
	r.Use(
		tenon.MapError(ErrNoAccount, http.StatusNotFound, "account_unknown", "Account is unknown"),
		tenon.MapError(ErrFrozen, http.StatusForbidden, "account_frozen", "Account is frozen"),
		tenon.MapErrorAs(http.StatusPaymentRequired, "declined", "Payment is declined", declined),
		tenon.Provide(account, tenon.Errors(ErrNoAccount, ErrFrozen)),
	)
	tenon.Post(r, "/accounts/{account}/payments", pay,
		tenon.Errors(new(DeclinedError), errBusy),
		tenon.Describe(http.StatusForbidden, "The account is frozen: its owner must call"))
}

// Short shows an error as its code and, if there are any, its facts.
type Short struct{}

// Answer implements [tenon.ErrorPolicy].
func (Short) Answer(dst []byte, e *problem.Error, requestID string) (int, string, []byte) {
	dst = fmt.Appendf(dst, `{"error":%q,"request":%q`, e.Code, requestID)
	if e.Data != nil {
		dst = append(append(dst, `,"facts":`...), e.Data...)
	}
	return e.Status, "application/json", append(dst, '}')
}

// Describe implements [tenon.ErrorPolicy].
func (Short) Describe(_ *problem.Error, facts *openapi.Schema) (string, *openapi.Schema) {
	text := &openapi.Schema{Type: openapi.Types{"string"}}
	s := &openapi.Schema{
		Type:       openapi.Types{"object"},
		Properties: openapi.Properties{{Name: "error", Schema: text}, {Name: "request", Schema: text}},
		Required:   []string{"error", "request"},
	}
	if facts == nil {
		return "Error", s
	}
	s.Properties = append(s.Properties, openapi.Property{Name: "facts", Schema: facts})
	return "", s
}

func newApp(policy tenon.ErrorPolicy) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Payments", Version: "1.0.0", Errors: policy}, routes)
}

// requests are those of the guide.
var requests = []struct{ account, body string }{
	{"ann", `{"cents":200}`},
	{"bob", `{"cents":200}`},
	{"ice", `{"cents":200}`},
	{"ann", `{"cents":700}`},
	{"ann", `{"cents":200000}`},
	{"ann", `{"cents":0}`},
	{"ann", `{"cents":13}`},
}

// answers returns a line of a table for each request.
func answers(app *tenon.App) (lines []string) {
	for _, q := range requests {
		r := httptest.NewRequest("POST", "/accounts/"+q.account+"/payments", strings.NewReader(q.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Request-Id", "r1")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		text := ""
		if w.Body.Len() > 0 {
			text = " `" + w.Body.String() + "`"
		}
		lines = append(lines, fmt.Sprintf("| %s | `%s` | %d%s |", q.account, q.body, w.Code, text))
	}
	return lines
}

func main() {
	for _, policy := range []tenon.ErrorPolicy{nil, Short{}} {
		app, err := newApp(policy)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(strings.Join(answers(app), "\n"))
	}
}
