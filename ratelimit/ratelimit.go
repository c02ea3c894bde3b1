// Package ratelimit bounds how many requests a caller may make in a time.
//
// [Limit] is for operations: it knows the caller. [Middleware] is for any handler,
// and [Failures] for those that ask for credentials. Each counts with GCRA: a quota
// of 100 a minute lets 100 requests pass at once and then one each 0.6 s, so that
// nobody gains from the borders of windows. A [Store] keeps the state: [Memory], or
// one that several processes share, such as that of adapters/redisstore.
//
// The answer to each request that was counted tells what is left in the headers
// RateLimit and RateLimit-Policy; a request beyond the quota is answered 429 with
// Retry-After.
//
// Source: draft-ietf-httpapi-ratelimit-headers-10; RFC 6585, section 4.
package ratelimit

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/tenonapi/tenon"
)

// Config configures [Limit], [Middleware] and [Failures].
type Config struct {
	Name   string        // of the policy, for clients and in the store: letters, digits, "-" and "_"; empty means "default"
	Quota  int           // requests in each Window, apart by whole microseconds; required
	Window time.Duration // in whole seconds, at most a year; required
	Burst  int           // requests at once, after a pause; 0 means Quota
	By     Owner         // whose quota a request uses; the zero value means [ByCaller] in Limit and [ByAddress] elsewhere

	Store      Store         // nil means a [Memory] of its own; limits with one Name share their quotas in one Store
	Timeout    time.Duration // of the store; 0 means 100 ms
	FailClosed bool          // answer 503 while the store fails; otherwise requests go on without the limit
	Logger     *slog.Logger  // told once a minute that the store fails; nil means slog.Default
}

// Limit bounds the requests that operations take from each owner. Given to a router,
// all its operations share the quota. It runs when the request was read and its
// caller is known: requests that are refused before are not counted.
//
// A stage before it that runs what is behind it twice makes it count twice.
func Limit(cfg Config) tenon.Option {
	if cfg.By.stage == nil {
		cfg.By = ByCaller()
	}
	l, err := newLimiter(cfg)
	if err != nil {
		return tenon.Mistake(err)
	}
	opts := []tenon.Option{
		tenon.MapErrorAs(http.StatusTooManyRequests, codeExceeded, titleExceeded, (*exceeded).data),
		tenon.Errors(new(exceeded)),
	}
	retry := []int{http.StatusTooManyRequests}
	if l.failClosed {
		opts = append(opts, tenon.Errors(errUnavailable))
		retry = append(retry, errUnavailable.Status)
	}
	return tenon.Options(
		cfg.By.stage.option(l.stage, opts),
		tenon.DescribeHeader("RateLimit", "What is left of each quota: `r` requests, more of them in `t` seconds"),
		tenon.DescribeHeader("RateLimit-Policy", "The quotas: `q` requests in `w` seconds"),
		tenon.DescribeHeader("Retry-After", "Seconds until another request may be taken", retry...),
	)
}

// stage runs around operations.
func (l *limiter) stage(ctx context.Context, owner string, c *tenon.Call) error {
	a := l.take(ctx, owner)
	ctx = l.show(ctx, c.SetHeader, a)
	switch {
	case l.unavailable(a.known):
		return errUnavailable
	case !a.ok:
		c.SetHeader(headerRetry, strconv.FormatInt(a.wait, 10))
		return &exceeded{l.name}
	}
	return c.Next(ctx)
}

// exceeded says which policy refused a request.
type exceeded struct{ policy string }

func (e *exceeded) Error() string {
	return fmt.Sprintf("the quota of the policy %q is exceeded", e.policy)
}

// quotaExceeded is what clients see of it.
type quotaExceeded struct {
	Policies []string `json:"violated-policies" doc:"Names of the policies, as in RateLimit-Policy"`
}

func (e *exceeded) data() quotaExceeded { return quotaExceeded{[]string{e.policy}} }
