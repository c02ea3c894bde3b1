package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi/lint"
)

// readYAML reads a document in YAML or JSON, as JSON has it.
func readYAML(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(name)
	assert.NoError(t, err)
	var v any
	assert.NoError(t, yaml.Unmarshal(text, &v))
	text, err = json.Marshal(v)
	assert.NoError(t, err)
	return parse(t, text).(map[string]any)
}

// publishedDocuments are those of the test suite of OpenAPI and its examples, and two of our own
// that have everything there is. Each is named by its folder and its file.
func publishedDocuments(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, pattern := range []string{
		filepath.Join(corpus(t, "openapi-3.1"), "tests", "schema", "pass", "*.yaml"),
		filepath.Join(corpus(t, "openapi-examples"), "examples", "v3.*", "*.yaml"),
		filepath.Join("testdata", "openapi", "*.yaml"),
	} {
		names, err := filepath.Glob(pattern)
		assert.NoError(t, err)
		if len(names) == 0 {
			t.Fatalf("there is no %s", pattern)
		}
		for _, name := range names {
			all[filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name)] = readYAML(t, name)
		}
	}
	return all
}

// check returns the findings of the linter in a document.
func check(t *testing.T, root any) []lint.Finding {
	t.Helper()
	text, err := json.Marshal(root)
	assert.NoError(t, err)
	findings, err := lint.Check(text, lint.Config{})
	assert.NoError(t, err)
	return findings
}

// faults are the errors in published documents. Their meta-schemas cannot see them; the specification forbids all.
var faults = map[string][]string{
	"pass/link-object-examples.yaml": { // names operations that it leaves out
		"link-target /paths/~1users~1{id}/get/responses/200/links/UserRepositories/operationRef",
		"link-target /paths/~1users~1{id}/get/responses/200/links/address2/operationId",
		"link-target /paths/~1users~1{id}/get/responses/200/links/withBody/operationId",
	},
	"pass/operation-object-example.yaml": { // calls its parameter petId in one place and id in another, and leaves its security scheme out
		"path-parameter /paths/~1pets~1{id}/put",
		"path-parameter /paths/~1pets~1{id}/put",
		"security-scheme /paths/~1pets~1{id}/put/security/0/petstore_auth",
	},
	"pass/parameter-object-examples.yaml": { // has usernames in /user/{username}
		"path-parameter /paths/~1user~1{username}",
	},
	"pass/path_item_servers_parameters.yaml": { // leaves the operation out
		"link-target /components/links/ThingLink/operationId",
	},
	"pass/style-defaults.yaml": { // a path parameter that is not required, of the media type encoding_object_defaults
		"member-required /components/parameters/encoding_object_defaults",
		"media-type /components/parameters/encoding_object_defaults/content/encoding_object_defaults",
	},
}

func TestD14PublishedDocumentsHaveNoErrorsButThoseListed(t *testing.T) {
	metas := compileMetaSchemas(t)
	for name, root := range publishedDocuments(t) {
		assert.NoError(t, metas.of(root).Validate(root), name)
		var errs []string
		for _, f := range check(t, root) {
			if f.Severity == lint.Error {
				errs = append(errs, f.Rule+" "+f.Pointer)
			}
		}
		assert.Equal(t, errs, faults[name], name)
	}
}

// metaSchemas are the published ones, by minor versions of OpenAPI 3.
type metaSchemas struct {
	whole [3]*jsonschema.Schema // judge Schema Objects, too
	plain [3]*jsonschema.Schema // do not
}

// compileMetaSchemas compiles the published meta-schemas. Those that judge Schema Objects are put
// together here as in the published schema-base, which also refuses other dialects.
func compileMetaSchemas(t *testing.T) (all metaSchemas) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(publishedFiles{corpus(t, "openapi-published")})
	compile := func(url string) *jsonschema.Schema {
		s, err := c.Compile(url)
		assert.NoError(t, err)
		return s
	}
	all.whole[0] = compile(published + "oas/3.0/schema/2024-10-18")
	all.plain[0] = all.whole[0]
	for minor, dialect := range map[int]string{1: "2024-11-10", 2: "2025-09-17"} {
		oas := fmt.Sprintf("%soas/3.%d/", published, minor)
		url := fmt.Sprintf("https://tenon.test/meta/3.%d", minor)
		assert.NoError(t, c.AddResource(url, map[string]any{
			"$schema": "https://json-schema.org/draft/2020-12/schema",
			"$ref":    oas + "schema/2025-11-23",
			"$defs":   map[string]any{"schema": map[string]any{"$dynamicAnchor": "meta", "$ref": oas + "dialect/" + dialect}},
		}))
		all.whole[minor], all.plain[minor] = compile(url), compile(oas+"schema/2025-11-23")
	}
	return all
}

// of returns the meta-schema for a document: of one in another dialect, Schema Objects cannot be judged.
func (m metaSchemas) of(root map[string]any) *jsonschema.Schema {
	minor := root["openapi"].(string)[2] - '0'
	if dialect, ok := root["jsonSchemaDialect"].(string); ok && strings.HasSuffix(dialect, "WORK-IN-PROGRESS") {
		return m.plain[minor]
	}
	return m.whole[minor]
}

// A disagreement is one between a meta-schema and the linter that is meant.
type disagreement struct {
	why      string
	versions string // minor ones
	refused  string // by the meta-schema only: a pattern of its error
	rule, is string // by the linter only: how the rule begins, and a pattern of the finding
}

var disagreements = []*disagreement{
	{why: "the meta-schemas demand required: true of a path parameter only beside schema, the specification also beside content",
		versions: "12", rule: "member-required", is: "lacks required with in path"},
	{why: "the meta-schema does not judge components under names that the specification forbids",
		versions: "0", rule: "component-name", is: `the name "\$ref"`},
	{why: "the same, for what is under such a name", versions: "0", rule: "member-type", is: `/\$ref: error: is true, want an object`},
	{why: "a link names its operation; the meta-schema lets it name none", versions: "0", rule: "member-choice", is: "lacks operationRef or operationId"},
	{why: "a Discriminator Object has a propertyName; the meta-schema of 3.2 does not ask for it", versions: "2", rule: "member-required", is: "lacks propertyName"},
	{why: "a Discriminator Object of 3.0 has two members and no extensions; the meta-schema says nothing about others", versions: "0",
		rule: "member-unknown", is: "the Discriminator Object has no member"},
	{why: "a Callback Object of 3.0 with $ref is a Reference Object; for the meta-schema it can also be a callback with this URL", versions: "0",
		rule: "member-type", is: `callbacks/shared/\$ref: error`},
	{why: "$schema is a URI in every dialect; the meta-schema without Schema Objects does not look at it", versions: "1", rule: "member-", is: `/\$schema: error`},
	{why: "parameters of a link are of any type; the meta-schemas take strings only", versions: "12", refused: `/links/\w+/parameters/[^/]+': got \w+, want string`},
	{why: "a Callback Object can be extended; the meta-schemas take its extensions for Path Item Objects", versions: "12", refused: "/x-zzz': got boolean, want object"},
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// explain returns the disagreement that is meant by a difference, or nil.
func explain(root map[string]any, is func(*disagreement) bool) *disagreement {
	minor := root["openapi"].(string)[2:3]
	for _, d := range disagreements {
		if strings.Contains(d.versions, minor) && is(d) {
			return d
		}
	}
	return nil
}

// isStructure reports whether a rule is one of those that meta-schemas have, too.
func isStructure(rule string) bool {
	return strings.HasPrefix(rule, "member-") || rule == "component-name" || rule == "pattern-syntax" || rule == "version"
}

// Each published document is changed in every place, in several ways: what the meta-schema refuses has an
// error, and what it accepts has none of those that are about structure.
func TestD14TheLinterAgreesWithTheMetaSchemas(t *testing.T) {
	metas := compileMetaSchemas(t)
	var seen sync.Map // disagreements that were met
	var changed, refused atomic.Int64
	t.Run("documents", func(t *testing.T) { // ends when all have been judged
		for name, root := range publishedDocuments(t) {
			if strings.HasPrefix(name, "v3.") {
				continue // has nothing that the others do not have
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				meta := metas.of(root)
				mutate(root, func(change string) {
					invalid := meta.Validate(root)
					if changed.Add(1); invalid != nil {
						refused.Add(1)
					}
					compare(t, root, change, invalid, &seen)
				})
			})
		}
	})
	for _, d := range disagreements {
		if _, ok := seen.Load(d); !ok {
			t.Errorf("nothing shows any more that %s", d.why)
		}
	}
	t.Logf("%d documents, of which the meta-schemas refuse %d", changed.Load(), refused.Load())
}

// compare holds the findings in a document against what the meta-schema says of it.
func compare(t *testing.T, root map[string]any, change string, invalid error, seen *sync.Map) {
	t.Helper()
	errs := slices.DeleteFunc(check(t, root), func(f lint.Finding) bool { return f.Severity != lint.Error })
	if invalid != nil && len(errs) == 0 {
		d := explain(root, func(d *disagreement) bool { return d.refused != "" && matches(d.refused, invalid.Error()) })
		if seen.Store(d, true); d == nil {
			t.Errorf("%s: no error, but: %v", change, invalid)
		}
	}
	for _, f := range errs {
		if invalid != nil || !isStructure(f.Rule) {
			continue
		}
		d := explain(root, func(d *disagreement) bool {
			return d.rule != "" && strings.HasPrefix(f.Rule, d.rule) && matches(d.is, f.String())
		})
		if seen.Store(d, true); d == nil {
			t.Errorf("%s: is valid, but: %s", change, f)
		}
	}
}

// mutate changes a document in all places, one at a time, and calls judge after each change.
func mutate(root map[string]any, judge func(change string)) {
	for _, name := range slices.Sorted(maps.Keys(root)) {
		member := root[name]
		if delete(root, name); name != "openapi" {
			judge("without " + name)
			mutateValue("/"+name, member, func(other any) { root[name] = other }, judge)
		}
		root[name] = member
	}
	root["zzz"] = true
	judge("zzz")
	delete(root, "zzz")
}

// mutateValue changes the value at a pointer and everything in it. At the end all is as before.
func mutateValue(at string, v any, set func(any), judge func(change string)) {
	for _, other := range []any{true, json.Number("-1"), `a b\{`, []any{}, map[string]any{}, map[string]any{"zzz": true}} {
		set(other)
		text, _ := json.Marshal(other) // of what stands above: it cannot fail
		judge(at + " " + string(text))
	}
	set(v)
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"zzz", "x-zzz", "$ref"} {
			if _, ok := v[name]; !ok {
				v[name] = true
				judge(at + "/" + name)
				delete(v, name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			member := v[name]
			delete(v, name)
			judge("without " + at + "/" + name)
			mutateValue(at+"/"+name, member, func(other any) { v[name] = other }, judge)
		}
	case []any:
		for i, item := range v {
			mutateValue(fmt.Sprint(at, "/", i), item, func(other any) { v[i] = other }, judge)
		}
	}
}

// advice are the rules whose warnings the documents of test applications may have: they describe
// nothing, and their texts have no bounds. That of Harbor has none.
var advice = []string{"input-unbounded", "operation-summary"}

func TestD14EmittedDocumentsAreValidAndHaveNoErrors(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseLoader(publishedFiles{corpus(t, "openapi-published")})
	newer, err := c.Compile(published + "oas/3.2/schema-base/2025-11-23")
	assert.NoError(t, err)
	older := compileMetaSchema(t)
	for name, text := range documents(t) {
		t.Run(name, func(t *testing.T) {
			root := parse(t, text).(map[string]any)
			assert.NoError(t, older.Validate(root), "3.1")
			for _, version := range []string{root["openapi"].(string), "3.2.0"} {
				root["openapi"] = version
				for _, f := range check(t, root) {
					if f.Severity == lint.Error || !slices.Contains(advice, f.Rule) || name == "harbor" {
						t.Errorf("%s: %s", version, f)
					}
				}
			}
			assert.NoError(t, newer.Validate(root), "3.2")
		})
	}
}
