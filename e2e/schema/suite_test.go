package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tenonapi/tenon/schema"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// suiteFiles are those of the keywords that plans print.
var suiteFiles = []string{
	"additionalProperties", "anyOf", "boolean_schema", "const", "content", "default", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maxProperties",
	"maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern", "properties", "propertyNames", "ref", "required", "type", "uniqueItems",
	"optional/bignum", "optional/ecmascript-regex", "optional/float-overflow", "optional/non-bmp-regex", "optional/format-assertion",
}

type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

// deviations are the cases in which plan and printed schema agree with each
// other and not with the suite, by the beginning of their names, and the entry
// of DIFFERENCES.md that says why.
var deviations = map[string]string{
	"format: ":                  "formats-assert",
	"content: ":                 "formats-assert",
	"optional/bignum: integer:": "integer-range",
	`optional/ecmascript-regex: ECMA 262 \s matches whitespace:`:                "pattern-dialect",
	`optional/ecmascript-regex: ECMA 262 \S matches everything but whitespace:`: "pattern-dialect",
}

// TestSuite has the cases of JSON-Schema-Test-Suite for which a Go type can
// state the schema. A Go type says which JSON type it takes, as the schemas of
// the suite mostly do not: values of other types, which these let pass, are
// refused by the plan and by the printed schema. The groups that no Go type can
// state are in testdata/unstated.txt.
func TestSuite(t *testing.T) {
	dir := corpus(t, "JSON-Schema-Test-Suite/tests/draft2020-12")
	var unstated []string
	groups, stated, cases, compared := 0, 0, 0, 0
	for _, name := range suiteFiles {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var list []suiteGroup
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		for _, g := range list {
			groups++
			cases += len(g.Tests)
			s, err := state(g.Schema)
			var plan *lone
			if err == nil {
				if plan, err = newLone(s.typ, s.rules); err != nil {
					err = fmt.Errorf("Compile refuses %s", s)
				}
			}
			if err != nil {
				unstated = append(unstated, fmt.Sprintf("%s: %s: %v", name, g.Description, err))
				continue
			}
			stated++
			compared += runGroup(t, name, g, s, plan)
		}
	}
	t.Logf("%d of %d groups are stated, %d of %d cases compared", stated, groups, compared, cases)
	golden(t, "testdata/unstated.txt", strings.Join(unstated, "\n")+"\n")
}

func runGroup(t *testing.T, file string, g suiteGroup, s spec, plan *lone) int {
	t.Helper()
	j, err := plan.judge()
	if err != nil {
		t.Errorf("%s: %s: %v", file, g.Description, err)
		return 0
	}
	for _, test := range g.Tests {
		name := file + ": " + g.Description + ": " + test.Description
		want := test.Valid && takes(t, s.typ, test.Data)
		_, planErr := plan.decode(test.Data)
		schemaErr := j.validate(test.Data)
		if (planErr == nil) != (schemaErr == nil) {
			t.Errorf("%s\n%s\n%s\ntext   %s\nplan   %v\nschema %v", name, s, j.text, test.Data, planErr, schemaErr)
			continue
		}
		if (planErr == nil) != want && !deviates(name) {
			t.Errorf("%s\n%s\n%s\ntext %s\nplan and schema: %v, but the suite says valid is %t", name, s, j.text, test.Data, planErr, test.Valid)
		}
	}
	return len(g.Tests)
}

func deviates(name string) bool {
	for prefix := range deviations {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// golden compares text with a file, or writes the file with -update.
func golden(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("%s is not up to date (-update rewrites it), got\n%s", file, text)
	}
}

// takes reports whether a Go type takes values of the JSON type that data has,
// at the places that the type names.
func takes(t *testing.T, typ reflect.Type, data []byte) bool {
	t.Helper()
	s, err := newJudgeOf(jsonTypes(typ))
	if err != nil {
		t.Fatal(err)
	}
	return s.validate(data) == nil
}

func newJudgeOf(root map[string]any) (*judge, error) {
	text, err := json.Marshal(root)
	if err != nil {
		return nil, err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://tenon.test/types.json", v); err != nil {
		return nil, err
	}
	s, err := c.Compile("https://tenon.test/types.json")
	return &judge{text, s}, err
}

// jsonTypes says of a Go type, in JSON Schema, what JSON types it stands for.
func jsonTypes(typ reflect.Type) map[string]any {
	switch {
	case typ.Kind() == reflect.Struct && strings.HasPrefix(typ.Name(), "Opt["):
		return jsonTypes(typ.Field(0).Type)
	case typ == reflect.TypeFor[refTree]():
		null := map[string]any{"type": "null"}
		return map[string]any{"type": "object", "properties": map[string]any{"foo": map[string]any{"anyOf": []any{map[string]any{"$ref": "#"}, null}}}}
	case typ == reflect.TypeFor[[]byte]():
		return map[string]any{"type": "string"}
	}
	switch typ.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": jsonTypes(typ.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": jsonTypes(typ.Elem())}
	case reflect.Pointer:
		return map[string]any{"anyOf": []any{jsonTypes(typ.Elem()), map[string]any{"type": "null"}}}
	case reflect.Struct:
		properties := map[string]any{}
		for i := range typ.NumField() {
			if name, ok := wireName(typ.Field(i)); ok {
				properties[name] = jsonTypes(typ.Field(i).Type)
			}
		}
		return map[string]any{"type": "object", "properties": properties}
	}
	return map[string]any{}
}

// A keyword says how a Go type states it.
type keyword struct {
	of   string // JSON type, "" for what the schema says
	rule string // of the check tag
}

var keywords = map[string]keyword{
	"minimum": {"number", "ge"}, "exclusiveMinimum": {"number", "gt"}, "maximum": {"number", "le"}, "exclusiveMaximum": {"number", "lt"}, "multipleOf": {"number", "multipleOf"},
	"minLength": {"string", "minLength"}, "maxLength": {"string", "maxLength"}, "pattern": {"string", "pattern"}, "format": {"string", "format"},
	"minItems": {"array", "minItems"}, "maxItems": {"array", "maxItems"}, "uniqueItems": {"array", "uniqueItems"}, "items": {"array", "each"},
	"minProperties": {"object", "minProperties"}, "maxProperties": {"object", "maxProperties"}, "propertyNames": {"object", "keys"},
	"additionalProperties": {"object", "values"}, "properties": {"object", ""}, "required": {"object", ""},
	"contentEncoding": {"string", ""}, "enum": {"", "enum"}, "const": {"", "const"}, "default": {"", ""}, "anyOf": {"", ""}, "type": {"", ""}, "$schema": {"", ""}, "$comment": {"", ""},
}

// A refTree is the schema {"properties":{"foo":{"$ref":"#"}},"additionalProperties":false}.
type refTree struct {
	_   struct{} `check:"additionalProperties=false"`
	Foo *refTree `json:"foo"`
}

// state returns the type and the rules that state a schema, or the reason why none do.
func state(text json.RawMessage) (spec, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return spec{}, err
	}
	return stateValue(v)
}

func stateValue(v any) (spec, error) {
	switch v := v.(type) {
	case bool:
		if v {
			return spec{anyType, ""}, nil
		}
		return spec{}, errors.New("no Go type has no value (false)")
	case map[string]any:
		return stateKeywords(v)
	}
	return spec{}, fmt.Errorf("no schema: %v", v)
}

func stateKeywords(m map[string]any) (spec, error) {
	delete(m, "$schema")
	delete(m, "$comment")
	if reflect.DeepEqual(m, map[string]any{"properties": map[string]any{"foo": map[string]any{"$ref": "#"}}, "additionalProperties": false}) {
		return spec{reflect.TypeFor[refTree](), ""}, nil
	}
	if len(m) == 0 {
		return spec{anyType, ""}, nil
	}
	kind, err := kindOf(m)
	if err != nil {
		return spec{}, err
	}
	switch kind {
	case "object":
		return stateObject(m)
	case "array":
		return stateArray(m)
	case "nullable":
		return stateNullable(m)
	}
	typ := map[string]reflect.Type{
		"string": reflect.TypeFor[string](), "number": reflect.TypeFor[float64](), "integer": reflect.TypeFor[int64](), "boolean": reflect.TypeFor[bool](),
	}[kind]
	if typ == nil {
		return spec{}, fmt.Errorf("no Go type stands for %s", kind)
	}
	if m["contentEncoding"] == "base64" {
		typ = reflect.TypeFor[[]byte]()
	}
	rules, err := simpleRules(m)
	return spec{typ, join(rules)}, err
}

// kindOf returns the JSON type that a schema is about.
func kindOf(m map[string]any) (string, error) {
	kinds := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value := m[key]
		k, ok := keywords[key]
		if strings.HasPrefix(key, "$") && !ok {
			return "", errors.New("a plan refers to structs with a name only, none of which is written here")
		}
		if !ok {
			return "", fmt.Errorf("plans do not print %s", key)
		}
		switch {
		case k.of != "":
			kinds[k.of] = true
		case key == "enum":
			for _, v := range value.([]any) {
				kinds[kindOfValue(v)] = true
			}
		case key == "const":
			kinds[kindOfValue(value)] = true
		case key == "anyOf":
			kinds["nullable"] = true
		}
	}
	switch typ := m["type"].(type) {
	case string:
		if typ == "integer" && len(kinds) == 1 && kinds["number"] {
			return typ, nil
		}
		kinds[typ] = true
	case []any:
		if len(typ) != 1 {
			return "", errors.New("no Go type stands for several types but a pointer, for one of them and null")
		}
		kinds[typ[0].(string)] = true
	}
	names := slices.Sorted(maps.Keys(kinds))
	if len(names) != 1 {
		return "", fmt.Errorf("no Go type stands for several types: %s", strings.Join(names, ", "))
	}
	return names[0], nil
}

func kindOfValue(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// simpleRules are the rules of the keywords that have one value.
func simpleRules(m map[string]any) ([]string, error) {
	var rules []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		k := keywords[key]
		switch v := m[key].(type) {
		case json.Number:
			if strings.HasPrefix(key, "m") && k.of != "number" { // a count, maybe 1.0
				r, err := rational(string(v))
				if err != nil {
					return nil, err
				}
				v = json.Number(new(big.Int).Set(r.Num()).String())
			}
			rules = append(rules, k.rule+"="+string(v))
		case string:
			if k.rule != "" {
				rules = append(rules, k.rule+"='"+strings.ReplaceAll(v, "'", "''")+"'")
			}
		case bool:
			switch {
			case key == "const":
				rules = append(rules, k.rule+"="+strconv.FormatBool(v))
			case v && key == "uniqueItems":
				rules = append(rules, k.rule)
			}
		case []any:
			if key == "enum" {
				list := make([]string, len(v))
				for i := range v {
					list[i] = "'" + strings.ReplaceAll(fmt.Sprint(v[i]), "'", "''") + "'"
				}
				rules = append(rules, "enum="+strings.Join(list, "|"))
			}
		}
	}
	return rules, nil
}

func stateArray(m map[string]any) (spec, error) {
	if m["enum"] != nil || m["const"] != nil {
		return spec{}, errors.New("no rule gives the values of lists")
	}
	elem := spec{anyType, ""}
	if items, ok := m["items"]; ok {
		if items == false { // every list that is not empty is refused
			delete(m, "items")
			m["maxItems"] = json.Number("0")
		} else {
			var err error
			if elem, err = stateValue(items); err != nil {
				return spec{}, fmt.Errorf("items: %w", err)
			}
		}
	}
	rules, err := simpleRules(m)
	return spec{reflect.SliceOf(elem.typ), join(append(rules, nested("each", elem.rules)...))}, err
}

func stateNullable(m map[string]any) (spec, error) {
	list := m["anyOf"].([]any)
	isNull := func(v any) bool { return reflect.DeepEqual(v, map[string]any{"type": "null"}) }
	if len(m) != 1 || len(list) != 2 || !isNull(list[1]) {
		return spec{}, errors.New("of anyOf a Go type states the choice between one schema and null")
	}
	inner, err := stateValue(list[0])
	if err != nil {
		return spec{}, err
	}
	return spec{reflect.PointerTo(inner.typ), inner.rules}, nil
}

func stateObject(m map[string]any) (spec, error) {
	if m["enum"] != nil || m["const"] != nil {
		return spec{}, errors.New("no rule gives the values of objects")
	}
	properties, _ := m["properties"].(map[string]any)
	if properties != nil || m["required"] != nil {
		return stateStruct(m, properties)
	}
	elem := spec{anyType, ""}
	var err error
	if values, ok := m["additionalProperties"]; ok {
		if values == false {
			delete(m, "additionalProperties")
			m["maxProperties"] = json.Number("0")
		} else if elem, err = stateValue(values); err != nil {
			return spec{}, fmt.Errorf("additionalProperties: %w", err)
		}
	}
	key := spec{reflect.TypeFor[string](), ""}
	if names, ok := m["propertyNames"]; ok && names != true {
		if key, err = stateValue(names); err != nil {
			return spec{}, fmt.Errorf("propertyNames: %w", err)
		}
	}
	rules, err := simpleRules(m)
	rules = append(append(rules, nested("keys", key.rules)...), nested("values", elem.rules)...)
	return spec{reflect.MapOf(key.typ, elem.typ), join(rules)}, err
}

func stateStruct(m, properties map[string]any) (spec, error) {
	var fields []reflect.StructField
	for _, key := range slices.Sorted(maps.Keys(m)) {
		switch {
		case key == "additionalProperties" && m[key] == false:
			fields = append(fields, reflect.StructField{Name: "_", PkgPath: "tenon.test/x", Type: reflect.TypeFor[struct{}](), Tag: `check:"additionalProperties=false"`})
		case key == "additionalProperties" && m[key] == true, key == "properties", key == "required", key == "type":
		default:
			return spec{}, fmt.Errorf("no struct has %s", key)
		}
	}
	required := map[string]bool{}
	list, _ := m["required"].([]any)
	all := maps.Clone(properties)
	if all == nil {
		all = map[string]any{}
	}
	for _, name := range list {
		required[name.(string)] = true
		if _, ok := all[name.(string)]; !ok {
			all[name.(string)] = true
		}
	}
	for i, name := range slices.Sorted(maps.Keys(all)) {
		s, err := stateValue(all[name])
		if err != nil {
			return spec{}, fmt.Errorf("property %s: %w", name, err)
		}
		def, _ := all[name].(map[string]any)
		if _, ok := def["default"]; ok {
			return spec{}, errors.New("a default that the schema refuses is a mistake of the type")
		}
		if !required[name] {
			if s.typ, err = opt(s.typ); err != nil {
				return spec{}, err
			}
		}
		if strings.Contains(name, ",") {
			return spec{}, errors.New("a tag gives no name with a comma")
		}
		tag := "json:" + strconv.Quote(name)
		if s.rules != "" {
			tag += " check:" + strconv.Quote(s.rules)
		}
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: s.typ, Tag: reflect.StructTag(tag)})
	}
	return spec{reflect.StructOf(fields), ""}, nil
}

// opt returns Opt[typ], which package reflect cannot make.
func opt(typ reflect.Type) (reflect.Type, error) {
	for _, o := range []reflect.Type{
		reflect.TypeFor[schema.Opt[any]](), reflect.TypeFor[schema.Opt[string]](), reflect.TypeFor[schema.Opt[int64]](), reflect.TypeFor[schema.Opt[float64]](), reflect.TypeFor[schema.Opt[bool]](),
		reflect.TypeFor[schema.Opt[[]any]](), reflect.TypeFor[schema.Opt[map[string]any]](), reflect.TypeFor[schema.Opt[[]int64]](), reflect.TypeFor[schema.Opt[[]string]](),
		reflect.TypeFor[schema.Opt[map[string]string]](), reflect.TypeFor[schema.Opt[*string]](),
	} {
		if o.Field(0).Type == typ {
			return o, nil
		}
	}
	return nil, fmt.Errorf("package reflect makes no Opt[%s]", typ)
}
