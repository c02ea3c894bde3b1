package tenon_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

// A slowBody is endless JSON that comes in pieces, and counts those that are held.
type slowBody struct{ held, read *atomic.Int64 }

// Read implements [io.Reader].
func (b slowBody) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	for i := range p {
		p[i] = ' '
	}
	b.held.Add(int64(len(p)))
	b.read.Add(int64(len(p)))
	return len(p), nil
}

// hold sends a body to an application that is never whole, and returns the status and how much was read of it.
func hold(app http.Handler, held *atomic.Int64) (status int, read int64) {
	var mine atomic.Int64
	r := httptest.NewRequest("POST", "/", io.NopCloser(slowBody{held, &mine}))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	held.Add(-mine.Load())
	return w.Code, mine.Load()
}

func TestG7BodiesTakeNoMoreThanBodyBytesEach(t *testing.T) {
	const limit, clients = 64 << 10, 500
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, nil, func(r *tenon.Router) {
			tenon.Post(r, "/", func(context.Context, *bodied) (item, error) { panic("is not reached") }, tenon.Limits{BodyBytes: limit})
		})
		var held atomic.Int64
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				status, read := hold(app, &held)
				assert.Equal(t, status, http.StatusRequestEntityTooLarge)
				if read < limit || read > 2*limit { // one piece more shows that there is more
					t.Errorf("read %d bytes of a body, want from %d to %d", read, limit, 2*limit)
				}
			})
		}
		wg.Wait()
	})
}

// A place is for what runs: whoever is slow to send has none, and nothing is read while all are taken.
func TestSlowBodiesTakeNoPlaces(t *testing.T) {
	const places = 4
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		app := newApp(t, nil, func(r *tenon.Router) {
			r.Use(tenon.Limits{Concurrent: places, BodyBytes: 1 << 20})
			h := func(_ context.Context, in *bodied) (item, error) {
				if in.Body.Count == 1 {
					<-release
				}
				return in.Body, nil
			}
			tenon.Post(r, "/", h)
			tenon.Post(r, "/stages", h, tenon.Guard(func(context.Context, *none) error { return nil }))
		})
		post := func(path, count string) int {
			return answered(app, "POST", path, strings.NewReader(`{"name":"a","count":`+count+`}`)).Code
		}
		for _, path := range []string{"/", "/stages"} {
			var held atomic.Int64
			var wg sync.WaitGroup
			for range 10 * places {
				wg.Go(func() {
					status, _ := hold(app, &held)
					assert.Equal(t, status, http.StatusRequestEntityTooLarge)
				})
			}
			time.Sleep(2 * time.Millisecond) // of the bubble: all are read
			for range places {
				wg.Go(func() { assert.Equal(t, post(path, "1"), http.StatusOK) })
			}
			time.Sleep(time.Millisecond)
			assert.Equal(t, post(path, "2"), http.StatusServiceUnavailable)
			if path == "/" {
				status, read := hold(app, &held)
				assert.Equal(t, status, http.StatusServiceUnavailable)
				assert.Equal(t, read, 0, "read of a request that was shed")
			}
			close(release)
			wg.Wait()
			release = make(chan struct{})
			assert.Equal(t, post(path, "2"), http.StatusOK)
		}
	})
}
