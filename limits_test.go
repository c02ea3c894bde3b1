package tenon_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
)

func TestG1AClientThatDoesNotReadIsCutByDefault(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		conn, err := s.dial()
		assert.NoError(t, err)
		_, err = io.WriteString(conn, fast)
		assert.NoError(t, err)
		time.Sleep(time.Minute + time.Second) // while the server writes
		text, err := io.ReadAll(conn)
		assert.NoError(t, err)
		assert.Equal(t, string(text), "")
		conn.Close()
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

func TestG1HeadersAreBoundedByDefault(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := serve(t, tenon.ServerConfig{})
		for size, want := range map[int]string{60 << 10: "200 ", 80 << 10: "431 "} {
			_, answer := s.ask(t, "GET /fast HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-A: "+strings.Repeat("a", size)+"\r\n\r\n")
			assert.Contains(t, <-answer, want)
		}
		s.stop()
		assert.NoError(t, <-s.done)
	})
}

func TestLimitsAreInherited(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(tenon.Limits{BodyBytes: 30})
		g := r.Group("/g", tenon.Limits{})
		tenon.Post(g, "/outer", ok[bodied, item])
		tenon.Post(g, "/own", ok[bodied, item], tenon.Limits{BodyBytes: 26})
	})
	body := `{"name":"pin","count":1234}` // 27 bytes
	assert.Equal(t, c.Do("POST", "/g/outer", body).Status, http.StatusOK)
	wantProblem(t, c, c.Do("POST", "/g/own", body), http.StatusRequestEntityTooLarge, "body_too_large")
}

// answered returns what app answers, with a body that is JSON if there is one.
func answered(app http.Handler, method, target string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

// seen is how long each dependency may run.
type seen map[string]time.Duration

func (s seen) note(ctx context.Context, who string) {
	if at, ok := ctx.Deadline(); ok {
		s[who] = time.Until(at)
	}
}

func TestG2TheDeadlineIsTheContextOfEveryDependencyAndAnswers504(t *testing.T) {
	type (
		first  struct{}
		second struct{}
	)
	const limit = 2 * time.Second
	stuck := func(ctx context.Context) error { <-ctx.Done(); return errors.New("driver: interrupted") }
	for _, where := range []string{"provider", "scope", "guard", "around", "handler", "nowhere"} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := make(seen)
				wait := func(ctx context.Context, who string) error {
					got.note(ctx, who)
					if who == where {
						return stuck(ctx)
					}
					return nil
				}
				c := newClient(t, func(r *tenon.Router) {
					r.Use(tenon.Limits{Timeout: limit})
					r.Use(tenon.Provide(func(ctx context.Context, _ *none) (first, error) { return first{}, wait(ctx, "provider") }))
					r.Use(tenon.Scoped(func(ctx context.Context, _ *struct{ _ first }) (second, tenon.Close, error) {
						return second{}, func(ctx context.Context, _ error) error { return ctx.Err() }, wait(ctx, "scope")
					}))
					r.Use(tenon.Guard(func(ctx context.Context, _ *struct{ _ second }) error { return wait(ctx, "guard") }))
					r.Use(tenon.Around(func(ctx context.Context, _ *none, call *tenon.Call) error {
						return errors.Join(wait(ctx, "around"), call.Next(ctx))
					}))
					tenon.Get(r, "/", func(ctx context.Context, _ *struct{ _ second }) (item, error) { return item{}, wait(ctx, "handler") })
				})
				begin := time.Now()
				r := c.Do("GET", "/", "")
				took := time.Since(begin)
				for who, left := range got {
					if left != limit && where != "around" {
						t.Errorf("%s has %v left, want %v", who, left, limit)
					}
				}
				if where == "nowhere" {
					assert.Equal(t, r.Status, 200)
					assert.Equal(t, len(got), 5, "dependencies with a deadline")
					return
				}
				wantProblem(t, c, r, http.StatusGatewayTimeout, "timeout")
				if took < limit || took > limit+limit/10 {
					t.Errorf("answered after %v, want %v and at most a tenth more", took, limit)
				}
			})
		})
	}
}

func TestErrorsAfterTheDeadline(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"of the context", context.DeadlineExceeded, 504, "timeout"},
		{"with words of its own", errors.New("driver: interrupted"), 504, "timeout"},
		{"declared", errGone, 410, "gone"},
		{"a problem", problem.New(409, "", ""), 409, "conflict"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, func(r *tenon.Router) {
					r.Use(tenon.MapError(errGone, 410, "gone", "Gone"))
					tenon.Get(r, "/", func(ctx context.Context, _ *none) (item, error) {
						<-ctx.Done()
						return item{}, tt.err
					}, tenon.Limits{Timeout: time.Second}, tenon.Errors(errGone, problem.New(409, "", "")))
				})
				wantProblem(t, c, c.Do("GET", "/", ""), tt.status, tt.code)
			})
		})
	}
	t.Run("a panic", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			app := newApp(t, nil, func(r *tenon.Router) {
				tenon.Get(r, "/", func(ctx context.Context, _ *none) (item, error) { <-ctx.Done(); panic("boom") }, tenon.Limits{Timeout: time.Second})
			})
			assert.Equal(t, answered(app, "GET", "/", nil).Code, 500)
		})
	})
}

// An application made by With knows its own errors, not those of the one it was made from.
func TestErrorsAfterTheDeadlineOfAnotherApplication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, nil, func(r *tenon.Router) {
			tenon.Get(r, "/", func(ctx context.Context, _ *none) (item, error) {
				<-ctx.Done()
				return item{}, errGone
			}, tenon.Limits{Timeout: time.Second})
		})
		made, err := app.With(tenon.MapError(errGone, 410, "gone", "Gone"), tenon.Errors(errGone))
		assert.NoError(t, err)
		assert.Equal(t, answered(app, "GET", "/", nil).Code, 504)
		assert.Equal(t, answered(made, "GET", "/", nil).Code, 410)
	})
}

func TestDeadlinesOfMiddlewareCountForOperationsWithoutOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, nil, func(r *tenon.Router) {
			r.Use(tenon.Middleware(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					ctx, cancel := context.WithTimeout(r.Context(), time.Second)
					defer cancel()
					next.ServeHTTP(w, r.WithContext(ctx))
				})
			}))
			tenon.Get(r, "/", func(ctx context.Context, _ *none) (item, error) { <-ctx.Done(); return item{}, ctx.Err() })
		})
		assert.Equal(t, answered(app, "GET", "/", nil).Code, 504)
	})
}

func TestNoMoreThanConcurrentRequestsRunAndTheRestIsShedAtOnce(t *testing.T) {
	const limit, clients = 3, 40
	synctest.Test(t, func(t *testing.T) {
		release, log := make(chan struct{}), new(logs)
		app := newApp(t, log, func(r *tenon.Router) {
			g := r.Group("", tenon.Limits{Concurrent: 10})
			h := func(context.Context, *none) (item, error) { <-release; return item{Name: "x"}, nil }
			tenon.Get(g, "/a", h, tenon.Limits{Concurrent: limit})
			tenon.Get(g, "/b", h)
		})
		for range 2 { // whoever ran has left
			codes := make(chan int, 2*clients)
			for range clients {
				go func() {
					w := answered(app, "GET", "/a", nil)
					if w.Code == 503 {
						assert.Equal(t, w.Header().Get("Retry-After"), "1")
						assert.Contains(t, w.Body.String(), `"code":"overloaded"`)
					}
					codes <- w.Code
				}()
			}
			synctest.Wait()
			assert.Equal(t, len(codes), clients-limit, "answers while three run")
			for range 10 {
				go func() { codes <- answered(app, "GET", "/b", nil).Code }()
			}
			synctest.Wait()
			assert.Equal(t, len(codes), clients-limit, "operations count by themselves")
			for range limit + 10 {
				release <- struct{}{}
			}
			synctest.Wait()
			count := make(map[int]int)
			for range len(codes) {
				count[<-codes]++
			}
			assert.Equal(t, count, map[int]int{200: limit + 10, 503: clients - limit})
		}
		assert.Equal(t, len(log.lines(t)), 0, "lines in the log")
	})
}

func TestWhoeverRanLeavesHoweverItEnded(t *testing.T) {
	fail := map[string]func(){"panic": func() { panic("boom") }, "abort": func() { panic(http.ErrAbortHandler) }, "": func() {}}
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/", func(_ context.Context, in *struct {
			How  string `query:"how" default:""`
			Body item
		}) (item, error) {
			fail[in.How]()
			return item{}, errors.New("an error")
		}, tenon.Limits{Concurrent: 1})
	})
	do := func(query, body string) (status int) {
		defer func() {
			if recover() != nil {
				status = -1
			}
		}()
		return answered(app, "POST", "/"+query, strings.NewReader(body)).Code
	}
	const body = `{"name":"pin","count":1}`
	assert.Equal(t, do("?how=panic", body), 500)
	assert.Equal(t, do("?how=abort", body), -1)
	assert.Equal(t, do("", "{"), 400)
	assert.Equal(t, do("", "{}"), 422)
	assert.Equal(t, do("", body), 500)
	assert.Equal(t, answered(app, "POST", "/", brokenOff{}).Code, 400)
	assert.Equal(t, do("", "{"), 400)
}

// brokenOff is a body that breaks off.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestLimitsAreDocumentedAndExplained(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(tenon.Limits{Timeout: time.Minute, Concurrent: 9})
		tenon.Post(r, "/a", ok[bodied, item], tenon.Limits{Timeout: time.Second, BodyBytes: 99, Concurrent: 7})
		tenon.Get(r, "/b", ok[none, item])
	})
	for i, want := range []string{"  limits    body of 99 bytes, 1s, 7 at once\n", "  limits    body of 1048576 bytes, 1m0s, 9 at once\n"} {
		assert.Contains(t, app.Explain()[i], want)
		assert.Contains(t, app.Explain()[i], "503 overloaded")
		assert.Contains(t, app.Explain()[i], "504 timeout")
	}
	responses := app.Document().Paths["/a"].Post.Responses
	for status, ref := range map[string]string{"413": "413.body_too_large", "503": "503.overloaded", "504": "504.timeout"} {
		assert.Equal(t, responses[status].Ref, "#/components/responses/"+ref)
	}
	none := newApp(t, nil, func(r *tenon.Router) { tenon.Get(r, "/b", ok[none, item]) })
	for _, status := range []string{"413", "503", "504"} {
		assert.Equal(t, none.Document().Paths["/b"].Get.Responses[status] == nil, true, status)
	}
}

func TestBadLimitsAreMistakes(t *testing.T) {
	got := mistakes(t, func(r *tenon.Router) {
		tenon.Get(r, "/a", ok[none, item], tenon.Limits{BodyBytes: -1}, tenon.Limits{Timeout: -1}, tenon.Limits{Concurrent: -1})
		tenon.Get(r, "/b", func(context.Context, *struct{ _ seen }) (item, error) { return item{}, nil },
			tenon.Provide(func(context.Context, *none) (seen, error) { return nil, nil }, tenon.Limits{Concurrent: 1}))
	})
	text := strings.Join(got, "\n")
	for _, want := range []string{"Limits.BodyBytes is -1", "Limits.Timeout is -1ns", "Limits.Concurrent is -1", "option Limits.Concurrent says nothing about a provider"} {
		assert.Contains(t, text, want)
	}
}
