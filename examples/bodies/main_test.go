package main

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestBodies(t *testing.T) {
	app, err := newApp()
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	tests := []struct {
		method, path, contentType, body string
		status                          int
		want                            string
	}{
		{"PUT", "/item", "application/json", `{"item":{"sku":"ABC-1","price":5},"user":{"name":"ada"},"importance":2}`, 200, `"ada changed ABC-1"`},
		{"PUT", "/item", "application/json", `{"item":{"sku":"ABC-1"},"user":{"name":"ada"},"importance":9}`, 422, `["body","item","price"]`},
		{"PUT", "/image", "image/png", "PNG", 200, `{"bytes":3,"crc32":364855578}`},
		{"PUT", "/image", "image/gif", "GIF", 415, `unsupported_media_type`},
		{"PUT", "/note", "text/plain; charset=utf-8", "Hello", 200, `"Hello"`},
		{"PUT", "/note", "text/plain", "", 422, `["body"]`},
		{"POST", "/import", "application/jsonl", "{\"sku\":\"ABC-1\",\"price\":5}\n{\"sku\":\"?\",\"price\":5}\n", 200, `{"stored":1,"refused":[1]}`},
		{"POST", "/import", "application/jsonl", "{\"sku\":", 400, `malformed_body`},
	}
	for _, tt := range tests {
		r := c.Do(tt.method, tt.path, tt.body, "Content-Type: "+tt.contentType)
		assert.Equal(t, r.Status, tt.status, tt.path, string(r.Body))
		assert.Contains(t, string(r.Body), tt.want)
	}
}
