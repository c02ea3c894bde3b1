package auth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/tenontest"
)

// verify knows the credentials "ada" and "root", the latter with scopes.
func verify(_ context.Context, credentials string) (auth.Principal, error) {
	switch credentials {
	case "ada":
		return auth.Principal{Subject: "ada"}, nil
	case "root":
		return auth.Principal{Subject: "root", Scopes: []string{"orders:read", "orders:write"}}, nil
	}
	return auth.Principal{}, fmt.Errorf("looked up: %w", auth.ErrInvalid)
}

func login(_ context.Context, user, password string) (auth.Principal, error) {
	if known := auth.Equal(user, "zoë"); auth.Equal(password, "pa:ss") && known {
		return auth.Principal{Subject: "zoë", Scopes: []string{"orders:read", "orders:write"}}, nil
	}
	return auth.Principal{}, auth.ErrInvalid
}

type withCaller struct{ Caller auth.Principal }

func subject(_ context.Context, in *withCaller) (string, error) { return in.Caller.Subject, nil }

func routes(r *tenon.Router) {
	tenon.Post(r, "/me", func(_ context.Context, in *struct {
		Caller auth.Principal
		Body   []int
	}) (string, error) {
		return in.Caller.Subject, nil
	})
	tenon.Get(r, "/me", subject)
	tenon.Get(r, "/maybe", func(_ context.Context, in *struct{ Caller tenon.Opt[auth.Principal] }) (string, error) {
		return in.Caller.Or(auth.Principal{Subject: "anonymous"}).Subject, nil
	})
	scoped := r.Group("/orders", tenon.Scopes("orders:read"))
	tenon.Get(scoped, "", subject)
	tenon.Post(scoped, "", subject, tenon.Scopes("orders:write"))
	tenon.Get(r, "/public", func(context.Context, *struct{}) (string, error) { return "all", nil }, tenon.Public())
}

func newClient(t testing.TB, schemes ...auth.Scheme) *tenontest.Client {
	t.Helper()
	return tenontest.New(t, newApp(t, slog.DiscardHandler, schemes...))
}

func newApp(t testing.TB, log slog.Handler, schemes ...auth.Scheme) *tenon.App {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "Test", Version: "1", Logger: slog.New(log)},
		func(r *tenon.Router) { r.Use(auth.Accept(schemes...)) }, routes)
	assert.NoError(t, err)
	return app
}

// ask returns the status, the code or body, and the challenges of an answer.
func ask(t testing.TB, c *tenontest.Client, method, target string, headers ...string) string {
	t.Helper()
	r := c.Do(method, target, "", headers...)
	said := string(r.Body)
	if r.Status >= 400 {
		said = c.Problem(r).Code
	}
	return strings.Join(append([]string{fmt.Sprint(r.Status, " ", said)}, r.Header.Values("WWW-Authenticate")...), "; ")
}

func basic(text string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(text))
}

func TestE1UnauthorizedAnswersCarryAChallengeWithoutAnErrorCode(t *testing.T) {
	bearer, key := auth.Bearer("jwt", verify), auth.HeaderKey("key", "X-API-Key", verify)
	tests := []struct {
		name    string
		schemes []auth.Scheme
		method  string
		headers []string
		want    string
	}{
		{"bearer", []auth.Scheme{bearer}, "GET", nil, `401 unauthorized; Bearer realm="jwt"`},
		{"before the body is read", []auth.Scheme{bearer}, "POST", nil, `401 unauthorized; Bearer realm="jwt"`},
		{"a method that is not supported", []auth.Scheme{bearer}, "GET", []string{"Authorization: Digest x"}, `401 unauthorized; Bearer realm="jwt"`},
		{"basic", []auth.Scheme{auth.Basic("login", login)}, "GET", nil, `401 unauthorized; Basic realm="login", charset="UTF-8"`},
		{"API key", []auth.Scheme{key}, "GET", nil, `401 unauthorized; APIKey realm="key"`},
		{"each method once", []auth.Scheme{bearer, key, auth.Bearer("other", verify)}, "GET", nil, `401 unauthorized; Bearer realm="jwt"; APIKey realm="key"`},
	}
	for _, tt := range tests {
		assert.Equal(t, ask(t, newClient(t, tt.schemes...), tt.method, "/me", tt.headers...), tt.want, tt.name)
	}
}

func TestE2StatusAndErrorCodeSayWhatIsWrong(t *testing.T) {
	c := newClient(t, auth.Bearer("jwt", verify), auth.Basic("login", login), auth.HeaderKey("key", "x-api-key", verify))
	invalid := `; Bearer realm="jwt", error="invalid_token"; Basic realm="login", charset="UTF-8"; APIKey realm="key"`
	malformed := `400 invalid_request; Bearer realm="jwt", error="invalid_request"`
	tests := []struct {
		name, method, target string
		headers              []string
		want                 string
	}{
		{"token", "GET", "/me", []string{"Authorization: Bearer ada"}, `200 "ada"`},
		{"method in another case, more space", "GET", "/me", []string{"authorization: bEARER   ada"}, `200 "ada"`},
		{"unknown token", "GET", "/me", []string{"Authorization: Bearer bob"}, "401 invalid_token" + invalid},
		{"unknown token where none is needed", "GET", "/maybe", []string{"Authorization: Bearer bob"}, "401 invalid_token" + invalid},
		{"other method where none is needed", "GET", "/maybe", []string{"Authorization: Digest x"}, `401 unauthorized; Bearer realm="jwt"; Basic realm="login", charset="UTF-8"; APIKey realm="key"`},
		{"none where none is needed", "GET", "/maybe", nil, `200 "anonymous"`},
		{"public", "GET", "/public", []string{"Authorization: broken ,,"}, `200 "all"`},
		{"no token", "GET", "/me", []string{"Authorization: Bearer"}, malformed},
		{"text after the token", "GET", "/me", []string{"Authorization: Bearer ada bob"}, malformed},
		{"two tokens in one field", "GET", "/me", []string{"Authorization: Bearer ada, Bearer root"}, malformed},
		{"two fields", "GET", "/me", []string{"Authorization: Bearer ada", "Authorization: Bearer ada"}, malformed},
		{"two fields, one of another method", "GET", "/me", []string{"Authorization: Digest x", "Authorization: Bearer ada"}, malformed},
		{"characters outside of a token", "GET", "/me", []string{"Authorization: Bearer a\"a"}, malformed},
		{"no method", "GET", "/me", []string{"Authorization: =ada"}, malformed},
		{"two methods", "GET", "/me", []string{"Authorization: Bearer ada", "X-Api-Key: ada"}, malformed},
		{"two keys", "GET", "/me", []string{"X-Api-Key: ada", "X-Api-Key: ada"}, malformed},
		{"space in a key", "GET", "/me", []string{"X-Api-Key: a a"}, malformed},
		{"key", "GET", "/me", []string{"X-Api-Key: ada"}, `200 "ada"`},
		{"key beside a method that is not supported", "GET", "/me", []string{"X-Api-Key: ada", "Authorization: Digest x"}, `200 "ada"`},
		{"unknown key", "GET", "/me", []string{"X-Api-Key: bob"}, `401 invalid_token; Bearer realm="jwt"; Basic realm="login", charset="UTF-8"; APIKey realm="key"`},
		{"user and password", "GET", "/me", []string{basic("zoë:pa:ss")}, `200 "zoë"`},
		{"wrong password", "GET", "/me", []string{basic("zoë:pass")}, `401 invalid_token; Bearer realm="jwt"; Basic realm="login", charset="UTF-8"; APIKey realm="key"`},
		{"no colon", "GET", "/me", []string{basic("zoë")}, "400 invalid_request"},
		{"control character", "GET", "/me", []string{basic("zoë:\x00")}, "400 invalid_request"},
		{"other charset", "GET", "/me", []string{basic("zo\xeb:pa:ss")}, "400 invalid_request"},
		{"no base64", "GET", "/me", []string{"Authorization: Basic zoe"}, "400 invalid_request"},
		{"scope missing", "GET", "/orders", []string{"Authorization: Bearer ada"}, `403 insufficient_scope; Bearer realm="jwt", error="insufficient_scope", scope="orders:read"`},
		{"scopes of the chain", "POST", "/orders", []string{"Authorization: Bearer ada"}, `403 insufficient_scope; Bearer realm="jwt", error="insufficient_scope", scope="orders:read orders:write"`},
		{"scopes there", "POST", "/orders", []string{"Authorization: Bearer root"}, `200 "root"`},
		{"scope missing of a key", "GET", "/orders", []string{"X-Api-Key: ada"}, `403 insufficient_scope`},
		{"scope to ask for", "GET", "/orders", nil, `401 unauthorized; Bearer realm="jwt", scope="orders:read"; Basic realm="login", charset="UTF-8"; APIKey realm="key"`},
	}
	for _, tt := range tests {
		assert.Equal(t, ask(t, c, tt.method, tt.target, tt.headers...), tt.want, tt.name)
	}
}

func TestE8CredentialsAreNotTakenFromTheQueryUnlessASchemeSaysSo(t *testing.T) {
	c := newClient(t, auth.Bearer("jwt", verify), auth.HeaderKey("key", "X-API-Key", verify))
	for _, query := range []string{"access_token=ada", "token=ada", "api_key=ada", "X-API-Key=ada", "key=ada", "Authorization=Bearer+ada"} {
		assert.Equal(t, ask(t, c, "GET", "/me?"+query), `401 unauthorized; Bearer realm="jwt"; APIKey realm="key"`, query)
	}
	c = newClient(t, auth.QueryKey("key", "api key", verify), auth.CookieKey("session", "sid", verify))
	tests := []struct {
		target, cookie, want string
	}{
		{"/me?api%20key=ada", "", `200 "ada"`},
		{"/me?x=1;2&api+key=%61da", "", `200 "ada"`},
		{"/me?api+key=ada&api+key=ada", "", "400 invalid_request"},
		{"/me?api+key=", "", "400 invalid_request"},
		{"/me?api+key=%zz", "", `401 invalid_token; APIKey realm="key"`},
		{"/me?API+key=ada", "", `401 unauthorized; APIKey realm="key"`},
		{"/me", "Cookie: sid=ada", `200 "ada"`},
		{"/me", "Cookie: a=b; sid=ada; sid=root", "400 invalid_request"},
		{"/me?api+key=ada", "Cookie: sid=ada", "400 invalid_request"},
		{"/me", "Cookie: sid=bob", `401 invalid_token; APIKey realm="key"`},
	}
	for _, tt := range tests {
		headers := []string{"Accept: */*"}
		if tt.cookie != "" {
			headers = append(headers, tt.cookie)
		}
		assert.Equal(t, ask(t, c, "GET", tt.target, headers...), tt.want, tt.target+" "+tt.cookie)
	}
}

func TestE8SecretsAreComparedByTheirHashes(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{{"", "", true}, {"key", "key", true}, {"key", "kez", false}, {"key", "key\x00", false}, {"key", "", false}, {strings.Repeat("k", 1<<16), strings.Repeat("k", 1<<16), true}} {
		assert.Equal(t, auth.Equal(tt.a, tt.b), tt.want, len(tt.a), len(tt.b))
	}
}

func TestE9AnOperationWithoutAPolicyIsAMistake(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "Test", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.Bearer("jwt", verify)))
		tenon.Get(r, "/me", subject)
		tenon.Get(r, "/open", func(context.Context, *struct{}) (string, error) { return "", nil })
	})
	assert.Contains(t, fmt.Sprint(err), "GET /open: needs no security provider although there is one in scope")
}

func TestCredentialsAppearInNoAnswerAndNoLog(t *testing.T) {
	var log bytes.Buffer
	broken := errors.New("the store of keys is away")
	app := newApp(t, slog.NewJSONHandler(&log, nil), auth.Bearer("jwt", func(ctx context.Context, token string) (auth.Principal, error) {
		if token == "s3cret-broken" {
			return auth.Principal{}, broken
		}
		return verify(ctx, token)
	}), auth.Basic("login", login))
	c := tenontest.New(t, app)
	c.ServerErrors = true
	for _, header := range []string{"Bearer s3cret", "Bearer s3cret-broken", "Bearer s3cret s3cret", "Digest s3cret", "Basic " + base64.StdEncoding.EncodeToString([]byte("s3cret:s3cret"))} {
		r := c.Do("GET", "/me", "", "Authorization: "+header)
		text, err := json.Marshal(r.Header)
		assert.NoError(t, err)
		for _, said := range []string{string(r.Body), string(text), log.String()} {
			assert.Equal(t, strings.Contains(said, "s3cret") || strings.Contains(said, "czNjcmV0"), false, header, said)
		}
		assert.Equal(t, r.Status == 500, header == "Bearer s3cret-broken", header)
	}
	assert.Contains(t, log.String(), broken.Error())
}

func TestSchemesOfOnePlaceAreAskedInTheirOrder(t *testing.T) {
	down := errors.New("down")
	named := func(name string, err error) auth.Scheme {
		return auth.Bearer(name, func(_ context.Context, token string) (auth.Principal, error) {
			if strings.HasPrefix(token, name) {
				return auth.Principal{Subject: token}, nil
			}
			return auth.Principal{}, err
		})
	}
	c := newClient(t, named("a", auth.ErrInvalid), named("b", nil), named("c", tenon.ErrAbsent), named("d", fmt.Errorf("d: %w", auth.ErrInvalid)))
	for _, token := range []string{"a", "b1", "c2", "d3"} {
		assert.Equal(t, ask(t, c, "GET", "/me", "Authorization: Bearer "+token), fmt.Sprintf("200 %q", token))
	}
	assert.Equal(t, ask(t, c, "GET", "/maybe", "Authorization: Bearer e"), `401 invalid_token; Bearer realm="a", error="invalid_token"`)
	c = newClient(t, named("a", down), named("b", nil))
	c.ServerErrors = true
	assert.Equal(t, ask(t, c, "GET", "/me", "Authorization: Bearer b"), "500 internal_error", "an error of the service decides")
}

func TestWrongCredentialsAreNeverNone(t *testing.T) {
	for _, err := range []error{tenon.ErrAbsent, errors.Join(auth.ErrInvalid, tenon.ErrAbsent), nil} {
		c := newClient(t, auth.Bearer("jwt", func(context.Context, string) (auth.Principal, error) { return auth.Principal{}, err }))
		assert.Equal(t, ask(t, c, "GET", "/maybe", "Authorization: Bearer x"), `401 invalid_token; Bearer realm="jwt", error="invalid_token"`, err)
	}
}

func TestCredentialsAreBounded(t *testing.T) {
	asked := 0
	count := func(ctx context.Context, text string) (auth.Principal, error) {
		asked++
		return auth.Principal{Subject: "ada"}, nil
	}
	c := newClient(t, auth.Bearer("jwt", count), auth.HeaderKey("key", "X-Key", count))
	at, past := strings.Repeat("a", 16<<10), strings.Repeat("a", 16<<10+1)
	assert.Equal(t, ask(t, c, "GET", "/me", "Authorization: Bearer "+at), `200 "ada"`)
	assert.Equal(t, ask(t, c, "GET", "/me", "X-Key: "+at), `200 "ada"`)
	assert.Equal(t, asked, 2)
	for _, header := range []string{"Authorization: Bearer " + past, "X-Key: " + past} {
		assert.Equal(t, ask(t, c, "GET", "/me", header), `400 invalid_request; Bearer realm="jwt", error="invalid_request"`)
	}
	assert.Equal(t, asked, 2)
}

func TestChallengesAreQuoted(t *testing.T) {
	s := auth.Bearer("jwt", verify)
	s.Realm = `a "quoted\" realm`
	app, err := tenon.New(tenon.Config{Title: "Test", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(s))
		tenon.Get(r, "/me", subject, tenon.Scopes("a\"\r\nSet-Cookie: x=\u00e9"))
	})
	assert.NoError(t, err)
	r := tenontest.New(t, app).Do("GET", "/me", "", "Authorization: Bearer ada")
	assert.Equal(t, r.Header.Values("WWW-Authenticate"), []string{`Bearer realm="a \"quoted\\\" realm", error="insufficient_scope", scope="a\"  Set-Cookie: x=  "`})
	assert.Equal(t, r.Header.Get("Set-Cookie"), "")
}

func TestSchemesAreDocumented(t *testing.T) {
	scopes := map[string]string{"orders:read": "Read orders.", "orders:write": "Write orders."}
	const discovery = "https://id.example/.well-known/openid-configuration"
	app := newApp(t, slog.DiscardHandler, auth.Bearer("bearer", verify), auth.Basic("basic", login), auth.HeaderKey("header", "x-key", verify),
		auth.CookieKey("cookie", "sid", verify), auth.QueryKey("query", "key", verify), auth.OAuth2Password("password", "token", scopes, verify),
		auth.OAuth2Code("code", "https://id.example/authorize", "https://id.example/token", scopes, verify), auth.OpenIDConnect("oidc", discovery, verify))
	doc := app.Document()
	got, err := json.Marshal(doc.Components.SecuritySchemes)
	assert.NoError(t, err)
	assert.Equal(t, string(got), `{"basic":{"type":"http","scheme":"basic"},"bearer":{"type":"http","scheme":"bearer"},`+
		`"code":{"type":"oauth2","flows":{"authorizationCode":{"authorizationUrl":"https://id.example/authorize","tokenUrl":"https://id.example/token",`+
		`"scopes":{"orders:read":"Read orders.","orders:write":"Write orders."}}}},"cookie":{"type":"apiKey","name":"sid","in":"cookie"},`+
		`"header":{"type":"apiKey","name":"X-Key","in":"header"},"oidc":{"type":"openIdConnect","openIdConnectUrl":"`+discovery+`"},`+
		`"password":{"type":"oauth2","flows":{"password":{"tokenUrl":"token","scopes":{"orders:read":"Read orders.","orders:write":"Write orders."}}}},`+
		`"query":{"type":"apiKey","name":"key","in":"query"}}`)
	assert.Equal(t, doc.Paths["/orders"].Post.Security[:2], []openapi.SecurityRequirement{{"bearer": {"orders:read", "orders:write"}}, {"basic": {"orders:read", "orders:write"}}})
	for _, status := range []string{"400", "401", "403"} {
		assert.Equal(t, doc.Paths["/orders"].Post.Responses[status] != nil, true, status)
	}
	assert.Equal(t, doc.Paths["/public"].Get.Security, nil)
}

func TestMistakesInSchemesAreAllReported(t *testing.T) {
	realm := auth.Bearer("realm", verify)
	realm.Realm = "a\r\nb"
	tests := []struct {
		name    string
		schemes []auth.Scheme
		want    []string
	}{
		{"none", nil, []string{"auth: Accept was given no scheme"}},
		{"zero", []auth.Scheme{{}}, []string{`auth: scheme "": the name needs`, "no function that verifies"}},
		{"names", []auth.Scheme{auth.Bearer("api key", verify), auth.Bearer("a", verify), auth.Bearer("a", verify)}, []string{`scheme "api key": the name needs`, `two schemes named "a"`}},
		{"functions", []auth.Scheme{auth.Bearer("a", nil), auth.Basic("b", nil), auth.HeaderKey("c", "X-Key", nil)}, []string{`scheme "a": there is no function`, `scheme "b": there is no function`, `scheme "c": there is no function`}},
		{"realm", []auth.Scheme{realm}, []string{`realm "a\r\nb": want printable ASCII`}},
		{
			"places",
			[]auth.Scheme{auth.HeaderKey("a", "authorization", verify), auth.HeaderKey("b", "X Key", verify), auth.CookieKey("c", "", verify), auth.QueryKey("d", "", verify)},
			[]string{"the header Authorization is not for keys", `no header can be called "X Key"`, `no cookie can be called ""`, "the query parameter has no name"},
		},
		{
			"addresses",
			[]auth.Scheme{auth.OAuth2Password("a", "", nil, verify), auth.OAuth2Code("b", "https://user:pass@x", ":", nil, verify), auth.OpenIDConnect("c", "", verify)},
			[]string{`scheme "a": "" is no address`, `scheme "b": "https://user:pass@x" is no address`, `":" is no address`, `scheme "c": "" is no address`},
		},
	}
	for _, tt := range tests {
		_, err := tenon.New(tenon.Config{Title: "Test", Version: "1"}, func(r *tenon.Router) { r.Use(auth.Accept(tt.schemes...)) }, routes)
		for _, want := range tt.want {
			assert.Contains(t, fmt.Sprint(err), want, tt.name)
		}
		assert.Contains(t, fmt.Sprint(err), "auth_test.go:", tt.name)
	}
}

type claims struct {
	Tenant string `json:"tenant" check:"minLength=1"`
}

func TestClaimsAreReadByTheirTypeAndExactNames(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "Test", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.Bearer("jwt", func(_ context.Context, token string) (auth.Principal, error) {
			text, _ := base64.RawURLEncoding.DecodeString(token)
			return auth.Principal{Subject: "ada", Claims: text}, nil
		})), auth.Claims[claims]())
		tenon.Get(r, "/tenant", func(_ context.Context, in *struct{ Claims claims }) (string, error) { return in.Claims.Tenant, nil })
		tenon.Get(r, "/maybe", func(_ context.Context, in *struct{ Claims tenon.Opt[claims] }) (string, error) {
			return in.Claims.Or(claims{"none"}).Tenant, nil
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	token := func(text string) string {
		return "Authorization: Bearer " + base64.RawURLEncoding.EncodeToString([]byte(text))
	}
	assert.Equal(t, ask(t, c, "GET", "/tenant", token(`{"tenant":"acme","sub":"ada"}`)), `200 "acme"`)
	for _, text := range []string{`{}`, `{"tenant":""}`, `{"Tenant":"acme"}`, `{"tenant":"acme","TENANT":"evil"}`, `{"tenant":"acme","tenant":"evil"}`, `{"tenant":3}`, `null`, ` `} {
		assert.Equal(t, ask(t, c, "GET", "/tenant", token(text)), `401 invalid_token; Bearer error="invalid_token"`, text)
	}
	assert.Equal(t, ask(t, c, "GET", "/maybe"), `200 "none"`)
	assert.Equal(t, ask(t, c, "GET", "/maybe", token(`{}`)), `401 invalid_token; Bearer error="invalid_token"`)
	_, err = tenon.New(tenon.Config{Title: "Test", Version: "1"}, func(r *tenon.Router) { r.Use(auth.Claims[chan int]()) })
	assert.Contains(t, fmt.Sprint(err), "auth: claims chan int: ")
}

func TestTestsReplaceCredentials(t *testing.T) {
	c := tenontest.New(t, newApp(t, slog.DiscardHandler, auth.Bearer("jwt", verify)), tenon.Value(auth.Principal{Subject: "fake", Scopes: []string{"orders:read"}}))
	assert.Equal(t, ask(t, c, "GET", "/me"), `200 "fake"`)
	assert.Equal(t, ask(t, c, "GET", "/orders"), `200 "fake"`)
}

// FuzzAuthorization checks that only what can be a token reaches the function that
// verifies it, and that every other header is refused.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Bearer ada", "bearer  ada==", "Bearer", "Bearer a,b", "Basic em/DqzpwYTpzcw==", "Digest x", "", " ", "Bearer \x00", "=ada"} {
		f.Add(seed, "")
	}
	f.Add("Bearer ada", "Bearer ada")
	var asked []string
	app := newApp(f, slog.DiscardHandler, auth.Bearer("jwt", func(_ context.Context, token string) (auth.Principal, error) {
		asked = append(asked, token)
		return auth.Principal{Subject: "ada"}, nil
	}))
	f.Fuzz(func(t *testing.T, first, second string) {
		asked = nil
		r, w := httptest.NewRequest(http.MethodGet, "/me", nil), httptest.NewRecorder()
		r.Header["Authorization"] = []string{first}
		if second != "" {
			r.Header["Authorization"] = append(r.Header["Authorization"], second)
		}
		app.ServeHTTP(w, r)
		switch {
		case len(asked) == 0 && (w.Code == http.StatusUnauthorized || w.Code == http.StatusBadRequest):
		case len(asked) != 1 || w.Code != http.StatusOK:
			t.Errorf("%q, %q: answered %d, asked for %q", first, second, w.Code, asked)
		case second != "" || asked[0] == "" || len(asked[0]) > 16<<10 || strings.ContainsAny(asked[0], " ,;\"\t\r\n\x00"):
			t.Errorf("%q, %q: asked for %q", first, second, asked)
		}
	})
}

func TestScopesOfProvidersCount(t *testing.T) {
	type active struct{ name string }
	app, err := tenon.New(tenon.Config{Title: "Test", Version: "1"}, func(r *tenon.Router) {
		r.Use(auth.Accept(auth.OAuth2Password("oauth", "token", map[string]string{"me": "", "items": ""}, verify)))
		r.Use(tenon.Provide(func(_ context.Context, in *withCaller) (active, error) { return active{in.Caller.Subject}, nil }, tenon.Scopes("me")))
		tenon.Get(r, "/items", func(_ context.Context, in *struct{ Who active }) (string, error) { return in.Who.name, nil }, tenon.Scopes("items"))
	})
	assert.NoError(t, err)
	assert.Equal(t, ask(t, tenontest.New(t, app), "GET", "/items", "Authorization: Bearer root"),
		`403 insufficient_scope; Bearer realm="oauth", error="insufficient_scope", scope="items me"`)
	assert.Equal(t, app.Document().Paths["/items"].Get.Security, []openapi.SecurityRequirement{{"oauth": {"items", "me"}}})
}
