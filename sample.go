package tenon

import (
	"encoding/json"

	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/schema"
)

// sample returns an example of what f prints: zero, which is what it prints of the
// zero value, with the examples, constants and first cases of enums of its schema.
func sample(f *schema.Field, zero json.RawMessage) (json.RawMessage, error) {
	all := schema.NewSchemas("")
	s := all.Output(f)
	components, err := all.Components()
	if err != nil {
		return nil, err
	}
	return exemplify(s, zero, components)
}

func exemplify(s *openapi.Schema, zero json.RawMessage, components map[string]*openapi.Schema) (json.RawMessage, error) {
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0], nil
	case s.Const != nil:
		return s.Const, nil
	case len(s.Enum) > 0:
		return s.Enum[0], nil
	case components[s.Ref] != nil:
		return exemplify(components[s.Ref], zero, components)
	case len(s.Properties) == 0 || zero[0] != '{':
		return zero, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(zero, &members); err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for _, p := range s.Properties {
		member, ok := members[p.Name]
		if !ok {
			continue
		}
		member, err := exemplify(p.Schema, member, components)
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		name, err := json.Marshal(p.Name)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), member...)
	}
	return append(out, '}'), nil
}
