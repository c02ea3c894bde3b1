package openapi

// A Response is one of the answers of an operation.
//
// Source: OpenAPI 3.1, section "Response Object".
type Response struct {
	Ref         string                `json:"-"`
	Description string                `json:"description"`       // CommonMark; required
	Headers     map[string]*Header    `json:"headers,omitempty"` // by name, without Content-Type
	Content     map[string]*MediaType `json:"content,omitempty"` // by media type or range; none means no body
	Links       map[string]*Link      `json:"links,omitempty"`   // by a name of the author's choice
	Extensions  Extensions            `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (r Response) MarshalJSON() ([]byte, error) {
	if r.Ref != "" {
		return encode(reference{Ref: r.Ref, Description: r.Description})
	}
	type plain Response
	return encodeObject(plain(r), r.Extensions)
}
