package openapi

// A Server is an address at which an API can be reached.
//
// Source: OpenAPI 3.1, section "Server Object".
type Server struct {
	URL         string                    `json:"url"`                   // may be relative and may hold {variables}; required
	Description string                    `json:"description,omitempty"` // CommonMark
	Variables   map[string]ServerVariable `json:"variables,omitempty"`   // one for each variable in URL
	Extensions  Extensions                `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (s Server) MarshalJSON() ([]byte, error) {
	type plain Server
	return encodeObject(plain(s), s.Extensions)
}

// A ServerVariable is a part of a server's URL that its user chooses.
//
// Source: OpenAPI 3.1, section "Server Variable Object".
type ServerVariable struct {
	Enum        []string   `json:"enum,omitempty"`        // none means any value
	Default     string     `json:"default"`               // required; one of Enum if there is one
	Description string     `json:"description,omitempty"` // CommonMark
	Extensions  Extensions `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (v ServerVariable) MarshalJSON() ([]byte, error) {
	type plain ServerVariable
	return encodeObject(plain(v), v.Extensions)
}
