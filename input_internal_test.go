package tenon

import (
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// The tag in this test would not pass go vet, so that no type can be declared with it.
func TestMalformedTagThatHidesItsSource(t *testing.T) {
	in := reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeFor[string](), Tag: `check:"pattern='^\d$'" query:"a"`},
	})
	_, err := compileInput(schema.NewSet(schema.Config{}), in, nil)
	if err == nil {
		t.Fatal("got no error")
	}
	assert.Contains(t, err.Error(), "malformed tag, so that the rest is invisible: a backslash in a tag needs another one")
}
