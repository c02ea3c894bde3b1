package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
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
	assert.Equal(t, len(lines), 7)
	assert.Contains(t, out.String(), "POST  /v1/orders ")
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
			return c.command == "serve" && c.addr == "127.0.0.1:8000" && c.data == "./harbor-data" && c.logLevel == 0 && c.cursorKey == nil
		}},
		{name: "flags", args: []string{"migrate", "--addr", ":1", "--data=d", "--log-level", "debug"}, check: func(c *config) bool {
			return c.command == "migrate" && c.addr == ":1" && c.data == "d" && c.logLevel == -4
		}},
		{name: "environment", getenv: env("HARBOR_ADDR", ":2", "HARBOR_DATA", "e", "HARBOR_LOG_LEVEL", "error"), check: func(c *config) bool {
			return c.addr == ":2" && c.data == "e" && c.logLevel == 8
		}},
		{name: "flag before environment", args: []string{"-addr", ":1"}, getenv: env("HARBOR_ADDR", ":2"), check: func(c *config) bool { return c.addr == ":1" }},
		{name: "cursor key", getenv: env("HARBOR_CURSOR_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="), check: func(c *config) bool { return len(c.cursorKey) == 32 }},
		{name: "help", args: []string{"--help"}, check: func(c *config) bool { return c == nil }},
		{name: "unknown flag", args: []string{"--port=1"}, errs: []string{"bad flags"}},
		{
			name: "all mistakes at once", args: []string{"start", "--log-level=loud", "now"}, getenv: env("HARBOR_CURSOR_KEY", "secret"),
			errs: []string{`command "start"`, `argument "now"`, `"loud"`, "HARBOR_CURSOR_KEY"},
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
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

func TestMigrate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for range 2 {
		var out bytes.Buffer
		assert.NoError(t, run(t.Context(), []string{"migrate", "--data", dir}, noEnv, &out, io.Discard))
		assert.Contains(t, out.String(), "has version ")
	}
}

// started is a service that run serves on a free port.
type started struct {
	url  string
	stop func() error // ends it and returns what run returned
	logs *bytes.Buffer
}

func start(t *testing.T, dir string, getenv func(string) string) *started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	s := &started{logs: new(bytes.Buffer)}
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"--addr", "127.0.0.1:0", "--data", dir}, getenv, w, s.logs)
		w.CloseWithError(io.EOF)
		done <- err
	}()
	s.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = s.stop() })
	banner := make([]byte, 200)
	n, err := stdout.Read(banner)
	if err != nil {
		t.Fatalf("the service did not start: %v", s.stop())
	}
	line, _, _ := strings.Cut(string(banner[:n]), "\n")
	s.url = line[strings.Index(line, "http://"):]
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return s
}

func (s *started) do(t *testing.T, method, target, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+target, strings.NewReader(body))
	assert.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	assert.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	return resp, string(text)
}

const payload = `{"customer_id":"cus_1","amount_cents":1999,"currency":"EUR"}`

// Orders, replays and cursors outlive the process.
func TestServiceSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	s := start(t, dir, noEnv)
	created, body := s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "k")
	assert.Equal(t, created.StatusCode, http.StatusCreated)
	s.do(t, "POST", "/v1/orders", payload, "Idempotency-Key", "l")
	_, text := s.do(t, "GET", "/v1/customers/cus_1/orders?limit=1", "")
	var page struct {
		Next string `json:"next_cursor"`
	}
	assert.NoError(t, json.Unmarshal([]byte(text), &page))
	assert.NoError(t, s.stop())

	s = start(t, dir, noEnv)
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
	s = start(t, dir, func(name string) string {
		if name == "HARBOR_CURSOR_KEY" {
			return "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
		}
		return ""
	})
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
