package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	userAgent       = "Tenon-Webhooks"
	maxHeader       = 64 << 10 // bytes of the header of an answer
	drainBytes      = 4 << 10  // of the body of an answer, which is read only so that the connection can be used again
	drainTime       = time.Second
	connectTime     = 10 * time.Second
	idleTime        = 90 * time.Second
	idlePerReceiver = 2
)

// transport returns a transport that dials what the guard lets through. It knows no
// proxy: one would do the dialing, behind the guard's back.
func transport(cfg *Config) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTime, Resolver: cfg.Resolver, ControlContext: cfg.Guard.control}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        cfg.TLS.Clone(),
		TLSHandshakeTimeout:    connectTime,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           cfg.Concurrency,
		MaxIdleConnsPerHost:    idlePerReceiver,
		IdleConnTimeout:        idleTime,
	}
}

// attempt sends a claimed delivery once. It reports false when nothing can be said about the
// receiver, because ctx ended first.
func (d *Dispatcher) attempt(ctx context.Context, c *Claimed) (r Result, done bool) {
	start := d.cfg.Now()
	within, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
	defer cancel()
	status, wait, err := d.send(within, cancel, c, start)
	now := d.cfg.Now()
	if err != nil && ctx.Err() != nil {
		return Result{}, false
	}
	a := Attempt{Number: c.Attempts + 1, At: stored(start), Latency: now.Sub(start), Status: status, Failure: failure(status, err)}
	return d.result(c, a, wait, now), true
}

// send returns what the receiver has answered, with the delay that it asks for.
func (d *Dispatcher) send(ctx context.Context, cancel func(), c *Claimed, at time.Time) (status int, wait time.Duration, err error) {
	u, err := d.cfg.Guard.url(c.Endpoint.URL)
	if err != nil {
		return 0, 0, err
	}
	ctx = context.WithValue(ctx, plainKey{}, u.Scheme == "http")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(c.Event.Body))
	if err != nil {
		return 0, 0, blocked("the URL is malformed")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set(HeaderID, c.Event.ID)
	req.Header.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(HeaderSignature, c.Endpoint.signatures(c.Event.ID, at, c.Event.Body))
	answer, err := d.transport.RoundTrip(req) // which follows no redirects
	if err != nil {
		return 0, 0, err
	}
	timer := time.AfterFunc(drainTime, cancel)
	defer timer.Stop()
	io.CopyN(io.Discard, answer.Body, drainBytes) //nolint:errcheck // the status has decided
	answer.Body.Close()
	return answer.StatusCode, retryAfter(answer.Header, d.cfg.Now()), nil
}

// failure classifies what came of a request.
func failure(status int, err error) Failure {
	switch {
	case err != nil:
		return failureOf(err)
	case status >= 200 && status <= 299:
		return ""
	case status >= 300 && status <= 399:
		return FailRedirect
	case status == http.StatusGone:
		return FailGone
	}
	return FailStatus
}

func failureOf(err error) Failure {
	switch {
	case is[*BlockedError](err):
		return FailBlocked
	case is[*net.DNSError](err):
		return FailDNS
	case errors.Is(err, context.DeadlineExceeded), timedOut(err):
		return FailTimeout
	case is[tls.RecordHeaderError](err), is[tls.AlertError](err), is[*tls.CertificateVerificationError](err):
		return FailTLS
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return FailConnect
	}
	return FailAnswer
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func timedOut(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
