package problem_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/tenonapi/tenon/problem"
)

// Middleware answers in the form of the application around it, here the default.
func ExampleWrite() {
	needsKey := func(next http.Handler) http.Handler {
		missing := problem.New(http.StatusUnauthorized, "key_missing", "API key is missing")
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				problem.Write(w, r, missing)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set(problem.HeaderRequestID, "req-17")
	w := httptest.NewRecorder()
	needsKey(http.NotFoundHandler()).ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Println(w.Body)
	// Output:
	// 401 application/problem+json
	// {"type":"urn:problem:key_missing","title":"API key is missing","status":401,"code":"key_missing","request_id":"req-17"}
}
