package docsui_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/internal/assert"
)

// serveVersions is serve for an application with two versions, of which one is deprecated.
func serveVersions(t *testing.T) string {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "Zoo", Version: "2.0.0"},
		func(r *tenon.Router) {
			v1 := r.Group("/v1", tenon.Version("v1"), tenon.Deprecated{Since: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Successor: "v2"})
			tenon.Get(v1, "/animals/{id}", getItem, tenon.Doc{ID: "getAnimal", Summary: "Get an animal as it was"})
			v2 := r.Group("/v2", tenon.Version("v2"))
			tenon.Get(v2, "/animals/{id}", getItem, tenon.Doc{ID: "getAnimal", Summary: "Get an animal as it is"})
		},
		docsui.Swagger("/docs"),
		docsui.Redoc("/redoc", npmPackage(t, "redoc")),
		docsui.Scalar("/x/scalar", npmPackage(t, "@scalar/api-reference")),
	)
	assert.NoError(t, err)
	server := httptest.NewServer(http.StripPrefix("/shop", app))
	t.Cleanup(server.Close)
	return server.URL + "/shop"
}

// choose chooses a version, and waits for the page that comes then.
func (p *tab) choose(version string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Evaluate(`{
		const versions = document.getElementById("version");
		versions.value = "`+version+`";
		versions.dispatchEvent(new Event("change"));
	}`, nil))
	assert.NoError(p.t, err)
}

// back goes back to the page before and waits until an expression is true there. The browser
// may have kept that page as it was; chromedp.Poll does not find it then.
func (p *tab) back(expression string) {
	p.t.Helper()
	p.run(chromedp.Evaluate("history.back()", nil))
	deadline := time.After(patience)
	for {
		var is bool
		if err := chromedp.Run(p.ctx, chromedp.Evaluate(expression, &is)); err == nil && is { // an error between two pages
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			p.picture("failed")
			p.t.Fatalf("not true after going back: %s", expression)
		}
	}
}

func TestPagesShowTheVersionThatIsChosen(t *testing.T) {
	b := newBrowser(t)
	base := serveVersions(t)
	for name, path := range map[string]string{"swagger": "/docs", "redoc": "/redoc/", "scalar": "/x/scalar"} {
		t.Run(name, func(t *testing.T) {
			p := b.open(t, base+path)
			p.sees("Get an animal as it is")
			p.until(`document.title.startsWith("Zoo v2")`)
			p.picture("latest")
			p.choose("v1")
			p.sees("Get an animal as it was")
			p.sees("Deprecated since 2026-11-01")
			p.until(`document.title.startsWith("Zoo v1") && !document.body.innerText.includes("Get an animal as it is")`)
			p.until(`location.search === "?version=v1" && document.getElementById("version").value === "v1"`)
			p.picture("chosen")
			p.choose("v2")
			p.sees("Get an animal as it is")
			p.back(`document.body.innerText.includes("Get an animal as it was") && document.getElementById("version").value === "v1"`)
		})
	}
	t.Run("a version that there is not", func(t *testing.T) {
		b.open(t, base+"/docs?version=v3").sees("Get an animal as it is")
	})
	t.Run("requests go to the server of the document", func(t *testing.T) {
		p := b.open(t, base+"/docs/?version=v1")
		p.try("getAnimal", map[string]string{"id": "7"})
		p.sees(`"name": "lamp"`)
		p.sees(base + "/v1/animals/7")
		p.sees("successor-version")
	})
}
