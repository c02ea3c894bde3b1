package ratelimit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/problem"
)

const (
	headerLimit  = "Ratelimit" // as package net/http writes RateLimit
	headerPolicy = "Ratelimit-Policy"
	headerRetry  = "Retry-After"

	codeExceeded  = "quota_exceeded"
	titleExceeded = "Quota is exceeded"
)

var errUnavailable = &problem.Error{
	Status: http.StatusServiceUnavailable, Code: "rate_limit_unavailable", Title: "Rate limit cannot be checked",
	Header: http.Header{headerRetry: {"1"}},
}

const (
	defaultTimeout = 100 * time.Millisecond
	pause          = time.Second // for which a store is not asked after a failure
	logInterval    = time.Minute // of lines about a store that fails
	maxWindow      = 366 * 24 * time.Hour
	maxCapacity    = 2 * maxWindow // so that no sum overflows
	letters        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// A limiter applies one policy. A request costs interval, and the level of an owner
// stays within capacity.
type limiter struct {
	name               string
	interval, capacity time.Duration
	policy             string // of RateLimit-Policy
	store              Store
	timeout            time.Duration
	failClosed         bool
	log                *slog.Logger

	start  time.Time
	resume atomic.Int64 // when the store may be asked again, in nanoseconds since start
	tell   atomic.Int64 // when a failure may be logged again
}

func newLimiter(cfg Config) (*limiter, error) {
	name := cmp.Or(cfg.Name, "default")
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("ratelimit.Config %q: "+format, append([]any{name}, args...)...))
	}
	if strings.Trim(name, letters+"0123456789-_") != "" || len(name) > 64 {
		wrong("the name needs up to 64 letters, digits, dashes and underscores")
	}
	if cfg.Quota < 1 || cfg.Burst < 0 {
		wrong("Quota is %d and Burst %d: want 1 or more, and 0 or more", cfg.Quota, cfg.Burst)
	}
	if cfg.Window < time.Second || cfg.Window%time.Second != 0 || cfg.Window > maxWindow {
		wrong("Window is %v: want whole seconds, at most %v", cfg.Window, maxWindow)
	} else if time.Duration(cfg.Quota) > cfg.Window/time.Microsecond {
		wrong("Quota is %d: want at most one request a microsecond", cfg.Quota)
	}
	if cfg.Timeout < 0 {
		wrong("Timeout is %v: want 0 or more", cfg.Timeout)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	l := &limiter{
		name: name, store: cfg.Store, timeout: cmp.Or(cfg.Timeout, defaultTimeout), failClosed: cfg.FailClosed,
		policy: fmt.Sprintf("%q;q=%d;w=%d", name, cfg.Quota, int64(cfg.Window/time.Second)),
		log:    cfg.Logger, start: time.Now(),
	}
	// Rounded up, so that requests are never faster than the quota says.
	l.interval = (cfg.Window/time.Microsecond + time.Duration(cfg.Quota) - 1) / time.Duration(cfg.Quota) * time.Microsecond
	burst := time.Duration(cmp.Or(cfg.Burst, cfg.Quota))
	if burst > maxCapacity/l.interval {
		return nil, fmt.Errorf("ratelimit.Config %q: a Burst of %d takes too long to be there again", name, int64(burst))
	}
	l.capacity = burst * l.interval
	if l.store == nil {
		l.store = new(Memory)
	}
	if l.log == nil {
		l.log = slog.Default()
	}
	return l, nil
}

// An answer is what a limit says about a request.
type answer struct {
	ok    bool
	known bool  // the store has answered
	left  int64 // requests that may follow at once
	wait  int64 // seconds until there is one more, 0 when all are there
}

// take counts a request.
func (l *limiter) take(ctx context.Context, owner string) answer {
	level, ok, known := l.add(ctx, owner, l.interval, l.capacity)
	if !known {
		return answer{ok: true}
	}
	return l.answer(level, ok)
}

// unavailable reports whether a request is refused because nobody knows its level.
func (l *limiter) unavailable(known bool) bool { return !known && l.failClosed }

// answer returns what a level means.
func (l *limiter) answer(level time.Duration, ok bool) answer {
	a := answer{ok: ok, known: true, left: int64(max(l.capacity-level, 0) / l.interval)}
	if more := level - l.capacity + time.Duration(a.left+1)*l.interval; level > 0 {
		a.wait = int64((more + time.Second - 1) / time.Second)
	}
	return a
}

// add asks the store, if it works; if it does not, known is false. A store that has
// failed is not asked for a while; then one request finds out whether it works again.
func (l *limiter) add(ctx context.Context, owner string, cost, capacity time.Duration) (level time.Duration, ok, known bool) {
	now := time.Since(l.start)
	if until := l.resume.Load(); until != 0 && (now < time.Duration(until) || !l.resume.CompareAndSwap(until, int64(now+pause))) {
		return 0, false, false
	}
	level, ok, err := l.ask(ctx, keyOf(l.name, owner), cost, capacity)
	if err == nil {
		if l.resume.Load() != 0 && l.resume.Swap(0) != 0 {
			l.log.LogAttrs(ctx, slog.LevelInfo, "the store of a rate limit works again", slog.String("policy", l.name))
		}
		return level, ok, true
	}
	now = time.Since(l.start)
	l.resume.Store(int64(now + pause))
	if at := l.tell.Load(); now >= time.Duration(at) && l.tell.CompareAndSwap(at, int64(now+logInterval)) {
		l.log.LogAttrs(ctx, slog.LevelError, "the store of a rate limit fails", slog.String("policy", l.name),
			slog.Bool("fail_closed", l.failClosed), slog.Any("error", err))
	}
	return 0, false, false
}

// ask asks the store within its time. That of the request does not count: whatever a
// client does, such as leaving, it cannot make the store seem to fail, or go uncounted.
func (l *limiter) ask(ctx context.Context, key Key, cost, capacity time.Duration) (level time.Duration, ok bool, err error) {
	if m, local := l.store.(*Memory); local { // it never waits
		return m.Add(ctx, key, cost, capacity)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.timeout)
	defer cancel()
	return l.store.Add(ctx, key, cost, capacity)
}

// show sets the headers of an answer: those of this limit behind those of the limits
// around it, which ctx knows.
func (l *limiter) show(ctx context.Context, set func(name, value string), a answer) context.Context {
	outer, _ := ctx.Value(shownKey{}).(*shown)
	s := &shown{policy: l.policy}
	if a.known {
		s.limit = l.limit(a)
	}
	if outer != nil {
		s.policy = outer.policy + ", " + s.policy
		s.limit = strings.Trim(outer.limit+", "+s.limit, ", ")
	}
	set(headerPolicy, s.policy)
	if s.limit != "" {
		set(headerLimit, s.limit)
	}
	return context.WithValue(ctx, shownKey{}, s)
}

// limit returns the value of RateLimit.
func (l *limiter) limit(a answer) string {
	var buf [96]byte
	text := append(append(append(buf[:0], '"'), l.name...), `";r=`...)
	text = append(strconv.AppendInt(text, a.left, 10), ";t="...)
	return string(strconv.AppendInt(text, a.wait, 10))
}

type shownKey struct{}

// shown are headers of an answer.
type shown struct{ limit, policy string }

// problem returns what answers a request beyond the quota.
func (l *limiter) problem(a answer) *problem.Error {
	data, _ := json.Marshal((&exceeded{l.name}).data()) // of strings: it cannot fail
	p := problem.New(http.StatusTooManyRequests, codeExceeded, titleExceeded)
	p.Data, p.Header = data, http.Header{headerRetry: {strconv.FormatInt(a.wait, 10)}}
	return p
}
