package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

func TestPeers1GroupsCopyTheirProvidersAndStages(t *testing.T) {
	shared := make([]tenon.Option, 1, 8) // room that an append could share
	deny := func(name string) tenon.Option {
		return tenon.Guard(func(context.Context, *none) error { return problem.New(403, name, name) }, tenon.Errors(problem.New(403, name, name)))
	}
	shared[0] = tenon.Value(caller("shared"))
	who := func(_ context.Context, in *struct{ Caller caller }) (string, error) { return string(in.Caller), nil }
	c := newClient(t, func(r *tenon.Router) {
		a := r.Group("/a", append(shared, deny("a"))...)
		b := r.Group("/b", append(shared, deny("b"))...)
		tenon.Get(a, "", who)
		tenon.Get(b, "", who)
		tenon.Get(r.Group("/c", shared...), "", who)
		tenon.Get(r.Group("/d", shared...), "", who, append(shared[:0:0], tenon.Value(caller("own")))...)
		shared[0] = nil
	})
	wantProblem(t, c, c.Do("GET", "/a", ""), 403, "a")
	wantProblem(t, c, c.Do("GET", "/b", ""), 403, "b")
	assert.Equal(t, string(c.Do("GET", "/c", "").Body), `"shared"`)
	assert.Equal(t, string(c.Do("GET", "/d", "").Body), `"own"`)
}

func TestPeers18ProvidersAndStagesAreOrderFree(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		g := r.Group("/g")
		tenon.Get(g, "", func(_ context.Context, in *struct{ Account account }) (string, error) { return in.Account.name, nil })
		g.Use(tenon.Provide(accountOf)) // all after the operation, what is needed last
		g.Use(tenon.Guard(func(_ context.Context, in *struct{ Tenant tenant }) error {
			if in.Tenant == "no" {
				return problem.New(403, "", "")
			}
			return nil
		}, tenon.Errors(problem.New(403, "", ""))))
		r.Use(tenon.Provide(tenantOf))
	})
	assert.Equal(t, string(c.Do("GET", "/g", "", "X-Tenant: acme").Body), `"account of acme"`)
	wantProblem(t, c, c.Do("GET", "/g", "", "X-Tenant: no"), 403, "forbidden")
}

func TestPeers19UnionErrorsAreThoseOfTheBranch(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.Union[shape]("type", schema.As[square]("square"), schema.As[circle]("circle")))
		tenon.Post(r, "/a", ok[struct{ Body shape }, item])
	})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a", `{"type":"circle","radius":-1}`)), []string{"greater_than body.circle.radius"})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a", `{"type":"cube"}`)), []string{"union_tag_invalid body"})
}

func TestPeers25BadNumbersAndTextsAre4xx(t *testing.T) {
	type input struct {
		N     float64 `query:"n" default:"0"`
		Trace string  `header:"X-Trace" default:""`
		Body  struct {
			F float64 `json:"f"`
			S string  `json:"s"`
		}
	}
	c := newClient(t, func(r *tenon.Router) { tenon.Post(r, "/a", ok[input, item]) })
	for _, body := range []string{
		`{"f":NaN,"s":""}`, `{"f":1e999,"s":""}`, `{"f":-1e999,"s":1}`, `{"f":Infinity}`, `{"f":1,"s":"\ud800"}`, `{"f":1,"s":"\udc00x"}`,
		"{\"f\":1,\"s\":\"\xff\"}", "\xed\xa0\x80", `{"f":"\ud800"}`, `{"\ud800":1}`, `[1e999`,
	} {
		r := c.Do("POST", "/a", body)
		assert.Equal(t, r.Status >= 400 && r.Status < 500, true, body, r.Status)
	}
	for _, target := range []string{"/a?n=NaN", "/a?n=1e999", "/a?n=%ff", "/a?n=%ED%A0%80"} {
		r := c.Do("POST", target, `{"f":1,"s":""}`, "X-Trace: \xff")
		assert.Equal(t, r.Status >= 400 && r.Status < 500, true, target, r.Status)
	}
}

func TestPeers28AFailedCommitIsTheAnswer(t *testing.T) {
	committed := 0
	srv := newServer(t, nil, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 409, "conflict", "Conflict"))
		r.Use(tenon.Scoped(func(context.Context, *none) (session, tenon.Close, error) {
			return session{}, func(context.Context, error) error { committed++; return fmt.Errorf("commit: %w", errGone) }, nil
		}, tenon.Errors(errGone)))
		tenon.Post(r, "/a", func(context.Context, *useSession) (tenon.Created[item], error) {
			return tenon.Created[item]{Location: "/a/1"}, nil
		})
	})
	status, header, body := fetch(t, srv.URL, "POST", "/a")
	assert.Equal(t, status, 409)
	assert.Equal(t, header.Get("Location"), "")
	assert.Contains(t, body, `"code":"conflict"`)
	assert.Equal(t, committed, 1)
}

// troubles registers operations that fail in every function of the graph but the handler,
// in every way, with everything that must stay inside.
func troubles(r *tenon.Router) []string {
	var paths []string
	type extra struct{}
	fail := map[string]func(context.Context) error{
		"error":   func(context.Context) error { return secrets },
		"panic":   func(context.Context) error { panic(secrets) },
		"absent":  func(context.Context) error { return fmt.Errorf("%w: %w", secrets, tenon.ErrAbsent) },
		"problem": func(context.Context) error { return problem.New(500, "", "").With(secrets) },
		"timeout": func(ctx context.Context) error { <-ctx.Done(); return errors.Join(ctx.Err(), secrets) },
		"invalid": func(context.Context) error { return tenon.Invalid(secrets, &secrets.DSN, "secret", "secret") },
	}
	for name, do := range fail {
		g := r.Group("/"+name, tenon.Limits{Timeout: time.Millisecond})
		use := tenon.Guard(func(context.Context, *struct{ _ extra }) error { return nil })
		for where, opts := range map[string][]tenon.Option{
			"provider": {use, tenon.Provide(func(ctx context.Context, _ *none) (extra, error) { return extra{}, do(ctx) })},
			"limited": {use, tenon.Provide(func(ctx context.Context, _ *none) (extra, error) { return extra{}, do(ctx) },
				tenon.Limits{Timeout: time.Microsecond})},
			"scoped": {use, tenon.Scoped(func(ctx context.Context, _ *none) (extra, tenon.Close, error) { return extra{}, nil, do(ctx) })},
			"guard":  {tenon.Guard(func(ctx context.Context, _ *none) error { return do(ctx) })},
			"around": {tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error { return errors.Join(c.Next(ctx), do(ctx)) })},
			"close": {use, tenon.Scoped(func(ctx context.Context, _ *none) (extra, tenon.Close, error) {
				return extra{}, func(context.Context, error) error { return do(ctx) }, nil
			})},
		} {
			tenon.Get(g, "/"+where, ok[none, item], opts...)
			paths = append(paths, "/"+name+"/"+where)
		}
	}
	return paths
}

// Rows B1, B2, B3, B5, B8 and B9 for providers, stages and scopes.
func TestB1EveryErrorOfTheGraphIsAnOpaqueProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := new(logs)
		var paths []string
		c := tenontest.New(t, newApp(t, log, func(r *tenon.Router) { paths = troubles(r) }))
		c.ServerErrors = true
		assert.Equal(t, len(paths), 36)
		for _, path := range paths {
			status, code := http.StatusInternalServerError, "internal_error"
			switch {
			case strings.HasPrefix(path, "/timeout/"):
				status, code = http.StatusGatewayTimeout, "timeout"
			case strings.HasPrefix(path, "/problem/"):
				code = "internal_server_error"
			}
			r := c.Do("GET", path, "", "Accept: text/html", "X-Request-Id: id-1")
			wantProblem(t, c, r, status, code)
			checkNoInternals(t, path, r)
			assert.Equal(t, r.Header.Get("X-Request-Id"), "id-1")
			lines := log.lines(t)
			assert.Equal(t, len(lines), 1, path, lines)
			assert.Equal(t, lines[0]["request_id"], any("id-1"))
			assert.Equal(t, lines[0]["route"], any(path))
		}
	})
}

// Row B7: what is wrong after the answer does not spoil it, and is logged.
func TestB7PanicOfAScopeAfterTheAnswerIsLogged(t *testing.T) {
	log := new(logs)
	srv := newServer(t, log, func(r *tenon.Router) {
		r.Use(tenon.Scoped(func(context.Context, *none) (session, tenon.Close, error) {
			return session{}, func(context.Context, error) error { panic("boom after the answer") }, nil
		}, tenon.AfterAnswer()))
		tenon.Get(r, "/a", ok[useSession, item])
	})
	for range 2 {
		status, _, body := fetch(t, srv.URL, "GET", "/a")
		assert.Equal(t, status, 200)
		assert.Equal(t, body, `{"name":"","count":0}`)
	}
	srv.Close() // waits for both
	lines := log.lines(t)
	assert.Equal(t, len(lines), 2)
	assert.Contains(t, fmt.Sprint(lines[0]["error"]), "panic: boom after the answer\ngoroutine ")
}

// Row B4: what all functions read is in one list, in the order in which they run.
func TestB4ViolationsOfAllFunctionsAreInOneList(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.Provide(tenantOf), tenon.Guard(func(context.Context, *struct {
			Limit int `query:"limit" check:"ge=1"`
		}) error {
			t.Error("a guard ran")
			return nil
		}))
		tenon.Post(r, "/a/{id}", ok[struct {
			ID     int    `path:"id"`
			Limit  int    `query:"limit" check:"ge=1"`
			User   string `cookie:"user"`
			Tenant tenant
			Body   item
		}, item])
	})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a/x?limit=0", `{"name":1}`)), []string{
		"missing header.X-Tenant", "greater_than_equal query.limit", "int_parsing path.id", "missing cookie.user",
		"string_type body.name", "missing body.count",
	})
}

type circle struct {
	Radius float64 `json:"radius" check:"gt=0"`
}

func (c circle) area() float64 { return c.Radius * c.Radius * 3 }
