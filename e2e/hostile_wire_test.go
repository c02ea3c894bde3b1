package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

const (
	zeroID  = "00000000-0000-7000-8000-000000000000"
	headers = " HTTP/1.1\r\nHost: harbor\r\n" + authorization + "\r\n"
	posting = "POST /v1/orders" + headers + "Content-Type: application/json\r\nIdempotency-Key: wire\r\n"
)

func TestHarborRefusesHostileRequests(t *testing.T) {
	h := start(t, t.TempDir())
	tests := []struct {
		name, request string
		half          bool // no more is sent after the request
		status        int
		code          string // of the problem; empty where package net/http answers itself
		closes        bool
	}{
		{name: "truncated body", request: posting + "Content-Length: 100\r\n\r\n" + payload[:20], half: true, status: 400, code: "unreadable_body", closes: true},
		{name: "truncated chunk", request: posting + "Transfer-Encoding: chunked\r\n\r\n64\r\n" + payload[:20], half: true, status: 400, code: "unreadable_body", closes: true},
		{name: "no last chunk", request: posting + "Transfer-Encoding: chunked\r\n\r\n3c\r\n" + payload + "\r\n", half: true, status: 400, code: "unreadable_body", closes: true},
		{name: "bad chunk size", request: posting + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", status: 400, code: "unreadable_body", closes: true},
		{name: "negative chunk size", request: posting + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", status: 400, code: "unreadable_body", closes: true},
		{name: "huge chunk size", request: posting + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", status: 400, code: "unreadable_body", closes: true},
		{name: "two lengths", request: posting + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", status: 400, closes: true},
		{name: "bad length", request: posting + "Content-Length: +2\r\n\r\n{}", status: 400, closes: true},
		{name: "no host", request: "GET /livez HTTP/1.1\r\n\r\n", status: 400, closes: true},
		{name: "space before colon", request: "GET /livez" + headers + "X-A : b\r\n\r\n", status: 400, closes: true},
		{name: "no HTTP", request: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", status: 400, closes: true},
		{name: "header of 80 KB", request: "GET /livez" + headers + "X-A: " + strings.Repeat("a", 80_000) + "\r\n\r\n", status: 431, closes: true},
		{name: "10,000 headers", request: "GET /livez" + headers + strings.Repeat("X-A: b\r\n", 10_000) + "\r\n", status: 431, closes: true},
		{name: "path of 80 KB", request: "GET /" + strings.Repeat("a", 80_000) + headers + "\r\n", status: 431, closes: true},
		{name: "header of 60 KB", request: "GET /livez" + headers + "X-A: " + strings.Repeat("a", 60_000) + "\r\n\r\n", status: 200},

		{name: "bad percent-encoding in the path", request: "GET /v1/orders/%zz" + headers + "\r\n", status: 400, closes: true},
		{name: "cut percent-encoding in the path", request: "GET /v1/orders/%2" + headers + "\r\n", status: 400, closes: true},
		{name: "bad percent-encoding in the query", request: "GET /v1/customers/a/orders?limit=%zz" + headers + "\r\n", status: 400, code: "malformed_target"},
		{name: "bad percent-encoding in an unknown parameter", request: "GET /v1/customers/a/orders?x=%" + headers + "\r\n", status: 400, code: "malformed_target"},
		{name: "encoded slashes", request: "GET /v1/orders/..%2f..%2fetc%2fpasswd" + headers + "\r\n", status: 422, code: "validation_failed"},
		{name: "encoded slash between segments", request: "GET /v1%2forders/" + zeroID + headers + "\r\n", status: 404, code: "not_found"},
		{name: "encoded twice", request: "GET /v1/orders/%252e%252e" + headers + "\r\n", status: 422, code: "validation_failed"},
		{name: "encoded NUL", request: "GET /v1/orders/%00" + headers + "\r\n", status: 422, code: "validation_failed"},
		{name: "dots", request: "GET /v1/orders/../orders/" + zeroID + headers + "\r\n", status: 404, code: "not_found"},
		{name: "dots at the root", request: "GET /../../etc/passwd" + headers + "\r\n", status: 404, code: "not_found"},
		{name: "encoded dots", request: "GET /v1/%2e%2e/v1/orders/" + zeroID + headers + "\r\n", status: 404, code: "not_found"},
		{name: "dots below the docs", request: "GET /docs/../openapi.json" + headers + "\r\n", status: 404, code: "not_found"},
		{name: "another host as the path", request: "GET //evil.example/%2e%2e" + headers + "\r\n", status: 404, code: "not_found"},
		{name: "backslashes", request: `GET /v1\orders\..\` + headers + "\r\n", status: 404, code: "not_found"},
		{name: "absolute target", request: "GET http://evil.example/nowhere" + headers + "\r\n", status: 404, code: "not_found"},
		{name: "encoded dots as a parameter", request: "GET /v1/orders/%2e%2e" + headers + "\r\n", status: 404, code: "not_found"},
		{name: "encoded letters", request: "GET /%6civez" + headers + "\r\n", status: 200}, // RFC 3986, section 6.2.2.2
		{name: "ISO 8859-1 in the path", request: "GET /v1/customers/%ff/orders" + headers + "\r\n", status: 422, code: "validation_failed"},
		{name: "method in lower case", request: "get /livez" + headers + "\r\n", status: 405, code: "method_not_allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := dial(t, h.url)
			w.write(tt.request)
			if tt.half {
				assert.NoError(t, w.CloseWrite())
			}
			a := w.answer()
			assert.Equal(t, a.status, tt.status, string(a.body))
			if tt.code != "" {
				refused(t, a, tt.status, tt.code)
			}
			if location := a.header.Get("Location"); location != "" {
				t.Errorf("the client is sent to %q", location)
			}
			if tt.closes {
				w.closed()
				return
			}
			w.write("GET /livez" + headers + "\r\n") // the connection is still in order
			assert.Equal(t, w.answer().status, http.StatusOK, "the request after it")
		})
	}
	items, _ := newClient(t, h.url).list("cus_1", 100)
	assert.Equal(t, len(items), 0, "orders that refused requests have created")
	h.healthy(t)
}

func TestHarborBearsManyParameters(t *testing.T) {
	h := start(t, t.TempDir())
	c := newClient(t, h.url)
	const list = "/v1/customers/a/orders?"
	a := c.do("GET", list+strings.Repeat("x=1&", 10_000), nil)
	assert.Equal(t, a.status, http.StatusOK, "unknown ones")
	a = c.do("GET", list+strings.Repeat("limit&", 10_000)+"limit=1", nil)
	p := refused(t, a, http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, p.places(), []string{"query.limit multiple_values"})
	// Only & separates parameters.
	a = c.do("GET", list+"x=1;limit=0", nil)
	assert.Equal(t, a.status, http.StatusOK, "semicolon")
	h.healthy(t)
}
