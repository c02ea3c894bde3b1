package schema_test

// gated are disagreements that are reported and not yet fixed in schema: what
// shows them is left out of what is drawn at random. Delete a line to see it fail.
var gated = map[string]bool{
	"integer keys":          true, // map[int8]int8: {"":1} is refused, and the schema has no propertyNames
	"foreign values in any": true, // any([]string{"<"}) is printed as "\u003c"
}
