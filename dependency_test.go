package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

type (
	tenant  string
	account struct{ name string }
	session struct{ log *[]string }
)

var errSuspended = errors.New("suspended")

// tenantOf reads the tenant from a header.
func tenantOf(_ context.Context, in *struct {
	Name string `header:"X-Tenant" check:"minLength=2"`
}) (tenant, error) {
	if in.Name == "bad" {
		return "", errSuspended
	}
	return tenant(in.Name), nil
}

func accountOf(_ context.Context, in *struct{ Tenant tenant }) (account, error) {
	return account{"account of " + string(in.Tenant)}, nil
}

func newClientOf(t testing.TB, routes func(*tenon.Router)) (*tenontest.Client, *tenon.App) {
	t.Helper()
	app := newApp(t, nil, routes)
	return tenontest.New(t, app), app
}

type useAccount struct {
	ID      int `path:"id" check:"ge=1"`
	Account account
	Tenant  tenant
}

func accounts(r *tenon.Router) {
	r.Use(tenon.MapError(errSuspended, 403, "suspended", "Tenant is suspended"))
	r.Use(tenon.Provide(accountOf), tenon.Provide(tenantOf, tenon.Errors(errSuspended)))
	tenon.Get(r, "/a/{id}", func(_ context.Context, in *useAccount) ([]string, error) {
		return []string{fmt.Sprint(in.ID), in.Account.name, string(in.Tenant)}, nil
	})
}

func TestDependenciesAreFoundByTypeAndTheirParametersReadWithAllOthers(t *testing.T) {
	c, app := newClientOf(t, accounts)
	assert.Equal(t, string(c.Do("GET", "/a/3", "", "X-Tenant: acme").Body), `["3","account of acme","acme"]`)

	p := c.Problem(c.Do("GET", "/a/0", "", "X-Tenant: a"))
	assert.Equal(t, p.Status, 422)
	var locs []string
	for _, i := range p.Issues {
		locs = append(locs, fmt.Sprint(i.Loc))
	}
	assert.Equal(t, locs, []string{"[header X-Tenant]", "[path id]"})

	p = c.Problem(c.Do("GET", "/a/1", "", "X-Tenant: bad"))
	assert.Equal(t, p.Code, "suspended")

	op := app.Document().Paths["/a/{id}"].Get
	assert.Equal(t, len(op.Parameters), 2)
	assert.Equal(t, op.Responses["403"] != nil, true)
}

func TestScopesCloseWithTheOutcomeBeforeTheAnswer(t *testing.T) {
	var log []string
	begin := func(context.Context, *struct{}) (session, tenon.Close, error) {
		log = append(log, "begin")
		return session{&log}, func(ctx context.Context, outcome error) error {
			log = append(log, fmt.Sprint("close ", outcome, " ", ctx.Err()))
			if len(log) > 3 {
				return problem.New(503, "", "")
			}
			return nil
		}, nil
	}
	type in struct {
		Fail    bool `query:"fail" default:"false"`
		Session session
	}
	c, _ := newClientOf(t, func(r *tenon.Router) {
		r.Use(tenon.Scoped(begin, tenon.Errors(problem.New(503, "", ""))))
		tenon.Get(r, "/a", func(_ context.Context, in *in) (int, error) {
			*in.Session.log = append(*in.Session.log, "handler")
			if in.Fail {
				return 0, problem.New(409, "", "")
			}
			return 1, nil
		}, tenon.Describe(409, "Conflict"))
	})
	assert.Equal(t, c.Do("GET", "/a", "").Status, 200)
	assert.Equal(t, log, []string{"begin", "handler", "close <nil> <nil>"})
	log = nil
	assert.Equal(t, c.Do("GET", "/a?fail=true", "").Status, 409)
	assert.Equal(t, log, []string{"begin", "handler", "close conflict: Conflict <nil>"})
	log = []string{""}
	assert.Equal(t, c.Do("GET", "/a", "").Status, 503)
}

func TestAroundMayRunWhatIsBehindItAgain(t *testing.T) {
	var log []string
	lost := errors.New("lost a race")
	begin := func(context.Context, *struct{}) (session, tenon.Close, error) {
		log = append(log, "begin")
		return session{&log}, func(_ context.Context, outcome error) error {
			log = append(log, "close")
			if len(log) < 5 {
				return lost
			}
			return nil
		}, nil
	}
	retry := tenon.Around(func(ctx context.Context, _ *struct{}, c *tenon.Call) (err error) {
		for range 3 {
			if err = c.Next(ctx); !errors.Is(err, lost) {
				break
			}
		}
		log = append(log, fmt.Sprint(c.Answer().Status, " ", string(c.Answer().Body), " ", *c.Output().(*int)))
		return err
	})
	type in struct {
		Session session
		Body    []int
	}
	c, _ := newClientOf(t, func(r *tenon.Router) {
		r.Use(tenon.Scoped(begin), retry)
		tenon.Post(r, "/a", func(_ context.Context, in *in) (int, error) {
			in.Body[0]++ // a run does not see what another did
			log = append(log, fmt.Sprint(in.Body))
			return in.Body[0], nil
		}, tenon.Status(202))
	})
	r := c.Do("POST", "/a", "[7]")
	assert.Equal(t, r.Status, 202)
	assert.Equal(t, string(r.Body), "8")
	assert.Equal(t, log, []string{"begin", "[8]", "close", "begin", "[8]", "close", "202 8 8"})
}

func TestGuardsRunInTheOrderOfPlacesAndList(t *testing.T) {
	var log []string
	guard := func(name string) tenon.Option {
		return tenon.Guard(func(_ context.Context, in *struct {
			Stop string `query:"stop" default:""`
		}) error {
			log = append(log, name)
			if in.Stop == name {
				return problem.New(403, "", "")
			}
			return nil
		}, tenon.Errors(problem.New(403, "", "")))
	}
	c, _ := newClientOf(t, func(r *tenon.Router) {
		r.Use(guard("app 1"), guard("app 2"))
		g := r.Group("/g", guard("group"))
		tenon.Get(g, "", func(context.Context, *struct{}) (tenon.NoContent, error) {
			log = append(log, "handler")
			return tenon.NoContent{}, nil
		}, guard("operation"))
	})
	c.Do("GET", "/g", "")
	assert.Equal(t, log, []string{"app 1", "app 2", "group", "operation", "handler"})
	log = nil
	assert.Equal(t, c.Do("GET", "/g?stop=group", "").Status, 403)
	assert.Equal(t, log, []string{"app 1", "app 2", "group"})
}

func TestReplyAnswersInPlaceOfTheHandler(t *testing.T) {
	var prints []string
	c, _ := newClientOf(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", func(_ context.Context, in *struct {
			N    int `query:"n"`
			Body map[string]int
		}) (map[string]int, error) {
			return in.Body, nil
		}, tenon.Around(func(ctx context.Context, _ *struct{}, c *tenon.Call) error {
			p, err := c.Fingerprint()
			if err != nil {
				return err
			}
			prints = append(prints, fmt.Sprintf("%x", p[:4]))
			if slices.Contains(prints[:len(prints)-1], prints[len(prints)-1]) {
				c.Reply(tenon.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}, "X-Replayed": {"true"}}, Body: []byte(`{"b":2}`)})
				return nil
			}
			return c.Next(ctx)
		}))
	})
	assert.Equal(t, string(c.Do("POST", "/a?n=1", `{"a":1,"b":2}`).Body), `{"a":1,"b":2}`)
	r := c.Do("POST", "/a?n=01", ` {"b":2, "a":1}`)
	assert.Equal(t, string(r.Body), `{"b":2}`)
	assert.Equal(t, r.Header.Get("X-Replayed"), "true")
	assert.Equal(t, string(c.Do("POST", "/a?n=2", `{"a":1,"b":2}`).Body), `{"a":1,"b":2}`)
}

func TestSecurityProvidersAnswerFirstAndAreDocumented(t *testing.T) {
	type principal struct{ name string }
	missing := problem.New(401, "unauthorized", "Unauthorized")
	missing.Cause = tenon.ErrAbsent
	wrong := problem.New(401, "invalid_token", "Token is invalid")
	forbidden := problem.New(403, "insufficient_scope", "Scope is missing")
	bearer := tenon.Provide(func(_ context.Context, in *struct {
		Authorization string `header:"Authorization" default:""`
		Op            *tenon.Operation
	}) (principal, error) {
		switch in.Authorization {
		case "":
			return principal{}, missing
		case "Bearer ada":
			if len(in.Op.Scopes) > 0 {
				return principal{}, forbidden
			}
			return principal{"ada"}, nil
		}
		return principal{}, wrong
	}, tenon.Secured("bearer", openapi.SecurityScheme{Type: "http", Scheme: "bearer"}), tenon.Errors(missing, wrong, forbidden))
	c, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(bearer)
		tenon.Post(r, "/a", func(_ context.Context, in *struct {
			Who  principal
			Body []int
		}) (string, error) {
			return in.Who.name, nil
		})
		tenon.Get(r, "/opt", func(_ context.Context, in *struct{ Who tenon.Opt[principal] }) (string, error) {
			return in.Who.Or(principal{"nobody"}).name, nil
		})
		tenon.Get(r, "/scoped", func(context.Context, *struct{ _ principal }) (int, error) { return 1, nil }, tenon.Scopes("orders"))
		tenon.Get(r, "/public", func(context.Context, *struct{}) (int, error) { return 1, nil }, tenon.Public())
	})
	codes := func(method, target, body string, headers ...string) string {
		t.Helper()
		r := c.Do(method, target, body, headers...)
		if r.Status < 400 {
			return fmt.Sprint(r.Status, " ", string(r.Body))
		}
		return fmt.Sprint(r.Status, " ", c.Problem(r).Code)
	}
	assert.Equal(t, codes("POST", "/a", "broken"), "401 unauthorized")
	assert.Equal(t, codes("POST", "/a", "[1]", "Authorization: Bearer bob"), "401 invalid_token")
	assert.Equal(t, codes("POST", "/a", "broken", "Authorization: Bearer ada"), "400 malformed_body")
	assert.Equal(t, codes("POST", "/a", "[1]", "Authorization: Bearer ada"), `200 "ada"`)
	assert.Equal(t, codes("GET", "/opt", ""), `200 "nobody"`)
	assert.Equal(t, codes("GET", "/opt", "", "Authorization: x"), "401 invalid_token")
	assert.Equal(t, codes("GET", "/opt", "", "Authorization: Bearer ada"), `200 "ada"`)
	assert.Equal(t, codes("GET", "/scoped", "", "Authorization: Bearer ada"), "403 insufficient_scope")
	assert.Equal(t, codes("GET", "/public", ""), "200 1")
	doc := app.Document()
	assert.Equal(t, doc.Components.SecuritySchemes["bearer"].Scheme, "bearer")
	assert.Equal(t, doc.Paths["/a"].Post.Security, []openapi.SecurityRequirement{{"bearer": nil}})
	assert.Equal(t, doc.Paths["/opt"].Get.Security, []openapi.SecurityRequirement{{"bearer": nil}, {}})
	assert.Equal(t, doc.Paths["/scoped"].Get.Security, []openapi.SecurityRequirement{{"bearer": {"orders"}}})
	assert.Equal(t, doc.Paths["/public"].Get.Security, nil)
}

func TestMistakesInDependencies(t *testing.T) {
	type missing struct{ X int }
	handler := func(context.Context, *useAccount) (int, error) { return 0, nil }
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   []string
	}{
		{"missing behind a provider", func(r *tenon.Router) {
			r.Use(tenon.Provide(accountOf))
			tenon.Get(r, "/a/{id}", handler)
		}, []string{"accountOf at ", "field Tenant: no provider in scope gives a tenon_test.tenant"}},
		{"two in one place", func(r *tenon.Router) {
			r.Use(tenon.Provide(accountOf), tenon.Value(tenant("a")))
			r.Use(tenon.Value(tenant("b")))
			tenon.Get(r, "/a/{id}", handler)
		}, []string{"two providers in the same place give a tenon_test.tenant"}},
		{"unused", func(r *tenon.Router) {
			r.Use(tenon.Value(missing{}))
			tenon.Get(r, "/a", func(context.Context, *struct{}) (int, error) { return 0, nil })
		}, []string{"no operation needs what the value provides, a tenon_test.missing"}},
		{"without a policy", func(r *tenon.Router) {
			r.Use(tenon.Provide(tenantOf, tenon.Errors(problem.New(403, "", "")), tenon.Secured("t", openapi.SecurityScheme{Type: "http", Scheme: "basic"})))
			tenon.Get(r, "/a", func(context.Context, *struct{}) (int, error) { return 0, nil })
			tenon.Get(r, "/b", func(context.Context, *struct{ _ tenant }) (int, error) { return 0, nil }, tenon.Scopes("x"))
		}, []string{"GET /a: needs no security provider", `GET /b: scopes ["x"]: tenon_test.tenantOf does not check them`}},
		{"option without a subject", func(r *tenon.Router) {
			tenon.Get(r, "/a", func(context.Context, *struct{}) (int, error) { return 0, nil }, tenon.Fresh())
		}, []string{"option Fresh says nothing about an operation"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, tt.routes)
			assert.Equal(t, err != nil, true)
			for _, want := range tt.want {
				assert.Contains(t, err.Error(), want)
			}
		})
	}
}

func TestOverridesAreInnermost(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, accounts)
	assert.NoError(t, err)
	assert.Equal(t, string(tenontest.New(t, app, tenon.Value(tenant("fake"))).Do("GET", "/a/3", "").Body), `["3","account of fake","fake"]`)
	assert.Equal(t, string(tenontest.New(t, app).Do("GET", "/a/3", "", "X-Tenant: acme").Body), `["3","account of acme","acme"]`)
	_, err = app.With(tenon.Value(strings.Builder{}))
	assert.Contains(t, fmt.Sprint(err), "no operation needs")
}

// With adds to what an earlier With has said, and what it hides need not be needed.
func TestOverridesOfAnOverriddenApplication(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, accounts)
	assert.NoError(t, err)
	for i, opt := range []tenon.Option{
		tenon.Value(tenant("fake")), tenon.Limits{BodyBytes: 7}, tenon.Value(tenant("other")), tenon.Value(tenant("last")),
	} {
		app, err = app.With(opt)
		assert.NoError(t, err)
		want := []string{"fake", "fake", "other", "last"}[i]
		assert.Equal(t, string(tenontest.New(t, app).Do("GET", "/a/3", "").Body), `["3","account of `+want+`","`+want+`"]`)
	}
	assert.Contains(t, app.Explain()[0], "body of 7 bytes")
}

func TestExplainSaysWhatRunsInWhichOrder(t *testing.T) {
	type tx struct{ session }
	begin := func(context.Context, *struct{ _ tenant }) (session, tenon.Close, error) {
		return session{}, nil, nil
	}
	_, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(tenon.MapError(errSuspended, 403, "suspended", "Tenant is suspended"))
		r.Use(tenon.Provide(tenantOf, tenon.Errors(errSuspended), tenon.Secured("key", openapi.SecurityScheme{Type: "apiKey", In: "header", Name: "X-Tenant"})))
		r.Use(tenon.Scoped(begin))
		r.Use(tenon.Provide(func(_ context.Context, in *struct{ Session session }) (tx, error) { return tx{in.Session}, nil }, tenon.Fresh()))
		tenon.Post(r, "/a/{id}", func(_ context.Context, in *struct {
			ID   int `path:"id" check:"ge=1"`
			Tx   tx
			Body []string `check:"maxItems=3"`
		}) (int, error) {
			return 0, nil
		}, tenon.Guard(func(context.Context, *struct{ _ tenant }) error { return nil }), tenon.Doc{ID: "act"})
	})
	text := app.Explain()[0]
	for _, want := range []string{
		"POST /a/{id} (act), registered at ",
		"  limits    body of 1048576 bytes\n  callers   key\n",
		"  reads     header X-Tenant: required, {\"type\":\"string\",\"minLength\":2}\n            path id: required, {\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1}\n            body: required, {",
		"  runs      tenon_test.tenant from tenon_test.tenantOf at ",
		"proves the caller\n            the request is read\n            tenon_test.TestExplain",
		"opens a scope\n            tenon_test.tx from ",
		", for each use\n            the handler\n  closes    tenon_test.session\n",
		"\n            403 suspended\n",
	} {
		assert.Contains(t, text, want)
	}
}

func TestRequestOperationAndLoggerAreDependencies(t *testing.T) {
	log := new(logs)
	type key struct{}
	outer := func(next http.Handler) http.Handler { // as of another framework
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "from outside")))
		})
	}
	app := outer(newApp(t, log, func(r *tenon.Router) {
		type facts []string
		r.Use(tenon.Provide(func(ctx context.Context, in *struct {
			Request *http.Request
			Op      *tenon.Operation
			Log     *slog.Logger
		}) (facts, error) {
			in.Log.Info("asked")
			return facts{in.Request.Host, in.Op.Path, fmt.Sprint(ctx.Value(key{}))}, nil
		}))
		tenon.Get(r, "/a/{id}", func(_ context.Context, in *struct {
			byID
			Facts facts
			Log   *slog.Logger
		}) (facts, error) {
			in.Log.Info("asked again")
			if in.ID == "0" {
				return nil, errOther
			}
			return in.Facts, nil
		})
	}))
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/a/1", nil))
	assert.Equal(t, w.Body.String(), `["example.com","/a/{id}","from outside"]`)
	log.lines(t)

	w = httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/a/0", nil))
	lines := log.lines(t)
	assert.Equal(t, len(lines), 3)
	for _, line := range lines {
		assert.Equal(t, line["request_id"], any(w.Header().Get("X-Request-Id")), line["msg"])
		assert.Equal(t, line["route"], any("/a/{id}"))
	}
}

func TestANamedStructWithoutFieldsIsAGuard(t *testing.T) {
	type admin struct{}
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.Provide(func(context.Context, *none) (admin, error) { return admin{}, problem.New(403, "", "") }, tenon.Errors(problem.New(403, "", ""))))
		tenon.Get(r, "/a", ok[struct{ _ admin }, item])
	})
	wantProblem(t, c, c.Do("GET", "/a", ""), 403, "forbidden")
}

// Everything a request says comes back, in its own answer only, while requests of all
// outcomes run beside each other and share pooled memory.
func TestNothingOfARequestIsSeenByAnother(t *testing.T) {
	type (
		noted string
		late  struct{ id string }
		tx    struct{ id string }
	)
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(tenon.MapError(errGone, 410, "gone", "Gone"), secured("key"))
		r.Use(tenon.Provide(func(_ context.Context, in *struct {
			Note   tenon.Opt[string] `query:"note"`
			Caller tenon.Opt[caller]
		}) (noted, error) {
			note, ok := in.Note.Get()
			if !ok {
				return "", fmt.Errorf("no note: %w", tenon.ErrAbsent)
			}
			return noted(note + "/" + string(in.Caller.Or("-"))), nil
		}))
		r.Use(tenon.Scoped(func(_ context.Context, in *byID) (tx, tenon.Close, error) {
			return tx{in.ID}, func(context.Context, error) error {
				if strings.HasSuffix(in.ID, "3") {
					return errGone
				}
				return nil
			}, nil
		}, tenon.Errors(errGone)), tenon.Scoped(func(_ context.Context, in *byID) (late, tenon.Close, error) {
			return late{in.ID}, func(context.Context, error) error { return errOther }, nil
		}, tenon.AfterAnswer()))
		again := tenon.Around(func(ctx context.Context, in *byID, c *tenon.Call) error {
			if strings.HasSuffix(in.ID, "5") {
				_ = c.Next(ctx)
			}
			return c.Next(ctx)
		})
		tenon.Post(r, "/a/{id}", func(_ context.Context, in *struct {
			byID
			Note   tenon.Opt[noted]
			Caller tenon.Opt[caller]
			Tx     tx
			Late   late
			Tags   []string `query:"tag" default:"[]"`
			Body   map[string]string
		}) ([]string, error) {
			if strings.HasSuffix(in.ID, "7") {
				panic("boom " + in.ID)
			}
			return append(in.Tags, in.ID, string(in.Note.Or("none")), string(in.Caller.Or("nobody")), in.Tx.id, in.Late.id, in.Body["k"]), nil
		}, again)
	})
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 100 {
				id := fmt.Sprintf("w%d-%d", worker, i)
				target, who, note := "/a/"+id, "nobody", "none"
				r := httptest.NewRequest("POST", target, strings.NewReader(`{"k":"`+id+`"}`))
				r.Header.Set("Content-Type", "application/json")
				if i%2 == 0 {
					who = "key-" + id
					r.Header.Set("X-Key", who)
				}
				if i%3 == 0 {
					r.URL.RawQuery = "tag=t" + id
				} else {
					note = "n" + id + "/" + strings.Replace(who, "nobody", "-", 1)
					r.URL.RawQuery = "note=n" + id
				}
				want := fmt.Sprintf(`[%q,%q,%q,%q,%q,%q]`, id, note, who, id, id, id)
				if i%3 == 0 {
					want = `["t` + id + `",` + want[1:]
				}
				status := http.StatusOK
				switch i % 10 {
				case 3:
					status, want = http.StatusGone, `"code":"gone"`
				case 7:
					status, want = http.StatusInternalServerError, `"code":"internal_error"`
				}
				w := httptest.NewRecorder()
				app.ServeHTTP(w, r)
				if w.Code != status || !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s: got %d %s, want %s", id, w.Code, w.Body, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestExplainShowsTheRulesOfNamedTypes(t *testing.T) {
	app := newApp(t, nil, posts)
	for _, text := range app.Explain() {
		if strings.HasPrefix(text, "POST /items ") {
			assert.Contains(t, text, "body: required, {\"$ref\":\"#Item\"}\n            #Item: {\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":80}")
		}
	}
}
