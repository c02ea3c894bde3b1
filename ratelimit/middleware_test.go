package ratelimit_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/ratelimit"
	"github.com/tenonapi/tenon/tenontest"
)

// get sends a request from an address.
func get(h http.Handler, address string, headers ...string) *tenontest.Response {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = address
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return &tenontest.Response{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}

func TestMiddlewareLimitsAnyHandlerByAddress(t *testing.T) {
	limit, err := ratelimit.Middleware(ratelimit.Config{Quota: 2, Window: time.Minute})
	assert.NoError(t, err)
	h := limit(http.NotFoundHandler())
	assert.Equal(t, shown(get(h, "192.0.2.1:1")), `404 "default";r=1;t=30`)
	assert.Equal(t, shown(get(h, "[::ffff:192.0.2.1]:2")), `404 "default";r=0;t=30`)
	r := get(h, "192.0.2.1:3")
	assert.Equal(t, shown(r), `429 "default";r=0;t=30 30`)
	assert.Equal(t, r.Header.Get("RateLimit-Policy"), `"default";q=2;w=60`)
	p, err := problem.Parse(r.Body)
	assert.NoError(t, err)
	assert.Equal(t, p.Code+string(p.Data), `quota_exceeded{"violated-policies":["default"]}`)
	assert.Equal(t, get(h, "192.0.2.2:1").Status, 404)
}

func TestMiddlewareAndStagesShowTheirLimitsTogether(t *testing.T) {
	limit, err := ratelimit.Middleware(ratelimit.Config{Name: "outer", Quota: 9, Window: time.Minute})
	assert.NoError(t, err)
	c := newClient(t, func(r *tenon.Router) { r.Use(tenon.Middleware(limit)) }, limited(ratelimit.Config{Quota: 2, Window: time.Minute}))
	r := c.Do("GET", "/a", "")
	assert.Equal(t, shown(r), `200 "outer";r=8;t=7, "default";r=1;t=30`)
	assert.Equal(t, r.Header["Ratelimit-Policy"], []string{`"outer";q=9;w=60, "default";q=2;w=60`})
	assert.Equal(t, shown(c.Do("GET", "/a?fail=x", "")), `422 "outer";r=7;t=7`, "it counts what is refused, too")
}

func TestMiddlewareFailsAsStated(t *testing.T) {
	for _, closed := range []bool{false, true} {
		cfg := ratelimit.Config{Quota: 1, Window: time.Minute, Store: &faulty{fail: refused}, FailClosed: closed, Logger: slog.New(slog.DiscardHandler)}
		for _, mk := range []func(ratelimit.Config) (func(http.Handler) http.Handler, error){ratelimit.Middleware, ratelimit.Failures} {
			limit, err := mk(cfg)
			assert.NoError(t, err)
			h := limit(http.NotFoundHandler())
			for range 3 {
				assert.Equal(t, get(h, "192.0.2.1:1").Status, map[bool]int{false: 404, true: 503}[closed])
			}
		}
	}
}

func TestAnOwnerThatOnlyOperationsKnowIsNoOwnerForHandlers(t *testing.T) {
	for _, by := range []ratelimit.Owner{ratelimit.ByCaller(), ratelimit.ByRequest(nil)} {
		_, err := ratelimit.Middleware(ratelimit.Config{Quota: 1, Window: time.Minute, By: by})
		assert.Equal(t, fmt.Sprint(err), "ratelimit.Config: By needs an operation: want ByAddress or ByRequest")
	}
	_, err := ratelimit.Failures(ratelimit.Config{Window: time.Minute})
	assert.Contains(t, fmt.Sprint(err), "Quota is 0")
}

// guarded answers 401 without the right key.
var guarded = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Key") != "right" {
		w.WriteHeader(http.StatusUnauthorized)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprint(w, "welcome")
	_ = http.NewResponseController(w).Flush()
})

func TestE11RepeatedFailuresOfAuthenticationAre429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit, err := ratelimit.Failures(ratelimit.Config{Name: "failures", Quota: 3, Window: time.Minute})
		assert.NoError(t, err)
		h := limit(guarded)
		for range 20 {
			assert.Equal(t, get(h, "[2001:db8::1]:1", "X-Key", "right").Status, 200, "good credentials are not counted")
		}
		for i := range 3 {
			assert.Equal(t, get(h, fmt.Sprintf("[2001:db8::%d]:1", i)).Status, 401)
		}
		r := get(h, "[2001:db8::9]:1")
		assert.Equal(t, shown(r), `429 "failures";r=0;t=20 20`)
		assert.Equal(t, get(h, "[2001:db8::9]:1", "X-Key", "right").Status, 429, "one address cannot guess until it is right")
		assert.Equal(t, get(h, "[2001:db8:0:1::1]:1").Status, 401, "another network")
		time.Sleep(20 * time.Second)
		assert.Equal(t, get(h, "[2001:db8::1]:1").Status, 401)
		assert.Equal(t, get(h, "[2001:db8::1]:1").Status, 429)
		time.Sleep(time.Minute)
		assert.Equal(t, get(h, "[2001:db8::1]:1", "X-Key", "right").Status, 200)
	})
}

func TestFailuresAtOnceAreWaitedForAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit, err := ratelimit.Failures(ratelimit.Config{Quota: 3, Window: time.Minute})
		assert.NoError(t, err)
		all := make(chan none)
		h := limit(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			<-all
			w.WriteHeader(http.StatusUnauthorized)
		}))
		for range 6 { // all ask before one has failed
			go get(h, "192.0.2.1:1")
		}
		synctest.Wait()
		close(all)
		synctest.Wait()
		assert.Equal(t, shown(get(h, "192.0.2.1:1")), `429 "default";r=0;t=80 80`)
		time.Sleep(80 * time.Second)
		assert.Equal(t, get(h, "192.0.2.1:1").Status, 401)
		assert.Equal(t, get(h, "192.0.2.1:1").Status, 429)
	})
}

func TestAClientThatHangsUpHasFailed(t *testing.T) {
	limit, err := ratelimit.Failures(ratelimit.Config{Quota: 1, Window: time.Minute})
	assert.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	h := limit(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.WriteHeader(http.StatusUnauthorized)
	}))
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.RemoteAddr = "192.0.2.1:1"
	h.ServeHTTP(httptest.NewRecorder(), r)
	assert.Equal(t, get(h, "192.0.2.1:1").Status, 429)
}

func TestAddressesOfClients(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1234":            "192.0.2.1",
		"192.0.2.1":                 "192.0.2.1",
		"[::ffff:192.0.2.1]:1":      "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80":         "fe80::/64",
		"@":                         "@",
		"":                          "",
	} {
		assert.Equal(t, ratelimit.Address(&http.Request{RemoteAddr: remote}), want, remote)
	}
}
