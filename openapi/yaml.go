package openapi

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// YAML returns the document as YAML in block style, its members in the order of [Document.JSON],
// whose errors it has. Version 1.1 and version 1.2 of YAML read it alike: text that one of them would
// take for something else, such as no, 1e3 or 2026-11-20, is quoted.
//
// Source: YAML 1.2.2, https://yaml.org/spec/1.2.2/.
func (d *Document) YAML() ([]byte, error) {
	text, err := encode(d)
	if err != nil {
		return nil, err
	}
	return toYAML(text)
}

// toYAML returns a JSON text as YAML.
func toYAML(text []byte) ([]byte, error) {
	w := &yamlWriter{in: json.NewDecoder(bytes.NewReader(text))}
	w.in.UseNumber()
	err := w.value(0, atStart)
	return w.out, err
}

// A yamlWriter writes what it reads from in.
type yamlWriter struct {
	in  *json.Decoder
	out []byte
}

// A yamlPlace is what stands before a value.
type yamlPlace int

const (
	atStart   yamlPlace = iota // of the text
	afterDash                  // and a space
	afterKey                   // and its colon
)

// value writes the next value. Its lines are indented by indent spaces, but for the first of an object
// or a list behind a dash, which is on the line of that.
func (w *yamlWriter) value(indent int, at yamlPlace) error {
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	open, isCollection := token.(json.Delim)
	switch {
	case !isCollection:
		if at == afterKey {
			w.out = append(w.out, ' ')
		}
		w.out = append(w.scalar(token, indent), '\n')
		return nil
	case w.in.More() && at == afterKey:
		w.out = append(w.out, '\n')
	case w.in.More():
	case at == afterKey:
		w.out = append(w.out, ' ')
		fallthrough
	default:
		w.out = append(w.out, open.String()...)
	}
	for first := at != afterKey; w.in.More(); first = false {
		if !first {
			w.indent(indent)
		}
		if err := w.entry(indent, open == '{'); err != nil {
			return err
		}
	}
	end, err := w.in.Token()
	if n := len(w.out); n > 0 && w.out[n-1] != '\n' { // nothing was in it
		w.out = append(w.out, end.(json.Delim).String()...)
		w.out = append(w.out, '\n')
	}
	return err
}

// entry writes a member of an object, or an item of a list.
func (w *yamlWriter) entry(indent int, isMember bool) error {
	if !isMember {
		w.out = append(w.out, "- "...)
		return w.value(indent+2, afterDash)
	}
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	start := len(w.out)
	w.out = appendYAMLText(w.out, token.(string))
	if len(w.out)-start > maxImplicitKey {
		w.out = append(slices.Insert(w.out, start, '?', ' '), '\n')
		w.indent(indent)
	}
	w.out = append(w.out, ':')
	return w.value(indent+2, afterKey)
}

// maxImplicitKey is how many bytes a key may have that does not say that it is one.
// Source: YAML 1.2.2, section 7.4.2, which allows 1024 characters.
const maxImplicitKey = 1000

func (w *yamlWriter) indent(n int) {
	for range n {
		w.out = append(w.out, ' ')
	}
}

// scalar appends a value that is no collection. Text of several lines has them at indent.
func (w *yamlWriter) scalar(token json.Token, indent int) []byte {
	switch v := token.(type) {
	case bool:
		if v {
			return append(w.out, "true"...)
		}
		return append(w.out, "false"...)
	case json.Number:
		return appendYAMLNumber(w.out, v.String())
	case string:
		if indent > 0 && isYAMLBlock(v) {
			return w.block(v, indent)
		}
		return appendYAMLText(w.out, v)
	}
	return append(w.out, "null"...)
}

// block appends text as a literal block. Its last line feed is that of the value.
func (w *yamlWriter) block(text string, indent int) []byte {
	body, whole := strings.CutSuffix(text, "\n")
	w.out = append(w.out, '|')
	if !whole {
		w.out = append(w.out, '-')
	}
	for line := range strings.SplitSeq(body, "\n") {
		w.out = append(w.out, '\n')
		if line != "" {
			w.indent(indent)
			w.out = append(w.out, line...)
		}
	}
	return w.out
}
