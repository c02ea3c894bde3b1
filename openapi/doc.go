// Package openapi holds the object types of OpenAPI 3.1 and JSON Schema 2020-12 and writes them as JSON.
//
// The output is deterministic: the members of an object stand in the order in which this package
// declares its fields, the properties of a schema in the order in which they are listed, and every
// other map (paths, responses, components) is sorted by its keys. An optional member with a zero
// value is left out. A value of a user's type (a default, an enum value, an example, an extension)
// is a [json.RawMessage], and a bound is a [json.Number], so both are written exactly as given.
//
// An object which the specification allows to be replaced by a reference has a Ref field. If it is
// set, the object is written as {"$ref": …} with its summary and description, if the type has them,
// and its other fields are ignored.
//
// Every type may be copied, and encoded by several goroutines at once; none may be changed meanwhile.
//
// Extensions are supported wherever the specification allows them, except directly in a map (paths,
// responses, callbacks).
//
// The package does not check a document, does not read one, knows no Go type but its own and no HTTP.
//
// Source: OpenAPI Specification 3.1, https://spec.openapis.org/oas/v3.1.1.html; JSON Schema 2020-12.
package openapi
