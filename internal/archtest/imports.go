package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkLayers compares the packages of a repository and their imports with a layer table. It
// returns one line for each mistake.
func checkLayers(r *repo, table map[string]row) []string {
	var mistakes []string
	for _, dir := range slices.Sorted(maps.Keys(table)) {
		if r.packages[dir] == nil {
			mistakes = append(mistakes, fmt.Sprintf("%s: the layer table has a row for it, but there is no such package: delete the row", label(dir)))
		}
	}
	for _, g := range r.sorted() {
		own, ok := table[g.dir]
		if !ok {
			mistakes = append(mistakes, fmt.Sprintf("%s: no layer: add it to the table in internal/archtest/layers.go and to ARCHITECTURE.md", label(g.dir)))
			continue
		}
		seen := map[string]bool{} // one line for each pair of packages
		for _, spec := range g.imports {
			problem := checkImport(r, table, g, own, spec)
			if problem != "" && !seen[problem] {
				seen[problem] = true
				mistakes = append(mistakes, fmt.Sprintf("%s: %s (%s)", label(g.dir), problem, spec.file))
			}
		}
	}
	return mistakes
}

// checkImport says what is wrong with an import, or nothing.
func checkImport(r *repo, table map[string]row, from *goFiles, own row, spec importSpec) string {
	dir, ours := r.folder(spec.path)
	if !ours {
		if !spec.test && slices.Contains(own.never, spec.path) {
			return fmt.Sprintf("imports %s, which its row forbids", spec.path)
		}
		return ""
	}
	if dir == from.dir || spec.test && (dir == assertPackage || dir == clientPackage) {
		return ""
	}
	target := r.packages[dir]
	if target == nil {
		return fmt.Sprintf("imports %s, which does not exist", spec.path)
	}
	if target.module != from.module && isInternal(spec.path) {
		return fmt.Sprintf("imports %s, which is internal to another module", spec.path)
	}
	height, ok := table[dir]
	switch {
	case !ok:
		return "" // reported for the package itself
	case height.height >= own.height:
		return fmt.Sprintf("imports %s, whose layer %d is not lower than its own, %d", label(dir), height.height, own.height)
	case own.only != nil && !spec.test && !slices.Contains(own.only, dir):
		return fmt.Sprintf("imports %s, but its row allows only %v", label(dir), own.only)
	}
	return ""
}

// isInternal reports whether an import path has an element called internal.
func isInternal(importPath string) bool {
	return slices.Contains(strings.Split(importPath, "/"), "internal")
}

// label names a folder in a message.
func label(dir string) string {
	if dir == "" {
		return "the root package"
	}
	return dir
}

// checkRootModule returns one line for each thing in the root go.mod that would reach the module
// graph of every user or keep go install from working.
func checkRootModule(r *repo) []string {
	var mistakes []string
	root := r.modules[0]
	for what, paths := range map[string][]string{"requires": root.require, "replaces": root.replace, "has the tool": root.tool} {
		for _, path := range paths {
			mistakes = append(mistakes, fmt.Sprintf("the root go.mod %s %s", what, path))
		}
	}
	slices.Sort(mistakes)
	return mistakes
}
