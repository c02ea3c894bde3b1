package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi/lint"
)

// large returns a document of n operations, each with its own input, output and examples.
func large(n int) []byte {
	var paths, schemas []string
	for i := range n {
		paths = append(paths, fmt.Sprintf(`"/things%d/{id}": {"put": {
			"operationId": "putThing%[1]d", "summary": "Put a thing", "tags": ["things"],
			"parameters": [
				{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}, "example": "7f1a9c1e-3f5a-4d2b-9d55-0c6a3a1e1b11"},
				{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
				{"name": "X-Trace", "in": "header", "schema": {"type": "string", "maxLength": 55}}],
			"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing%[1]d"},
				"example": {"name": "lamp", "price": {"amount": 10, "currency": "EUR"}, "tags": ["a", "b"]}}}},
			"responses": {
				"200": {"description": "the thing", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing%[1]d"}}}},
				"404": {"$ref": "#/components/responses/Problem"},
				"422": {"$ref": "#/components/responses/Problem"}}}}`, i))
		schemas = append(schemas, fmt.Sprintf(`"Thing%d": {"type": "object", "required": ["name", "price"], "properties": {
			"name": {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["lamp"]},
			"price": {"$ref": "#/components/schemas/Price"},
			"tags": {"type": "array", "maxItems": 9, "items": {"type": "string", "maxLength": 9}},
			"created": {"type": "string", "format": "date-time"},
			"parent": {"$ref": "#/components/schemas/Thing%d"}}}`, i, (i+1)%n))
	}
	return fmt.Appendf(nil, `{"openapi": "3.1.0", "info": {"title": "Large", "version": "1"}, "tags": [{"name": "things"}],
		"paths": {%s}, "components": {
			"responses": {"Problem": {"description": "what went wrong", "content": {"application/problem+json": {"schema": {"type": "object"}}}}},
			"schemas": {%s, "Price": {"type": "object", "properties": {"amount": {"type": "integer"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}}}}`,
		strings.Join(paths, ","), strings.Join(schemas, ","))
}

func TestALargeDocumentHasNoFindings(t *testing.T) {
	findings, err := lint.Check(large(300), lint.Config{})
	assert.NoError(t, err)
	for _, f := range findings {
		t.Error(f)
	}
}

func BenchmarkCheck(b *testing.B) {
	doc := large(300)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lint.Check(doc, lint.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheckSmall(b *testing.B) {
	doc := large(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lint.Check(doc, lint.Config{}); err != nil {
			b.Fatal(err)
		}
	}
}
