package tenon_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// says is a handler that answers text.
func says[In any](text string) tenon.Handler[In, item] {
	return func(context.Context, *In) (item, error) { return item{Name: text}, nil }
}

// named answers the ID in the path.
func named(_ context.Context, in *byID) (item, error) { return item{Name: in.ID}, nil }

// verbs registers all kinds of methods below /items.
func verbs(r *tenon.Router) {
	tenon.Get(r, "/items", says[none]("list"))
	tenon.Post(r, "/items", ok[struct{ Body item }, tenon.Created[item]])
	tenon.Get(r, "/items/{id}", named)
	tenon.Put(r, "/items/{id}", ok[byID, item])
	tenon.Patch(r, "/items/{id}", ok[byID, item])
	tenon.Delete(r, "/items/{id}", ok[byID, tenon.NoContent])
	tenon.Post(r, "/only/post", ok[none, item])
	tenon.Handle(r, "HEAD", "/only/head", ok[none, tenon.NoContent])
	tenon.Handle(r, "OPTIONS", "/own/options", says[none]("options"))
	tenon.Handle(r, "REPORT", "/own/method", says[none]("report"), tenon.Doc{Hidden: true})
}

func TestC1AllowIsExact(t *testing.T) {
	c := newClient(t, verbs)
	tests := []struct{ method, path, want string }{
		{"DELETE", "/items", "GET, HEAD, OPTIONS, POST"},
		{"POST", "/items/1", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
		{"GET", "/only/post", "OPTIONS, POST"},
		{"HEAD", "/only/post", "OPTIONS, POST"},
		{"GET", "/only/head", "HEAD, OPTIONS"},
		{"GET", "/own/options", "OPTIONS"},
		{"GET", "/own/method", "OPTIONS, REPORT"},
		{"POST", "/openapi.json", "GET, HEAD, OPTIONS"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			r := c.Do(tt.method, tt.path, "")
			assert.Equal(t, r.Header.Values("Allow"), []string{tt.want})
			if tt.method == "HEAD" {
				assert.Equal(t, r.Status, http.StatusMethodNotAllowed)
				return
			}
			wantProblem(t, c, r, http.StatusMethodNotAllowed, "method_not_allowed")
		})
	}
}

func TestC1AllowNamesTheDocumentBesideAnOperation(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) { tenon.Post(r, "/openapi.json", ok[none, item]) })
	assert.Equal(t, c.Do("PUT", "/openapi.json", "").Header.Get("Allow"), "GET, HEAD, OPTIONS, POST")
	assert.Equal(t, c.Do("GET", "/openapi.json", "").Status, http.StatusOK)
}

func TestC2UnknownMethodIsNot404(t *testing.T) {
	c := newClient(t, verbs)
	wantProblem(t, c, c.Do("BREW", "/items", ""), http.StatusMethodNotAllowed, "method_not_allowed")
	wantProblem(t, c, c.Do("get", "/items", ""), http.StatusMethodNotAllowed, "method_not_allowed")
	wantProblem(t, c, c.Do("BREW", "/nothing", ""), http.StatusNotFound, "not_found")
	assert.Equal(t, string(c.Do("REPORT", "/own/method", "").Body), `{"name":"report","count":0}`)
}

func TestC3HeadIsGetWithoutContent(t *testing.T) {
	srv := newServer(t, nil, verbs)
	for _, path := range []string{"/items", "/items/7", "/openapi.json", "/nothing", "/items/%2e"} {
		t.Run(path, func(t *testing.T) {
			getStatus, getHeader, getBody := fetch(t, srv.URL, "GET", path)
			status, header, body := fetch(t, srv.URL, "HEAD", path)
			assert.Equal(t, len(getBody) > 0, true)
			assert.Equal(t, body, "")
			assert.Equal(t, status, getStatus)
			for _, h := range []http.Header{getHeader, header} {
				h.Del("Date")
				h.Del("X-Request-Id")
			}
			assert.Equal(t, header, getHeader)
			assert.Equal(t, header.Get("Content-Length"), fmt.Sprint(len(getBody)))
		})
	}
	status, _, body := fetch(t, srv.URL, "HEAD", "/only/head")
	assert.Equal(t, status, http.StatusNoContent, body)
}

// fetch sends one request and reads the answer.
func fetch(t testing.TB, base, method, target string, header ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, base+target, nil)
	assert.NoError(t, err)
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	assert.NoError(t, err)
	body, err := readAll(resp)
	assert.NoError(t, err)
	return resp.StatusCode, resp.Header, body
}

func readAll(resp *http.Response) (string, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestC4OptionsListsTheMethods(t *testing.T) {
	c := newClient(t, verbs)
	r := c.Do("OPTIONS", "/items/7", "")
	assert.Equal(t, r.Status, http.StatusNoContent)
	assert.Equal(t, r.Header.Get("Allow"), "DELETE, GET, HEAD, OPTIONS, PATCH, PUT")
	assert.Equal(t, len(r.Body), 0)
	assert.Equal(t, string(c.Do("OPTIONS", "/own/options", "").Body), `{"name":"options","count":0}`)
	wantProblem(t, c, c.Do("OPTIONS", "/nothing", ""), http.StatusNotFound, "not_found")
}

func TestC5TraceIsRefused(t *testing.T) {
	c := newClient(t, verbs)
	wantProblem(t, c, c.Do("TRACE", "/items", "", "Cookie: secret=1"), http.StatusMethodNotAllowed, "method_not_allowed")
}

func TestC21MethodOverridesAreIgnored(t *testing.T) {
	c := newClient(t, verbs)
	r := c.Do("GET", "/items/7?_method=DELETE", "", "X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE")
	assert.Equal(t, string(r.Body), `{"name":"7","count":0}`)
}

func TestPeers23RoutingErrorsAreProblems(t *testing.T) {
	c := newClient(t, verbs)
	for _, accept := range []string{"", "text/html", "application/json", "image/png;q=0.1"} {
		wantProblem(t, c, c.Do("GET", "/nothing", "", "Accept: "+accept), http.StatusNotFound, "not_found")
		wantProblem(t, c, c.Do("DELETE", "/items", "", "Accept: "+accept), http.StatusMethodNotAllowed, "method_not_allowed")
	}
}

func TestC19PathsAreTakenAsTheyAre(t *testing.T) {
	srv := newServer(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/files/{id}", named)
		tenon.Get(r, "/files/{id}/raw", says[byID]("raw"))
		tenon.Get(r, "/secret", says[none]("secret"))
		tenon.Get(r, "/slash/", says[none]("slash"))
	})
	const missing = "not_found"
	tests := []struct {
		name, target string
		status       int
		want         string // name in the answer, or the code
	}{
		{"plain", "/files/a", 200, "a"},
		{"encoded slash stays in the parameter", "/files/a%2Fb", 200, "a/b"},
		{"encoded slash does not separate", "/files%2Fa", 404, missing},
		{"encoded slash does not reach another route", "/files/x%2Fraw", 200, "x/raw"},
		{"decoded once", "/files/%2561", 200, "%61"},
		{"encoded percent before hex", "/files/%252e%252e", 200, "%2e%2e"},
		{"encoded letters of fixed text", "/%66iles/a", 200, "a"},
		{"encoded letters beside an encoded slash", "/%66iles/a%2Fb", 200, "a/b"},
		{"zero byte", "/files/a%00b", 200, "a\x00b"},
		{"space", "/files/a%20b", 200, "a b"},
		{"plus is no space", "/files/a+b", 200, "a+b"},
		{"semicolon", "/files/a;v=1", 200, "a;v=1"},
		{"not UTF-8", "/files/%ff", 422, "validation_failed"},
		{"dot segment", "/files/..", 404, missing},
		{"dot segments to another route", "/files/../secret", 404, missing},
		{"encoded dot segment", "/files/%2e%2e", 404, missing},
		{"half encoded dot segment", "/files/.%2E", 404, missing},
		{"single dot", "/files/./raw", 404, missing},
		{"three dots", "/files/...", 200, "..."},
		{"encoded dot segments to another route", "/files/%2e%2e%2fsecret", 200, "../secret"},
		{"double slash", "//secret", 404, missing},
		{"double slash inside", "/files//a", 404, missing},
		{"double slash before a name", "/files//raw", 404, missing},
		{"empty segment at the end", "/files/", 404, missing},
		{"slash at the end", "/files/a/", 404, missing},
		{"slash at the end where one is declared", "/slash/", 200, "slash"},
		{"no slash at the end where one is declared", "/slash", 404, missing},
		{"other case", "/Files/a", 404, missing},
		{"backslash", `/files\a`, 404, missing},
		{"root", "/", 404, missing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := send(t, srv.Listener.Addr(), "GET "+tt.target+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
			assert.Equal(t, answer.StatusCode, tt.status, answer.body)
			if tt.status == 200 {
				want := fmt.Sprintf(`{"name":%q,"count":0}`, tt.want)
				assert.Equal(t, answer.body, strings.ReplaceAll(want, `\x00`, `\u0000`))
			} else {
				assert.Contains(t, answer.body, `"code":"`+tt.want+`"`)
			}
			assert.Equal(t, answer.Header.Get("Location"), "", "redirects to")
		})
	}
}

type answer struct {
	*http.Response
	body   string
	closed bool // the server closed the connection after it
}

// send writes a request to a server and reads the answer.
func send(t testing.TB, addr net.Addr, raw string) answer {
	t.Helper()
	conn := dial(t, addr.String())
	_, err := io.WriteString(conn, raw)
	assert.NoError(t, err)
	return readAnswer(t, conn)
}

// dial connects to a server. A server that hangs fails the test.
func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	assert.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	assert.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	return conn.(*net.TCPConn)
}

// readAnswer reads an answer to any method but HEAD, and whether the connection ends with it.
func readAnswer(t testing.TB, conn net.Conn) answer {
	t.Helper()
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	assert.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	resp.Body.Close()
	closed := false
	if resp.Close {
		_, err = in.ReadByte()
		closed = errors.Is(err, io.EOF)
	}
	return answer{resp, string(body), closed}
}

func TestC19TargetThatNetHTTPWouldRefuse(t *testing.T) {
	app := newApp(t, nil, verbs)
	x := &fake{method: "GET", path: "/items/%zz"}
	app.ServeExchange(x)
	assert.Equal(t, x.status, http.StatusBadRequest)
	assert.Contains(t, string(x.sent), `"code":"malformed_target"`)
	x = &fake{method: "GET", path: "*"}
	app.ServeExchange(x)
	assert.Equal(t, x.status, http.StatusNotFound)
}

func TestC20BadQueries(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/q", func(_ context.Context, in *struct {
			A string            `query:"a"`
			B tenon.Opt[string] `query:"b"`
		}) (item, error) {
			return item{Name: in.A + "|" + in.B.Or("none")}, nil
		})
		tenon.Get(r, "/none", says[none]("none"))
	})
	tests := []struct {
		name, target string
		want         string // name in the answer, or the code
		issues       []string
	}{
		{"plain", "/q?a=1&b=2", "1|2", nil},
		{"encoded", "/q?%61=%31%26&b=a+b", "1&|a b", nil},
		{"unknown parameters", "/q?a=1&c=2&&=&d", "1|none", nil},
		{"semicolon separates nothing", "/q?a=1;b=2", "1;b=2|none", nil},
		{"equals sign in a value", "/q?a=b=c", "b=c|none", nil},
		{"no equals sign", "/q?a", "|none", nil},
		{"bad percent in a value", "/q?a=%zz", "malformed_target", nil},
		{"bad percent in an unknown name", "/q?a=1&%=2", "malformed_target", nil},
		{"cut percent", "/q?a=%4", "malformed_target", nil},
		{"bad percent where nothing is declared", "/none?x=%", "malformed_target", nil},
		{"repeated scalar", "/q?a=1&a=2", "validation_failed", []string{"multiple_values query.a"}},
		{"name in another case", "/q?A=1", "validation_failed", []string{"missing query.a"}},
		{"not UTF-8", "/q?a=%ff", "validation_failed", []string{"string_type query.a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", tt.target, "")
			if r.Status == 200 {
				assert.Equal(t, string(r.Body), fmt.Sprintf(`{"name":%q,"count":0}`, tt.want))
				return
			}
			status := http.StatusBadRequest
			if tt.issues != nil {
				status = http.StatusUnprocessableEntity
			}
			wantProblem(t, c, r, status, tt.want)
			assert.Equal(t, issueTypes(t, c, r), tt.issues)
		})
	}
}

func TestC23AnswersHaveTheirContentType(t *testing.T) {
	c := newClient(t, verbs, func(r *tenon.Router) {
		tenon.Get(r, "/fails", func(context.Context, *none) (item, error) { return item{}, errGone })
	})
	c.ServerErrors = true
	tests := []struct {
		method, path, want string
	}{
		{"GET", "/items", "application/json"},
		{"GET", "/openapi.json", "application/json"},
		{"GET", "/nothing", "application/problem+json"},
		{"BREW", "/items", "application/problem+json"},
		{"GET", "/fails", "application/problem+json"},
		{"DELETE", "/items/7", ""},
		{"OPTIONS", "/items", ""},
	}
	for _, tt := range tests {
		r := c.Do(tt.method, tt.path, "")
		assert.Equal(t, r.Header.Get("Content-Type"), tt.want, tt.method, tt.path)
		assert.Equal(t, len(r.Body) > 0, tt.want != "", tt.method, tt.path)
	}
}

func TestFixedTextComesBeforeParametersInAnyOrder(t *testing.T) {
	type two struct {
		A string `path:"a"`
		B string `path:"b"`
	}
	routes := map[string]func(*tenon.Router){
		"/users/{id}":       func(r *tenon.Router) { tenon.Get(r, "/users/{id}", says[byID]("/users/{id}")) },
		"/users/me":         func(r *tenon.Router) { tenon.Get(r, "/users/me", says[none]("/users/me")) },
		"/users/{id}/posts": func(r *tenon.Router) { tenon.Get(r, "/users/{id}/posts", says[byID]("/users/{id}/posts")) },
		"/users/me/x":       func(r *tenon.Router) { tenon.Get(r, "/users/me/x", says[none]("/users/me/x")) },
		"/{a}/{b}":          func(r *tenon.Router) { tenon.Get(r, "/{a}/{b}", says[two]("/{a}/{b}")) },
		"/{a}/me/{b}":       func(r *tenon.Router) { tenon.Get(r, "/{a}/me/{b}", says[two]("/{a}/me/{b}")) },
	}
	tests := map[string]string{
		"/users/me":       "/users/me",
		"/users/you":      "/users/{id}",
		"/users/me/x":     "/users/me/x",
		"/users/me/posts": "/users/{id}/posts", // /users/me leads nowhere
		"/users/me/y":     "/{a}/me/{b}",       // neither does /users
		"/others/me":      "/{a}/{b}",
		"/others/me/z":    "/{a}/me/{b}",
	}
	names := make([]string, 0, len(routes))
	for name := range routes {
		names = append(names, name)
	}
	for range 10 {
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		var list []func(*tenon.Router)
		for _, name := range names {
			list = append(list, routes[name])
		}
		c := newClient(t, list...)
		for path, want := range tests {
			assert.Equal(t, string(c.Do("GET", path, "").Body), fmt.Sprintf(`{"name":%q,"count":0}`, want), path, names)
		}
	}
}

func TestParametersAfterBacktrackingAreThoseOfTheMatch(t *testing.T) {
	type three struct {
		A string `path:"a"`
		B string `path:"b"`
		C string `path:"c"`
	}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/{a}/x/{b}/{c}/deep", ok[three, item])
		tenon.Get(r, "/{a}/{b}/{c}", func(_ context.Context, in *three) (item, error) {
			return item{Name: in.A + "," + in.B + "," + in.C}, nil
		})
	})
	assert.Equal(t, string(c.Do("GET", "/1/x/2", "").Body), `{"name":"1,x,2","count":0}`)
	wantProblem(t, c, c.Do("GET", "/1/x/2/3", ""), http.StatusNotFound, "not_found")
}

func TestOperationsAreSorted(t *testing.T) {
	var got []string
	for _, op := range newApp(t, nil, verbs).Operations() {
		got = append(got, op.Method+" "+op.Path+" "+op.ID)
	}
	assert.Equal(t, got, []string{
		"GET /items getItems", "POST /items postItems",
		"DELETE /items/{id} deleteItemsById", "GET /items/{id} getItemsById", "PATCH /items/{id} patchItemsById", "PUT /items/{id} putItemsById",
		"HEAD /only/head headOnlyHead", "POST /only/post postOnlyPost",
		"REPORT /own/method reportOwnMethod", "OPTIONS /own/options optionsOwnOptions",
	})
}

func TestAppWorksInsideAMux(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", newApp(t, nil, verbs)))
	r := &http.Request{Method: "GET", URL: &url.URL{Path: "/api/items/a/b", RawPath: "/api/items/a%2Fb"}}
	w := newRecorder()
	mux.ServeHTTP(w, r)
	assert.Equal(t, w.body.String(), `{"name":"a/b","count":0}`)
}

// recorder is the least that a ResponseWriter can be.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: make(http.Header)} }

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(p []byte) (int, error) { return w.body.Write(p) }
