package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

// CHECKLIST E11.
func TestRepeatedBadCredentialsOfAnAddressAre429(t *testing.T) {
	const bad = "Bearer hk_0123456789abcdefghijklmnop"
	direct := start(t, t.TempDir(), environment("AUTH_FAILURES=2"))
	proxied := start(t, t.TempDir(), environment("AUTH_FAILURES=2", "TRUSTED_PROXIES=127.0.0.0/8"))
	for i, tt := range []struct {
		s                      *started
		forwarded, credentials string
		status                 int
	}{
		{direct, "203.0.113.1", bad, 401}, {direct, "203.0.113.2", "", 401},
		{direct, "203.0.113.3", bad, 429}, {direct, "203.0.113.3", "Bearer " + direct.key, 429},
		{proxied, "203.0.113.1", bad, 401}, {proxied, "203.0.113.2", bad, 401}, {proxied, "203.0.113.1", bad, 401},
		{proxied, "203.0.113.1", bad, 429}, {proxied, "9.9.9.9, 203.0.113.1", bad, 429}, {proxied, "203.0.113.1", "Bearer " + proxied.key, 429},
		{proxied, "203.0.113.3", "Bearer " + proxied.key, 200},
	} {
		resp, _ := tt.s.do(t, "GET", list, "", "Authorization", tt.credentials, "X-Forwarded-For", tt.forwarded)
		assert.Equal(t, resp.StatusCode, tt.status, i)
		if tt.status == http.StatusTooManyRequests {
			assert.Equal(t, resp.Header.Get("Retry-After") != "", true, i)
		}
	}
	for _, target := range []string{"/livez", "/readyz", "/docs"} {
		assert.Equal(t, direct.status(t, "GET", target, ""), "200", "for an address that is refused", target)
	}
}

func TestEachMerchantHasAQuota(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, withTokens("RATE_LIMIT=6", "RATE_BURST=3"))
	var out strings.Builder
	assert.NoError(t, run(t.Context(), []string{"add-merchant", "--data", dir, "acme", "Acme"}, noEnv, &out, io.Discard))
	resp, _ := s.do(t, "GET", list, "")
	assert.Equal(t, resp.Header.Get("RateLimit-Policy"), `"merchant";q=6;w=60`)
	assert.Contains(t, resp.Header.Get("RateLimit"), `"merchant";r=2;`)
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+s.key), "201")
	assert.Equal(t, s.status(t, "GET", list, "Bearer "+token(t, "demo")), "200", "the last one, with other credentials")
	resp, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "k")
	assert.Equal(t, resp.StatusCode, http.StatusTooManyRequests, body)
	assert.Equal(t, len(resp.Header.Get("Retry-After")) > 0, true)
	assert.Equal(t, s.status(t, "GET", list, "Bearer "+token(t, "acme")), "200", "another merchant")
	assert.Equal(t, s.status(t, "GET", "/readyz", "Bearer "+s.key), "200")
}

func TestWithoutLimitsNobodyIsCounted(t *testing.T) {
	s := start(t, t.TempDir(), environment("RATE_LIMIT=0", "AUTH_FAILURES=0", "TIMEOUT=0", "MAX_CONCURRENT=0"))
	resp, _ := s.do(t, "GET", list, "")
	assert.Equal(t, resp.StatusCode, http.StatusOK)
	assert.Equal(t, resp.Header.Values("RateLimit"), nil)
	for range 40 {
		assert.Equal(t, s.status(t, "GET", list, "Bearer nothing"), "401 invalid_token")
	}
	var out strings.Builder
	assert.NoError(t, run(t.Context(), []string{"openapi", "--rate-limit=0"}, noEnv, &out, io.Discard))
	assert.Contains(t, out.String(), `"429"`)
}

// freeAddress returns an address where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	assert.NoError(t, err)
	assert.NoError(t, l.Close())
	return l.Addr().String()
}

func TestRequestsGoOnWhileRedisIsAway(t *testing.T) {
	s := start(t, t.TempDir(), environment("RATE_LIMIT=1", "REDIS_URL=redis://:secret@"+freeAddress(t)))
	for range 3 {
		assert.Equal(t, s.status(t, "GET", list, "Bearer "+s.key), "200")
	}
	assert.NoError(t, s.stop())
	assert.Contains(t, s.logs.String(), "rate limit")
	if strings.Contains(s.logs.String(), "secret") {
		t.Errorf("the log has the password: %s", s.logs)
	}
}

func TestProcessesShareQuotasInRedis(t *testing.T) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
	addr := freeAddress(t)
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	assert.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for begin := time.Now(); ; {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			_ = conn.Close()
			break
		}
		assert.Equal(t, time.Since(begin) < 10*time.Second, true, err)
	}
	const key = "hk_0123456789abcdefghijklmnop"
	env := environment("RATE_LIMIT=2", "API_KEY="+key, "REDIS_URL=redis://"+addr+"/1")
	one, two := start(t, t.TempDir(), env), start(t, t.TempDir(), env)
	assert.Equal(t, one.status(t, "GET", list, "Bearer "+key), "200")
	assert.Equal(t, two.status(t, "GET", list, "Bearer "+key), "200")
	assert.Equal(t, two.status(t, "GET", list, "Bearer "+key), "429 quota_exceeded")
	assert.Equal(t, one.status(t, "GET", list, "Bearer "+key), "429 quota_exceeded")
}

// CHECKLIST E12.
func TestProfilesAreOnTheirOwnListenerIfAskedFor(t *testing.T) {
	without := start(t, t.TempDir(), noEnv)
	with := start(t, t.TempDir(), environment("ADMIN_ADDR=127.0.0.1:0"))
	assert.Equal(t, strings.Contains(without.said, "Profiles"), false, without.said)
	_, rest, ok := strings.Cut(with.said, "Profiles: ")
	assert.Equal(t, ok, true, with.said)
	profiles, _, _ := strings.Cut(rest, "\n")
	get := func(url string) (int, string) {
		resp, err := http.Get(url)
		assert.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		assert.NoError(t, err)
		return resp.StatusCode, string(body)
	}
	status, body := get(profiles + "goroutine?debug=1")
	assert.Equal(t, status, http.StatusOK)
	assert.Contains(t, body, "goroutine profile:")
	for _, name := range []string{"", "cmdline", "profile", "heap"} {
		for _, s := range []*started{without, with} {
			assert.Equal(t, s.status(t, "GET", "/debug/pprof/"+name, "Bearer "+s.key), "404 not_found", name)
		}
	}
	admin := strings.TrimSuffix(profiles, "/debug/pprof/")
	for _, target := range []string{"/v1/orders", "/openapi.json", "/docs", "/debug/pprof/nothing"} {
		status, _ := get(admin + target)
		assert.Equal(t, status, http.StatusNotFound, target)
	}
	status, body = get(profiles + "cmdline")
	assert.Equal(t, fmt.Sprint(status, " ", strings.Contains(body, "hk_")), "404 false", "flags may hold secrets")
	assert.NoError(t, with.stop())
	_, err := http.Get(profiles)
	assert.Equal(t, err != nil, true, "it listens when the service has ended")

	err = run(t.Context(), []string{"--addr=127.0.0.1:0", "--data", t.TempDir(), "--admin-addr", strings.TrimPrefix(without.url, "http://")}, noEnv, io.Discard, io.Discard)
	assert.Contains(t, fmt.Sprint(err), "listen on --admin-addr")
}
