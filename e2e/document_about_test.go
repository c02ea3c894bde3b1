package e2e_test

import (
	"encoding/json"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// configOf returns the configuration of an application by its name.
func configOf(name string) tenon.Config {
	cfg := tenon.Config{Title: "Test", Version: "1.0.0", Description: "An *application*."}
	if name == "about" {
		cfg.About = aboutAll
	}
	return cfg
}

// aboutAll says all that can be said of an API as a whole.
var aboutAll = openapi.Document{
	Info: openapi.Info{
		Summary: "Everything", TermsOfService: "https://example.com/terms",
		Contact:    &openapi.Contact{Name: "Ann", URL: "https://example.com/ann", Email: "ann@example.com"},
		License:    &openapi.License{Name: "MIT", Identifier: "MIT"},
		Extensions: openapi.Extensions{"x-logo": json.RawMessage(`{"url":"https://example.com/logo.svg"}`)},
	},
	Servers: []openapi.Server{
		{URL: "https://{region}.example.com/{base}", Variables: map[string]openapi.ServerVariable{
			"region": {Default: "eu", Enum: []string{"eu", "us"}, Description: "Where"}, "base": {Default: "v1"},
		}},
		{URL: "/v1", Description: "Here"},
	},
	Tags:         []openapi.Tag{{Name: "things", Description: "no: 1\n\n- two\n\tthree\n", ExternalDocs: &openapi.ExternalDocs{URL: "https://example.com/things", Description: "More"}}},
	ExternalDocs: &openapi.ExternalDocs{URL: "https://example.com/docs"},
	Extensions:   openapi.Extensions{"x-odd": json.RawMessage(`{"on":["yes","1e3","0x10","12:30","2026-11-20","~","","a: b","a #b"," a","a\nb","\ud83d\ude00",1e3,-0.5,null]}`)},
}

type (
	watch struct {
		ID    string            `path:"id"`
		Limit int               `query:"limit" default:"20"`
		Key   tenon.Opt[string] `header:"X-Key"`
		Body  struct {
			URL  string               `json:"url" check:"format=uri"`
			Kind string               `json:"kind" check:"enum=a|b"`
			PIN  tenon.Secret[string] `json:"pin"`
		}
	}
	getThing struct {
		ID   string            `path:"id"`
		Kind tenon.Opt[string] `query:"kind"`
	}
	happened struct {
		Trace string `header:"X-Trace"`
		Try   int    `query:"try"`
		Body  Address
	}
)

// about declares what documents have beside inputs and outputs.
func about(r *tenon.Router) {
	get := tenon.Get(r, "/things/{id}", nothing[getThing, Address], tenon.Tags("things"), tenon.Doc{
		ExternalDocs: &openapi.ExternalDocs{URL: "https://example.com/things/get"},
		Extensions:   openapi.Extensions{"x-owner": json.RawMessage(`"ann"`)},
	})
	made := tenon.Post(r, "/things/{id}/watch", nothing[watch, tenon.Created[Address]])
	in := &watch{ID: "1", Limit: 5, Key: schema.Some("k")}
	in.Body.URL, in.Body.Kind, in.Body.PIN = "https://example.com/hook", "a", schema.NewSecret("1234")
	made.Example("one", "One: of all", in, &tenon.Created[Address]{Location: "/things/1", Body: Address{Street: "Main"}})
	next := new(getThing)
	made.Link("thing", "What is watched", get, next, func(in *watch, out *tenon.Created[Address]) map[any]any {
		return map[any]any{&next.ID: &in.ID, &next.Kind: &out.Body.Kind}
	})
	sent := made.Callback("happened", func(in *watch) any { return &in.Body.URL })
	tenon.Post[happened, Address](sent, "", nil, tenon.Describe(410, "Send no more")).
		Example("one", "", &happened{Trace: "t", Try: 1, Body: Address{Street: "Main"}}, nil)
	tenon.Delete[struct{}, tenon.NoContent](sent, "/all", nil)
}
