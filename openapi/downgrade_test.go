package openapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

func TestDowngradeOfADocument(t *testing.T) {
	for name, doc := range map[string]*openapi.Document{"shop": shop(), "full": full()} {
		before, err := doc.JSON()
		assert.NoError(t, err)
		old, lost := doc.Downgrade()
		got, err := old.JSON()
		assert.NoError(t, err)
		assert.Golden(t, got, name+"-3.0.json")
		assert.Golden(t, []byte(strings.Join(lost, "\n")+"\n"), name+"-3.0-lost.txt")
		after, err := doc.JSON()
		assert.NoError(t, err)
		assert.Equal(t, string(after), string(before), "the document itself has changed")
	}
}

func TestDowngradeOfASchema(t *testing.T) {
	type s = openapi.Schema
	text := func() *s { return &s{Type: openapi.Types{"string"}} }
	null := func() *s { return &s{Type: openapi.Types{"null"}} }
	ref := func() *s { return &s{Ref: "#/components/schemas/A"} }
	for _, test := range []struct {
		name string
		in   *s
		want string
		lost string
	}{
		{"nothing", &s{}, `{}`, ""},
		{"never", &s{Never: true}, `{"not":{}}`, ""},
		{"closed", &s{AdditionalProperties: &s{Never: true}}, `{"additionalProperties":false}`, ""},
		{"one type", text(), `{"type":"string"}`, ""},
		{"a type or null", &s{Type: openapi.Types{"string", "null"}, MinLength: new(1)}, `{"type":"string","minLength":1,"nullable":true}`, ""},
		{"null", null(), `{"enum":[null],"nullable":true}`, ""},
		{"two types", &s{Type: openapi.Types{"string", "integer"}, MinLength: new(1)}, `{"minLength":1,"anyOf":[{"type":"string"},{"type":"integer"}]}`, ""},
		{"two types or null", &s{Type: openapi.Types{"array", "null", "integer"}}, `{"anyOf":[{"type":"array","items":{}},{"type":"integer"}],"nullable":true}`, ""},
		{"two types and a choice", &s{Type: openapi.Types{"string", "integer"}, AnyOf: []*s{{MinLength: new(1)}}}, `{"allOf":[{"anyOf":[{"type":"string"},{"type":"integer"}]}],"anyOf":[{"minLength":1}]}`, ""},
		{"a list of anything", &s{Type: openapi.Types{"array"}}, `{"type":"array","items":{}}`, ""},
		{"something or null", &s{AnyOf: []*s{{Type: openapi.Types{"string"}, Description: "A"}, null()}, Description: "B"}, `{"description":"B","type":"string","nullable":true}`, ""},
		{"a case or null", &s{AnyOf: []*s{{Type: openapi.Types{"string"}, Enum: []json.RawMessage{raw(`"a"`)}}, null()}}, `{"type":"string","enum":["a",null],"nullable":true}`, ""},
		{"something with an example, or null", &s{AnyOf: []*s{{Type: openapi.Types{"string"}, Examples: []json.RawMessage{raw(`"a"`)}}, null()}, Examples: []json.RawMessage{raw(`null`)}}, `{"type":"string","example":null,"nullable":true}`, ""},
		{"a reference or null", &s{AnyOf: []*s{ref(), null()}, Description: "B"}, `{"description":"B","allOf":[{"$ref":"#/components/schemas/A"}],"nullable":true}`, ""},
		{"two or null", &s{OneOf: []*s{ref(), text(), null()}}, `{"oneOf":[{"$ref":"#/components/schemas/A"},{"type":"string"}],"nullable":true}`, ""},
		{"a rule beside a choice", &s{MinLength: new(2), AnyOf: []*s{text(), null()}}, `{"minLength":2,"allOf":[{"type":"string"}],"nullable":true}`, ""},
		{"a reference", ref(), `{"$ref":"#/components/schemas/A"}`, ""},
		{"a reference with siblings", &s{Ref: "#/components/schemas/A", Deprecated: true, AllOf: []*s{text()}}, `{"allOf":[{"$ref":"#/components/schemas/A"},{"type":"string"}],"deprecated":true}`, ""},
		{"const", &s{Const: raw(`"a"`)}, `{"enum":["a"]}`, ""},
		{"const null", &s{Const: raw(`null`)}, `{"enum":[null]}`, ""},
		{"exclusive bounds", &s{ExclusiveMinimum: "0", ExclusiveMaximum: "1.5"}, `{"minimum":0,"maximum":1.5,"exclusiveMinimum":true,"exclusiveMaximum":true}`, ""},
		{"stricter exclusive bounds", &s{Minimum: "0", ExclusiveMinimum: "0.0", Maximum: "10", ExclusiveMaximum: "9"}, `{"minimum":0.0,"maximum":9,"exclusiveMinimum":true,"exclusiveMaximum":true}`, ""},
		{"stricter bounds", &s{Minimum: "1", ExclusiveMinimum: "0", Maximum: "9007199254740992", ExclusiveMaximum: "9007199254740993"}, `{"minimum":1,"maximum":9007199254740992}`, ""},
		{"an example", &s{Examples: []json.RawMessage{raw("1")}}, `{"example":1}`, ""},
		{"examples", &s{Examples: []json.RawMessage{raw("1"), raw("2")}}, `{"example":1,"x-examples":[1,2]}`, "#: examples"},
		{"base64", &s{Type: openapi.Types{"string"}, ContentEncoding: "base64"}, `{"type":"string","format":"byte"}`, ""},
		{"a file", &s{Type: openapi.Types{"string"}, ContentMediaType: "application/octet-stream"}, `{"type":"string","format":"binary"}`, ""},
		{"an image", &s{ContentEncoding: "base64", ContentMediaType: "image/png"}, `{"format":"byte","x-contentMediaType":"image/png"}`, "#: contentMediaType"},
		{"base64url", &s{ContentEncoding: "base64url"}, `{"x-contentEncoding":"base64url"}`, "#: contentEncoding"},
		{"JSON in text", &s{ContentMediaType: "application/json", ContentSchema: &s{Const: raw("1")}}, `{"x-contentMediaType":"application/json","x-contentSchema":{"enum":[1]}}`, "#: contentMediaType\n#: contentSchema"},
		{"a tuple", &s{Type: openapi.Types{"array"}, PrefixItems: []*s{text(), {}}, Items: &s{Never: true}}, `{"type":"array","items":{"anyOf":[{"type":"string"},{}]},"maxItems":2,"x-prefixItems":[{"type":"string"},{}]}`, "#: prefixItems"},
		{"an open tuple", &s{PrefixItems: []*s{text()}}, `{"items":{},"x-prefixItems":[{"type":"string"}]}`, "#: prefixItems"},
		{"a tuple with more", &s{PrefixItems: []*s{text()}, Items: ref()}, `{"items":{"anyOf":[{"type":"string"},{"$ref":"#/components/schemas/A"}]},"x-prefixItems":[{"type":"string"}]}`, "#: prefixItems"},
		{"keys", &s{PropertyNames: text(), DependentRequired: map[string][]string{"a": {"b"}}}, `{"x-dependentRequired":{"a":["b"]},"x-propertyNames":{"type":"string"}}`, "#: propertyNames\n#: dependentRequired"},
		{"below", &s{Properties: openapi.Properties{{Name: "a", Schema: &s{Const: raw("1")}}}, Items: &s{Const: raw("2")}, Not: &s{Const: raw("3")}, AdditionalProperties: &s{Const: raw("4")}}, `{"items":{"enum":[2]},"properties":{"a":{"enum":[1]}},"additionalProperties":{"enum":[4]},"not":{"enum":[3]}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc := &openapi.Document{Components: &openapi.Components{Schemas: map[string]*s{"S": test.in}}}
			old, lost := doc.Downgrade()
			got, err := old.Components.Schemas["S"].MarshalJSON()
			assert.NoError(t, err)
			assert.Equal(t, string(got), test.want)
			assert.Equal(t, strings.ReplaceAll(strings.Join(lost, "\n"), "#/components/schemas/S", "#"), test.lost)
		})
	}
}

func TestDowngradeOfWhatIsNoSchema(t *testing.T) {
	doc := &openapi.Document{
		Info: openapi.Info{Title: "t", Version: "1", Summary: "A shop", License: &openapi.License{Name: "Mine", Identifier: "MIT OR Apache-2.0"}},
		Paths: map[string]*openapi.PathItem{"/a": {Ref: "#/components/pathItems/One"}, "/b": {Post: &openapi.Operation{
			Security:    []openapi.SecurityRequirement{{"tls": nil}, {"tls": nil, "key": {"admin"}}, {"login": {"read"}}, {"also": {"read"}}},
			RequestBody: &openapi.RequestBody{Content: map[string]*openapi.MediaType{"image/png": {}}},
		}}},
		Webhooks: map[string]*openapi.PathItem{"sent": {Post: &openapi.Operation{RequestBody: &openapi.RequestBody{Content: jsonMedia(&openapi.Schema{Const: raw("1")})}}}},
		Components: &openapi.Components{
			PathItems: map[string]*openapi.PathItem{"One": {Get: &openapi.Operation{OperationID: "one", Responses: map[string]*openapi.Response{"200": {Ref: "#/components/responses/A", Description: "Other"}}}}},
			SecuritySchemes: map[string]*openapi.SecurityScheme{
				"tls": {Type: "mutualTLS"}, "key": {Type: "apiKey", In: "header", Name: "X-Key"}, "login": {Type: "openIdConnect", OpenIDConnectURL: "https://a"}, "also": {Ref: "#/components/securitySchemes/login"},
			},
		},
	}
	old, lost := doc.Downgrade()
	got, err := old.MarshalJSON()
	assert.NoError(t, err)
	assert.Equal(t, string(got), `{"openapi":"3.0.4","info":{"title":"t","license":{"name":"Mine","x-identifier":"MIT OR Apache-2.0"},"version":"1","x-summary":"A shop"},`+
		`"paths":{"/a":{"get":{"operationId":"one","responses":{"200":{"$ref":"#/components/responses/A"}}}},`+
		`"/b":{"post":{"requestBody":{"content":{"image/png":{"schema":{"type":"string","format":"binary"}}}},"responses":{"default":{"description":""}},"security":[{},{"key":[]},{"login":["read"]},{"also":["read"]}]}}},`+
		`"components":{"securitySchemes":{"also":{"$ref":"#/components/securitySchemes/login"},"key":{"type":"apiKey","name":"X-Key","in":"header"},"login":{"type":"openIdConnect","openIdConnectUrl":"https://a"}}},`+
		`"x-webhooks":{"sent":{"post":{"requestBody":{"content":{"application/json":{"schema":{"enum":[1]}}}},"responses":{"default":{"description":""}}}}}}`)
	assert.Equal(t, strings.Join(lost, "\n"), "#/info: summary\n#/info/license: identifier\n#/paths/~1b/post/security: roles admin of key\n#: webhooks\n#/components/securitySchemes/tls: mutualTLS")
}

func ExampleDocument_Downgrade() {
	doc := &openapi.Document{
		Info: openapi.Info{Title: "Shop", Version: "1.0.0"},
		Components: &openapi.Components{Schemas: map[string]*openapi.Schema{
			"Note": {Type: openapi.Types{"string", "null"}, Examples: []json.RawMessage{json.RawMessage(`"a"`), json.RawMessage(`"b"`)}},
		}},
	}
	old, lost := doc.Downgrade()
	text, err := old.YAML()
	fmt.Println(string(text), lost, err)
	// Output:
	// openapi: "3.0.4"
	// info:
	//   title: Shop
	//   version: "1.0.0"
	// paths: {}
	// components:
	//   schemas:
	//     Note:
	//       type: string
	//       example: a
	//       nullable: true
	//       x-examples:
	//         - a
	//         - b
	//  [#/components/schemas/Note: examples] <nil>
}
