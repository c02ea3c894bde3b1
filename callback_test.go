package tenon_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

type (
	subscribe struct {
		Shop string `path:"shop"`
		Body struct {
			URL   string            `json:"callback_url"`
			Other tenon.Opt[string] `json:"other"`
		}
	}
	bill struct {
		ID   int    `json:"id" readOnly:"true"`
		Note string `json:"note" default:"none"`
	}
	billSent struct {
		Trace string            `header:"X-Trace" check:"minLength=2" doc:"Names the attempt"`
		Try   int               `query:"try"`
		Mode  tenon.Opt[string] `query:"mode"`
		Body  bill
	}
	receipt struct {
		Accepted bool   `json:"accepted"`
		By       string `json:"by" default:"nobody"`
	}
)

// billing is an application with a callback, whose endpoint it returns.
func billing(t *testing.T) (*tenon.App, *tenon.Endpoint[billSent, receipt]) {
	t.Helper()
	var sent *tenon.Endpoint[billSent, receipt]
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", BasePath: "/base", About: openapi.Document{Tags: []openapi.Tag{{Name: "bills"}}}}, func(r *tenon.Router) {
		r.Use(tenon.Tags("all"))
		e := tenon.Post(r, "/shops/{shop}", ok[subscribe, tenon.NoContent])
		cb := e.Callback("bill", func(in *subscribe) any { return &in.Body.URL })
		sent = tenon.Post[billSent, receipt](cb, "", nil, tenon.Doc{Summary: "A bill"}, tenon.Tags("bills"), tenon.Describe(410, "Send no more"))
		sent.Example("first", "", &billSent{Trace: "ab", Try: 1, Body: bill{7, "x"}}, &receipt{Accepted: true, By: "ann"})
		tenon.Put[none, tenon.NoContent](cb.Group("/ping"), "", nil)
	})
	assert.NoError(t, err)
	return app, sent
}

func TestCallbacksAreInTheDocument(t *testing.T) {
	app, _ := billing(t)
	for range 2 {
		op := app.Document().Paths["/shops/{shop}"].Post
		assert.Equal(t, text(t, op.Callbacks), `{"bill":{"{$request.body#/callback_url}":{"post":{"tags":["bills"],"summary":"A bill","operationId":"postShopsByShopBill",`+
			`"parameters":[{"name":"X-Trace","in":"header","description":"Names the attempt","required":true,"schema":{"type":"string","minLength":2},"examples":{"first":{"value":"ab"}}},`+
			`{"name":"try","in":"query","required":true,"schema":{"type":"integer","format":"int64"},"examples":{"first":{"value":1}}},{"name":"mode","in":"query","schema":{"type":"string"}}],`+
			`"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Bill"},"examples":{"first":{"value":{"id":7,"note":"x"}}}}},"required":true},`+
			`"responses":{"200":{"description":"OK","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Receipt"},"examples":{"first":{"value":{"accepted":true,"by":"ann"}}}}}},"410":{"description":"Send no more"}}}},`+
			`"{$request.body#/callback_url}/ping":{"put":{"operationId":"postShopsByShopBillPing","responses":{"204":{"description":"No Content"}}}}}}`)
		schemas := app.Document().Components.Schemas
		assert.Contains(t, text(t, schemas["Bill"]), `"required":["id","note"]`) // it is printed
		assert.Contains(t, text(t, schemas["Receipt"]), `"default":"nobody"`)    // it is read
		assert.Equal(t, len(app.Operations()), 1)
		var err error
		app, err = app.With(tenon.Tags("more"))
		assert.NoError(t, err)
	}
}

func TestCallbacksAreSentByTheirEndpoint(t *testing.T) {
	_, sent := billing(t)
	for base, want := range map[string]string{
		"https://a.example.com/hook/":        "https://a.example.com/hook/?try=2",
		"https://a.example.com/hook?token=x": "https://a.example.com/hook?token=x&try=2",
	} {
		r, err := sent.Request(t.Context(), base, &billSent{Trace: "t1", Try: 2, Body: bill{7, "x"}})
		assert.NoError(t, err)
		assert.Equal(t, r.Method+" "+r.URL.String(), "POST "+want)
		assert.Equal(t, r.Header.Get("X-Trace"), "t1")
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, string(body), `{"id":7,"note":"x"}`)
	}
	got, err := sent.Response(&http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}}, []byte(`{"accepted":true}`))
	assert.NoError(t, err)
	assert.Equal(t, got, receipt{true, "nobody"})
	_, err = sent.Response(&http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}}, []byte(`{}`))
	assert.Contains(t, fmt.Sprint(err), "accepted: Field required")
}

func TestMistakesInCallbacks(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		e := tenon.Post(r, "/a/{shop}", ok[subscribe, tenon.NoContent])
		url := func(in *subscribe) any { return &in.Body.URL }
		tenon.Post[none, none](e.Callback("a b", url), "", nil)
		tenon.Post[none, none](e.Callback("nil", nil), "", nil)
		tenon.Post[none, none](e.Callback("foreign", func(*subscribe) any { return new(string) }), "", nil)
		cb := e.Callback("many", url)
		tenon.Post(cb, "", ok[none, none])
		tenon.Post[byID, none](cb, "/{id}", nil)
		tenon.Post[struct{ Key tenon.Caller }, none](cb, "/needs", nil)
		tenon.Post[struct {
			Body struct{ P tenon.Secret[string] }
		}, none](cb, "/secret", nil)
		tenon.Post[struct {
			F string `form:"f"`
		}, none](cb, "/form", nil)
		tenon.Handle[none, none](cb, "PURGE", "/purge", nil)
		tenon.Post[none, none](cb, "/options", nil, tenon.Public(), tenon.Limits{BodyBytes: 1}, tenon.Middleware(func(h http.Handler) http.Handler { return h }), tenon.Errors(io.EOF), tenon.Value(parcel{}))
		cb.Mount("/m", http.NotFoundHandler())
		nested := tenon.Post[none, none](cb, "/twice", nil)
		tenon.Post[none, none](cb, "/twice", nil, tenon.Doc{ID: "other"})
		tenon.Post[none, none](nested.Callback("inner", func(*none) any { return nil }), "", nil)
		tenon.Post[none, none](cb, "/linked", nil).Link("x", "", e, new(subscribe), func(*none, *none) map[any]any { return map[any]any{} })
		tenon.Post[none, none](cb, "/example", nil).Example("x", "", nil, nil)
	})
	for _, want := range []string{
		`callback "a b": want a name of letters`, `callback "nil": want the address of the field that has the URL`,
		`callback "foreign": a *string is no address of a field of the request to POST /a/{shop}`, `POST : a callback is sent, not served: its handler is nil`,
		`callback "many": its path has parameters`, `Key: no provider fills what is sent`, `an output must not contain a schema.Secret`, `forms are not sent: use a Body`,
		`cannot describe the method "PURGE"`, `option Public says nothing about a callback`, `option Limits.BodyBytes says nothing about a callback`,
		`option Middleware says nothing about a callback`, `options Errors and Scopes say nothing about a callback`, `option Provide says nothing about a callback`,
		`mount /m: callback "many": nothing of a callback is served`, `callback "many": POST is registered already, at `,
		`callback "inner": a callback belongs to an operation that is served`, `has a Link, which is for answers that we send`, `the example "x": shows neither`,
	} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("no %s in\n%v", want, err)
		}
	}
}
