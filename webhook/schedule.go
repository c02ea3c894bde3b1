package webhook

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// defaultSchedule is the time from one failure to the next attempt; before the first attempt
// there is none. The last attempt is made three days after the event.
// Source: Standard Webhooks, section "Deliverability and reliability".
var defaultSchedule = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	jitter = 0.1 // of a delay, up or down

	// An endpoint that fails again and again is left alone for longer and longer, so that it
	// holds fewer and fewer of the requests that can run at once.
	pauseAfter = 3               // failures in a row
	firstPause = 1 * time.Second // doubled with each failure more
	maxPause   = 5 * time.Minute

	defaultThrottle = 5 * time.Second // of an overloaded receiver that does not say how long
	maxRetryAfter   = time.Hour
)

// throttling are the statuses of receivers that want fewer requests.
// Source: Standard Webhooks, section "Delivery success and failure".
var throttling = []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// result decides what follows from an attempt that began at a.At and ended now.
func (d *Dispatcher) result(c *Claimed, a Attempt, retryAfter time.Duration, now time.Time) Result {
	r := Result{Lease: c.Lease, Attempt: a, State: Delivered}
	switch {
	case a.Failure == "":
		return r
	case a.Failure == FailGone:
		r.State, r.Disable = Exhausted, true
		return r
	}
	pause := max(throttle(a.Status, retryAfter), pauseOf(c.Endpoint.Failures+1))
	if pause > 0 {
		r.Pause = stored(now.Add(pause))
	}
	r.State = Exhausted
	if c.Tries < len(d.cfg.Schedule) {
		r.State = Pending
		r.Due = stored(now.Add(max(spread(d.cfg.Schedule[c.Tries]), retryAfter)))
	}
	return r
}

// spread adds jitter to a delay, so that what failed together is not tried together.
func spread(delay time.Duration) time.Duration {
	return time.Duration(float64(delay) * (1 - jitter + 2*jitter*rand.Float64()))
}

// throttle returns for how long a receiver that answered with a status gets nothing.
func throttle(status int, retryAfter time.Duration) time.Duration {
	if !slices.Contains(throttling, status) {
		return 0
	}
	if retryAfter > 0 {
		return retryAfter
	}
	return defaultThrottle
}

// pauseOf returns for how long an endpoint gets nothing after failures in a row.
func pauseOf(failures int) time.Duration {
	if failures < pauseAfter {
		return 0
	}
	if n := failures - pauseAfter; n < 10 {
		return min(firstPause<<n, maxPause)
	}
	return maxPause
}

// retryAfter returns the delay that an answer asks for, up to maxRetryAfter, or 0.
// Source: RFC 9110, section 10.2.3.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
