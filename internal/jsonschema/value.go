package jsonschema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNesting is how deep arrays and objects nest in text that is read.
const maxNesting = 1000

// Read parses one JSON text into nil, bool, [Number], string, []any and map[string]any. Text that
// is not UTF-8, that has a name twice in an object, or that exceeds a bound of this package is an error.
func Read(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("the text is not UTF-8")
	}
	// The decoder reads tokens, from which alone repeated names can be seen; it does not check
	// all of the syntax between them.
	var all json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	r := reader{dec: json.NewDecoder(bytes.NewReader(text))}
	r.dec.UseNumber()
	return r.value(0)
}

// A reader builds a value from the tokens of valid JSON text.
type reader struct {
	dec *json.Decoder
}

func (r *reader) value(nesting int) (any, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Number:
		return parseNumber(t.String())
	case json.Delim:
		if nesting == maxNesting {
			return nil, fmt.Errorf("nests deeper than %d levels", maxNesting)
		}
		if t == '[' {
			return r.array(nesting + 1)
		}
		return r.object(nesting + 1)
	}
	return token, nil
}

func (r *reader) array(nesting int) (any, error) {
	items := []any{}
	for r.dec.More() {
		item, err := r.value(nesting)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := r.dec.Token()
	return items, err
}

func (r *reader) object(nesting int) (any, error) {
	members := map[string]any{}
	for r.dec.More() {
		token, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("name of a member is %v", token)
		}
		if _, twice := members[name]; twice {
			return nil, fmt.Errorf("an object has the name %q twice (second at offset %d)", name, r.dec.InputOffset())
		}
		if members[name], err = r.value(nesting); err != nil {
			return nil, err
		}
	}
	_, err := r.dec.Token()
	return members, err
}

// kind names the JSON type of a value.
func kind(value any) string {
	switch value.(type) {
	case bool:
		return "boolean"
	case Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

// show writes a value for a message, in few words.
func show(value any) string {
	const most = 60
	text := ""
	switch v := value.(type) {
	case bool:
		text = strconv.FormatBool(v)
	case Number:
		text = v.text
	case string:
		text = strconv.Quote(v)
	default:
		return kind(value)
	}
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	return text
}

// canonical returns text that is the same for two values exactly if JSON Schema calls them equal.
//
// Source: JSON Schema 2020-12, Core section 4.2.2.
func canonical(value any) string { return string(appendCanonical(nil, value)) }

func appendCanonical(b []byte, value any) []byte {
	switch v := value.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case Number:
		return v.appendCanonical(b)
	case string:
		return strconv.AppendQuote(b, v)
	case []any:
		b = append(b, '[')
		for _, item := range v {
			b = append(appendCanonical(b, item), ',')
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(strconv.AppendQuote(b, name), ':')
			b = append(appendCanonical(b, v[name]), ',')
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
