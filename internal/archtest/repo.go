package archtest

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A repo is what the checks need to know of a repository.
type repo struct {
	root     string              // folder
	modules  []*module           // sorted by folder; the root module is first
	packages map[string]*goFiles // by folder, relative to root, with slashes; "" is the root
}

// A module is a folder with a go.mod.
type module struct {
	dir     string // relative to the root of the repository, "" for the root
	path    string
	require []string
	replace []string
	tool    []string
}

// goFiles is a folder with Go files: at most one package and its tests.
type goFiles struct {
	dir     string
	module  *module
	files   []string // names of files that are no tests
	tests   []string // names of test files
	imports []importSpec
}

// An importSpec is an import in one file.
type importSpec struct {
	path string
	file string // relative to the root of the repository
	test bool   // the file is a test
}

// load reads the modules, folders and imports below root.
func load(root string) (*repo, error) {
	r := &repo{root: root, packages: map[string]*goFiles{}}
	if err := r.walk("", nil); err != nil {
		return nil, err
	}
	if len(r.modules) == 0 || r.modules[0].dir != "" {
		return nil, fmt.Errorf("%s has no go.mod", root)
	}
	return r, nil
}

// walk reads a folder that belongs to a module, and the folders below it.
func (r *repo) walk(dir string, m *module) error {
	entries, err := os.ReadDir(filepath.Join(r.root, dir))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "go.mod" && !e.IsDir() }) {
		if m, err = readModule(r.root, dir); err != nil {
			return err
		}
		r.modules = append(r.modules, m)
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			continue
		}
		switch {
		case entry.IsDir() && name != "testdata" && name != "vendor" && name != "node_modules":
			err = r.walk(path.Join(dir, name), m)
		case !entry.IsDir() && strings.HasSuffix(name, ".go"):
			err = r.addFile(dir, name, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addFile reads the imports of a Go file.
func (r *repo) addFile(dir, name string, m *module) error {
	if m == nil {
		return fmt.Errorf("%s lies outside of every module", path.Join(dir, name))
	}
	g := r.packages[dir]
	if g == nil {
		g = &goFiles{dir: dir, module: m}
		r.packages[dir] = g
	}
	test := strings.HasSuffix(name, "_test.go")
	if test {
		g.tests = append(g.tests, name)
	} else {
		g.files = append(g.files, name)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(r.root, dir, name), nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return fmt.Errorf("%s: import %s: %w", path.Join(dir, name), spec.Path.Value, err)
		}
		g.imports = append(g.imports, importSpec{path: imported, file: path.Join(dir, name), test: test})
	}
	return nil
}

// folder returns the folder in the repository that an import path means, and whether the path
// belongs to a module of the repository.
func (r *repo) folder(importPath string) (dir string, ok bool) {
	best := -1
	for _, m := range r.modules {
		rest, found := strings.CutPrefix(importPath, m.path)
		if found && (rest == "" || rest[0] == '/') && len(m.path) > best {
			best, dir = len(m.path), path.Join(m.dir, strings.TrimPrefix(rest, "/"))
		}
	}
	return dir, best >= 0
}

// sorted returns the folders in order.
func (r *repo) sorted() []*goFiles {
	dirs := make([]*goFiles, 0, len(r.packages))
	for _, g := range r.packages {
		dirs = append(dirs, g)
	}
	slices.SortFunc(dirs, func(a, b *goFiles) int { return strings.Compare(a.dir, b.dir) })
	return dirs
}

// readModule reads dir/go.mod through the go command, which does so without network.
func readModule(root, dir string) (*module, error) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = filepath.Join(root, dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go mod edit -json in %s: %w: %s", cmd.Dir, err, stderr.String())
	}
	var mod struct {
		Module  struct{ Path string }
		Require []struct{ Path string }
		Replace []struct{ Old struct{ Path string } }
		Tool    []struct{ Path string }
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, fmt.Errorf("go mod edit -json in %s: %w", cmd.Dir, err)
	}
	m := &module{dir: dir, path: mod.Module.Path}
	for _, require := range mod.Require {
		m.require = append(m.require, require.Path)
	}
	for _, replace := range mod.Replace {
		m.replace = append(m.replace, replace.Old.Path)
	}
	for _, tool := range mod.Tool {
		m.tool = append(m.tool, tool.Path)
	}
	return m, nil
}
