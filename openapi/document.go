package openapi

import (
	"bytes"
	"encoding/json"
)

// Version is the version of the specification that a [Document] names unless it says otherwise.
const Version = "3.1.0"

// A Document describes an API. It needs at least one of Paths, Webhooks and Components.
//
// Source: OpenAPI 3.1, section "OpenAPI Object".
type Document struct {
	OpenAPI           string                `json:"openapi"` // empty means [Version]
	Info              Info                  `json:"info"`
	JSONSchemaDialect string                `json:"jsonSchemaDialect,omitempty"` // URI; empty means that of OpenAPI 3.1
	Servers           []Server              `json:"servers,omitempty"`           // none means one with the URL "/"
	Paths             map[string]*PathItem  `json:"paths,omitzero"`              // by path template; written if not nil
	Webhooks          map[string]*PathItem  `json:"webhooks,omitempty"`          // by a name of the author's choice
	Components        *Components           `json:"components,omitempty"`
	Security          []SecurityRequirement `json:"security,omitempty"` // one of them must be met, unless an operation has its own
	Tags              []Tag                 `json:"tags,omitempty"`     // in the order in which tools show them
	ExternalDocs      *ExternalDocs         `json:"externalDocs,omitempty"`
	Extensions        Extensions            `json:"-"`
}

// JSON returns the document indented by two spaces, with a line feed at its end. It fails if a
// [json.RawMessage] or a [json.Number] in the document is not valid JSON, if an extension has a
// name without "x-", or if a schema lists a property twice.
func (d *Document) JSON() ([]byte, error) {
	compact, err := encode(d)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := json.Indent(&buf, compact, "", "  "); err != nil {
		return nil, err
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}

// MarshalJSON implements [json.Marshaler].
func (d Document) MarshalJSON() ([]byte, error) {
	type plain Document
	if d.OpenAPI == "" {
		d.OpenAPI = Version
	}
	return encodeObject(plain(d), d.Extensions)
}
