package tenon_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// The types of an application that uses all there is to document.
type (
	shopItem struct {
		ID      string            `json:"id" check:"format=uuid"`
		Name    string            `json:"name" check:"minLength=1,maxLength=40" doc:"Shown to customers" example:"pin"`
		Price   float64           `json:"price" check:"ge=0"`
		Tags    []string          `json:"tags,omitempty" check:"maxItems=5,each(maxLength=10)"`
		Parent  *shopItem         `json:"parent"`
		Extra   map[string]any    `json:"extra,omitempty"`
		Note    tenon.Opt[string] `json:"note"`
		Created time.Time         `json:"created" deprecated:"true"`
	}
	shopCreate struct {
		Trace string `header:"X-Trace" status:"400" doc:"Names the request in logs"`
		Body  shopItem
	}
	shopList struct {
		paging
		Tags  []string `query:"tag" check:"maxItems=3" default:"[]"`
		Old   *bool    `query:"old" deprecated:"true" doc:"Use tag"`
		Theme string   `cookie:"theme" check:"enum=light|dark" default:"light"`
	}
	shopPage struct {
		Items []shopItem `json:"items"`
		Next  *string    `json:"next"`
	}
)

// shop is an application with all that a document can show.
func shop(r *tenon.Router) {
	r.Use(tenon.Tags("shop"), tenon.MapError(errGone, 410, "item_gone", "Item is gone"), tenon.MapError(errOther, 409, "item_taken", "Name is taken"))
	items := r.Group("/items", tenon.Tags("items"))
	tenon.Get(items, "", ok[shopList, shopPage], tenon.Doc{ID: "listItems", Summary: "List items", Description: "Newest *first*."})
	tenon.Post(items, "", ok[shopCreate, tenon.Created[shopItem]], tenon.Errors(errOther, errGone), tenon.MapError(errGone, 409, "parent_gone", "Parent is gone"))
	one := items.Group("/{id}", tenon.Errors(errGone))
	tenon.Get(one, "", ok[byID, tenon.Reply[shopItem]], tenon.Status(200, 203))
	tenon.Put(one, "", ok[struct {
		byID
		Body tenon.Opt[shopItem] `doc:"The item, or nothing to reset it"`
	}, tagged])
	tenon.Delete(one, "", ok[byID, tenon.NoContent])
	tenon.Get(one, "/secret", ok[byID, item], tenon.Doc{Hidden: true})
	tenon.Handle(r, "PURGE", "/items", ok[none, tenon.NoContent], tenon.Doc{Hidden: true})
	tenon.Get(r, "/livez", ok[none, map[string]bool])
}

func TestDocument(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.2.3", Description: "Sells *things*."}, shop)
	assert.NoError(t, err)
	r := tenontest.New(t, app).Do("GET", "/openapi.json", "")
	assert.Golden(t, r.Body, "document.json")
	again, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.2.3", Description: "Sells *things*."}, shop)
	assert.NoError(t, err)
	assert.Equal(t, string(tenontest.New(t, again).Do("GET", "/openapi.json", "").Body), string(r.Body), "is not deterministic")
}

func TestDocumentListsEveryErrorThatCanOccur(t *testing.T) {
	app := newApp(t, nil, shop)
	responses := func(op *openapi.Operation) []string { return slices.Sorted(maps.Keys(op.Responses)) }
	items, one := app.Document().Paths["/items"], app.Document().Paths["/items/{id}"]
	assert.Equal(t, responses(items.Get), []string{"200", "400", "422", "500"})
	assert.Equal(t, responses(items.Post), []string{"201", "400", "409", "413", "415", "422", "500"})
	assert.Equal(t, responses(one.Get), []string{"200", "203", "400", "410", "422", "500"})
	assert.Equal(t, responses(one.Delete), []string{"204", "400", "410", "422", "500"})
	assert.Equal(t, responses(app.Document().Paths["/livez"].Get), []string{"200", "400", "500"})
	for status, want := range map[string]string{
		"400": "Request body is not well-formed JSON (`malformed_body`); Path or query is not well-formed (`malformed_target`); " +
			"Request body could not be read to its end (`unreadable_body`); Request does not fit its description (`validation_failed`)",
		"409": "Name is taken (`item_taken`); Parent is gone (`parent_gone`)",
		"415": "Content encoding of the request body is not supported (`unsupported_content_encoding`); " +
			"Media type of the request body is not supported (`unsupported_media_type`)",
	} {
		r := app.Document().Components.Responses[strings.TrimPrefix(items.Post.Responses[status].Ref, "#/components/responses/")]
		assert.Equal(t, r.Description, want)
		content := r.Content["application/problem+json"]
		assert.Equal(t, content.Schema.Ref, "#/components/schemas/Problem")
		for code, example := range content.Examples {
			p, err := problem.Parse(example.Value)
			assert.NoError(t, err)
			assert.Equal(t, fmt.Sprint(p.Status, p.Code), status+code)
		}
	}
}

func TestDocumentOfParameters(t *testing.T) {
	app := newApp(t, nil, get[everything]("/e/{id}"))
	var got []string
	for _, p := range app.Document().Paths["/e/{id}"].Get.Parameters {
		text := p.In + " " + p.Name
		if p.Required {
			text += " required"
		}
		got = append(got, text)
	}
	assert.Equal(t, got, []string{
		"query limit", "path id required", "query flag", "query name", "query size", "query maybe", "query null", "query since",
		"header X-Trace-Id", "header Host required", "cookie user", "query level", // Accept is none for OpenAPI
	})
}

func TestPeers17NamesAndNullsInTheDocument(t *testing.T) {
	type Item struct { // of another scope than item, with the same name in the document
		Nested *item `json:"nested"`
	}
	type Problem struct{ Text string }
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/a", ok[none, item])
		tenon.Get(r, "/b", ok[none, Item])
		tenon.Get(r, "/c", ok[none, Problem])
		tenon.Get(r, "/d", ok[struct {
			P *int `query:"p"`
		}, tenon.Reply[*item]])
	})
	schemas := app.Document().Components.Schemas
	names := slices.Sorted(maps.Keys(schemas))
	assert.Equal(t, len(names), 4, names) // both items, the type called Problem, and the problem
	ref := func(path string) string {
		return app.Document().Paths[path].Get.Responses["200"].Content["application/json"].Schema.Ref
	}
	assert.Equal(t, ref("/a") != ref("/b"), true)
	assert.Equal(t, ref("/c") != "#/components/schemas/Problem", true)
	assert.Equal(t, schemas["Problem"].Properties.Get("code") != nil, true)
	text := compact(t, app)
	assert.Contains(t, text, `{"anyOf":[{"$ref":"`+ref("/a")+`"},{"type":"null"}]}`)
	assert.Contains(t, text, `{"name":"p","in":"query","schema":{"type":"integer","format":"int64"}}`) // text has no null
}

// compact is the document of app without white space.
func compact(t *testing.T, app *tenon.App) string {
	t.Helper()
	text, err := app.Document().JSON()
	assert.NoError(t, err)
	var buf bytes.Buffer
	assert.NoError(t, json.Compact(&buf, text))
	return buf.String()
}

func TestOperationIDs(t *testing.T) {
	tests := map[string]string{
		"/":                        "get",
		"/orders":                  "getOrders",
		"/v1/orders/{order_id}":    "getV1OrdersByOrderId",
		"/a-b_c.d~e":               "getABCDE",
		"/{a}/{b}/":                "getByAByB",
		"/.well-known/change-it":   "getWellKnownChangeIt",
		"/@me/it's/(x)":            "get@meIt's(x)",
		"/x/~":                     "getX",
		"/camelCase/{someId}/next": "getCamelCaseBySomeIdNext",
	}
	for path, want := range tests {
		app, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) {
			switch path {
			case "/v1/orders/{order_id}":
				tenon.Get(r, path, ok[struct {
					ID string `path:"order_id"`
				}, item])
			case "/{a}/{b}/":
				tenon.Get(r, path, ok[struct {
					A string `path:"a"`
					B string `path:"b"`
				}, item])
			case "/camelCase/{someId}/next":
				tenon.Get(r, path, ok[struct {
					ID string `path:"someId"`
				}, item])
			default:
				tenon.Get(r, path, ok[none, item])
			}
		})
		assert.NoError(t, err)
		assert.Equal(t, app.Operations()[0].ID, want, path)
	}
}

func TestPathOfTheDocument(t *testing.T) {
	for path, want := range map[string]string{"": "/openapi.json", "/v1/doc": "/v1/doc", "-": ""} {
		app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Document: path}, shop)
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		for _, p := range []string{"/openapi.json", "/v1/doc"} {
			assert.Equal(t, c.Do("GET", p, "").Status == 200, p == want, path, p)
		}
		assert.Equal(t, app.Document().Info.Title, "T")
	}
}

func TestDocumentOfNothing(t *testing.T) {
	assert.Equal(t, compact(t, newApp(t, nil)), `{"openapi":"3.1.0","info":{"title":"Test","version":"1"},"servers":[{"url":"."}],"paths":{},"components":{}}`)
}

func TestTheDocumentSaysWhereTheAPIIsBehindAnyPrefix(t *testing.T) {
	for path, want := range map[string]string{
		"": ".", "/api.json": ".", "/v1/api.json": "..", "/internal/v1/api.json": "../..", "-": "",
	} {
		app, err := tenon.New(tenon.Config{Title: "T", Version: "1", Document: path}, func(r *tenon.Router) {
			tenon.Get(r, "/things", ok[none, item])
		})
		assert.NoError(t, err)
		servers := app.Document().Servers
		if path == "-" {
			assert.Equal(t, len(servers), 0, servers)
			continue
		}
		assert.Equal(t, servers, []openapi.Server{{URL: want}}, path)
		for _, prefix := range []string{"", "/shop", "/a/b"} { // that a proxy takes away
			document, err := url.Parse("http://tenon.test" + prefix + cmp.Or(path, "/openapi.json"))
			assert.NoError(t, err)
			base, err := document.Parse(want)
			assert.NoError(t, err)
			assert.Equal(t, strings.TrimSuffix(base.String(), "/")+"/things", "http://tenon.test"+prefix+"/things", path)
		}
	}
}

func TestDocumentFollowsTheConfiguredProblemTypes(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *none) (item, error) { return item{}, nil })
	})
	s := app.Document().Components.Schemas["Problem"]
	assert.Equal(t, s.Required, []string{"type", "title", "status", "code", "request_id"})
	for _, name := range s.Required {
		assert.Equal(t, s.Properties.Get(name) != nil, true, name)
	}
}

// TestParametersHaveNoNull sends a Null and pointers where text has no null.
func TestParametersHaveNoNull(t *testing.T) {
	type in struct {
		Path   tenon.Null[string] `path:"p"`
		Query  tenon.Null[string] `query:"q" check:"maxLength=4"`
		Header tenon.Null[string] `header:"H"`
		Cookie tenon.Null[string] `cookie:"c"`
		Number tenon.Null[int]    `query:"n"`
		Maybe  *int               `query:"m" default:"null"`
		List   []*int             `query:"l" default:"[]"`
	}
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/{p}", func(_ context.Context, in *in) ([]string, error) {
			var texts []string
			for _, v := range []tenon.Null[string]{in.Path, in.Query, in.Header, in.Cookie} {
				text, ok := v.Get()
				texts = append(texts, fmt.Sprintf("%t %q", ok, text))
			}
			return texts, nil
		})
	})
	var shown []string
	for _, p := range app.Document().Paths["/{p}"].Get.Parameters {
		text, err := json.Marshal(p)
		assert.NoError(t, err)
		shown = append(shown, string(text))
	}
	assert.Equal(t, strings.Join(shown, "\n"), `{"name":"p","in":"path","required":true,"schema":{"type":"string"}}
{"name":"q","in":"query","required":true,"schema":{"type":"string","maxLength":4}}
{"name":"H","in":"header","required":true,"schema":{"type":"string"}}
{"name":"c","in":"cookie","required":true,"schema":{"type":"string"}}
{"name":"n","in":"query","required":true,"schema":{"type":"integer","format":"int64"}}
{"name":"m","in":"query","schema":{"type":"integer","format":"int64"}}
{"name":"l","in":"query","schema":{"type":"array","items":{"type":"integer","format":"int64"},"default":[]}}`)

	c := tenontest.New(t, app)
	for _, test := range []struct{ name, target, header, cookie, want string }{
		{"given", "/a?q=b&n=1", "H: c", "Cookie: c=d", `["true \"a\"","true \"b\"","true \"c\"","true \"d\""]`},
		{"the text null", "/null?q=null&n=1", "H: null", "Cookie: c=null", `["true \"null\"","true \"null\"","true \"null\"","true \"null\""]`},
		{"empty", "/a?q=&n=1", "H: x", "Cookie: c=", `["true \"a\"","true \"\"","true \"x\"","true \"\""]`},
		{"absent", "/a", "X: y", "Cookie: x=y", "missing query.q; missing header.H; missing cookie.c; missing query.n"},
		{"null is no number", "/a?q=b&n=null", "H: c", "Cookie: c=d", "int_parsing query.n"},
	} {
		r := c.Do("GET", test.target, "", test.header, test.cookie)
		got := string(r.Body)
		if r.Status != http.StatusOK {
			got = strings.Join(issueTypes(t, c, r), "; ")
		}
		assert.Equal(t, got, test.want, test.name)
	}
}

// TestResponsesInOtherWordsAreNotShared, so that no component is left over.
func TestResponsesInOtherWordsAreNotShared(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/", ok[none, item], tenon.Errors(problem.New(409, "taken", "Taken")), tenon.Describe(409, "Somebody was faster"))
	})
	assert.Equal(t, app.Document().Paths["/"].Get.Responses["409"].Description, "Somebody was faster")
	for name := range app.Document().Components.Responses {
		assert.Equal(t, strings.HasPrefix(name, "409"), false)
	}
}
