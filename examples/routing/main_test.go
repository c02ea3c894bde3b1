package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// ask returns status, Location or Allow, and body of an answer.
func ask(h http.Handler, method, target, accept string) (int, string, string) {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Accept", accept)
	if method == http.MethodPut || method == http.MethodPatch {
		r = httptest.NewRequest(method, target, strings.NewReader(`{"note":"gift"}`))
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location") + w.Header().Get("Allow"), w.Body.String()
}

func TestRouting(t *testing.T) {
	shop, err := newShop("/shop")
	assert.NoError(t, err)
	admin, err := newAdmin("")
	assert.NoError(t, err)
	mux, err := newMux(http.NotFoundHandler())
	assert.NoError(t, err)
	hosts := newHosts(shop, admin)
	const browser, program = "text/html,*/*;q=0.8", "application/json"
	tests := []struct {
		name           string
		h              http.Handler
		method, target string
		accept         string
		status         int
		header, body   string
	}{
		{"parameter", shop, "GET", "/v1/orders/5", program, 200, "", `{"id":5,"note":"","self":"/shop/v1/orders/5"}`},
		{"fixed text first", shop, "GET", "/v2/orders/latest", program, 200, "", `{"id":7,"note":"","self":"/shop/v2/orders/7"}`},
		{"no number", shop, "GET", "/v1/orders/five", program, 404, "", `"int_parsing"`},
		{"link of a new order", shop, "POST", "/v2/orders", program, 201, "/shop/v2/orders/8", ""},
		{"several methods", shop, "PATCH", "/v1/orders/5/note", program, 200, "", `"gift"`},
		{"another one", shop, "DELETE", "/v1/orders/5/note", program, 405, "OPTIONS, PATCH, PUT", ""},
		{"slash", shop, "GET", "/v1/orders/5/?x=1", program, 307, "../5?x=1", ""},
		{"no operation", shop, "GET", "/v1/nothing", browser, 404, "", `"not_found"`},
		{"page", shop, "GET", "/cart", browser, 200, "", "<title>Shop</title>"},
		{"no page for programs", shop, "GET", "/cart", program, 404, "", `"not_found"`},
		{"asset", shop, "GET", "/assets/app.1f3a.js", "*/*", 200, "", "console"},
		{"mounted", shop, "GET", "/admin/orders/5", program, 200, "", `"self":"/shop/admin/orders/5"`},
		{"root of what is mounted", shop, "GET", "/admin", program, 200, "", "hello, staff"},
		{"its document", shop, "GET", "/admin/openapi.json", program, 200, "", `"Staff"`},
		{"in a mux", mux, "GET", "/shop/v1/orders/5", program, 200, "", `"self":"/shop/v1/orders/5"`},
		{"in a mux, encoded slash", mux, "GET", "/shop/v1/orders%2F5", program, 404, "", ""},
		{"beside it", mux, "GET", "/v1/orders/5", program, 404, "", "404 page not found"},
		{"host", hosts, "GET", "http://staff.example.com/orders/5", program, 200, "", `"self":"/orders/5"`},
		{"other host", hosts, "GET", "http://example.com/v1/orders/5", program, 200, "", `"self":"/shop/v1/orders/5"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, header, body := ask(tt.h, tt.method, tt.target, tt.accept)
			assert.Equal(t, status, tt.status, body)
			assert.Equal(t, header, tt.header)
			assert.Contains(t, body, tt.body)
		})
	}
}
