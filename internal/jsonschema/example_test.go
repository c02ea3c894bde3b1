package jsonschema_test

import (
	"fmt"
	"log"

	"github.com/tenonapi/tenon/internal/jsonschema"
)

func Example() {
	doc, err := jsonschema.Parse([]byte(`{"components":{"schemas":{
		"Order":{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"amount":{"$ref":"#/components/schemas/Amount"}}},
		"Amount":{"type":"integer","minimum":1}}}}`), jsonschema.StandardFormats())
	if err != nil {
		log.Fatal(err)
	}
	order, err := doc.Compile(jsonschema.Pointer("components", "schemas", "Order"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(order.Validate([]byte(`{"id":"7","amount":0}`)))
	// Output:
	// #/amount is 0, want at least 1 (#/components/schemas/Amount/minimum)
	// #/id is "7", want format uuid (#/components/schemas/Order/properties/id/format)
}
