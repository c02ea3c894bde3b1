package auth_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tenonapi/tenon/auth"
)

// A sink forgets answers.
type sink struct{ header http.Header }

func (s sink) Header() http.Header       { return s.header }
func (sink) Write(p []byte) (int, error) { return len(p), nil }
func (sink) WriteHeader(int)             {}

// BenchmarkAccept compares an operation that knows its caller with one that does not ask.
func BenchmarkAccept(b *testing.B) {
	app := newApp(b, slog.DiscardHandler, auth.Bearer("jwt", verify), auth.HeaderKey("k", "X-Key", verify))
	for _, target := range []string{"/public", "/me"} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Authorization", "Bearer ada")
		w := sink{http.Header{}}
		b.Run(target, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				app.ServeHTTP(w, r)
			}
		})
	}
}
