package file

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/tenonapi/tenon/problem"
)

// SiteConfig configures a [Site].
type SiteConfig struct {
	Files     fs.FS  // such as that of an os.Root, which follows no link out of its folder, or an embed.FS; required
	App       string // page for paths without a file, with 200, when text/html is asked for: of an application that routes in the browser, such as index.html; empty means none
	NotFound  string // page for other paths without a file, with 404, such as 404.html; empty means a problem
	Immutable string // folder of files whose names change with their content, such as assets, that clients keep for a year; empty means none
}

// A Site answers GET and HEAD with the files of a folder: the build of a frontend. Where a
// router mounts it, operations come before it:
//
//	r.Mount("/", site)
//
// A folder is answered with its index.html, and asked for without a slash at the end
// redirected. Files have entity tags and are answered in ranges; clients ask each time
// whether there is a newer one, see SiteConfig.Immutable. No path leads out of Files, encoded
// slashes separate nothing, and names that begin with a dot are not there, except for .well-known.
//
// A Site is safe for concurrent use.
type Site struct {
	cfg  SiteConfig
	tags sync.Map // entity tags of files without a time, by name: these do not change
}

// NewSite returns a Site, or one error that joins everything wrong with cfg.
func NewSite(cfg SiteConfig) (*Site, error) {
	if cfg.Files == nil {
		return nil, errors.New("file: SiteConfig.Files is nil")
	}
	var errs []error
	for _, page := range []struct{ field, name string }{{"App", cfg.App}, {"NotFound", cfg.NotFound}} {
		if page.name == "" {
			continue
		}
		if info, err := fs.Stat(cfg.Files, page.name); err != nil {
			errs = append(errs, fmt.Errorf("file: SiteConfig.%s: %w", page.field, err))
		} else if !info.Mode().IsRegular() {
			errs = append(errs, fmt.Errorf("file: SiteConfig.%s: %s is no file", page.field, page.name))
		}
	}
	if cfg.Immutable != "" && (!fs.ValidPath(cfg.Immutable) || cfg.Immutable == ".") {
		errs = append(errs, fmt.Errorf("file: SiteConfig.Immutable is %q, want the name of a folder such as assets", cfg.Immutable))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return &Site{cfg: cfg}, nil
}

// Errors of a Site.
var (
	errNotFound         = problem.New(http.StatusNotFound, "", "")
	errMethodNotAllowed = problem.New(http.StatusMethodNotAllowed, "", "")
	errInternal         = problem.New(http.StatusInternalServerError, "internal_error", "Internal server error")
)

// siteMethods are those that a file answers.
const siteMethods = "GET, HEAD, OPTIONS"

// ServeHTTP implements [http.Handler].
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, to, err := s.find(r)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case err != nil:
		problem.Write(w, r, errInternal.With(err))
	case name == "" && to == "" && reads:
		s.miss(w, r)
	case name == "" && to == "":
		problem.Write(w, r, errNotFound)
	case r.Method == http.MethodOptions:
		w.Header().Set("Allow", siteMethods)
		w.WriteHeader(http.StatusNoContent)
	case !reads:
		w.Header().Set("Allow", siteMethods)
		problem.Write(w, r, errMethodNotAllowed)
	case to != "":
		if r.URL.RawQuery != "" {
			to += "?" + encode(r.URL.RawQuery, "%!$&'()*+,;=:@/?-._~"+alphanumeric)
		}
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	default:
		s.serve(w, r, name)
	}
}

// find returns the file that a request is about, or where it is redirected; neither when
// there is none. An error is one of the file system that may pass.
func (s *Site) find(r *http.Request) (name, to string, err error) {
	if r.URL.Path == "" { // http.StripPrefix has left nothing: the links of the page need a slash
		if u, err := url.ParseRequestURI(r.RequestURI); err == nil && !strings.HasSuffix(u.Path, "/") {
			return "", slashed(u), nil
		}
		return s.regular("index.html")
	}
	name, folder := named(r.URL)
	switch {
	case name == "":
		return "", "", nil
	case folder:
		return s.regular(path.Join(name, "index.html"))
	}
	info, err := fs.Stat(s.cfg.Files, name)
	if err != nil || !info.IsDir() {
		return s.regular(name)
	}
	if name, _, err = s.regular(path.Join(name, "index.html")); name != "" {
		return "", slashed(r.URL), nil
	}
	return "", "", err
}

// slashed returns the address of u with a slash at the end, relative to it.
func slashed(u *url.URL) string { return "./" + path.Base(u.EscapedPath()) + "/" }

// regular returns name if it is that of a file.
func (s *Site) regular(name string) (file, to string, err error) {
	info, err := fs.Stat(s.cfg.Files, name)
	if err == nil && info.Mode().IsRegular() {
		return name, "", nil
	}
	if passing, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); ok && passing.Temporary() {
		return "", "", err
	}
	return "", "", nil
}

// named returns the name that a path asks for, and whether it is that of a folder. It is
// empty for one that must not be looked for.
func named(u *url.URL) (name string, folder bool) {
	escaped := strings.ToLower(u.EscapedPath())
	if strings.Contains(escaped, "%2f") || strings.ContainsFunc(u.Path, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return "", false
	}
	name = strings.TrimPrefix(u.Path, "/")
	if name == "" {
		return ".", true
	}
	name, folder = strings.CutSuffix(name, "/")
	if !fs.ValidPath(name) {
		return "", false
	}
	for i, segment := range strings.Split(name, "/") {
		if segment[0] == '.' && (i > 0 || segment != ".well-known") {
			return "", false
		}
	}
	return name, folder
}
