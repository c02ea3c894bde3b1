package openapi

// Components hold what other objects refer to, by names of letters, digits, ".", "-" and "_".
//
// Source: OpenAPI 3.1, section "Components Object".
type Components struct {
	Schemas         map[string]*Schema         `json:"schemas,omitempty"`
	Responses       map[string]*Response       `json:"responses,omitempty"`
	Parameters      map[string]*Parameter      `json:"parameters,omitempty"`
	Examples        map[string]*Example        `json:"examples,omitempty"`
	RequestBodies   map[string]*RequestBody    `json:"requestBodies,omitempty"`
	Headers         map[string]*Header         `json:"headers,omitempty"`
	SecuritySchemes map[string]*SecurityScheme `json:"securitySchemes,omitempty"`
	Links           map[string]*Link           `json:"links,omitempty"`
	Callbacks       map[string]Callback        `json:"callbacks,omitempty"`
	PathItems       map[string]*PathItem       `json:"pathItems,omitempty"`
	Extensions      Extensions                 `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (c Components) MarshalJSON() ([]byte, error) {
	type plain Components
	return encodeObject(plain(c), c.Extensions)
}
