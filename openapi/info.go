package openapi

// Info is what a document says about its API as a whole.
//
// Source: OpenAPI 3.1, section "Info Object".
type Info struct {
	Title          string     `json:"title"` // required
	Summary        string     `json:"summary,omitempty"`
	Description    string     `json:"description,omitempty"`    // CommonMark
	TermsOfService string     `json:"termsOfService,omitempty"` // URI
	Contact        *Contact   `json:"contact,omitempty"`
	License        *License   `json:"license,omitempty"`
	Version        string     `json:"version"` // of the API, not of OpenAPI; required
	Extensions     Extensions `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (i Info) MarshalJSON() ([]byte, error) {
	type plain Info
	return encodeObject(plain(i), i.Extensions)
}

// Contact names who answers questions about an API.
//
// Source: OpenAPI 3.1, section "Contact Object".
type Contact struct {
	Name       string     `json:"name,omitempty"`
	URL        string     `json:"url,omitempty"`
	Email      string     `json:"email,omitempty"`
	Extensions Extensions `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (c Contact) MarshalJSON() ([]byte, error) {
	type plain Contact
	return encodeObject(plain(c), c.Extensions)
}

// License names the licence of an API, by an SPDX expression or by a URL, not both.
//
// Source: OpenAPI 3.1, section "License Object".
type License struct {
	Name       string     `json:"name"`                 // required
	Identifier string     `json:"identifier,omitempty"` // SPDX licence expression
	URL        string     `json:"url,omitempty"`
	Extensions Extensions `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (l License) MarshalJSON() ([]byte, error) {
	type plain License
	return encodeObject(plain(l), l.Extensions)
}

// A Tag describes one of the names by which operations are grouped.
//
// Source: OpenAPI 3.1, section "Tag Object".
type Tag struct {
	Name         string        `json:"name"`                  // required
	Description  string        `json:"description,omitempty"` // CommonMark
	ExternalDocs *ExternalDocs `json:"externalDocs,omitempty"`
	Extensions   Extensions    `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (t Tag) MarshalJSON() ([]byte, error) {
	type plain Tag
	return encodeObject(plain(t), t.Extensions)
}

// ExternalDocs points to documentation outside the document.
//
// Source: OpenAPI 3.1, section "External Documentation Object".
type ExternalDocs struct {
	Description string     `json:"description,omitempty"` // CommonMark
	URL         string     `json:"url"`                   // required
	Extensions  Extensions `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (e ExternalDocs) MarshalJSON() ([]byte, error) {
	type plain ExternalDocs
	return encodeObject(plain(e), e.Extensions)
}
