package openapi_test

import (
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

func TestDocumentIsWrittenAsYAML(t *testing.T) {
	got, err := shop().YAML()
	assert.NoError(t, err)
	assert.Golden(t, got, "shop.yaml")
}

// yamlOf returns an extension of a document as YAML.
func yamlOf(t *testing.T, value string) string {
	t.Helper()
	text, err := (&openapi.Document{Extensions: openapi.Extensions{"x-a": raw(value)}}).YAML()
	assert.NoError(t, err)
	_, got, _ := strings.Cut(string(text), "x-a:")
	return strings.TrimPrefix(got, " ")
}

func TestYAMLOfValues(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"text", `"Read an order"`, "Read an order\n"},
		{"text with a mark inside", `"a#b:c, [d] {e}"`, "a#b:c, [d] {e}\n"},
		{"a path", `"/v1/orders/{id}"`, "/v1/orders/{id}\n"},
		{"an expression", `"$response.body#/id"`, "$response.body#/id\n"},
		{"other letters", `"Ünï 世界 😀"`, "Ünï 世界 😀\n"},
		{"empty text", `""`, "\"\"\n"},
		{"no", `"no"`, "\"no\"\n"},
		{"No", `"No"`, "\"No\"\n"},
		{"y", `"y"`, "\"y\"\n"},
		{"null in text", `"null"`, "\"null\"\n"},
		{"tilde", `"~"`, "\"~\"\n"},
		{"a number in text", `"1e3"`, "\"1e3\"\n"},
		{"a hexadecimal number in text", `"0x1F"`, "\"0x1F\"\n"},
		{"a time in text", `"12:30:45"`, "\"12:30:45\"\n"},
		{"a date in text", `"2026-11-20"`, "\"2026-11-20\"\n"},
		{"a version", `"1.0.0"`, "\"1.0.0\"\n"},
		{"not a number", `".nan"`, "\".nan\"\n"},
		{"a dash", `"- a"`, "\"- a\"\n"},
		{"an alias", `"*/*"`, "\"*/*\"\n"},
		{"an anchor", `"&a"`, "\"&a\"\n"},
		{"a tag", `"!a"`, "\"!a\"\n"},
		{"a directive", `"%a"`, "\"%a\"\n"},
		{"a comment", `"#/components"`, "\"#/components\"\n"},
		{"a comment inside", `"a #b"`, "\"a #b\"\n"},
		{"a key inside", `"a: b"`, "\"a: b\"\n"},
		{"a colon at the end", `"a:"`, "\"a:\"\n"},
		{"a merge", `"<<"`, "\"<<\"\n"},
		{"a value", `"="`, "\"=\"\n"},
		{"a space before", `" a"`, "\" a\"\n"},
		{"a space behind", `"a "`, "\"a \"\n"},
		{"quotes", `"say \"a\\b\""`, "say \"a\\b\"\n"},
		{"quotes around", `"\"a\\b\""`, "\"\\\"a\\\\b\\\"\"\n"},
		{"controls", `"a\u0000\u001b\u007f\u0085\u00a0\t\r"`, `"a\x00\x1B\x7F\x85\xA0\t\r"` + "\n"},
		{"ends of lines of others", `"a\u2028\u2029\ufeff"`, `"a\u2028\u2029\uFEFF"` + "\n"},
		{"private characters", `"\udb80\udc00"`, `"\U000F0000"` + "\n"},
		{"lines", `"a\nb: c\n\n# d\n  e"`, "|-\n  a\n  b: c\n\n  # d\n    e\n"},
		{"lines with an end", `"a\nb\n"`, "|\n  a\n  b\n"},
		{"lines with tabs", `"a\n\tb"`, "|-\n  a\n  \tb\n"},
		{"one line with an end", `"a\n"`, "\"a\\n\"\n"},
		{"lines with empty ends", `"a\nb\n\n"`, "\"a\\nb\\n\\n\"\n"},
		{"lines that begin with a space", `" a\nb"`, "\" a\\nb\"\n"},
		{"lines that begin empty", `"\na\nb"`, "\"\\na\\nb\"\n"},
		{"lines with a control", `"a\nb\r\nc"`, "\"a\\nb\\r\\nc\"\n"},
		{"whole number", `-12`, "-12\n"},
		{"fraction", `0.50`, "0.50\n"},
		{"exponent", `1E400`, "1.0e+400\n"},
		{"fraction and exponent", `1.5e-7`, "1.5e-7\n"},
		{"large number", `9223372036854775807`, "9223372036854775807\n"},
		{"bools and null", `[true,false,null]`, "\n  - true\n  - false\n  - null\n"},
		{"nothing in it", `[{},[]]`, "\n  - {}\n  - []\n"},
		{"empty object", `{}`, "{}\n"},
		{"lists in lists", `[[1,[2]],[3]]`, "\n  - - 1\n    - - 2\n  - - 3\n"},
		{"objects in lists", `[{"a":1,"b":[{"c":2}]},{"d":{}}]`, "\n  - a: 1\n    b:\n      - c: 2\n  - d: {}\n"},
		{"keys", `{"200":1,"on":2,"a b":3,"":4,"*/*":5}`, "\n  \"200\": 1\n  \"on\": 2\n  a b: 3\n  \"\": 4\n  \"*/*\": 5\n"},
		{"a long key", `{"` + strings.Repeat("k", 1001) + `":{"a":1}}`, "\n  ? " + strings.Repeat("k", 1001) + "\n  :\n    a: 1\n"},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, yamlOf(t, test.in), test.want) })
	}
}

func TestYAMLHasTheErrorsOfJSON(t *testing.T) {
	_, err := (&openapi.Document{Extensions: openapi.Extensions{"a": raw("1")}}).YAML()
	assert.Contains(t, err.Error(), `extension "a" does not begin with x-`)
	_, err = (&openapi.Document{Extensions: openapi.Extensions{"x-a": raw("{")}}).YAML()
	assert.Contains(t, err.Error(), `member "x-a"`)
}
