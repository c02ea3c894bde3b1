package jsonschema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/jsonschema"
)

// A skip says why a group of the suite cannot run.
type skip struct {
	file   string
	group  string // "" stands for every group of the file
	reason string // part of the error of Compile, or otherDialect
}

// Reasons other than an unknown keyword, which is given by its name in quotes.
const (
	remote       = `is neither "#" nor "#/"`      // a reference to another document or to an anchor
	foreign      = `want the dialect 2020-12`     // a meta-schema of its own
	noSyntax     = "error parsing regexp"         // ECMA-262 syntax that RE2 lacks
	otherDialect = "pattern means something else" // the group compiles; its answers are those of RE2
)

// skips lists every group that does not run. A row that no group needs fails the test.
var skips = []skip{
	{"additionalProperties.json", "additionalProperties being false does not allow other properties", `"patternProperties"`},
	{"additionalProperties.json", "non-ASCII pattern with additionalProperties", `"patternProperties"`},
	{"additionalProperties.json", "dependentSchemas with additionalProperties", `"dependentSchemas"`},
	{"anchor.json", "", remote},
	{"contains.json", "", `"contains"`},
	{"defs.json", "", remote},
	{"dependentSchemas.json", "", `"dependentSchemas"`},
	{"dynamicRef.json", "", `"$dynamicRef"`},
	{"dynamicRef.json", "", `"$dynamicAnchor"`},
	{"dynamicRef.json", "", remote},
	{"if-then-else.json", "", `"if"`},
	{"if-then-else.json", "", `"then"`},
	{"if-then-else.json", "", `"else"`},
	{"maxContains.json", "", `"maxContains"`},
	{"minContains.json", "", `"minContains"`},
	{"not.json", "collect annotations inside a 'not', even if collection is disabled", `"unevaluatedProperties"`},
	{"patternProperties.json", "", `"patternProperties"`},
	{"properties.json", "properties, patternProperties, additionalProperties interaction", `"patternProperties"`},
	{"ref.json", "remote ref, containing refs itself", remote},
	{"ref.json", "Recursive references between schemas", remote},
	{"ref.json", "ref creates new scope when adjacent to keywords", `"unevaluatedProperties"`},
	{"ref.json", "refs with relative uris and defs", remote},
	{"ref.json", "relative refs with absolute uris and defs", remote},
	{"ref.json", "$id must be resolved against nearest parent, not just immediate parent", remote},
	{"ref.json", "order of evaluation: $id and $ref", remote},
	{"ref.json", "order of evaluation: $id and $anchor and $ref", remote},
	{"ref.json", "order of evaluation: $id and $ref on nested schema", remote},
	{"ref.json", "simple URN base URI with $ref via the URN", remote},
	{"ref.json", "URN base URI with URN and JSON pointer ref", remote},
	{"ref.json", "URN base URI with URN and anchor ref", remote},
	{"ref.json", "URN ref with nested pointer ref", remote},
	{"ref.json", "ref to if", `"if"`},
	{"ref.json", "ref to then", `"then"`},
	{"ref.json", "ref to else", `"else"`},
	{"ref.json", "ref with absolute-path-reference", remote},
	{"refRemote.json", "", remote},
	{"unevaluatedItems.json", "", `"unevaluatedItems"`},
	{"unevaluatedProperties.json", "", `"unevaluatedProperties"`},
	{"vocabulary.json", "", foreign},
	{"optional/anchor.json", "", `"$anchor"`},
	{"optional/cross-draft.json", "", remote},
	{"optional/dependencies-compatibility.json", "", `"dependencies"`},
	{"optional/dynamicRef.json", "", `"$dynamicRef"`},
	{"optional/ecmascript-regex.json", `ECMA 262 regex escapes control codes with \c and upper letter`, noSyntax},
	{"optional/ecmascript-regex.json", `ECMA 262 regex escapes control codes with \c and lower letter`, noSyntax},
	{"optional/ecmascript-regex.json", `ECMA 262 \s matches whitespace`, otherDialect},
	{"optional/ecmascript-regex.json", `ECMA 262 \S matches everything but whitespace`, otherDialect},
	{"optional/ecmascript-regex.json", `patterns always use unicode semantics with patternProperties`, `"patternProperties"`},
	{"optional/ecmascript-regex.json", `\w in patternProperties matches [A-Za-z0-9_], not unicode letters`, `"patternProperties"`},
	{"optional/ecmascript-regex.json", `patternProperties with ASCII ranges`, `"patternProperties"`},
	{"optional/ecmascript-regex.json", `\d in patternProperties matches [0-9], not unicode digits`, `"patternProperties"`},
	{"optional/ecmascript-regex.json", `patternProperties with non-ASCII digits`, `"patternProperties"`},
	{"optional/format-assertion.json", "", foreign},
	{"optional/id.json", "", `"$id" below the root`},
	{"optional/non-bmp-regex.json", "Proper UTF-16 surrogate pair handling: patternProperties", `"patternProperties"`},
	{"optional/refOfUnknownKeyword.json", "reference of a root arbitrary keyword ", `"unknown-keyword"`},
	{"optional/refOfUnknownKeyword.json", "reference of a root arbitrary keyword with encoded ref", `"unknown/keyword"`},
	{"optional/refOfUnknownKeyword.json", "reference of an arbitrary keyword of a sub-schema", `"unknown-keyword"`},
	{"optional/refOfUnknownKeyword.json", "reference of an arbitrary keyword of a sub-schema with encoded ref", `"unknown/keyword"`},
	{"optional/unknownKeyword.json", "", `"array_of_schemas"`},
}

// A group is a schema of the suite with the values that it is tested with.
type group struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

// The suite of the JSON Schema project, draft 2020-12: agreement on every case but those listed in
// skips. Where it has a folder optional/format, the files of the formats known here run as well.
func TestSuite(t *testing.T) {
	dir, files := suiteFiles(t)
	agreed, skipped, used := 0, 0, map[skip]bool{}
	for _, file := range files {
		var formats jsonschema.Formats
		if path, name := filepath.Split(file); strings.HasPrefix(path, "optional/format/") {
			formats = jsonschema.StandardFormats()
			if _, known := formats[strings.TrimSuffix(name, ".json")]; !known {
				continue
			}
		}
		text, err := os.ReadFile(filepath.Join(dir, file))
		assert.NoError(t, err)
		var groups []group
		assert.NoError(t, json.Unmarshal(text, &groups), file)
		for _, g := range groups {
			t.Run(file+"/"+g.Description, func(t *testing.T) {
				if s, ok := findSkip(t, g, file, formats); ok {
					used[s] = true
					skipped += len(g.Tests)
					return
				}
				agreed += len(g.Tests)
				for _, name := range disagreements(t, g, formats) {
					t.Errorf("%s: the suite disagrees", name)
				}
			})
		}
	}
	for _, s := range skips {
		if !used[s] {
			t.Errorf("no group is skipped by %q: remove it", s)
		}
	}
	t.Logf("agreed on %d cases, skipped %d", agreed, skipped)
}

// findSkip returns the row of skips for a group, and false for a group that must run. A group with
// rows none of which tells the truth fails the test.
func findSkip(t *testing.T, g group, file string, formats jsonschema.Formats) (found skip, ok bool) {
	t.Helper()
	listed := false
	for _, s := range skips {
		if s.file != file || (s.group != "" && s.group != g.Description) {
			continue
		}
		listed = true
		_, err := compile(string(g.Schema), "", formats)
		if err != nil && strings.Contains(err.Error(), s.reason) ||
			err == nil && s.reason == otherDialect && len(disagreements(t, g, formats)) > 0 {
			return s, true
		}
	}
	if listed {
		t.Error("is listed in skips, for a reason that it does not have")
	}
	return skip{}, listed
}

// disagreements names the tests of a group that have another outcome here.
func disagreements(t *testing.T, g group, formats jsonschema.Formats) (names []string) {
	t.Helper()
	schema, err := compile(string(g.Schema), "", formats)
	assert.NoError(t, err)
	for _, test := range g.Tests {
		if err := schema.Validate(test.Data); (err == nil) != test.Valid {
			names = append(names, test.Description)
		}
	}
	return names
}

// suiteFiles returns the folder of the suite and the paths of its files, with slashes. It skips
// the test where there is no suite.
func suiteFiles(t *testing.T) (dir string, files []string) {
	t.Helper()
	corpora := os.Getenv("TENON_CORPORA")
	if corpora == "" {
		corpora = "../../../shared/corpora"
	}
	dir = filepath.Join(corpora, "JSON-Schema-Test-Suite", "tests", "draft2020-12")
	for _, pattern := range []string{"*.json", "optional/*.json", "optional/format/*.json"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		assert.NoError(t, err)
		for _, path := range found {
			file, err := filepath.Rel(dir, path)
			assert.NoError(t, err)
			files = append(files, filepath.ToSlash(file))
		}
	}
	if len(files) == 0 {
		t.Skipf("no JSON-Schema-Test-Suite in %s: set TENON_CORPORA", corpora)
	}
	return dir, files
}
