// Package overlay puts files of other file systems beside those of one, under names of
// its own: the migrations of adapters among those of Harbor.
package overlay

import (
	"io/fs"
	"path"
	"slices"
)

// A File is one of another file system.
type File struct {
	FS   fs.FS
	Name string // in FS
}

// An FS has the files of Base and others. It knows folders of Base only.
type FS struct {
	Base   fs.FS
	Others map[string]File // by name
}

// Open implements [fs.FS].
func (o FS) Open(name string) (fs.File, error) {
	if other, ok := o.Others[name]; ok {
		return other.FS.Open(other.Name)
	}
	return o.Base.Open(name)
}

// Glob implements [fs.GlobFS]. The names are sorted.
func (o FS) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(o.Base, pattern)
	if err != nil {
		return nil, err
	}
	for name := range o.Others {
		if match, err := path.Match(pattern, name); err != nil || !match {
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
