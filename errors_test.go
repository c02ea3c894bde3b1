package tenon_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// failing registers an operation at /a that returns err.
func failing(err error, opts ...tenon.Option) func(*tenon.Router) {
	return func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *none) (item, error) { return item{}, err }, opts...)
	}
}

// panicking registers an operation at /a that panics with v.
func panicking(v any) func(*tenon.Router) {
	return func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *none) (item, error) { panic(v) })
	}
}

// driverError is what a database might return.
type driverError struct {
	DSN   string
	Query string
}

func (e *driverError) Error() string { return e.Query + " on " + e.DSN }

var secrets = &driverError{"postgres://user:secret@db", "SELECT secret FROM orders"}

func TestPeers2UnknownErrorStructIsOpaque(t *testing.T) {
	c := newClient(t, failing(secrets))
	c.ServerErrors = true
	r := c.Do("GET", "/a", "", "X-Request-Id: abc")
	assert.Equal(t, string(r.Body), `{"type":"urn:problem:internal_error","title":"Internal server error","status":500,"code":"internal_error","request_id":"abc"}`)
}

func TestPeers3RawErrorTextIsNotShown(t *testing.T) {
	for _, err := range []error{
		errors.New("secret"), fmt.Errorf("read /srv/secret.db: %w", sql.ErrNoRows), context.DeadlineExceeded,
		&os.PathError{Op: "open", Path: "/srv/secret", Err: os.ErrNotExist}, &json.SyntaxError{}, errors.Join(errors.New("secret")),
	} {
		c := newClient(t, failing(err))
		c.ServerErrors = true
		r := c.Do("GET", "/a", "")
		wantProblem(t, c, r, http.StatusInternalServerError, "internal_error")
		for _, text := range []string{"secret", "sql", "deadline", "open", "json"} {
			assert.Equal(t, strings.Contains(string(r.Body), text), false, text, string(r.Body))
		}
	}
}

func TestPeers4RejectedInputIsNotEchoed(t *testing.T) {
	type login struct {
		Name     string `json:"name" check:"maxLength=4"`
		Password string `json:"password"`
		Age      int    `json:"age"`
		Tags     []int  `json:"tags" check:"maxItems=1"`
	}
	c := newClient(t, func(r *tenon.Router) { tenon.Post(r, "/a", ok[struct{ Body login }, item]) })
	r := c.Do("POST", "/a", `{"name":"far too long","password":"secret","age":"x","tags":["secret",1]}`)
	wantProblem(t, c, r, http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, strings.Contains(string(r.Body), "secret"), false, string(r.Body))
	var inputs []string
	for _, issue := range c.Problem(r).Issues {
		inputs = append(inputs, string(issue.Input))
	}
	assert.Equal(t, inputs, []string{`"far too long"`, `"x"`, ""})
	r = c.Do("POST", "/a", `{"password":"secret"}`)
	assert.Equal(t, strings.Contains(string(r.Body), `"input"`), false, string(r.Body))
}

func TestB1EveryErrorIsAProblem(t *testing.T) {
	deny := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			problem.Write(w, r, problem.New(http.StatusUnauthorized, "", ""))
		})
	}
	c := newClient(t, panicking("boom"), posts, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 410, "gone", "Gone"))
		tenon.Get(r, "/gone", func(context.Context, *none) (item, error) { return item{}, errGone }, tenon.Errors(errGone))
		tenon.Get(r, "/unknown", func(context.Context, *none) (item, error) { return item{}, errOther })
		tenon.Get(r, "/denied", ok[none, item], tenon.Middleware(deny))
		tenon.Get(r, "/middleware", ok[none, item], tenon.Middleware(wrapper(func(http.ResponseWriter, *http.Request) { panic("boom") })))
		r.Mount("/mounted", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	})
	c.ServerErrors = true
	tests := []struct {
		name, method, target, body, contentType string
		status                                  int
		code                                    string
	}{
		{"no path", "GET", "/nothing", "", "", 404, "not_found"},
		{"no method", "PUT", "/a", "", "", 405, "method_not_allowed"},
		{"bad query", "GET", "/a?%", "", "", 400, "malformed_target"},
		{"large body", "POST", "/items", padded(65), "application/json", 413, "body_too_large"},
		{"wrong type", "POST", "/items", "x", "text/plain", 415, "unsupported_media_type"},
		{"bad JSON", "POST", "/items", "{", "application/json", 400, "malformed_body"},
		{"bad content", "POST", "/items", "{}", "application/json", 422, "validation_failed"},
		{"domain", "GET", "/gone", "", "", 410, "gone"},
		{"unknown error", "GET", "/unknown", "", "", 500, "internal_error"},
		{"panic", "GET", "/a", "", "", 500, "internal_error"},
		{"middleware", "GET", "/denied", "", "", 401, "unauthorized"},
		{"panic of middleware", "GET", "/middleware", "", "", 500, "internal_error"},
		{"panic of a mounted handler", "GET", "/mounted", "", "", 500, "internal_error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do(tt.method, tt.target, tt.body, "Accept: text/html", "Content-Type: "+tt.contentType)
			wantProblem(t, c, r, tt.status, tt.code)
			assert.Equal(t, r.Header.Get("Content-Length"), fmt.Sprint(len(r.Body)))
		})
	}
}

func TestB2StatusMemberIsTheStatus(t *testing.T) {
	for _, status := range []int{400, 404, 418, 499, 503, 599} {
		p := problem.New(status, "some_code", "Title")
		c := newClient(t, failing(p, tenon.Errors(p)))
		r := c.Do("GET", "/a", "")
		wantProblem(t, c, r, status, "some_code") // compares both
	}
}

func TestB3TypeAndTitleAreStable(t *testing.T) {
	n := 0
	app, err := tenon.New(tenon.Config{Title: "T", Version: "1", ProblemTypes: "https://example.com/problems/"}, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 410, "order_gone", "Order is gone"))
		tenon.Get(r, "/a", func(context.Context, *none) (item, error) {
			n++
			return item{}, fmt.Errorf("read order %d: %w", n, errGone)
		}, tenon.Errors(errGone))
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	for range 2 {
		r := c.Do("GET", "/a", "", "X-Request-Id: abc")
		assert.Equal(t, string(r.Body),
			`{"type":"https://example.com/problems/order_gone","title":"Order is gone","status":410,"code":"order_gone","request_id":"abc"}`)
	}
}

func TestB4AllViolationsAreListedWithTheirLocation(t *testing.T) {
	type line struct {
		SKU string `json:"sku" check:"minLength=3"`
	}
	type order struct {
		Lines []line         `json:"lines"`
		Notes map[string]int `json:"notes"`
		Total int            `json:"total" check:"gt=0"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a/{id}", ok[struct {
			ID    int `path:"id"`
			Limit int `query:"limit"`
			Trace int `header:"X-Trace"`
			User  int `cookie:"user"`
			Body  order
		}, item])
	})
	r := c.Do("POST", "/a/x?limit=y", `{"lines":[{"sku":"abc"},{"sku":"a"}],"notes":{"k":"v"},"total":0}`, "X-Trace: z", "Cookie: user=u")
	var doc struct {
		Errors []struct{ Loc []any }
	}
	assert.NoError(t, json.Unmarshal(r.Body, &doc))
	want := [][]any{
		{"path", "id"}, {"query", "limit"}, {"header", "X-Trace"}, {"cookie", "user"},
		{"body", "lines", 1.0, "sku"}, {"body", "notes", "k"}, {"body", "total"},
	}
	assert.Equal(t, len(doc.Errors), len(want))
	for i, e := range doc.Errors {
		assert.Equal(t, e.Loc, want[i])
	}
}

func TestB5NoInternalsInAnyAnswer(t *testing.T) {
	c := newClient(t, posts, failing(secrets), func(r *tenon.Router) {
		tenon.Get(r, "/panic", func(context.Context, *none) (item, error) { panic(secrets) })
		tenon.Get(r, "/level", ok[struct {
			Level level `query:"level"`
		}, item])
		tenon.Get(r, "/unlucky", func(context.Context, *none) (unlucky, error) { return unlucky{secrets}, nil })
		tenon.Get(r, "/wrapped", func(context.Context, *none) (item, error) {
			return item{}, problem.New(409, "taken", "Taken").With(secrets)
		})
	})
	c.ServerErrors = true
	for _, target := range []string{"/a", "/panic", "/level?level=low", "/unlucky", "/wrapped", "/nothing", "/a?x=%"} {
		checkNoInternals(t, target, c.Do("GET", target, ""))
	}
	for _, body := range []string{"", "{", "[]", `{"name":1}`, "\xff", `{"name":"\ud800"}`, `{"count":1e400}`} {
		checkNoInternals(t, body, c.Do("POST", "/items", body))
	}
}

func checkNoInternals(t *testing.T, about string, r *tenontest.Response) {
	t.Helper()
	assert.Equal(t, r.Status >= 400, true, about)
	for _, text := range []string{"secret", "SELECT", "postgres", "/srv", "goroutine", ".go:", "tenon", "reflect", "strconv", "json:", "0x"} {
		assert.Equal(t, strings.Contains(string(r.Body), text), false, about, text, string(r.Body))
		for name, values := range r.Header {
			assert.Equal(t, strings.Contains(strings.Join(values, " "), text), false, about, name, text)
		}
	}
}

func TestB6PanicIsA500LoggedOnceAndTheServerLives(t *testing.T) {
	log := new(logs)
	boom := wrapper(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/middleware" {
			panic("boom in middleware")
		}
	})
	srv := newServer(t, log, panicking("boom"), func(r *tenon.Router) {
		r.Use(tenon.Middleware(pass))
		tenon.Get(r, "/nil", func(context.Context, *none) (item, error) { return *(*item)(nil), nil })
		tenon.Get(r, "/error", func(context.Context, *none) (item, error) { panic(errOther) })
		tenon.Get(r, "/behind", func(context.Context, *none) (item, error) { panic("boom behind middleware") }, tenon.Middleware(pass, pass))
		tenon.Get(r, "/middleware", ok[none, item], tenon.Middleware(pass, boom))
		tenon.Get(r, "/alive", ok[none, item])
		r.Mount("/mounted", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom in a mount") }))
	})
	tests := []struct{ path, route, text string }{
		{"/a", "/a", "panic: boom\n"},
		{"/nil", "/nil", "nil pointer dereference"},
		{"/error", "/error", "panic: other\n"},
		{"/behind", "/behind", "boom behind middleware"},
		{"/middleware", "/middleware", "boom in middleware"},
		{"/mounted/x", "/mounted", "boom in a mount"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			status, header, body := fetch(t, srv.URL, "GET", tt.path, "X-Request-Id: id-"+tt.path[1:2])
			assert.Equal(t, status, http.StatusInternalServerError)
			assert.Equal(t, header.Get("Content-Type"), problem.ContentType)
			assert.Contains(t, body, `"request_id":"id-`+tt.path[1:2]+`"`)
			lines := log.lines(t)
			assert.Equal(t, len(lines), 1, lines)
			assert.Equal(t, lines[0]["request_id"], any("id-"+tt.path[1:2]))
			assert.Equal(t, lines[0]["route"], any(tt.route))
			assert.Equal(t, lines[0]["method"], any("GET"))
			text := fmt.Sprint(lines[0]["error"])
			assert.Contains(t, text, tt.text)
			assert.Contains(t, text, "goroutine ")
			assert.Contains(t, text, "errors_test.go:")
		})
	}
	status, _, _ := fetch(t, srv.URL, "GET", "/alive")
	assert.Equal(t, status, http.StatusOK)
	assert.Equal(t, len(log.lines(t)), 0)
}

func TestB7AbortedAnswersAreVisibleAsSuch(t *testing.T) {
	partly := func(v any) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("first part"))
			w.(http.Flusher).Flush()
			panic(v)
		})
	}
	log := new(logs)
	srv := newServer(t, log, panicking(http.ErrAbortHandler), func(r *tenon.Router) {
		r.Mount("/abort", partly(http.ErrAbortHandler))
		r.Mount("/panic", partly("boom"))
		tenon.Get(r, "/after", ok[none, item], tenon.Middleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				panic("boom after the answer")
			})
		}))
	})
	tests := []struct {
		path  string
		lines int // that are logged
	}{
		{"/a", 0}, {"/abort", 0}, {"/panic", 1}, {"/after", 1},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			r, err := http.NewRequest("POST", srv.URL+tt.path, nil) // not tried again by the client
			assert.NoError(t, err)
			if tt.path == "/a" || tt.path == "/after" {
				r.Method = "GET"
			}
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err == nil {
				_, err = readAll(resp)
			}
			if err == nil {
				t.Error("got a whole answer, want a cut connection")
			}
			lines := log.lines(t)
			assert.Equal(t, len(lines), tt.lines, lines)
			for _, line := range lines {
				assert.Equal(t, line["msg"], any("request failed after the answer had begun"))
				assert.Contains(t, fmt.Sprint(line["error"]), "goroutine ")
			}
		})
	}
}

func TestB8RequestIDs(t *testing.T) {
	c := newClient(t, verbs)
	longest := strings.Repeat("a", problem.MaxRequestID)
	tests := []struct {
		name, given string
		kept        bool
	}{
		{"letters", "abcXYZ", true},
		{"all that is safe", "a-b_c.d:0", true},
		{"longest", longest, true},
		{"too long", longest + "a", false},
		{"empty", "", false},
		{"space", "a b", false},
		{"quote", `a"b`, false},
		{"escape", "a\x1b[31m", false},
		{"not ASCII", "ä", false},
		{"markup", "<b>", false},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", "/nothing", "", "X-Request-Id: "+tt.given)
			wantProblem(t, c, r, http.StatusNotFound, "not_found") // compares header and body
			id := r.Header.Get("X-Request-Id")
			assert.Equal(t, id == tt.given, tt.kept, id)
			if !tt.kept {
				assert.Equal(t, len(id), 26)
				assert.Equal(t, seen[id], false, "used twice")
				seen[id] = true
			}
		})
	}
}

func TestRequestIDOfMiddlewareIsUsed(t *testing.T) {
	log := new(logs)
	id := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(problem.WithRequestID(r.Context(), "of-middleware")))
		})
	}
	c := tenontest.New(t, newApp(t, log, failing(errOther), func(r *tenon.Router) { r.Use(tenon.Middleware(id)) }))
	c.ServerErrors = true
	r := c.Do("GET", "/a", "", "X-Request-Id: of-client")
	assert.Equal(t, c.Problem(r).Code, "internal_error")
	assert.Equal(t, r.Header.Get("X-Request-Id"), "of-middleware")
	assert.Equal(t, log.lines(t)[0]["request_id"], any("of-middleware"))
}

func TestB9ErrorsAreJSONWhateverTheClientAccepts(t *testing.T) {
	c := newClient(t, verbs)
	for _, accept := range []string{"text/html", "application/xml", "*/*;q=0", "nonsense"} {
		wantProblem(t, c, c.Do("GET", "/nothing", "", "Accept: "+accept), http.StatusNotFound, "not_found")
	}
}

func TestMapping(t *testing.T) {
	special := fmt.Errorf("special: %w", errGone)
	gone := tenon.MapError(errGone, 410, "gone", "Gone")
	specialGone := tenon.MapError(special, 404, "special", "Special")
	tests := []struct {
		name         string
		app, grp, op []tenon.Option
		err          error
		code         string
	}{
		{"as declared", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(errGone)}, errGone, "gone"},
		{"wrapped", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(errGone)}, fmt.Errorf("read: %w", fmt.Errorf("row: %w", errGone)), "gone"},
		{"joined", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(errGone)}, errors.Join(errOther, errGone), "gone"},
		{"declared by the group", []tenon.Option{gone}, []tenon.Option{tenon.Errors(errGone)}, nil, errGone, "gone"},
		{"declared twice", []tenon.Option{gone, tenon.Errors(errGone)}, nil, []tenon.Option{tenon.Errors(errGone)}, errGone, "gone"},
		{"mapped but not declared", []tenon.Option{gone}, nil, nil, errGone, "internal_error"},
		{"another error", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(errGone)}, errOther, "internal_error"},
		{"same text", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(errGone)}, errors.New("gone"), "internal_error"},
		{"innermost wins", []tenon.Option{gone}, []tenon.Option{tenon.MapError(errGone, 404, "inner", "Inner")}, []tenon.Option{tenon.Errors(errGone)}, errGone, "inner"},
		{"operation wins", []tenon.Option{gone}, []tenon.Option{tenon.MapError(errGone, 404, "inner", "Inner")}, []tenon.Option{tenon.MapError(errGone, 404, "own", "Own"), tenon.Errors(errGone)}, errGone, "own"},
		{"last in one place wins", []tenon.Option{gone, tenon.MapError(errGone, 404, "last", "Last")}, nil, []tenon.Option{tenon.Errors(errGone)}, errGone, "last"},
		{"innermost wins over the general one declared first", []tenon.Option{gone}, []tenon.Option{specialGone}, []tenon.Option{tenon.Errors(errGone, special)}, special, "special"},
		{"general error beside a special one", []tenon.Option{gone}, []tenon.Option{specialGone}, []tenon.Option{tenon.Errors(special, errGone)}, errGone, "gone"},
		{"special error by the general mapping", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(special)}, special, "gone"},
		{"general error where the special one is declared", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(special)}, errGone, "internal_error"},
		{"special error where the general one is declared", []tenon.Option{gone}, nil, []tenon.Option{tenon.Errors(errGone)}, special, "gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, func(r *tenon.Router) {
				r.Use(tt.app...)
				failing(tt.err, tt.op...)(r.Group("", tt.grp...))
			})
			c.ServerErrors = true
			assert.Equal(t, c.Problem(c.Do("GET", "/a", "")).Code, tt.code)
		})
	}
}

func TestProblemsOfHandlers(t *testing.T) {
	full := &problem.Error{
		Status: 409, Code: "taken", Title: "Name is taken", Detail: "pin is taken", Header: http.Header{"retry-after": {"3"}},
		Issues: []problem.Issue{{Type: "taken", Loc: []any{"body", "name"}, Msg: "Name should be new"}}, Cause: secrets,
	}
	var absent *problem.Error
	tests := []struct {
		name   string
		err    error
		status int
		want   string // JSON before the request ID
		logged string // cause in the log
	}{
		{"whole", full, 409, `{"type":"urn:problem:taken","title":"Name is taken","status":409,"detail":"pin is taken","code":"taken",` +
			`"request_id":"x","errors":[{"type":"taken","loc":["body","name"],"msg":"Name should be new"}]}`, ""},
		{"wrapped", fmt.Errorf("create: %w", problem.New(409, "taken", "Taken")), 409,
			`{"type":"urn:problem:taken","title":"Taken","status":409,"code":"taken","request_id":"x"}`, ""},
		{"by the status alone", &problem.Error{Status: 404}, 404,
			`{"type":"urn:problem:not_found","title":"Not Found","status":404,"code":"not_found","request_id":"x"}`, ""},
		{"of the server", problem.New(503, "busy", "Busy").With(secrets), 503,
			`{"type":"urn:problem:busy","title":"Busy","status":503,"code":"busy","request_id":"x"}`, secrets.Error()},
		{"no status", &problem.Error{Code: "taken"}, 500, "", "a problem has the status 0, want one from 400 to 599"},
		{"status of success", problem.New(200, "fine", "Fine"), 500, "", "a problem has the status 200"},
		{"status that net/http refuses", problem.New(1000, "fine", "Fine"), 500, "", "a problem has the status 1000"},
		{"nil pointer", absent, 500, "", "nil pointer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := new(logs)
			c := tenontest.New(t, newApp(t, log, failing(tt.err)))
			c.ServerErrors = true // none is declared
			r := c.Do("GET", "/a", "", "X-Request-Id: x")
			if tt.want == "" {
				tt.want = `{"type":"urn:problem:internal_error","title":"Internal server error","status":500,"code":"internal_error","request_id":"x"}`
			}
			assert.Equal(t, string(r.Body), tt.want)
			assert.Equal(t, r.Status, tt.status)
			lines := log.lines(t)
			assert.Equal(t, len(lines) == 1, tt.status >= 500, lines)
			if tt.logged != "" {
				assert.Contains(t, fmt.Sprint(lines[0]["error"]), tt.logged)
			}
			if tt.name == "whole" {
				assert.Equal(t, r.Header.Values("Retry-After"), []string{"3"})
			}
		})
	}
	assert.Equal(t, full.Header, http.Header{"retry-after": {"3"}})
}

// first begins at the address of the struct that it is the first field of.
type first struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

type nested struct {
	First first            `json:"first"`
	List  []first          `json:"list"`
	Opt   tenon.Opt[first] `json:"opt"`
	Ptr   *first           `json:"ptr"`
	Map   map[string]int   `json:"map"`
}

type located struct {
	paging
	ID    string            `path:"id"`
	Tag   tenon.Opt[string] `query:"tag"`
	Names []string          `query:"name" default:"[]"`
	Trace string            `header:"X-Trace" default:"-"`
	User  string            `cookie:"user" default:"-"`
	Body  nested
}

func TestInvalidFindsEveryKindOfLocation(t *testing.T) {
	other := "elsewhere"
	tests := []struct {
		name  string
		field func(in *located) any
		want  []any // nil for an opaque 500
	}{
		{"path", func(in *located) any { return &in.ID }, []any{"path", "id"}},
		{"query", func(in *located) any { return &in.Tag }, []any{"query", "tag"}},
		{"query of an embedded struct", func(in *located) any { return &in.Limit }, []any{"query", "limit"}},
		{"item of a list in the query", func(in *located) any { return &in.Names[1] }, []any{"query", "name", 1}},
		{"header", func(in *located) any { return &in.Trace }, []any{"header", "X-Trace"}},
		{"cookie", func(in *located) any { return &in.User }, []any{"cookie", "user"}},
		{"body", func(in *located) any { return &in.Body }, []any{"body"}},
		{"first field of the body", func(in *located) any { return &in.Body.First }, []any{"body", "first"}},
		{"first field of that", func(in *located) any { return &in.Body.First.Name }, []any{"body", "first", "name"}},
		{"another field", func(in *located) any { return &in.Body.First.Size }, []any{"body", "first", "size"}},
		{"list", func(in *located) any { return &in.Body.List }, []any{"body", "list"}},
		{"first element of a list", func(in *located) any { return &in.Body.List[0] }, []any{"body", "list", 0}},
		{"first field of the first element", func(in *located) any { return &in.Body.List[0].Name }, []any{"body", "list", 0, "name"}},
		{"field of another element", func(in *located) any { return &in.Body.List[1].Size }, []any{"body", "list", 1, "size"}},
		{"optional member", func(in *located) any { return &in.Body.Opt }, []any{"body", "opt"}},
		{"pointer", func(in *located) any { return &in.Body.Ptr }, []any{"body", "ptr"}},
		{"behind a pointer", func(in *located) any { return &in.Body.Ptr.Size }, []any{"body", "ptr", "size"}},
		{"value behind a pointer", func(in *located) any { return in.Body.Ptr }, []any{"body", "ptr"}},
		{"map", func(in *located) any { return &in.Body.Map }, []any{"body", "map"}},
		{"copy of an element", func(in *located) any { line := in.Body.List[0]; return &line }, nil},
		{"no part of the input", func(*located) any { return &other }, nil},
		{"no address", func(in *located) any { return in.ID }, nil},
		{"nil", func(*located) any { return nil }, nil},
		{"the input itself", func(in *located) any { return in }, []any{}},
		{"embedded struct", func(in *located) any { return &in.paging }, []any{"query"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, func(r *tenon.Router) {
				tenon.Post(r, "/a/{id}", func(_ context.Context, in *located) (item, error) {
					return item{}, fmt.Errorf("check: %w", tenon.Invalid(in, tt.field(in), "taken", "Should be new"))
				})
			})
			c.ServerErrors = tt.want == nil
			r := c.Do("POST", "/a/1?tag=x&name=a&name=b",
				`{"first":{"name":"n","size":1},"list":[{"name":"n","size":1},{"name":"n","size":1}],"opt":{"name":"n","size":1},"ptr":{"name":"n","size":1},"map":{}}`)
			if tt.want == nil {
				wantProblem(t, c, r, http.StatusInternalServerError, "internal_error")
				return
			}
			wantProblem(t, c, r, http.StatusUnprocessableEntity, "validation_failed")
			issues := c.Problem(r).Issues
			assert.Equal(t, issues, []problem.Issue{{Type: "taken", Loc: tt.want, Msg: "Should be new"}})
		})
	}
}

func TestInvalidFindsModelsAndBodiesAsAWhole(t *testing.T) {
	type models struct {
		Filter struct {
			A int `json:"a" default:"0"`
		} `query:"*"`
		Browser struct {
			B string `json:"save_data" default:""`
		} `header:"*"`
		paging
		Body io.Reader
	}
	for want, field := range map[string]func(in *models) any{
		"query": func(in *models) any { return &in.Filter }, "query.a": func(in *models) any { return &in.Filter.A },
		"header": func(in *models) any { return &in.Browser }, "header.Save-Data": func(in *models) any { return &in.Browser.B },
		"body": func(in *models) any { return &in.Body },
	} {
		c := newClient(t, func(r *tenon.Router) {
			tenon.Post(r, "/", func(_ context.Context, in *models) (item, error) {
				return item{}, tenon.Invalid(in, field(in), "bad", "Bad")
			})
		})
		assert.Equal(t, issueTypes(t, c, c.Do("POST", "/", "")), []string{"bad " + want})
	}
}

func TestInvalidOfAnotherInputIsAMistake(t *testing.T) {
	log := new(logs)
	c := tenontest.New(t, newApp(t, log, func(r *tenon.Router) {
		tenon.Get(r, "/a/{id}", func(_ context.Context, in *byID) (item, error) {
			return item{}, tenon.Invalid(&in.ID, &in.ID, "bad", "bad")
		})
	}))
	c.ServerErrors = true
	wantProblem(t, c, c.Do("GET", "/a/1", ""), http.StatusInternalServerError, "internal_error")
	assert.Contains(t, fmt.Sprint(log.lines(t)[0]["error"]), "tenon.Invalid was given a field that is no part of the input (pass its address, as in &in.Limit): invalid input: bad: bad")
}

func TestSharedProblemsAreNotChanged(t *testing.T) {
	shared := problem.New(409, "taken", "Taken")
	before := *shared
	c := newClient(t, failing(shared, tenon.Errors(shared)), posts)
	for range 3 {
		c.Do("GET", "/a", "")
		c.Do("POST", "/items", "{}")
	}
	assert.Equal(t, reflect.DeepEqual(*shared, before), true)
	assert.Equal(t, issueTypes(t, c, c.Do("GET", "/nothing", "")), nil)
}
