package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

func TestSchemaTellsAbsentFromZero(t *testing.T) {
	str := openapi.Types{"string"}
	tests := []struct {
		name   string
		schema openapi.Schema
		want   string
	}{
		{name: "zero allows everything", want: `{}`},
		{name: "never", schema: openapi.Schema{Never: true, Title: "ignored"}, want: `false`},
		{name: "one type", schema: openapi.Schema{Type: str}, want: `{"type":"string"}`},
		{name: "several types", schema: openapi.Schema{Type: openapi.Types{"string", "null"}}, want: `{"type":["string","null"]}`},
		{name: "lower bound 0", schema: openapi.Schema{Minimum: "0"}, want: `{"minimum":0}`},
		{name: "beyond float64", schema: openapi.Schema{Maximum: "9007199254740993.10"}, want: `{"maximum":9007199254740993.10}`},
		{name: "length 0", schema: openapi.Schema{MinLength: new(0), MaxLength: new(0)}, want: `{"minLength":0,"maxLength":0}`},
		{name: "items 0", schema: openapi.Schema{MinItems: new(0), MaxItems: new(0)}, want: `{"minItems":0,"maxItems":0}`},
		{name: "default null", schema: openapi.Schema{Default: raw("null")}, want: `{"default":null}`},
		{name: "default false", schema: openapi.Schema{Default: raw("false")}, want: `{"default":false}`},
		{name: "default is exact", schema: openapi.Schema{Default: raw(`1.10`)}, want: `{"default":1.10}`},
		{name: "constant null", schema: openapi.Schema{Const: raw("null")}, want: `{"const":null}`},
		{name: "closed object", schema: openapi.Schema{AdditionalProperties: &openapi.Schema{Never: true}}, want: `{"additionalProperties":false}`},
		{name: "open object", schema: openapi.Schema{AdditionalProperties: &openapi.Schema{}}, want: `{"additionalProperties":{}}`},
		{name: "map", schema: openapi.Schema{AdditionalProperties: &openapi.Schema{Type: str}}, want: `{"additionalProperties":{"type":"string"}}`},
		{name: "list of nothing", schema: openapi.Schema{Items: &openapi.Schema{Never: true}}, want: `{"items":false}`},
		{name: "reference with siblings", schema: openapi.Schema{Ref: "#/$defs/a", Deprecated: true}, want: `{"$ref":"#/$defs/a","deprecated":true}`},
		{
			name:   "properties in listed order",
			schema: openapi.Schema{Properties: openapi.Properties{{"b", &openapi.Schema{}}, {"a\"<", &openapi.Schema{Never: true}}}},
			want:   `{"properties":{"b":{},"a\"<":false}}`,
		},
		{
			name:   "extensions last and sorted",
			schema: openapi.Schema{Title: "t", Extensions: openapi.Extensions{"x-b": raw("[1, 2]"), "x-a": raw(`"<"`)}},
			want:   `{"title":"t","x-a":"<","x-b":[1,2]}`,
		},
		{name: "only extensions", schema: openapi.Schema{Extensions: openapi.Extensions{"x-a": nil}}, want: `{"x-a":null}`},
		{name: "markup is not escaped", schema: openapi.Schema{Description: "a < b & c"}, want: `{"description":"a < b & c"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.schema.MarshalJSON()
			assert.NoError(t, err)
			assert.Equal(t, string(got), tt.want)
		})
	}
}

func TestSchemaIsWrittenTheSameByPointerAndValue(t *testing.T) {
	s := openapi.Schema{Type: openapi.Types{"array"}, Items: &openapi.Schema{Never: true}}
	value, err := json.Marshal(s)
	assert.NoError(t, err)
	pointer, err := json.Marshal(&s)
	assert.NoError(t, err)
	assert.Equal(t, string(value), string(pointer))
}

func TestTypesWithoutNameAreAList(t *testing.T) {
	got, err := json.Marshal(openapi.Types{})
	assert.NoError(t, err)
	assert.Equal(t, string(got), "[]")
}

func TestPropertiesAreFoundByName(t *testing.T) {
	b := &openapi.Schema{Title: "b"}
	list := openapi.Properties{{"a", &openapi.Schema{}}, {"b", b}}
	tests := []struct {
		name string
		list openapi.Properties
		want *openapi.Schema
	}{
		{name: "b", list: list, want: b},
		{name: "B", list: list},
		{name: "b", list: nil},
	}
	for _, tt := range tests {
		if got := tt.list.Get(tt.name); got != tt.want {
			t.Errorf("Get(%q) of %d properties: got %p, want %p", tt.name, len(tt.list), got, tt.want)
		}
	}
}
