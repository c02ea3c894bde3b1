package tenon

import (
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// The tags in this test would not pass go vet, so that no type can be declared with them.
func TestMalformedTags(t *testing.T) {
	tests := []struct {
		name string
		tag  reflect.StructTag
		want string
	}{
		{"backslash that hides the source", `check:"pattern='^\d$'" query:"a"`,
			"struct.A: malformed tag, so that the rest is invisible: a backslash in a tag needs another one"},
		{"no space before the source", `doc:"x"query:"a"`, "struct.A: malformed tag after doc, so that the rest is invisible: "},
		{"source that hides another", `query:"a" query:"b"`, `struct.A: key "query" occurs twice in the tag: the second is invisible`},
		{"key that hides another", `query:"a" doc:"b" doc:"c"`, `struct.A: key "doc" occurs twice in the tag: the second is invisible`},
		{"no source, and none that is hidden", `doc:"the query:"`, `struct.A: has no source: did you forget a tag such as query:"a"?`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeFor[string](), Tag: tt.tag}})
			_, err := compileInput(schema.NewSet(schema.Config{}), in, nil)
			if err == nil {
				t.Fatal("got no error")
			}
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}
