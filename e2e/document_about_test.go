package e2e_test

import (
	"encoding/json"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
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

// about declares what documents have beside inputs and outputs.
func about(r *tenon.Router) {
	tenon.Get(r, "/things/{id}", nothing[struct {
		ID string `path:"id"`
	}, Address], tenon.Tags("things"), tenon.Doc{
		ExternalDocs: &openapi.ExternalDocs{URL: "https://example.com/things/get"},
		Extensions:   openapi.Extensions{"x-owner": json.RawMessage(`"ann"`)},
	})
}
