package main

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// parameters returns the parameters of a path template. A parameter is a whole segment in braces.
func parameters(path string) (names []string, err error) {
	for segment := range strings.SplitSeq(path, "/") {
		name, ok := strings.CutPrefix(segment, "{")
		name, closed := strings.CutSuffix(name, "}")
		name, rest := strings.CutSuffix(name, "...")
		switch {
		case !ok && !closed && !strings.ContainsAny(segment, "{}"):
		case !ok || !closed || name == "" || strings.ContainsAny(name, "{}:*."):
			return nil, fmt.Errorf("path %q: a parameter is a whole segment, as in /orders/{id}", path)
		case rest && !strings.HasSuffix(path, "/"+segment):
			return nil, fmt.Errorf("path %q: %q takes the rest of the path: it can only be the last segment", path, segment)
		case slices.Contains(names, name):
			return nil, fmt.Errorf("path %q: parameter %q occurs twice", path, name)
		default:
			names = append(names, name)
		}
	}
	return names, nil
}

// A pathField is a field of an input that reads a path parameter.
type pathField struct {
	name  string // of the parameter
	field *types.Var
}

// pathFields returns the fields of an input that read path parameters. whole is false when other
// fields could read more: dependencies, and tags that are malformed.
func pathFields(t types.Type) (fields []pathField, whole bool) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil, false
	}
	whole = true
	for i := range s.NumFields() {
		f, tag := s.Field(i), reflect.StructTag(s.Tag(i))
		inner, isStruct := f.Type().Underlying().(*types.Struct)
		switch name, ok := tag.Lookup("path"); {
		case checkTag(s.Tag(i)) != nil:
			whole = false
		case ok && name == "*" && isStruct:
			fields = append(fields, members(inner)...)
		case ok:
			fields = append(fields, pathField{name, f})
		case sourceOf(tag) != "":
		case f.Embedded() && isStruct:
			more, all := pathFields(f.Type())
			fields, whole = append(fields, more...), whole && all
		case f.Name() != "Body" && !(isStruct && inner.NumFields() == 0):
			whole = false
		}
	}
	return fields, whole
}

// members returns the fields of a struct with the tag path:"*", each a parameter.
func members(s *types.Struct) (fields []pathField) {
	for i := range s.NumFields() {
		f := s.Field(i)
		name, _, _ := strings.Cut(reflect.StructTag(s.Tag(i)).Get("json"), ",")
		if name == "" {
			name = f.Name()
		}
		if f.Exported() && name != "-" {
			fields = append(fields, pathField{name, f})
		}
	}
	return fields
}

func contains(fields []pathField, name string) bool {
	return slices.ContainsFunc(fields, func(f pathField) bool { return f.name == name })
}
