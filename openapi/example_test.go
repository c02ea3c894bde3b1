package openapi_test

import (
	"encoding/json"
	"fmt"
	"log"

	"github.com/tenonapi/tenon/openapi"
)

func ExampleDocument_JSON() {
	doc := openapi.Document{
		Info: openapi.Info{Title: "Shop", Version: "1.0.0"},
		Paths: map[string]*openapi.PathItem{
			"/health": {Get: &openapi.Operation{Responses: map[string]*openapi.Response{"204": {Description: "alive"}}}},
		},
	}
	out, err := doc.JSON()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", out)
	// Output:
	// {
	//   "openapi": "3.1.0",
	//   "info": {
	//     "title": "Shop",
	//     "version": "1.0.0"
	//   },
	//   "paths": {
	//     "/health": {
	//       "get": {
	//         "responses": {
	//           "204": {
	//             "description": "alive"
	//           }
	//         }
	//       }
	//     }
	//   }
	// }
}

func ExampleSchema() {
	out, err := json.Marshal(openapi.Schema{
		Type: openapi.Types{"object"},
		Properties: openapi.Properties{
			{Name: "name", Schema: &openapi.Schema{Type: openapi.Types{"string"}, MinLength: new(1)}},
			{Name: "age", Schema: &openapi.Schema{Type: openapi.Types{"integer", "null"}, Minimum: "0"}},
		},
		Required:             []string{"name"},
		AdditionalProperties: &openapi.Schema{Never: true},
	})
	fmt.Printf("%s %v\n", out, err)
	// Output: {"type":"object","properties":{"name":{"type":"string","minLength":1},"age":{"type":["integer","null"],"minimum":0}},"required":["name"],"additionalProperties":false} <nil>
}
