package webhook

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"
)

const (
	storeTime  = 10 * time.Second // for one call of the store
	purgeEvery = time.Minute
	purgeLimit = 1000 // deliveries at a time
)

// A loop is what Run knows. Its methods run on Run's goroutine, the only one that talks
// to the store: what finishes while the store is busy is settled together.
type loop struct {
	*Dispatcher
	done    chan finished // has room for all that runs
	running int           // attempts that are not in done yet
	ended   []finished    // and not settled yet
	unused  []Lease       // leases to give back
	purged  time.Time
}

// finished is what came of a lease: a result, or nothing if it was not tried.
type finished struct {
	claimed Claimed
	result  Result
	tried   bool
}

// call returns the context of a call of the store. It outlives that of Run: an answer
// that nobody waits for would leave leases that nobody uses.
func call(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), storeTime)
}

// claim starts as many due deliveries as there is room for. The attempts end with ctx.
func (l *loop) claim(ctx context.Context) {
	room := l.cfg.Concurrency - l.running - len(l.ended)
	if room <= 0 {
		return
	}
	now := l.cfg.Now()
	c := Claim{Token: rand.Text(), Now: stored(now), Until: stored(now.Add(l.cfg.Lease)), Limit: room, PerEndpoint: l.cfg.PerEndpoint}
	storeCtx, cancel := call(ctx)
	defer cancel()
	claimed, err := l.cfg.Store.Claim(storeCtx, c)
	if err != nil {
		l.cfg.Logger.ErrorContext(ctx, "webhook: claim deliveries", "error", err)
		return
	}
	for _, next := range claimed {
		l.running++
		go func() { l.done <- l.try(ctx, next, c.Until) }()
	}
}

// try makes an attempt, unless so much time has passed since the claim, as when the process
// was stopped, that the lease could end before the attempt.
func (l *loop) try(ctx context.Context, c Claimed, until time.Time) finished {
	f := finished{claimed: c}
	if !l.cfg.Now().Add(l.cfg.Timeout).After(until) {
		f.result, f.tried = l.attempt(ctx, &c)
	}
	return f
}

// collect takes f and everything else that has finished.
func (l *loop) collect(f finished) {
	for {
		l.running--
		if f.tried {
			l.ended = append(l.ended, f)
		} else {
			l.unused = append(l.unused, f.claimed.Lease)
		}
		select {
		case f = <-l.done:
		default:
			return
		}
	}
}

// settle tells the store what has come of leases. What it does not take is kept.
func (l *loop) settle(ctx context.Context) {
	storeCtx, cancel := call(ctx)
	defer cancel()
	if len(l.unused) > 0 {
		if err := l.cfg.Store.Release(storeCtx, l.unused); err != nil {
			l.cfg.Logger.ErrorContext(ctx, "webhook: release deliveries", "error", err, "count", len(l.unused))
		}
		l.unused = l.unused[:0] // what could not be given back is free when its lease ends
	}
	if len(l.ended) == 0 {
		return
	}
	results := make([]Result, len(l.ended))
	for i := range l.ended {
		results[i] = l.ended[i].result
	}
	lost, err := l.cfg.Store.Settle(storeCtx, results)
	if err != nil {
		l.cfg.Logger.ErrorContext(ctx, "webhook: settle deliveries", "error", err, "count", len(results))
		return
	}
	if lost > 0 {
		l.cfg.Logger.WarnContext(ctx, "webhook: leases ended before they were settled, receivers may see messages twice", "count", lost)
	}
	for i := range l.ended {
		l.report(ctx, &l.ended[i])
	}
	clear(l.ended)
	l.ended = l.ended[:0]
}

// report logs an attempt that was settled and tells the observer.
func (l *loop) report(ctx context.Context, f *finished) {
	c, r := &f.claimed, &f.result
	level, text := slog.LevelDebug, "webhook: delivered"
	switch {
	case r.Disable:
		level, text = slog.LevelWarn, "webhook: endpoint is gone, disabled it"
	case r.State == Exhausted:
		level, text = slog.LevelWarn, "webhook: gave up a delivery"
	case r.State == Pending:
		text = "webhook: attempt failed"
	}
	l.cfg.Logger.Log(ctx, level, text, "endpoint", c.Endpoint.ID, "delivery", r.Lease.Delivery, "event", c.Event.ID, "type", c.Event.Type,
		"attempt", r.Attempt.Number, "status", r.Attempt.Status, "failure", string(r.Attempt.Failure), "latency", r.Attempt.Latency)
	if l.cfg.Observe != nil {
		l.cfg.Observe(Report{
			Endpoint: c.Endpoint.ID, Delivery: r.Lease.Delivery, Event: c.Event.ID, Type: c.Event.Type,
			Attempt: r.Attempt, State: r.State, Disabled: r.Disable,
		})
	}
}

// purge deletes what is older than the retention, a bounded number at a time: the next ones
// at once if there were as many.
func (l *loop) purge(ctx context.Context) {
	now := l.cfg.Now()
	if now.Sub(l.purged) < purgeEvery {
		return
	}
	storeCtx, cancel := call(ctx)
	defer cancel()
	n, err := l.cfg.Store.Purge(storeCtx, stored(now.Add(-l.cfg.Retention)), purgeLimit)
	if err != nil {
		l.cfg.Logger.ErrorContext(ctx, "webhook: purge deliveries", "error", err)
	}
	if n < purgeLimit {
		l.purged = now
	}
}

// drain waits for what is under way: until it finishes, or until it was cancelled.
func (l *loop) drain(ctx context.Context, cancel func()) {
	giveUp := time.AfterFunc(l.cfg.Drain, cancel)
	defer giveUp.Stop()
	for l.running > 0 {
		l.collect(<-l.done)
		l.settle(ctx)
	}
	l.settle(ctx)
	if idle, ok := l.transport.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}
