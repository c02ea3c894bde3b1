package jsonschema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/jsonschema"
)

// compile compiles the schema at a pointer of a document.
func compile(document, pointer string, formats jsonschema.Formats) (*jsonschema.Schema, error) {
	doc, err := jsonschema.Parse([]byte(document), formats)
	if err != nil {
		return nil, err
	}
	return doc.Compile(pointer)
}

// mustCompile compiles a whole document without formats.
func mustCompile(t testing.TB, document string) *jsonschema.Schema {
	t.Helper()
	schema, err := compile(document, "", nil)
	assert.NoError(t, err, document)
	return schema
}

// The suite of the JSON Schema project has most cases. These have what it lacks: boundaries and numbers.
func TestValidate(t *testing.T) {
	tests := []struct {
		name, schema string
		valid        string // values separated by semicolons
		invalid      string
	}{
		{"minimum beyond a double", `{"minimum":9007199254740993}`, `9007199254740993; 9007199254740993.0`, `9007199254740992; 9007199254740992.9`},
		{"maximum with exponents", `{"maximum":1.5e3}`, `1500; 15e2; 0.15e4; -1e999999`, `1500.0000000000000000001; 1e4`},
		{"bounds below zero", `{"exclusiveMinimum":-0.1,"exclusiveMaximum":-0.001}`, `-0.01; -0.0999`, `-0.1; -0.10; -0.001; -1e-3; 0`},
		{"zero has one value", `{"const":0}`, `-0; 0.0; 0e5; -0.0e-99999999999999999999999`, `1e-300`},
		{"enum of equal numbers", `{"enum":[1.0,"1",[1],{"a":100}]}`, `1; 10e-1; "1"; [1.00]; {"a":1e2}`, `true; [1,1]; {"a":1,"b":1}; {}`},
		{"unique items of equal numbers", `{"uniqueItems":true}`, `[1,"1",true,null]; [[1],[2]]`, `[1,1.0]; [{"a":1,"b":2},{"b":2,"a":1}]`},
		{"unique items asks nothing when false", `{"uniqueItems":false}`, `[1,1]`, ``},
		{"multiple of a decimal", `{"multipleOf":0.1}`, `0.3; 1.1; 0; -7; 1e15; 1e999999999999`, `0.35; 1e-2; 1e-999999999999`},
		{"multiple of seven", `{"multipleOf":7}`, `7; 7e0; 70e-1; 7e999999999999; 14.0`, `1; 1e999999999999; 3.5`},
		{"multiple of cents", `{"multipleOf":0.01}`, `19.99; 4.35; 1.15; 0.29`, `19.999; 0.001`},
		{"multiple of a power of ten", `{"multipleOf":1e3}`, `1000; 1e3; 12000; 1e4`, `100; 1500; 1e2`},
		{"integers", `{"type":"integer"}`, `1; 1.0; 1e2; -0; 1.50e1; 1e999999999999`, `1.5; 15e-1; 1e-1; "1"; true; null`},
		{"list of types", `{"type":["string","null"]}`, `"a"; null`, `1; []; {}; false`},
		{"lengths in code points", `{"minLength":2,"maxLength":2}`, `"ab"; "é😀"; "e\u0301"; "\ud83d\ude00a"`, `"a"; "abc"; "😀"; ""`},
		{"a length beyond all strings", `{"maxLength":1e300}`, `"abc"`, ``},
		{"a length written with an exponent", `{"minLength":2e0}`, `"ab"`, `"a"`},
		{"pattern is not anchored", `{"pattern":"b+"}`, `"abc"; 1`, `"ac"; ""`},
		{"pattern ends at the end of text", `{"pattern":"^a$"}`, `"a"`, `"a\n"; "\na"`},
		{"items after a prefix", `{"prefixItems":[{"type":"string"}],"items":false}`, `[]; ["a"]; {}`, `[1]; ["a",1]`},
		{"counts of items", `{"minItems":1,"maxItems":2}`, `[1]; [1,2]; "abc"`, `[]; [1,2,3]`},
		{"closed object", `{"properties":{"a":true},"additionalProperties":false}`, `{}; {"a":1}; []`, `{"b":1}; {"a":1,"A":1}`},
		{"map", `{"additionalProperties":{"type":"integer"},"propertyNames":{"pattern":"^[a-z]+$"},"maxProperties":2}`, `{}; {"a":1}`, `{"a":"x"}; {"A":1}; {"a":1,"b":1,"c":1}`},
		{"required", `{"required":["a","b"],"minProperties":2}`, `{"a":null,"b":1}; 1`, `{"a":1}; {"a":1,"c":1}; {}`},
		{"members that need others", `{"dependentRequired":{"a":["b","c"],"x":[]}}`, `{}; {"b":1}; {"a":1,"b":1,"c":1}; {"x":1}; 1`, `{"a":1}; {"a":1,"b":1}`},
		{"content that is not told to be JSON", `{"contentSchema":{"type":"integer"}}`, `"a"; 1`, ``},
		{"nullable reference", `{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}],"$defs":{"n":{"type":"integer"}}}`, `1; null`, `"a"; false`},
		{"exactly one", `{"oneOf":[{"type":"integer"},{"minimum":2},{"const":"x"}]}`, `1; 2.5; "x1"`, `2; 0.5; "x"`},
		{"all and not", `{"allOf":[{"type":"integer"},{"not":{"const":3}}]}`, `1; 4`, `3; 3.0; "a"`},
		{"reference beside other keywords", `{"$ref":"#/$defs/n","maximum":5,"$defs":{"n":{"minimum":1}}}`, `1; 5; "a"`, `0; 6`},
		{"recursive list", `{"properties":{"next":{"$ref":"#"},"n":{"type":"integer"}},"required":["n"]}`, `{"n":1,"next":{"n":2}}`, `{"n":1,"next":{"n":"2"}}; {"n":1,"next":{"n":1,"next":{}}}`},
		{"percent encoding and escapes in a reference", `{"$ref":"#/$defs/a%20~1%25~0b","$defs":{"a /%~b":{"type":"null"}}}`, `null`, `1`},
		{"reference into a list", `{"items":{"$ref":"#/anyOf/1"},"anyOf":[true,{"type":"string"}]}`, `["a"]`, `[1]`},
		{"annotations", `{"title":"t","description":"d","default":1,"examples":[1],"example":1,"deprecated":true,"readOnly":true,"writeOnly":true,"$comment":"c",
			"contentEncoding":"base64","contentMediaType":"text/plain","discriminator":{"propertyName":"kind"},"xml":{},"externalDocs":{},"x-internal":{"if":1},"format":"no such"}`, `null; 1; "a"`, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			schema := mustCompile(t, tt.schema)
			for value := range strings.SplitSeq(tt.valid, ";") {
				assert.NoError(t, schema.Validate([]byte(value)), value)
			}
			for value := range strings.SplitSeq(tt.invalid, ";") {
				var invalid *jsonschema.InvalidError
				if err := schema.Validate([]byte(value)); tt.invalid != "" && !errors.As(err, &invalid) {
					t.Errorf("value %s: got error %v, want an InvalidError", value, err)
				}
			}
		})
	}
}

func TestViolationsSayWhereAndWhat(t *testing.T) {
	const document = `{"components":{"schemas":{
		"Order":{"type":"object","required":["id","lines"],"additionalProperties":false,"properties":{
			"id":{"type":"string","minLength":3},
			"state":{"enum":["open","paid"]},
			"method":{"oneOf":[{"$ref":"#/components/schemas/Card"},{"type":"null"}]},
			"lines":{"type":"array","uniqueItems":true,"items":{"type":"object","properties":{"a/b":{"exclusiveMinimum":0,"multipleOf":0.5}}}},
			"labels":{"propertyNames":{"maxLength":2},"not":{"required":["x"]}}}},
		"Card":{"type":"object","properties":{"number":{"pattern":"^[0-9]+$"}}}}}}`
	const value = `{"id":"é1","state":"lost","method":{"number":"x"},"extra":1,"lines":[{"a/b":1},{"a/b":-0.3},{"a/b":1.0}],"labels":{"x":1,"long":2}}`
	schema, err := compile(document, "/components/schemas/Order", nil)
	assert.NoError(t, err)
	assert.Equal(t, strings.Split(fmt.Sprint(schema.Validate([]byte(value))), "\n"), []string{
		`#/extra is not allowed (#/components/schemas/Order/additionalProperties)`,
		`#/id has 2 characters, want 3 or more (#/components/schemas/Order/properties/id/minLength)`,
		`#/labels is what must not be (#/components/schemas/Order/properties/labels/not)`,
		`#/labels/long has 4 characters, want 2 or less (#/components/schemas/Order/properties/labels/propertyNames/maxLength)`,
		`#/lines/1/a~1b is -0.3, want more than 0 (#/components/schemas/Order/properties/lines/items/properties/a~1b/exclusiveMinimum)`,
		`#/lines/1/a~1b is -0.3, want a multiple of 0.5 (#/components/schemas/Order/properties/lines/items/properties/a~1b/multipleOf)`,
		`#/lines has item 2 equal to item 0 (#/components/schemas/Order/properties/lines/uniqueItems)`,
		`#/method matches none of 2 schemas (#/components/schemas/Order/properties/method/oneOf)`,
		`#/method/number is "x", want a match of "^[0-9]+$" (#/components/schemas/Card/properties/number/pattern)`,
		`#/method is object, want type null (#/components/schemas/Order/properties/method/oneOf/1/type)`,
		`#/state is "lost", want one of 2: "open", "paid" (#/components/schemas/Order/properties/state/enum)`,
	})
	invalid, _ := errors.AsType[*jsonschema.InvalidError](schema.Validate([]byte(`{"id":"abc"}`)))
	assert.Equal(t, invalid.Violations, []jsonschema.Violation{
		{Value: "", Keyword: "/components/schemas/Order/required", Message: `lacks the property "lines"`},
	})
}

func TestMessagesAreShort(t *testing.T) {
	schema := mustCompile(t, `{"enum":["a","b","c","d","e","f","g","h","i","j","k"],"type":["null","object"]}`)
	got := fmt.Sprint(schema.Validate([]byte(`"` + strings.Repeat("é", 1000) + `"`)))
	shown := `"` + strings.Repeat("é", 29) + `...`
	assert.Equal(t, got, `# is `+shown+`, want one of 11: "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" (#/enum)`+"\n"+
		`# is `+shown+`, want type null or object (#/type)`)
}

func TestConcurrentUse(t *testing.T) {
	doc, err := jsonschema.Parse([]byte(`{"properties":{"next":{"$ref":"#"}},"required":["next"]}`), jsonschema.StandardFormats())
	assert.NoError(t, err)
	shared, err := doc.Compile("")
	assert.NoError(t, err)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			own, err := doc.Compile("")
			if err != nil {
				t.Error(err)
				return
			}
			for _, schema := range []*jsonschema.Schema{own, shared} {
				assert.Contains(t, fmt.Sprint(schema.Validate([]byte(`{"next":{}}`))), "#/next lacks the property")
			}
		})
	}
	group.Wait()
}

func TestCompileReportsEverythingWrong(t *testing.T) {
	tests := []struct {
		name, schema, want string
	}{
		{"conditional", `{"if":true,"then":true}`, `#/if: unknown keyword "if"` + "\n" + `#/then: unknown keyword "then"`},
		{"misspelt", `{"properties":{"a":{"minLenght":1}}}`, `#/properties/a/minLenght: unknown keyword "minLenght"`},
		{"of OpenAPI 3.0", `{"nullable":true}`, `unknown keyword "nullable"`},
		{"in a definition that nothing refers to", `{"$defs":{"a":{"contains":true}}}`, `#/$defs/a/contains: unknown keyword "contains"`},
		{"behind a reference", `{"items":{"$ref":"#/x-more"},"x-more":{"dependentSchemas":{}}}`, `#/x-more/dependentSchemas: unknown keyword`},
		{"scope below the root", `{"items":{"$id":"http://a/b"}}`, `#/items/$id: unknown keyword "$id" below the root`},
		{"reference into another scope", `{"$ref":"#/x-a/b","x-a":{"$id":"http://a/b","b":true}}`, `"/x-a" has an $id`},
		{"other dialect", `{"$schema":"http://json-schema.org/draft-07/schema#"}`, `#/$schema: is "http://json-schema.org/draft-07/schema#", want the dialect`},
		{"unknown format", `{"format":"creditcard"}`, `#/format: unknown format "creditcard"`},
		{"format of another type", `{"format":1}`, `#/format: is 1, want a string`},
		{"reference to nothing", `{"$ref":"#/$defs/a","$defs":{"b":true}}`, `#/$ref: reference "#/$defs/a": pointer "/$defs/a": nothing at "a" in "/$defs"`},
		{"reference to another document", `{"$ref":"other.json#/a"}`, `#/$ref: reference "other.json#/a" is neither`},
		{"reference to an anchor", `{"$ref":"#a"}`, `reference "#a" is neither`},
		{"reference that is not one", `{"$ref":1}`, `#/$ref: is 1, want a string`},
		{"reference with a bad escape", `{"$ref":"#/%zz"}`, `invalid URL escape`},
		{"reference with a bad tilde", `{"$ref":"#/~2"}`, `a ~ that is neither ~0 nor ~1`},
		{"reference to a position with a leading zero", `{"$ref":"#/anyOf/00","anyOf":[true]}`, `nothing at "00"`},
		{"reference past the end", `{"$ref":"#/anyOf/1","anyOf":[true]}`, `nothing at "1"`},
		{"reference to what is no schema", `{"$ref":"#/title","title":"a"}`, `#/title: is "a", want a schema`},
		{"refers to itself", `{"$ref":"#"}`, `#: refers to itself for the same value`},
		{"refers to itself through others", `{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"anyOf":[true,{"not":{"$ref":"#/$defs/a"}}]}}}`, `#/$defs/a: refers to itself`},
		{"unknown type", `{"type":["string","float"]}`, `#/type: unknown type "float"`},
		{"type of another type", `{"type":[1]}`, `#/type: is array, want an array of strings`},
		{"no enum", `{"enum":1}`, `#/enum: is 1, want an array`},
		{"bound in quotes", `{"minimum":"1"}`, `#/minimum: is "1", want a number`},
		{"multiple of zero", `{"multipleOf":0.0}`, `#/multipleOf: is 0.0, want a number greater than 0`},
		{"multiple of less", `{"multipleOf":-2}`, `want a number greater than 0`},
		{"length below zero", `{"minLength":-1}`, `#/minLength: is -1, want an integer of 0 or more`},
		{"length with a fraction", `{"maxLength":1.5}`, `want an integer of 0 or more`},
		{"length of another type", `{"maxItems":null}`, `#/maxItems: is null, want an integer of 0 or more`},
		{"pattern that RE2 lacks", `{"pattern":"(?=a)"}`, `#/pattern: error parsing regexp`},
		{"pattern of another type", `{"pattern":1}`, `#/pattern: is 1, want a string`},
		{"unique of another type", `{"uniqueItems":1}`, `#/uniqueItems: is 1, want a boolean`},
		{"items of draft 4", `{"items":[true]}`, `#/items: is array, want a schema`},
		{"properties that are none", `{"properties":[]}`, `#/properties: is array, want an object of schemas`},
		{"required of draft 3", `{"required":true}`, `#/required: is true, want an array of strings`},
		{"dependent members without a list", `{"dependentRequired":{"a":"b"}}`, `#/dependentRequired/a: is "b", want an array of strings`},
		{"dependent members of draft 4", `{"dependentRequired":[]}`, `#/dependentRequired: is array, want an object of arrays of strings`},
		{"content of no schema", `{"contentSchema":1}`, `#/contentSchema: is 1, want a schema`},
		{"combination of nothing", `{"oneOf":[]}`, `#/oneOf: is array, want an array of one schema or more`},
		{"no schema", `{"not":null}`, `#/not: is null, want a schema: an object or a boolean`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compile(tt.schema, "", jsonschema.StandardFormats())
			assert.Contains(t, fmt.Sprint(err), tt.want)
		})
	}
}

// Content asserts where formats do.
func TestContentIsJudged(t *testing.T) {
	const document = `{"contentMediaType":"application/json","contentSchema":{"type":"integer","minimum":1}}`
	schema, err := compile(document, "", jsonschema.StandardFormats())
	assert.NoError(t, err)
	for _, value := range []string{`"1"`, `"1e2"`, `1`, `[]`} {
		assert.NoError(t, schema.Validate([]byte(value)), value)
	}
	for _, value := range []string{`"0"`, `"1.5"`, `"x"`, `""`, `"1 2"`, `"null"`} {
		if schema.Validate([]byte(value)) == nil {
			t.Errorf("%s is accepted", value)
		}
	}
	annotation, err := compile(document, "", nil)
	assert.NoError(t, err)
	assert.NoError(t, annotation.Validate([]byte(`"x"`)))
}

func TestParseRefusesText(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"nothing", ``, "unexpected end of JSON input"},
		{"two values", `1 2`, "after top-level value"},
		{"a comma too many", `[1,]`, "invalid character"},
		{"a name twice", `{"a":1,"b":{"c":1,"\u0063":2}}`, `has the name "c" twice`},
		{"bytes that are not UTF-8", "\"\xff\"", "not UTF-8"},
		{"exponent beyond all use", `1e1000000000000001`, "exponent of number 1e1000000000000001 is not between"},
		{"exponent beyond 64 bits", `[1e-99999999999999999999]`, "exponent of number 1e-99999999999999999999 is not between"},
		{"long number", strings.Repeat("1", 10_001), "a number of 10001 characters is longer than 10000"},
		{"deep", strings.Repeat("[", 1001) + strings.Repeat("]", 1001), "nests deeper than 1000 levels"},
		{"deeper", strings.Repeat("[", 1_000_000), "max depth"},
	}
	schema := mustCompile(t, `true`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := jsonschema.Parse([]byte(tt.text), nil)
			assert.Contains(t, fmt.Sprint(err), tt.want)
			assert.Contains(t, fmt.Sprint(schema.Validate([]byte(tt.text))), tt.want)
		})
	}
	for _, text := range []string{`1e1000000000000000`, strings.Repeat("1", 10_000), strings.Repeat("[", 1000) + strings.Repeat("]", 1000)} {
		assert.NoError(t, schema.Validate([]byte(text)), "at the bound")
	}
}

func TestCompileFindsTheSchema(t *testing.T) {
	const document = `{"paths":{"/a~b":[{"schema":{"type":"null"}}]}}`
	pointer := jsonschema.Pointer("paths", "/a~b", "0", "schema")
	assert.Equal(t, pointer, "/paths/~1a~0b/0/schema")
	schema, err := compile(document, pointer, nil)
	assert.NoError(t, err)
	assert.NoError(t, schema.Validate([]byte("null")))

	_, err = compile(document, "/paths/~1a~0b/1", nil)
	assert.Contains(t, fmt.Sprint(err), `nothing at "1" in "/paths/~1a~0b"`)
	_, err = compile(document, "paths", nil)
	assert.Contains(t, fmt.Sprint(err), "does not begin with a slash")
}

func TestValidationIsBounded(t *testing.T) {
	defs := func(ref string, n int) string {
		var b strings.Builder
		b.WriteString(`{"$ref":"#/$defs/s0","$defs":{`)
		for i := range n {
			fmt.Fprintf(&b, `"s%d":%s,`, i, strings.ReplaceAll(ref, "NEXT", fmt.Sprintf(`{"$ref":"#/$defs/s%d"}`, i+1)))
		}
		fmt.Fprintf(&b, `"s%d":{"type":"integer"}}}`, n)
		return b.String()
	}
	list := "[" + strings.Repeat("1,", 1999) + "1]"
	tests := []struct {
		name, schema, value, want string
	}{
		{"exponentially many schemas", defs(`{"allOf":[NEXT,NEXT]}`, 40), `1`, "needs too many schemas"},
		{"a bound under not", strings.Replace(defs(`{"allOf":[NEXT,NEXT]}`, 40), `"$ref":"#/$defs/s0"`, `"not":{"$ref":"#/$defs/s0"}`, 1), `1`, "needs too many schemas"},
		{"chain of references", defs(`NEXT`, 20_001), `1`, "more than 20000 schemas within each other"},
		{"shorter chain of references", defs(`NEXT`, 9_990), `1`, "<nil>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Contains(t, fmt.Sprint(mustCompile(t, tt.schema).Validate([]byte(tt.value))), tt.want)
		})
	}
	invalid, _ := errors.AsType[*jsonschema.InvalidError](mustCompile(t, `{"items":{"type":"string"}}`).Validate([]byte(list)))
	assert.Equal(t, len(invalid.Violations), 1000, "violations")
}

// The document has every keyword that package openapi can write.
func TestKnowsWhatPackageOpenAPIWrites(t *testing.T) {
	text, err := os.ReadFile("../../openapi/testdata/full.json")
	assert.NoError(t, err)
	var document struct {
		Components struct{ Schemas map[string]any }
	}
	assert.NoError(t, json.Unmarshal(text, &document))
	for name := range document.Components.Schemas {
		_, err := compile(string(text), jsonschema.Pointer("components", "schemas", name), nil)
		assert.NoError(t, err, name)
	}
}
