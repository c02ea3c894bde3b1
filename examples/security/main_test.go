package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func testApp(t *testing.T) *tenon.App {
	t.Helper()
	app, err := newApp(&API{
		keys:     Keys{sha256.Sum256([]byte("hk_1")): {Subject: "acme"}, sha256.Sum256([]byte("hk_2")): {Subject: "umbrella"}},
		operator: Operator{"ada", "horse"},
		orders:   []Order{{"17", "acme"}, {"18", "umbrella"}},
	})
	assert.NoError(t, err)
	return app
}

func basic(user, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestCallersSeeWhatTheyMay(t *testing.T) {
	c := tenontest.New(t, testApp(t))
	tests := []struct{ target, header, want string }{
		{"/status", "", `200 "up"`},
		{"/greeting", "", `200 "Hello whoever you are"`},
		{"/greeting", "X-API-Key: hk_1", `200 "Hello acme"`},
		{"/greeting", "X-API-Key: wrong", "401 invalid_token"},
		{"/orders", "", "401 unauthorized"},
		{"/orders", "X-API-Key: hk_1", `200 [{"id":"17","merchant":"acme"}]`},
		{"/orders", "X-API-Key: hk_2", `200 [{"id":"18","merchant":"umbrella"}]`},
		{"/orders?X-API-Key=hk_1", "", "401 unauthorized"},
		{"/orders/17", "X-API-Key: hk_1", `200 {"id":"17","merchant":"acme"}`},
		{"/orders/17", "X-API-Key: hk_2", "404 order_not_found"},
		{"/orders/99", "X-API-Key: hk_2", "404 order_not_found"},
		{"/audit", "X-API-Key: hk_1", "403 insufficient_scope"},
		{"/audit", basic("ada", "horse"), `200 [{"id":"17","merchant":"acme"},{"id":"18","merchant":"umbrella"}]`},
		{"/audit", basic("ada", "cow"), "401 invalid_token"},
		{"/audit", basic("eve", "horse"), "401 invalid_token"},
	}
	for _, tt := range tests {
		headers := []string{"Accept: */*"}
		if tt.header != "" {
			headers = append(headers, tt.header)
		}
		r := c.Do("GET", tt.target, "", headers...)
		got := fmt.Sprint(r.Status, " ", string(r.Body))
		if r.Status >= 400 {
			got = fmt.Sprint(r.Status, " ", c.Problem(r).Code)
		}
		assert.Equal(t, got, tt.want, tt.target, tt.header)
	}
}

func TestCallersAreReplacedInTests(t *testing.T) {
	c := tenontest.New(t, testApp(t), tenon.Value(auth.Principal{Subject: "umbrella"}))
	assert.Equal(t, string(c.Do("GET", "/orders", "").Body), `[{"id":"18","merchant":"umbrella"}]`)
}
