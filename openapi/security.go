package openapi

// A SecurityScheme is a way in which a caller proves who it is.
//
// Source: OpenAPI 3.1, section "Security Scheme Object".
type SecurityScheme struct {
	Ref              string      `json:"-"`
	Type             string      `json:"type"`                       // "apiKey", "http", "mutualTLS", "oauth2" or "openIdConnect"; required
	Description      string      `json:"description,omitempty"`      // CommonMark
	Name             string      `json:"name,omitempty"`             // apiKey: of the header, query parameter or cookie
	In               string      `json:"in,omitempty"`               // apiKey: "header", "query" or "cookie"
	Scheme           string      `json:"scheme,omitempty"`           // http: of the Authorization header, such as "bearer"
	BearerFormat     string      `json:"bearerFormat,omitempty"`     // http: a hint such as "JWT"
	Flows            *OAuthFlows `json:"flows,omitempty"`            // oauth2
	OpenIDConnectURL string      `json:"openIdConnectUrl,omitempty"` // openIdConnect
	Extensions       Extensions  `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (s SecurityScheme) MarshalJSON() ([]byte, error) {
	if s.Ref != "" {
		return encode(reference{Ref: s.Ref, Description: s.Description})
	}
	type plain SecurityScheme
	return encodeObject(plain(s), s.Extensions)
}

// OAuthFlows are the OAuth 2.0 flows that a scheme supports.
//
// Source: OpenAPI 3.1, section "OAuth Flows Object".
type OAuthFlows struct {
	Implicit          *OAuthFlow `json:"implicit,omitempty"`
	Password          *OAuthFlow `json:"password,omitempty"`
	ClientCredentials *OAuthFlow `json:"clientCredentials,omitempty"`
	AuthorizationCode *OAuthFlow `json:"authorizationCode,omitempty"`
	Extensions        Extensions `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (f OAuthFlows) MarshalJSON() ([]byte, error) {
	type plain OAuthFlows
	return encodeObject(plain(f), f.Extensions)
}

// An OAuthFlow holds the addresses and scopes of one OAuth 2.0 flow.
//
// Source: OpenAPI 3.1, section "OAuth Flow Object".
type OAuthFlow struct {
	AuthorizationURL string            `json:"authorizationUrl,omitempty"` // implicit and authorizationCode
	TokenURL         string            `json:"tokenUrl,omitempty"`         // all but implicit
	RefreshURL       string            `json:"refreshUrl,omitempty"`
	Scopes           map[string]string `json:"scopes"` // description by scope; written even if empty
	Extensions       Extensions        `json:"-"`
}

// MarshalJSON implements [json.Marshaler].
func (f OAuthFlow) MarshalJSON() ([]byte, error) {
	if f.Scopes == nil {
		f.Scopes = map[string]string{}
	}
	type plain OAuthFlow
	return encodeObject(plain(f), f.Extensions)
}

// A SecurityRequirement maps names of security schemes to the scopes needed. All of them must be
// met; an empty requirement is met by everyone. A scheme without scopes may have a nil list.
//
// Source: OpenAPI 3.1, section "Security Requirement Object".
type SecurityRequirement map[string][]string

// MarshalJSON implements [json.Marshaler].
func (r SecurityRequirement) MarshalJSON() ([]byte, error) {
	lists := make(map[string][]string, len(r))
	for name, scopes := range r {
		lists[name] = append([]string{}, scopes...)
	}
	return encode(lists)
}
