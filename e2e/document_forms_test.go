package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	goccy "github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
)

// metaSchema30 is that of OpenAPI 3.0.
const metaSchema30 = published + "oas/3.0/schema/2024-10-18"

// appDocuments are those of the small applications.
func appDocuments(t *testing.T) map[string]*openapi.Document {
	t.Helper()
	all := make(map[string]*openapi.Document)
	for name, routes := range apps {
		app, err := tenon.New(configOf(name), routes)
		assert.NoError(t, err)
		all[name] = app.Document()
	}
	return all
}

// TestOpenAPI30IsValid judges documents that are made of those for 3.1.
func TestOpenAPI30IsValid(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(publishedFiles{corpus(t, "openapi-published")})
	meta, err := c.Compile(metaSchema30)
	assert.NoError(t, err)
	texts := map[string][]byte{"harbor": harborPrints(t, "openapi", "3.0")}
	for name, doc := range appDocuments(t) {
		old, lost := doc.Downgrade()
		text, err := old.JSON()
		assert.NoError(t, err)
		texts[name] = text
		t.Logf("%s: %d losses %q", name, len(lost), lost)
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			d := readDocument(t, text)
			if err := meta.Validate(d.root); err != nil {
				t.Errorf("the document is not valid: %v\n%s", err, text)
			}
			checkReferences(t, d)
			checkOperations(t, d)
		})
	}
}

// TestOthersReadTheDocument loads documents of both versions, as JSON and as YAML, into kin-openapi,
// which also judges examples and defaults.
func TestOthersReadTheDocument(t *testing.T) {
	texts := map[string][]byte{
		"harbor.json": harborPrints(t, "openapi"), "harbor.yaml": harborPrints(t, "openapi", "yaml"),
		"harbor-3.0.json": harborPrints(t, "openapi", "3.0"), "harbor-3.0.yaml": harborPrints(t, "openapi", "3.0", "yaml"),
	}
	for name, doc := range appDocuments(t) {
		old, _ := doc.Downgrade()
		for suffix, doc := range map[string]*openapi.Document{"": doc, "-3.0": old} {
			var errJSON, errYAML error
			texts[name+suffix+".json"], errJSON = doc.JSON()
			texts[name+suffix+".yaml"], errYAML = doc.YAML()
			assert.NoError(t, errors.Join(errJSON, errYAML))
		}
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			doc, err := openapi3.NewLoader().LoadFromData(text)
			if err == nil {
				err = doc.Validate(t.Context())
			}
			assert.NoError(t, err)
		})
	}
}

// TestOpenAPI30TakesTheSameValues compares what schemas take before and after: the same, or more
// where something was lost.
func TestOpenAPI30TakesTheSameValues(t *testing.T) {
	judged, taken := 0, 0
	for name, doc := range appDocuments(t) {
		text, err := doc.JSON()
		assert.NoError(t, err)
		d := readDocument(t, text)
		old, lost := doc.Downgrade()
		text, err = old.JSON()
		assert.NoError(t, err)
		after, err := openapi3.NewLoader().LoadFromData(text)
		assert.NoError(t, err)
		for component, s := range doc.Components.Schemas {
			before := d.schema(t, "/components/schemas/"+component)
			for _, value := range valuesOf(doc, s, 0) {
				v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
				assert.NoError(t, err, string(value))
				var plain any
				assert.NoError(t, json.Unmarshal(value, &plain))
				errBefore, errAfter := before.Validate(v), after.Components.Schemas[component].Value.VisitJSON(plain)
				judged++
				if errBefore == nil {
					taken++
				}
				if errBefore == nil && errAfter != nil || errBefore != nil && errAfter == nil && !asserted(lost, component, errBefore) {
					t.Errorf("%s: %s: %s\nbefore: %v\nafter: %v", name, component, value, errBefore, errAfter)
				}
			}
		}
	}
	t.Logf("%d values, %d of them taken", judged, taken)
}

// asserted reports whether a schema refused a value for what 3.0 says less of, or what only one of
// the two judges asserts: formats, and what is in a string.
func asserted(lost []string, component string, err error) bool {
	return strings.Contains(fmt.Sprint(err), "is not valid") ||
		slices.ContainsFunc(lost, func(text string) bool { return strings.HasPrefix(text, "#/components/schemas/"+component) })
}

// oddValues stand in place of others.
var oddValues = []string{`null`, `true`, `0`, `-1`, `1.5`, `10`, `99`, `""`, `"a"`, `"abcdefghijkl"`, `[]`, `[1,1]`, `{}`, `{"x":null}`}

// valuesOf returns values that a schema may take, and others.
func valuesOf(doc *openapi.Document, s *openapi.Schema, depth int) (list []json.RawMessage) {
	for _, v := range oddValues {
		list = append(list, json.RawMessage(v))
	}
	return append(list, likely(doc, s, depth)...)
}

// likely returns values that a schema takes, as far as one can see it at once, and values with one odd part.
func likely(doc *openapi.Document, s *openapi.Schema, depth int) (list []json.RawMessage) {
	if depth > 2 {
		return nil
	}
	if name, ok := bytes.CutPrefix([]byte(s.Ref), []byte("#/components/schemas/")); ok {
		return likely(doc, doc.Components.Schemas[string(name)], depth+1)
	}
	list = append(list, slices.Concat(s.Examples, s.Enum)...)
	if s.Const != nil {
		list = append(list, s.Const)
	}
	for _, n := range []json.Number{s.Minimum, s.Maximum, s.ExclusiveMinimum, s.ExclusiveMaximum, s.MultipleOf} {
		if n != "" {
			list = append(list, json.RawMessage(n))
		}
	}
	switch {
	case slices.Contains(s.Type, "string"):
		list = append(list, json.RawMessage(`"2026-11-20T08:56:01Z"`), json.RawMessage(`"123e4567-e89b-12d3-a456-426614174000"`), json.RawMessage(`"ab"`))
	case slices.Contains(s.Type, "integer"), slices.Contains(s.Type, "number"):
		list = append(list, json.RawMessage(`1`), json.RawMessage(`5`))
	case slices.Contains(s.Type, "boolean"):
		list = append(list, json.RawMessage(`false`))
	}
	for _, one := range slices.Concat(s.AnyOf, s.OneOf, s.AllOf) {
		list = append(list, likely(doc, one, depth+1)...)
	}
	if s.Items != nil && !s.Items.Never {
		for _, v := range likely(doc, s.Items, depth+1) {
			list = append(list, json.RawMessage(fmt.Sprintf("[%s]", v)))
		}
	}
	if len(s.Properties) > 0 {
		list = append(list, objects(doc, s, depth)...)
	}
	if len(list) > 40 {
		list = list[:40]
	}
	return list
}

// objects returns objects with all properties, of which one is odd, missing or one too many.
func objects(doc *openapi.Document, s *openapi.Schema, depth int) (list []json.RawMessage) {
	object := func(odd string, value json.RawMessage) json.RawMessage {
		members := make(map[string]json.RawMessage)
		for _, p := range s.Properties {
			if v := likely(doc, p.Schema, depth+1); len(v) > 0 {
				members[p.Name] = v[0]
			} else {
				members[p.Name] = json.RawMessage(`{}`)
			}
		}
		if odd != "" {
			members[odd] = value
		}
		if odd != "" && value == nil {
			delete(members, odd)
		}
		text, _ := json.Marshal(members)
		return text
	}
	list = append(list, object("", nil), object("another", json.RawMessage(`1`)))
	for _, p := range s.Properties {
		list = append(list, object(p.Name, nil))
		for _, odd := range slices.Concat(likely(doc, p.Schema, depth+1), valuesOf(doc, &openapi.Schema{}, depth+1)) {
			list = append(list, object(p.Name, odd))
		}
	}
	return list
}

// TestYAMLIsTheSameDocument compares the YAML of documents with their JSON, by two readers of YAML.
func TestYAMLIsTheSameDocument(t *testing.T) {
	for name, doc := range appDocuments(t) {
		text, err := doc.JSON()
		assert.NoError(t, err)
		out, err := doc.YAML()
		assert.NoError(t, err)
		if err := sameYAML(text, out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzYAML compares the YAML of any JSON with it.
func FuzzYAML(f *testing.F) {
	for _, seed := range []string{
		`{"a":["no","1e3","a\nb","- a","a: b"," a","\ta",""]}`, `[[[]],{"":{}}]`, `{"a b":1.5E+3,"0x1F":null,"<<":true}`, `"a\nb\n"`, `{"?":"?","k":"a\n b\n\tc"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		if !json.Valid(value) {
			return
		}
		doc := &openapi.Document{Extensions: openapi.Extensions{"x-a": value}}
		text, err := doc.JSON()
		if err != nil || repeats(json.NewDecoder(bytes.NewReader(text))) {
			return
		}
		out, err := doc.YAML()
		assert.NoError(t, err)
		if err := sameYAML(text, out); err != nil {
			t.Errorf("%v\n%s\n%s", err, text, out)
		}
	})
}

// repeats reports whether an object has two members of one name.
func repeats(d *json.Decoder) bool {
	token, err := d.Token()
	if err != nil {
		return true
	}
	open, ok := token.(json.Delim)
	if !ok {
		return false
	}
	seen := make(map[string]bool)
	for d.More() {
		if open == '{' {
			name, _ := d.Token()
			if seen[name.(string)] {
				return true
			}
			seen[name.(string)] = true
		}
		if repeats(d) {
			return true
		}
	}
	_, err = d.Token()
	return err != nil && !errors.Is(err, io.EOF)
}

// sameYAML returns how YAML is another value than JSON.
func sameYAML(text, out []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var want any
	if err := d.Decode(&want); err != nil {
		return err
	}
	var node yaml.Node
	if err := yaml.Unmarshal(out, &node); err != nil {
		return fmt.Errorf("yaml/v3: %w", err)
	}
	if err := sameNode("", want, node.Content[0]); err != nil {
		return fmt.Errorf("yaml/v3: %w", err)
	}
	var other any
	if err := goccy.Unmarshal(out, &other); err != nil {
		return fmt.Errorf("goccy: %w", err)
	}
	return nil
}

// sameNode compares a value with what was read from YAML.
func sameNode(at string, want any, got *yaml.Node) error {
	differs := fmt.Errorf("%s: %v is %s %q", at, want, got.Tag, got.Value)
	switch v := want.(type) {
	case map[string]any:
		if got.Kind != yaml.MappingNode || len(got.Content) != 2*len(v) {
			return differs
		}
		for i := 0; i < len(got.Content); i += 2 {
			key := got.Content[i]
			member, ok := v[key.Value]
			if !ok || key.Tag != "!!str" {
				return fmt.Errorf("%s: the key %s %q", at, key.Tag, key.Value)
			}
			if err := sameNode(at+"/"+key.Value, member, got.Content[i+1]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		if got.Kind != yaml.SequenceNode || len(got.Content) != len(v) {
			return differs
		}
		for i := range v {
			if err := sameNode(fmt.Sprint(at, "/", i), v[i], got.Content[i]); err != nil {
				return err
			}
		}
		return nil
	case string:
		if got.Tag == "!!str" && got.Value == v {
			return nil
		}
	case json.Number:
		a, okA := number(v.String())
		b, okB := number(got.Value)
		if (got.Tag == "!!int" || got.Tag == "!!float") && (!okA || okB && a.Cmp(b) == 0) {
			return nil
		}
	case bool:
		if got.Tag == "!!bool" && got.Value == fmt.Sprint(v) {
			return nil
		}
	case nil:
		if got.Tag == "!!null" {
			return nil
		}
	}
	return differs
}

// number reads a number, if its exponent is not absurd.
func number(text string) (*big.Float, bool) {
	f, _, err := big.ParseFloat(text, 10, 256, big.ToNearestEven)
	return f, err == nil
}
