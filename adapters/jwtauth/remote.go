package jwtauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon/adapters/jwtauth/jws"
)

const (
	fetchEvery = 10 * time.Second // at most
	fetchTime  = 5 * time.Second
	fetchBytes = 256 << 10
)

// remote are keys that an issuer publishes. It starts no goroutine: a request that
// needs newer keys fetches them, others go on with those there are.
type remote struct {
	client           *http.Client
	issuer           string // that says where its keys are; empty when url does
	url              string
	algorithms       []string
	maxAge, maxStale time.Duration
	now              func() time.Time

	current atomic.Pointer[keySet]
	turn    chan struct{} // has one element while somebody fetches
	tried   time.Time     // the last time; whose turn it is reads and writes it
	failure error         // of that time
}

// A keySet is what was published at a time.
type keySet struct {
	keys []*jws.Key
	at   time.Time
}

// newRemote returns the keys that cfg names, or what is wrong with it.
func newRemote(cfg *Config) (*remote, []error) {
	r := &remote{
		client: new(http.Client), url: cfg.KeysURL, algorithms: cfg.Algorithms,
		maxAge: cfg.MaxAge, maxStale: cfg.MaxStale, now: cfg.Now, turn: make(chan struct{}, 1),
	}
	if cfg.Client != nil {
		*r.client = *cfg.Client
	}
	r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if r.maxAge == 0 {
		r.maxAge = defaultMaxAge
	}
	if r.maxStale == 0 {
		r.maxStale = max(defaultMaxStale, r.maxAge)
	}
	var errs []error
	if r.maxAge < 0 || r.maxStale < r.maxAge {
		errs = append(errs, fmt.Errorf("jwtauth: MaxAge is %v and MaxStale %v, want 0 or more and no less than MaxAge", cfg.MaxAge, cfg.MaxStale))
	}
	for _, name := range cfg.Algorithms {
		if strings.HasPrefix(name, "HS") {
			errs = append(errs, fmt.Errorf("jwtauth: keys for %s are secrets, which nobody publishes: give Keys", name))
		}
	}
	address, field := r.url, "KeysURL"
	if r.url == "" {
		r.issuer, address, field = cfg.Issuer, cfg.Issuer, "Issuer"
	}
	if err := secure(address); err != nil && address != "" {
		errs = append(errs, fmt.Errorf("jwtauth: %s: %w", field, err))
	} else if r.issuer != "" && strings.Contains(r.issuer, "?") {
		errs = append(errs, errors.New("jwtauth: Issuer has a query: give KeysURL, for its keys cannot be discovered"))
	}
	return r, errs
}

// find implements source.
func (r *remote) find(ctx context.Context, id, algorithm string) ([]*jws.Key, error) {
	set := r.current.Load()
	now := r.now()
	known := set.choose(id, algorithm)
	switch {
	case set == nil || now.Sub(set.at) >= r.maxStale:
		if err := r.fetch(ctx, set, true); err != nil {
			return nil, err
		}
	case known == nil:
		if err := r.fetch(ctx, set, true); err != nil && ctx.Err() != nil {
			return nil, err
		}
	case now.Sub(set.at) >= r.maxAge:
		_ = r.fetch(ctx, set, false) // the keys there are serve on
	default:
		return known, nil
	}
	return r.current.Load().choose(id, algorithm), nil
}

// choose returns those keys that may have signed a token.
func (s *keySet) choose(id, algorithm string) []*jws.Key {
	if s == nil {
		return nil
	}
	return choose(s.keys, id, algorithm)
}

// fetch replaces old by what is published now, unless somebody else does or the last
// time was just now. When it is to wait, it waits for somebody else.
func (r *remote) fetch(ctx context.Context, old *keySet, wait bool) error {
	select {
	case r.turn <- struct{}{}:
	default:
		if !wait {
			return nil
		}
		select {
		case r.turn <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	defer func() { <-r.turn }()
	now := r.now()
	if r.current.Load() != old {
		return nil
	}
	if !r.tried.IsZero() && now.Sub(r.tried) < fetchEvery {
		return r.failure
	}
	r.tried = now
	// A caller that goes away must not use up the turn of the others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
	defer cancel()
	keys, err := r.get(ctx)
	if r.failure = err; err == nil {
		r.current.Store(&keySet{keys: keys, at: now})
	}
	return err
}

// get returns the keys that are published now.
func (r *remote) get(ctx context.Context) ([]*jws.Key, error) {
	address := r.url
	if r.issuer != "" {
		text, err := r.body(ctx, strings.TrimSuffix(r.issuer, "/")+"/.well-known/openid-configuration")
		if err != nil {
			return nil, err
		}
		var doc struct {
			Issuer string `json:"issuer"`
			Keys   string `json:"jwks_uri"`
		}
		switch {
		case json.Unmarshal(text, &doc) != nil:
			return nil, errors.New("the configuration of the issuer is no JSON object")
		case doc.Issuer != r.issuer: // OpenID Connect Discovery 1.0, section 4.3
			return nil, fmt.Errorf("the issuer calls itself %q", doc.Issuer)
		case secure(doc.Keys) != nil:
			return nil, fmt.Errorf("jwks_uri of the issuer: %w", secure(doc.Keys))
		}
		address = doc.Keys
	}
	text, err := r.body(ctx, address)
	if err != nil {
		return nil, err
	}
	return jws.ParseSet(text, r.algorithms...)
}

// body returns what is at an address.
func (r *remote) body(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", address, resp.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, fetchBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", address, err)
	case len(text) > fetchBytes:
		return nil, fmt.Errorf("%s answered more than %d bytes", address, fetchBytes)
	}
	return text, nil
}

// secure refuses an address that is not https, unless it is of this machine.
func secure(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q is no address", address)
	case u.Scheme == "https":
		return nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("%q is not https", address)
}
