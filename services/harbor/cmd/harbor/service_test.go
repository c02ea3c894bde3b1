package main

import (
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/health"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"

	"github.com/tenonapi/tenon/services/harbor/api"
)

const list = "/v1/customers/c/orders"

func TestReadinessTellsWhatTheServiceDoes(t *testing.T) {
	onBoth(t, testReadinessTellsWhatTheServiceDoes)
}

func testReadinessTellsWhatTheServiceDoes(t *testing.T, db string) {
	log := slog.New(slog.DiscardHandler)
	store, err := placeOf(t, db).open(t.Context())
	assert.NoError(t, err)
	ready := func(begin bool) string {
		h, err := newHealth(store, log)
		assert.NoError(t, err)
		if begin {
			h.Started()
		}
		app, err := newApp(&config{}, store, h, nil, api.Config{CursorKey: make([]byte, 32)}, log)
		assert.NoError(t, err)
		c := tenontest.New(t, app)
		c.ServerErrors = true
		assert.Equal(t, c.Do("GET", "/livez", "").Status, http.StatusOK)
		r := c.Do("GET", "/readyz", "")
		assert.Equal(t, c.Do("GET", "/ready", "").Status, r.Status)
		var p struct{ Data health.NotReady }
		if assert.NoError(t, json.Unmarshal(r.Body, &p)); r.Status == http.StatusOK {
			return "ok"
		}
		assert.Equal(t, r.Status, http.StatusServiceUnavailable)
		state := p.Data.State
		for _, c := range p.Data.Checks {
			state += " " + c.Name + "=" + c.Status
		}
		return state
	}
	assert.Equal(t, ready(false), "starting")
	assert.Equal(t, ready(true), "failing database=failing migrations=failing", "without tables")
	assert.NoError(t, store.Migrations().Up(t.Context()))
	assert.Equal(t, ready(true), "ok")
	_, err = openDatabase(t, db).ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
	assert.NoError(t, err)
	assert.Equal(t, ready(true), "failing database=ok migrations=failing", "a table is missing")
	assert.NoError(t, store.Close())
	assert.Equal(t, ready(true), "failing database=failing migrations=failing", "the database is closed")
}

// CHECKLIST J2.
func TestReadinessFailsBeforeConnectionsAreRefused(t *testing.T) {
	s := start(t, t.TempDir(), environment("DRAIN_DELAY=2s"))
	go func() { _ = s.stop() }()
	resp, body := s.do(t, "GET", "/readyz", "")
	for resp.StatusCode == http.StatusOK {
		resp, body = s.do(t, "GET", "/readyz", "")
	}
	assert.Equal(t, resp.StatusCode, http.StatusServiceUnavailable)
	assert.Contains(t, body, `"state":"draining"`)
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+s.key), "201", "while it drains")
	assert.NoError(t, s.stop())
}

func TestTheLogNamesTheMerchant(t *testing.T) {
	s := start(t, t.TempDir(), withTokens())
	want := map[string]any{}
	for id, tt := range map[string]struct {
		target, credentials string
		caller              any
	}{
		"read":    {list, "Bearer " + s.key, "demo"},
		"by-jwt":  {list, "Bearer " + token(t, "demo"), "demo"},
		"invalid": {list + "?limit=0", "Bearer " + s.key, "demo"},
		"scope":   {list, "Bearer " + token(t, "demo", "scope", "orders:write"), "demo"},
		"forged":  {list, "Bearer " + token(t, "demo") + "AAAA", nil},
		"nobody":  {list, "", nil},
		"public":  {"/livez", "Bearer " + s.key, nil},
	} {
		s.do(t, "GET", tt.target, "", "Authorization", tt.credentials, "X-Request-Id", id)
		want[id] = tt.caller
	}
	assert.NoError(t, s.stop())
	got := map[string]any{}
	for line := range strings.Lines(s.logs.String()) {
		var entry map[string]any
		assert.NoError(t, json.Unmarshal([]byte(line), &entry), line)
		if id, ok := entry["request_id"].(string); ok {
			got[id] = entry["caller"]
		}
	}
	assert.Equal(t, got, want)
}

func TestAnswersHaveSecureHeaders(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	for _, target := range []string{list, "/nowhere", "/livez", "/docs"} {
		resp, _ := s.do(t, "GET", target, "")
		assert.Equal(t, resp.Header.Get("X-Content-Type-Options"), "nosniff", target)
		assert.Equal(t, resp.Header.Get("Cache-Control") == "no-store" || target == "/docs", true, target)
		assert.Equal(t, resp.Header.Get("Content-Security-Policy") != "", true, target)
		assert.Equal(t, resp.Header.Get("Server"), "", target)
	}
}

func TestPagesOfOtherOriginsMayCallIfAllowed(t *testing.T) {
	closed := start(t, t.TempDir(), noEnv)
	open := start(t, t.TempDir(), environment("CORS_ORIGINS=https://shop.example, https://*.shops.example"))
	preflight := []string{
		"Access-Control-Request-Method", "POST", "Authorization", "",
		"Access-Control-Request-Headers", "authorization,content-type,idempotency-key",
	}
	for _, tt := range []struct {
		s            *started
		origin, want string
	}{
		{closed, "https://shop.example", ""}, {open, "https://shop.example", "https://shop.example"},
		{open, "https://a.shops.example", "https://a.shops.example"}, {open, "https://evil.example", ""}, {open, "null", ""},
	} {
		resp, _ := tt.s.do(t, "OPTIONS", "/v1/orders", "", append(preflight, "Origin", tt.origin)...)
		assert.Equal(t, resp.Header.Get("Access-Control-Allow-Origin"), tt.want, tt.origin)
		assert.Equal(t, resp.StatusCode == http.StatusNoContent && tt.want != "" || tt.want == "", true, resp.StatusCode)
		resp, _ = tt.s.do(t, "GET", list, "", "Origin", tt.origin)
		assert.Equal(t, resp.Header.Get("Access-Control-Allow-Origin"), tt.want, tt.origin)
	}
}

func TestOtherHostsAreRefusedIfAsked(t *testing.T) {
	s := start(t, t.TempDir(), environment("TRUSTED_HOSTS=api.example.com"))
	assert.Equal(t, s.status(t, "GET", "/livez", ""), "421 unknown_host")
	assert.Equal(t, start(t, t.TempDir(), noEnv).status(t, "GET", "/livez", ""), "200")
}

// Answers to credentials are not compressed: see BREACH.
func TestPagesOfOtherOriginsChangeNothing(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	resp, body := s.do(t, "POST", "/v1/orders", payload, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "Idempotency-Key", "k")
	assert.Equal(t, resp.StatusCode, http.StatusForbidden, body)
}

func TestRequestsWithoutTLSAreSentToTheHTTPSHost(t *testing.T) {
	s := start(t, t.TempDir(), environment("HTTPS_HOST=api.example.com", "TRUSTED_PROXIES=127.0.0.1"))
	no := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for proto, status := range map[string]int{"http": http.StatusPermanentRedirect, "https": http.StatusOK} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/livez", nil)
		assert.NoError(t, err)
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		r.Header.Set("X-Forwarded-Proto", proto)
		resp, err := no.Do(r)
		assert.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, resp.StatusCode, status, proto)
		if status == http.StatusOK {
			assert.Contains(t, resp.Header.Get("Strict-Transport-Security"), "max-age=31536000")
		} else {
			assert.Equal(t, resp.Header.Get("Location"), "https://api.example.com/livez")
		}
	}
}

func TestWhatIsPublicIsCompressed(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	for range 20 {
		s.do(t, "POST", "/v1/orders", strings.Replace(payload, "cus_1", "c", 1), "Idempotency-Key", rand.Text())
	}
	resp, text := s.do(t, "GET", list, "", "Accept-Encoding", "gzip")
	assert.Equal(t, resp.Header.Get("Content-Encoding"), "")
	assert.Equal(t, len(text) > 1<<10, true)
	resp, text = s.do(t, "GET", "/openapi.json", "", "Accept-Encoding", "gzip", "Authorization", "")
	assert.Equal(t, resp.Header.Get("Content-Encoding"), "gzip")
	r, err := gzip.NewReader(strings.NewReader(text))
	assert.NoError(t, err)
	plain, err := io.ReadAll(r)
	assert.NoError(t, err)
	want, err := os.ReadFile(documentFile)
	assert.NoError(t, err)
	assert.Equal(t, string(plain), string(want))
}

// A database that another process keeps from being written makes
// operations wait no longer than they may, and no more of them than may run.
func TestOperationsAreBoundedAndProbesGoOn(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, environment("TIMEOUT=1s", "MAX_CONCURRENT=1"))
	conn, err := openDatabase(t, dir).Conn(t.Context())
	assert.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	assert.NoError(t, err)
	answers := make(chan string, 2)
	for range 2 {
		go func() { answers <- s.status(t, "POST", "/v1/orders", "Bearer "+s.key) }()
	}
	got := []string{<-answers, <-answers}
	slices.Sort(got)
	assert.Equal(t, got, []string{"503 overloaded", "504 timeout"})
	assert.Equal(t, s.status(t, "GET", "/livez", ""), "200")
	assert.Equal(t, s.status(t, "GET", list, "Bearer "+s.key), "200", "reads have a limit of their own")
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	assert.NoError(t, err)
	assert.Equal(t, s.status(t, "POST", "/v1/orders", "Bearer "+s.key), "201")
}

// certificate writes a certificate for 127.0.0.1 and its key to files.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	assert.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	assert.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	assert.NoError(t, err)
	dir := t.TempDir()
	write := func(name, kind string, bytes []byte) string {
		name = filepath.Join(dir, name)
		assert.NoError(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600))
		return name
	}
	return write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", private)
}

func TestTLS(t *testing.T) {
	certFile, keyFile := certificate(t)
	s := start(t, t.TempDir(), environment("TLS_CERT="+certFile, "TLS_KEY="+keyFile))
	assert.Equal(t, strings.HasPrefix(s.url, "https://"), true, s.url)
	text, err := os.ReadFile(certFile)
	assert.NoError(t, err)
	roots := x509.NewCertPool()
	assert.Equal(t, roots.AppendCertsFromPEM(text), true)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(context.Background(), "GET", s.url+"/livez", nil)
	assert.NoError(t, err)
	resp, err := transport.RoundTrip(r)
	assert.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, resp.StatusCode, http.StatusOK)
	assert.Equal(t, resp.ProtoMajor, 2)
}

// CHECKLIST E12.
func TestDocsAreLeftOutIfAskedFor(t *testing.T) {
	s := start(t, t.TempDir(), environment("DOCS=false"))
	for _, target := range []string{"/docs", "/docs/", "/openapi.json"} {
		assert.Equal(t, s.status(t, "GET", target, ""), "404 not_found", target)
	}
	assert.Equal(t, s.status(t, "GET", "/readyz", ""), "200")
}
