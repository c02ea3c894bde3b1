package tenon_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

type (
	voucher struct {
		Code   string                `json:"code" check:"minLength=2"`
		Cents  int                   `json:"cents" check:"ge=1"`
		Secret tenon.Opt[pin]        `json:"pin" writeOnly:"true"`
		Lines  []struct{ ID string } `json:"lines"`
	}
	pin        = tenon.Secret[string]
	voucherOut struct {
		Code  string `json:"code" check:"minLength=2"`
		Owner string `json:"o~w/n"`
	}
	makeVoucher struct {
		Shop  string            `path:"shop" check:"minLength=2"`
		Limit int               `query:"limit" default:"20" check:"ge=1"`
		Tags  []string          `header:"X-Tags" default:"[]"`
		Seen  tenon.Opt[string] `cookie:"seen"`
		Body  voucher
	}
	madeVoucher struct {
		_    struct{} `status:"201"`
		ETag string   `header:"ETag" check:"minLength=3"`
		Body voucherOut
	}
	getVoucher struct {
		Shop string            `path:"shop"`
		Code string            `path:"code"`
		Also tenon.Opt[string] `query:"code"`
	}
	putVoucher struct {
		getVoucher
		Body voucherOut
	}
)

// vouchers is an application whose endpoints are given to more.
func vouchers(more func(made *tenon.Endpoint[makeVoucher, madeVoucher], get *tenon.Endpoint[getVoucher, voucherOut], put *tenon.Endpoint[putVoucher, tenon.NoContent])) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		made := tenon.Post(r, "/shops/{shop}/vouchers", ok[makeVoucher, madeVoucher])
		get := tenon.Get(r, "/shops/{shop}/vouchers/{code}", ok[getVoucher, voucherOut])
		put := tenon.Put(r, "/shops/{shop}/vouchers/{code}", ok[putVoucher, tenon.NoContent])
		more(made, get, put)
	})
}

func text(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	assert.NoError(t, err)
	return string(out)
}

func TestExamplesAreInTheDocument(t *testing.T) {
	app, err := vouchers(func(made *tenon.Endpoint[makeVoucher, madeVoucher], get *tenon.Endpoint[getVoucher, voucherOut], _ *tenon.Endpoint[putVoucher, tenon.NoContent]) {
		made.Example("small", "A small voucher",
			&makeVoucher{Shop: "s1", Tags: []string{"a", "b"}, Body: voucher{Code: "v1", Cents: 5, Secret: schema.Some(schema.NewSecret("x"))}},
			&madeVoucher{ETag: `"a"`, Body: voucherOut{Code: "v1", Owner: "ann"}})
		made.Example("large", "", &makeVoucher{Shop: "s2", Limit: 3, Body: voucher{Code: "v2", Cents: 500}}, nil)
		get.Example("one", "", nil, &voucherOut{Code: "v1"})
	})
	assert.NoError(t, err)
	for range 2 { // an application made by With has them, too
		op := app.Document().Paths["/shops/{shop}/vouchers"].Post
		byName := make(map[string]*openapi.Parameter)
		for _, p := range op.Parameters {
			byName[p.Name] = p
		}
		assert.Equal(t, text(t, byName["shop"].Examples), `{"large":{"value":"s2"},"small":{"summary":"A small voucher","value":"s1"}}`)
		assert.Equal(t, text(t, byName["limit"].Examples), `{"large":{"value":3}}`)
		assert.Equal(t, text(t, byName["X-Tags"].Examples), `{"small":{"summary":"A small voucher","value":["a","b"]}}`)
		assert.Equal(t, text(t, op.RequestBody.Content["application/json"].Examples),
			`{"large":{"value":{"code":"v2","cents":500,"lines":[]}},"small":{"summary":"A small voucher","value":{"code":"v1","cents":5,"pin":"**********","lines":[]}}}`)
		r := op.Responses["201"]
		assert.Equal(t, text(t, r.Content["application/json"].Examples), `{"small":{"summary":"A small voucher","value":{"code":"v1","o~w/n":"ann"}}}`)
		assert.Equal(t, text(t, r.Headers["Etag"].Examples), `{"small":{"summary":"A small voucher","value":"\"a\""}}`)
		got := app.Document().Paths["/shops/{shop}/vouchers/{code}"].Get
		assert.Equal(t, text(t, got.Responses["200"].Content["application/json"].Examples), `{"one":{"value":{"code":"v1","o~w/n":""}}}`)
		app, err = app.With()
		assert.NoError(t, err)
	}
}

func TestMistakesInExamples(t *testing.T) {
	_, err := vouchers(func(made *tenon.Endpoint[makeVoucher, madeVoucher], get *tenon.Endpoint[getVoucher, voucherOut], _ *tenon.Endpoint[putVoucher, tenon.NoContent]) {
		made.Example("bad", "", &makeVoucher{Shop: "s", Limit: -1, Body: voucher{Cents: 0}}, &madeVoucher{ETag: "a", Body: voucherOut{Code: "v"}})
		made.Example("", "", nil, nil)
		get.Example("one", "", nil, &voucherOut{Code: "ok"})
		get.Example("one", "", nil, &voucherOut{Code: "ok"})
	})
	for _, want := range []string{
		`example_link_test.go:`, `POST /shops/{shop}/vouchers: the example "bad": path.shop: String should have at least 2 characters`, `the example "bad": query.limit: Input should be greater than or equal to 1`,
		`the example "bad": body.code: String should have at least 2 characters`, `the example "bad": body.cents: Input should be greater than or equal to 1`,
		`the example "bad": the header Etag: `, `the example "bad": the answer as application/json: `,
		`the example "": want a name of its own`, `the example "one": want a name of its own`,
	} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}

func TestTypedCallsSendWhatIsOnlyWritten(t *testing.T) {
	type login struct {
		ID       int    `json:"id" readOnly:"true"`
		Password string `json:"password" writeOnly:"true" check:"minLength=1"`
	}
	type in struct{ Body login }
	var e *tenon.Endpoint[in, tenon.NoContent]
	c := newClient(t, func(r *tenon.Router) { e = tenon.Post(r, "/login", ok[in, tenon.NoContent]) })
	_, err := tenontest.Call(c, e, &in{login{Password: "p"}})
	assert.NoError(t, err)
}

func TestLinksAreInTheDocument(t *testing.T) {
	app, err := vouchers(func(made *tenon.Endpoint[makeVoucher, madeVoucher], get *tenon.Endpoint[getVoucher, voucherOut], put *tenon.Endpoint[putVoucher, tenon.NoContent]) {
		next, again := new(getVoucher), new(putVoucher)
		made.Link("read", "Read it again", get, next, func(in *makeVoucher, out *madeVoucher) map[any]any {
			return map[any]any{&next.Shop: &in.Shop, &next.Code: &out.Body.Code, &next.Also: "x"}
		})
		made.Link("change", "", put, again, func(in *makeVoucher, out *madeVoucher) map[any]any {
			in.Body.Lines = make([]struct{ ID string }, 1)
			return map[any]any{&again.Shop: &out.ETag, &again.Code: &in.Body.Lines[0].ID, &again.Body: &out.Body}
		})
		get.Link("owner", "", get, next, func(_ *getVoucher, out *voucherOut) map[any]any {
			return map[any]any{&next.Shop: &out.Owner, &next.Code: "$request.query.code"}
		})
	})
	assert.NoError(t, err)
	for range 2 {
		paths := app.Document().Paths
		assert.Equal(t, text(t, paths["/shops/{shop}/vouchers"].Post.Responses["201"].Links),
			`{"change":{"operationId":"putShopsByShopVouchersByCode","parameters":{"path.code":"$request.body#/lines/0/ID","shop":"$response.header.Etag"},"requestBody":"$response.body"},`+
				`"read":{"operationId":"getShopsByShopVouchersByCode","parameters":{"path.code":"$response.body#/code","query.code":"x","shop":"$request.path.shop"},"description":"Read it again"}}`)
		assert.Equal(t, text(t, paths["/shops/{shop}/vouchers/{code}"].Get.Responses["200"].Links),
			`{"owner":{"operationId":"getShopsByShopVouchersByCode","parameters":{"path.code":"$request.query.code","shop":"$response.body#/o~0w~1n"}}}`)
		app, err = app.With()
		assert.NoError(t, err)
	}
}

// TestALinkOfOneOfSeveralBodies is only with the answers that have it.
func TestALinkOfOneOfSeveralBodies(t *testing.T) {
	type started struct {
		Done    *voucherOut `status:"200"`
		Pending *parcel     `status:"202"`
	}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		get := tenon.Get(r, "/parcels/{id}", ok[byID, parcel])
		next := new(byID)
		tenon.Post(r, "/parcels", ok[none, started]).Link("wait", "", get, next, func(_ *none, out *started) map[any]any {
			out.Pending = new(parcel)
			return map[any]any{&next.ID: &out.Pending.ID}
		})
	})
	assert.NoError(t, err)
	post := app.Document().Paths["/parcels"].Post
	assert.Equal(t, len(post.Responses["200"].Links), 0)
	assert.Equal(t, post.Responses["202"].Links["wait"].Parameters, map[string]string{"id": "$response.body#/id"})
}

// linkedTo is embedded by value.
type linkedTo = *tenon.Endpoint[getVoucher, voucherOut]

func TestMistakesInLinks(t *testing.T) {
	var missing *tenon.Endpoint[getVoucher, voucherOut]
	_, err := vouchers(func(made *tenon.Endpoint[makeVoucher, madeVoucher], get *tenon.Endpoint[getVoucher, voucherOut], put *tenon.Endpoint[putVoucher, tenon.NoContent]) {
		next, again := new(getVoucher), new(putVoucher)
		values := func(all map[any]any) func(*makeVoucher, *madeVoucher) map[any]any {
			return func(*makeVoucher, *madeVoucher) map[any]any { return all }
		}
		made.Link("a b", "", get, next, values(map[any]any{&next.Shop: "1", &next.Code: "2"}))
		made.Link("missing", "", missing, next, values(nil))
		made.Link("type", "", get, again, values(map[any]any{}))
		made.Link("embedded", "", struct{ linkedTo }{}, next, values(nil))
		made.Link("no input", "", get, (*getVoucher)(nil), values(map[any]any{&next.Code: "1"}))
		made.Link("no key", "", get, next, values(map[any]any{nil: "1"}))
		made.Link("few", "", get, next, values(map[any]any{&next.Code: "1"}))
		made.Link("foreign", "", get, next, values(map[any]any{&next.Shop: new(string), &next.Code: 1, new(int): "1"}))
		made.Link("part", "", put, again, values(map[any]any{&again.Shop: "$nothing", &again.Code: "$request.path.", &again.Body.Code: "$url"}))
		made.Link("cookie", "", get, next, func(in *makeVoucher, _ *madeVoucher) map[any]any {
			return map[any]any{&next.Shop: &in.Seen, &next.Code: "$statusCode"}
		})
	})
	at := `POST /shops/{shop}/vouchers: the link `
	for _, want := range []string{
		`example_link_test.go:`, at + `"a b": want a name of its own, of letters`, at + `"missing": want an endpoint that is registered already`,
		at + `"type": next is a *tenon_test.putVoucher, but GET /shops/{shop}/vouchers/{code} takes a *tenon_test.getVoucher`,
		at + `"embedded": want an endpoint that is registered already`, at + `"no input": next is a *tenon_test.getVoucher that is nil`,
		at + `"no key": <nil>: a key is no address of a field of next`,
		at + `"few": GET /shops/{shop}/vouchers/{code} needs the path parameter shop`,
		at + `"foreign": shop: a *string is neither the address of a field`, at + `"foreign": code: a int is neither`, at + `"foreign": *int: a key is no address of a field of next`,
		at + `"part": shop: "$nothing" is no runtime expression`, at + `"part": code: "$request.path." is no runtime expression`, at + `"part": [code] is a part of the body`,
		at + `"cookie": shop: there is no runtime expression for a cookie`,
	} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
	_, err = tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		hidden := tenon.Get(r, "/a", ok[none, string], tenon.Doc{Hidden: true})
		tenon.Handle(r, http.MethodPost, "/b", ok[none, string]).Link("x", "", hidden, new(none), func(*none, *string) map[any]any { return map[any]any{} })
	})
	assert.Contains(t, fmt.Sprint(err), `the link "x": leads to GET /a, which is not in the document`)
}

// TestExamplesOfParametersInOtherForms are judged as they are sent.
func TestExamplesOfParametersInOtherForms(t *testing.T) {
	type filter struct {
		Min int `json:"min" check:"ge=1"`
	}
	type in struct {
		Deep filter   `query:"deep"`
		JSON filter   `query:"json" content:"application/json"`
		List []string `query:"list" check:"each(minLength=2)"`
	}
	routes := func(v *in) func(r *tenon.Router) {
		return func(r *tenon.Router) { tenon.Get(r, "/", ok[in, string]).Example("x", "", v, nil) }
	}
	app := newApp(t, nil, routes(&in{filter{1}, filter{2}, []string{"ab", "cd"}}))
	p := app.Document().Paths["/"].Get.Parameters
	assert.Equal(t, text(t, p[0].Examples)+text(t, p[1].Content["application/json"].Examples)+text(t, p[2].Examples),
		`{"x":{"value":{"min":1}}}{"x":{"value":{"min":2}}}{"x":{"value":["ab","cd"]}}`)
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, routes(&in{List: []string{"a"}}))
	for _, want := range []string{"query.deep.min: ", "query.json.min: ", "query.list.0: "} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}
