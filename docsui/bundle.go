package docsui

import (
	"embed"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/tenonapi/tenon"
)

// What is written for this package: the page, and the scripts that start the UIs.
var (
	//go:embed web
	web embed.FS

	//go:embed web/page.html
	pageHTML string
)

// A bundle is what one UI consists of.
type bundle struct {
	name    string   // of the function that shows it
	fsys    fs.FS    // of its maker
	foreign bool     // whether fsys did not come with the program
	loads   []string // files in fsys that the page loads, in this order
	own     []string // files in web that it loads then
	more    []string // files in web that it does not load

	login  []byte // for Swagger UI, as JSON
	origin string // that the page may send requests to besides its own, or empty
	errs   []error
}

// tags load files into the page, by the extension of their name.
var tags = map[string]string{
	".css": `<link rel="stylesheet" href="{{files}}{{name}}">`,
	".js":  `<script src="{{files}}{{name}}" defer></script>`,
	".png": `<link rel="icon" type="image/png" href="{{files}}{{name}}">`,
}

// noIcon keeps browsers from asking for /favicon.ico, which is not the page's.
const noIcon = `<link rel="icon" href="data:,">`

// show reads the files and returns a function for [tenon.New] that shows the document at path.
func (b *bundle) show(path string) func(*tenon.Router) {
	files := b.read()
	page, csp := b.page(), policy
	if b.origin != "" {
		csp = strings.Replace(csp, "connect-src 'self'", "connect-src 'self' "+b.origin, 1)
	}
	return func(r *tenon.Router) {
		opts := []tenon.Option{tenon.Public()} // who asks for it shows it
		errs := b.errs
		if r.DocumentPath() == "" {
			errs = append(errs[:len(errs):len(errs)], errors.New("the application serves no document, see Config.Document"))
		}
		for _, err := range errs {
			opts = append(opts, tenon.Mistake(fmt.Errorf("docsui.%s(%q): %w", b.name, path, err)))
		}
		all := r.Documents() // none before New has returned
		r.Mount(path, &ui{
			path:      strings.TrimSuffix(path, "/"),
			documents: sync.OnceValue(func() []document { return documentsOf(all) }),
			policy:    csp,
			page:      page,
			files:     files,
		}, opts...)
	}
}

// read returns the files below the page, and notes those that cannot be read.
func (b *bundle) read() map[string]*file {
	if b.fsys == nil {
		b.errs = append(b.errs, errors.New("the file system is nil"))
		return nil
	}
	files := make(map[string]*file)
	add := func(fsys fs.FS, from, name string) {
		f, err := readFile(fsys, from)
		if err == nil && b.foreign {
			err = f.verify(from)
		}
		if err != nil {
			b.errs = append(b.errs, err)
		}
		files[name] = f
	}
	for _, name := range b.loads {
		add(b.fsys, name, path.Base(name))
	}
	for _, name := range slices.Concat(b.own, b.more) {
		add(web, "web/"+name, name)
	}
	return files
}

// page returns the page, which loads the files of the bundle and then the script that starts it.
func (b *bundle) page() string {
	var lines []string
	if path.Ext(b.loads[0]) != ".png" {
		lines = append(lines, noIcon)
	}
	for _, name := range slices.Concat(b.loads, b.own) {
		lines = append(lines, strings.ReplaceAll(tags[path.Ext(name)], "{{name}}", path.Base(name)))
	}
	return strings.NewReplacer("{{loads}}", strings.Join(lines, "\n"), "{{login}}", html.EscapeString(string(b.login))).Replace(pageHTML)
}
