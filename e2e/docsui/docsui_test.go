package docsui_test

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestPagesShowTheDocumentAndSendRequestsBehindThePrefix(t *testing.T) {
	b := newBrowser(t)
	base := serve(t, newAuthorizationServer(t))
	const titled = `document.title.startsWith("Shop")`
	t.Run("swagger", func(t *testing.T) {
		p := b.open(t, base+"/docs")
		p.sees("Get an item")
		p.until(titled)
		p.picture("page")
		p.try("getItemsById", map[string]string{"id": "7"})
		p.sees(`"name": "lamp"`)
		p.sees(base + "/items/7")
		p.picture("answer")
	})
	t.Run("redoc", func(t *testing.T) {
		p := b.open(t, base+"/redoc")
		p.sees("Get an item")
		p.until(titled)
		p.picture("page")
		p.click("//button[contains(., '/items/{id}')]")
		p.sees(base + "/items/{id}")
		p.write("[role=search] input", "get an item") // is found by a worker
		p.until(`document.querySelector("[data-role='search:results']")?.innerText.includes("Get an item")`)
	})
	t.Run("scalar", func(t *testing.T) {
		p := b.open(t, base+"/x/scalar/")
		p.sees("Get an item")
		p.sees(base)
		p.until(titled)
		p.picture("page")
		p.click("//button[contains(., 'Test Request') and contains(., '/items/{id}')]")
		p.click("//button[contains(., 'Send')]")
		p.sees(`"lamp"`)
		p.picture("answer")
	})
}

// In Swagger UI, which has a dialog for it.
func TestLoginByOAuth2(t *testing.T) {
	b := newBrowser(t)
	id := newAuthorizationServer(t)
	base := serve(t, id)
	const dialog = "//div[contains(@class, 'auth-container')]"
	t.Run("code", func(t *testing.T) {
		p := b.open(t, base+"/docs/", id.URL)
		p.click("//button[contains(., 'Authorize')]")
		p.click(dialog + "[contains(., 'authorizationCode')]//button[contains(., 'Authorize')]")
		p.sees("Logout")
		p.picture("dialog")
		p.click("//button[contains(@class, 'close-modal')]")
		p.try("getCodeMe", nil)
		p.sees("you are Ada")
		assert.Equal(t, len(id.tokens()), 1)
		for name, want := range map[string]string{
			"client_id": "docs", "client_secret": "", "response_type": "code", "scope": "me", "redirect_uri": base + "/docs/oauth2-redirect.html",
		} {
			assert.Equal(t, id.tokens()[0].Get(name), want, name)
		}
		b.hasPages(t, 1) // the other window has closed itself
	})
	t.Run("refused", func(t *testing.T) {
		id.refuse()
		p := b.open(t, base+"/docs", id.URL)
		p.click("//button[contains(., 'Authorize')]")
		p.click(dialog + "[contains(., 'authorizationCode')]//button[contains(., 'Authorize')]")
		p.sees("access_denied: not <b>today</b>")
		b.hasPages(t, 1)
	})
	t.Run("password at a relative address", func(t *testing.T) {
		p := b.open(t, base+"/docs")
		p.click("//button[contains(., 'Authorize')]")
		p.write("#oauth_username", "ada")
		p.write("#oauth_password", "lovelace")
		p.click(dialog + "[contains(., 'username')]//button[contains(., 'Authorize')]")
		p.sees("Logout")
		p.click("//button[contains(@class, 'close-modal')]")
		p.try("getPasswordMe", nil)
		p.sees("you are Ada")
	})
}
