package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Extensions are the members of an object that begin with "x-", each a JSON value. They are
// written after all other members, sorted by name. Any other name is an error of the encoder.
//
// Source: OpenAPI 3.1, section "Specification Extensions".
type Extensions map[string]json.RawMessage

// encode is json.Marshal without the escapes that make JSON safe inside HTML.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// A member is one that a type of this package has no field for.
type member struct {
	name  string
	value any
}

// encodeObject writes the struct v, followed by more members and its extensions, as one JSON object.
func encodeObject(v any, ext Extensions, more ...member) ([]byte, error) {
	out, err := encode(v)
	if err != nil || len(ext) == 0 && len(more) == 0 {
		return out, err
	}
	out = out[:len(out)-1] // the closing brace
	for _, m := range more {
		if out, err = appendMember(out, m.name, m.value); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ext)) {
		if !strings.HasPrefix(name, "x-") {
			return nil, fmt.Errorf("openapi: extension %q does not begin with x-", name)
		}
		if out, err = appendMember(out, name, ext[name]); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// appendMember adds a member to the unfinished object in out.
func appendMember(out []byte, name string, value any) ([]byte, error) {
	key, err := encode(name)
	if err != nil {
		return nil, err
	}
	val, err := encode(value)
	if err != nil {
		return nil, fmt.Errorf("openapi: member %q: %w", name, err)
	}
	if out[len(out)-1] != '{' {
		out = append(out, ',')
	}
	out = append(out, key...)
	out = append(out, ':')
	return append(out, val...), nil
}

// reference is what stands in place of an object with a Ref.
//
// Source: OpenAPI 3.1, section "Reference Object".
type reference struct {
	Ref         string `json:"$ref"`
	Summary     string `json:"summary,omitempty"`
	Description string `json:"description,omitempty"`
}
