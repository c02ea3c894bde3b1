package tenon

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/internal/route"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/transport"
)

// A retirement is what the answers of a deprecated operation say, made when the application is
// built. Its slices are shared by answers, which do not change them.
type retirement struct {
	*Deprecated
	deprecation, sunset []string // values of headers, nil for none
	links               []string // value of Link, with the successor if answers at depth have the same
	depth               int      // number of slashes in the path of the request, -1 for any

	guides string          // links without the successor
	place  *route.Template // of the successor, nil for none and for a URL
	params []int           // where its parameters are in the path of the request
	base   string          // Config.BasePath
}

// retirement compiles d for what is at path, a template, in a version that may be empty.
func (b *builder) retirement(d *Deprecated, path *route.Template, version string) (*retirement, error) {
	r := &retirement{Deprecated: d, depth: -1, base: b.app.cfg.BasePath, deprecation: []string{d.deprecation()}, guides: strings.Join(d.links(), ", ")}
	if !d.Sunset.IsZero() {
		r.sunset = []string{d.sunset()}
	}
	if r.guides != "" {
		r.links = []string{r.guides}
	}
	if d.Successor == "" || isURL(d.Successor) {
		return r, nil
	}
	place, err := b.successor(d.Successor, path, version)
	switch {
	case err != nil:
		return nil, err
	case place == nil:
		return r, nil
	}
	for _, name := range place.Params {
		i := slices.Index(path.Params, name)
		if i < 0 {
			return nil, fmt.Errorf("Deprecated.Successor is %q: the operation has no parameter %q", place.Text, name)
		}
		r.params = append(r.params, i)
	}
	r.place = place
	if len(place.Params) == 0 {
		r.depth = strings.Count(path.Text, "/")
		r.links = []string{r.linksFrom(path.Text, nil)}
	}
	return r, nil
}

// successor returns the path of what takes the place of path, nil if it is in a version that
// has nothing like it.
func (b *builder) successor(name string, path *route.Template, version string) (*route.Template, error) {
	if strings.HasPrefix(name, "/") {
		for _, op := range b.operations {
			if op.Path == name && op.path != nil {
				return op.path, nil
			}
		}
		return nil, fmt.Errorf("Deprecated.Successor is %q: there is no operation with this path", name)
	}
	switch version {
	case "":
		return nil, fmt.Errorf("Deprecated.Successor is the version %q: want a Version on what is deprecated", name)
	case name:
		return nil, fmt.Errorf("Deprecated.Successor is the version %q: want another one than that of the operation", name)
	}
	known := false
	moved := inVersion(path.Text, version, name)
	for _, op := range b.operations {
		if op.Version != name || op.path == nil {
			continue
		}
		if known = true; op.Path == moved {
			return op.path, nil
		}
	}
	if !known {
		return nil, fmt.Errorf("Deprecated.Successor is the version %q: no operation has it", name)
	}
	return nil, nil
}

// inVersion returns a path with the first segment that is a version replaced by another one.
func inVersion(path, version, other string) string {
	segments := strings.Split(path, "/")
	if i := slices.Index(segments, version); i >= 0 {
		segments[i] = other
	}
	return strings.Join(segments, "/")
}

// linksFrom returns the value of Link in the answer to a request for path, whose parameters
// have values. The successor is relative to that path, and so right behind any prefix; of an empty
// path, where all was prefix, nobody knows how the client wrote it.
func (r *retirement) linksFrom(path string, values *transport.Params) string {
	texts := make([]string, len(r.params))
	for i, at := range r.params {
		texts[i] = values.At(at)
	}
	target, err := r.place.Build(texts)
	if err != nil {
		return r.guides // nothing can be there
	}
	switch depth := strings.Count(path, "/"); depth {
	case 0:
		target = r.base + target
	case 1:
		target = "." + target
	default:
		target = strings.Repeat("../", depth-1) + target[1:]
	}
	value := link(target, "successor-version")
	if r.guides != "" {
		value = r.guides + ", " + value
	}
	return value
}

// announce puts the headers into the answer of x, which is not there yet.
func (r *retirement) announce(x transport.Exchange) {
	shareHeader(x, "Deprecation", r.deprecation)
	if r.sunset != nil {
		shareHeader(x, "Sunset", r.sunset)
	}
	links := r.links
	if r.place != nil && r.depth != strings.Count(x.Path(), "/") {
		links = []string{r.linksFrom(x.Path(), x.Params())}
	}
	if len(links) == 0 {
		return
	}
	if s, ok := x.(interface{ ShareList(string, []string) }); ok {
		s.ShareList("Link", links)
		return
	}
	x.AddHeader("Link", links[0])
}

// shareHeader sets a header to values that are never changed, without a copy where the
// transport can.
func shareHeader(x transport.Exchange, canonical string, values []string) {
	if s, ok := x.(interface{ ShareHeader(string, []string) }); ok {
		s.ShareHeader(canonical, values)
		return
	}
	x.SetHeader(canonical, values[0])
}

// before answers 410 in place of h when that is gone.
func (d *Deprecated) before(a *App, h http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if d.gone(a.now()) {
			problem.Write(w, req, errGone)
			return
		}
		h.ServeHTTP(w, req)
	}
}

// retire compiles what is deprecated, now that every path is known.
func (b *builder) retire() {
	for _, op := range b.operations {
		if op.Deprecated == nil || op.path == nil {
			continue
		}
		var err error
		if op.retires, err = b.retirement(op.Deprecated, op.path, op.Version); err != nil {
			b.mistake(op.site, "%s %s: %v", op.Method, op.Path, err)
			continue
		}
		op.headers = append(slices.Clip(op.headers), op.retires.documented()...)
		for _, h := range op.output.headers {
			if h.name == "Deprecation" || h.name == "Sunset" {
				b.mistake(op.site, "%s %s: the answer declares the header %s, which Deprecated sets", op.Method, op.Path, h.name)
			}
		}
	}
	b.checkSuccessors()
	for _, m := range b.mounts {
		path, err := route.Parse(m.path)
		if m.deprecated == nil || err != nil {
			continue
		}
		if m.retires, err = b.retirement(m.deprecated, path, m.version); err != nil {
			b.mistake(m.site, "mount %s: %v", m.path, err)
		}
	}
}

// checkSuccessors refuses versions in which nothing takes the place of anything.
func (b *builder) checkSuccessors() {
	found := make(map[[2]string]bool)
	for _, op := range b.operations {
		if op.retires != nil && op.retires.place != nil {
			found[[2]string{op.Version, op.Deprecated.Successor}] = true
		}
	}
	for _, op := range b.operations {
		if op.retires != nil && op.Deprecated.version() != "" && !found[[2]string{op.Version, op.Deprecated.Successor}] {
			b.mistake(op.site, "%s %s: Deprecated.Successor is the version %q: no operation of %s has the same path there", op.Method, op.Path, op.Deprecated.Successor, op.Version)
		}
	}
}

// documented returns the headers for the document.
func (r *retirement) documented() []header {
	list := []header{{name: "Deprecation", text: "Since when the operation is deprecated, in seconds since 1970 behind an @", example: r.deprecation[0]}}
	if r.sunset != nil {
		list = append(list, header{name: "Sunset", text: "From when on the operation may be gone", example: r.sunset[0]})
	}
	if r.links != nil || r.place != nil {
		list = append(list, header{name: "Link", text: "What to read about the deprecation, and what takes the place of the operation"})
	}
	return list
}

// summary says it to people.
func (r *retirement) summary() string {
	if r.place == nil {
		return r.text("")
	}
	return r.text(r.place.Text)
}

// describe says it in the document.
func (r *retirement) describe(o *openapi.Operation) {
	o.Deprecated = true
	o.Description = paragraph(o.Description, r.summary())
	if r.sunset != nil {
		if o.Extensions == nil {
			o.Extensions = make(openapi.Extensions)
		}
		o.Extensions["x-sunset"] = []byte(`"` + day(r.Sunset) + `"`)
	}
}

// paragraph adds a paragraph to a text of CommonMark.
func paragraph(text, more string) string {
	if text == "" {
		return more
	}
	return strings.TrimRight(text, "\n") + "\n\n" + more
}
