package background_test

import (
	"bytes"
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
	"github.com/tenonapi/tenon/background"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/tenontest"
)

// A lines is a log.
type lines struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func (l *lines) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// start returns a runner that runs until stop is called, which waits for its end.
func start(t *testing.T, cfg background.Config) (r *background.Runner, stop func()) {
	t.Helper()
	r, err := background.New(cfg)
	assert.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	t.Cleanup(stop)
	return r, stop
}

type visit struct {
	Tasks *background.Tasks
}

// app has one operation, whose handler is do.
func app(t *testing.T, log *slog.Logger, do func(context.Context, *background.Tasks) error, options ...tenon.Option) *tenontest.Client {
	t.Helper()
	a, err := tenon.New(tenon.Config{Title: "t", Version: "1", Logger: log}, func(r *tenon.Router) {
		r.Use(options...)
		tenon.Post(r, "/visits", func(ctx context.Context, in *visit) (tenon.NoContent, error) {
			return tenon.NoContent{}, do(ctx, in.Tasks)
		})
	})
	assert.NoError(t, err)
	c := tenontest.New(t, a)
	c.ServerErrors = true
	return c
}

func TestTasksRunWhenTheRequestWasAnswered(t *testing.T) {
	r, stop := start(t, background.Config{})
	var order []string
	note := func(what string) {
		order = append(order, what)
	}
	outer := tenon.Scoped(func(context.Context, *struct{}) (context.Context, tenon.Close, error) {
		return t.Context(), func(context.Context, error) error { note("commit"); return nil }, nil
	})
	answered := make(chan struct{})
	c := app(t, slog.New(slog.DiscardHandler), func(ctx context.Context, tasks *background.Tasks) error {
		note("handler")
		return tasks.Go(ctx, func(ctx context.Context) error {
			<-answered
			note("task")
			return ctx.Err()
		})
	}, r.Providers(), outer, tenon.Guard(func(context.Context, *struct{ _ context.Context }) error { return nil }))
	assert.Equal(t, c.Do("POST", "/visits", "").Status, http.StatusNoContent)
	close(answered)
	stop()
	assert.Equal(t, order, []string{"handler", "commit", "task"})
}

func TestTasksOfARequestThatFailsAreNotRun(t *testing.T) {
	failure := problem.New(http.StatusConflict, "conflict", "Conflict")
	failing := tenon.Around(func(ctx context.Context, _ *struct{}, c *tenon.Call) error {
		if err := c.Next(ctx); err != nil {
			return err
		}
		return failure // as when a commit fails
	})
	for name, options := range map[string][]tenon.Option{"by its handler": nil, "by a stage behind it": {failing}} {
		t.Run(name, func(t *testing.T) {
			r, stop := start(t, background.Config{Workers: 1, Queue: 1})
			var ran atomic.Bool
			c := app(t, slog.New(slog.DiscardHandler), func(ctx context.Context, tasks *background.Tasks) error {
				err := tasks.Go(ctx, func(context.Context) error { ran.Store(true); return nil })
				if err != nil || options != nil {
					return err
				}
				return failure
			}, append(options, r.Providers(), tenon.Errors(failure))...)
			for range 5 { // more than there is room for
				assert.Equal(t, c.Do("POST", "/visits", "").Status, http.StatusConflict)
			}
			stop()
			assert.Equal(t, ran.Load(), false)
		})
	}
}

func TestWhatFailsIsLoggedWithTheRequestAndItsCaller(t *testing.T) {
	var log lines
	r, stop := start(t, background.Config{})
	type key struct{}
	c := app(t, log.logger(), func(ctx context.Context, tasks *background.Tasks) error {
		ctx = context.WithValue(ctx, key{}, "kept")
		return errors.Join(
			tasks.Go(ctx, func(ctx context.Context) error { return fmt.Errorf("broken, %v", ctx.Value(key{})) }),
			tasks.Go(ctx, func(context.Context) error { panic("dropped") }),
			tasks.Go(ctx, func(context.Context) error { return nil }),
		)
	}, r.Providers(), tenon.Provide(func(context.Context, *struct{}) (tenon.Caller, error) { return "ada", nil }),
		tenon.Guard(func(context.Context, *struct{ Caller tenon.Caller }) error { return nil }),
		tenon.Middleware(middleware.RequestID), tenon.Middleware(func(next http.Handler) http.Handler {
			return middleware.AccessLog(slog.New(slog.DiscardHandler))(next)
		}))
	assert.Equal(t, c.Do("POST", "/visits", "", "X-Request-ID: request-17").Status, http.StatusNoContent)
	stop()
	for _, want := range []string{`error="broken, kept"`, `error="panic: dropped`} {
		assert.Contains(t, log.all(), want)
	}
	assert.Equal(t, strings.Count(log.all(), "a task failed"), 2)
	assert.Equal(t, strings.Count(log.all(), "request_id=request-17 route=/visits caller=ada"), 2, log.all())
}

func TestWhoIsFullRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, background.Config{Workers: 2, Queue: 3})
		defer stop()
		var running atomic.Int32
		task := func(context.Context) error {
			running.Add(1)
			defer running.Add(-1)
			time.Sleep(time.Second)
			return nil
		}
		for range 2 {
			for range 5 {
				assert.NoError(t, r.Go(t.Context(), task))
			}
			assert.ErrorIs(t, r.Go(t.Context(), task), background.ErrFull)
			synctest.Wait()
			assert.Equal(t, running.Load(), 2)
			time.Sleep(time.Minute)
		}
	})
}

func TestATaskEndsWithItsTimeoutAndNotWithItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, background.Config{Timeout: time.Minute})
		defer stop()
		ctx, leave := context.WithCancel(t.Context())
		begin := time.Now()
		took := make(chan time.Duration, 1)
		assert.NoError(t, r.Go(ctx, func(ctx context.Context) error {
			<-ctx.Done()
			took <- time.Since(begin)
			return nil
		}))
		leave()
		assert.Equal(t, <-took, time.Minute)
	})
}

func TestAServerThatStopsFinishesTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, background.Config{Workers: 1, Drain: time.Minute})
		var done atomic.Int32
		for range 5 {
			assert.NoError(t, r.Go(t.Context(), func(ctx context.Context) error {
				time.Sleep(10 * time.Second)
				done.Add(1)
				return ctx.Err()
			}))
		}
		stop()
		assert.Equal(t, done.Load(), 5)
		assert.ErrorIs(t, r.Go(t.Context(), func(context.Context) error { return nil }), background.ErrStopped)
	})
}

func TestWhatDoesNotFinishInTimeIsCutOffOrLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lines
		r, stop := start(t, background.Config{Workers: 1, Drain: time.Second, Logger: log.logger()})
		for range 3 {
			assert.NoError(t, r.Go(t.Context(), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }))
		}
		begin := time.Now()
		stop()
		assert.Equal(t, time.Since(begin), time.Second)
		assert.Equal(t, strings.Count(log.all(), "a task failed"), 1)
		assert.Equal(t, strings.Count(log.all(), "a task is lost"), 2)
	})
}

func TestTasksEndWithTheirRequest(t *testing.T) {
	r, _ := start(t, background.Config{})
	var kept *background.Tasks
	c := app(t, slog.New(slog.DiscardHandler), func(_ context.Context, tasks *background.Tasks) error {
		kept = tasks
		return nil
	}, r.Providers())
	c.Do("POST", "/visits", "")
	assert.ErrorIs(t, kept.Go(t.Context(), func(context.Context) error { return nil }), background.ErrStopped)
}

func TestMistakesInAConfigAreOneError(t *testing.T) {
	_, err := background.New(background.Config{Workers: -1, Queue: -1, Timeout: -1, Drain: -1})
	for _, want := range []string{"Workers is -1", "Queue is -1", "Timeout is -1ns", "Drain is -1ns"} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}
