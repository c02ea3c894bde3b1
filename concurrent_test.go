package tenon_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// mixed has operations of every kind: with and without middleware, mounted, failing.
func mixed(r *tenon.Router) {
	r.Use(tenon.Middleware(pass), tenon.MapError(errGone, 410, "gone", "Gone"))
	h := func(_ context.Context, in *struct {
		byID
		Tags  []string          `query:"tag" default:"[]"`
		Trace tenon.Opt[string] `header:"X-Trace"`
		Body  item
	}) (tenon.Created[[]string], error) {
		return tenon.Created[[]string]{Location: "/" + in.ID, Body: append(in.Tags, in.ID, in.Trace.Or("-"), in.Body.Name)}, nil
	}
	tenon.Post(r, "/plain/{id}", h)
	tenon.Post(r.Group("/behind", tenon.Middleware(pass)), "/{id}", h)
	tenon.Get(r, "/gone/{id}", func(_ context.Context, in *byID) (item, error) {
		return item{}, fmt.Errorf("read %s: %w", in.ID, errGone)
	}, tenon.Errors(errGone))
	tenon.Get(r, "/panic/{id}", func(_ context.Context, in *byID) (item, error) { panic(in.ID) })
	r.Mount("/mounted", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))
}

func TestConcurrentRequestsDoNotMix(t *testing.T) {
	app := newApp(t, nil, mixed)
	do := func(method, target, trace, body string) (int, string, string) {
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Trace", trace)
		r.Header.Set("X-Request-Id", trace)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w.Code, w.Body.String(), w.Header().Get("Location")
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 100 {
				id := fmt.Sprintf("w%d-%d", worker, i)
				for _, path := range []string{"/plain/", "/behind/"} {
					status, body, location := do("POST", path+id+"?tag=t"+id, "h"+id, fmt.Sprintf(`{"name":"%.8s","count":1}`, id))
					want := fmt.Sprintf(`["t%[1]s","%[1]s","h%[1]s","%.8[1]s"]`, id)
					if status != 201 || body != want || location != "/"+id {
						t.Errorf("%s: got %d %s %s, want %s", path, status, body, location, want)
					}
				}
				for path, want := range map[string]int{"/gone/": 410, "/panic/": 500, "/nothing/": 404} {
					status, body, _ := do("GET", path+id, id, "")
					if status != want || !strings.Contains(body, `"request_id":"`+id+`"`) {
						t.Errorf("%s: got %d %s, want %d", path, status, body, want)
					}
				}
				if _, body, _ := do("GET", "/mounted/"+id, "", ""); body != "/mounted/"+id {
					t.Errorf("mounted: got %s", body)
				}
			}
		})
	}
	wg.Wait()
}

// All goroutines that requests start must end with them: the bubble fails otherwise.
func TestNoGoroutineOutlivesTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		srv := &http.Server{Handler: newApp(t, nil, mixed)}
		done := make(chan error, 1)
		go func() { done <- srv.Serve(l) }()
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return l.dial() }}
		for _, r := range []struct{ method, path, body string }{
			{"POST", "/plain/1", `{"name":"a","count":1}`}, {"POST", "/plain/1", `{`}, {"POST", "/behind/1", padded(2 << 20)},
			{"GET", "/gone/1", ""}, {"GET", "/panic/1", ""}, {"GET", "/mounted/x", ""}, {"GET", "/nothing", ""},
		} {
			req, err := http.NewRequestWithContext(t.Context(), r.method, "http://pipe"+r.path, strings.NewReader(r.body))
			assert.NoError(t, err)
			req.Header.Set("Content-Type", "application/json")
			resp, err := transport.RoundTrip(req)
			assert.NoError(t, err)
			_, err = readAll(resp)
			assert.NoError(t, err)
		}
		transport.CloseIdleConnections()
		assert.NoError(t, srv.Shutdown(t.Context()))
		assert.ErrorIs(t, <-done, http.ErrServerClosed)
	})
}

func TestDisconnectEndsTheContextOfTheHandler(t *testing.T) {
	entered, left := make(chan struct{}), make(chan error, 1)
	srv := newServer(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/slow", func(ctx context.Context, _ *none) (item, error) {
			close(entered)
			<-ctx.Done()
			left <- ctx.Err()
			return item{}, ctx.Err()
		})
	})
	conn := dial(t, srv.Listener.Addr().String())
	_, err := io.WriteString(conn, slow)
	assert.NoError(t, err)
	<-entered
	conn.Close()
	assert.ErrorIs(t, <-left, context.Canceled)
}
