package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestTheDocumentInItsForms(t *testing.T) {
	app, err := tenon.New(config, new(shop).Routes)
	assert.NoError(t, err)
	for form, want := range map[string][]string{
		"":     {`"openapi": "3.1.0"`, `"operationId": "orders_post0"`, `"email": "api@example.com"`, `"x-stored": true`, `"x-unit": "minor"`, `"x-owner": "checkout"`},
		"yaml": {"openapi: \"3.1.0\"\n", "order_id: $response.body#/id\n", "\"{$request.body#/callback_url}\":\n", "summary: One book\n", "description: The order as it is now\n"},
		"3.0":  {`"openapi": "3.0.4"`, `"exclusiveMinimum": true`, `"url": "https://spdx.org/licenses/MIT.html"`},
	} {
		var out bytes.Buffer
		assert.NoError(t, show(&out, app, []string{form}))
		for _, text := range want {
			assert.Contains(t, out.String(), text)
		}
	}
}

func TestACallbackIsSent(t *testing.T) {
	s := new(shop)
	app, err := tenon.New(config, s.Routes)
	assert.NoError(t, err)
	var got *http.Request
	status := http.StatusNoContent
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(status)
	}))
	defer receiver.Close()
	in := new(createOrder)
	in.Body.Cents, in.Body.CallbackURL = 250, receiver.URL+"/paid"
	made, err := tenontest.Call(tenontest.New(t, app), s.created, in)
	assert.NoError(t, err)
	assert.Equal(t, made.Out.Location, "/orders/o-1")

	assert.NoError(t, s.tell(t.Context(), receiver.Client(), made.Out.Body))
	assert.Equal(t, got.Method+" "+got.URL.Path+" "+got.Header.Get("X-Attempt"), "POST /paid 1")
	status = http.StatusTeapot
	assert.Contains(t, s.tell(t.Context(), receiver.Client(), made.Out.Body).Error(), "answered the undeclared status 418")
}
