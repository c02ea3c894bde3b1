package jsonschema_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/jsonschema"
)

func TestSchemasAreCompiledTogether(t *testing.T) {
	root, err := jsonschema.Read([]byte(`{
		"plain": {"type": "integer", "format": "money", "colour": "red"},
		"user": {"items": {"$ref": "#/plain"}},
		"misspelt": {"type": "int"},
		"userOfMisspelt": {"anyOf": [{"$ref": "#/user"}, {"properties": {"a": {"$ref": "#/misspelt"}}}]},
		"unsupported": {"if": true, "then": false},
		"loop": {"allOf": [{"$ref": "#/loop"}]},
		"tree": {"properties": {"children": {"items": {"$ref": "#/tree"}}, "n": {"$ref": "#/plain"}}}
	}`))
	assert.NoError(t, err)
	pointers := []string{"/none", "no pointer"}
	for name := range root.(map[string]any) {
		pointers = append(pointers, jsonschema.Pointer(name))
	}
	schemas := jsonschema.Lenient(root, jsonschema.StandardFormats()).CompileAll(pointers)
	assert.Equal(t, slices.Sorted(maps.Keys(schemas)), []string{"/plain", "/tree", "/user"})

	value, err := jsonschema.Read([]byte(`{"n":1,"children":[{"n":1.5}]}`))
	assert.NoError(t, err)
	left := 1000
	assert.Equal(t, schemas["/tree"].Judge(value, &left).Error(), "#/children/0/n is 1.5, want type integer (#/plain/type)")
	assert.Equal(t, left < 1000, true)
	left = 3
	assert.Equal(t, schemas["/tree"].Judge(value, &left).Error(), "jsonschema: the value needs too many schemas")
}
