package lint_test

import (
	"fmt"
	"log"

	"github.com/tenonapi/tenon/openapi/lint"
)

func ExampleCheck() {
	doc := []byte(`{
		"openapi": "3.1.0",
		"info": {"title": "Shop", "version": "1.0.0"},
		"paths": {"/orders/{id}": {"get": {
			"operationId": "getOrder",
			"summary": "Read an order",
			"responses": {"200": {"description": "the order", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Oder"}}}}}
		}}},
		"components": {"schemas": {"Order": {"type": "object", "properties": {"count": {"type": "integer", "minimum": 1, "examples": [0]}}}}}
	}`)
	findings, err := lint.Check(doc, lint.Config{Off: []string{"operation-error"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// #/components/schemas/Order: warning: nothing refers to it (component-unused; OpenAPI 3.1, Components Object)
	// #/components/schemas/Order/properties/count/examples/0: warning: does not match its schema: is 0, want at least 1 (example-valid; OpenAPI 3.1, Working with Examples)
	// #/paths/~1orders~1{id}/get: error: declares no parameter "id" of the path (path-parameter; OpenAPI 3.1, Path Templating)
	// #/paths/~1orders~1{id}/get/responses/200/content/application~1json/schema/$ref: error: leads to nothing: "#/components/schemas/Oder" (reference-target; OpenAPI 3.1, Reference Object)
}

// The rules are data: a report can group findings by severity, or print what a rule is about.
func ExampleRules() {
	for _, r := range lint.Rules()[:2] {
		fmt.Println(r.ID, r.Severity, r.Summary)
	}
	// Output:
	// version error the document says which version of OpenAPI 3 it is written for
	// member-required error an object has its required members
}
