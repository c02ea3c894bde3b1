// Package docsui shows the OpenAPI document of an application to people.
//
//	app, err := tenon.New(cfg, api.Routes, docsui.Swagger("/docs"))
//
// [Swagger] has all it needs in the program; [Redoc] and [Scalar] are served from a
// folder of their npm packages. For an application with versions (tenon.Version) they show the
// document of the latest, or of that in the page's address, as in /docs?version=v1, and people
// choose another on the page.
//
// Pages, scripts and styles come from the program itself, and a strict
// Content-Security-Policy keeps the browser from any other host: "Try it out"
// reaches the origin of the page only. All addresses in the page are relative, so
// that it works behind a proxy that takes a prefix away, and so is the server in the
// document.
//
// The package does not protect the pages: give the returned functions a group with
// middleware that does.
package docsui

import (
	"fmt"
	"html"
	"iter"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/problem"
)

// policy is the Content-Security-Policy. The UIs set style attributes and have images
// in data: URLs, and Redoc searches in a worker; scripts come from files only.
const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"worker-src 'self' blob:; connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'"

var errNotFound = problem.New(http.StatusNotFound, "", "")

var errMethodNotAllowed = func() *problem.Error {
	e := problem.New(http.StatusMethodNotAllowed, "", "")
	e.Header = http.Header{"Allow": {"GET, HEAD"}}
	return e
}()

// A ui is a page and the files that it loads, which lie below the page's path.
type ui struct {
	path      string            // of the page, without a slash at the end; empty for the root
	documents func() []document // of the application, the first of which is shown unless another one is chosen
	policy    string            // Content-Security-Policy
	page      string            // HTML in which {{files}} and {{document}} stand for relative URLs, {{versions}} for the choice
	files     map[string]*file  // by name
}

// A document is what there is to show.
type document struct {
	version string // empty for that of everything, which then is the only one
	path    string // without a slash at the beginning
}

// documentsOf collects the documents of an application, for the latest version first.
func documentsOf(all iter.Seq2[string, string]) (list []document) {
	for version, path := range all {
		list = append(list, document{version, strings.TrimPrefix(path, "/")})
	}
	if len(list) > 1 {
		list = list[1:]
	}
	slices.Reverse(list)
	return list
}

// ServeHTTP answers a request for the page or one of its files.
func (u *ui) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", u.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache") // names of files do not change with their content
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		problem.Write(w, r, errMethodNotAllowed)
		return
	}
	f := u.find(r.URL)
	if f == nil {
		problem.Write(w, r, errNotFound)
		return
	}
	f.serve(w, r)
}

// find returns what target names, or nil.
func (u *ui) find(target *url.URL) *file {
	p := target.Path
	if c := path.Clean(p); p == "" || p[0] != '/' || p != c && p != c+"/" {
		return nil // has segments that are empty, . or ..
	}
	above := "./"
	if n := strings.Count(target.EscapedPath(), "/") - 1; n > 0 {
		above = strings.Repeat("../", n)
	}
	dir, name := path.Split(p)
	switch {
	case u.path != "" && strings.HasSuffix(p, u.path): // a group may have put a prefix before
		return u.render("./"+name+"/", above)
	case u.path == "" && dir != "/", !strings.HasSuffix(dir, u.path+"/"):
		return nil
	case name == "":
		return u.render("./", above)
	}
	return u.files[name]
}

// render returns the page. Its links depend on how it was asked for: seen from
// /docs the files are in ./docs/ and the document is ./openapi.json, seen from
// /docs/ they are in ./ and it is ../openapi.json.
func (u *ui) render(files, above string) *file {
	link := func(p string) string { return html.EscapeString((&url.URL{Path: p}).EscapedPath()) }
	documents, versions := u.documents(), ""
	if documents[0].version != "" {
		var b strings.Builder
		b.WriteString("<p><label>Version <select id=\"version\" autocomplete=\"off\">\n")
		for _, d := range documents {
			fmt.Fprintf(&b, "<option data-document=\"%s\">%s</option>\n", link(above+d.path), html.EscapeString(d.version))
		}
		b.WriteString("</select></label></p>\n")
		versions = b.String()
	}
	text := strings.NewReplacer("{{files}}", link(files), "{{document}}", link(above+documents[0].path), "{{versions}}", versions).Replace(u.page)
	return newFile("page.html", []byte(text))
}
