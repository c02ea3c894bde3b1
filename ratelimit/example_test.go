package ratelimit_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/ratelimit"
)

// Every answer tells what is left.
func ExampleLimit() {
	report := func(context.Context, *struct{}) (string, error) { return "done", nil }
	app, err := tenon.New(tenon.Config{Title: "Reports", Version: "1.0.0"}, func(r *tenon.Router) {
		r.Use(tenon.Value(tenon.Caller("acme"))) // an application provides who calls
		tenon.Post(r, "/reports", report, ratelimit.Limit(ratelimit.Config{Quota: 2, Window: time.Hour}))
	})
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/reports", nil))
		fmt.Println(w.Code, w.Header().Get("RateLimit"))
	}
	// Output:
	// 200 "default";r=1;t=1800
	// 200 "default";r=0;t=1800
	// 429 "default";r=0;t=1800
}

// An address that fails to authenticate too often is refused.
func ExampleFailures() {
	limit, err := ratelimit.Failures(ratelimit.Config{Name: "failures", Quota: 2, Window: time.Minute})
	if err != nil {
		log.Fatal(err)
	}
	h := limit(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	for range 3 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("Retry-After"))
	}
	// Output:
	// 401 ""
	// 401 ""
	// 429 "30"
}
