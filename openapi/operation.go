package openapi

// An Operation is one method of one path.
//
// Source: OpenAPI 3.1, section "Operation Object".
type Operation struct {
	Tags         []string              `json:"tags,omitempty"`
	Summary      string                `json:"summary,omitempty"`
	Description  string                `json:"description,omitempty"` // CommonMark
	ExternalDocs *ExternalDocs         `json:"externalDocs,omitempty"`
	OperationID  string                `json:"operationId,omitempty"` // unique in the document
	Parameters   []*Parameter          `json:"parameters,omitempty"`
	RequestBody  *RequestBody          `json:"requestBody,omitempty"`
	Responses    map[string]*Response  `json:"responses,omitempty"` // by status ("200"), class ("4XX") or "default"
	Callbacks    map[string]Callback   `json:"callbacks,omitempty"`
	Deprecated   bool                  `json:"deprecated,omitempty"`
	Security     []SecurityRequirement `json:"security,omitzero"` // nil means the document's; empty but not nil means none
	Servers      []Server              `json:"servers,omitempty"` // instead of the path's
	Extensions   Extensions            `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (o Operation) MarshalJSON() ([]byte, error) {
	type plain Operation
	return encodeObject(plain(o), o.Extensions)
}

// A Callback holds the requests that the API sends to its caller, by a runtime expression that
// gives the address.
//
// Source: OpenAPI 3.1, section "Callback Object".
type Callback map[string]*PathItem

// A Link says how values of a response become input of another operation, which is named by its
// ID or by a reference, not both.
//
// Source: OpenAPI 3.1, section "Link Object".
type Link struct {
	Ref          string            `json:"-"`
	OperationRef string            `json:"operationRef,omitempty"`
	OperationID  string            `json:"operationId,omitempty"`
	Parameters   map[string]string `json:"parameters,omitempty"`  // runtime expressions or constants, by parameter
	RequestBody  string            `json:"requestBody,omitempty"` // runtime expression or constant
	Description  string            `json:"description,omitempty"` // CommonMark
	Server       *Server           `json:"server,omitempty"`
	Extensions   Extensions        `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (l Link) MarshalJSON() ([]byte, error) {
	if l.Ref != "" {
		return encode(reference{Ref: l.Ref, Description: l.Description})
	}
	type plain Link
	return encodeObject(plain(l), l.Extensions)
}
