package middleware_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/problem"
)

// do returns what h answers.
func do(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wantProblem fails the test unless w has a problem with a status and code.
func wantProblem(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	assert.Equal(t, w.Code, status)
	assert.Equal(t, w.Header().Get("Content-Type"), problem.ContentType)
	p, err := problem.Parse(w.Body.Bytes())
	assert.NoError(t, err)
	assert.Equal(t, p.Code, code)
}

func TestRecover(t *testing.T) {
	tests := []struct {
		name    string
		handler http.HandlerFunc
		status  int // of the answer; 0 when the connection is cut
		lines   int // in the log
	}{
		{"no panic", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, 0},
		{"at once", func(http.ResponseWriter, *http.Request) { panic("boom") }, 500, 1},
		{"an error", func(http.ResponseWriter, *http.Request) { panic(io.ErrUnexpectedEOF) }, 500, 1},
		{"headers set", func(w http.ResponseWriter, _ *http.Request) {
			for _, name := range []string{"Content-Length", "Content-Encoding", "ETag", "Cache-Control", "Location"} {
				w.Header().Set(name, "1")
			}
			w.Header().Set("Content-Type", "text/html")
			panic("boom")
		}, 500, 1},
		{"after the status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); panic("boom") }, 0, 1},
		{"after the first byte", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "x"); panic("boom") }, 0, 1},
		{"abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			h := middleware.RequestID(middleware.Recover(slog.New(slog.NewJSONHandler(&out, nil)))(tt.handler))
			cut := false
			var w *httptest.ResponseRecorder
			func() {
				defer func() {
					if v := recover(); v != nil {
						assert.Equal(t, v, any(http.ErrAbortHandler))
						cut = true
					}
				}()
				w = do(h, "GET", "/", "X-Request-Id: id-1")
			}()
			assert.Equal(t, cut, tt.status == 0, "the connection is cut")
			assert.Equal(t, strings.Count(out.String(), "\n"), tt.lines)
			if tt.lines > 0 {
				assert.Contains(t, out.String(), `"request_id":"id-1"`)
				assert.Contains(t, out.String(), "recover_test.go", "the stack")
			}
			switch tt.status {
			case 0:
			case 500:
				wantProblem(t, w, 500, "internal_error")
				for _, name := range []string{"Content-Encoding", "ETag", "Cache-Control", "Location"} {
					assert.Equal(t, w.Header().Values(name), nil, name)
				}
				assert.Equal(t, strings.Contains(w.Body.String(), "boom"), false)
			default:
				assert.Equal(t, w.Code, tt.status)
			}
		})
	}
}

func TestRecoverLeavesTheLineToAnApplication(t *testing.T) {
	var out bytes.Buffer
	h := middleware.Recover(slog.New(slog.NewJSONHandler(&out, nil)))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	var got *problem.Error
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(problem.WithPolicy(r.Context(), func(_ http.ResponseWriter, _ *http.Request, e *problem.Error) { got = e }))
	h.ServeHTTP(httptest.NewRecorder(), r)
	assert.Equal(t, out.Len(), 0)
	assert.Contains(t, got.Cause.Error(), "panic: boom\n")
	assert.Contains(t, got.Cause.Error(), "recover_test.go")
}

func TestRecoverCutsTheConnectionAfterTheFirstByte(t *testing.T) {
	srv := httptest.NewServer(middleware.Recover(slog.New(slog.DiscardHandler))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half of")
		_ = http.NewResponseController(w).Flush()
		panic("boom")
	})))
	defer srv.Close()
	resp, err := http.Get(srv.URL)
	assert.NoError(t, err)
	defer resp.Body.Close()
	_, err = io.ReadAll(resp.Body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func ExampleRecover() {
	h := middleware.Recover(slog.New(slog.DiscardHandler))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("index out of range")
	}))
	fmt.Println(do(h, "GET", "/", "X-Request-Id: req-1").Body)
	// Output: {"type":"urn:problem:internal_error","title":"Internal server error","status":500,"code":"internal_error","request_id":"req-1"}
}
