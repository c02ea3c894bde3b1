package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi/lint"
)

// A row has a document that a rule finds something in, at a pointer, and one in which it does not.
// Texts of documents begin with their version, and lack what all documents have.
type row struct {
	rule, at   string
	bad, good  string
	hasMessage string
}

// document completes the text of a row.
func document(text string) string {
	version, members, _ := strings.Cut(text, " ")
	if strings.HasPrefix(text, "{") || version == "-" {
		return strings.TrimPrefix(text, "- ")
	}
	if !strings.Contains(members, `"info":`) {
		members = `"info": {"title": "T", "version": "1"}, ` + members
	}
	return fmt.Sprintf(`{"openapi": "%s.0", %s}`, version, members)
}

// get is a document with one operation; its members follow, of which responses is there already.
func get(path, members string) string {
	if !strings.Contains(members, `"responses":`) {
		members = strings.TrimSuffix(`"responses": {"200": {"description": "ok"}, "default": {"description": "no"}}, `+members, ", ")
	}
	return fmt.Sprintf(`3.1 "paths": {%q: {"get": {"operationId": "read", "summary": "Read", %s}}}`, path, members)
}

// schema is a document with one schema, called A.
func schema(version, text string) string {
	return fmt.Sprintf(`%s "paths": {}, "components": {"schemas": {"A": %s}}`, version, text)
}

func param(text string) string { return get("/a", `"parameters": [`+text+`]`) }

var rows = []row{
	{"version", "/openapi", `- {"openapi": "4.0.0"}`, `- {"openapi": "3.1.0"}`, "such as 3.1.0"},
	{"version", "/openapi", `- {"openapi": "3.1"}`, `- {"openapi": "3.0.4"}`, "such as 3.1.0"},
	{"version", "/openapi", `- {"openapi": 3.1}`, `- {"openapi": "3.2.0-rc1"}`, "is 3.1, want"},
	{"version", "/swagger", `- {"swagger": "2.0"}`, `- {"openapi": "3.2.0"}`, "Swagger 2.0"},
	{"version", "", `- {}`, `- {"openapi": "3.2.17"}`, "lacks openapi"},
	{"version", "", `- []`, `- {"openapi": "3.0.0"}`, "is an array, want an object"},
	{"member-required", "", `- {"openapi": "3.1.0", "paths": {}}`, `3.1 "paths": {}`, "lacks info"},
	{"member-required", "", `3.0 "components": {}`, `3.0 "paths": {}`, "lacks paths"},
	{"member-required", "/paths/~1a/get/parameters/0", param(`{"name": "x", "in": "path", "schema": {}}`), param(`{"name": "x", "in": "query", "schema": {}}`), "lacks required with in path"},
	{"member-unknown", "/zzz", `3.1 "paths": {}, "zzz": 1`, `3.1 "paths": {}, "x-zzz": 1`, `has no member "zzz"`},
	{"member-unknown", "/webhooks", `3.0 "paths": {}, "webhooks": {}`, `3.1 "webhooks": {}`, `has no member "webhooks"`},
	{"member-unknown", "/paths/a", `3.1 "paths": {"a": {}}`, `3.1 "paths": {"/a": {}}`, ""},
	{"member-unknown", "/paths/~1a/get/responses/600", get("/a", `"responses": {"600": {"description": ""}, "200": {"description": ""}}`), get("/a", `"responses": {"5XX": {"description": ""}}`), ""},
	{"member-unknown", "/components/securitySchemes/a/bearerFormat",
		`3.1 "components": {"securitySchemes": {"a": {"type": "http", "scheme": "basic", "bearerFormat": "JWT"}}}`,
		`3.1 "components": {"securitySchemes": {"a": {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT"}}}`, "only with type http and scheme bearer"},
	{"member-unknown", "/components/schemas/A/if", schema("3.0", `{"if": {}}`), schema("3.1", `{"if": {}}`), ""},
	{"member-type", "/info/title", `3.1 "info": {"title": 1, "version": "1"}, "paths": {}`, `3.1 "paths": {}`, "is 1, want a string"},
	{"member-type", "/components/schemas/A/type", schema("3.0", `{"type": "null"}`), schema("3.1", `{"type": "null"}`), ""},
	{"member-type", "/components/schemas/A/type/1", schema("3.1", `{"type": ["string", "string"]}`), schema("3.1", `{"type": ["string", "null"]}`), "twice"},
	{"member-type", "/components/schemas/A/minLength", schema("3.1", `{"minLength": 0.5}`), schema("3.1", `{"minLength": 1.0}`), "is 0.5, want an integer of 0 or more"},
	{"member-type", "/components/schemas/A/multipleOf", schema("3.1", `{"multipleOf": 0}`), schema("3.1", `{"multipleOf": 0.01}`), "greater than 0"},
	{"member-type", "/components/schemas/A", schema("3.0", `true`), schema("3.1", `true`), "want an object (Schema Object)"},
	{"member-type", "/components/schemas/A/additionalProperties", schema("3.0", `{"additionalProperties": 1}`), schema("3.0", `{"additionalProperties": false}`), ""},
	{"member-type", "/components/schemas/A/required/0", schema("3.1", `{"required": [1]}`), schema("3.1", `{"required": ["a"]}`), ""},
	{"member-type", "/components/schemas/A/allOf", schema("3.1", `{"allOf": []}`), schema("3.1", `{"allOf": [{}]}`), "one or more"},
	{"member-type", "/paths/~1a/get/parameters/0/in", param(`{"name": "a", "in": "querystring", "content": {"text/plain": {}}}`),
		strings.Replace(param(`{"name": "a", "in": "querystring", "content": {"text/plain": {}}}`), "3.1", "3.2", 1), "want query, header, path, cookie"},
	{"member-type", "/paths/~1a/get/parameters/0/content", param(`{"name": "a", "in": "query", "content": {}}`), param(`{"name": "a", "in": "query", "content": {"a/b": {}}}`), "want 1"},
	{"member-syntax", "/info/contact/email", `3.1 "info": {"title": "", "version": "", "contact": {"email": "nobody"}}, "paths": {}`,
		`3.1 "info": {"title": "", "version": "", "contact": {"email": "a@example.com"}}, "paths": {}`, "want an email address"},
	{"member-syntax", "/externalDocs/url", `3.1 "externalDocs": {"url": "a b"}, "paths": {}`, `3.1 "externalDocs": {"url": "../a"}, "paths": {}`, "relative reference"},
	{"member-syntax", "/components/schemas/A/$vocabulary/a", schema("3.1", `{"$vocabulary": {"a": true}}`), schema("3.1", `{"$vocabulary": {"https://example.com/a": true}}`), ""},
	{"member-syntax", "/components/schemas/A/$schema", schema("3.1", `{"$schema": "a"}`), schema("3.1", `{"$schema": "https://example.com/a"}`), ""},
	{"member-syntax", "/components/schemas/A/$anchor", schema("3.1", `{"$anchor": "1a"}`), schema("3.1", `{"$anchor": "a1"}`), ""},
	{"member-choice", "", `3.1 "servers": []`, `3.1 "webhooks": {}`, "lacks paths or components or webhooks"},
	{"member-choice", "/paths/~1a/get/parameters/0", param(`{"name": "a", "in": "query"}`), param(`{"name": "a", "in": "query", "schema": {}}`), "lacks schema or content"},
	{"member-choice", "/components/examples/a", `3.1 "components": {"examples": {"a": {"value": 1, "externalValue": "b"}}}`, `3.1 "components": {"examples": {"a": {"value": 1}}}`, "has both value and externalValue"},
	{"member-choice", "/paths/~1a/get/responses", get("/a", `"responses": {"x-a": 1}`), get("/a", `"responses": {"2XX": {"description": ""}}`), "lacks default or a status code"},
	{"component-name", "/components/schemas/a b", `3.1 "components": {"schemas": {"a b": {}}}`, `3.1 "components": {"schemas": {"a-b.C_9": {}}}`, ""},
	{"pattern-syntax", "/components/schemas/A/pattern", schema("3.1", `{"pattern": "^[a-z"}`), schema("3.1", `{"pattern": "^[a-z]$"}`), "missing closing ]"},
	{"pattern-portable", "/components/schemas/A/pattern", schema("3.1", `{"pattern": "^(?=a).*$"}`), schema("3.1", `{"pattern": "^a.*$"}`), "RE2"},
	{"keyword-unknown", "/components/schemas/A/minLenght", schema("3.1", `{"minLenght": 1}`), schema("3.1", `{"x-minLenght": 1}`), `"minLenght"`},

	{"reference-target", "/components/schemas/A/$ref", schema("3.1", `{"$ref": "#/components/schemas/B"}`), schema("3.1", `{"properties": {"a": {"$ref": "#/components/schemas/A"}}}`), "leads to nothing"},
	{"reference-target", "/components/schemas/A/items/$ref", schema("3.1", `{"items": {"$ref": "#b"}}`), schema("3.1", `{"$anchor": "b", "items": {"$ref": "#b"}}`), "leads to nothing"},
	{"reference-target", "/paths/~1a/get/parameters/0/$ref", param(`{"$ref": "#/components/parameters/x"}`), param(`{"$ref": "other.json#/components/parameters/x"}`), "leads to nothing"},
	{"reference-kind", "/paths/~1a/get/parameters/0/$ref", param(`{"$ref": "#/paths/~1a/get"}`), param(`{"$ref": "other.json"}`), "leads to an Operation Object, want Parameter Object"},
	{"reference-cycle", "/components/schemas/A/allOf/0/$ref", schema("3.1", `{"allOf": [{"$ref": "#/components/schemas/A"}]}`), schema("3.1", `{"items": {"$ref": "#/components/schemas/A"}}`), "leads back to itself"},
	{"reference-siblings", "/components/schemas/A/items/description", schema("3.0", `{"items": {"$ref": "other.json", "description": "a"}}`), schema("3.1", `{"items": {"$ref": "other.json", "description": "a"}}`), "is ignored"},
	{"discriminator-mapping", "/components/schemas/A/discriminator/mapping/b", schema("3.1", `{"discriminator": {"propertyName": "a", "mapping": {"b": "B"}}}`), schema("3.1", `{"discriminator": {"propertyName": "a", "mapping": {"a": "A", "b": "#/components/schemas/A", "c": "c.json"}}}`), "leads to nothing"},
	{"link-target", "/components/links/a/operationId", `3.1 "components": {"links": {"a": {"operationId": "b"}}}`,
		`3.1 "paths": {"/a": {"get": {"operationId": "b"}}}, "components": {"links": {"a": {"operationId": "b"}, "c": {"operationRef": "#/paths/~1a/get"}}}`, `no operation has the ID "b"`},
	{"component-unused", "/components/schemas/B", strings.Replace(get("/a", ""), `"paths"`, `"components": {"schemas": {"B": {"items": {"$ref": "#/components/schemas/B"}}}}, "paths"`, 1),
		strings.Replace(param(`{"name": "a", "in": "query", "schema": {"$ref": "#/components/schemas/B"}}`), `"paths"`, `"components": {"schemas": {"B": {}}}, "paths"`, 1), "nothing refers to it"},

	{"path-template", "/paths/~1a~1{b", `3.1 "paths": {"/a/{b": {}}`, `3.1 "paths": {"/a/{b}": {}}`, "braces"},
	{"path-template", "/paths/~1{a}~1{a}", `3.1 "paths": {"/{a}/{a}": {}}`, `3.1 "paths": {"/{a}/{b}": {}}`, "twice"},
	{"path-unique", "/paths/~1a~1{y}", `3.1 "paths": {"/a/{x}": {}, "/a/{y}": {}}`, `3.1 "paths": {"/a/{x}": {}, "/a/{x}/": {}, "/a/b": {}}`, `is the same path as "/a/{x}"`},
	{"path-parameter", "/paths/~1a~1{x}/get", get("/a/{x}", ""), get("/a/{x}", `"parameters": [{"name": "x", "in": "path", "required": true, "schema": {}}]`), `declares no parameter "x"`},
	{"path-parameter", "/paths/~1a/get", param(`{"name": "x", "in": "path", "required": true, "schema": {}}`), param(`{"name": "x", "in": "query", "schema": {}}`), `has no parameter "x"`},
	{"path-parameter", "/paths/~1{x}/get", `3.1 "paths": {"/{x}": {"get": {}}}`, `3.1 "paths": {"/{x}": {"get": {}, "parameters": [{"name": "x", "in": "path", "required": true, "schema": {}}]}}`, ""},
	{"parameter-unique", "/paths/~1a/get/parameters/1", param(`{"name": "X", "in": "header", "schema": {}}, {"name": "x", "in": "header", "schema": {}}`), param(`{"name": "X", "in": "query", "schema": {}}, {"name": "x", "in": "query", "schema": {}}`), `second parameter "x" in header`},
	{"parameter-querystring", "/paths/~1a/get", `3.2 "paths": {"/a": {"parameters": [{"name": "q", "in": "query", "schema": {}}], "get": {"parameters": [{"name": "r", "in": "querystring", "content": {"a/b": {}}}]}}}`,
		`3.2 "paths": {"/a": {"get": {"parameters": [{"name": "r", "in": "querystring", "content": {"a/b": {}}}]}}}`, "1 parameters in querystring and 1 in query"},
	{"header-ignored", "/paths/~1a/get/parameters/0", param(`{"name": "authorization", "in": "header", "schema": {}}`), param(`{"name": "X-Authorization", "in": "header", "schema": {}}`), "is ignored"},
	{"header-ignored", "/components/responses/a/headers/content-type", `3.1 "components": {"responses": {"a": {"description": "", "headers": {"content-type": {"schema": {}}}}}}`,
		`3.1 "components": {"responses": {"a": {"description": "", "headers": {"ETag": {"schema": {}}}}}}`, "is ignored"},
	{"callback-expression", "/components/callbacks/a/{$request.bodies}", `3.1 "components": {"callbacks": {"a": {"{$request.bodies}": {}}}}`,
		`3.1 "components": {"callbacks": {"a": {"{$request.body#/url}": {}, "http://h?m={$method}&s={$statusCode}&e={$response.header.ETag}": {}, "$request.query.url": {}, "http://h": {}, "x-a": 1}}}`, "is no runtime expression"},

	{"operation-id-unique", "/paths/~1b/get/operationId", `3.1 "paths": {"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "x"}}}`, `3.1 "paths": {"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "X"}}}`, `"x"`},
	{"tag-unique", "/tags/1", `3.1 "paths": {}, "tags": [{"name": "a"}, {"name": "a"}]`, `3.1 "paths": {}, "tags": [{"name": "a"}, {"name": "A"}]`, `second tag "a"`},
	{"tag-parent", "/tags/0/parent", `3.2 "paths": {}, "tags": [{"name": "a", "parent": "b"}]`, `3.2 "paths": {}, "tags": [{"name": "a", "parent": "b"}, {"name": "b"}]`, `no tag "b"`},
	{"tag-parent", "/tags/0", `3.2 "paths": {}, "tags": [{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}]`, `3.2 "paths": {}, "tags": [{"name": "a", "parent": "b"}, {"name": "b", "parent": "c"}, {"name": "c"}]`, "parent of itself"},
	{"security-scheme", "/security/0/a", `3.1 "paths": {}, "security": [{"a": []}]`, `3.1 "paths": {}, "security": [{}, {"a": []}], "components": {"securitySchemes": {"a": {"type": "mutualTLS"}}}`, `no security scheme "a"`},
	{"security-scheme", "/security/0/https:~1~1example.com~1a", `3.1 "paths": {}, "security": [{"https://example.com/a": []}]`, `3.2 "paths": {}, "security": [{"https://example.com/a": []}]`, ""},
	{"security-roles", "/security/0/a", `3.0 "paths": {}, "security": [{"a": ["b"]}], "components": {"securitySchemes": {"a": {"type": "http", "scheme": "basic"}}}`,
		`3.1 "paths": {}, "security": [{"a": ["b"]}], "components": {"securitySchemes": {"a": {"type": "http", "scheme": "basic"}}}`, `is of type "http"`},
	{"security-scope", "/security/0/a/1", `3.1 "paths": {}, "security": [{"a": ["b", "c"]}], "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"b": ""}}}}}}`,
		`3.1 "paths": {}, "security": [{"a": ["b"]}], "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"b": ""}}}}}}`, `has the scope "c"`},
	{"media-type", "/components/requestBodies/a/content/json", `3.1 "components": {"requestBodies": {"a": {"content": {"json": {}}}}}`,
		`3.1 "components": {"requestBodies": {"a": {"content": {"application/json; charset=\"a;b\"": {}, "text/*": {}, "*/*": {}, "application/vnd.a+json;v=1": {}}}}}`, "is no media type"},
	{"media-type", "/components/requestBodies/a/content/multipart~1form-data/encoding/p/contentType",
		`3.1 "components": {"requestBodies": {"a": {"content": {"multipart/form-data": {"encoding": {"p": {"contentType": "image/png, jpeg"}}}}}}}`,
		`3.1 "components": {"requestBodies": {"a": {"content": {"multipart/form-data": {"encoding": {"p": {"contentType": "image/png, image/*"}}}}}}}`, "is no media type"},
	{"encoding-property", "/components/requestBodies/a/content/multipart~1form-data/encoding/q",
		`3.1 "components": {"requestBodies": {"a": {"content": {"multipart/form-data": {"schema": {"properties": {"p": {}}}, "encoding": {"q": {}}}}}}}`,
		`3.1 "components": {"requestBodies": {"a": {"content": {"multipart/form-data": {"schema": {"properties": {"p": {}}}, "encoding": {"p": {}}}}}}}`, `no property "q"`},
	{"content-ignored", "/paths/~1a/get/requestBody", get("/a", `"requestBody": {"content": {"a/b": {}}}`), get("/a", ""), "GET"},
	{"content-ignored", "/paths/~1a/delete/responses/204", `3.1 "paths": {"/a": {"delete": {"responses": {"204": {"description": "", "content": {"a/b": {}}}}}}}`, `3.1 "paths": {"/a": {"delete": {"responses": {"204": {"description": ""}}}}}`, "204"},

	{"server-variable", "/servers/0/url", `3.1 "paths": {}, "servers": [{"url": "https://{host}/"}]`, `3.1 "paths": {}, "servers": [{"url": "https://{host}/", "variables": {"host": {"default": "a"}}}]`, `no variable "host"`},
	{"server-variable", "/servers/0/url", `3.2 "paths": {}, "servers": [{"url": "https://{a}/{a}", "variables": {"a": {"default": "a"}}}]`, `3.2 "paths": {}, "servers": [{"url": "https://{a}/", "variables": {"a": {"default": "a"}}}]`, "twice"},
	{"server-default", "/servers/0/variables/a/default", `3.1 "paths": {}, "servers": [{"url": "/{a}", "variables": {"a": {"enum": ["b"], "default": "c"}}}]`, `3.1 "paths": {}, "servers": [{"url": "/{a}", "variables": {"a": {"enum": ["b"], "default": "b"}}}]`, `is "c"`},

	{"schema-bounds", "/components/schemas/A/minimum", schema("3.1", `{"minimum": 2, "maximum": 1}`), schema("3.1", `{"minimum": 1, "maximum": 1}`), "minimum 2 and maximum 1"},
	{"schema-bounds", "/components/schemas/A/exclusiveMinimum", schema("3.1", `{"exclusiveMinimum": 1, "maximum": 1.0}`), schema("3.0", `{"minimum": 0, "exclusiveMinimum": true, "maximum": 1}`), ""},
	{"schema-keyword", "/components/schemas/A/minLength", schema("3.1", `{"type": ["integer", "null"], "minLength": 1}`), schema("3.1", `{"type": ["integer", "string"], "minLength": 1, "minimum": 1}`), "has no effect on type integer or null"},
	{"schema-required", "/components/schemas/A/required/1", schema("3.1", `{"required": ["a", "b"], "properties": {"a": {}}}`), schema("3.1", `{"required": ["a", "b"], "properties": {"a": {}}, "allOf": [{}]}`), `no property "b"`},
	{"example-valid", "/components/schemas/A/examples/1", schema("3.1", `{"type": "integer", "examples": [1, "1"]}`), schema("3.1", `{"type": "integer", "examples": [1, 1.0]}`), `is "1", want type integer`},
	{"example-valid", "/components/schemas/A/default", schema("3.0", `{"type": "integer", "minimum": 1, "exclusiveMinimum": true, "default": 1}`), schema("3.0", `{"type": "integer", "nullable": true, "minimum": 1, "exclusiveMinimum": false, "default": null, "example": 1}`), "more than 1"},
	{"example-valid", "/paths/~1a/get/parameters/0/examples/e/value", param(`{"name": "a", "in": "query", "schema": {"$ref": "#/paths/~1a/get/parameters/1/schema"}, "examples": {"e": {"value": {"b": [1]}}}}, {"name": "b", "in": "query", "schema": {"properties": {"b": {"items": {"type": "string"}}}}}`),
		param(`{"name": "a", "in": "query", "schema": {"type": "integer", "patternProperties": {}}, "example": "not judged"}`), `#/b/0 is 1, want type string`},
	{"example-valid", "/components/requestBodies/a/content/application~1json/example", `3.1 "components": {"requestBodies": {"a": {"content": {"application/json": {"schema": {"type": "object"}, "example": "{}"}}}}}`,
		`3.1 "components": {"requestBodies": {"a": {"content": {"application/xml": {"schema": {"type": "object"}, "example": "<a/>"}}}}}`, `is "{}", want type object`},
	{"example-data", "/components/requestBodies/a/content/application~1json/examples/e/dataValue", `3.2 "components": {"requestBodies": {"a": {"content": {"application/json": {"schema": {"type": "object"}, "examples": {"e": {"dataValue": 1}}}}}}}`,
		`3.2 "components": {"requestBodies": {"a": {"content": {"application/json": {"schema": {"type": "object"}, "examples": {"e": {"dataValue": {}}}}}}}}`, `is 1, want type object`},

	{"operation-summary", "/paths/~1a/get", `3.1 "paths": {"/a": {"get": {}}}`, `3.1 "paths": {"/a": {"get": {"description": "d"}}}`, ""},
	{"operation-id", "/paths/~1a/get", `3.1 "paths": {"/a": {"get": {}}}`, `3.1 "webhooks": {"a": {"get": {}}}`, "lacks operationId"},
	{"operation-error", "/paths/~1a/get/responses", `3.1 "paths": {"/a": {"get": {"responses": {"200": {"description": ""}}}}}`, `3.1 "paths": {"/a": {"get": {"responses": {"200": {"description": ""}, "4XX": {"description": ""}}}}}`, ""},
	{"tag-declared", "/paths/~1a/get/tags/0", strings.Replace(get("/a", `"tags": ["a"]`), `"paths"`, `"tags": [{"name": "b"}], "paths"`, 1), get("/a", `"tags": ["a"]`), `no tag "a"`},
	{"input-unbounded", "/paths/~1a/get/parameters/0/schema", param(`{"name": "a", "in": "query", "schema": {"type": "string"}}`), param(`{"name": "a", "in": "query", "schema": {"type": "string", "pattern": "^([a-z]{1,9}|\\d?)$"}}, {"name": "b", "in": "query", "schema": {"type": "string", "format": "uuid"}}, {"name": "c", "in": "query", "schema": {"type": ["string", "null"], "maxLength": 9}}, {"name": "d", "in": "query", "schema": {"type": "string", "enum": ["a"]}}`), "any length"},
	{"input-unbounded", "/paths/~1a/get/parameters/0/schema/items", param(`{"name": "a", "in": "query", "schema": {"type": "array", "maxItems": 3, "items": {"type": "string", "pattern": "^a+$"}}}`), param(`{"name": "a", "in": "query", "schema": {"type": "array", "maxItems": 3, "items": {"type": "integer"}}}`), "any length"},
	{"input-unbounded", "/paths/~1a/put/requestBody/content/application~1json/schema/properties/b", `3.1 "paths": {"/a": {"put": {"requestBody": {"content": {"application/json": {"schema": {"properties": {"b": {"type": "array"}}}}}}}}}`,
		`3.1 "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}}}}}`, "any number of items"},
	{"server-https", "/servers/0/url", `3.1 "paths": {}, "servers": [{"url": "http://api.example.com/v1"}]`, `3.1 "paths": {}, "servers": [{"url": "http://localhost:8080/"}, {"url": "http://127.0.0.1/"}, {"url": "http://[::1]:80/"}, {"url": "https://a/"}, {"url": "/v1"}]`, "HTTP"},
	{"secret-in-query", "/components/securitySchemes/a/in", `3.1 "components": {"securitySchemes": {"a": {"type": "apiKey", "in": "query", "name": "k"}}}`, `3.1 "components": {"securitySchemes": {"a": {"type": "apiKey", "in": "header", "name": "k"}}}`, ""},
	{"secret-in-query", "/paths/~1a/get/parameters/0", param(`{"name": "access_token", "in": "query", "schema": {}}`), param(`{"name": "access_token", "in": "header", "schema": {}}, {"name": "page_token", "in": "query", "schema": {}}`), `"access_token"`},
	{"oauth-flow", "/components/securitySchemes/a/flows/implicit", `3.1 "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "/a", "scopes": {}}}}}}`,
		`3.1 "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {}}}}}}`, "PKCE"},
	{"oauth-flow", "/components/securitySchemes/a/flows/password", `3.1 "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"password": {"tokenUrl": "/t", "scopes": {}}}}}}`,
		`3.1 "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {}}}}}}`, "password"},
}

func TestEachRuleFindsWhatItIsAbout(t *testing.T) {
	known := map[string]lint.Rule{}
	for _, r := range lint.Rules() {
		known[r.ID] = r
	}
	tested := map[string]bool{}
	for i, row := range rows {
		t.Run(fmt.Sprint(row.rule, " ", i), func(t *testing.T) {
			r := known[row.rule]
			tested[row.rule] = true
			var at []string
			for _, f := range check(t, row.bad, row.rule) {
				at = append(at, f.Pointer)
				if f.Pointer == row.at {
					assert.Equal(t, f.Severity, r.Severity)
					assert.Contains(t, f.Message, row.hasMessage)
				}
			}
			assert.Contains(t, strings.Join(at, "\n")+"\n", row.at+"\n", row.bad)
			for _, f := range check(t, row.good, row.rule) {
				t.Errorf("%s: %s", row.good, f)
			}
		})
	}
	for id := range known {
		if !tested[id] {
			t.Errorf("no row tests the rule %s", id)
		}
	}
}

// check returns what a rule finds in the document of a row.
func check(t *testing.T, text, rule string) (found []lint.Finding) {
	t.Helper()
	findings, err := lint.Check([]byte(document(text)), lint.Config{})
	assert.NoError(t, err, document(text))
	for _, f := range findings {
		if f.Rule == rule {
			found = append(found, f)
		}
	}
	return found
}
