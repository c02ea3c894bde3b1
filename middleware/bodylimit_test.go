package middleware_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

func TestBodyLimit(t *testing.T) {
	tests := []struct {
		name   string
		body   io.Reader
		length int64 // declared; -1 for none
		limit  int64
		status int
		read   int // bytes that the handler got
	}{
		{"none", nil, 0, 5, 200, 0},
		{"shorter", strings.NewReader("1234"), 4, 5, 200, 4},
		{"at the limit", strings.NewReader("12345"), 5, 5, 200, 5},
		{"at the limit, undeclared", strings.NewReader("12345"), -1, 5, 200, 5},
		{"one more", iotest.ErrReader(errors.New("is not read")), 6, 5, 413, 0},
		{"one more, undeclared", strings.NewReader("123456"), -1, 5, 413, 5},
		{"much more, byte by byte", iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 500))), -1, 5, 413, 5},
		{"declared less than sent", strings.NewReader("123456"), 3, 5, 413, 5},
		{"limit of nothing, nothing", nil, 0, 0, 200, 0},
		{"limit of nothing, something", strings.NewReader("1"), -1, 0, 413, 0},
		{"negative limit", strings.NewReader("1"), -1, -7, 413, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			read := 0
			h := middleware.BodyLimit(tt.limit)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				read = len(body)
				if err == nil {
					w.WriteHeader(http.StatusOK)
					return
				}
				if e, ok := errors.AsType[*http.MaxBytesError](err); !ok || e.Limit != max(tt.limit, 0) {
					t.Errorf("the handler got the error %v", err)
				}
				w.Header().Set("ETag", `"half done"`)
			}))
			r := httptest.NewRequest("POST", "/", tt.body)
			r.ContentLength = tt.length
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, read, tt.read, "bytes read")
			assert.Equal(t, w.Code, tt.status)
			assert.Equal(t, w.Header().Get("Connection") == "close", tt.status == 413)
			if tt.status == 413 {
				wantProblem(t, w, 413, "body_too_large")
				assert.Equal(t, w.Header().Get("ETag"), "")
			}
		})
	}
}

func TestBodyLimitLeavesTheAnswerOfAHandlerAlone(t *testing.T) {
	h := middleware.BodyLimit(3)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	r := httptest.NewRequest("POST", "/", strings.NewReader("1234"))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, w.Code, http.StatusTeapot)
	assert.Equal(t, w.Body.Len(), 0)
}

func TestBodyLimitAnswersAndEndsTheConnection(t *testing.T) {
	srv := httptest.NewServer(middleware.BodyLimit(1 << 10)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	})))
	defer srv.Close()
	for _, body := range []io.Reader{strings.NewReader(strings.Repeat("x", 2<<10)), io.MultiReader(strings.NewReader(strings.Repeat("x", 2<<10)))} {
		resp, err := http.Post(srv.URL, "text/plain", body) // the second one is chunked
		assert.NoError(t, err)
		defer resp.Body.Close()
		assert.Equal(t, resp.StatusCode, 413)
		assert.Equal(t, resp.Close, true)
	}
}

func TestBodyLimitDoesNotWaitForTheRest(t *testing.T) {
	srv := httptest.NewServer(middleware.BodyLimit(10)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("is not reached") })))
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	assert.NoError(t, err)
	defer conn.Close()
	assert.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
	assert.NoError(t, err)
	answer, err := io.ReadAll(conn) // also that it is closed
	assert.NoError(t, err)
	assert.Contains(t, string(answer), "HTTP/1.1 413 ")
}

func ExampleBodyLimit() {
	h := middleware.BodyLimit(1 << 20)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			return // answered for
		}
	}))
	r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", 1<<20+1)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output: 413
}
