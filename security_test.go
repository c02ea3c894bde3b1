package tenon_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

var (
	errAnonymous = problem.New(401, "unauthorized", "Credentials are missing").With(tenon.ErrAbsent)
	errForbidden = problem.New(403, "forbidden", "A scope is missing")
	keyScheme    = openapi.SecurityScheme{Type: "apiKey", In: "header", Name: "X-Key"}
)

// granted provides a caller that has all scopes in the header X-Key.
func granted(_ context.Context, in *struct {
	Key []string `header:"X-Key" default:"[]"`
	Op  *tenon.Operation
}) (caller, error) {
	if len(in.Key) == 0 {
		return "", errAnonymous
	}
	for _, scope := range in.Op.Scopes {
		if !slices.Contains(in.Key, scope) {
			return "", errForbidden
		}
	}
	return caller(in.Key[0]), nil
}

func secured(name string) tenon.Option {
	return tenon.Provide(granted, tenon.Secured(name, keyScheme), tenon.Errors(errAnonymous, errForbidden))
}

// A declared requirement is enforced for every operation that it is declared for,
// even if nothing keeps the caller, and before anything else of the request is read.
func TestPeers16DeclaringIsEnforcing(t *testing.T) {
	ran := 0
	c, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(secured("key"))
		needing := tenon.Provide(func(context.Context, *struct{ _ caller }) (account, error) { return account{}, nil })
		run := func(context.Context, *none) error { ran++; return nil }
		for path, opt := range map[string]tenon.Option{
			"/guard":    tenon.Guard(func(context.Context, *struct{ _ caller }) error { return nil }),
			"/around":   tenon.Around(func(ctx context.Context, _ *struct{ _ caller }, c *tenon.Call) error { return c.Next(ctx) }),
			"/provider": tenon.Options(needing, tenon.Guard(func(context.Context, *struct{ _ account }) error { return nil })),
		} {
			tenon.Post(r, path, ok[struct{ Body item }, item], tenon.Guard(run), opt)
		}
		tenon.Post(r, "/handler", ok[struct {
			_    caller
			Body item
		}, item], tenon.Guard(run))
	})
	for _, path := range []string{"/guard", "/around", "/provider", "/handler"} {
		wantProblem(t, c, c.Do("POST", path, "broken"), 401, "unauthorized")
		assert.Equal(t, ran, 0, path)
		wantProblem(t, c, c.Do("POST", path, "broken", "X-Key: ada"), 400, "malformed_body")
		op := app.Document().Paths[path].Post
		assert.Equal(t, op.Security, []openapi.SecurityRequirement{{"key": nil}}, path)
		assert.Equal(t, op.Responses["401"] != nil && op.Responses["403"] != nil, true, path)
	}
}

func TestE9OperationsNeedAPolicyOnceSecurityIsInScope(t *testing.T) {
	texts := mistakes(t, func(r *tenon.Router) {
		tenon.Get(r, "/outside", ok[none, item])
		g := r.Group("/g", secured("key"))
		tenon.Get(g, "/forgotten", ok[none, item])
		tenon.Get(g.Group("/inner"), "/forgotten", ok[none, item])
		tenon.Get(g, "/optional", ok[struct{ _ tenon.Opt[caller] }, item])
		tenon.Get(g, "/used", ok[struct{ _ caller }, item])
		tenon.Get(g.Group("/public", tenon.Public()), "", ok[none, item])
	})
	assert.Equal(t, len(texts), 2, texts)
	assert.Contains(t, texts[0], "GET /g/forgotten: needs no security provider although there is one in scope: depend on what it gives, or say Public()")
	assert.Contains(t, texts[1], "GET /g/inner/forgotten: needs no security provider")
}

func TestE9MountsAndContradictionsNeedAPolicyToo(t *testing.T) {
	errs := mistakes(t, func(r *tenon.Router) {
		r.Use(secured("key"))
		r.Mount("/files", http.NotFoundHandler())
		r.Mount("/open", http.NotFoundHandler(), tenon.Public())
		tenon.Get(r, "/a", ok[struct{ _ caller }, item], tenon.Public())
		tenon.Get(r, "/b", ok[struct{ Who tenon.Opt[caller] }, item], tenon.Public())
	})
	assert.Equal(t, len(errs), 2, errs)
	assert.Contains(t, errs[0], "GET /a: says Public(), but needs what tenon_test.granted gives")
	assert.Contains(t, errs[1], "mount /files: a security provider is in scope")
}

func TestScopesGatherAlongTheChain(t *testing.T) {
	c, app := newClientOf(t, func(r *tenon.Router) {
		r.Use(secured("key"), tenon.Scopes("app"))
		r.Use(provides[account](tenon.Scopes("account", "app")))
		g := r.Group("/g", tenon.Scopes("group"), tenon.Guard(func(context.Context, *none) error { return nil }, tenon.Scopes("guard")))
		tenon.Get(g, "", ok[struct {
			_ caller
			_ account
		}, item], tenon.Scopes("operation"))
		tenon.Get(r, "/few", ok[struct{ _ tenon.Opt[caller] }, item])
	})
	ops := app.Operations()
	assert.Equal(t, ops[0].Scopes, []string{"app"})
	assert.Equal(t, ops[1].Scopes, []string{"account", "app", "group", "guard", "operation"})
	assert.Equal(t, app.Document().Paths["/g"].Get.Security, []openapi.SecurityRequirement{{"key": ops[1].Scopes}})
	assert.Equal(t, app.Document().Paths["/few"].Get.Security, []openapi.SecurityRequirement{{"key": {"app"}}, {}})

	all := []string{"X-Key: ada", "X-Key: account", "X-Key: app", "X-Key: group", "X-Key: guard", "X-Key: operation"}
	assert.Equal(t, c.Do("GET", "/g", "", all...).Status, 200)
	for i := 1; i < len(all); i++ {
		wantProblem(t, c, c.Do("GET", "/g", "", slices.Delete(slices.Clone(all), i, i+1)...), 403, "forbidden")
	}
	assert.Equal(t, c.Do("GET", "/few", "").Status, 200)
	wantProblem(t, c, c.Do("GET", "/few", "", "X-Key: ada"), 403, "forbidden")
}

// What is wrong is an error, even for an operation that does without credentials.
func TestOptTakesAbsenceOnlyForAbsence(t *testing.T) {
	type name string
	c := newClient(t, func(r *tenon.Router) {
		r.Use(secured("key"))
		r.Use(tenon.Provide(func(_ context.Context, in *struct{ Caller caller }) (name, error) {
			return name("Dr " + in.Caller), nil
		}))
		tenon.Get(r, "/a", func(_ context.Context, in *struct {
			Name   tenon.Opt[name] // absent because what it needs is
			Caller tenon.Opt[caller]
		}) (string, error) {
			return fmt.Sprint(in.Name.Or("nobody"), " ", in.Caller.Or("-")), nil
		})
		tenon.Get(r, "/b", ok[struct {
			_ tenon.Opt[caller]
			_ name
		}, item])
	})
	assert.Equal(t, string(c.Do("GET", "/a", "").Body), `"nobody -"`)
	assert.Equal(t, string(c.Do("GET", "/a", "", "X-Key: ada").Body), `"Dr ada ada"`)
	assert.Equal(t, string(c.Do("GET", "/a", "").Body), `"nobody -"`) // nothing of the request before
	wantProblem(t, c, c.Do("GET", "/b", ""), 401, "unauthorized")
}

func TestEachSchemeOfAProviderIsAnotherWay(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(tenon.Provide(granted, tenon.Secured("key", keyScheme), tenon.Secured("basic", basic), tenon.Errors(errAnonymous, errForbidden)))
		r.Use(provides[tenant](tenon.Secured("tenant", keyScheme)))
		tenon.Get(r, "/both", ok[struct {
			_ caller
			_ tenant
		}, item])
		tenon.Get(r, "/one", ok[struct {
			_ tenon.Opt[caller]
			_ tenant
		}, item])
	})
	assert.Equal(t, app.Document().Paths["/both"].Get.Security, []openapi.SecurityRequirement{{"key": nil, "tenant": nil}, {"basic": nil, "tenant": nil}})
	assert.Equal(t, app.Document().Paths["/one"].Get.Security, []openapi.SecurityRequirement{{"key": nil, "tenant": nil}, {"basic": nil, "tenant": nil}, {"tenant": nil}})
	assert.Equal(t, len(app.Document().Components.SecuritySchemes), 3)
	texts := app.Explain()
	assert.Contains(t, texts[0], "callers   key and tenant\n            basic and tenant\n")
	assert.Contains(t, texts[1], "            tenant\n")
}

// A test gives the caller: no credentials are needed, and the document says so.
func TestOverriddenSecurityNeedsNoCredentials(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(secured("key"), tenon.Scopes("read"))
		tenon.Get(r, "/a", func(_ context.Context, in *struct{ Caller caller }) (string, error) { return string(in.Caller), nil })
		tenon.Get(r, "/b", ok[struct{ _ caller }, item])
	})
	c := tenontest.New(t, app, tenon.Value(caller("eve")))
	assert.Equal(t, string(c.Do("GET", "/a", "").Body), `"eve"`)
	wantProblem(t, tenontest.New(t, app), tenontest.New(t, app).Do("GET", "/a", ""), 401, "unauthorized")
}

// TestSchemesSayWhatTheirTypeNeeds, and list the scopes that operations ask for.
func TestSchemesSayWhatTheirTypeNeeds(t *testing.T) {
	flow := func(f openapi.OAuthFlow) openapi.SecurityScheme {
		return openapi.SecurityScheme{Type: "oauth2", Flows: &openapi.OAuthFlows{AuthorizationCode: &f}}
	}
	const name = `the security scheme "s"`
	for _, test := range []struct {
		name   string
		scheme openapi.SecurityScheme
		want   string // "" if good
	}{
		{"key", keyScheme, ""},
		{"key without a name", openapi.SecurityScheme{Type: "apiKey", In: "header"}, name + ": needs a Name, and In to be header, query or cookie"},
		{"key in a body", openapi.SecurityScheme{Type: "apiKey", In: "body", Name: "k"}, name + ": needs a Name"},
		{"http", openapi.SecurityScheme{Type: "http"}, name + ": needs a Scheme, such as bearer"},
		{"certificates", openapi.SecurityScheme{Type: "mutualTLS"}, ""},
		{"discovery", openapi.SecurityScheme{Type: "openIdConnect"}, name + ".OpenIDConnectURL: is empty"},
		{"no flows", openapi.SecurityScheme{Type: "oauth2"}, name + ": needs Flows"},
		{"no flow", openapi.SecurityScheme{Type: "oauth2", Flows: &openapi.OAuthFlows{}}, name + ": needs Flows"},
		{"no addresses", flow(openapi.OAuthFlow{RefreshURL: "a b"}), name + ".Flows.AuthorizationCode.TokenURL: is empty"},
		{"extension", openapi.SecurityScheme{Type: "mutualTLS", Extensions: openapi.Extensions{"a": raw("1")}}, name + `.Extensions: the name "a" does not begin with x-`},
		{"scopes", flow(openapi.OAuthFlow{AuthorizationURL: "/a", TokenURL: "/t", Scopes: map[string]string{"read": "", "write": ""}}), ""},
		{"any scopes", flow(openapi.OAuthFlow{AuthorizationURL: "/a", TokenURL: "/t"}), ""},
		{"other scopes", flow(openapi.OAuthFlow{AuthorizationURL: "/a", TokenURL: "/t", Scopes: map[string]string{"reed": ""}}), `the scope "read" is in no flow of the security scheme "s", only ["reed"]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
				r.Use(tenon.Provide(granted, tenon.Secured("s", test.scheme), tenon.Errors(errAnonymous, errForbidden)))
				tenon.Get(r, "/", ok[struct{ _ caller }, item], tenon.Scopes("read"))
			})
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.Contains(t, fmt.Sprint(err), test.want)
		})
	}
}

// TestCredentialsAreNoParameters, for the scheme speaks of them: clients would be asked for both.
func TestCredentialsAreNoParameters(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(secured("key"))
		tenon.Get(r, "/", ok[struct {
			_     caller
			Trace string `header:"X-Trace"`
			Query string `query:"X-Key"`
		}, item])
		tenon.Get(r, "/public", ok[struct {
			Key string `header:"X-Key"`
		}, item], tenon.Public())
	})
	names := func(path string) (list []string) {
		for _, p := range app.Document().Paths[path].Get.Parameters {
			list = append(list, p.In+" "+p.Name)
		}
		return list
	}
	assert.Equal(t, names("/"), []string{"header X-Trace", "query X-Key"})
	assert.Equal(t, names("/public"), []string{"header X-Key"})
}
