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
// A field carries its wire name in the tag json, with the meaning of encoding/json,
// its rules in check, and what documentation shows in doc, title, example,
// examples:"a|b" and deprecated. The tag default gives the value of an absent
// member: of a string, a time and the like it is the text itself, of all others
// JSON, as in default:"[\"a\"]". readOnly:"true" is printed and never read,
// writeOnly:"true" the reverse. A key that begins with x- is an extension of the schema, such
// as x-unit:"cents" or x-order:"1": JSON, or else text. A named type states its own rules with a method
// Check() string, in which a pattern needs no doubled backslash. Rules are separated
// by commas, without spaces:
//
//	rule  = name [ "=" value { "|" value } | "(" rules ")" ] .
//	value = bare | "'" { char | "''" } "'" .
//
//	check:"minLength=1,maxLength=64"   check:"enum=a|b|'c d'"   check:"maxItems=3,each(pattern='^[a-z]+$')"
//
//	numbers   gt ge lt le multipleOf enum const
//	strings   minLength maxLength pattern format enum const, after trim lower upper
//	bools     const
//	[]byte    minLength maxLength, in bytes
//	slices    minItems maxItems uniqueItems each(…); arrays each(…)
//	maps      minProperties maxProperties keys(…) values(…)
//	in order  gt ge lt le: times, dates, durations, addresses, types with Compare or Cmp;
//	          the bound now is the time of the decoding, for [time.Time] and [Date]
//	[Decimal] also multipleOf maxDigits decimalPlaces
//	lax       lets numbers, bools, times, dates and durations be read from text and
//	          from each other; strict the opposite, where a struct or [Config] is lax
//
// The formats are byte, date, date-time, duration, email, hostname, ipv4, ipv6,
// time, uri and uuid. A field _ struct{} with check:"additionalProperties=false"
// closes its struct, one with check:"lax" or check:"strict" is for all its fields. A rule
// that is unknown, misspelt or does not apply to its type is an error of Compile.
//
// A type with a method Enum() []T has only these values, in answers too. A struct
// with the method of [Validator] checks several fields together. An interface can
// be compiled once a [Union] says which structs it may hold.
//
// # Presence
//
// A field is required, unless its type is [Opt] (may be absent) or a pointer
// (may be absent or null), it has a default, or it belongs to an embedded pointer.
// [Null] is required and may be null; Opt[*T] tells absent, null and a value
// apart. omitempty and omitzero are about printing only.
//
// The package uses unsafe to reach fields without reflection. Maps, and values
// behind pointers and in slices, are allocated by package reflect.
package schema
