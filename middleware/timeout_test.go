package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
)

func TestTimeout(t *testing.T) {
	const limit = time.Second
	sleep := func(ctx context.Context, d time.Duration) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		status  int
		took    time.Duration
	}{
		{"in time", func(w http.ResponseWriter, r *http.Request) {
			_ = sleep(r.Context(), limit-1)
			w.WriteHeader(204)
		}, 204, limit - 1},
		{"in time, nothing written", func(_ http.ResponseWriter, r *http.Request) { _ = sleep(r.Context(), limit-1) }, 200, limit - 1},
		{"too late", func(_ http.ResponseWriter, r *http.Request) { _ = sleep(r.Context(), time.Hour) }, 504, limit},
		{"answer of its own", func(w http.ResponseWriter, r *http.Request) {
			if sleep(r.Context(), time.Hour) != nil {
				w.WriteHeader(503)
			}
		}, 503, limit},
		{"begun", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(202)
			_ = sleep(r.Context(), time.Hour)
		}, 202, limit},
		{"does not look", func(http.ResponseWriter, *http.Request) { time.Sleep(3 * limit) }, 504, 3 * limit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				w := do(middleware.Timeout(limit)(tt.handler), "GET", "/")
				assert.Equal(t, time.Since(begin), tt.took)
				assert.Equal(t, w.Code, tt.status)
				if tt.status == 504 {
					wantProblem(t, w, 504, "timeout")
				}
			})
		})
	}
}

func TestTimeoutOfAClientThatIsGoneIsNone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h := middleware.Timeout(time.Hour)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	assert.Equal(t, w.Body.Len(), 0)
}

func TestTimeoutTellsWhichRouteMatched(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /a/{id}", func(http.ResponseWriter, *http.Request) {})
	r := httptest.NewRequest("GET", "/a/1", nil)
	middleware.Timeout(time.Hour)(mux).ServeHTTP(httptest.NewRecorder(), r)
	assert.Equal(t, r.Pattern, "GET /a/{id}")
}

func TestTimeoutOfZeroIsNone(t *testing.T) {
	h := middleware.Timeout(0)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, limited := r.Context().Deadline()
		assert.Equal(t, limited, false)
	}))
	do(h, "GET", "/")
}

func ExampleTimeout() {
	h := middleware.Timeout(10 * time.Millisecond)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done() // as a database would
	}))
	fmt.Println(do(h, "GET", "/").Code)
	// Output: 504
}
