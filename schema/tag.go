package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// fieldTags are the keys of struct tags that the package reads.
type fieldTags struct {
	name       string // of the member on the wire; "" means the name of the field
	hidden     bool   // json:"-"
	omitEmpty  bool
	omitZero   bool
	quoted     bool // json option string
	title      string
	examples   []string
	readOnly   bool // printed, not read
	writeOnly  bool // read, not printed
	check      string
	doc        string
	example    string
	hasExample bool
	def        string
	hasDef     bool
	deprecated bool
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
		if d := len(key) - len(own); -1 <= d && d <= 1 && distance(key, own) == 1 {
			return own
		}
	}
	return ""
}

// parseTags reads the tags of a field and refuses what package reflect would
// silently not see: malformed text, repeated keys.
func parseTags(f reflect.StructField) (fieldTags, error) {
	var t fieldTags
	keys, err := tagKeys(string(f.Tag))
	if err != nil {
		return t, err
	}
	for i, k := range keys {
		if slices.Contains(keys[:i], k) {
			return t, fmt.Errorf("key %q occurs twice in the tag: the second is invisible", k)
		}
		if own := slip(k); own != "" {
			return t, fmt.Errorf("key %q in the tag: did you mean %s?", k, own)
		}
	}
	var opts string
	if text := f.Tag.Get("json"); text == "-" {
		t.hidden = true
	} else {
		t.name, opts, _ = strings.Cut(text, ",")
	}
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
			return t, fmt.Errorf("json option %q is not supported", opt)
		}
	}
	t.check = f.Tag.Get("check")
	t.doc = f.Tag.Get("doc")
	t.title = f.Tag.Get("title")
	t.example, t.hasExample = f.Tag.Lookup("example")
	if list, ok := f.Tag.Lookup("examples"); ok {
		t.examples = strings.Split(list, "|")
	}
	t.def, t.hasDef = f.Tag.Lookup("default")
	for _, flag := range []struct {
		key string
		set *bool
	}{{"deprecated", &t.deprecated}, {"readOnly", &t.readOnly}, {"writeOnly", &t.writeOnly}} {
		text, ok := f.Tag.Lookup(flag.key)
		if !ok {
			continue
		}
		if *flag.set, err = strconv.ParseBool(text); err != nil {
			return t, fmt.Errorf("%s:%q: want true or false", flag.key, text)
		}
	}
	switch {
	case t.readOnly && t.writeOnly:
		return t, errors.New("readOnly and writeOnly exclude each other")
	case t.readOnly && t.hasDef:
		return t, errors.New("a readOnly field is not read: it has no default")
	}
	return t, nil
}

// tagKeys returns the keys of a tag, or an error where the text from some point
// on is not a list of key:"value" pairs and would be lost.
func tagKeys(tag string) ([]string, error) {
	keys := make([]string, 0, 4)
	for rest := tag; ; {
		trimmed := strings.TrimLeft(rest, " ")
		if trimmed == "" {
			return keys, nil
		}
		key, after, ok := strings.Cut(trimmed, ":")
		apart := len(keys) == 0 || len(trimmed) < len(rest)
		if !ok || !apart || !isKey(key) || !strings.HasPrefix(after, `"`) {
			return nil, malformed(trimmed, keys)
		}
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return nil, malformed(trimmed, keys)
		}
		keys = append(keys, key)
		rest = after[len(quoted):]
	}
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
