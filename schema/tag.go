package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// fieldTags are the keys of struct tags that the package reads.
type fieldTags struct {
	name      string // of the member on the wire; "" means the name of the field
	hidden    bool   // json:"-"
	omitEmpty bool
	omitZero  bool
	quoted    bool // json option string
	hasDef    bool
	def       string
	check     string
	examples  []string // of the tag example, then of examples
	notes
}

// notes are what the tags say of a field that only the schema shows, and in
// which direction it goes.
type notes struct {
	title, doc string
	deprecated bool
	readOnly   bool // printed, not read
	writeOnly  bool // read, not printed
	extensions openapi.Extensions
}

// longKeys are keys of tags that mean something here or in package tenon, those
// in which a slip can be told from the key of another package.
var longKeys = []string{
	"check", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "query", "header", "cookie", "status",
}

// slip returns the key that a misspelt one was meant to be, or "".
func slip(key string) string {
	if len(key) < len("chek") || key == "json" || slices.Contains(longKeys, key) {
		return ""
	}
	for _, own := range longKeys {
		if oneSlip(key, own) {
			return own
		}
	}
	return ""
}

// oneSlip reports whether one letter to add, remove, change or swap with its neighbour makes b of
// a, which is not b: whether their distance is 1, for the keys of all tags that are read.
func oneSlip(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// parseTags reads the tags of a field and refuses what package reflect would
// silently not see: malformed text, repeated keys.
func parseTags(f reflect.StructField) (fieldTags, error) {
	var t fieldTags
	var room [8]string
	keys := room[:0]
	for rest := string(f.Tag); ; {
		key, value, after, err := tagPair(rest, keys)
		if err != nil {
			return t, err
		}
		if key == "" {
			return t, t.conflict()
		}
		if slices.Contains(keys, key) {
			return t, fmt.Errorf("key %q occurs twice in the tag: the second is invisible", key)
		}
		if own := slip(key); own != "" {
			return t, fmt.Errorf("key %q in the tag: did you mean %s?", key, own)
		}
		if err := t.set(key, value); err != nil {
			return t, err
		}
		keys, rest = append(keys, key), after
	}
}

// set takes one pair of a tag.
func (t *fieldTags) set(key, value string) (err error) {
	switch key {
	case "json":
		return t.setJSON(value)
	case "check":
		t.check = value
	case "doc":
		t.doc = value
	case "title":
		t.title = value
	case "example":
		t.examples = slices.Insert(t.examples, 0, value)
	case "examples":
		t.examples = append(t.examples, strings.Split(value, "|")...)
	case "default":
		t.def, t.hasDef = value, true
	case "deprecated":
		t.deprecated, err = strconv.ParseBool(value)
	case "readOnly":
		t.readOnly, err = strconv.ParseBool(value)
	case "writeOnly":
		t.writeOnly, err = strconv.ParseBool(value)
	default:
		t.extend(key, value)
	}
	if err != nil {
		return fmt.Errorf("%s:%q: want true or false", key, value)
	}
	return nil
}

// extend takes a tag whose name begins with x-: an extension of the schema, whose value is JSON or else text.
func (t *fieldTags) extend(key, value string) {
	if !strings.HasPrefix(key, "x-") {
		return // of another package
	}
	text := json.RawMessage(value)
	if !json.Valid(text) {
		text = quoted(value)
	}
	if t.extensions == nil {
		t.extensions = make(openapi.Extensions)
	}
	t.extensions[key] = text
}

func (t *fieldTags) setJSON(value string) error {
	if value == "-" {
		t.hidden = true
		return nil
	}
	name, opts, _ := strings.Cut(value, ",")
	t.name = name
	for opt := range strings.SplitSeq(opts, ",") {
		switch opt {
		case "":
		case "omitempty":
			t.omitEmpty = true
		case "omitzero":
			t.omitZero = true
		case "string":
			t.quoted = true
		default:
			return fmt.Errorf("json option %q is not supported", opt)
		}
	}
	return nil
}

// conflict returns an error for keys that exclude each other.
func (t *fieldTags) conflict() error {
	switch {
	case t.readOnly && t.writeOnly:
		return errors.New("readOnly and writeOnly exclude each other")
	case t.readOnly && t.hasDef:
		return errors.New("a readOnly field is not read: it has no default")
	}
	return nil
}

// tagPair reads the next pair of a tag, after the keys before; a key "" is the
// end. It returns an error where the text is no list of key:"value" pairs from
// here on and would be lost.
func tagPair(tag string, keys []string) (key, value, rest string, err error) {
	trimmed := strings.TrimLeft(tag, " ")
	if trimmed == "" {
		return "", "", "", nil
	}
	key, after, ok := strings.Cut(trimmed, ":")
	apart := len(keys) == 0 || len(trimmed) < len(tag)
	if !ok || !apart || !isKey(key) || !strings.HasPrefix(after, `"`) {
		return "", "", "", malformed(trimmed, keys)
	}
	if end := strings.IndexAny(after[1:], "\"\\\n"); end >= 0 && after[1+end] == '"' { // as most are
		return key, after[1 : 1+end], after[2+end:], nil
	}
	quoted, err := strconv.QuotedPrefix(after)
	if err != nil {
		return "", "", "", malformed(trimmed, keys)
	}
	value, err = strconv.Unquote(quoted)
	return key, value, after[len(quoted):], err
}

// isKey reports whether package reflect reads s as a key; a comma before it is
// taken for a misplaced separator.
func isKey(s string) bool {
	bad := func(r rune) bool { return r <= ' ' || r == '"' || r == ',' || r == 0x7f }
	return s != "" && !strings.ContainsFunc(s, bad)
}

// malformed says from where on a tag is lost, and why.
func malformed(rest string, keys []string) error {
	hint := "pairs are written key:\"value\" with one space between them"
	if strings.Contains(rest, `\`) {
		hint = "a backslash in a tag needs another one, or put the rule into a method Check() string"
	}
	after := ""
	if len(keys) > 0 {
		after = " after " + keys[len(keys)-1]
	}
	return fmt.Errorf("malformed tag%s, so that the rest is invisible: %s", after, hint)
}
