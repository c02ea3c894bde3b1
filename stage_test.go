package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// A journal collects what happened.
type journal []string

func (j *journal) add(format string, args ...any) { *j = append(*j, fmt.Sprintf(format, args...)) }

// scope returns the option of a scoped provider of a session that notes when it is closed and with what.
func (j *journal) scope(opts ...tenon.Option) tenon.Option {
	return tenon.Scoped(func(context.Context, *none) (session, tenon.Close, error) {
		j.add("open")
		return session{}, func(_ context.Context, outcome error) error {
			text, _, _ := strings.Cut(fmt.Sprint(outcome), "\n") // a panic has its stack behind it
			j.add("close %s", text)
			return nil
		}, nil
	}, opts...)
}

type useSession struct {
	_ session
}

// A harm is something that a function does instead of its work.
type harm func()

func TestPanicsOfEveryFunctionAreOpaqueLoggedOnceAndRollBack(t *testing.T) {
	type extra struct{}
	for name, opts := range map[string]func(do harm) []tenon.Option{
		"handler": func(harm) []tenon.Option { return nil },
		"provider": func(do harm) []tenon.Option {
			return []tenon.Option{
				tenon.Provide(func(context.Context, *useSession) (extra, error) { do(); return extra{}, nil }),
				tenon.Guard(func(context.Context, *struct{ _ extra }) error { return nil }),
			}
		},
		"guard": func(do harm) []tenon.Option {
			return []tenon.Option{tenon.Guard(func(context.Context, *useSession) error { do(); return nil })}
		},
		"around, before": func(do harm) []tenon.Option {
			return []tenon.Option{tenon.Around(func(ctx context.Context, _ *useSession, c *tenon.Call) error { do(); return c.Next(ctx) })}
		},
		"around, behind": func(do harm) []tenon.Option {
			return []tenon.Option{tenon.Around(func(ctx context.Context, _ *useSession, c *tenon.Call) error {
				err := c.Next(ctx)
				do()
				return err
			})}
		},
		"close": func(do harm) []tenon.Option {
			return []tenon.Option{
				tenon.Scoped(func(context.Context, *useSession) (extra, tenon.Close, error) {
					return extra{}, func(context.Context, error) error { do(); return nil }, nil
				}),
				tenon.Guard(func(context.Context, *struct{ _ extra }) error { return nil }),
			}
		},
	} {
		build := func(t *testing.T, log *logs, j *journal, do harm) *tenontest.Client {
			return tenontest.New(t, newApp(t, log, func(r *tenon.Router) {
				r.Use(j.scope())
				tenon.Get(r, "/a", func(context.Context, *useSession) (item, error) {
					if name == "handler" {
						do()
					}
					return item{}, nil
				}, opts(do)...)
			}))
		}
		t.Run(name, func(t *testing.T) {
			var j journal
			log := new(logs)
			c := build(t, log, &j, func() { panic("boom at secret") })
			c.ServerErrors = true
			for range 2 { // the second finds the pooled frame of the first
				r := c.Do("GET", "/a", "", "X-Request-Id: x")
				assert.Equal(t, string(r.Body), `{"type":"urn:problem:internal_error","title":"Internal server error","status":500,"code":"internal_error","request_id":"x"}`)
				assert.Equal(t, j, journal{"open", "close panic: boom at secret"})
				lines := log.lines(t)
				assert.Equal(t, len(lines), 1, lines)
				text := fmt.Sprint(lines[0]["error"])
				assert.Contains(t, text, "panic: boom at secret\ngoroutine ")
				assert.Contains(t, text, "stage_test.go:")
				j = nil
			}
		})
		t.Run(name+", aborting", func(t *testing.T) {
			var j journal
			log := new(logs)
			c := build(t, log, &j, func() { panic(http.ErrAbortHandler) })
			assert.Equal(t, c.Do("GET", "/a", "").Cut, true)
			assert.Equal(t, j, journal{"open", "close panic: net/http: abort Handler"})
			assert.Equal(t, len(log.lines(t)), 0)
		})
	}
}

func TestAnAnswerThatCannotBeEncodedRollsBack(t *testing.T) {
	var j journal
	c := newClient(t, func(r *tenon.Router) {
		r.Use(j.scope())
		tenon.Get(r, "/a", func(context.Context, *useSession) (unlucky, error) { return unlucky{secrets}, nil })
	})
	c.ServerErrors = true
	wantProblem(t, c, c.Do("GET", "/a", ""), 500, "internal_error")
	assert.Equal(t, j[0], "open")
	assert.Contains(t, j[1], "close encode the answer: ")
}

func TestNothingRunsForARequestThatDoesNotFit(t *testing.T) {
	var j journal
	c := newClient(t, func(r *tenon.Router) {
		r.Use(j.scope())
		tenon.Post(r, "/a", func(context.Context, *struct {
			_    session
			Body item
		}) (item, error) {
			return item{}, nil
		}, tenon.Guard(func(context.Context, *none) error { j.add("guard"); return nil }))
	})
	wantProblem(t, c, c.Do("POST", "/a", "{}"), 422, "validation_failed")
	assert.Equal(t, j, nil)
}

func TestTimeoutOfAnOperationIs504(t *testing.T) {
	for _, tt := range []struct {
		name, target string
		want         journal
	}{
		{"handler that waits", "/a", journal{"open", "close context deadline exceeded"}},
		{"handler that ends in time", "/a?quick=true", journal{"open", "close <nil>"}},
		{"error of its own", "/a?own=true", journal{"open", "close context deadline exceeded"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				c, app := newClientOf(t, func(r *tenon.Router) {
					r.Use(j.scope(), tenon.Limits{Timeout: time.Second})
					tenon.Get(r, "/a", func(ctx context.Context, in *struct {
						useSession
						Quick bool `query:"quick" default:"false"`
						Own   bool `query:"own" default:"false"`
					}) (item, error) {
						switch {
						case in.Quick:
							return item{}, nil
						case in.Own: // as a database client has one
							own, cancel := context.WithTimeout(ctx, time.Millisecond)
							defer cancel()
							ctx = own
						}
						<-ctx.Done()
						return item{}, ctx.Err()
					})
				})
				c.ServerErrors = tt.name == "error of its own" // nobody declared that
				begin := time.Now()
				r := c.Do("GET", tt.target, "")
				switch tt.name {
				case "handler that waits":
					wantProblem(t, c, r, 504, "timeout")
					assert.Equal(t, time.Since(begin), time.Second)
				case "error of its own":
					wantProblem(t, c, r, 500, "internal_error")
				default:
					assert.Equal(t, r.Status, 200)
				}
				assert.Equal(t, j, tt.want)
				assert.Equal(t, app.Document().Paths["/a"].Get.Responses["504"] != nil, true)
			})
		})
	}
}

func TestTimeoutOfAProviderIs504(t *testing.T) {
	type rate float64
	synctest.Test(t, func(t *testing.T) {
		c, app := newClientOf(t, func(r *tenon.Router) {
			r.Use(tenon.Provide(func(ctx context.Context, _ *none) (rate, error) {
				<-ctx.Done()
				return 0, fmt.Errorf("ask the bank: %w", ctx.Err())
			}, tenon.Limits{Timeout: 50 * time.Millisecond}))
			tenon.Get(r, "/a", func(context.Context, *struct{ _ rate }) (item, error) { return item{}, nil })
		})
		begin := time.Now()
		wantProblem(t, c, c.Do("GET", "/a", ""), 504, "timeout")
		assert.Equal(t, time.Since(begin), 50*time.Millisecond)
		assert.Equal(t, app.Document().Paths["/a"].Get.Responses["504"] != nil, true)
	})
}

func TestClientThatLeavesRollsBackAndIsNotLogged(t *testing.T) {
	var j journal
	log := new(logs)
	ctx, leave := context.WithCancel(t.Context())
	app := newApp(t, log, func(r *tenon.Router) {
		r.Use(tenon.Scoped(func(context.Context, *none) (session, tenon.Close, error) {
			return session{}, func(ctx context.Context, outcome error) error {
				j.add("close %v, context %v", outcome, ctx.Err())
				return nil
			}, nil
		}))
		tenon.Get(r, "/a", func(ctx context.Context, _ *useSession) (item, error) {
			leave()
			<-ctx.Done()
			return item{}, fmt.Errorf("query: %w", ctx.Err())
		})
	})
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/a", nil))
	assert.Equal(t, w.Code, 499)
	assert.Equal(t, j, journal{"close query: context canceled, context <nil>"})
	assert.Equal(t, len(log.lines(t)), 0)
}

func TestScopeAfterTheAnswerClosesLastAndItsFailureIsOnlyLogged(t *testing.T) {
	var j journal
	log := new(logs)
	type late struct{}
	c := tenontest.New(t, newApp(t, log, func(r *tenon.Router) {
		r.Use(tenon.Scoped(func(context.Context, *none) (late, tenon.Close, error) {
			return late{}, func(_ context.Context, outcome error) error {
				j.add("late %v", outcome)
				return errors.New("late failure")
			}, nil
		}, tenon.AfterAnswer()), j.scope())
		tenon.Get(r, "/a", func(_ context.Context, in *struct {
			Fail bool `query:"fail" default:"false"`
			_    late
			_    session
		}) (item, error) {
			if in.Fail {
				return item{}, errGone
			}
			return item{}, nil
		}, tenon.MapError(errGone, 410, "gone", "Gone"), tenon.Errors(errGone))
	}))
	assert.Equal(t, c.Do("GET", "/a", "", "X-Request-Id: late").Status, 200)
	assert.Equal(t, j, journal{"open", "close <nil>", "late <nil>"})
	lines := log.lines(t)
	assert.Equal(t, len(lines), 1)
	assert.Equal(t, lines[0]["msg"], any("closing a scope failed after the answer"))
	assert.Equal(t, lines[0]["request_id"], any("late"))
	assert.Equal(t, lines[0]["error"], any("late failure"))

	j = nil
	wantProblem(t, c, c.Do("GET", "/a?fail=true", ""), 410, "gone")
	assert.Equal(t, j, journal{"open", "close gone", "late gone"})
}

func TestScopeAfterTheAnswerClosesWhateverHappensToTheAnswer(t *testing.T) {
	var j journal
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(j.scope(tenon.AfterAnswer()))
		tenon.Get(r, "/a", ok[useSession, item])
	})
	defer func() {
		assert.Equal(t, recover(), any(http.ErrAbortHandler))
		assert.Equal(t, j, journal{"open", "close <nil>"})
	}()
	app.ServeHTTP(brokenWriter{httptest.NewRecorder()}, httptest.NewRequest("GET", "/a", nil))
}

// brokenWriter is one of middleware that gives up.
type brokenWriter struct{ http.ResponseWriter }

func (brokenWriter) WriteHeader(int) { panic(http.ErrAbortHandler) }

func TestCallShowsWhatRuns(t *testing.T) {
	var j journal
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a/{id}", func(_ context.Context, in *struct {
			byID
			Body item
		}) (tenon.Created[item], error) {
			return tenon.Created[item]{Location: "/a/" + in.ID, Body: in.Body}, nil
		}, tenon.Doc{ID: "act"}, tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
			j.add("%s %v %v", c.Operation().ID, c.Answer() == nil, c.Output())
			j.add("%T", c.Input())
			err := c.Next(ctx)
			a := c.Answer()
			j.add("%d %s %s %s", a.Status, a.Header.Get("Location"), a.Header.Get("Content-Type"), a.Body)
			j.add("%s", c.Output().(*tenon.Created[item]).Location)
			return err
		}))
	})
	assert.Equal(t, c.Do("POST", "/a/7", `{"name":"n","count":1}`).Header.Get("Location"), "/a/7")
	assert.Equal(t, j, journal{
		"act true <nil>", "*struct { tenon_test.byID; Body tenon_test.item }",
		`201 /a/7 application/json {"name":"n","count":1}`, "/a/7",
	})
}

func TestReplyMayHaveAnyHeadersAndTheLastAnswerCounts(t *testing.T) {
	reply := tenon.Answer{Status: 200, Header: http.Header{
		"content-type": {"application/json"}, "x-more": {"1", "2"}, "Content-Length": {"99"},
	}, Body: []byte(`{"name":"kept","count":9}`)}
	c := newClient(t, func(r *tenon.Router) {
		for path, fn := range map[string]func(context.Context, *none, *tenon.Call) error{
			"/instead": func(_ context.Context, _ *none, c *tenon.Call) error {
				c.Reply(reply)
				assert.Equal(t, c.Answer().Body, reply.Body)
				assert.Equal(t, c.Output(), nil)
				return nil
			},
			"/after": func(ctx context.Context, _ *none, c *tenon.Call) error {
				defer c.Reply(reply)
				return c.Next(ctx)
			},
			"/before": func(ctx context.Context, _ *none, c *tenon.Call) error {
				c.Reply(reply)
				return c.Next(ctx)
			},
			"/error": func(_ context.Context, _ *none, c *tenon.Call) error {
				c.Reply(reply)
				return problem.New(409, "", "")
			},
		} {
			tenon.Get(r, path, ok[none, item], tenon.Around(fn, tenon.Errors(problem.New(409, "", ""))))
		}
	})
	for _, path := range []string{"/instead", "/after"} {
		r := c.Do("GET", path, "")
		assert.Equal(t, string(r.Body), `{"name":"kept","count":9}`)
		assert.Equal(t, r.Header.Values("X-More"), []string{"1", "2"})
		assert.Equal(t, r.Header.Get("Content-Type"), "application/json")
		assert.Equal(t, r.Header.Get("Content-Length"), "25")
	}
	assert.Equal(t, string(c.Do("GET", "/before", "").Body), `{"name":"","count":0}`)
	wantProblem(t, c, c.Do("GET", "/error", ""), 409, "conflict")
	r := c.Do("HEAD", "/instead", "")
	assert.Equal(t, len(r.Body), 0)
	assert.Equal(t, r.Header.Values("X-More"), []string{"1", "2"})
}

func TestReplyThatCannotBeSentIsAnOpaque500AndRollsBack(t *testing.T) {
	body, typed := []byte(`"x"`), http.Header{"Content-Type": {"application/json"}}
	for text, reply := range map[string]tenon.Answer{
		"a stage replied with the status 0: want one from 200 to 599":      {},
		"a stage replied with the status 103: want one from 200 to 599":    {Status: 103},
		"a stage replied with the status 1000: want one from 200 to 599":   {Status: 1000},
		"a stage replied with a body, but without the header Content-Type": {Status: 200, Body: body, Header: http.Header{"Content-Type": nil}},
		"a stage replied with a body, which the status 204 does not have":  {Status: 204, Body: body, Header: typed},
	} {
		var j journal
		log := new(logs)
		c := tenontest.New(t, newApp(t, log, func(r *tenon.Router) {
			r.Use(j.scope())
			tenon.Get(r, "/a", ok[none, item], tenon.Around(func(_ context.Context, _ *useSession, c *tenon.Call) error {
				c.Reply(reply)
				return nil
			}))
		}))
		c.ServerErrors = true
		wantProblem(t, c, c.Do("GET", "/a", ""), 500, "internal_error")
		assert.Equal(t, j, journal{"open", "close " + text})
		assert.Equal(t, log.lines(t)[0]["error"], any(text))
	}
}

func TestAStageThatAnswersNothingIsAMistake(t *testing.T) {
	for name, fn := range map[string]func(context.Context, *none, *tenon.Call) error{
		"neither":       func(context.Context, *none, *tenon.Call) error { return nil },
		"hidden error":  func(ctx context.Context, _ *none, c *tenon.Call) error { _ = c.Next(ctx); return nil },
		"worse retried": func(ctx context.Context, _ *none, c *tenon.Call) error { _, _ = c.Next(ctx), c.Next(ctx); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			runs := 0
			c := newClient(t, func(r *tenon.Router) {
				tenon.Get(r, "/a", func(context.Context, *none) (item, error) {
					if runs++; name == "worse retried" && runs == 1 {
						return item{}, nil
					}
					return item{}, errOther
				}, tenon.Around(fn))
			})
			c.ServerErrors = true
			wantProblem(t, c, c.Do("GET", "/a", ""), 500, "internal_error")
		})
	}
}

func TestACallIsOfNoUseAfterItsStage(t *testing.T) {
	var kept *tenon.Call
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/a", ok[none, item], tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
			kept = c
			return c.Next(ctx)
		}))
		tenon.Get(r, "/b/{id}", func(_ context.Context, in *byID) (item, error) { return item{Name: in.ID}, nil },
			tenon.Guard(func(ctx context.Context, _ *none) error { // while another request uses what was pooled
				assert.Contains(t, fmt.Sprint(kept.Next(ctx)), "used after the stage had returned")
				_, err := kept.Fingerprint()
				assert.Contains(t, fmt.Sprint(err), "after the stage had returned")
				assert.Equal(t, kept.Input(), nil)
				assert.Equal(t, kept.Output(), nil)
				assert.Equal(t, kept.Answer(), nil)
				assert.Equal(t, kept.Operation().Path, "/a")
				a, declared := kept.Failure(errOther)
				assert.Equal(t, a, nil)
				assert.Equal(t, declared, false)
				kept.Reply(tenon.Answer{Status: 418})
				return nil
			}))
	})
	c.Do("GET", "/a", "")
	assert.Equal(t, string(c.Do("GET", "/b/7", "").Body), `{"name":"7","count":0}`)
}

func TestFingerprintIsOfWhatWasAskedFor(t *testing.T) {
	prints := map[[32]byte]string{}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a/{id}", func(context.Context, *struct {
			byID
			Tags  []string          `query:"tag" default:"[]"`
			Since tenon.Opt[string] `query:"since"`
			Trace string            `header:"X-Trace" default:""`
			Body  item
		}) (item, error) {
			return item{}, nil
		}, tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
			p, err := c.Fingerprint()
			assert.NoError(t, err)
			trace := fmt.Sprint(len(prints))
			if prints[p] == "" {
				prints[p] = trace
			}
			c.Reply(tenon.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: fmt.Appendf(nil, `{"name":%q,"count":0}`, prints[p])})
			return nil
		}))
	})
	seen := map[string]bool{}
	for _, group := range [][]string{ // each of requests for the same
		{"/a/1 {\"name\":\"n\",\"count\":1}", "/a/1 { \"count\" : 1, \"name\":\"\\u006e\" }", "/a/%31? {\"name\":\"n\",\"count\":1,\"unknown\":2}"},
		{"/a/2 {\"name\":\"n\",\"count\":1}"},
		{"/a/1 {\"name\":\"n\",\"count\":2}"},
		{"/a/1?tag=a&tag=b {\"name\":\"n\",\"count\":1}", "/a/1?tag=a&x=y&tag=%62 {\"name\":\"n\",\"count\":1}"},
		{"/a/1?tag=b&tag=a {\"name\":\"n\",\"count\":1}"},
		{"/a/1?tag=ab {\"name\":\"n\",\"count\":1}"},
		{"/a/1?tag=a {\"name\":\"n\",\"count\":1}"},
		{"/a/1?since=a {\"name\":\"n\",\"count\":1}"},
		{"/a/1?since= {\"name\":\"n\",\"count\":1}"},
	} {
		var first string
		for i, request := range group {
			target, body, _ := strings.Cut(request, " ")
			got := string(c.Do("POST", target, body, fmt.Sprintf("X-Trace: %d", i)).Body)
			if i == 0 {
				first = got
				assert.Equal(t, seen[got], false, request)
			}
			assert.Equal(t, got, first, request)
			seen[got] = true
		}
	}
}

func TestFingerprintCoversWhatIsOnlyRead(t *testing.T) {
	type payment struct {
		Card string `json:"card" writeOnly:"true"`
	}
	prints := map[[32]byte]bool{}
	c := newClient(t, func(r *tenon.Router) {
		tenon.Post(r, "/a", ok[struct {
			Filter payment `query:"filter" content:"application/json"`
			Body   payment
		}, tenon.NoContent], tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
			p, err := c.Fingerprint()
			assert.NoError(t, err)
			prints[p] = true
			return c.Next(ctx)
		}))
	})
	for i, request := range [][2]string{{"1", "2"}, {"1", "3"}, {"4", "2"}} {
		c.Do("POST", `/a?filter={"card":"`+request[0]+`"}`, `{"card":"`+request[1]+`"}`)
		assert.Equal(t, len(prints), i+1)
	}
}
