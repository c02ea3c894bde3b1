package tenon_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/tenontest"
)

// raw is a JSON value in a document.
func raw(text string) json.RawMessage { return json.RawMessage(text) }

// shopApp is an application with two tags.
func shopApp(cfg tenon.Config) (*tenon.App, error) {
	cfg.Title, cfg.Version = "Shop", "1.0.0"
	return tenon.New(cfg, func(r *tenon.Router) {
		tenon.Get(r, "/orders/{id}", ok[byID, parcel], tenon.Tags("orders", "parcels"))
		tenon.Post(r, "/orders", ok[none, tenon.NoContent], tenon.Tags("orders"), tenon.Doc{ID: "create"})
	})
}

func TestAboutIsInTheDocument(t *testing.T) {
	docs := &openapi.ExternalDocs{URL: "https://docs.example.com", Description: "Guides"}
	about := openapi.Document{
		Info: openapi.Info{
			Summary: "What a shop needs", TermsOfService: "/terms", Contact: &openapi.Contact{Name: "Ann", URL: "https://example.com", Email: "api@example.com"},
			License: &openapi.License{Name: "Apache 2.0", Identifier: "Apache-2.0"}, Extensions: openapi.Extensions{"x-logo": raw(`{"url":"/logo.svg"}`)},
		},
		Servers: []openapi.Server{
			{URL: "https://{region}.example.com/v1", Variables: map[string]openapi.ServerVariable{"region": {Default: "eu", Enum: []string{"eu", "us"}}}},
			{URL: "/v1", Description: "Here"},
		},
		Tags:         []openapi.Tag{{Name: "parcels", Description: "What is *sent*", ExternalDocs: docs}, {Name: "orders", Extensions: openapi.Extensions{"x-displayName": raw(`"Orders"`)}}},
		ExternalDocs: docs,
		Extensions:   openapi.Extensions{"x-tagGroups": raw(`[]`)},
	}
	app, err := shopApp(tenon.Config{Description: "A *shop*.", About: about})
	assert.NoError(t, err)
	doc := *app.Document()
	doc.Paths, doc.Components = nil, nil
	got, err := doc.MarshalJSON()
	assert.NoError(t, err)
	assert.Equal(t, string(got), `{"openapi":"3.1.0","info":{"title":"Shop","summary":"What a shop needs","description":"A *shop*.","termsOfService":"/terms",`+
		`"contact":{"name":"Ann","url":"https://example.com","email":"api@example.com"},"license":{"name":"Apache 2.0","identifier":"Apache-2.0"},"version":"1.0.0","x-logo":{"url":"/logo.svg"}},`+
		`"servers":[{"url":"https://{region}.example.com/v1","variables":{"region":{"enum":["eu","us"],"default":"eu"}}},{"url":"/v1","description":"Here"}],`+
		`"tags":[{"name":"parcels","description":"What is *sent*","externalDocs":{"description":"Guides","url":"https://docs.example.com"}},{"name":"orders","x-displayName":"Orders"}],`+
		`"externalDocs":{"description":"Guides","url":"https://docs.example.com"},"x-tagGroups":[]}`)
}

func TestMistakesInAbout(t *testing.T) {
	server := func(url string) openapi.Document { return openapi.Document{Servers: []openapi.Server{{URL: url}}} }
	for _, test := range []struct {
		name  string
		about openapi.Document
		want  string
	}{
		{"title", openapi.Document{Info: openapi.Info{Title: "Shop"}}, "Config.About.Info: Title, Version and Description are fields of Config itself"},
		{"paths", openapi.Document{Paths: map[string]*openapi.PathItem{}}, "Config.About: takes Info, Servers, Tags, ExternalDocs and Extensions: all else is made of the operations"},
		{"contact's URL", openapi.Document{Info: openapi.Info{Contact: &openapi.Contact{URL: "a b"}}}, `Config.About.Info.Contact.URL: "a b" is no URI`},
		{"contact's address", openapi.Document{Info: openapi.Info{Contact: &openapi.Contact{Email: "Ann <a@b>"}}}, `Config.About.Info.Contact.Email: "Ann <a@b>" is no address`},
		{"terms", openapi.Document{Info: openapi.Info{TermsOfService: "https://a:b:c"}}, `Config.About.Info.TermsOfService: "https://a:b:c" is no URI`},
		{"licence without a name", openapi.Document{Info: openapi.Info{License: &openapi.License{Identifier: "MIT"}}}, "Config.About.Info.License: needs a Name"},
		{"licence twice", openapi.Document{Info: openapi.Info{License: &openapi.License{Name: "MIT", Identifier: "MIT", URL: "https://mit"}}}, "Config.About.Info.License: has an Identifier and a URL"},
		{"licence", openapi.Document{Info: openapi.Info{License: &openapi.License{Name: "MIT", Identifier: "https://mit"}}}, "is no SPDX expression"},
		{"no server", server(""), "Config.About.Servers[0]: needs a URL"},
		{"bad server", server("https://a b"), `Config.About.Servers[0].URL: "https://a b" is no URL`},
		{"query", server("https://a?b=c"), "has a query or a fragment"},
		{"slash", server("https://a/"), `"https://a/" ends with a slash: leave it out, paths begin with one`},
		{"unknown variable", server("https://{a}"), `"https://{a}" has a variable "a" that is not among Variables`},
		{"brace", server("https://{a"), `has a variable "a"`},
		{"unused variable", openapi.Document{Servers: []openapi.Server{{URL: "https://a", Variables: map[string]openapi.ServerVariable{"b": {Default: "c"}}}}}, `Config.About.Servers[0].Variables["b"]: is not in the URL "https://a"`},
		{"default", openapi.Document{Servers: []openapi.Server{{URL: "https://{b}", Variables: map[string]openapi.ServerVariable{"b": {Default: "c", Enum: []string{"d"}}}}}}, `the Default "c" is not one of ["d"]`},
		{"variable in a default", openapi.Document{Servers: []openapi.Server{{URL: "https://{b}", Variables: map[string]openapi.ServerVariable{"b": {Default: "{b}"}}}}}, `"https://{b}" is no URL`},
		{"tag without a name", openapi.Document{Tags: []openapi.Tag{{}}}, "Config.About.Tags[0]: needs a Name"},
		{"tag twice", openapi.Document{Tags: []openapi.Tag{{Name: "orders"}, {Name: "orders"}}}, `Config.About.Tags[1]: "orders" is described twice`},
		{"tag that nobody has", openapi.Document{Tags: []openapi.Tag{{Name: "order"}}}, `Config.About.Tags[0]: no operation in the document has the tag "order", only ["orders" "parcels"]`},
		{"docs", openapi.Document{ExternalDocs: &openapi.ExternalDocs{}}, "Config.About.ExternalDocs: needs a URL"},
		{"extension", openapi.Document{Extensions: openapi.Extensions{"logo": raw("1")}}, `Config.About.Extensions: the name "logo" does not begin with x-`},
		{"value of an extension", openapi.Document{Extensions: openapi.Extensions{"x-logo": raw("{")}}, `Config.About.Extensions: x-logo is not JSON: {`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := shopApp(tenon.Config{About: test.about})
			assert.Contains(t, fmt.Sprint(err), test.want)
			assert.Contains(t, fmt.Sprint(err), "about_test.go:")
		})
	}
}

func TestOperationIDsByAPolicy(t *testing.T) {
	app, err := shopApp(tenon.Config{OperationID: func(method, path string, tags []string) string {
		if path == "/orders" {
			t.Error("asked for an operation that has an ID")
		}
		return tags[0] + "_" + strings.ToLower(method) + strings.ReplaceAll(path, "/", "_")
	}})
	assert.NoError(t, err)
	assert.Equal(t, app.Document().Paths["/orders/{id}"].Get.OperationID, "orders_get_orders_{id}")
	assert.Equal(t, app.Document().Paths["/orders"].Post.OperationID, "create")
	app, err = shopApp(tenon.Config{OperationID: func(string, string, []string) string { return "" }})
	assert.NoError(t, err)
	assert.Equal(t, app.Document().Paths["/orders/{id}"].Get.OperationID, "getOrdersById")
	_, err = shopApp(tenon.Config{OperationID: func(string, string, []string) string { return "create" }})
	assert.Contains(t, fmt.Sprint(err), `has the operation ID "create" of GET /orders/{id}`)
}

// load answers GET path.
func load(c *tenontest.Client, path string) *tenontest.Response {
	r, _ := http.NewRequest(http.MethodGet, "http://tenon.test"+path, http.NoBody)
	return c.Send(r)
}

// A recording is a test that keeps what it would fail with.
type recording struct {
	testing.TB
	text string
}

func (r *recording) Errorf(format string, args ...any) { r.text += fmt.Sprintf(format, args...) }

func TestEditHasTheLastWord(t *testing.T) {
	app, err := shopApp(tenon.Config{Edit: func(_ string, doc *openapi.Document) {
		doc.Paths["/orders/{id}"].Get.Responses["200"].Content["application/json"].Schema = &openapi.Schema{Never: true}
		doc.Info.Summary = "Edited"
	}})
	assert.NoError(t, err)
	assert.Equal(t, app.Document().Info.Summary, "Edited")
	c := tenontest.New(t, app)
	assert.Contains(t, string(load(c, "/openapi.json").Body), `"summary": "Edited"`)
	assert.Contains(t, string(load(c, "/openapi.yaml").Body), "summary: Edited\n")

	recorder := &recording{TB: t}
	load(tenontest.New(recorder, app), "/orders/1")
	assert.Contains(t, recorder.text, "the body does not fit the document")

	_, err = shopApp(tenon.Config{Edit: func(_ string, doc *openapi.Document) { doc.Paths["/orders/{id}"].Get.OperationID = "create" }})
	assert.Contains(t, fmt.Sprint(err), `the document: Config.Edit: GET /orders/{id} has the operation ID "create" of POST /orders`)
	_, err = shopApp(tenon.Config{Edit: func(_ string, doc *openapi.Document) { doc.Paths["/orders/{id}"] = nil }})
	assert.Contains(t, fmt.Sprint(err), `the document: Config.Edit: the path /orders/{id} is nil: delete it from Paths`)
	_, err = shopApp(tenon.Config{Edit: func(_ string, doc *openapi.Document) { doc.Extensions = openapi.Extensions{"a": raw("1")} }})
	assert.Contains(t, fmt.Sprint(err), `extension "a" does not begin with x-`)
	_, err = shopApp(tenon.Config{Edit: func(_ string, doc *openapi.Document) { *doc = openapi.Document{} }})
	assert.NoError(t, err)
}

func TestDocumentsOfVersionsHaveTheirTagsAndEdits(t *testing.T) {
	var edited []string
	app, err := tenon.New(tenon.Config{
		Title: "Shop", Version: "1.0.0",
		About: openapi.Document{Info: openapi.Info{Contact: &openapi.Contact{Name: "Ann"}}, Tags: []openapi.Tag{{Name: "new"}, {Name: "old"}}},
		Edit:  func(version string, doc *openapi.Document) { edited = append(edited, version+" "+doc.Info.Title) },
	}, func(r *tenon.Router) {
		tenon.Get(r, "/v1/a", ok[none, parcel], tenon.Tags("old"), tenon.Version("v1"))
		tenon.Get(r, "/v2/a", ok[none, parcel], tenon.Tags("new"), tenon.Version("v2"))
	})
	assert.NoError(t, err)
	assert.Equal(t, edited, []string{" Shop", "v1 Shop v1", "v2 Shop v2"})
	assert.Equal(t, app.Document().Tags, []openapi.Tag{{Name: "new"}, {Name: "old"}})
	assert.Equal(t, app.DocumentOf("v1").Tags, []openapi.Tag{{Name: "old"}})
	assert.Equal(t, app.DocumentOf("v1").Info.Contact.Name, "Ann")
	assert.Contains(t, string(load(tenontest.New(t, app), "/openapi/v1.yaml").Body), "title: Shop v1\n")
}

func TestDocumentIsServedAsYAML(t *testing.T) {
	for path, yaml := range map[string]string{"": "/openapi.yaml", "/v1/api.json": "/v1/api.yaml", "/api": "", "-": ""} {
		app, err := shopApp(tenon.Config{Document: path})
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		if yaml == "" {
			assert.Equal(t, load(c, "/openapi.yaml").Status, http.StatusNotFound)
			assert.Equal(t, load(c, "/api.yaml").Status, http.StatusNotFound)
			continue
		}
		resp := load(c, yaml)
		want, err := app.Document().YAML()
		assert.NoError(t, err)
		assert.Equal(t, string(resp.Body), string(want))
		assert.Equal(t, resp.Header.Get("Content-Type"), "application/yaml")
	}
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) { tenon.Get(r, "/openapi.yaml", ok[none, string]) })
	assert.Contains(t, fmt.Sprint(err), "Config.Document: is registered already, as /openapi.yaml")
}

func TestDocHasExternalDocsAndExtensions(t *testing.T) {
	docs := &openapi.ExternalDocs{URL: "/guide"}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Doc{Extensions: openapi.Extensions{"x-owner": raw(`"ann"`), "x-tier": raw("1")}, ExternalDocs: docs})
		tenon.Get(r, "/", ok[none, string], tenon.Doc{Extensions: openapi.Extensions{"x-tier": raw("2")}})
		tenon.Post(r, "/", ok[none, string])
	})
	assert.NoError(t, err)
	item := app.Document().Paths["/"]
	assert.Equal(t, item.Get.Extensions, openapi.Extensions{"x-owner": raw(`"ann"`), "x-tier": raw("2")})
	assert.Equal(t, item.Post.Extensions, openapi.Extensions{"x-owner": raw(`"ann"`), "x-tier": raw("1")})
	assert.Equal(t, item.Get.ExternalDocs, docs)

	_, err = tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/", ok[none, string], tenon.Doc{Extensions: openapi.Extensions{"owner": raw("1"), "x-a": raw("x")}, ExternalDocs: &openapi.ExternalDocs{}})
	})
	for _, want := range []string{`Doc.Extensions: the name "owner" does not begin with x-`, "Doc.Extensions: x-a is not JSON: x", "Doc.ExternalDocs: needs a URL"} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}
