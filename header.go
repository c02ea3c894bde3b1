package tenon

import (
	"encoding/json"
	"slices"

	"github.com/tenonapi/tenon/openapi"
)

// DescribeHeader says in the document that answers with the given statuses, or all
// without one, may carry a header, which a stage or middleware sets.
func DescribeHeader(name, text string, statuses ...int) Option {
	h := header{name: name, text: text, statuses: slices.Clone(statuses)}
	return option(func(s *settings) {
		if !isToken(h.name) || text == "" {
			s.mistake("DescribeHeader(%q, %q): want the name of a header and a text", name, text)
			return
		}
		s.headers = append(s.headers, h)
	})
}

// A header is what DescribeHeader says.
type header struct {
	name, text string
	statuses   []int  // nil for all
	example    string // empty for none
}

// headersOf returns the headers of answers with a status, nil for none.
func (op *operation) headersOf(status int) map[string]*openapi.Header {
	var made map[string]*openapi.Header
	for _, h := range op.headers {
		if len(h.statuses) > 0 && !slices.Contains(h.statuses, status) {
			continue
		}
		if made == nil {
			made = make(map[string]*openapi.Header)
		}
		made[h.name] = &openapi.Header{Description: h.text, Schema: &openapi.Schema{Type: openapi.Types{"string"}}}
		if h.example != "" {
			made[h.name].Example, _ = json.Marshal(h.example) // of a string: it cannot fail
		}
	}
	return made
}
