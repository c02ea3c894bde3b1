package tenon_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

type (
	caller  string
	unknown struct{ N int }
	reader  struct{ io.Reader }
)

// A ledger and an outbox say that they belong to a transaction.
type (
	ledger struct{}
	outbox interface{ Transactional() }
)

func (ledger) Transactional() {}

// begin opens a scope that does nothing.
func begin[T any](context.Context, *none) (T, tenon.Close, error) { return *new(T), nil, nil }

// What is bound to one scope is fine, also through others and through a scope in it, such
// as a savepoint, and beside scopes that have nothing to do with it.
func TestTransactionalValuesOfOneScopeAreAccepted(t *testing.T) {
	type savepoint string
	opts := tenon.Options(
		tenon.Scoped(begin[session]), tenon.Scoped(begin[span]),
		tenon.Scoped(func(context.Context, *useSession) (savepoint, tenon.Close, error) { return "", nil, nil }),
		tenon.Provide(func(context.Context, *struct {
			_ span
			_ session
		}) (ledger, error) {
			return ledger{}, nil
		}),
		tenon.Provide(func(context.Context, *struct{ _ savepoint }) (outbox, error) { return ledger{}, nil }),
	)
	_, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(opts)
		handle[struct {
			_ outbox
			_ ledger
		}](r)
	})

	_, err := app.With(tenon.Value[outbox](ledger{}))
	assert.Contains(t, err.Error(), "gives a tenon_test.outbox, which belongs to a transaction")
	for _, opt := range []tenon.Option{
		tenon.Provide(func(context.Context, *struct{ _ ledger }) (outbox, error) { return ledger{}, nil }),
		tenon.Provide(func(context.Context, *struct{ _ ledger }) (outbox, error) { return ledger{}, nil }, tenon.Fresh()),
	} {
		_, err = app.With(opt)
		assert.NoError(t, err)
	}
}

// Of two transactions that both need a third scope, Tenon cannot know that it is none. A type
// that says it belongs to a transaction is bound to nothing but its own scope.
func TestATransactionThatSaysSoSharesNothing(t *testing.T) {
	type plain string
	type marked struct{ ledger }
	assert.Equal(t, len(mistakes(t, beside[plain])), 0)
	got := mistakes(t, beside[marked])
	assert.Equal(t, len(got), 1)
	assert.Contains(t, got[0], "one may be committed without the other")
}

type span string

// beside has an outbox in a Tx and a ledger in a session, both of which need a span, too.
func beside[Tx any](r *tenon.Router) {
	r.Use(tenon.Scoped(begin[span]), tenon.Scoped(begin[Tx]), tenon.Scoped(begin[session]))
	r.Use(tenon.Provide(func(context.Context, *struct {
		_ span
		_ Tx
	}) (outbox, error) {
		return ledger{}, nil
	}))
	r.Use(tenon.Provide(func(context.Context, *struct {
		_ span
		_ session
	}) (ledger, error) {
		return ledger{}, nil
	}))
	handle[struct {
		_ outbox
		_ ledger
	}](r)
}

var basic = openapi.SecurityScheme{Type: "http", Scheme: "basic"}

// provides provides a T that it makes of nothing.
func provides[T any](opts ...tenon.Option) tenon.Option {
	return tenon.Provide(func(context.Context, *none) (T, error) { return *new(T), nil }, opts...)
}

// handle registers an operation with an input.
func handle[In any](r *tenon.Router, opts ...tenon.Option) {
	tenon.Post(r, "/a", ok[In, item], opts...)
}

var lines = regexp.MustCompile(`\w+\.go:\d+`)

// Every mistake is reported, with the place of its registration.
func TestMistakesInDependenciesAndStages(t *testing.T) {
	type id struct {
		ID int `query:"id" check:"ge=1"`
	}
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   []string // without the places
	}{
		{"nil functions", func(r *tenon.Router) {
			r.Use(tenon.Provide[none, caller](nil), tenon.Scoped[none, session](nil), tenon.Guard[none](nil), tenon.Around[none](nil), nil)
			r.Use(tenon.Value[io.Reader](nil), tenon.Value[*unknown](nil))
			handle[none](r)
		}, []string{
			"the provider of tenon_test.caller is nil", "the provider of tenon_test.session is nil",
			"the function of a stage is nil", "an option is nil",
			"the provider of io.Reader is nil", "the provider of *tenon_test.unknown is nil",
		}},
		{"types that no field can ask for", func(r *tenon.Router) {
			r.Use(tenon.Value("a"), provides[[]caller](), tenon.Value[any](1))
			handle[none](r)
		}, []string{
			"a provider gives string, which no field can ask for: declare a type of its own",
			"a provider gives []tenon_test.caller, which no field can ask for: declare a type of its own",
			"a provider gives interface {}, which no field can ask for: declare a type of its own",
		}},
		{"errors that cannot be declared", func(r *tenon.Router) {
			r.Use(declined())
			handle[none](r, tenon.Errors(nil, (*problem.Error)(nil), problem.New(200, "fine", "Fine"), driverErrorValue{}))
		}, []string{
			"POST /a: option Errors: an error is nil",
			"POST /a: declares the problem fine: Fine: want a status from 400 to 599, not 200",
			"POST /a: declares the error by value (tenon_test.driverErrorValue), but no MapError in scope says how it is shown",
		}},
		{"schemes that cannot be described", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.Secured("my key", basic), tenon.Secured("x", openapi.SecurityScheme{Type: "bearer"})))
			handle[struct{ _ caller }](r)
		}, []string{
			`POST /a: the security scheme "my key": want a name of letters, digits, dots, dashes and underscores`,
			`POST /a: the security scheme "x" has the type "bearer": want one of apiKey, http, mutualTLS, oauth2, openIdConnect`,
		}},
		{"scope of an unscoped provider", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.AfterAnswer()))
			handle[struct{ _ caller }](r)
		}, []string{"option AfterAnswer of the provider of tenon_test.caller: it opens no scope"}},
		{"security for each use", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.Fresh(), tenon.Secured("x", basic)))
			handle[struct{ _ caller }](r)
		}, []string{"options Fresh and Secured of the provider of tenon_test.caller: a security provider runs once"}},
		{"path in a security provider", func(r *tenon.Router) {
			r.Use(tenon.Provide(func(context.Context, *byID) (caller, error) { return "", nil }, tenon.Secured("x", basic)))
			tenon.Get(r, "/a/{id}", ok[struct{ _ caller }, item])
		}, []string{"GET /a/{id}: tenon_test.TestMistakesInDependenciesAndStages.func7.1 runs before the operation is read: it may read headers, cookies and the query only"}},
		{"body in what a security provider needs", func(r *tenon.Router) {
			r.Use(tenon.Provide(func(context.Context, *struct{ Body item }) (session, error) { return session{}, nil }))
			r.Use(tenon.Provide(func(context.Context, *useSession) (caller, error) { return "", nil }, tenon.Secured("x", basic)))
			handle[struct{ _ caller }](r)
		}, []string{"POST /a: tenon_test.TestMistakesInDependenciesAndStages.func8.1 runs before the operation is read: it may read headers, cookies and the query only"}},
		{"parameter declared differently", func(r *tenon.Router) {
			r.Use(tenon.Guard(func(context.Context, *id) error { return nil }), tenon.Guard(func(context.Context, *struct {
				ID int64 `query:"id" check:"ge=1"`
			}) error {
				return nil
			}))
			handle[struct {
				ID int `query:"id" check:"ge=2"`
			}](r)
		}, []string{
			`POST /a: the query parameter "id" is declared differently by tenon_test.id and struct: type, rules and default must be the same`,
			`POST /a: the query parameter "id" is declared differently by struct and struct: type, rules and default must be the same`,
		}},
		{"body declared differently", func(r *tenon.Router) {
			handle[struct{ Body item }](r, tenon.Guard(func(context.Context, *struct{ Body map[string]any }) error { return nil }))
		}, []string{"POST /a: the body is declared differently by struct and struct: type and rules must be the same"}},
		{"input of a stage", func(r *tenon.Router) {
			handle[none](r, tenon.Guard(func(context.Context, *int) error { return nil }), tenon.Guard(func(context.Context, *struct{ N int }) error { return nil }))
		}, []string{
			"POST /a: tenon_test.TestMistakesInDependenciesAndStages.func11.1 at PLACE: input int: want a struct",
			`POST /a: tenon_test.TestMistakesInDependenciesAndStages.func11.2 at PLACE: struct.N: has no source: did you forget a tag such as query:"n"?`,
		}},
		{"options about something else", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.Tags("t"), tenon.Status(201), tenon.Doc{Summary: "s"}, tenon.Limits{BodyBytes: 1}, tenon.Describe(404, "x"),
				tenon.Middleware(pass), tenon.Public(), tenon.Guard(func(context.Context, *none) error { return nil }), tenon.Value(caller(""))))
			handle[struct{ _ caller }](r, tenon.Guard(func(context.Context, *none) error { return nil }, tenon.Fresh(), tenon.AfterAnswer(), tenon.Limits{Timeout: 1}),
				tenon.Fresh(), tenon.AfterAnswer(), tenon.Secured("x", basic))
		}, []string{
			"option Tags says nothing about a provider", "option Status says nothing about a provider", "option Doc says nothing about a provider",
			"option Limits.BodyBytes says nothing about a provider", "option Describe says nothing about a provider", "option Middleware says nothing about a provider",
			"option Public says nothing about a provider", "option Guard or Around says nothing about a provider", "option Provide says nothing about a provider",
			"option Fresh says nothing about a stage", "option AfterAnswer says nothing about a stage", "option Limits says nothing about a stage",
			"option Secured says nothing about an operation", "option Fresh says nothing about an operation", "option AfterAnswer says nothing about an operation",
		}},
		{"bad limits and descriptions", func(r *tenon.Router) {
			handle[none](r, tenon.Limits{BodyBytes: -1}, tenon.Limits{Timeout: -time.Second}, tenon.Describe(100, "x"), tenon.Describe(404, ""))
		}, []string{
			"Limits.BodyBytes is -1: want 0 or more", "Limits.Timeout is -1s: want 0 or more",
			`Describe(100, "x"): want a status from 200 to 599 and a text`, `Describe(404, ""): want a status from 200 to 599 and a text`,
		}},
		{"undocumented data", func(r *tenon.Router) {
			r.Use(tenon.MapErrorAs(402, "declined", "Declined", func(*driverError) struct {
				Card tenon.Secret[string] `json:"card"`
				N    chan int             `json:"n"`
			} {
				panic("not called")
			}), tenon.MapErrorAs[*driverError, int](402, "declined", "Declined", nil), tenon.MapErrorAs(200, "", "", func(*driverError) int { return 0 }))
			handle[none](r)
		}, []string{
			`MapErrorAs(402, "declined", "Declined"): the function is nil`,
			`MapErrorAs(200, "", ""): want a status from 400 to 599, a code of letters, digits and underscores, and a title`,
			`MapErrorAs(402, "declined", "Declined"): struct.N: type chan int has no JSON form here`,
		}},
		{"secret in data", func(r *tenon.Router) {
			r.Use(tenon.MapErrorAs(402, "declined", "Declined", func(*driverError) struct {
				Card tenon.Secret[string] `json:"card"`
			} {
				panic("not called")
			}))
			handle[none](r, tenon.Errors(new(driverError)))
		}, []string{`MapErrorAs(402, "declined", "Declined"): an output must not contain a schema.Secret: struct has one at card, a field of struct`}},
		{"unknown errors of a provider and a stage", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.Errors(errGone)))
			handle[struct{ _ caller }](r, tenon.Guard(func(context.Context, *none) error { return nil }, tenon.Errors(errOther)))
		}, []string{
			"POST /a: declares the error gone, but no MapError in scope says how it is shown",
			"POST /a: declares the error other, but no MapError in scope says how it is shown",
		}},
		{"two schemes of one name", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.Secured("x", basic)))
			r.Use(provides[tenant](tenon.Secured("x", openapi.SecurityScheme{Type: "http", Scheme: "bearer"})))
			handle[struct {
				_ caller
				_ tenant
			}](r)
		}, []string{`POST /a: there are two security schemes named "x"`}},
		{"scopes that nobody checks", func(r *tenon.Router) {
			handle[none](r, tenon.Scopes("read"))
		}, []string{`POST /a: scopes ["read"]: no security provider checks them`}},
		{"scopes of a guard that nobody checks", func(r *tenon.Router) {
			r.Use(provides[caller](tenon.Secured("x", basic)))
			handle[struct{ _ caller }](r, tenon.Guard(func(context.Context, *none) error { return nil }, tenon.Scopes("write")))
		}, []string{`POST /a: scopes ["write"]: tenon_test.provides[...].func1 does not check them: it must depend on *tenon.Operation`}},
		{"ambiguous, missing, nearly", func(r *tenon.Router) {
			r.Use(tenon.Value(&unknown{}), tenon.Value(reader{}), tenon.Value(caller("a")), tenon.Value(caller("b")))
			handle[struct {
				A unknown
				B io.Reader
				C caller
				_ http.Handler
			}](r)
		}, []string{
			"POST /a: field A: no provider in scope gives a tenon_test.unknown, but the value at PLACE gives a *tenon_test.unknown: types must be the same",
			"POST /a: field B: no provider in scope gives a io.Reader, but the value at PLACE gives a tenon_test.reader: types must be the same, as with Value[io.Reader]",
			"POST /a: field C: two providers in the same place give a tenon_test.caller: the value at PLACE and the value at PLACE",
			"POST /a: field _: no provider in scope gives a http.Handler: give one with Provide or Value",
		}},
		{"meant as parameters or the body", func(r *tenon.Router) {
			handle[struct {
				Limit tenon.Opt[int]
				Level *level
				Since time.Time
				Item  item
			}](r)
		}, []string{
			`POST /a: field Limit: no provider in scope gives a schema.Opt[int]: give one with Provide or Value, or give the field a tag such as query:"limit" if it is a parameter`,
			`POST /a: field Level: no provider in scope gives a *tenon_test.level: give one with Provide or Value, or give the field a tag such as query:"level" if it is a parameter`,
			`POST /a: field Since: no provider in scope gives a time.Time: give one with Provide or Value, or give the field a tag such as query:"since" if it is a parameter`,
			"POST /a: field Item: no provider in scope gives a tenon_test.item: give one with Provide or Value, or call the field Body if it is the body",
		}},
		{"a circle", func(r *tenon.Router) {
			r.Use(tenon.Provide(func(context.Context, *struct{ _ tenant }) (caller, error) { return "", nil }))
			r.Use(tenon.Provide(func(context.Context, *struct{ _ caller }) (tenant, error) { return "", nil }))
			handle[struct{ _ caller }](r)
		}, []string{
			"POST /a: needs tenon_test.TestMistakesInDependenciesAndStages.func22.1 at PLACE: needs tenon_test.TestMistakesInDependenciesAndStages.func22.2 at PLACE: " +
				"needs tenon_test.TestMistakesInDependenciesAndStages.func22.1 at PLACE, which needs itself",
		}},
		{"transactional, but a value", func(r *tenon.Router) {
			r.Use(tenon.Value(ledger{}), tenon.Provide(func(context.Context, *struct{ Ledger ledger }) (outbox, error) { return nil, nil }))
			handle[struct {
				Outbox tenon.Opt[outbox]
				_      ledger
			}](r)
		}, []string{
			"POST /a: needs tenon_test.TestMistakesInDependenciesAndStages.func23.1 at PLACE: field Ledger: the value at PLACE gives a tenon_test.ledger, which belongs to a transaction, " +
				"but neither opens a scope nor needs one: give it with Scoped, or with Provide from something that a scope gives",
			"POST /a: field Outbox: tenon_test.TestMistakesInDependenciesAndStages.func23.1 at PLACE gives a tenon_test.outbox, which belongs to a transaction, " +
				"but neither opens a scope nor needs one: give it with Scoped, or with Provide from something that a scope gives",
		}},
		{"transactional in two scopes", func(r *tenon.Router) {
			r.Use(tenon.Scoped(begin[session]), tenon.Scoped(begin[tenant]))
			r.Use(tenon.Provide(func(context.Context, *struct{ _ session }) (ledger, error) { return ledger{}, nil }))
			r.Use(tenon.Provide(func(context.Context, *struct{ _ tenant }) (outbox, error) { return nil, nil }))
			handle[struct{ Outbox outbox }](r, tenon.Guard(func(context.Context, *struct{ Ledger ledger }) error { return nil }))
		}, []string{
			"POST /a: tenon_test.TestMistakesInDependenciesAndStages.func24.3 at PLACE: field Ledger: tenon_test.TestMistakesInDependenciesAndStages.func24.1 at PLACE " +
				"gives a tenon_test.ledger in the scope of tenon_test.begin[...] at PLACE, " +
				"but POST /a: field Outbox: tenon_test.TestMistakesInDependenciesAndStages.func24.2 at PLACE gives a tenon_test.outbox in the scope of tenon_test.begin[...] at PLACE: " +
				"one may be committed without the other: let all of them depend on one scope",
		}},
		{"transactional in a scope for each use", func(r *tenon.Router) {
			r.Use(tenon.Scoped(begin[ledger], tenon.Fresh()))
			handle[struct{ A, B ledger }](r)
		}, []string{
			"POST /a: field A: tenon_test.begin[...] at PLACE gives a tenon_test.ledger in the scope of tenon_test.begin[...] at PLACE (one for each use), " +
				"but POST /a: field B: tenon_test.begin[...] at PLACE gives a tenon_test.ledger in the scope of tenon_test.begin[...] at PLACE (one for each use): " +
				"one may be committed without the other: let all of them depend on one scope",
		}},
		{"transactional in two scopes that only share a connection", func(r *tenon.Router) {
			type conn string
			type onConn struct{ _ conn }
			r.Use(tenon.Scoped(begin[conn]))
			r.Use(tenon.Scoped(func(context.Context, *onConn) (ledger, tenon.Close, error) { return ledger{}, nil, nil }))
			r.Use(tenon.Scoped(func(context.Context, *onConn) (outbox, tenon.Close, error) { return nil, nil, nil }))
			handle[struct {
				_ ledger
				_ outbox
			}](r)
		}, []string{
			"POST /a: field _: tenon_test.TestMistakesInDependenciesAndStages.func26.1 at PLACE gives a tenon_test.ledger in the scope of tenon_test.TestMistakesInDependenciesAndStages.func26.1 at PLACE, " +
				"but POST /a: field _: tenon_test.TestMistakesInDependenciesAndStages.func26.2 at PLACE gives a tenon_test.outbox in the scope of tenon_test.TestMistakesInDependenciesAndStages.func26.2 at PLACE: " +
				"one may be committed without the other: let all of them depend on one scope",
		}},
		{"nobody needs it", func(r *tenon.Router) {
			r.Use(tenon.Options(tenon.Value(caller("a")), tenon.Value(tenant("b")))) // a bundle: one is enough
			r.Use(tenon.Options(tenon.Value(unknown{}), provides[session]()))
			handle[struct{ _ caller }](r)
		}, []string{
			"no operation needs what tenon_test.provides[...].func1 provides, a tenon_test.session",
			"no operation needs what the value provides, a tenon_test.unknown",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, text := range mistakes(t, tt.routes) {
				at := lines.FindString(text)
				assert.Equal(t, at[:len("mistakes_test.go")], "mistakes_test.go", text)
				got = append(got, lines.ReplaceAllString(text[len(at)+2:], "PLACE"))
			}
			assert.Equal(t, got, tt.want)
		})
	}
}

func TestGuardAndHandlerMayReadTheSame(t *testing.T) {
	type body struct {
		Limit int `query:"limit" check:"le=5"`
		Body  item
	}
	c, app := newClientOf(t, func(r *tenon.Router) {
		handle[body](r, tenon.Guard(func(_ context.Context, in *body) error {
			if in.Body.Count == 9 {
				return tenon.Invalid(in, &in.Body.Count, "nine", "Nine is taken")
			}
			return nil
		}), tenon.Guard(func(_ context.Context, in *struct{ Body item }) error {
			if in.Body.Count == 8 {
				return tenon.Invalid(in, &in.Body.Count, "eight", "Eight is taken")
			}
			return nil
		}))
	})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a?limit=6", `{"name":1,"count":-1}`)),
		[]string{"less_than_equal query.limit", "string_type body.name", "greater_than_equal body.count"})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a", ``)), []string{"missing query.limit", "missing body"})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a?limit=1", `{"name":"n","count":9}`)), []string{"nine body.count"})
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/a?limit=1", `{"name":"n","count":8}`)), []string{"eight body.count"})
	assert.Equal(t, c.Do("POST", "/a?limit=1", `{"name":"n","count":7}`).Status, 200)
	assert.Equal(t, len(app.Document().Paths["/a"].Post.Parameters), 1)
}

// What is read in two steps has the answer of the first that fails.
func TestParametersOfSecurityProvidersAreReadFirst(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.Provide(func(_ context.Context, in *struct {
			Version int    `query:"version" check:"ge=2" status:"400"`
			Key     string `cookie:"key" default:""`
		}) (caller, error) {
			if in.Key == "" {
				return "", problem.New(401, "", "")
			}
			return caller(in.Key), nil
		}, tenon.Secured("key", openapi.SecurityScheme{Type: "apiKey", In: "cookie", Name: "key"}), tenon.Errors(problem.New(401, "", ""))))
		tenon.Get(r, "/a/{id}", func(_ context.Context, in *struct {
			byID
			Version int `query:"version" check:"ge=2" status:"400"`
			More    int `query:"more" default:"0"`
			Caller  caller
		}) (item, error) {
			return item{Name: string(in.Caller), Count: in.Version + in.More}, nil
		})
	})
	wantProblem(t, c, c.Do("GET", "/a/1?version=1&more=x", ""), 400, "validation_failed")
	wantProblem(t, c, c.Do("GET", "/a/1?version=2&more=x", ""), 401, "unauthorized")
	wantProblem(t, c, c.Do("GET", "/a/1?version=2&more=x", "", "Cookie: key=k"), 422, "validation_failed")
	assert.Equal(t, string(c.Do("GET", "/a/1?version=2&more=3", "", "Cookie: key=k").Body), `{"name":"k","count":5}`)
}

// driverErrorValue is an error that is no pointer.
type driverErrorValue struct{}

func (driverErrorValue) Error() string { return "by value" }
