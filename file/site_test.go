package file_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/file"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// dist is what the build of a frontend makes, with files beside it that are no part of it.
func dist(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	for name, text := range map[string]string{
		"index.html": "home", "404.html": "missing", "about/index.html": "about", "assets/app.js": "console.log(1)", "robots.txt": "User-agent: *",
		".env": "SECRET", ".git/config": "SECRET", ".well-known/security.txt": "Contact:", "a b%2Fé.txt": "odd", "empty/.keep": "", "../outside.txt": "SECRET",
	} {
		path := filepath.Join(dir, name)
		assert.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		assert.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	assert.NoError(t, os.Symlink("../outside.txt", filepath.Join(dir, "link.txt")))
	return dir
}

// site returns the Site of dist.
func site(t testing.TB, cfg file.SiteConfig) *file.Site {
	t.Helper()
	root, err := os.OpenRoot(dist(t))
	assert.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, root.Close()) })
	cfg.Files = root.FS()
	s, err := file.NewSite(cfg)
	assert.NoError(t, err)
	return s
}

// ask sends a request as it is and returns the answer.
func ask(t testing.TB, srv *httptest.Server, method, target string, headers ...string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	assert.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n%s\r\n", method, target, strings.Join(append(headers, ""), "\r\n"))
	assert.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	assert.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	return resp, string(body)
}

const browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

func TestSite(t *testing.T) {
	servers := make(map[string]*httptest.Server)
	for name, cfg := range map[string]file.SiteConfig{"": {}, "app": {App: "index.html"}, "missing": {NotFound: "404.html"}, "both": {App: "index.html", NotFound: "404.html"}} {
		app, err := tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) {
			tenon.Get(r, "/v1/items", func(context.Context, *struct{}) (string, error) { return "items", nil })
			r.Mount("/", site(t, cfg))
			r.Mount("/sub", http.StripPrefix("/sub", site(t, cfg)))
		})
		assert.NoError(t, err)
		srv := httptest.NewServer(app)
		defer srv.Close()
		servers[name] = srv
	}
	const problemType = "application/problem+json"
	tests := []struct {
		name, method, target string
		status               int
		body                 string // of a file; a path without one has that of the fallback
		location             string
	}{
		{"root", "GET", "/", 200, "home", ""},
		{"file", "GET", "/assets/app.js", 200, "console.log(1)", ""},
		{"query", "GET", "/robots.txt?v=2", 200, "User-agent: *", ""},
		{"index by its name", "GET", "/about/index.html", 200, "about", ""},
		{"folder", "GET", "/about/", 200, "about", ""},
		{"folder without a slash", "GET", "/about?q=/\xc3\xa9", 307, "", "./about/?q=/%C3%A9"},
		{"well-known", "GET", "/.well-known/security.txt", 200, "Contact:", ""},
		{"encoded letters", "GET", "/%72obots.txt", 200, "User-agent: *", ""},
		{"name with a percent sign", "GET", "/a%20b%252F%C3%A9.txt", 200, "odd", ""},
		{"page of the fallback", "GET", "/404.html", 200, "missing", ""},
		{"operation", "GET", "/v1/items", 200, "\"items\"", ""},
		{"below a prefix", "GET", "/sub/about/", 200, "about", ""},
		{"below a prefix without a slash", "GET", "/sub/about", 307, "", "./about/"},
		{"prefix", "GET", "/sub", 307, "", "./sub/"},
		{"prefix with a slash", "GET", "/sub/", 200, "home", ""},
		{"HEAD", "HEAD", "/robots.txt", 200, "", ""},
		{"OPTIONS", "OPTIONS", "/robots.txt", 204, "", ""},
		{"POST", "POST", "/robots.txt", 405, "", ""},
		{"POST to a folder", "POST", "/about", 405, "", ""},
		{"POST to nothing", "POST", "/nothing", 404, "", ""},
		{"OPTIONS of nothing", "OPTIONS", "/nothing", 404, "", ""},

		{"nothing", "GET", "/nothing", 404, "", ""},
		{"nothing deep", "GET", "/nothing/deep.js", 404, "", ""},
		{"HEAD of nothing", "HEAD", "/nothing", 404, "", ""},
		{"folder without an index", "GET", "/assets/", 404, "", ""},
		{"folder without an index and slash", "GET", "/assets", 404, "", ""},
		{"file as a folder", "GET", "/robots.txt/", 404, "", ""},
		{"below a file", "GET", "/robots.txt/x", 404, "", ""},
		{"dot file", "GET", "/.env", 404, "", ""},
		{"dot folder", "GET", "/.git/config", 404, "", ""},
		{"dot file below", "GET", "/empty/.keep", 404, "", ""},
		{"out of the folder", "GET", "/../outside.txt", 404, "", ""},
		{"out of the folder, encoded", "GET", "/%2e%2e/outside.txt", 404, "", ""},
		{"out of the folder, encoded slash", "GET", "/..%2foutside.txt", 404, "", ""},
		{"out of the folder, encoded twice", "GET", "/%252e%252e/outside.txt", 404, "", ""},
		{"out of the folder, backslash", "GET", `/..\outside.txt`, 404, "", ""},
		{"out of the folder, encoded backslash", "GET", "/..%5coutside.txt", 404, "", ""},
		{"out of the folder below a prefix", "GET", "/sub/../robots.txt", 404, "", ""},
		{"in and out", "GET", "/about/../robots.txt", 404, "", ""},
		{"dot", "GET", "/./robots.txt", 404, "", ""},
		{"link out of the folder", "GET", "/link.txt", 404, "", ""},
		{"encoded slash", "GET", "/assets%2Fapp.js", 404, "", ""},
		{"empty segment", "GET", "/assets//app.js", 404, "", ""},
		{"empty segment before", "GET", "//robots.txt", 404, "", ""},
		{"another host", "GET", "//evil.example/..", 404, "", ""},
		{"folder of another host", "GET", "//about", 404, "", ""},
		{"zero byte", "GET", "/robots.txt%00.html", 404, "", ""},
		{"long name", "GET", "/" + strings.Repeat("a", 3000), 404, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for fallback, srv := range servers {
				for _, accept := range []string{"", browser, "Accept: */*", "Accept: application/json", "Accept: text/html;q=0, application/json"} {
					var headers []string
					if accept != "" {
						headers = append(headers, accept)
					}
					resp, body := ask(t, srv, tt.method, tt.target, headers...)
					what := fallback + " " + accept
					assert.Equal(t, strings.Contains(body, "SECRET"), false, what)
					assert.Equal(t, resp.Header.Get("Location"), tt.location, what)
					status, want := tt.status, tt.body
					reads := tt.method == "GET" || tt.method == "HEAD"
					html := accept == "" || accept == browser || accept == "Accept: */*"
					switch {
					case status == 404 && reads && accept == browser && (fallback == "app" || fallback == "both"):
						status, want = 200, "home"
					case status == 404 && reads && html && (fallback == "missing" || fallback == "both"):
						want = "missing"
					case status >= 400:
						assert.Equal(t, resp.Header.Get("Content-Type"), problemType, what)
						want = body
					}
					if tt.method == "HEAD" {
						want = ""
					}
					assert.Equal(t, resp.StatusCode, status, what, body)
					assert.Equal(t, body, want, what)
					if status == 204 || status == 405 {
						assert.Equal(t, resp.Header.Get("Allow"), "GET, HEAD, OPTIONS", what)
					}
					if status == 200 && tt.name != "operation" {
						assert.Equal(t, resp.Header.Get("X-Content-Type-Options"), "nosniff", what)
						assert.Equal(t, resp.Header.Get("Cache-Control"), "no-cache", what)
					}
					varies := tt.status == 404 && reads && fallback != ""
					assert.Equal(t, resp.Header.Get("Vary") == "Accept", varies, what)
				}
			}
		})
	}
}

func TestFilesOfASiteHaveConditionsAndRanges(t *testing.T) {
	embedded := fstest.MapFS{"index.html": {Data: []byte("0123456789")}, "assets/a.1f.js": {Data: []byte("0123456789")}}
	for _, files := range []fs.FS{embedded, os.DirFS(dist(t))} {
		s, err := file.NewSite(file.SiteConfig{Files: files, Immutable: "assets", App: "index.html"})
		assert.NoError(t, err)
		srv := httptest.NewServer(s)
		defer srv.Close()
		resp, body := ask(t, srv, "GET", "/")
		tag := resp.Header.Get("Etag")
		assert.Equal(t, tag != "" && resp.StatusCode == 200, true, body)
		resp, body = ask(t, srv, "GET", "/", "If-None-Match: "+tag)
		assert.Equal(t, fmt.Sprint(resp.StatusCode, body), "304")
		assert.Equal(t, resp.Header.Get("Etag"), tag)
		resp, _ = ask(t, srv, "GET", "/nothing", browser, "If-None-Match: "+tag) // the same page
		assert.Equal(t, resp.StatusCode, 304)
		resp, part := ask(t, srv, "GET", "/index.html", "Range: bytes=1-2", "If-Range: "+tag)
		assert.Equal(t, resp.StatusCode, 206)
		assert.Equal(t, part != "" && strings.HasPrefix(resp.Header.Get("Content-Range"), "bytes 1-2/"), true, part)
		resp, body = ask(t, srv, "GET", "/index.html", "Range: items=1-2")
		assert.Equal(t, resp.StatusCode, 200, body)
		for header, status := range map[string]int{"Range: bytes=100-": 416, `If-Match: "other"`: 412} {
			resp, body = ask(t, srv, "GET", "/index.html", header)
			assert.Equal(t, resp.StatusCode, status, body)
			assert.Equal(t, resp.Header.Get("Content-Type"), "application/problem+json")
			assert.Equal(t, resp.Header.Get("Cache-Control")+resp.Header.Get("Etag")+resp.Header.Get("Last-Modified"), "")
			assert.Contains(t, body, fmt.Sprintf(`"status":%d`, status))
		}
	}
	s, err := file.NewSite(file.SiteConfig{Files: embedded, Immutable: "assets"})
	assert.NoError(t, err)
	srv := httptest.NewServer(s)
	defer srv.Close()
	resp, _ := ask(t, srv, "GET", "/assets/a.1f.js")
	assert.Equal(t, resp.Header.Get("Cache-Control"), "public, max-age=31536000, immutable")
	resp, _ = ask(t, srv, "GET", "/index.html", "If-None-Match: "+resp.Header.Get("Etag"))
	assert.Equal(t, resp.StatusCode, 304) // the same content
}

// shaky is a file system that fails to open some names.
type shaky struct {
	fstest.MapFS
	err error
}

func (f shaky) Open(name string) (fs.File, error) {
	if name == "shaky" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
	}
	return f.MapFS.Open(name)
}

func (f shaky) Stat(name string) (fs.FileInfo, error) {
	if name == "shaky" {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: f.err}
	}
	return f.MapFS.Stat(name)
}

func TestErrorsOfTheFileSystemAreNoMissingFiles(t *testing.T) {
	for err, status := range map[error]int{syscall.EMFILE: 500, fs.ErrPermission: 404, syscall.ENOTDIR: 404} {
		s, failure := file.NewSite(file.SiteConfig{Files: shaky{fstest.MapFS{"pipe": {Mode: fs.ModeNamedPipe}}, err}})
		assert.NoError(t, failure)
		app, failure := tenon.New(tenon.Config{Title: "T", Version: "1"}, func(r *tenon.Router) { r.Mount("/", s) })
		assert.NoError(t, failure)
		c := tenontest.New(t, app)
		c.ServerErrors = true
		assert.Equal(t, c.Do("GET", "/shaky", "").Status, status, err)
		assert.Equal(t, c.Do("GET", "/pipe", "").Status, 404) // which nobody may wait for
	}
}

func TestNewSiteReportsEveryMistake(t *testing.T) {
	_, err := file.NewSite(file.SiteConfig{})
	assert.Equal(t, fmt.Sprint(err), "file: SiteConfig.Files is nil")
	_, err = file.NewSite(file.SiteConfig{Files: fstest.MapFS{"assets/a": {}}, App: "index.html", NotFound: "assets", Immutable: "/assets/"})
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.Equal(t, len(strings.Split(err.Error(), "\n")), 3)
	assert.Contains(t, err.Error(), "file: SiteConfig.App: open index.html: file does not exist")
	assert.Contains(t, err.Error(), "file: SiteConfig.NotFound: assets is no file")
	assert.Contains(t, err.Error(), `file: SiteConfig.Immutable is "/assets/", want the name of a folder such as assets`)
}

// FuzzSite asks for all kinds of paths: nothing but the files of the site is answered.
func FuzzSite(f *testing.F) {
	for _, seed := range []string{"/", "/about", "/../outside.txt", "/.env", "//", "/assets/../.env", "/%2e%2e%2foutside.txt", "/about/.", "/.well-known/../.env", "/robots.txt/"} {
		f.Add(seed)
	}
	s := site(f, file.SiteConfig{})
	want := map[string]bool{"home": true, "missing": true, "about": true, "console.log(1)": true, "User-agent: *": true, "Contact:": true, "odd": true}
	f.Fuzz(func(t *testing.T, target string) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://a.example/", nil)
		assert.NoError(t, err)
		if r.URL, err = r.URL.Parse(target); err != nil || r.URL.Host != "a.example" {
			return
		}
		r.RequestURI = r.URL.RequestURI()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch {
		case w.Code == 200:
			assert.Equal(t, want[w.Body.String()], true, target, w.Body)
		case w.Code == 307:
			assert.Equal(t, strings.HasPrefix(w.Header().Get("Location"), "./"), true, target)
		default:
			assert.Equal(t, w.Code, 404, target)
		}
	})
}

func ExampleSite() {
	dist := fstest.MapFS{"index.html": {Data: []byte("<h1>shop</h1>")}, "assets/app.1f3a.js": {Data: []byte("start()")}} // or an embed.FS, or root.FS() of an os.Root
	site, err := file.NewSite(file.SiteConfig{Files: dist, App: "index.html", Immutable: "assets"})
	if err != nil {
		fmt.Println(err)
		return
	}
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1"}, func(r *tenon.Router) {
		r.Mount("/", site)
		r.Group("/v1").Mount("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			problem.Write(w, r, problem.New(http.StatusNotFound, "", "")) // no page for what only programs ask for
		}))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"/cart/7", "/assets/app.1f3a.js", "/v1/nothing"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(path, w.Code, w.Header().Get("Content-Type"))
	}
	// Output:
	// /cart/7 200 text/html; charset=utf-8
	// /assets/app.1f3a.js 200 text/javascript; charset=utf-8
	// /v1/nothing 404 application/problem+json
}
