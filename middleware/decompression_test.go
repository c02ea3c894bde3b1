package middleware_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

func gzipped(t *testing.T, content io.Reader) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.Copy(w, content)
	assert.NoError(t, err)
	assert.NoError(t, w.Close())
	return b.String()
}

func TestC7Decompression(t *testing.T) {
	hello := gzipped(t, strings.NewReader("hello"))
	tests := []struct {
		name, coding, body string
		status             int
		read               string
	}{
		{"none", "", "hello", 200, "hello"},
		{"identity", "identity", "hello", 200, "hello"},
		{"gzip", "gzip", hello, 200, "hello"},
		{"its other names", "X-GZIP", hello, 200, "hello"},
		{"several members", "gzip", hello + hello, 200, "hellohello"},
		{"at the limit", "gzip", gzipped(t, strings.NewReader(strings.Repeat("x", 100))), 200, strings.Repeat("x", 100)},
		{"beyond the limit", "gzip", gzipped(t, strings.NewReader(strings.Repeat("x", 101))), 413, strings.Repeat("x", 100)},
		{"compressed beyond the limit", "gzip", strings.Repeat(gzipped(t, strings.NewReader("")), 10), 413, ""},
		{"another coding", "br", "hello", 415, ""},
		{"several codings", "gzip, gzip", hello, 415, ""},
		{"not gzip", "gzip", "hello, this is plain", 400, ""},
		{"broken off", "gzip", hello[:len(hello)-3], 400, "hello"},
	}
	for _, tt := range tests {
		for _, known := range []bool{true, false} {
			t.Run(tt.name, func(t *testing.T) {
				read := ""
				h := middleware.Decompression(100)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					assert.Equal(t, strings.Contains(strings.ToLower(r.Header.Get("Content-Encoding")), "gzip"), false)
					text, err := io.ReadAll(r.Body)
					read = string(text)
					if _, ok := errors.AsType[*http.MaxBytesError](err); err != nil && !ok {
						w.WriteHeader(http.StatusBadRequest)
					}
				}))
				r := httptest.NewRequest("POST", "/", strings.NewReader(tt.body))
				if !known {
					r.ContentLength = -1
				}
				if tt.coding != "" {
					r.Header.Set("Content-Encoding", tt.coding)
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				assert.Equal(t, w.Code, tt.status)
				assert.Equal(t, read, tt.read)
				assert.Equal(t, w.Header().Get("Accept-Encoding") == "gzip", tt.status == 415)
			})
		}
	}
}

// 1 GiB of zeros is 1 MiB of gzip.
func TestD15ASmallBodyDoesNotBecomeALargeOne(t *testing.T) {
	bomb := gzipped(t, io.LimitReader(zeros{}, 1<<30))
	if len(bomb) > 2<<20 {
		t.Fatalf("has %d bytes", len(bomb))
	}
	var read int64
	h := middleware.Decompression(8 << 20)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		read, _ = io.Copy(io.Discard, r.Body)
	}))
	r := httptest.NewRequest("POST", "/", strings.NewReader(bomb))
	r.Header.Set("Content-Encoding", "gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, w.Code, http.StatusRequestEntityTooLarge)
	assert.Equal(t, read, 8<<20)
	assert.Equal(t, w.Header().Get("Connection"), "close")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
