package archtest

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// repository reads the repository that this package lies in, once.
var repository = sync.OnceValues(func() (*repo, error) { return load(filepath.Join("..", "..")) })

// thisRepo is repository or the end of the test.
func thisRepo(t *testing.T) *repo {
	t.Helper()
	r, err := repository()
	assert.NoError(t, err)
	return r
}

// report fails the test with one message for each mistake.
func report(t *testing.T, mistakes []string) {
	t.Helper()
	for _, mistake := range mistakes {
		t.Error(mistake)
	}
}

func TestImportsPointDown(t *testing.T) {
	report(t, checkLayers(thisRepo(t), layers))
}

func TestRootModuleRequiresNothing(t *testing.T) {
	report(t, checkRootModule(thisRepo(t)))
}

func TestRootPackageIsSmall(t *testing.T) {
	r := thisRepo(t)
	if r.packages[""] == nil {
		t.Fatal("there is no root package")
	}
	a, err := readAPI(r, "")
	assert.NoError(t, err)
	if n := len(a.names); n > maxExported {
		t.Errorf("the root package exports %d names, want at most %d: %v", n, maxExported, slices.Sorted(maps.Keys(a.names)))
	}
}

// TestAPIIsRecorded compares the exported names of the public packages with the folder api, or
// rewrites that folder if asked to.
func TestAPIIsRecorded(t *testing.T) {
	r := thisRepo(t)
	folder := filepath.Join(r.root, "api")
	public := map[string]bool{}
	for _, dir := range publicPackages(r) {
		a, err := readAPI(r, dir)
		assert.NoError(t, err)
		if a.pkg == "main" {
			continue
		}
		name := apiFile(r, dir)
		public[name] = true
		recorded := filepath.Join(folder, name)
		if assert.Update() {
			assert.NoError(t, os.MkdirAll(folder, 0o755))
			assert.NoError(t, os.WriteFile(recorded, []byte(a.String()), 0o644))
			continue
		}
		want, err := os.ReadFile(recorded)
		if err != nil {
			t.Errorf("package %s is not recorded: %v (go test ./internal/archtest -update writes it)", label(dir), err)
			continue
		}
		assert.Equal(t, a.String(), string(want), "api/"+name, "differs; if the change is meant: go test ./internal/archtest -update")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	assert.NoError(t, err)
	for _, file := range files {
		switch {
		case public[filepath.Base(file)]:
		case assert.Update():
			assert.NoError(t, os.Remove(file))
		default:
			t.Errorf("%s records a package that does not exist: delete it", file)
		}
	}
}

func TestRulesHaveTheirTests(t *testing.T) {
	r := thisRepo(t)
	text, err := os.ReadFile(filepath.Join(r.root, "docs", "rules.md"))
	assert.NoError(t, err)
	rules, err := parseRules(string(text))
	assert.NoError(t, err)
	mistakes, err := checkRules(r, rules)
	assert.NoError(t, err)
	for _, mistake := range mistakes {
		t.Error("docs/rules.md: " + mistake)
	}
}

// fixture writes files into a folder of its own and loads it.
func fixture(t *testing.T, files map[string]string) (*repo, error) {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		assert.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		assert.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	return load(root)
}

// goFile is a Go file with imports.
func goFile(pkg string, imports ...string) string {
	var out strings.Builder
	out.WriteString("package " + pkg + "\n")
	for _, path := range imports {
		out.WriteString("import _ \"" + path + "\"\n")
	}
	return out.String()
}
