package jwtauth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tenonapi/tenon/adapters/jwtauth"
	"github.com/tenonapi/tenon/auth"
)

// An identity is an issuer that publishes its keys.
type identity struct {
	*httptest.Server
	keys    atomic.Value // the text of the set
	fetched atomic.Int32 // how often the set was
	clock   atomic.Int64 // seconds since 1970
	handle  func(w http.ResponseWriter, r *http.Request) bool
}

func newIdentity(t testing.TB) *identity {
	id := new(identity)
	id.clock.Store(now)
	id.keys.Store(setOf("a"))
	id.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case id.handle != nil && id.handle(w, r):
		case r.URL.Path == "/.well-known/openid-configuration":
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, id.URL, id.URL+"/keys")
		case r.URL.Path == "/keys":
			id.fetched.Add(1)
			fmt.Fprint(w, id.keys.Load())
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(id.Close)
	return id
}

func (id *identity) config() jwtauth.Config {
	return jwtauth.Config{
		Issuer: id.URL, Audience: audience, Algorithms: []string{"ES256"}, Client: id.Client(),
		Now: func() time.Time { return time.Unix(id.clock.Load(), 0) },
	}
}

// token returns one that the key kid has signed, and that expires in a week.
func (id *identity) token(kid string) string {
	return sign(jwt.SigningMethodES256, keyOf(kid), fmt.Sprintf(`{"alg":"ES256","kid":%q}`, kid),
		fmt.Sprintf(`{"iss":%q,"aud":%q,"sub":%q,"exp":%d}`, id.URL, audience, kid, now+7*24*3600))
}

// pass moves the clock.
func (id *identity) pass(d time.Duration) { id.clock.Add(int64(d / time.Second)) }

var keysByID sync.Map

func keyOf(kid string) *ecdsa.PrivateKey {
	key, _ := keysByID.LoadOrStore(kid, must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)))
	return key.(*ecdsa.PrivateKey)
}

// setOf returns the set of the public keys with names.
func setOf(kids ...string) string {
	list := make([]string, len(kids))
	for i, kid := range kids {
		point := must(keyOf(kid).PublicKey.Bytes())
		list[i] = fmt.Sprintf(`{"kty":"EC","crv":"P-256","use":"sig","kid":%q,"x":%q,"y":%q}`, kid, b64(string(point[1:33])), b64(string(point[33:])))
	}
	return `{"keys":[` + strings.Join(list, ",") + `]}`
}

// fetches fails the test unless the set was fetched so often.
func (id *identity) fetches(t testing.TB, want int32, when string) {
	t.Helper()
	if got := id.fetched.Load(); got != want {
		t.Errorf("%s: the keys were fetched %d times, want %d", when, got, want)
	}
}

func TestKeysAreDiscoveredAndKept(t *testing.T) {
	id := newIdentity(t)
	v := mustNew(t, id.config())
	id.fetches(t, 0, "when it is made")
	for range 3 {
		if p := taken(t, v, "token", id.token("a")); p.Subject != "a" {
			t.Errorf("got %q", p.Subject)
		}
	}
	id.fetches(t, 1, "after three tokens")
	cfg := id.config()
	cfg.Issuer, cfg.KeysURL = "anybody", id.URL+"/keys"
	refused(t, mustNew(t, cfg), "another issuer", id.token("a"), "another issuer")
}

func TestNewKeysAreFetchedOnceInTenSeconds(t *testing.T) {
	id := newIdentity(t)
	v := mustNew(t, id.config())
	taken(t, v, "first", id.token("a"))
	id.keys.Store(setOf("a", "b"))
	refused(t, v, "new key, just fetched", id.token("b"), "no key")
	id.pass(10 * time.Second)
	taken(t, v, "new key", id.token("b"))
	id.fetches(t, 2, "after the rotation")
	for i := range 50 {
		refused(t, v, "flood", id.token(fmt.Sprint("unknown", i%3)), "no key")
	}
	id.fetches(t, 2, "after a flood of unknown keys")
	id.pass(10 * time.Second)
	for i := range 50 {
		refused(t, v, "flood", id.token(fmt.Sprint("unknown", i%3)), "no key")
	}
	id.fetches(t, 3, "after another one")
	taken(t, v, "old key", id.token("a"))
}

func TestOldKeysAreFetchedAgain(t *testing.T) {
	id := newIdentity(t)
	v := mustNew(t, id.config())
	taken(t, v, "first", id.token("a"))
	id.keys.Store(setOf("b"))
	id.pass(15*time.Minute - time.Second)
	taken(t, v, "withdrawn, not known yet", id.token("a"))
	id.pass(time.Second)
	refused(t, v, "withdrawn", id.token("a"), "no key")
	taken(t, v, "new", id.token("b"))
	id.fetches(t, 2, "at MaxAge")
}

func TestLastKeysServeWhileTheIssuerIsAway(t *testing.T) {
	id := newIdentity(t)
	away := new(atomic.Bool)
	id.handle = func(w http.ResponseWriter, _ *http.Request) bool {
		if away.Load() {
			http.Error(w, "away", http.StatusServiceUnavailable)
		}
		return away.Load()
	}
	v := mustNew(t, id.config())
	away.Store(true)
	_, err := v.Verify(t.Context(), id.token("a"))
	if err == nil || errors.Is(err, auth.ErrInvalid) || !strings.Contains(err.Error(), "answered 503") {
		t.Errorf("without any keys: got %v", err)
	}
	away.Store(false)
	if _, again := v.Verify(t.Context(), id.token("a")); again == nil || again.Error() != err.Error() {
		t.Errorf("right after it: got %v, want the same", again)
	}
	id.pass(10 * time.Second)
	taken(t, v, "when it is back", id.token("a"))
	away.Store(true)
	id.pass(24*time.Hour - time.Second)
	taken(t, v, "stale", id.token("a"))
	refused(t, v, "stale, unknown key", id.token("b"), "no key")
	id.pass(time.Second)
	if _, err := v.Verify(t.Context(), id.token("a")); err == nil || errors.Is(err, auth.ErrInvalid) {
		t.Errorf("past MaxStale: got %v", err)
	}
}

func TestBadAnswersOfAnIssuerAreRefused(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	const configuration, keys = "/.well-known/openid-configuration", "/keys"
	tests := []struct {
		name, path, want string
		answer           func(w http.ResponseWriter, r *http.Request, url string)
	}{
		{"another issuer", configuration, `calls itself "https://evil.example"`, func(w http.ResponseWriter, _ *http.Request, url string) {
			fmt.Fprintf(w, `{"issuer":"https://evil.example","jwks_uri":%q}`, url+keys)
		}},
		{"almost the issuer", configuration, "calls itself", func(w http.ResponseWriter, _ *http.Request, url string) {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, url+"/", url+keys)
		}},
		{"insecure keys", configuration, "is not https", func(w http.ResponseWriter, _ *http.Request, url string) {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":"http://id.example/keys"}`, url)
		}},
		{"keys in a file", configuration, "is no address", func(w http.ResponseWriter, _ *http.Request, url string) {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":"file:///etc/passwd"}`, url)
		}},
		{"no JSON", configuration, "no JSON object", func(w http.ResponseWriter, _ *http.Request, _ string) { fmt.Fprint(w, "<html>") }},
		{"redirect", keys, "answered 302", func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		}},
		{"too large", keys, "more than 262144 bytes", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fmt.Fprint(w, strings.Repeat(" ", 256<<10+1))
		}},
		{"cut off", keys, "unexpected EOF", func(w http.ResponseWriter, _ *http.Request, _ string) { w.Header().Set("Content-Length", "9") }},
		{"no set", keys, "no JSON Web Key Set", func(w http.ResponseWriter, _ *http.Request, _ string) { fmt.Fprint(w, "{}") }},
	}
	for _, tt := range tests {
		id := newIdentity(t)
		id.handle = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == tt.path {
				tt.answer(w, r, id.URL)
			}
			return r.URL.Path == tt.path
		}
		_, err := mustNew(t, id.config()).Verify(t.Context(), id.token("a"))
		if err == nil || errors.Is(err, auth.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// A transport answers with a set of keys when it is told to.
type transport struct {
	answer chan string
	asked  atomic.Int32
}

func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.asked.Add(1)
	select {
	case text := <-tr.answer:
		w := httptest.NewRecorder()
		fmt.Fprint(w, text)
		return w.Result(), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func TestOneRequestFetchesForAll(t *testing.T) {
	token := (&identity{Server: &httptest.Server{URL: issuer}}).token("a")
	set := setOf("a")
	synctest.Test(t, func(t *testing.T) {
		tr := &transport{answer: make(chan string)}
		v := mustNew(t, jwtauth.Config{
			Issuer: issuer, Audience: audience, Algorithms: []string{"ES256"}, KeysURL: "https://id.example/keys", Client: &http.Client{Transport: tr},
			Leeway: -1, Now: func() time.Time { return time.Unix(now, 0) },
		})
		first, leave := context.WithCancel(t.Context())
		var done sync.WaitGroup
		verify := func(ctx context.Context) {
			done.Go(func() {
				if _, err := v.Verify(ctx, token); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		verify(first)
		for range 20 {
			verify(t.Context())
		}
		leave() // who fetches goes away, and fetches on for the others
		synctest.Wait()
		gone, cancel := context.WithCancel(t.Context())
		verify(gone)
		cancel() // who waits need not
		synctest.Wait()
		tr.answer <- set
		done.Wait()
		if n := tr.asked.Load(); n != 1 {
			t.Errorf("fetched %d times, want 1", n)
		}
	})
}

func TestAnIssuerThatHangsIsGivenUp(t *testing.T) {
	token := (&identity{Server: &httptest.Server{URL: issuer}}).token("a")
	synctest.Test(t, func(t *testing.T) {
		v := mustNew(t, jwtauth.Config{
			Issuer: issuer, Audience: audience, Algorithms: []string{"ES256"}, KeysURL: "https://id.example/keys",
			Client: &http.Client{Transport: &transport{answer: make(chan string)}},
		})
		start := time.Now()
		_, err := v.Verify(t.Context(), token)
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 5*time.Second {
			t.Errorf("got %v after %v", err, took)
		}
	})
}

func TestIssuersOnThisMachineNeedNoTLS(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, setOf("a")) }))
	defer srv.Close()
	id := &identity{Server: &httptest.Server{URL: issuer}}
	v := mustNew(t, jwtauth.Config{
		Issuer: issuer, Audience: audience, Algorithms: []string{"ES256"}, KeysURL: srv.URL,
		Now: func() time.Time { return time.Unix(now, 0) },
	})
	taken(t, v, "http://127.0.0.1", id.token("a"))
	for address, ok := range map[string]bool{"http://localhost:8080/keys": true, "http://[::1]/": true, "http://127.0.0.1.evil.example/": false, "http://10.0.0.1/": false, "ftp://localhost/": false} {
		_, err := jwtauth.New(jwtauth.Config{Issuer: issuer, Audience: audience, Algorithms: []string{"ES256"}, KeysURL: address})
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}
