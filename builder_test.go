package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

type byID struct {
	ID string `path:"id"`
}

type store interface{ Item() item }

type request struct{ Limit int }

type base struct {
	ID string `path:"id"`
}

var (
	errGone  = errors.New("gone")
	errOther = errors.New("other")
)

// get registers an operation with an input for the tests of inputs.
func get[In any](path string) func(*tenon.Router) {
	return func(r *tenon.Router) { tenon.Get(r, path, ok[In, item]) }
}

// answers registers an operation with an output for the tests of outputs.
func answers[Out any](opts ...tenon.Option) func(*tenon.Router) {
	return func(r *tenon.Router) { tenon.Get(r, "/a", ok[none, Out], opts...) }
}

func TestMistakesInInputs(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string // after file, line, method and path
	}{
		{"path parameter without a field", get[none]("/a/{id}"),
			`path /a/{id} has the parameter "id", but no field of struct has the tag path:"id"`},
		{"field of a path without parameters", get[byID]("/a"),
			`tenon_test.byID.ID: tag path:"id": path /a has no parameters: write one as {id}`},
		{"misspelt rule", get[struct {
			N int `query:"n" check:"minimum=1"`
		}]("/a"), `struct.N: rule "minimum=1" does not apply to int: write ge`},
		{"bad default", get[struct {
			N int `query:"n" check:"ge=1" default:"0"`
		}]("/a"), `struct.N: the default 0 does not fit the field: Input should be greater than or equal to 1`},
		{"dependency without a provider", get[struct{ Store store }]("/a"),
			`field Store: no provider in scope gives a tenon_test.store`},
		{"dependency given by a pointer", get[struct{ Zone *time.Location }]("/a"),
			`field Zone: no provider in scope gives a *time.Location`},
		{"predeclared type without a tag", get[request]("/a"),
			`tenon_test.request.Limit: has no source: did you forget a tag such as query:"limit"?`},
		{"list without a tag", get[struct{ Names []string }]("/a"),
			`struct.Names: has no source: did you forget a tag such as query:"names"?`},
		{"unexported field", get[struct{ id string }]("/a"),
			`struct.id: an unexported field cannot be filled: export it and give it a source tag, or remove it`},
		{"unexported parameter", get[struct {
			id string `query:"id"`
		}]("/a"), `struct.id: a parameter needs an exported field`},
		{"parameter called _", get[struct {
			_ string `query:"id"`
		}]("/a"), `struct._: a field called _ takes no parameter: give it a name`},
		{"rules about the whole input", get[struct {
			_ struct{} `check:"additionalProperties=false"`
		}]("/a"), `struct._: rules about the whole input are not supported: put them on the field that they are about`},
		{"embedded pointer", get[struct{ *base }]("/a"),
			`struct.base: an embedded pointer cannot be filled: embed tenon_test.base`},
		{"two sources", get[struct {
			ID string `query:"id" header:"X-Id"`
		}]("/a"), `struct.ID: has the tags query and header: a field has one source`},
		{"read-only parameter", get[struct {
			ID string `query:"id" readOnly:"true"`
		}]("/a"), `struct.ID: readOnly and writeOnly are for the members of a body: this field goes one way as it is`},
		{"write-only header", get[struct {
			ID string `header:"ID" writeOnly:"true"`
		}]("/a"), `struct.ID: readOnly and writeOnly are for the members of a body: this field goes one way as it is`},
		{"read-only body", get[struct {
			Body item `readOnly:"true"`
		}]("/a"), `struct.Body: readOnly and writeOnly are for the members of a body: this field goes one way as it is`},
		{"options behind a name", get[struct {
			A string `query:"a,required"`
		}]("/a"), `struct.A: tag query:"a,required": want a name without options, which are other tags: default, check`},
		{"duplicate parameter", get[struct {
			A string `query:"id"`
			B int    `query:"id"`
		}]("/a"), `struct.B: the query parameter "id" is declared twice`},
		{"duplicate header in another case", get[struct {
			A string `header:"x-trace"`
			B string `header:"X-Trace"`
		}]("/a"), `struct.B: the header parameter "X-Trace" is declared twice`},
		{"duplicate through embedding", get[struct {
			base
			ID string `path:"id"`
		}]("/a/{id}"), `struct.ID: the path parameter "id" is declared twice`},
		{"nameless parameter", get[struct {
			A string `query:""`
		}]("/a"), `struct.A: tag query:"": want the name of one parameter, or * for a struct of them`},
		{"impossible header", get[struct {
			A string `header:"X Trace"`
		}]("/a"), `struct.A: tag header:"X Trace": no header can have this name`},
		{"impossible cookie", get[struct {
			A string `cookie:"a=b"`
		}]("/a"), `struct.A: tag cookie:"a=b": no cookie can have this name`},
		{"optional path parameter", get[struct {
			ID tenon.Opt[string] `path:"id"`
		}]("/a/{id}"), `struct.ID: a path parameter is always there: it can be neither optional nor have a default`},
		{"status that is no client error", get[struct {
			A string `query:"a" status:"500"`
		}]("/a"), `struct.A: tag status:"500": want one status from 400 to 499`},
		{"status that is no number", get[struct {
			A string `query:"a" status:"bad"`
		}]("/a"), `struct.A: tag status:"bad": want one status from 400 to 499`},
		{"object as a parameter", get[struct {
			A item `header:"A"`
		}]("/a"), `struct.A: a tenon_test.item cannot be read from the text of a parameter: use the body, the tag content:"application/json", or a type with UnmarshalText`},
		{"map as a parameter", get[struct {
			A tenon.Opt[map[string]int] `header:"A"`
		}]("/a"), `struct.A: a schema.Opt[map[string]int] cannot be read from the text of a parameter: use the body, the tag content:"application/json", or a type with UnmarshalText`},
		{"list of objects as a parameter", get[struct {
			A []item `query:"a"`
		}]("/a"), `struct.A: a []tenon_test.item cannot be read from the text of a parameter: use the body, the tag content:"application/json", or a type with UnmarshalText`},
		{"two bodies", get[struct {
			bodied
			Body item
		}]("/a"), `struct.Body: the input has two fields Body`},
		{"status of a body", get[struct {
			Body string `status:"400"`
		}]("/a"), `struct.Body: the body does not take the tag status: it is 400 or 422 when it is bad`},
		{"misspelt rule in a body", get[struct {
			Body struct {
				Name string `json:"name" check:"minLen=1"`
			}
		}]("/a"), `struct.Body: struct.Name: rule "minLen=1" does not apply to string: its rules are trim, lower, upper, minLength, maxLength, pattern, enum, const, format`},
		{"body without a JSON form", get[struct{ Body func() }]("/a"), `struct.Body: type func() has no JSON form here`},
		{"input that is no struct", get[int]("/a"), `input int: want a struct`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			if len(got) != 1 {
				t.Fatalf("got %q, want one mistake", got)
			}
			assert.Contains(t, got[0], tt.want)
		})
	}
}

type bodied struct{ Body item }

type twoHeaders struct {
	A string `header:"x-a"`
	B string `header:"X-A"`
}

func TestMistakesInOutputs(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"created with 204", answers[tenon.Created[item]](tenon.Status(204)),
			`option Status[204] has no effect: tenon.Created[github.com/tenonapi/tenon_test.item] has the tag status:"201"`},
		{"no content with another status", answers[tenon.NoContent](tenon.Status(202)),
			`option Status[202] has no effect: tenon.NoContent has the tag status:"204"`},
		{"body with 204", answers[item](tenon.Status(204)), `status 204 has no body, but tenon_test.item has one: use NoContent`},
		{"body with 205", answers[item](tenon.Status(205)), `status 205 has no body, but tenon_test.item has one: use NoContent`},
		{"body with 304", answers[tenon.Reply[item]](tenon.Status(200, 304)),
			`status 304 has no body, but tenon.Reply[github.com/tenonapi/tenon_test.item] has one: use NoContent`},
		{"two statuses and no choice", answers[item](tenon.Status(200, 202)),
			`statuses [200 202]: tenon_test.item has no field that chooses one, such as Reply has`},
		{"status of an error", answers[item](tenon.Status(404)), `status 404: want one from 200 to 399, errors have options of their own`},
		{"status below 200", answers[item](tenon.Status(199)), `status 199: want one from 200 to 399, errors have options of their own`},
		{"statuses that are no numbers", answers[struct {
			Status int `status:"ok"`
		}](), `struct.Status: tag status:"ok": want statuses separated by commas`},
		{"status of another type", answers[struct {
			Status string `status:"200"`
		}](), `struct.Status: a status is an int, or struct{} with the name _ for a fixed one; a body of one status is a pointer`},
		{"two status fields", answers[struct {
			tenon.NoContent
			Status int `status:"200"`
		}](), `struct.Status: is the second field with a status tag`},
		{"duplicate header", answers[twoHeaders](), `tenon_test.twoHeaders.B: the header "X-A" is declared twice`},
		{"nameless header", answers[struct {
			A string `header:""`
		}](), `struct.A: tag header:"": want the name of a header on an exported field, or * on an http.Header`},
		{"impossible header", answers[struct {
			A string `header:"X A"`
		}](), `struct.A: tag header:"X A": want the name of a header on an exported field, or * on an http.Header`},
		{"any header as a string", answers[struct {
			A string `header:"*"`
		}](), `struct.A: tag header:"*": want the name of a header on an exported field, or * on an http.Header`},
		{"unexported header", answers[struct {
			a string `header:"A"`
		}](), `struct.a: tag header:"A": want the name of a header on an exported field, or * on an http.Header`},
		{"no part of the answer", answers[struct {
			A    string `header:"A"`
			Name string
		}](), `struct.Name: no part of the answer: want a status, header or cookie tag, or the name Body`},
		{"two bodies", answers[struct {
			tenon.Created[item]
			Body item
		}](), `struct.Body: the answer has two fields Body`},
		{"pointer to an envelope", answers[*tenon.NoContent](), `answer *tenon.NoContent: return the envelope, not a pointer to it`},
		{"body without a JSON form", answers[chan int](), `type chan int has no JSON form here`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			if len(got) != 1 {
				t.Fatalf("got %q, want one mistake", got)
			}
			_, got[0], _ = strings.Cut(got[0], ": GET /a: ")
			assert.Equal(t, got[0], tt.want)
		})
	}
}

func pass(next http.Handler) http.Handler { return next }

func TestMistakesInRoutesAndOptions(t *testing.T) {
	var nilHandler tenon.Handler[none, item]
	var n int // the line of the mistake
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"nil handler", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r, "/a", nilHandler)
		}, `GET /a: the handler is nil`},
		{"method in small letters", func(r *tenon.Router) {
			n = line() + 1
			tenon.Handle(r, "get", "/a", ok[none, item])
		}, `get /a: method "get": want a token in capitals`},
		{"method that is no token", func(r *tenon.Router) {
			n = line() + 1
			tenon.Handle(r, "GET /", "/a", ok[none, item])
		}, `GET / /a: method "GET /": want a token in capitals`},
		{"method that the document cannot show", func(r *tenon.Router) {
			n = line() + 1
			tenon.Handle(r, "PURGE", "/a", ok[none, item])
		}, `PURGE /a: OpenAPI 3.1 cannot describe this method: hide the operation with Doc{Hidden: true}`},
		{"empty path", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r, "", ok[none, item])
		}, `GET : path "": want a slash at the beginning`},
		{"path without a slash", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r, "a", ok[none, item])
		}, `GET a: path "a": want a slash at the beginning`},
		{"path that runs into the prefix", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r.Group("/v1"), "orders", ok[none, item])
		}, `GET /v1orders: path "orders": want a slash at the beginning`},
		{"group without a slash", func(r *tenon.Router) {
			n = line() + 1
			g := r.Group("v1")
			tenon.Get(g, "/a", ok[none, item])
		}, `group "v1": want a slash at the beginning and none at the end`},
		{"group with a slash at its end", func(r *tenon.Router) {
			n = line() + 1
			r.Group("/v1/")
		}, `group "/v1/": want a slash at the beginning and none at the end`},
		{"mount that runs into the prefix", func(r *tenon.Router) {
			n = line() + 1
			r.Group("/v1").Mount("docs", http.NotFoundHandler())
		}, `mount /v1docs: path "docs": want a slash at the beginning`},
		{"mount of nothing", func(r *tenon.Router) {
			n = line() + 1
			r.Mount("/docs", nil)
		}, `mount /docs: the handler is nil`},
		{"mount with a bad path", func(r *tenon.Router) {
			n = line() + 1
			r.Mount("/docs/{", http.NotFoundHandler())
		}, `mount /docs/{: path "/docs/{": "{" is no parameter: want a name in braces`},
		{"undeclared error", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r, "/a", ok[none, item], tenon.Errors(errGone))
		}, `GET /a: declares the error gone, but no MapError in scope says how it is shown`},
		{"nil error declared", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r, "/a", ok[none, item], tenon.Errors(nil))
		}, `GET /a: option Errors: an error is nil`},
		{"error without a value", func(r *tenon.Router) {
			n = line() + 1
			r.Use(tenon.MapError(nil, 404, "gone", "Gone"))
		}, `MapError(<nil>, 404, "gone", "Gone"): the error is nil`},
		{"error with a status of success", func(r *tenon.Router) {
			n = line() + 1
			r.Use(tenon.MapError(errGone, 399, "gone", "Gone"))
		}, `MapError(gone, 399, "gone", "Gone"): want a status from 400 to 599, a code of letters, digits and underscores, and a title`},
		{"error beyond the statuses", func(r *tenon.Router) {
			n = line() + 1
			r.Use(tenon.MapError(errGone, 600, "gone", "Gone"))
		}, `MapError(gone, 600, "gone", "Gone"): want a status from 400 to 599, a code of letters, digits and underscores, and a title`},
		{"error with a code that is no word", func(r *tenon.Router) {
			n = line() + 1
			r.Group("/unused", tenon.MapError(errGone, 404, "is gone", "Gone"))
		}, `MapError(gone, 404, "is gone", "Gone"): want a status from 400 to 599, a code of letters, digits and underscores, and a title`},
		{"error without a title", func(r *tenon.Router) {
			n = line() + 1
			tenon.Get(r, "/a", ok[none, item], tenon.MapError(errGone, 404, "gone", ""))
		}, `MapError(gone, 404, "gone", ""): want a status from 400 to 599, a code of letters, digits and underscores, and a title`},
		{"nil option", func(r *tenon.Router) {
			n = line() + 1
			r.Use(tenon.Options(tenon.Tags("a"), nil))
		}, `an option is nil`},
		{"nil middleware", func(r *tenon.Router) {
			n = line() + 1
			r.Use(tenon.Middleware(pass, nil))
		}, `a middleware is nil`},
		{"negative limit", func(r *tenon.Router) {
			n = line() + 1
			r.Group("/a", tenon.Limits{BodyBytes: -1})
		}, `Limits.BodyBytes is -1: want 0 or more`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			assert.Equal(t, got, []string{fmt.Sprintf("%s:%d: %s", here(), n, tt.want)})
		})
	}
}

func TestMistakesBetweenOperations(t *testing.T) {
	var first, second int
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string // %d is the line of the first
	}{
		{"duplicate route", func(r *tenon.Router) {
			first = line() + 1
			tenon.Get(r, "/a/{id}", ok[byID, item])
			second = line() + 1
			tenon.Get(r, "/a/{id}", ok[byID, item])
		}, `GET /a/{id}: is registered already, as /a/{id} at builder_test.go:%d`},
		{"duplicate route with another name", func(r *tenon.Router) {
			type other struct {
				Key string `path:"key"`
			}
			first = line() + 1
			tenon.Get(r, "/a/{id}", ok[byID, item])
			second = line() + 1
			tenon.Get(r.Group("/a"), "/{key}", ok[other, item])
		}, `GET /a/{key}: is registered already, as /a/{id} at builder_test.go:%d`},
		{"another method with another name", func(r *tenon.Router) {
			type other struct {
				Key string `path:"key"`
			}
			first = line() + 1
			tenon.Get(r, "/a/{id}", ok[byID, item])
			second = line() + 1
			tenon.Delete(r, "/a/{key}", ok[other, tenon.NoContent])
		}, `DELETE /a/{key}: differs only in the names of parameters from /a/{id} at builder_test.go:%d: use the same names`},
		{"operation IDs", func(r *tenon.Router) {
			first = line() + 1
			tenon.Get(r, "/a-b", ok[none, item])
			second = line() + 1
			tenon.Get(r, "/a/b", ok[none, item])
		}, `GET /a/b: has the operation ID "getAB" of GET /a-b at builder_test.go:%d: choose another with Doc{ID: …}`},
		{"mounts", func(r *tenon.Router) {
			first = line() + 1
			r.Mount("/a", http.NotFoundHandler())
			second = line() + 1
			r.Mount("/a/", http.NotFoundHandler())
		}, `mount /a/: is mounted already, at builder_test.go:%d`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			assert.Equal(t, got, []string{fmt.Sprintf("builder_test.go:%d: %s", second, fmt.Sprintf(tt.want, first))})
		})
	}
}

func TestMistakesInConfig(t *testing.T) {
	taken := func(r *tenon.Router) { tenon.Get(r, "/openapi.json", ok[none, item]) }
	tests := []struct {
		name   string
		cfg    tenon.Config
		routes func(*tenon.Router)
		want   []string
	}{
		{"no title and no version", tenon.Config{}, nil, []string{
			"Config.Title is empty: the document needs one", "Config.Version is empty: the document needs one",
		}},
		{"path of the document", tenon.Config{Title: "T", Version: "1", Document: "doc.json"}, nil, []string{
			`Config.Document: path "doc.json": want a slash at the beginning: choose another path, or "-" for none`,
		}},
		{"parameter in the path of the document", tenon.Config{Title: "T", Version: "1", Document: "/{doc}"}, nil, []string{
			`Config.Document: path "/{doc}": has parameters: choose another path, or "-" for none`,
		}},
		{"path of the document is taken", tenon.Config{Title: "T", Version: "1"}, taken, []string{
			`Config.Document: is registered already, as /openapi.json at builder_test.go:`,
		}},
		{"no document", tenon.Config{Title: "T", Version: "1", Document: "-"}, taken, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			routes := []func(*tenon.Router){tt.routes}
			got := mistakesOf(t, tt.cfg, slices.DeleteFunc(routes, func(f func(*tenon.Router)) bool { return f == nil })...)
			assert.Equal(t, len(got), len(tt.want), got)
			for i, want := range tt.want {
				assert.Contains(t, got[i], want)
			}
		})
	}
	_, err := tenon.New(tenon.Config{}, nil)
	at := line() - 1
	assert.Contains(t, err.Error(), fmt.Sprintf("builder_test.go:%d: a route function is nil", at))
}

// register is a helper of a user: the place of a mistake is in it.
func register(r *tenon.Router) { tenon.Get(r, "/helped/{id}", ok[none, item]) }

func TestAllMistakesInOneErrorEachWithItsPlace(t *testing.T) {
	var lines []int
	routes := []func(*tenon.Router){
		func(r *tenon.Router) {
			lines = append(lines, line()+1)
			tenon.Get(r, "/direct/{id}", ok[none, item])
		},
		func(r *tenon.Router) {
			closure := func() {
				lines = append(lines, line()+1)
				tenon.Post(r, "/closure", ok[request, item])
			}
			closure()
		},
		func(r *tenon.Router) {
			lines = append(lines, line()+2, line()+2)
			tenon.Put( // the statement begins here
				r.Group("/v1/"), "/two", ok[struct{ A, B string }, item])
		},
		register,
		func(r *tenon.Router) {
			lines = append(lines, line()+2)
			for range 2 {
				tenon.Delete(r, "/loop", ok[none, tenon.NoContent])
			}
		},
	}
	got := mistakes(t, routes...)
	want := []string{
		`group "/v1/": want a slash at the beginning and none at the end`,
		`GET /direct/{id}: path /direct/{id} has the parameter "id", but no field of struct has the tag path:"id"`,
		`POST /closure: tenon_test.request.Limit: has no source: did you forget a tag such as query:"limit"?`,
		`PUT /v1/two: struct.A: has no source: did you forget a tag such as query:"a"?`,
		`PUT /v1/two: struct.B: has no source: did you forget a tag such as query:"b"?`,
		`GET /helped/{id}: path /helped/{id} has the parameter "id", but no field of struct has the tag path:"id"`,
		`DELETE /loop: is registered already, as /loop at builder_test.go:`,
	}
	assert.Equal(t, len(got), len(want), strings.Join(got, "\n"))
	for i := range want {
		assert.Contains(t, got[i], want[i])
	}
	for _, n := range lines {
		assert.Contains(t, strings.Join(got, "\n"), fmt.Sprintf("builder_test.go:%d: ", n))
	}
	for range 5 {
		rand.Shuffle(len(routes), func(i, j int) { routes[i], routes[j] = routes[j], routes[i] })
		again := mistakes(t, routes...)
		assert.Equal(t, slices.Sorted(slices.Values(again)), slices.Sorted(slices.Values(got)), "in another order")
	}
}

func TestMistakesOfOneOperationAreAllReported(t *testing.T) {
	got := mistakes(t, func(r *tenon.Router) {
		tenon.Handle(r, "get", "a b", func(context.Context, *struct {
			Limit int `query:"limit" check:"min=1"`
			Body  struct {
				A string `json:"a" check:"min=1"`
				B string `json:"b" check:"max=1"`
			}
		}) (struct {
			C func() `json:"c"`
			D func() `json:"d"`
		}, error) {
			panic("never called")
		}, tenon.Errors(errGone, errOther), tenon.Status(99))
	})
	want := []string{
		`get a b: path "a b": want a slash at the beginning`,
		`get a b: method "get": want a token in capitals`,
		`get a b: struct.Limit: rule "min=1" does not apply to int`,
		`get a b: struct.Body: struct.A: rule "min=1" does not apply to string`,
		`get a b: struct.Body: struct.B: rule "max=1" does not apply to string`,
		`get a b: struct.C: type func() has no JSON form here`,
		`get a b: struct.D: type func() has no JSON form here`,
		`get a b: status 99: want one from 200 to 399`,
		`get a b: declares the error gone`,
		`get a b: declares the error other`,
	}
	assert.Equal(t, len(got), len(want), strings.Join(got, "\n"))
	for i := range min(len(got), len(want)) {
		assert.Contains(t, got[i], want[i])
	}
}

func TestManyOperationsAreBuiltQuickly(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	begin := time.Now()
	newApp(t, nil, func(r *tenon.Router) {
		for i := range 3000 {
			tenon.Get(r, fmt.Sprintf("/a%d/{id}", i), ok[byID, item])
		}
	})
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("3000 operations took %v, want much less than 5 s", d)
	}
}

func TestPeers12MisspeltRule(t *testing.T) {
	got := mistakes(t,
		get[struct {
			N int `query:"n" check:"minn=1"`
		}]("/misspelt"),
		get[struct {
			N int `query:"n" check:"minLength=1"`
		}]("/inapplicable"))
	assert.Equal(t, len(got), 2, got)
	assert.Contains(t, got[0], `rule "minn=1" does not apply to int`)
	assert.Contains(t, got[1], `rule "minLength=1" does not apply to int`)
}

func TestPeers13PathWithoutField(t *testing.T) {
	got := mistakes(t, get[byID]("/things/{thing_id}"))
	assert.Equal(t, len(got), 2, got)
	assert.Contains(t, got[0], `byID.ID: tag path:"id": path /things/{thing_id} has no such parameter, only ["thing_id"]`)
	assert.Contains(t, got[1], `path /things/{thing_id} has the parameter "thing_id", but no field of tenon_test.byID has the tag path:"thing_id"`)
}
