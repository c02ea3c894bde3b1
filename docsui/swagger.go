package docsui

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/swaggest/swgui/v5/static"

	"github.com/tenonapi/tenon"
)

// Swagger returns a function for [tenon.New] that shows the document in Swagger
// UI at path, with and without a slash at its end. The path is fixed text that
// begins with a slash, and New reports one that does not. In a group it comes
// after the group's prefix; the document's path does not. Without [OAuth2], who logs
// in types the client ID.
func Swagger(path string, opts ...Option) func(*tenon.Router) {
	b := &bundle{
		name: "Swagger", fsys: static.FS,
		loads: []string{"favicon-32x32.png", "swagger-ui.css", "swagger-ui-bundle.js"},
		own:   []string{"document.js", "swagger.js"},
		more:  []string{"oauth2-redirect.html", "oauth2-redirect.js"},
	}
	for _, o := range opts {
		if o == nil {
			b.errs = append(b.errs, errors.New("an option is nil"))
			continue
		}
		o.apply(b)
	}
	return b.show(path)
}

// An Option changes what [Swagger] shows.
type Option interface{ apply(b *bundle) }

// OAuth2 is an [Option]: how people log in from the page, for a scheme such as that
// of auth.OAuth2Code. The page is a public client: it has no secret, and always uses
// PKCE with S256. The authorization server sends people back to the address of the
// page with /oauth2-redirect.html added, which must be registered there, and its token
// endpoint must take requests from the page's origin (CORS) if it is at another one.
//
// Source: RFC 6749, section 4.1; RFC 7636.
type OAuth2 struct {
	ClientID string   // of the page; required
	Scopes   []string // that the dialog has chosen to begin with
	Origin   string   // of the token endpoint, such as https://id.example.com; empty means that of the page
}

// origins are those that fit into a policy, whose separators must not be in them.
var origins = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?$`)

func (o OAuth2) apply(b *bundle) {
	if o.ClientID == "" {
		b.errs = append(b.errs, errors.New("OAuth2.ClientID is empty"))
	}
	if o.Origin != "" && !origins.MatchString(o.Origin) {
		b.errs = append(b.errs, fmt.Errorf("OAuth2.Origin is %q, want scheme and host such as https://id.example.com", o.Origin))
	}
	login, err := json.Marshal(map[string]any{"clientId": o.ClientID, "scopes": o.Scopes})
	if err != nil {
		b.errs = append(b.errs, err)
	}
	b.login, b.origin = login, o.Origin
}
