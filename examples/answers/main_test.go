package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestAnswers(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "Answers", Version: "1"}, routes)
	assert.NoError(t, err)
	first := tag(orders[0])
	tests := []struct {
		name, method, target string
		body                 string
		headers              []string
		status               int
		want                 string // part of the body
		header               string // as "Name: value"
	}{
		{"cookie", "POST", "/login", "", nil, 200, "<p>Welcome</p>", "Set-Cookie: __Host-session=s-17; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"},
		{"redirect", "GET", "/old", "", nil, 308, "", "Location: /orders"},
		{"json", "GET", "/orders", "", nil, 200, `[{"id":"o-1"`, "Content-Type: application/json"},
		{"csv", "GET", "/orders", "", []string{"Accept: text/csv"}, 200, "o-1,1700\r\n", "Content-Type: text/csv; charset=utf-8"},
		{"neither", "GET", "/orders", "", []string{"Accept: image/png"}, 406, "not_acceptable", "Vary: Accept"},
		{"done", "GET", "/orders/o-1", "", nil, 200, `"cents":1700`, ""},
		{"pending", "GET", "/orders/o-9", "", nil, 202, `{"retry_after":5}`, ""},
		{"lines", "GET", "/export", "", nil, 200, "\"cents\":1700}\n{\"id\":\"o-2\"", "Content-Type: application/jsonl"},
		{"range", "GET", "/source", "", []string{"Range: bytes=0-9"}, 206, "// Command", `Content-Disposition: attachment; filename="main.go"`},
		{"first", "GET", "/first", "", nil, 200, `"version":3`, "ETag: " + first},
		{"again", "GET", "/first", "", []string{"If-None-Match: " + first}, 304, "", "ETag: " + first},
		{"blind write", "PUT", "/first", `{"cents":1}`, nil, 428, "", ""},
		{"late write", "PUT", "/first", `{"cents":1}`, []string{`If-Match: "old"`}, 412, "precondition_failed", ""},
		{"write", "PUT", "/first", `{"cents":1}`, []string{"If-Match: " + first}, 200, `"version":4`, ""},
	}
	c := tenontest.New(t, app)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do(tt.method, tt.target, tt.body, tt.headers...)
			assert.Equal(t, r.Status, tt.status)
			assert.Contains(t, string(r.Body), tt.want)
			if name, value, ok := strings.Cut(tt.header, ": "); ok {
				assert.Equal(t, r.Header.Get(name), value)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		r := c.Do("GET", "/events", "", "Last-Event-ID: o-1")
		assert.Contains(t, string(r.Body), "event: order\ndata: {\"id\":\"o-2\"")
		assert.Equal(t, strings.Contains(string(r.Body), "o-1"), false)
	})
}
