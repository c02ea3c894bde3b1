package docsui_test

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/internal/assert"
)

func TestLoginIsToldToThePageWithoutASecret(t *testing.T) {
	attribute := regexp.MustCompile(`data-login="([^"]*)"`)
	login := docsui.OAuth2{ClientID: `do"cs&`, Scopes: []string{"orders:read", "</div>"}}
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs", login), docsui.Swagger("/plain"))
	m := attribute.FindSubmatch(c.Do("GET", "/docs", "").Body)
	assert.Equal(t, len(m), 2)
	var got map[string]any
	assert.NoError(t, json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), &got))
	assert.Equal(t, got, map[string]any{"clientId": `do"cs&`, "scopes": []any{"orders:read", "</div>"}})
	m = attribute.FindSubmatch(c.Do("GET", "/plain", "").Body)
	assert.Equal(t, string(m[1]), "")
}

func TestThePolicyAllowsTheOriginOfTheTokenEndpointOnly(t *testing.T) {
	const origin = "https://id.example.com:8443"
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs", docsui.OAuth2{ClientID: "docs", Origin: origin}), docsui.Swagger("/plain"))
	assert.Equal(t, c.Do("GET", "/docs", "").Header.Get("Content-Security-Policy"),
		strings.Replace(policy, "connect-src 'self'", "connect-src 'self' "+origin, 1))
	assert.Equal(t, c.Do("GET", "/plain", "").Header.Get("Content-Security-Policy"), policy)
}

func TestOnlyOriginsGetIntoThePolicy(t *testing.T) {
	for origin, ok := range map[string]bool{
		"": true, "https://id.example.com": true, "http://127.0.0.1:8080": true, "https://a-b.example": true,
		"https://id.example.com/": false, "id.example.com": false, "https://": false, "*": false, "https://*.example.com": false,
		"https://id.example.com;script-src *": false, "https://id.example.com https://x": false, "https://id.example.com,x": false,
		"https://id.example.com\n": false, "https://user@id.example.com": false, "ftp://id.example.com": false, "https://id.example.com:": false,
	} {
		_, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0"}, docsui.Swagger("/docs", docsui.OAuth2{ClientID: "docs", Origin: origin}))
		assert.Equal(t, err == nil, ok, origin, err)
	}
}

func TestTheRedirectHasAPageAndAScriptOfItsOwn(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Swagger("/docs"))
	page := c.Do("GET", "/docs/oauth2-redirect.html?code=secret&state=x", "")
	assert.Equal(t, page.Status, http.StatusOK)
	assert.Equal(t, page.Header.Get("Content-Type"), "text/html; charset=utf-8")
	assert.Equal(t, page.Header.Get("Content-Security-Policy"), policy)
	assert.Equal(t, page.Header.Get("Referrer-Policy"), "no-referrer")
	assert.Equal(t, references(t, page.Body), []reference{{"link", "data:,"}, {"script", "./oauth2-redirect.js"}})
	assert.Equal(t, c.Do("GET", "/docs/oauth2-redirect.js", "").Header.Get("Content-Type"), "text/javascript; charset=utf-8")
}
