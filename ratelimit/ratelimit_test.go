package ratelimit_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/ratelimit"
	"github.com/tenonapi/tenon/tenontest"
)

type none = struct{}

var errGone = errors.New("gone")

// byHeader provides the caller that a header names.
func byHeader(_ context.Context, in *struct {
	Name string `header:"X-Caller" default:"ada"`
}) (tenon.Caller, error) {
	return tenon.Caller(in.Name), nil
}

func handler(_ context.Context, in *struct {
	Fail bool `query:"fail" default:"false"`
}) (string, error) {
	if in.Fail {
		return "", errGone
	}
	return "done", nil
}

// basics provides what the operations need.
func basics(r *tenon.Router) {
	r.Use(tenon.Provide(byHeader), tenon.MapError(errGone, 410, "gone", "Gone"))
	tenon.Get(r, "/caller", func(_ context.Context, in *struct{ Caller tenon.Caller }) (string, error) {
		return string(in.Caller), nil
	})
}

func newClient(t *testing.T, routes ...func(r *tenon.Router)) *tenontest.Client {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Logger: slog.New(slog.DiscardHandler)}, append([]func(r *tenon.Router){basics}, routes...)...)
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func limited(cfg ratelimit.Config) func(r *tenon.Router) {
	return func(r *tenon.Router) { tenon.Get(r, "/a", handler, tenon.Errors(errGone), ratelimit.Limit(cfg)) }
}

// shown returns status, RateLimit and Retry-After of an answer.
func shown(r *tenontest.Response) string {
	return strings.TrimSpace(fmt.Sprint(r.Status, " ", strings.Join(r.Header["Ratelimit"], " & "), " ", r.Header.Get("Retry-After")))
}

func TestG3AnswersTellWhatIsLeftAndWhenToRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, limited(ratelimit.Config{Quota: 4, Window: time.Minute}))
		assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "default";r=3;t=15`)
		assert.Equal(t, shown(c.Do("GET", "/a?fail=true", "")), `410 "default";r=2;t=15`, "errors show it too")
		time.Sleep(5 * time.Second)
		assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "default";r=1;t=10`)
		assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "default";r=0;t=10`)
		time.Sleep(100 * time.Millisecond)
		r := c.Do("GET", "/a", "")
		assert.Equal(t, shown(r), `429 "default";r=0;t=10 10`)
		assert.Equal(t, r.Header["Ratelimit-Policy"], []string{`"default";q=4;w=60`})
		p := c.Problem(r)
		assert.Equal(t, p.Code, "quota_exceeded")
		assert.Equal(t, string(p.Data), `{"violated-policies":["default"]}`)

		time.Sleep(10*time.Second - 101*time.Millisecond)
		assert.Equal(t, c.Do("GET", "/a", "").Status, 429)
		time.Sleep(time.Millisecond)
		assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "default";r=0;t=15`, "a client that waited as told is served")
		time.Sleep(time.Hour)
		assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "default";r=3;t=15`, "nothing more than the quota is saved up")
	})
}

func TestG4AQuotaIsExactUnderConcurrency(t *testing.T) {
	c := newClient(t, limited(ratelimit.Config{Quota: 50, Window: time.Hour}))
	var taken, refused atomic.Int64
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for range 25 {
				switch status := c.Do("GET", "/a", "").Status; status {
				case 200:
					taken.Add(1)
				case 429:
					refused.Add(1)
				}
			}
		})
	}
	running.Wait()
	assert.Equal(t, fmt.Sprint(taken.Load(), refused.Load()), "50 150")
}

func TestBurstBoundsWhatComesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, limited(ratelimit.Config{Name: "calm", Quota: 60, Window: time.Minute, Burst: 2}))
		r := c.Do("GET", "/a", "")
		assert.Equal(t, shown(r)+r.Header.Get("RateLimit-Policy"), `200 "calm";r=1;t=1"calm";q=60;w=60`)
		c.Do("GET", "/a", "")
		assert.Equal(t, shown(c.Do("GET", "/a", "")), `429 "calm";r=0;t=1 1`)
		total := 0
		for range 600 {
			time.Sleep(100 * time.Millisecond)
			if c.Do("GET", "/a", "").Status == 200 {
				total++
			}
		}
		assert.Equal(t, total, 60)
	})
}

func TestQuotasBelongToTheirOwner(t *testing.T) {
	type named struct {
		Tenant string `query:"tenant" default:"none"`
	}
	for name, tt := range map[string]struct {
		by     ratelimit.Owner
		other  string // target and header that have another owner
		target string
	}{
		"caller":   {by: ratelimit.Owner{}, target: "/a", other: "X-Caller: bob"},
		"provider": {by: ratelimit.By(func(in *struct{ Who tenon.Caller }) string { return string(in.Who) }), target: "/a", other: "X-Caller: bob"},
		"request":  {by: ratelimit.ByRequest(func(r *http.Request) string { return r.Header.Get("X-Key") }), target: "/a", other: "X-Key: \x01\xff"},
		"input":    {by: ratelimit.By(func(in *named) string { return in.Tenant }), target: "/a?tenant=b", other: "X: y"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, limited(ratelimit.Config{Quota: 1, Window: time.Hour, By: tt.by}))
			assert.Equal(t, c.Do("GET", "/a", "").Status, 200)
			assert.Equal(t, c.Do("GET", "/a", "").Status, 429)
			assert.Equal(t, c.Do("GET", tt.target, "", tt.other).Status, 200)
		})
	}
}

func TestOperationsOfARouterShareItsQuotaAndAddTheirOwn(t *testing.T) {
	c := newClient(t, func(r *tenon.Router) {
		r.Use(ratelimit.Limit(ratelimit.Config{Name: "all", Quota: 3, Window: time.Hour}))
		tenon.Get(r, "/a", handler, tenon.Errors(errGone))
		tenon.Get(r, "/b", handler, tenon.Errors(errGone), ratelimit.Limit(ratelimit.Config{Name: "b", Quota: 1, Window: time.Minute}))
	})
	assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "all";r=2;t=1200`)
	r := c.Do("GET", "/b", "")
	assert.Equal(t, shown(r), `200 "all";r=1;t=1200, "b";r=0;t=60`)
	assert.Equal(t, r.Header.Get("RateLimit-Policy"), `"all";q=3;w=3600, "b";q=1;w=60`)
	r = c.Do("GET", "/b", "")
	assert.Equal(t, shown(r), `429 "all";r=0;t=1200, "b";r=0;t=60 60`)
	assert.Equal(t, string(c.Problem(r).Data), `{"violated-policies":["b"]}`)
	assert.Equal(t, shown(c.Do("GET", "/a", "")), `429 "all";r=0;t=1200 1200`)
}

func TestTheLimitIsInTheDocument(t *testing.T) {
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, basics, limited(ratelimit.Config{Quota: 1, Window: time.Hour, FailClosed: true}))
	assert.NoError(t, err)
	doc := app.Document()
	responses := doc.Paths["/a"].Get.Responses
	for _, status := range []string{"200", "410", "429", "503"} {
		r := responses[status]
		if r.Ref != "" {
			r = doc.Components.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
		}
		assert.Equal(t, r.Headers["RateLimit"] != nil && r.Headers["RateLimit-Policy"] != nil, true, status)
		assert.Equal(t, r.Headers["Retry-After"] != nil, status == "429" || status == "503", status)
		if status == "429" {
			text, err := r.MarshalJSON()
			assert.NoError(t, err)
			assert.Contains(t, string(text), "violated-policies")
			assert.Contains(t, r.Description, "quota_exceeded")
		}
	}
}

// A faulty store fails as told.
type faulty struct {
	ratelimit.Memory
	fail  func(ctx context.Context) error // nil works
	asked atomic.Int64
}

func (s *faulty) Add(ctx context.Context, key ratelimit.Key, cost, capacity time.Duration) (time.Duration, bool, error) {
	s.asked.Add(1)
	if s.fail != nil {
		return 0, false, s.fail(ctx)
	}
	return s.Memory.Add(ctx, key, cost, capacity)
}

func refused(context.Context) error { return errors.New("connection to 10.0.0.7 refused") }

// hangs returns when it must, as a store does whose server hangs.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestJ7RequestsGoOnByTheStatedPolicyWhileTheStoreFails(t *testing.T) {
	for name, fail := range map[string]func(context.Context) error{"refused": refused, "hangs": hangs} {
		for _, closed := range []bool{false, true} {
			t.Run(fmt.Sprint(name, closed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					store := new(faulty)
					c := newClient(t, limited(ratelimit.Config{
						Quota: 2, Window: time.Hour, Store: store, FailClosed: closed, Logger: slog.New(slog.NewTextHandler(&log, nil)),
					}))
					assert.Equal(t, c.Do("GET", "/a", "").Status, 200)
					store.fail = fail
					store.asked.Store(0)
					begin := time.Now()
					for range 100 {
						r := c.Do("GET", "/a", "")
						assert.Equal(t, r.Header.Get("RateLimit"), "", "nobody knows")
						assert.Equal(t, r.Header.Get("RateLimit-Policy"), `"default";q=2;w=3600`)
						if !closed {
							assert.Equal(t, r.Status, 200)
							continue
						}
						assert.Equal(t, c.Problem(r).Code, "rate_limit_unavailable")
						assert.Equal(t, r.Status, 503)
						assert.Equal(t, r.Header.Get("Retry-After"), "1")
					}
					assert.Equal(t, time.Since(begin) <= 100*time.Millisecond, true, "one request waited for it", time.Since(begin))
					assert.Equal(t, store.asked.Load(), 1)
					for range 30 {
						time.Sleep(1100 * time.Millisecond)
						c.Do("GET", "/a", "")
					}
					assert.Equal(t, store.asked.Load(), 31)
					assert.Equal(t, strings.Count(log.String(), "level=ERROR"), 1, "it is logged once a minute", log.String())
					assert.Contains(t, log.String(), fmt.Sprintf("policy=default fail_closed=%v", closed))

					store.fail = nil
					time.Sleep(1100 * time.Millisecond)
					assert.Contains(t, shown(c.Do("GET", "/a", "")), `200 "default";r=0;t=176`)
					assert.Equal(t, c.Do("GET", "/a", "").Status, 429, "the quota counts again")
					assert.Contains(t, log.String(), "works again")
				})
			})
		}
	}
}

func TestAClientThatLeavesSaysNothingAboutTheStoreAndIsCounted(t *testing.T) {
	store := new(strict)
	c := newClient(t, limited(ratelimit.Config{Quota: 2, Window: time.Hour, Store: store, FailClosed: true}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", "http://test/a", nil)
	assert.NoError(t, err)
	c.Send(r)
	assert.Equal(t, shown(c.Do("GET", "/a", "")), `200 "default";r=0;t=1800`)
}

// A strict store fails when its context has ended.
type strict struct{ ratelimit.Memory }

func (s *strict) Add(ctx context.Context, key ratelimit.Key, cost, capacity time.Duration) (time.Duration, bool, error) {
	if ctx.Err() != nil {
		return 0, false, ctx.Err()
	}
	return s.Memory.Add(ctx, key, cost, capacity)
}

func TestMistakesInTheConfiguration(t *testing.T) {
	for want, cfg := range map[string]ratelimit.Config{
		`ratelimit.Config "a b": the name needs`:                   {Name: "a b", Quota: 1, Window: time.Second},
		`Quota is 0 and Burst 0`:                                   {Window: time.Second},
		`Quota is 1 and Burst -1`:                                  {Quota: 1, Burst: -1, Window: time.Second},
		`Window is 1.5s: want whole seconds`:                       {Quota: 1, Window: 1500 * time.Millisecond},
		`Window is 0s`:                                             {Quota: 1},
		`Quota is 1000001: want at most one request a microsecond`: {Quota: 1_000_001, Window: time.Second},
		`Timeout is -1ns`:                                          {Quota: 1, Window: time.Second, Timeout: -1},
		`a Burst of 1000000000 takes too long to be there again`:   {Quota: 1, Window: time.Second, Burst: 1e9},
		`ratelimit.By was given no function`:                       {Quota: 1, Window: time.Second, By: ratelimit.By[none](nil)},
		`ratelimit.By was given no function `:                      {Quota: 1, Window: time.Second, By: ratelimit.ByRequest(nil)},
	} {
		_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, basics, limited(cfg))
		assert.Contains(t, fmt.Sprint(err), strings.TrimSpace(want))
	}
}

func TestQuotasOfAllSizesHold(t *testing.T) {
	const day = 24 * time.Hour
	for _, cfg := range []ratelimit.Config{
		{Quota: 1, Window: time.Second}, {Quota: 1, Window: 366 * day}, {Quota: 7, Window: 366 * day}, {Quota: 1_000, Window: 30 * day},
		{Quota: 1_000, Window: time.Second, Burst: 7},
	} {
		synctest.Test(t, func(t *testing.T) {
			limit, err := ratelimit.Middleware(cfg)
			assert.NoError(t, err)
			h := limit(http.NotFoundHandler())
			burst := cmp.Or(cfg.Burst, cfg.Quota)
			for range 3 {
				for i := range burst + 1 {
					want := map[bool]int{true: 404, false: 429}[i < burst]
					assert.Equal(t, get(h, "192.0.2.1:1").Status, want, cfg.Quota, cfg.Window, i)
				}
				time.Sleep(cfg.Window + time.Millisecond) // what rounding up costs
			}
		})
	}
}

func FuzzOwnersOfAnyBytesGetTheirQuota(f *testing.F) {
	f.Add("", "\x00")
	f.Add("a", strings.Repeat("a", 1000))
	f.Add("\r\nX: y", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		owner := a
		limit, err := ratelimit.Middleware(ratelimit.Config{
			Quota: 1, Window: time.Hour, By: ratelimit.ByRequest(func(*http.Request) string { return owner }),
		})
		assert.NoError(t, err)
		h := limit(http.NotFoundHandler())
		assert.Equal(t, get(h, "192.0.2.1:1").Status, 404)
		assert.Equal(t, shown(get(h, "192.0.2.1:1")), `429 "default";r=0;t=3600 3600`)
		if owner = b; a != b {
			assert.Equal(t, get(h, "192.0.2.1:1").Status, 404)
		}
	})
}
