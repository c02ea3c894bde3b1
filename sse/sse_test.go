package sse_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/sse"
	"github.com/tenonapi/tenon/tenontest"
)

func TestMain(m *testing.M) { os.Exit(assert.NoLeak(m)) }

type price struct {
	Item  string `json:"item"`
	Cents int    `json:"cents"`
}

func newApp[T any](t testing.TB, f func(ctx context.Context, in *sse.Resume, yield func(sse.Event[T], error) bool)) *tenon.App {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/events", func(ctx context.Context, in *struct{ sse.Resume }) (sse.Stream[T], error) {
			return func(yield func(sse.Event[T], error) bool) { f(ctx, &in.Resume, yield) }, nil
		})
	})
	assert.NoError(t, err)
	return app
}

// all yields events.
func all[T any](events ...sse.Event[T]) func(context.Context, *sse.Resume, func(sse.Event[T], error) bool) {
	return func(_ context.Context, _ *sse.Resume, yield func(sse.Event[T], error) bool) {
		for _, e := range events {
			yield(e, nil)
		}
	}
}

func TestEvents(t *testing.T) {
	pin := price{"pin", 17}
	const data = `data: {"item":"pin","cents":17}` + "\n"
	tests := []struct {
		name  string
		event sse.Event[price]
		want  string
	}{
		{"data", sse.Event[price]{Data: pin}, data},
		{"zero", sse.Event[price]{}, `data: {"item":"","cents":0}` + "\n"},
		{"all fields", sse.Event[price]{Comment: "hello", Type: "price", Data: pin, ID: "7", Retry: 1500 * time.Millisecond},
			": hello\nevent: price\n" + data + "id: 7\nretry: 1500\n"},
		{"comment only", sse.Event[price]{Comment: "a\r\nb\rc\nd", NoData: true}, ": a\n: b\n: c\n: d\n"},
		{"ID only", sse.Event[price]{ID: "ä", NoData: true}, "id: ä\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tenontest.New(t, newApp(t, all(tt.event))).Do("GET", "/events", "")
			assert.Equal(t, string(r.Body), tt.want+"\n")
			assert.Equal(t, r.Header, http.Header{
				"Content-Type": {"text/event-stream; charset=utf-8"}, "Cache-Control": {"no-cache"}, "X-Accel-Buffering": {"no"},
			})
		})
	}
	text := tenontest.New(t, newApp(t, all(sse.Event[sse.Text]{Data: "one\ntwo"}, sse.Event[sse.Text]{}))).Do("GET", "/events", "")
	assert.Equal(t, string(text.Body), "data: one\ndata: two\n\ndata: \n\n")
}

// failures collects what a client of package tenontest finds.
type failures struct {
	testing.TB
	texts []string
}

func (f *failures) Helper() {}
func (f *failures) Errorf(format string, args ...any) {
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

func TestEventsAreJudgedByTheDocument(t *testing.T) {
	type ruled struct {
		Item string `json:"item" check:"minLength=2"`
	}
	f := &failures{TB: t}
	c := tenontest.New(f, newApp(t, all(sse.Event[ruled]{Data: ruled{"pin"}}, sse.Event[ruled]{ID: "7", NoData: true})))
	c.Do("GET", "/events", "")
	assert.Equal(t, f.texts, nil)
	c = tenontest.New(f, newApp(t, all(sse.Event[ruled]{Data: ruled{"pin"}}, sse.Event[ruled]{Data: ruled{"p"}})))
	c.Do("GET", "/events", "")
	assert.Equal(t, len(f.texts), 1)
	assert.Contains(t, f.texts[0], "item 1 of the body does not fit the document: #/data")
}

func TestEventsThatCannotBeSent(t *testing.T) {
	for name, bad := range map[string]sse.Event[price]{
		"type":     {Type: "a\ndata: b"},
		"ID":       {ID: "a\rb"},
		"null":     {ID: "a\x00b"},
		"retry":    {Retry: -1},
		"nothing":  {NoData: true},
		"encoding": {Data: price{Item: "\xff"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := tenontest.New(t, newApp(t, all(bad)))
			c.ServerErrors = true
			assert.Equal(t, c.Do("GET", "/events", "").Status, 500)
		})
	}
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *struct{}) (sse.Stream[chan int], error) { return nil, nil })
		tenon.Get(r, "/b", func(context.Context, *struct{}) (sse.Stream[tenon.Secret[string]], error) { return nil, nil })
	})
	assert.Contains(t, fmt.Sprint(err), "type chan int has no JSON form here")
	assert.Contains(t, fmt.Sprint(err), "GET /b")
}

func TestAStreamResumesBehindTheLastEvent(t *testing.T) {
	app := newApp(t, func(_ context.Context, in *sse.Resume, yield func(sse.Event[int], error) bool) {
		last := in.LastEventID.Or("none")
		yield(sse.Event[int]{Comment: "behind " + last}, nil)
	})
	c := tenontest.New(t, app)
	assert.Contains(t, string(c.Do("GET", "/events", "", "Last-Event-ID: 7").Body), ": behind 7\n")
	assert.Contains(t, string(c.Do("GET", "/events", "").Body), ": behind none\n")
	get := app.Document().Paths["/events"].Get
	assert.Equal(t, get.Parameters[0].Name, "Last-Event-Id")
	item := get.Responses["200"].Content["text/event-stream"].ItemSchema
	assert.Equal(t, item.Properties[1].Schema.ContentMediaType, "application/json")
}

func TestErrorsBeforeAndAfterTheFirstEvent(t *testing.T) {
	for _, after := range []bool{false, true} {
		c := tenontest.New(t, newApp(t, func(_ context.Context, _ *sse.Resume, yield func(sse.Event[int], error) bool) {
			if after {
				yield(sse.Event[int]{Data: 1}, nil)
			}
			yield(sse.Event[int]{}, errors.New("gone"))
		}))
		c.ServerErrors = true
		r := c.Do("GET", "/events", "")
		assert.Equal(t, r.Cut, after)
		assert.Equal(t, r.Status == 500, !after)
	}
}

func TestCommentsKeepTheConnectionInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := tenontest.New(t, newApp(t, func(_ context.Context, _ *sse.Resume, yield func(sse.Event[int], error) bool) {
			time.Sleep(17 * time.Second) // comments at 1 s and 16 s
			yield(sse.Event[int]{Data: 1}, nil)
			time.Sleep(14 * time.Second)
			yield(sse.Event[int]{Data: 2}, nil)
			time.Sleep(46 * time.Second) // three comments
		})).Do("GET", "/events", "")
		const comment = ": keep-alive\n\n"
		assert.Equal(t, string(r.Body), comment+comment+"data: 1\n\ndata: 2\n\n"+comment+comment+comment)
	})
}

// A thousand clients get events and leave. Nothing of them is left, which NoLeak sees too.
func TestAThousandClients(t *testing.T) {
	const clients = 1000
	var waiting, ended sync.WaitGroup
	waiting.Add(clients)
	ended.Add(clients)
	app := newApp(t, func(ctx context.Context, _ *sse.Resume, yield func(sse.Event[price], error) bool) {
		defer ended.Done()
		if yield(sse.Event[price]{Data: price{"pin", 17}}, nil) {
			<-ctx.Done()
		}
	})
	srv := httptest.NewServer(app)
	defer srv.Close()
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var left sync.WaitGroup
	for range clients {
		left.Go(func() {
			line, body, err := firstLine(ctx, client, srv.URL+"/events")
			if err != nil || line != `data: {"item":"pin","cents":17}`+"\n" {
				t.Errorf("got %q, %v", line, err)
			}
			waiting.Done()
			<-ctx.Done()
			if body != nil {
				_ = body.Close()
			}
		})
	}
	waiting.Wait()
	runtime.GC()
	runtime.ReadMemStats(&during)
	const perClient = 128 << 10 // half of it is for the race detector; both ends of it are in this process
	if used := int64(during.HeapAlloc+during.StackInuse) - int64(before.HeapAlloc+before.StackInuse); used > clients*perClient {
		t.Errorf("%d clients use %d KiB, want %d KiB or less", clients, used>>10, clients*perClient>>10)
	} else {
		t.Logf("%d bytes for each client", used/clients)
	}
	leave()
	left.Wait()
	ended.Wait()
	transport.CloseIdleConnections()
}

func firstLine(ctx context.Context, client *http.Client, url string) (string, io.Closer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", nil, err
	}
	resp, err := client.Do(r)
	if err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	return line, resp.Body, err
}

func Example() {
	app, err := tenon.New(tenon.Config{Title: "Prices", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Get(r, "/prices", func(context.Context, *struct{ sse.Resume }) (sse.Stream[price], error) {
			return func(yield func(sse.Event[price], error) bool) {
				yield(sse.Event[price]{Type: "price", ID: "1", Data: price{"pin", 17}}, nil)
			}, nil
		})
	})
	if err != nil {
		panic(err)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/prices", nil))
	fmt.Println(strings.TrimSpace(w.Body.String()))
	// Output:
	// event: price
	// data: {"item":"pin","cents":17}
	// id: 1
}
