package main

import (
	"go/types"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// separators are what the tag split may say.
var separators = []string{",", "|", " "}

// uploadPath is the package whose types take files of a form.
const uploadPath = tenonPath + "/upload"

// parameter checks the tags that say where a field of an input comes from and how it is read.
func (c *checker) parameter(f *types.Var, tag reflect.StructTag, at place) {
	source := sourceOf(tag)
	name := tag.Get(source)
	for _, other := range sources {
		if _, ok := tag.Lookup(other); ok && other != source {
			c.report(at, "has the tags %s and %s: a field has one source", source, other)
			return
		}
	}
	switch {
	case name == "":
		c.report(at, "tag %s:%q: want the name of one parameter, or * for a struct of them", source, name)
	case strings.Contains(name, ","):
		c.report(at, "tag %s:%q: want a name without options, which are other tags: default, check, split", source, name)
	}
	if source == "form" && takesFiles(f.Type()) {
		return
	}
	if text, ok := tag.Lookup("status"); ok {
		if status, err := strconv.Atoi(text); err != nil || status < 400 || status > 499 {
			c.report(at, "tag status:%q: want one status from 400 to 499", text)
		}
	}
	split, isSplit := tag.Lookup("split")
	content, isContent := tag.Lookup("content")
	switch {
	case (isSplit || isContent) && name == "*":
		c.report(at, "tag %s:%q: the tags split and content are for one parameter", source, name)
	case isSplit && isContent:
		c.report(at, "JSON is not split: take one of the tags split and content away")
	case isContent && !isJSON(content):
		c.report(at, "tag content:%q: a parameter is text or, with content:\"application/json\", JSON", content)
	case isSplit:
		c.split(f.Type(), source, split, at)
	}
}

// split checks the tag split of a field.
func (c *checker) split(t types.Type, source, split string, at place) {
	switch {
	case source == "header" || source == "path":
		c.report(at, "tag split:%q: a list in a %s is separated by commas as it is", split, source)
	case !slices.Contains(separators, split) || source == "cookie" && split != ",":
		c.report(at, "tag split:%q: want a comma, or in a query or form a | or a space", split)
	default:
		t = types.Unalias(t)
		for inner, _ := wrapped(t); inner != nil; inner, _ = wrapped(t) {
			t = types.Unalias(inner)
		}
		if k, _ := kindOf(t); k != kindList && k != kindArray && k != kindUnknown && k != kindJSON {
			c.report(at, "tag split:%q: is for lists", split)
		}
	}
}

// isJSON reports whether text is one media type that is JSON.
func isJSON(text string) bool {
	name, params, err := mime.ParseMediaType(text)
	return err == nil && len(params) == 0 && (name == "application/json" || strings.HasSuffix(name, "+json"))
}

// takesFiles reports whether a field of type t takes files.
func takesFiles(t types.Type) bool {
	t = deref(t)
	if s, ok := t.(*types.Slice); ok {
		t = types.Unalias(s.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == uploadPath
}

// envelope checks the tag status of a field of an output.
func (c *checker) envelope(tag reflect.StructTag, at place) {
	text, ok := tag.Lookup("status")
	if !ok || text == "" {
		return
	}
	for part := range strings.SplitSeq(text, ",") {
		if status, err := strconv.Atoi(part); err != nil || status < 200 || status > 399 {
			c.report(at, "tag status:%q: want statuses from 200 to 399, separated by commas", text)
			return
		}
	}
}
