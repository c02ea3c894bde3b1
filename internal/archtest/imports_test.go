package archtest

import (
	"maps"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// sound is a repository without a mistake, and soundTable its layers.
func sound() map[string]string {
	return map[string]string{
		"go.mod":                     "module example.com/joint\n\ngo 1.26\n",
		"app.go":                     goFile("joint", "net/http", "example.com/joint/schema", "example.com/joint/problem"),
		"app_test.go":                goFile("joint_test", "testing", "example.com/joint", "example.com/joint/tenontest"),
		"problem/problem.go":         goFile("problem", "net/http", "example.com/joint/internal/wire"),
		"problem/problem_test.go":    goFile("problem_test", "example.com/joint/problem", "example.com/joint/internal/assert", "example.com/joint/tenontest"),
		"schema/schema.go":           goFile("schema", "reflect", "example.com/joint/problem", "example.com/joint/internal/wire"),
		"schema/testdata/bad.go":     "this is not Go",
		"middleware/nosniff.go":      goFile("middleware", "example.com/joint/problem"),
		"internal/wire/wire.go":      goFile("wire", "unicode/utf8"),
		"internal/wire/wire_test.go": goFile("wire_test", "reflect", "example.com/joint/internal/assert"),
		"internal/assert/assert.go":  goFile("assert", "testing"),
		"tenontest/tenontest.go":     goFile("tenontest", "example.com/joint"),
		".git/hook.go":               "neither is this",
		"_old/old.go":                "nor this",
		"docsui/go.mod":              "module example.com/joint/docsui\n\ngo 1.26\n\nrequire example.com/joint v0.0.0\n\nreplace example.com/joint => ../\n",
		"docsui/docsui.go":           goFile("docsui", "example.com/joint", "example.com/other"),
		"docsui/internal/x/x.go":     goFile("x"),
		"docsui/cmd/main.go":         goFile("main", "example.com/joint/docsui", "example.com/joint/docsui/internal/x"),
		"docsui/docsui_test.go":      goFile("docsui", "example.com/joint/internal/assert"),
		"tools/go.mod":               "module example.com/joint/tools\n\ngo 1.26\n\ntool example.com/lint\n\nrequire example.com/lint v1.0.0\n",
	}
}

func soundTable() map[string]row {
	return map[string]row{
		"internal/assert":   {height: 0},
		"internal/wire":     {height: 0, never: []string{"reflect"}},
		"problem":           {height: 10},
		"schema":            {height: 20, never: []string{"net/http"}},
		"middleware":        {height: 20, only: []string{"problem"}},
		"":                  {height: 30},
		"tenontest":         {height: 40},
		"docsui/internal/x": {height: 0},
		"docsui":            {height: 50},
		"docsui/cmd":        {height: 60},
	}
}

func TestCheckLayersFindsMistakes(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string // beside those of sound; an empty one is taken away
		want  string            // the only line, or none
	}{
		{name: "sound"},
		{
			name:  "package without a layer",
			files: map[string]string{"auth/auth.go": goFile("auth")},
			want:  "auth: no layer: add it to the table in internal/archtest/layers.go and to ARCHITECTURE.md",
		},
		{
			name:  "package of tests only without a layer",
			files: map[string]string{"e2e/e2e_test.go": goFile("e2e")},
			want:  "e2e: no layer: add it to the table in internal/archtest/layers.go and to ARCHITECTURE.md",
		},
		{
			name:  "stale row",
			files: map[string]string{"docsui/cmd/main.go": ""},
			want:  "docsui/cmd: the layer table has a row for it, but there is no such package: delete the row",
		},
		{
			name:  "import of a higher layer",
			files: map[string]string{"schema/bad.go": goFile("schema", "example.com/joint"), "schema/worse.go": goFile("schema", "example.com/joint")},
			want:  "schema: imports the root package, whose layer 30 is not lower than its own, 20 (schema/bad.go)",
		},
		{
			name:  "import of the same layer",
			files: map[string]string{"schema/bad.go": goFile("schema", "example.com/joint/middleware")},
			want:  "schema: imports middleware, whose layer 20 is not lower than its own, 20 (schema/bad.go)",
		},
		{
			name:  "import under a build constraint",
			files: map[string]string{"schema/bad_windows.go": "//go:build ignore\n\n" + goFile("schema", "example.com/joint")},
			want:  "schema: imports the root package, whose layer 30 is not lower than its own, 20 (schema/bad_windows.go)",
		},
		{
			name:  "import of a higher layer in a test",
			files: map[string]string{"problem/bad_test.go": goFile("problem_test", "example.com/joint/schema")},
			want:  "problem: imports schema, whose layer 20 is not lower than its own, 10 (problem/bad_test.go)",
		},
		{
			name:  "import of the test helpers outside of tests",
			files: map[string]string{"internal/wire/bad.go": goFile("wire", "example.com/joint/internal/assert")},
			want:  "internal/wire: imports internal/assert, whose layer 0 is not lower than its own, 0 (internal/wire/bad.go)",
		},
		{
			name:  "lower import that the row does not list",
			files: map[string]string{"middleware/bad.go": goFile("middleware", "example.com/joint/internal/wire")},
			want:  "middleware: imports internal/wire, but its row allows only [problem] (middleware/bad.go)",
		},
		{
			name:  "same in a test",
			files: map[string]string{"middleware/fine_test.go": goFile("middleware", "example.com/joint/internal/wire")},
		},
		{
			name:  "forbidden package of the standard library",
			files: map[string]string{"schema/bad.go": goFile("schema", "net/http")},
			want:  "schema: imports net/http, which its row forbids (schema/bad.go)",
		},
		{
			name:  "same in a test",
			files: map[string]string{"schema/fine_test.go": goFile("schema", "net/http")},
		},
		{
			name:  "internal package of another module",
			files: map[string]string{"docsui/bad.go": goFile("docsui", "example.com/joint/internal/wire")},
			want:  "docsui: imports example.com/joint/internal/wire, which is internal to another module (docsui/bad.go)",
		},
		{
			name:  "same in a test",
			files: map[string]string{"docsui/bad_test.go": goFile("docsui", "example.com/joint/internal/wire")},
			want:  "docsui: imports example.com/joint/internal/wire, which is internal to another module (docsui/bad_test.go)",
		},
		{
			name:  "import of a module above",
			files: map[string]string{"tenontest/bad.go": goFile("tenontest", "example.com/joint/docsui")},
			want:  "tenontest: imports docsui, whose layer 50 is not lower than its own, 40 (tenontest/bad.go)",
		},
		{
			name:  "import of nothing",
			files: map[string]string{"tenontest/bad.go": goFile("tenontest", "example.com/joint/nothing")},
			want:  "tenontest: imports example.com/joint/nothing, which does not exist (tenontest/bad.go)",
		},
		{
			name:  "module whose path begins alike",
			files: map[string]string{"tenontest/fine.go": goFile("tenontest", "example.com/jointly/nothing")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := sound()
			maps.Copy(files, tt.files)
			maps.DeleteFunc(files, func(_, text string) bool { return text == "" })
			r, err := fixture(t, files)
			assert.NoError(t, err)
			assert.Equal(t, strings.Join(checkLayers(r, soundTable()), "\n"), tt.want)
		})
	}
}

func TestCheckRootModuleFindsMistakes(t *testing.T) {
	tests := []struct {
		name, mod, want string
	}{
		{name: "sound", mod: "module example.com/joint\n\ngo 1.26\n"},
		{
			name: "everything that is not allowed",
			mod:  "module example.com/joint\n\ngo 1.26\n\ntool example.com/b/cmd\n\nrequire example.com/a v1.0.0\n\nreplace example.com/a => ../a\n",
			want: "the root go.mod has the tool example.com/b/cmd\nthe root go.mod replaces example.com/a\nthe root go.mod requires example.com/a",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := fixture(t, map[string]string{"go.mod": tt.mod, "sub/go.mod": "module example.com/sub\n\nrequire example.com/a v1.0.0\n"})
			assert.NoError(t, err)
			assert.Equal(t, strings.Join(checkRootModule(r), "\n"), tt.want)
		})
	}
}

func TestLoadRefusesWhatItCannotRead(t *testing.T) {
	mod := "module example.com/joint\n"
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{name: "no module", files: map[string]string{"a.go": goFile("a")}, want: "a.go lies outside of every module"},
		{name: "no root module", files: map[string]string{"sub/go.mod": mod}, want: "has no go.mod"},
		{name: "empty", files: map[string]string{"README.md": ""}, want: "has no go.mod"},
		{name: "not Go", files: map[string]string{"go.mod": mod, "a.go": "package"}, want: "expected 'IDENT'"},
		{name: "broken module", files: map[string]string{"go.mod": "nonsense here\n"}, want: "go mod edit -json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fixture(t, tt.files)
			if err == nil {
				t.Fatal("got no error")
			}
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}
