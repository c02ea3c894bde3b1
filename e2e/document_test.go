package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tenonapi/tenon/internal/assert"
)

// published is where the meta-schemas of OpenAPI are addressed, and the newest
// of those for version 3.1 that also checks each Schema Object.
const (
	published  = "https://spec.openapis.org/"
	metaSchema = published + "oas/3.1/schema-base/2025-11-23"
)

// publishedFiles loads meta-schemas from the public test data.
type publishedFiles struct{ dir string }

func (p publishedFiles) Load(url string) (any, error) {
	name, ok := strings.CutPrefix(url, published)
	if !ok {
		return nil, fmt.Errorf("%s is not part of the test data", url)
	}
	f, err := os.Open(filepath.Join(p.dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return jsonschema.UnmarshalJSON(f)
}

// compileMetaSchema returns the published meta-schema of OpenAPI 3.1.
func compileMetaSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(publishedFiles{corpus(t, "openapi-published")})
	s, err := c.Compile(metaSchema)
	assert.NoError(t, err)
	return s
}

// A document is an OpenAPI document as maps and lists.
type document struct {
	root    map[string]any
	schemas *jsonschema.Compiler // to compile what is at a JSON pointer
}

// documentURL is the address that schemas in a document have.
const documentURL = "https://tenon.test/openapi.json"

func readDocument(t *testing.T, text []byte) *document {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	assert.NoError(t, err)
	d := &document{root: v.(map[string]any), schemas: jsonschema.NewCompiler()}
	d.schemas.DefaultDraft(jsonschema.Draft2020)
	d.schemas.AssertFormat()
	d.schemas.AssertContent()
	assert.NoError(t, d.schemas.AddResource(documentURL, v))
	return d
}

// schema compiles the Schema Object at a JSON pointer, which may lead through
// references.
func (d *document) schema(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	_, place, _ := d.find(pointer)
	u := url.URL{Fragment: place}
	s, err := d.schemas.Compile(documentURL + u.String())
	assert.NoError(t, err, pointer)
	return s
}

// at returns what is at a JSON pointer, which may lead through references.
func (d *document) at(pointer string) (any, bool) {
	v, _, ok := d.find(pointer)
	return v, ok
}

// find returns what is at a JSON pointer, and the pointer without references.
func (d *document) find(pointer string) (v any, place string, ok bool) {
	v = d.root
	for segment := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if container, isMap := v.(map[string]any); isMap {
			if ref, isRef := container["$ref"].(string); isRef && strings.HasPrefix(ref, "#/") {
				if v, place, ok = d.find(ref[1:]); !ok {
					return nil, place, false
				}
			}
		}
		place += "/" + segment
		ok = false
		switch container := v.(type) {
		case map[string]any:
			v, ok = container[strings.NewReplacer("~1", "/", "~0", "~").Replace(segment)]
		case []any:
			i, err := strconv.Atoi(segment)
			if ok = err == nil && i >= 0 && i < len(container); ok {
				v = container[i]
			}
		}
		if !ok {
			return nil, place, false
		}
	}
	return v, place, true
}

// walk calls visit for v and everything in it, with its JSON pointer.
func walk(pointer string, v any, visit func(pointer string, v any)) {
	visit(pointer, v)
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			walk(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), member, visit)
		}
	case []any:
		for i, item := range v {
			walk(fmt.Sprint(pointer, "/", i), item, visit)
		}
	}
}

// harborDocument is what `harbor openapi` prints.
func harborDocument(t *testing.T) []byte {
	t.Helper()
	return harborPrints(t, "openapi")
}

// harborPrints returns what a command of Harbor prints.
func harborPrints(t *testing.T, command ...string) []byte {
	t.Helper()
	program, err := harborProgram()
	assert.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program, command...)
	cmd.Env = environment()
	text, err := cmd.Output()
	assert.NoError(t, err)
	return text
}

// documents are those that the tests are about.
func documents(t *testing.T) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{"harbor": harborDocument(t)}
	for name, routes := range apps {
		addDocuments(t, texts, name, routes)
	}
	return texts
}

func TestOpenAPIIsValid(t *testing.T) {
	meta := compileMetaSchema(t)
	for name, text := range documents(t) {
		t.Run(name, func(t *testing.T) {
			d := readDocument(t, text)
			if err := meta.Validate(d.root); err != nil {
				t.Errorf("the document is not valid: %v\n%s", err, text)
			}
			checkReferences(t, d)
			checkOperations(t, d)
			checkSchemas(t, d)
		})
	}
}

// What the test above relies on: Schema Objects are checked, too.
func TestMetaSchemaRefusesBadDocuments(t *testing.T) {
	meta := compileMetaSchema(t)
	text := string(harborDocument(t))
	for name, change := range map[string][2]string{
		"type":            {`"type": "integer"`, `"type": "int"`},
		"minLength":       {`"minLength": 1`, `"minLength": -1`},
		"required":        {`"required": true`, `"required": "yes"`},
		"parameter place": {`"in": "header"`, `"in": "body"`},
		"pattern":         {`"pattern": "^[A-Z]{3}$"`, `"pattern": "^[A-Z"`},
		"status":          {`"201": {`, `"created": {`},
		"version":         {`"openapi": "3.1.`, `"openapi": "4.0.`},
	} {
		bad := strings.Replace(text, change[0], change[1], 1)
		if bad == text {
			t.Errorf("%s: the document has no %s", name, change[0])
			continue
		}
		if meta.Validate(readDocument(t, []byte(bad)).root) == nil {
			t.Errorf("%s: a document with %s is valid", name, change[1])
		}
	}
}

// checkReferences checks that every reference leads somewhere in the document
// and that every component is referred to.
func checkReferences(t *testing.T, d *document) {
	t.Helper()
	used := make(map[string]bool)
	walk("", d.root, func(pointer string, v any) {
		object, ok := v.(map[string]any)
		ref, isText := object["$ref"].(string)
		if !ok || !isText {
			return
		}
		target, local := strings.CutPrefix(ref, "#")
		if _, found := d.at(target); !local || !found {
			t.Errorf("%s refers to %s, which is not there", pointer, ref)
		}
		used[target] = true
	})
	for _, kind := range []string{"schemas", "responses"} {
		components, _ := d.at("/components/" + kind)
		all, _ := components.(map[string]any)
		for name := range all {
			if !used["/components/"+kind+"/"+name] {
				t.Errorf("nothing refers to the component %s/%s", kind, name)
			}
		}
	}
}

// methods are the members of a Path Item Object that are operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// checkOperations checks that operation IDs are unique and that parameters are
// those of the path, each once.
func checkOperations(t *testing.T, d *document) {
	t.Helper()
	ids := make(map[string]string)
	for path, item := range d.root["paths"].(map[string]any) {
		for method, v := range item.(map[string]any) {
			if !slices.Contains(methods, method) {
				continue
			}
			op := v.(map[string]any)
			place := method + " " + path
			id, _ := op["operationId"].(string)
			if other := ids[id]; id == "" || other != "" {
				t.Errorf("%s has the operation ID %q, as has %s", place, id, other)
			}
			ids[id] = place
			var want, got []string
			for segment := range strings.SplitSeq(path, "/") {
				if name, ok := strings.CutPrefix(segment, "{"); ok {
					want = append(want, strings.TrimSuffix(name, "}"))
				}
			}
			seen := make(map[string]bool)
			parameters, _ := op["parameters"].([]any)
			for _, v := range parameters {
				p := v.(map[string]any)
				key := fmt.Sprint(p["in"], " ", p["name"])
				if seen[key] {
					t.Errorf("%s has two parameters %s", place, key)
				}
				seen[key] = true
				if p["in"] == "path" {
					got = append(got, p["name"].(string))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			assert.Equal(t, got, want, place)
		}
	}
}

// checkSchemas compiles every Schema Object and judges its default and its
// examples by it.
func checkSchemas(t *testing.T, d *document) {
	t.Helper()
	pointers, judged := schemaPointers(d), 0
	for _, pointer := range pointers {
		v, _ := d.at(pointer)
		object, _ := v.(map[string]any) // none for true and false
		s := d.schema(t, pointer)
		var values []any
		if def, ok := object["default"]; ok {
			values = append(values, def)
		}
		if examples, ok := object["examples"].([]any); ok {
			values = append(values, examples...)
		}
		judged += len(values)
		for _, value := range values {
			if err := s.Validate(value); err != nil {
				t.Errorf("%s: the default or example %v: %v", pointer, value, err)
			}
		}
		properties, _ := object["properties"].(map[string]any)
		required, _ := object["required"].([]any)
		for _, name := range required {
			if _, ok := properties[name.(string)]; !ok {
				t.Errorf("%s requires %q, which is no property", pointer, name)
			}
		}
	}
	t.Logf("%d Schema Objects, %d defaults and examples", len(pointers), judged)
}

// schemaPointers returns where the Schema Objects of a document are.
func schemaPointers(d *document) []string {
	var out []string
	var add func(pointer string, v any)
	add = func(pointer string, v any) {
		out = append(out, pointer)
		object, _ := v.(map[string]any)
		for keyword, v := range object {
			switch v := v.(type) {
			case map[string]any:
				switch keyword {
				case "properties", "patternProperties", "$defs", "dependentSchemas":
					for name, s := range v {
						add(pointer+"/"+keyword+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), s)
					}
				case "items", "additionalProperties", "propertyNames", "not", "contains", "if", "then", "else":
					add(pointer+"/"+keyword, v)
				}
			case []any:
				if keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf" || keyword == "prefixItems" {
					for i, s := range v {
						add(fmt.Sprint(pointer, "/", keyword, "/", i), s)
					}
				}
			}
		}
	}
	components, _ := d.at("/components/schemas")
	walk("/components/schemas", components, func(pointer string, v any) {
		if strings.Count(pointer, "/") == 3 {
			add(pointer, v)
		}
	})
	walk("/paths", d.root["paths"], func(pointer string, v any) {
		// Parameters, headers and media types have their schema in a member of this name;
		// within schemas it would be the name of a property, which has a schema in it, too.
		if strings.HasSuffix(pointer, "/schema") && !strings.Contains(strings.TrimSuffix(pointer, "/schema"), "/schema/") {
			add(pointer, v)
		}
	})
	return out
}

// parse reads a JSON text for a schema to judge.
func parse(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(io.Reader(bytes.NewReader(text)))
	assert.NoError(t, err, string(text))
	return v
}
