package openapi_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

// raw is a JSON value of the author of a document.
func raw(s string) json.RawMessage { return json.RawMessage(s) }

// jsonMedia is content of one media type.
func jsonMedia(s *openapi.Schema) map[string]*openapi.MediaType {
	return map[string]*openapi.MediaType{"application/json": {Schema: s}}
}

// shop is a small document as a framework would build it.
func shop() *openapi.Document {
	order := &openapi.Schema{Ref: "#/components/schemas/Order"}
	paths := map[string]*openapi.PathItem{"/v1/orders": {}, "/v1/orders/{order_id}": {}}
	paths["/v1/orders"].SetOperation("POST", &openapi.Operation{
		Tags:        []string{"orders"},
		Summary:     "Create an order",
		OperationID: "create_order",
		Parameters: []*openapi.Parameter{{
			Name: "Idempotency-Key", In: "header", Required: true,
			Schema: &openapi.Schema{Type: openapi.Types{"string"}, MinLength: new(1), MaxLength: new(255)},
		}},
		RequestBody: &openapi.RequestBody{Required: true, Content: jsonMedia(order)},
		Responses: map[string]*openapi.Response{
			"default": {Ref: "#/components/responses/Problem"},
			"201": {
				Description: "Created",
				Headers:     map[string]*openapi.Header{"Location": {Required: true, Schema: &openapi.Schema{Type: openapi.Types{"string"}, Format: "uri-reference"}}},
				Content:     jsonMedia(order),
				Links:       map[string]*openapi.Link{"read": {OperationID: "read_order", Parameters: map[string]string{"order_id": "$response.body#/id"}}},
			},
			"4XX": {Description: "Refused"},
		},
	})
	paths["/v1/orders/{order_id}"].SetOperation("GET", &openapi.Operation{
		OperationID: "read_order",
		Parameters:  []*openapi.Parameter{{Ref: "#/components/parameters/order_id"}},
		Responses:   map[string]*openapi.Response{"200": {Description: "OK", Content: jsonMedia(order)}},
		Security:    []openapi.SecurityRequirement{}, // public
	})
	return &openapi.Document{
		Info:    openapi.Info{Title: "Shop <API> & more", Version: "1.0.0", License: &openapi.License{Name: "MIT", Identifier: "MIT"}},
		Servers: []openapi.Server{{URL: "https://{host}", Variables: map[string]openapi.ServerVariable{"host": {Default: "localhost"}}}},
		Paths:   paths,
		Components: &openapi.Components{
			Schemas: map[string]*openapi.Schema{
				"Order": {
					Title: "Order",
					Type:  openapi.Types{"object"},
					Properties: openapi.Properties{
						{Name: "status", Schema: &openapi.Schema{Type: openapi.Types{"string"}, Enum: []json.RawMessage{raw(`"pending"`), raw(`"paid"`)}, Default: raw(`"pending"`)}},
						{Name: "amount_cents", Schema: &openapi.Schema{Type: openapi.Types{"integer"}, Format: "int64", ExclusiveMinimum: "0", Maximum: "9223372036854775807"}},
						{Name: "note", Schema: &openapi.Schema{Type: openapi.Types{"string", "null"}, Pattern: `^<\d+>$`, Examples: []json.RawMessage{raw(`"<1>"`), raw("null")}}},
					},
					Required:             []string{"amount_cents"},
					AdditionalProperties: &openapi.Schema{Never: true},
				},
			},
			Responses:  map[string]*openapi.Response{"Problem": {Description: "Error", Content: map[string]*openapi.MediaType{"application/problem+json": {Schema: &openapi.Schema{}}}}},
			Parameters: map[string]*openapi.Parameter{"order_id": {Name: "order_id", In: "path", Required: true, Schema: &openapi.Schema{Type: openapi.Types{"string"}, Format: "uuid"}}},
			SecuritySchemes: map[string]*openapi.SecurityScheme{
				"key":    {Type: "apiKey", In: "header", Name: "X-API-Key"},
				"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
			},
		},
		Security:   []openapi.SecurityRequirement{{"key": nil, "bearer": {"orders:read"}}, {}},
		Tags:       []openapi.Tag{{Name: "orders", Description: "What was bought"}, {Name: "admin"}},
		Extensions: openapi.Extensions{"x-order": raw("2"), "x-logo": raw(`{ "url": "/logo.svg" }`)},
	}
}

func TestDocumentIsWrittenInDeclaredOrder(t *testing.T) {
	got, err := shop().JSON()
	assert.NoError(t, err)
	assert.Golden(t, got, "shop.json")
}

func TestDocumentIsTheSameEveryTime(t *testing.T) {
	first, err := shop().JSON()
	assert.NoError(t, err)
	for range 20 { // maps iterate in another order each time
		again, err := shop().JSON()
		assert.NoError(t, err)
		assert.Equal(t, again, first)
	}
}

// full has every field of every type set once, so that the golden file shows the name of each.
// It is no valid document: many fields exclude each other.
func full() *openapi.Document {
	ext := openapi.Extensions{"x-a": raw("1")}
	schema := &openapi.Schema{
		Ref: "#/$defs/a", Title: "title", Description: "description", Type: openapi.Types{"object", "null"}, Format: "format",
		Enum: []json.RawMessage{raw("1")}, Const: raw("null"),
		MultipleOf: "0.01", Minimum: "-1", ExclusiveMinimum: "-2", Maximum: "1e400", ExclusiveMaximum: "9007199254740993",
		MinLength: new(0), MaxLength: new(1), Pattern: "pattern", ContentEncoding: "base64", ContentMediaType: "image/png", ContentSchema: &openapi.Schema{},
		PrefixItems: []*openapi.Schema{{}}, Items: &openapi.Schema{Never: true}, MinItems: new(0), MaxItems: new(math.MaxInt), UniqueItems: true,
		Properties: openapi.Properties{{Name: "z", Schema: &openapi.Schema{}}, {Name: "a", Schema: &openapi.Schema{}}}, Required: []string{"z"},
		AdditionalProperties: &openapi.Schema{}, PropertyNames: &openapi.Schema{}, MinProperties: new(0), MaxProperties: new(2), DependentRequired: map[string][]string{"a": {"b"}},
		AllOf: []*openapi.Schema{{}}, AnyOf: []*openapi.Schema{{}}, OneOf: []*openapi.Schema{{}}, Not: &openapi.Schema{},
		Discriminator: &openapi.Discriminator{PropertyName: "type", Mapping: map[string]string{"b": "#/b", "a": "#/a"}, Extensions: ext},
		Default:       raw("null"), Examples: []json.RawMessage{raw(`{"b":1,"a":2}`)}, Deprecated: true, ReadOnly: true, WriteOnly: true,
		Defs: map[string]*openapi.Schema{"a": {}}, Extensions: ext,
	}
	examples := map[string]*openapi.Example{
		"one": {Summary: "summary", Description: "description", Value: raw("1"), ExternalValue: "externalValue", Extensions: ext},
		"ref": {Ref: "#/components/examples/one", Summary: "summary", Description: "description", Value: raw("1")},
	}
	docs := &openapi.ExternalDocs{Description: "description", URL: "url", Extensions: ext}
	server := openapi.Server{
		URL: "url", Description: "description", Extensions: ext,
		Variables: map[string]openapi.ServerVariable{"v": {Enum: []string{"a"}, Default: "a", Description: "description", Extensions: ext}},
	}
	headers := map[string]*openapi.Header{
		"One": {Description: "description", Required: true, Deprecated: true, Explode: new(true), Schema: schema, Example: raw("1"), Examples: examples, Content: jsonMedia(nil), Extensions: ext},
		"Ref": {Ref: "#/components/headers/One", Description: "description", Required: true},
	}
	media := map[string]*openapi.MediaType{"multipart/form-data": {
		ItemSchema: &openapi.Schema{Type: openapi.Types{"object"}},
		Schema:     schema, Example: raw("1"), Examples: examples, Extensions: ext,
		Encoding: map[string]*openapi.Encoding{"z": {ContentType: "contentType", Headers: headers, Style: "form", Explode: new(false), AllowReserved: true, Extensions: ext}},
	}}
	parameters := []*openapi.Parameter{
		{
			Name: "name", In: "query", Description: "description", Required: true, Deprecated: true, AllowEmptyValue: true, Style: "form",
			Explode: new(false), AllowReserved: true, Schema: &openapi.Schema{}, Example: raw("1"), Examples: examples, Content: jsonMedia(nil), Extensions: ext,
		},
		{Ref: "#/components/parameters/p", Description: "description", Name: "ignored"},
	}
	links := map[string]*openapi.Link{
		"one": {OperationRef: "operationRef", OperationID: "operationId", Parameters: map[string]string{"a": "$url"}, RequestBody: "$method", Description: "description", Server: &server, Extensions: ext},
		"ref": {Ref: "#/components/links/one", Description: "description", OperationID: "ignored"},
	}
	responses := map[string]*openapi.Response{
		"200": {Description: "description", Headers: headers, Content: media, Links: links, Extensions: ext},
		"404": {Ref: "#/components/responses/404", Description: "description", Content: media},
	}
	body := &openapi.RequestBody{Description: "description", Content: media, Required: true, Extensions: ext}
	callbacks := map[string]openapi.Callback{"onEvent": {"$request.body#/url": {Post: &openapi.Operation{}}}}
	op := func(id string) *openapi.Operation {
		return &openapi.Operation{OperationID: id}
	}
	item := &openapi.PathItem{
		Ref: "#/components/pathItems/p", Summary: "summary", Description: "description",
		Get: &openapi.Operation{
			Tags: []string{"tag"}, Summary: "summary", Description: "description", ExternalDocs: docs, OperationID: "get", Parameters: parameters,
			RequestBody: body, Responses: responses, Callbacks: callbacks, Deprecated: true, Security: []openapi.SecurityRequirement{{"s": nil}},
			Servers: []openapi.Server{server}, Extensions: ext,
		},
		Put: op("put"), Post: op("post"), Delete: op("delete"), Options: op("options"), Head: op("head"), Patch: op("patch"), Trace: op("trace"),
		Servers: []openapi.Server{server}, Parameters: parameters, Extensions: ext,
	}
	flow := func() *openapi.OAuthFlow {
		return &openapi.OAuthFlow{AuthorizationURL: "authorizationUrl", TokenURL: "tokenUrl", RefreshURL: "refreshUrl", Scopes: map[string]string{"b": "B", "a": "A"}, Extensions: ext}
	}
	return &openapi.Document{
		OpenAPI: "3.1.1",
		Info: openapi.Info{
			Title: "title", Summary: "summary", Description: "description", TermsOfService: "termsOfService", Version: "version", Extensions: ext,
			Contact: &openapi.Contact{Name: "name", URL: "url", Email: "email", Extensions: ext},
			License: &openapi.License{Name: "name", Identifier: "identifier", URL: "url", Extensions: ext},
		},
		JSONSchemaDialect: "https://spec.openapis.org/oas/3.1/dialect/base",
		Servers:           []openapi.Server{server},
		Paths:             map[string]*openapi.PathItem{"/": item},
		Webhooks:          map[string]*openapi.PathItem{"event": {Post: op("event")}},
		Components: &openapi.Components{
			Schemas: map[string]*openapi.Schema{"s": {}}, Responses: responses, Parameters: map[string]*openapi.Parameter{"p": parameters[0]}, Examples: examples,
			RequestBodies: map[string]*openapi.RequestBody{"b": {}, "ref": {Ref: "#/components/requestBodies/b", Description: "description", Required: true}},
			Headers:       headers, Links: links, Callbacks: callbacks, PathItems: map[string]*openapi.PathItem{"p": {}}, Extensions: ext,
			SecuritySchemes: map[string]*openapi.SecurityScheme{
				"all": {
					Type: "oauth2", Description: "description", Name: "name", In: "cookie", Scheme: "scheme", BearerFormat: "bearerFormat", OpenIDConnectURL: "openIdConnectUrl", Extensions: ext,
					Flows: &openapi.OAuthFlows{Implicit: flow(), Password: flow(), ClientCredentials: flow(), AuthorizationCode: &openapi.OAuthFlow{}, Extensions: ext},
				},
				"ref": {Ref: "#/components/securitySchemes/all", Description: "description", Type: "ignored"},
			},
		},
		Security:     []openapi.SecurityRequirement{{"b": {"y", "x"}, "a": nil}},
		Tags:         []openapi.Tag{{Name: "name", Description: "description", ExternalDocs: docs, Extensions: ext}},
		ExternalDocs: docs,
		Extensions:   ext,
	}
}

func TestEveryFieldHasItsName(t *testing.T) {
	got, err := full().JSON()
	assert.NoError(t, err)
	assert.Golden(t, got, "full.json")
}

func TestDocumentRefusesWhatIsNotJSON(t *testing.T) {
	tests := []struct {
		name string
		doc  openapi.Document
		want string
	}{
		{
			name: "bad number",
			doc:  openapi.Document{Components: &openapi.Components{Schemas: map[string]*openapi.Schema{"S": {Minimum: "1,5"}}}},
			want: `invalid number literal "1,5"`,
		},
		{
			name: "bad default",
			doc:  openapi.Document{Components: &openapi.Components{Schemas: map[string]*openapi.Schema{"S": {Default: raw(`{"a":`)}}}},
			want: "unexpected end of JSON input",
		},
		{
			name: "bad extension",
			doc:  openapi.Document{Extensions: openapi.Extensions{"x-a": raw("yes")}},
			want: `member "x-a"`,
		},
		{
			name: "extension without x-",
			doc:  openapi.Document{Info: openapi.Info{Extensions: openapi.Extensions{"logo": raw("1")}}},
			want: `extension "logo" does not begin with x-`,
		},
		{
			name: "property listed twice",
			doc: openapi.Document{Components: &openapi.Components{Schemas: map[string]*openapi.Schema{
				"S": {Properties: openapi.Properties{{Name: "id", Schema: &openapi.Schema{}}, {Name: "id", Schema: &openapi.Schema{}}}},
			}}},
			want: `property "id" is listed twice`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := tt.doc.JSON()
			if err == nil {
				t.Fatalf("got no error but %s", out)
			}
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}

func TestZeroDocumentHasOnlyRequiredMembers(t *testing.T) {
	tests := []struct {
		name string
		doc  openapi.Document
		want string
	}{
		{name: "zero", want: `{"openapi":"3.1.0","info":{"title":"","version":""}}`},
		{name: "no paths yet", doc: openapi.Document{Paths: map[string]*openapi.PathItem{}}, want: `{"openapi":"3.1.0","info":{"title":"","version":""},"paths":{}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(tt.doc)
			assert.NoError(t, err)
			assert.Equal(t, string(got), tt.want)
			indented, err := tt.doc.JSON()
			assert.NoError(t, err)
			assert.Equal(t, strings.HasSuffix(string(indented), "\n}\n"), true)
		})
	}
}
