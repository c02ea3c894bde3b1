package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/services/harbor"
)

// documentFile is the published document of the service.
const documentFile = "../../openapi.json"

func TestPublishedDocumentIsCurrent(t *testing.T) {
	var out bytes.Buffer
	assert.NoError(t, run(t.Context(), []string{"openapi"}, noEnv, &out, io.Discard))
	if assert.Update() {
		assert.NoError(t, os.WriteFile(documentFile, out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(documentFile)
	assert.NoError(t, err)
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("%s is not what `harbor openapi` prints: run go test ./harbor/cmd/harbor -update and review the difference", documentFile)
	}
}

func TestRoutesAreListed(t *testing.T) {
	var out bytes.Buffer
	assert.NoError(t, run(t.Context(), []string{"routes"}, noEnv, &out, io.Discard))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Equal(t, len(lines), 14)
	assert.Contains(t, out.String(), "POST   /v1/orders ")
}

// The document shows how callers of this installation prove who they are.
func TestDocumentShowsTheSchemesThatAreAccepted(t *testing.T) {
	for _, tt := range []struct {
		getenv func(string) string
		want   []string
	}{{noEnv, []string{"api_key"}}, {withTokens(), []string{"api_key", "token"}}} {
		var out bytes.Buffer
		assert.NoError(t, run(t.Context(), []string{"openapi"}, tt.getenv, &out, io.Discard))
		var doc struct {
			Paths map[string]map[string]struct {
				Security []map[string][]string `json:"security"`
			} `json:"paths"`
			Components struct {
				Schemes map[string]any `json:"securitySchemes"`
			} `json:"components"`
		}
		assert.NoError(t, json.Unmarshal(out.Bytes(), &doc))
		assert.Equal(t, slices.Sorted(maps.Keys(doc.Components.Schemes)), tt.want)
		var ways []string
		for _, way := range doc.Paths["/v1/orders"]["post"].Security {
			ways = append(ways, slices.Collect(maps.Keys(way))...)
		}
		assert.Equal(t, ways, tt.want)
		assert.Equal(t, len(doc.Paths["/livez"]["get"].Security), 0)
	}
}

func noEnv(string) string { return "" }

func TestParse(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	tests := []struct {
		name   string
		args   []string
		getenv func(string) string
		check  func(*config) bool
		errs   []string
	}{
		{name: "defaults", check: func(c *config) bool {
			return c.command == "serve" && c.limits.timeout == 5*time.Second && c.limits.concurrent == 256 && c.limits.rate == 60_000 && c.limits.failures == 30 && c.limits.redis == nil && c.adminAddr == "" && c.proxies == nil && c.hosts == nil && c.origins == nil && c.addr == "127.0.0.1:8000" && c.place.dir == "./harbor-data" && c.logLevel == 0 && c.cursorKey == nil
		}},
		{name: "flags", args: []string{"migrate", "--addr", ":1", "--data=d", "--log-level", "debug"}, check: func(c *config) bool {
			return c.command == "migrate" && c.addr == ":1" && c.place.dir == "d" && c.logLevel == -4
		}},
		{name: "environment", getenv: env("HARBOR_ADDR", ":2", "HARBOR_DATA", "e", "HARBOR_LOG_LEVEL", "error"), check: func(c *config) bool {
			return c.addr == ":2" && c.place.dir == "e" && c.logLevel == 8
		}},
		{name: "flag before environment", args: []string{"-addr", ":1"}, getenv: env("HARBOR_ADDR", ":2"), check: func(c *config) bool { return c.addr == ":1" }},
		{name: "cursor key", getenv: env("HARBOR_CURSOR_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="), check: func(c *config) bool { return len(c.cursorKey) == 32 }},
		{name: "API key", getenv: env("HARBOR_API_KEY", "hk_"+strings.Repeat("k", 16)), check: func(c *config) bool {
			return c.apiKey.Reveal() == "hk_"+strings.Repeat("k", 16)
		}},
		{name: "API key, flag first", args: []string{"--api-key", "hk_" + strings.Repeat("f", 16)}, getenv: env("HARBOR_API_KEY", "hunter2"), check: func(c *config) bool {
			return c.apiKey.Reveal() == "hk_"+strings.Repeat("f", 16)
		}},
		{name: "timeouts", args: []string{"--read-timeout=1s"}, getenv: env("HARBOR_READ_TIMEOUT", "9s", "HARBOR_WRITE_TIMEOUT", "2s", "HARBOR_IDLE_TIMEOUT", "3s"), check: func(c *config) bool {
			return c.timeouts == timeouts{read: time.Second, write: 2 * time.Second, idle: 3 * time.Second}
		}},
		{name: "bad timeouts", getenv: env("HARBOR_READ_TIMEOUT", "9", "HARBOR_IDLE_TIMEOUT", "soon"), errs: []string{`HARBOR_READ_TIMEOUT: "9": want a duration`, "HARBOR_IDLE_TIMEOUT"}},
		{name: "issuer", args: []string{"--jwt-issuer=https://id.example"}, getenv: env("HARBOR_JWT_AUDIENCE", "a"), check: func(c *config) bool { return c.tokens != nil }},
		{
			name: "issuer without audience, bad secret", args: []string{"--jwt-issuer=i", "--jwt-keys-url=http://id.example/keys"},
			errs: []string{"Audience is empty", `KeysURL: "http://id.example/keys" is not https`},
		},
		{name: "bad secret", args: []string{"--jwt-issuer=i"}, getenv: env("HARBOR_JWT_SECRET", "hunter2"), errs: []string{"HARBOR_JWT_SECRET: want at least 32 bytes in base64"}},
		{name: "merchant", args: []string{"add-merchant", "--data=d", "acme", "Acme, Inc."}, check: func(c *config) bool {
			return c.place.dir == "d" && c.merchant == harbor.Merchant{ID: "acme", Name: "Acme, Inc."}
		}},
		{name: "merchant without a name", args: []string{"add-merchant", "acme"}, errs: []string{"1 arguments: want the ID and the name"}},
		{name: "bad merchant", args: []string{"add-merchant", "a b", ""}, errs: []string{`merchant ID "a b"`, "name has 0 bytes"}},
		{name: "help", args: []string{"--help"}, check: func(c *config) bool { return c == nil }},
		{name: "unknown flag", args: []string{"--port", "1", "--timeout=5", "--bogus"}, errs: []string{"-port: see harbor --help", `--timeout: "5"`, "-bogus: see"}},
		{name: "flags behind arguments", args: []string{"add-merchant", "acme", "--data=d", "--", "-A"}, check: func(c *config) bool {
			return c.place.dir == "d" && c.merchant == harbor.Merchant{ID: "acme", Name: "-A"}
		}},
		{name: "flags before a command", args: []string{"--data", "d", "migrate", "--addr=:1", "down"}, check: func(c *config) bool {
			return c.command == "migrate" && c.direction == "down" && c.place.dir == "d" && c.addr == ":1"
		}},
		{name: "nowhere to listen", args: []string{"--addr=nowhere"}, getenv: env("HARBOR_ADMIN_ADDR", ":99999"), errs: []string{`--addr: "nowhere": want host:port`, `HARBOR_ADMIN_ADDR: ":99999"`}},
		{
			name: "limits", args: []string{"--timeout=2s", "--trusted-proxies", "10.0.0.0/8, ::1"}, getenv: env("HARBOR_MAX_CONCURRENT", "7", "HARBOR_DRAIN_DELAY", "1m"),
			check: func(c *config) bool {
				return c.limits.timeout == 2*time.Second && len(c.proxies) == 2 && c.limits.concurrent == 7 && c.timeouts.drain == time.Minute
			},
		},
		{
			name: "bad limits", args: []string{"--timeout=5", "--max-concurrent=-1", "--trusted-proxies=10.0.0.0/33", "--trusted-hosts=a b", "--tls-cert=a"},
			getenv: env("HARBOR_DRAIN_DELAY", "-1s", "HARBOR_CORS_ORIGINS", "https://a/b"),
			errs: []string{
				`--timeout: "5"`, `--max-concurrent: "-1"`, "--trusted-proxies: ", "10.0.0.0/33", "--trusted-hosts: ", "need each other",
				`HARBOR_DRAIN_DELAY: "-1s"`, "--cors-origins: ", "https://a/b",
			},
		},
		{
			name: "bad quotas", args: []string{"--rate-limit=1", "--rate-burst=99999999999", "--auth-failures=60000001", "--redis-url=http://:hunter2@redis"},
			errs: []string{`"merchant": a Burst of`, `"authentication": Quota is 60000001`, "--redis-url: want redis://"},
		},
		{
			name: "webhooks", args: []string{"--webhook-allow", "10.1.0.0/16, ::1/128", "--webhook-url=http://10.1.2.3:80/hooks"},
			getenv: env("HARBOR_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
			check: func(c *config) bool {
				return len(c.webhooks.guard.Allow) == 2 && c.webhooks.url == "http://10.1.2.3:80/hooks" && c.webhooks.secret.Reveal() == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
			},
		},
		{
			name: "bad webhooks", args: []string{"--webhook-allow=10.1.2.3,10.0.0.0/33", "--webhook-url=https://receiver.example"}, getenv: env("HARBOR_WEBHOOK_SECRET", "whsec_hunter2"),
			errs: []string{`--webhook-allow: "10.1.2.3": want a network`, `"10.0.0.0/33"`, "HARBOR_WEBHOOK_SECRET: webhook: a secret is whsec_"},
		},
		{name: "webhooks without a secret", args: []string{"--webhook-url=https://receiver.example"}, errs: []string{"--webhook-url and --webhook-secret need each other"}},
		{
			name: "webhook to a private address", args: []string{"--webhook-url=https://10.1.2.3", "--webhook-secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
			errs: []string{"--webhook-url: nothing can be sent there: the address is not public; see --webhook-allow"},
		},
		{name: "PostgreSQL", getenv: env("HARBOR_DATABASE_URL", "postgres://harbor:hunter2@db.example:6432/orders?sslmode=disable"), check: func(c *config) bool {
			return c.place.String() == "orders at db.example:6432" && strings.Contains(c.place.url, "hunter2")
		}},
		{name: "two databases", args: []string{"--data=d"}, getenv: env("HARBOR_DATABASE_URL", "postgres://h/d"), errs: []string{"--database-url and --data exclude each other"}},
		{name: "another database", args: []string{"--database-url=mysql://u:hunter2@h/d"}, errs: []string{"--database-url: want postgres://"}},
		{name: "bad database", args: []string{"--database-url=postgres://u:hunter2@h:port/d"}, errs: []string{"--database-url: "}},
		{name: "bad pool", args: []string{"--database-url=postgres://u:hunter2@h/d?pool_max_conns=x"}, errs: []string{"--database-url: ", "pool_max_conns"}},
		{name: "migrate down", args: []string{"migrate", "down", "--data=d"}, check: func(c *config) bool { return c.direction == "down" && c.place.dir == "d" }},
		{name: "migrate", args: []string{"migrate"}, check: func(c *config) bool { return c.direction == "up" }},
		{name: "migrate sideways", args: []string{"migrate", "sideways"}, errs: []string{`argument "sideways": want up, down, status`}},
		{name: "no docs", args: []string{"--docs=false"}, check: func(c *config) bool { return !c.docs }},
		{name: "docs", args: []string{"--docs", "--timeout=1s"}, getenv: env("HARBOR_DOCS", "0"), check: func(c *config) bool { return c.docs && c.limits.timeout == time.Second }},
		{name: "docs or not", args: []string{"--docs=perhaps"}, errs: []string{`--docs: "perhaps": want true or false`}},
		{name: "files that are not there", args: []string{"--tls-cert=a.pem", "--tls-key=b.pem"}, errs: []string{"--tls-cert, --tls-key: open a.pem"}},
		{
			name: "all mistakes at once", args: []string{"start", "--log-level=loud", "now"}, getenv: env("HARBOR_CURSOR_KEY", "hunter2", "HARBOR_API_KEY", "hk_hunter2"),
			errs: []string{`command "start"`, `argument "now"`, `"loud"`, "HARBOR_CURSOR_KEY", "HARBOR_API_KEY: an API key is hk_"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.getenv == nil {
				tt.getenv = noEnv
			}
			cfg, err := parse(tt.args, tt.getenv, io.Discard)
			for _, want := range tt.errs {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("parse(%q): got error %v, want one about %q", tt.args, err, want)
				}
			}
			if tt.errs == nil && (err != nil || !tt.check(cfg)) {
				t.Errorf("parse(%q): got %+v, %v", tt.args, cfg, err)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

func TestAMalformedSecretIsNotMissed(t *testing.T) {
	_, err := parse([]string{"--webhook-url=https://receiver.example", "--webhook-secret=whsec_short"}, noEnv, io.Discard)
	assert.Equal(t, fmt.Sprint(err), "--webhook-secret: webhook: a secret is whsec_ and the base64 text of 24 to 64 bytes")
}

// Help can be read page by page and searched: it goes to where results go.
func TestHelpNamesCommandsAndFlags(t *testing.T) {
	var out bytes.Buffer
	assert.NoError(t, run(t.Context(), []string{"migrate", "--help"}, noEnv, &out, io.Discard))
	for _, want := range []string{"harbor migrate status ", "harbor add-merchant ID NAME ", "\n  --addr host:port\n", "(default 127.0.0.1:8000)\n", "\n  --docs\n"} {
		assert.Contains(t, out.String(), want)
	}
}

// started is a service that run serves on a free port.
type started struct {
	url  string
	key  string       // of the demo merchant
	said string       // on stdout up to the URL
	stop func() error // ends it and returns what run returned
	logs *bytes.Buffer
}

var shownKey = regexp.MustCompile(`API key of the merchant demo, shown only now: (hk_[A-Z2-7]{26})\n`)

func start(t *testing.T, db string, getenv func(string) string) *started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	s := &started{logs: new(bytes.Buffer)}
	done := make(chan error, 1)
	go func() {
		err := run(ctx, in(db, "serve", "--addr", "127.0.0.1:0"), getenv, w, s.logs)
		w.CloseWithError(io.EOF)
		done <- err
	}()
	s.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = s.stop() })
	lines := bufio.NewReader(stdout)
	for s.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the service did not start: %v", s.stop())
		}
		s.said += line
		if _, address, ok := strings.Cut(strings.TrimSpace(line), "listens on "); ok {
			s.url = address
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	if m := shownKey.FindStringSubmatch(s.said); m != nil {
		s.key = m[1]
	}
	return s
}

// do sends a request with the key that the service has shown, if it has.
func (s *started) do(t *testing.T, method, target, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+target, strings.NewReader(body))
	assert.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.key != "" {
		r.Header.Set("Authorization", "Bearer "+s.key)
	}
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Del(headers[i]); headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	resp, err := http.DefaultClient.Do(r)
	assert.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	return resp, string(text)
}

const payload = `{"customer_id":"cus_1","amount_cents":1999,"currency":"EUR"}`

// Whoever has got the answer finds the order in the list, whatever others write meanwhile.
func TestH6AnAcknowledgedOrderIsInTheNextList(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for i := range 5 {
				created, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", fmt.Sprint(client, "-", i))
				assert.Equal(t, created.StatusCode, http.StatusCreated)
				_, list := s.do(t, "GET", "/v1/customers/cus_1/orders?limit=100", "")
				assert.Contains(t, list, body)
			}
		})
	}
	wg.Wait()
}

// Orders, replays and cursors outlive the process.
func TestServiceSurvivesARestart(t *testing.T) { onBoth(t, testServiceSurvivesARestart) }

func testServiceSurvivesARestart(t *testing.T, db string) {
	s := start(t, db, noEnv)
	key := s.key
	created, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "k")
	assert.Equal(t, created.StatusCode, http.StatusCreated)
	s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "l")
	_, text := s.do(t, "GET", "/v1/customers/cus_1/orders?limit=1", "")
	var page struct {
		Next string `json:"next_cursor"`
	}
	assert.NoError(t, json.Unmarshal([]byte(text), &page))
	assert.NoError(t, s.stop())

	s = start(t, db, noEnv)
	assert.Equal(t, s.key, "", "shown at the second start")
	s.key = key
	replay, again := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "k")
	assert.Equal(t, replay.StatusCode, http.StatusOK)
	assert.Equal(t, again, body)
	_, order := s.do(t, "GET", created.Header.Get("Location"), "")
	assert.Equal(t, order, body)
	next, list := s.do(t, "GET", "/v1/customers/cus_1/orders?cursor="+page.Next, "")
	assert.Equal(t, next.StatusCode, http.StatusOK)
	assert.Contains(t, list, body)
	assert.NoError(t, s.stop())

	// Another key makes the cursor a forgery.
	s = start(t, db, func(name string) string {
		if name == "HARBOR_CURSOR_KEY" {
			return "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
		}
		return ""
	})
	s.key = key
	forged, _ := s.do(t, "GET", "/v1/customers/cus_1/orders?cursor="+page.Next, "")
	assert.Equal(t, forged.StatusCode, http.StatusUnprocessableEntity)
}

func TestEveryRequestIsLoggedOnce(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	s.do(t, "GET", "/readyz", "", "X-Request-Id", "probe-1")
	s.do(t, "GET", "/docs", "")
	resp, _ := s.do(t, "GET", "/nowhere?token=secret", "")
	assert.Equal(t, resp.StatusCode, http.StatusNotFound)
	assert.NoError(t, s.stop())
	if strings.Contains(s.logs.String(), "secret") {
		t.Errorf("the log has what a query said: %s", s.logs)
	}
	seen := make(map[string]int)
	for line := range strings.Lines(s.logs.String()) {
		var entry map[string]any
		assert.NoError(t, json.Unmarshal([]byte(line), &entry), line)
		if entry["msg"] == "request" {
			route, _ := entry["route"].(string)
			seen[route]++
		}
		if entry["route"] == "/readyz" {
			assert.Equal(t, entry["request_id"], any("probe-1"))
		}
	}
	assert.Equal(t, seen["/readyz"], 1)
	assert.Equal(t, seen[""] >= 1, true)
}

func TestServeReportsAPortInUse(t *testing.T) {
	s := start(t, t.TempDir(), noEnv)
	addr := strings.TrimPrefix(s.url, "http://")
	err := run(t.Context(), []string{"--addr", addr, "--data", t.TempDir()}, noEnv, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "listen") {
		t.Errorf("got %v, want an error about listening", err)
	}
}
