package openapi_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// TestFullDocumentSetsEveryField keeps full honest: a new field must be added to it, and so shows
// in the golden file.
func TestFullDocumentSetsEveryField(t *testing.T) {
	set := map[reflect.Type]map[string]bool{}
	visit(reflect.ValueOf(full()), set)
	assert.Equal(t, len(set) >= 25, true, "types found:", len(set))
	for typ, fields := range set {
		for field := range typ.Fields() {
			if !field.IsExported() {
				continue
			}
			if !fields[field.Name] {
				t.Errorf("full() never sets %s.%s", typ.Name(), field.Name)
			}
			checkTag(t, typ, field)
		}
	}
}

// visit collects the fields that are not zero of every struct below v.
func visit(v reflect.Value, set map[reflect.Type]map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			visit(v.Elem(), set)
		}
	case reflect.Slice:
		for i := range v.Len() {
			visit(v.Index(i), set)
		}
	case reflect.Map:
		for _, value := range v.Seq2() {
			visit(value, set)
		}
	case reflect.Struct:
		fields := set[v.Type()]
		if fields == nil {
			fields = map[string]bool{}
			set[v.Type()] = fields
		}
		for field, value := range v.Fields() {
			if !value.IsZero() {
				fields[field.Name] = true
				visit(value, set)
			}
		}
	}
}

// checkTag demands that a field is written under its own name in lower camel case, or by hand.
func checkTag(t *testing.T, typ reflect.Type, field reflect.StructField) {
	t.Helper()
	if typ.Name() == "Property" {
		return // written by Properties
	}
	tag, ok := field.Tag.Lookup("json")
	if !ok {
		t.Errorf("%s.%s has no json tag", typ.Name(), field.Name)
	}
	name, _, _ := strings.Cut(tag, ",")
	if plain := strings.TrimPrefix(strings.TrimPrefix(name, "x-"), "$"); name != "-" && !strings.EqualFold(plain, field.Name) {
		t.Errorf("%s.%s is written as %q", typ.Name(), field.Name, name)
	}
}
