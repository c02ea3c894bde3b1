// Command presence is the program of the guide "Presence". It prints what each
// kind of field becomes when its value is absent, null or given.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// Account is what a client gets.
type Account struct {
	Name  string  `json:"name"`
	Note  *string `json:"note"`
	Limit int     `json:"limit"`
}

// AccountPatch changes the members that it names.
type AccountPatch struct {
	_     struct{}           `check:"additionalProperties=false"`
	Name  tenon.Opt[string]  `json:"name" check:"minLength=1"`
	Note  tenon.Opt[*string] `json:"note" check:"maxLength=80"`
	Limit tenon.Opt[int]     `json:"limit" check:"ge=0"`
}

// API has the handlers and what they need.
type API struct{ account Account }

type patchAccount struct{ Body AccountPatch }

func (a *API) change(_ context.Context, in *patchAccount) (Account, error) {
	in.Body.Name.Apply(&a.account.Name)
	in.Body.Note.Apply(&a.account.Note)
	in.Body.Limit.Apply(&a.account.Limit)
	return a.account, nil
}

// One field in each of the places that may lack it, and the same with a default.
type (
	body[T any] struct {
		Body struct {
			X T `json:"x"`
		}
	}
	query[T any] struct {
		X T `query:"x"`
	}
	header[T any] struct {
		X T `header:"X"`
	}
	cookie[T any] struct {
		X T `cookie:"x"`
	}
	bodyDefault[T any] struct {
		Body struct {
			X T `json:"x" default:"d"`
		}
	}
	queryDefault[T any] struct {
		X T `query:"x" default:"d"`
	}
	headerDefault[T any] struct {
		X T `header:"X" default:"d"`
	}
	cookieDefault[T any] struct {
		X T `cookie:"x" default:"d"`
	}
)

// get registers an operation that answers what it finds in a field.
func get[In any](r *tenon.Router, path string, field func(*In) any) {
	tenon.Put(r, path, func(_ context.Context, in *In) (string, error) { return show(field(in)), nil })
}

func kind[T any](r *tenon.Router) {
	get(r, "/body", func(in *body[T]) any { return in.Body.X })
	get(r, "/query", func(in *query[T]) any { return in.X })
	get(r, "/header", func(in *header[T]) any { return in.X })
	get(r, "/cookie", func(in *cookie[T]) any { return in.X })
}

func kindDefault[T any](r *tenon.Router) {
	get(r, "/body", func(in *bodyDefault[T]) any { return in.Body.X })
	get(r, "/query", func(in *queryDefault[T]) any { return in.X })
	get(r, "/header", func(in *headerDefault[T]) any { return in.X })
	get(r, "/cookie", func(in *cookieDefault[T]) any { return in.X })
}

// show says what a field holds: what Get returns for an Opt and a Null.
func show(v any) string {
	switch v := v.(type) {
	case *string:
		if v == nil {
			return "nil"
		}
		return "&" + show(*v)
	case tenon.Opt[string]:
		s, ok := v.Get()
		return fmt.Sprintf("%s, %t", show(s), ok)
	case tenon.Null[string]:
		s, ok := v.Get()
		return fmt.Sprintf("%s, %t", show(s), ok)
	case tenon.Opt[*string]:
		p, ok := v.Get()
		return fmt.Sprintf("%s, %t", show(p), ok)
	}
	return fmt.Sprintf("%q", v)
}

var kinds = []struct {
	path, name string
	register   func(*tenon.Router)
}{
	{"/t", "`T`", kind[string]},
	{"/pointer", "`*T`", kind[*string]},
	{"/opt", "`Opt[T]`", kind[tenon.Opt[string]]},
	{"/null", "`Null[T]`", kind[tenon.Null[string]]},
	{"/optpointer", "`Opt[*T]`", kind[tenon.Opt[*string]]},
	{"/default", "`T` with `default:\"d\"`", kindDefault[string]},
	{"/pointerdefault", "`*T` with `default:\"d\"`", kindDefault[*string]},
}

func newApp(a *API) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Accounts", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Patch(r, "/account", a.change)
		for _, k := range kinds {
			k.register(r.Group(k.path))
		}
	})
}

// send returns what the field of a request was, or the type of what is wrong with it.
func send(app *tenon.App, target, content string, header ...string) string {
	r := httptest.NewRequest("PUT", target, strings.NewReader(content))
	if content != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if len(header) > 0 {
		r.Header.Set(header[0], header[1])
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if p, err := problem.Parse(w.Body.Bytes()); w.Code >= 400 && err == nil {
		return "`" + p.Issues[0].Type + "`"
	}
	var text string
	if err := json.Unmarshal(w.Body.Bytes(), &text); err != nil {
		return err.Error()
	}
	return text
}

// tables prints the tables of the guide.
func tables(w io.Writer, app *tenon.App) {
	fmt.Fprint(w, "| member of a body | absent | `null` | `\"v\"` |\n| --- | --- | --- | --- |\n")
	for _, k := range kinds {
		at := k.path + "/body"
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", k.name, send(app, at, `{}`), send(app, at, `{"x":null}`), send(app, at, `{"x":"v"}`))
	}
	fmt.Fprint(w, "\n| query, header, cookie | absent | empty | `v` |\n| --- | --- | --- | --- |\n")
	for _, k := range kinds {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", k.name, send(app, k.path+"/query", ""), send(app, k.path+"/query?x=", ""), send(app, k.path+"/query?x=v", ""))
	}
}

func main() {
	app, err := newApp(new(API))
	if err != nil {
		log.Fatal(err)
	}
	tables(os.Stdout, app)
}
