package tenon_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
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

func TestG7BodiesTakeNoMoreThanConcurrentTimesBodyBytes(t *testing.T) {
	const concurrent, limit, clients = 4, 64 << 10, 500
	synctest.Test(t, func(t *testing.T) {
		var held, read, most atomic.Int64
		app := newApp(t, nil, func(r *tenon.Router) {
			tenon.Post(r, "/", func(context.Context, *bodied) (item, error) { panic("is not reached") },
				tenon.Limits{Concurrent: concurrent, BodyBytes: limit})
		})
		var refused, shed atomic.Int64
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Microsecond)
				var mine atomic.Int64
				r := httptest.NewRequest("POST", "/", io.NopCloser(slowBody{&held, &mine}))
				r.ContentLength = -1
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				app.ServeHTTP(w, r)
				for n, m := held.Load(), most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				held.Add(-mine.Load())
				read.Add(mine.Load())
				switch w.Code {
				case http.StatusRequestEntityTooLarge:
					refused.Add(1)
				case http.StatusServiceUnavailable:
					shed.Add(1)
					assert.Equal(t, mine.Load(), 0, "read of a request that was shed")
				default:
					t.Errorf("answered %d", w.Code)
				}
			})
		}
		wg.Wait()
		assert.Equal(t, refused.Load()+shed.Load(), clients)
		if refused.Load() < 2*concurrent || shed.Load() == 0 {
			t.Errorf("%d were read and %d shed", refused.Load(), shed.Load())
		}
		// Each may read one piece beyond its limit before it sees that there is more.
		if bound := int64(concurrent * 2 * limit); most.Load() > bound || most.Load() < limit {
			t.Errorf("%d bytes were held at once, want at most %d", most.Load(), bound)
		}
	})
}
