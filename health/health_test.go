package health_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/health"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/tenontest"
)

// serve returns the state that cfg makes, and a client of its probes.
func serve(t *testing.T, cfg health.Config) (*health.Health, *tenontest.Client) {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	h, err := health.New(cfg)
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1", Logger: slog.New(slog.DiscardHandler)}, h.Routes)
	assert.NoError(t, err)
	return h, tenontest.New(t, app)
}

// probe returns the status and what tells why a service is not ready.
func probe(c *tenontest.Client, path string) string {
	r := c.Do("GET", path, "")
	if r.Status == 200 {
		return fmt.Sprint(r.Status, " ", string(r.Body))
	}
	return fmt.Sprint(r.Status, " ", c.Problem(r).Code, " ", string(c.Problem(r).Data))
}

func passes(context.Context) error { return nil }

// hangs ends with its context.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestJ1LivenessTouchesNoDependency(t *testing.T) {
	var ran atomic.Int64
	h, c := serve(t, health.Config{Starting: true, Checks: []health.Check{{Name: "store", Run: func(context.Context) error {
		ran.Add(1)
		return errors.New("gone")
	}}}})
	h.Drain()
	for _, path := range []string{"/livez", "/health"} {
		assert.Equal(t, probe(c, path), `200 {"status":"ok"}`)
	}
	assert.Equal(t, ran.Load(), 0)
}

func TestJ1ReadinessIsBoundedWhateverChecksDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		forever := make(chan struct{})
		var begun atomic.Int64
		_, c := serve(t, health.Config{Checks: []health.Check{
			{Name: "fine", Run: passes},
			{Name: "error", Run: func(context.Context) error { return errors.New("dial 10.0.0.7: refused") }},
			{Name: "panic", Run: func(context.Context) error { panic("at the store") }},
			{Name: "exit", Run: func(context.Context) error { runtime.Goexit(); return nil }},
			{Name: "hangs", Run: hangs, Timeout: 100 * time.Millisecond},
			{Name: "deaf", Run: func(context.Context) error { begun.Add(1); <-forever; return nil }},
		}})
		for range 5 {
			begin := time.Now()
			assert.Equal(t, probe(c, "/readyz"), `503 not_ready {"state":"failing","checks":[{"name":"fine","status":"ok"},`+
				`{"name":"error","status":"failing"},{"name":"panic","status":"failing"},{"name":"exit","status":"failing"},`+
				`{"name":"hangs","status":"failing"},{"name":"deaf","status":"failing"}]}`)
			assert.Equal(t, time.Since(begin) <= time.Second, true, time.Since(begin))
			time.Sleep(2 * time.Second)
		}
		assert.Equal(t, begun.Load(), 1, "a check that does not return is not begun again")
		close(forever)
		synctest.Wait()
		time.Sleep(2 * time.Second)
		assert.Contains(t, probe(c, "/readyz"), `{"name":"deaf","status":"ok"}`)
	})
}

func TestChecksRunConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(context.Context) error { time.Sleep(400 * time.Millisecond); return nil }
		_, c := serve(t, health.Config{Checks: []health.Check{{Name: "a", Run: slow}, {Name: "b", Run: slow}, {Name: "c", Run: slow}}})
		begin := time.Now()
		assert.Equal(t, probe(c, "/readyz"), `200 {"status":"ok"}`)
		assert.Equal(t, time.Since(begin), 400*time.Millisecond)
	})
}

func TestChecksRunOnceForManyProbes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Int64
		_, c := serve(t, health.Config{MaxAge: 3 * time.Second, Checks: []health.Check{{Name: "store", Run: func(context.Context) error {
			ran.Add(1)
			time.Sleep(100 * time.Millisecond)
			return nil
		}}}})
		probes := func() {
			var running sync.WaitGroup
			for range 100 {
				running.Go(func() { assert.Equal(t, c.Do("GET", "/readyz", "").Status, 200) })
			}
			running.Wait()
		}
		probes()
		assert.Equal(t, ran.Load(), 1, "all wait for one round")
		time.Sleep(3 * time.Second)
		probes()
		assert.Equal(t, ran.Load(), 1, "which counts for MaxAge")
		time.Sleep(time.Nanosecond)
		probes()
		assert.Equal(t, ran.Load(), 2)
	})
}

func TestAProbeThatLeavesEndsNoRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := serve(t, health.Config{Checks: []health.Check{{Name: "slow", Run: func(ctx context.Context) error {
			time.Sleep(500 * time.Millisecond)
			return ctx.Err()
		}}}})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://test/readyz", nil)
		assert.NoError(t, err)
		begin := time.Now()
		assert.Equal(t, c.Send(r).Status, 499)
		assert.Equal(t, time.Since(begin), 100*time.Millisecond)
		assert.Equal(t, probe(c, "/readyz"), `200 {"status":"ok"}`)
		assert.Equal(t, time.Since(begin), 500*time.Millisecond, "the second waited for the same round")
	})
}

func TestAServiceIsReadyOnceItHasStartedUntilItDrains(t *testing.T) {
	h, c := serve(t, health.Config{Starting: true, Checks: []health.Check{{Name: "store", Run: passes}}})
	assert.Equal(t, probe(c, "/readyz"), `503 not_ready {"state":"starting","checks":[]}`)
	h.Started()
	assert.Equal(t, probe(c, "/readyz"), `200 {"status":"ok"}`)
	assert.Equal(t, probe(c, "/ready"), `200 {"status":"ok"}`)
	h.Drain()
	assert.Equal(t, probe(c, "/readyz"), `503 not_ready {"state":"draining","checks":[]}`)
	assert.Equal(t, probe(c, "/livez"), `200 {"status":"ok"}`)
}

func TestWithoutChecksAServiceIsReady(t *testing.T) {
	_, c := serve(t, health.Config{})
	assert.Equal(t, probe(c, "/readyz"), `200 {"status":"ok"}`)
}

func TestAnswersAreNotCachedAndHeadHasNoContent(t *testing.T) {
	h, c := serve(t, health.Config{})
	for _, status := range []int{200, 503} {
		for _, path := range []string{"/livez", "/readyz", "/health", "/ready"} {
			want := status
			if path == "/livez" || path == "/health" {
				want = 200
			}
			for _, method := range []string{"GET", "HEAD"} {
				r := c.Do(method, path, "")
				assert.Equal(t, r.Status, want, method, path)
				assert.Equal(t, r.Header.Get("Cache-Control"), "no-store", method, path)
				assert.Equal(t, len(r.Body) == 0, method == "HEAD", method, path)
			}
		}
		h.Drain()
	}
}

func TestCausesAreLoggedOnceAndNeverShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		fail := errors.New("dial 10.0.0.7: password of harbor refused")
		_, c := serve(t, health.Config{
			Logger: slog.New(slog.NewTextHandler(&log, nil)),
			Checks: []health.Check{{Name: "store", Run: func(context.Context) error { return fail }}},
		})
		for range 5 {
			assert.Equal(t, strings.Contains(string(c.Do("GET", "/readyz", "").Body), "10.0.0.7"), false)
			time.Sleep(2 * time.Second)
		}
		assert.Equal(t, strings.Count(log.String(), "10.0.0.7"), 1, log.String())
		assert.Contains(t, log.String(), `msg="a health check fails" check=store`)
		fail = nil
		c.Do("GET", "/readyz", "")
		assert.Contains(t, log.String(), `msg="a health check passes again" check=store`)
	})
}

func TestProbesNeedNoCredentialsAndAliasesAreHidden(t *testing.T) {
	type user string
	h, err := health.New(health.Config{})
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Provide(func(context.Context, *struct{}) (user, error) { return "", tenon.ErrAbsent },
			tenon.Secured("key", openapi.SecurityScheme{Type: "apiKey", In: "header", Name: "X-Key"})))
		tenon.Get(r, "/me", func(context.Context, *struct{ User tenon.Opt[user] }) (int, error) { return 0, nil })
	}, h.Routes)
	assert.NoError(t, err)
	assert.Equal(t, tenontest.New(t, app).Do("GET", "/readyz", "").Status, 200)
	paths := app.Document().Paths
	assert.Equal(t, paths["/health"] == nil && paths["/ready"] == nil, true)
	assert.Equal(t, paths["/livez"].Get.Responses["503"] == nil, true)
	assert.Contains(t, paths["/readyz"].Get.Responses["503"].Ref, "not_ready")
}

func TestMistakesInTheConfiguration(t *testing.T) {
	_, err := health.New(health.Config{Timeout: time.Second, MaxAge: -1, Checks: []health.Check{
		{Name: "a b", Run: passes}, {Name: "", Run: passes}, {Name: "a", Run: passes}, {Name: "a", Run: passes}, {Name: "b"},
		{Name: "c", Run: passes, Timeout: 2 * time.Second}, {Name: "d", Run: passes, Timeout: -1},
	}})
	assert.Equal(t, fmt.Sprint(err), `health.Config: Timeout is 1s and MaxAge -1ns: want 0 or more
health.Config.Checks[0]: the name "a b" needs letters, digits, dashes, underscores and dots
health.Config.Checks[1]: the name "" needs letters, digits, dashes, underscores and dots
health.Config.Checks[3]: there are two called "a"
health.Config.Checks[4]: "b" has no Run
health.Config.Checks[5]: Timeout of "c" is 2s: want 0 to 1s, that of all checks
health.Config.Checks[6]: Timeout of "d" is -1ns: want 0 to 1s, that of all checks`)
}
