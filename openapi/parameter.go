package openapi

import "encoding/json"

// A Parameter is a value in the path, the query, a header or a cookie of a request. It has a
// Schema, or a Content with exactly one media type, not both.
//
// Source: OpenAPI 3.1, section "Parameter Object".
type Parameter struct {
	Ref             string                `json:"-"`
	Name            string                `json:"name"`                  // required; header names compare without case
	In              string                `json:"in"`                    // "path", "query", "header" or "cookie"; required
	Description     string                `json:"description,omitempty"` // CommonMark
	Required        bool                  `json:"required,omitempty"`    // must be true in a path
	Deprecated      bool                  `json:"deprecated,omitempty"`
	AllowEmptyValue bool                  `json:"allowEmptyValue,omitempty"` // query only
	Style           string                `json:"style,omitempty"`           // empty means "simple" in path and header, else "form"
	Explode         *bool                 `json:"explode,omitempty"`         // nil means true for the style "form", else false
	AllowReserved   bool                  `json:"allowReserved,omitempty"`   // query only
	Schema          *Schema               `json:"schema,omitempty"`
	Example         json.RawMessage       `json:"example,omitempty"`  // not together with Examples
	Examples        map[string]*Example   `json:"examples,omitempty"` // by a name of the author's choice
	Content         map[string]*MediaType `json:"content,omitempty"`  // by media type
	Extensions      Extensions            `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (p Parameter) MarshalJSON() ([]byte, error) {
	if p.Ref != "" {
		return encode(reference{Ref: p.Ref, Description: p.Description})
	}
	type plain Parameter
	return encodeObject(plain(p), p.Extensions)
}

// A Header is a header field of a response or of a part of a body: a [Parameter] without a name
// and a place.
//
// Source: OpenAPI 3.1, section "Header Object".
type Header struct {
	Ref         string                `json:"-"`
	Description string                `json:"description,omitempty"` // CommonMark
	Required    bool                  `json:"required,omitempty"`
	Deprecated  bool                  `json:"deprecated,omitempty"`
	Explode     *bool                 `json:"explode,omitempty"` // nil means false
	Schema      *Schema               `json:"schema,omitempty"`
	Example     json.RawMessage       `json:"example,omitempty"`  // not together with Examples
	Examples    map[string]*Example   `json:"examples,omitempty"` // by a name of the author's choice
	Content     map[string]*MediaType `json:"content,omitempty"`  // by media type; instead of Schema
	Extensions  Extensions            `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (h Header) MarshalJSON() ([]byte, error) {
	if h.Ref != "" {
		return encode(reference{Ref: h.Ref, Description: h.Description})
	}
	type plain Header
	return encodeObject(plain(h), h.Extensions)
}
