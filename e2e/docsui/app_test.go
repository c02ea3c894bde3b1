package docsui_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/e2e/internal/node"
	"github.com/tenonapi/tenon/internal/assert"
)

type item struct {
	ID   int    `json:"id"`
	Name string `json:"name" check:"maxLength=40"`
}

type byID struct {
	ID int `path:"id" check:"ge=1" example:"7"`
}

func getItem(_ context.Context, in *byID) (item, error) { return item{in.ID, "lamp"}, nil }

type asCaller struct{ Caller auth.Principal }

func whoAmI(_ context.Context, in *asCaller) (string, error) {
	return "you are " + in.Caller.Subject, nil
}

// serve serves an application and all UIs for it, behind a proxy that takes the prefix
// /shop away, and returns its address with the prefix. People log in at id.
func serve(t *testing.T, id *authorizationServer) string {
	t.Helper()
	scopes := map[string]string{"me": "read who I am", "all": "do anything"}
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0", Description: "Sells *things*."},
		func(r *tenon.Router) {
			tenon.Get(r, "/items/{id}", getItem, tenon.Doc{Summary: "Get an item"})
			tenon.Post(r, "/token", id.password, tenon.Doc{Hidden: true})
			code := r.Group("/code", auth.Accept(auth.OAuth2Code("code", id.URL+"/authorize", id.URL+"/token", scopes, id.verify)))
			tenon.Get(code, "/me", whoAmI, tenon.Scopes("me"))
			password := r.Group("/password", auth.Accept(auth.OAuth2Password("password", "token", scopes, id.verify)))
			tenon.Get(password, "/me", whoAmI, tenon.Scopes("me"))
		},
		docsui.Swagger("/docs", docsui.OAuth2{ClientID: "docs", Scopes: []string{"me"}, Origin: id.URL}),
		docsui.Redoc("/redoc", npmPackage(t, "redoc")),
		docsui.Scalar("/x/scalar", npmPackage(t, "@scalar/api-reference")),
	)
	assert.NoError(t, err)
	server := httptest.NewServer(http.StripPrefix("/shop", app))
	t.Cleanup(server.Close)
	return server.URL + "/shop"
}

// An authorizationServer gives everybody a login who asks for it as RFC 6749 and RFC 7636
// say, at an origin of its own. Its pages have a Cross-Origin-Opener-Policy.
type authorizationServer struct {
	*httptest.Server

	mu      sync.Mutex
	refuses bool                  // every login
	codes   map[string]url.Values // what was asked for, by the code that was the answer
	granted []url.Values          // what was asked for, and then client_secret, for each token
}

// refuse makes it refuse every login.
func (s *authorizationServer) refuse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = true
}

// tokens returns what was asked for, for each token that was given.
func (s *authorizationServer) tokens() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.granted
}

const token = "2YotnFZFEjr1zCsicMWpAA"

func newAuthorizationServer(t *testing.T) *authorizationServer {
	t.Helper()
	s := &authorizationServer{codes: make(map[string]url.Values)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", s.authorize)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("OPTIONS /token", s.allow)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *authorizationServer) authorize(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := r.URL.Query()
	answer := url.Values{"state": asked["state"]}
	if s.refuses {
		answer.Set("error", "access_denied")
		answer.Set("error_description", "not <b>today</b>")
	} else {
		answer.Set("code", "SplxlOBeZQQYbYS6WxSbIA")
		s.codes[answer.Get("code")] = asked
	}
	w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<meta http-equiv="refresh" content="0; url=%s">`, html.EscapeString(asked.Get("redirect_uri")+"?"+answer.Encode()))
}

// allow lets the scripts of other origins send requests.
func (s *authorizationServer) allow(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	w.Header().Set("Access-Control-Allow-Headers", "X-Requested-With")
}

func (s *authorizationServer) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.allow(w, r)
	code := r.PostFormValue("code")
	asked := s.codes[code]
	delete(s.codes, code)
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if asked == nil || asked.Get("code_challenge_method") != "S256" || r.PostForm.Get("redirect_uri") != asked.Get("redirect_uri") ||
		asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || r.PostForm.Get("client_id") != asked.Get("client_id") {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	asked.Set("client_secret", r.PostForm.Get("client_secret"))
	s.granted = append(s.granted, asked)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(bearer{token, "Bearer"})
}

type bearer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
}

// password is the token endpoint of the application itself.
func (s *authorizationServer) password(_ context.Context, in *auth.PasswordForm) (bearer, error) {
	if in.Username != "ada" || in.Password.Reveal() != "lovelace" {
		return bearer{}, auth.ErrInvalid
	}
	return bearer{token, "Bearer"}, nil
}

func (s *authorizationServer) verify(_ context.Context, t string) (auth.Principal, error) {
	if t != token {
		return auth.Principal{}, auth.ErrInvalid
	}
	return auth.Principal{Subject: "Ada", Scopes: []string{"me"}}, nil
}

// npmPackage returns the folder of an npm package that package-lock.json names.
func npmPackage(t *testing.T, name string) fs.FS {
	t.Helper()
	return os.DirFS(filepath.Join(node.Modules(t, "."), filepath.FromSlash(name)))
}
