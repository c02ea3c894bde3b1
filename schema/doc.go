// Package schema compiles a Go type once into a plan that decodes, checks and
// encodes its values and prints their JSON Schema. It is usable without HTTP.
//
//	set := schema.NewSet(schema.Config{})
//	orders, err := schema.Compile[Order](set) // every mistake in the type's tags
//	order, err := orders.Decode(body)         // everything wrong with body, in an *Error
//
// A plan reads the bytes of a JSON text in one pass straight into the value, so
// what was checked is what is stored. It refuses what encoding/json lets
// through: repeated names, names in the wrong case, trailing data, invalid
// UTF-8, lone surrogates, unbounded nesting, times that are not RFC 3339.
//
// # Tags
//
// A field carries its wire name in the tag json, its rules in check, and what
// documentation shows in doc, example and deprecated. The tag default gives the
// value of an absent member. A named type states its own rules with a method
// Check() string. Rules are separated by commas:
//
//	rule  = name [ "=" value { "|" value } | "(" rules ")" ] .
//	value = bare | "'" { char | "''" } "'" .
//
// Numbers take gt, ge, lt, le, multipleOf and enum; strings minLength,
// maxLength, pattern, enum and format=uuid; slices minItems, maxItems and
// each(…); maps minProperties, maxProperties, keys(…) and values(…). A field
// _ struct{} with check:"additionalProperties=false" closes its struct. A rule that is unknown, misspelt or does
// not apply to its type is an error of Compile.
//
// # Presence
//
// A field is required, unless its type is [Opt] (may be absent) or a pointer
// (may be absent or null), or it has a default.
//
// The package uses unsafe to reach fields without reflection. Maps, and values
// behind pointers and in slices, are allocated by package reflect.
package schema
