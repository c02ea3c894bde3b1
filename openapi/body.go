package openapi

import "encoding/json"

// A RequestBody is the content of a request.
//
// Source: OpenAPI 3.1, section "Request Body Object".
type RequestBody struct {
	Ref         string                `json:"-"`
	Description string                `json:"description,omitempty"` // CommonMark
	Content     map[string]*MediaType `json:"content"`               // by media type or range; required
	Required    bool                  `json:"required,omitempty"`
	Extensions  Extensions            `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (b RequestBody) MarshalJSON() ([]byte, error) {
	if b.Ref != "" {
		return encode(reference{Ref: b.Ref, Description: b.Description})
	}
	if b.Content == nil {
		b.Content = map[string]*MediaType{}
	}
	type plain RequestBody
	return encodeObject(plain(b), b.Extensions)
}

// A MediaType is the content of a body, parameter or header in one media type.
//
// Source: OpenAPI 3.1, section "Media Type Object".
type MediaType struct {
	Schema     *Schema              `json:"schema,omitempty"`
	ItemSchema *Schema              `json:"x-itemSchema,omitempty"` // of each item of a stream; version 3.2 has it without the x-
	Example    json.RawMessage      `json:"example,omitempty"`      // not together with Examples
	Examples   map[string]*Example  `json:"examples,omitempty"`     // by a name of the author's choice
	Encoding   map[string]*Encoding `json:"encoding,omitempty"`     // by property; multipart and form bodies only
	Extensions Extensions           `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (m MediaType) MarshalJSON() ([]byte, error) {
	type plain MediaType
	return encodeObject(plain(m), m.Extensions)
}

// An Encoding says how one property of a multipart or form body is written.
//
// Source: OpenAPI 3.1, section "Encoding Object".
type Encoding struct {
	ContentType   string             `json:"contentType,omitempty"` // media types separated by commas; empty means by the schema
	Headers       map[string]*Header `json:"headers,omitempty"`     // multipart only
	Style         string             `json:"style,omitempty"`       // form only, as this and the next two
	Explode       *bool              `json:"explode,omitempty"`
	AllowReserved bool               `json:"allowReserved,omitempty"`
	Extensions    Extensions         `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (e Encoding) MarshalJSON() ([]byte, error) {
	type plain Encoding
	return encodeObject(plain(e), e.Extensions)
}

// An Example is a value, given in the document or by an address.
//
// Source: OpenAPI 3.1, section "Example Object".
type Example struct {
	Ref           string          `json:"-"`
	Summary       string          `json:"summary,omitempty"`
	Description   string          `json:"description,omitempty"` // CommonMark
	Value         json.RawMessage `json:"value,omitempty"`
	ExternalValue string          `json:"externalValue,omitempty"` // URI; instead of Value
	Extensions    Extensions      `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (e Example) MarshalJSON() ([]byte, error) {
	if e.Ref != "" {
		return encode(reference{Ref: e.Ref, Summary: e.Summary, Description: e.Description})
	}
	type plain Example
	return encodeObject(plain(e), e.Extensions)
}
