package lint_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi/lint"
)

func TestFindingsAreInTheOrderOfTheirPointers(t *testing.T) {
	var parameters []string
	for i := range 12 {
		parameters = append(parameters, fmt.Sprintf(`{"name": "p%d"}`, i))
	}
	findings, err := lint.Check([]byte(document(`3.1 "zzz": 1, "paths": {"/a": {"parameters": [`+strings.Join(parameters, ",")+`]}}`)), lint.Config{})
	assert.NoError(t, err)
	var pointers []string
	for _, f := range findings {
		pointers = append(pointers, f.Pointer)
	}
	want := []string{}
	for i := range 12 { // each lacks in, and schema or content
		want = append(want, fmt.Sprint("/paths/~1a/parameters/", i), fmt.Sprint("/paths/~1a/parameters/", i))
	}
	assert.Equal(t, pointers, append(want, "/zzz"))
}

func TestRulesCanBeTurnedOff(t *testing.T) {
	doc := []byte(document(`3.1 "zzz": 1`))
	findings, err := lint.Check(doc, lint.Config{Off: []string{"member-unknown"}})
	assert.NoError(t, err)
	assert.Equal(t, findings, []lint.Finding{{Pointer: "", Rule: "member-choice", Severity: lint.Error,
		Message: "lacks paths or components or webhooks", Source: "OpenAPI 3.1, OpenAPI Object"}})
	assert.Equal(t, findings[0].String(), "#: error: lacks paths or components or webhooks (member-choice; OpenAPI 3.1, OpenAPI Object)")

	_, err = lint.Check(doc, lint.Config{Off: []string{"member-unknown", "none", "other"}})
	assert.Equal(t, fmt.Sprint(err), "lint: Off has \"none\", which is no rule\nlint: Off has \"other\", which is no rule")
}

func TestTextThatIsNotJSONIsAnError(t *testing.T) {
	for _, text := range []string{"", "openapi: 3.1.0", `{"openapi": "3.1.0", "openapi": "3.1.0"}`, "\xff", `{}{}`, strings.Repeat("[", 2000) + strings.Repeat("]", 2000)} {
		findings, err := lint.Check([]byte(text), lint.Config{})
		if err == nil || len(findings) > 0 {
			t.Errorf("%.40q: got %v and %v, want an error", text, findings, err)
		}
	}
}

// A finding of a rule names its section; those of structure are in that of the object.
func TestSourcesNameVersionAndSection(t *testing.T) {
	for _, test := range []struct{ doc, rule, want string }{
		{`3.0 "paths": {"/a": {"get": {"zzz": 1}}}`, "member-unknown", "OpenAPI 3.0, Operation Object"},
		{`3.2 "paths": {}, "tags": [{}]`, "member-required", "OpenAPI 3.2, Tag Object"},
		{`3.1 "components": {"schemas": {"A": {"pattern": "("}}}`, "pattern-syntax", "JSON Schema 2020-12, Validation section 6.3.3"},
	} {
		found := check(t, test.doc, test.rule)
		assert.Equal(t, len(found), 1, test.doc)
		assert.Equal(t, found[0].Source, test.want)
	}
}

func TestRulesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range lint.Rules() {
		if seen[r.ID] || r.Summary == "" || r.Source == "" || r.Severity != lint.Error && r.Severity != lint.Warning {
			t.Errorf("%+v is not unique or not complete", r)
		}
		seen[r.ID] = true
	}
	rules := lint.Rules()
	rules[0].ID = "changed"
	assert.Equal(t, lint.Rules()[0].ID, "version")
}

// A schema in another dialect is not judged, nor are values by it.
func TestSchemasOfOtherDialectsAreLeftAlone(t *testing.T) {
	other := `{"$schema": "https://example.com/dialect", "type": 1, "default": 2}`
	assert.Equal(t, len(check(t, schema("3.1", other), "member-type")), 0)
	assert.Equal(t, len(check(t, schema("3.1", `{"type": 1}`), "member-type")), 1)
	assert.Equal(t, len(check(t, `3.1 "jsonSchemaDialect": "https://example.com/dialect", "components": {"schemas": {"A": {"type": 1}}}`, "member-type")), 0)
	assert.Equal(t, len(check(t, schema("3.1", `{"$schema": "https://json-schema.org/draft/2020-12/schema#", "type": 1}`), "member-type")), 1)
}

// What is referred to by a document's own URI is in the document.
func TestReferencesByTheURIOfTheDocument(t *testing.T) {
	doc := `3.2 "$self": "https://example.com/api", "components": {"schemas": {"A": {"$ref": "https://example.com/api#/components/schemas/B"}}}`
	assert.Equal(t, len(check(t, doc, "reference-target")), 1)
}

// Where a schema has a URI, its references are relative to that, and nothing is said about them.
func TestReferencesOfASchemaWithAURI(t *testing.T) {
	assert.Equal(t, len(check(t, schema("3.1", `{"$id": "https://example.com/a", "items": {"$ref": "#/$defs/b"}, "$defs": {"b": {}}}`), "reference-target")), 0)
}

// hostile are documents that make a careless linter slow: each has about n values or bytes of one kind.
var hostile = map[string]func(n int) string{
	"references in a chain": func(n int) string {
		var b strings.Builder
		for i := range n / 30 {
			fmt.Fprintf(&b, `"A%d": {"$ref": "#/components/schemas/A%d"},`, i, i+1)
		}
		return schemas(b.String())
	},
	"examples of one large schema": func(n int) string {
		var properties, examples []string
		for i := range n / 100 {
			properties = append(properties, fmt.Sprintf(`"p%d": {"type": "integer"}`, i))
			examples = append(examples, fmt.Sprintf(`"E%d": {"$ref": "#/components/schemas/All", "example": {"p%[1]d": "x"}}`, i))
		}
		return schemas(`"All": {"properties": {` + strings.Join(properties, ",") + `}},` + strings.Join(examples, ",") + ",")
	},
	"branches of branches": func(n int) string {
		var b strings.Builder
		for i := range n / 120 {
			fmt.Fprintf(&b, `"A%d": {"anyOf": [{"$ref": "#/components/schemas/A%d"}, {"$ref": "#/components/schemas/A%[2]d"}], "example": 1},`, i, i+1)
		}
		return schemas(b.String())
	},
	"large examples of many branches": func(n int) string {
		large := `{"a": [` + strings.TrimSuffix(strings.Repeat(`1,`, n/40), ",") + `]}`
		branches := strings.TrimSuffix(strings.Repeat(`{"enum": [1], "uniqueItems": true, "properties": {"b": true}},`, n/200), ",")
		return schemas(`"A": {"anyOf": [` + branches + `], "examples": [` + strings.TrimSuffix(strings.Repeat(large+",", 10), ",") + `]},`)
	},
	"deep schemas": func(n int) string {
		one := strings.Repeat(`{"items":`, 900) + `1` + strings.Repeat(`}`, 900)
		var b strings.Builder
		for i := range max(n/len(one), 1) {
			fmt.Fprintf(&b, `"A%d": %s,`, i, one)
		}
		return schemas(b.String())
	},
	"long names": func(n int) string {
		long := strings.Repeat("a", n/2)
		return schemas(`"` + long + `": {"properties": {` + strings.TrimSuffix(strings.Repeat(`"p": 1, `, 1), ", ") + `, "all": {"enum": [` +
			strings.TrimSuffix(strings.Repeat(`1,`, n/4), ",") + `]}}, "required": [` + strings.TrimSuffix(strings.Repeat(`"a",`, n/8), ",") + `]},`)
	},
	"operations of one path": func(n int) string {
		names := strings.Builder{}
		for i := range n / 50 {
			fmt.Fprintf(&names, "{p%d}", i)
		}
		var operations []string
		for i := range n / 50 {
			operations = append(operations, fmt.Sprintf(`"M%d": {"tags": ["a"]}`, i))
		}
		return `{"openapi": "3.2.0", "info": {"title": "", "version": ""}, "paths": {"/` + names.String() + `": {"additionalOperations": {` + strings.Join(operations, ",") + `}}}}`
	},
	"scopes": func(n int) string {
		var scopes, requirements []string
		for i := range n / 30 {
			scopes = append(scopes, fmt.Sprintf(`"s%d": ""`, i))
			requirements = append(requirements, `{"a": ["s1"]}`)
		}
		return document(`3.1 "paths": {}, "security": [` + strings.Join(requirements, ",") + `], "components": {"securitySchemes": {"a": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/", "scopes": {` +
			strings.Join(scopes, ",") + `}}}}}}`)
	},
	"variables of a server": func(n int) string {
		return document(`3.2 "paths": {}, "servers": [{"url": "` + strings.Repeat("{a}", n/3) + `"}]`)
	},
}

func schemas(members string) string {
	return document(`3.1 "paths": {}, "components": {"schemas": {` + members + `"Z": {}}}`)
}

// Of a document that is four times as large, memory may take a little more than four times as much.
// Allocations stand for time, which other programs on the machine change.
func TestCostGrowsWithTheDocument(t *testing.T) {
	for name, build := range hostile {
		t.Run(name, func(t *testing.T) {
			cost := func(n int) (bytes int, perByte float64) {
				doc := []byte(build(n))
				if !json.Valid(doc) {
					t.Fatalf("the document is not JSON: %.300s", doc)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := lint.Check(doc, lint.Config{})
				runtime.ReadMemStats(&after)
				assert.NoError(t, err)
				return len(doc), float64(after.TotalAlloc-before.TotalAlloc) / float64(len(doc))
			}
			_, small := cost(30_000)
			size, big := cost(120_000)
			t.Logf("%d bytes: %.0f bytes each, %.0f when it is a quarter", size, big, small)
			if big > 2*small+100 {
				t.Errorf("a document of %d bytes costs %.0f bytes for each, a quarter of it %.0f", size, big, small)
			}
		})
	}
}

func FuzzCheck(f *testing.F) {
	for _, row := range rows {
		f.Add(document(row.bad))
		f.Add(document(row.good))
	}
	for _, build := range hostile {
		f.Add(build(3000))
	}
	f.Fuzz(func(t *testing.T, text string) {
		findings, err := lint.Check([]byte(text), lint.Config{})
		if err != nil {
			return
		}
		var root any
		if err := json.Unmarshal([]byte(text), &root); err != nil {
			t.Fatalf("a document was judged that is not JSON: %v", err)
		}
		known := lint.Rules()
		for _, f := range findings {
			if !leads(root, f.Pointer) {
				t.Errorf("%s: there is nothing at this pointer", f)
			}
			if !slices.ContainsFunc(known, func(r lint.Rule) bool { return r.ID == f.Rule && r.Severity == f.Severity }) {
				t.Errorf("%s: there is no such rule", f)
			}
		}
	})
}

// leads reports whether a pointer leads to something.
func leads(v any, pointer string) bool {
	if pointer == "" {
		return true
	}
	token, rest, deeper := strings.Cut(pointer[1:], "/")
	if deeper {
		rest = "/" + rest
	}
	token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
	switch v := v.(type) {
	case map[string]any:
		member, ok := v[token]
		return ok && leads(member, rest)
	case []any:
		var i int
		_, err := fmt.Sscan(token, &i)
		return err == nil && i < len(v) && leads(v[i], rest)
	}
	return false
}
