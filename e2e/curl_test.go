package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// curl runs a shell command that calls curl and returns what it prints.
func curl(t *testing.T, command string) string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatalf("%v: make e2e installs it", err)
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", command).Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// commandsOf returns the calls of curl in a page.
func commandsOf(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	assert.NoError(t, err)
	return regexp.MustCompile(`(?m)^curl (?:.*\\\n)*.*$`).FindAllString(string(text), -1)
}

var statusLine = regexp.MustCompile(`^HTTP/1\.1 (\d+)`)

// status runs a command of a page against h, and returns the status that it prints and all else.
func (h *harbor) status(t *testing.T, command string) (status, out string) {
	t.Helper()
	here := strings.ReplaceAll(command, "http://127.0.0.1:8000", h.url)
	if here == command {
		t.Fatalf("the command does not use the address on which the service listens: %s", command)
	}
	out = curl(t, here)
	m := statusLine.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("%s\nprints no answer: %s", command, out)
	}
	return m[1], out
}

// A reader of the README gets what it promises.
func TestCommandsOfTheReadmeWork(t *testing.T) {
	h := start(t, t.TempDir(), "HARBOR_LOG_LEVEL=info") // shows a key
	t.Setenv("KEY", h.key)
	var got []string
	for _, command := range commandsOf(t, "../README.md") {
		status, _ := h.status(t, command)
		got = append(got, status)
	}
	// Created, listed, refused with everything that is wrong, and for want of a key.
	assert.Equal(t, got, []string{"201", "200", "422", "401"})
	h.healthy(t)
}

// What the README of Harbor Payments says of webhooks works, with a receiver of this machine.
func TestCommandsOfTheReadmeOfHarborWork(t *testing.T) {
	h := start(t, t.TempDir(), "HARBOR_API_KEY="+apiKey, "HARBOR_WEBHOOK_ALLOW=127.0.0.0/8")
	t.Setenv("KEY", apiKey)
	received := make(chan string, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received <- r.Header.Get("Webhook-Id") }))
	t.Cleanup(receiver.Close)
	var got []string
	for i, command := range commandsOf(t, "../services/harbor/README.md") {
		status, out := h.status(t, strings.ReplaceAll(command, "http://127.0.0.1:9000", receiver.URL))
		got = append(got, status)
		switch i {
		case 0:
			t.Setenv("ENDPOINT", regexp.MustCompile(`"id":"(\w+)"`).FindStringSubmatch(out)[1])
			assert.Contains(t, out, `"secret":"whsec_`)
			newClient(t, h.url).create("k", []byte(payload))
			t.Setenv("EVENT", <-received)
		case 1:
			assert.Contains(t, out, `"event_id":"`+os.Getenv("EVENT"))
			t.Setenv("DELIVERY", regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(out)[1])
		case 2:
			assert.Equal(t, <-received, os.Getenv("EVENT"))
		}
	}
	assert.Equal(t, got, []string{"201", "200", "202", "200", "200"})
	h.healthy(t)
}

// curl asks before it sends a large body, and takes the connection as its server leaves it.
func TestCurlIsToldBeforeItSends(t *testing.T) {
	h := start(t, t.TempDir())
	for name, tt := range map[string]struct{ command, want string }{
		"2 MiB": {
			"head -c 2097152 /dev/zero | curl -s -o /dev/null -w '%{http_code} %{content_type}' -H 'Content-Type: application/json'" +
				" -H 'Idempotency-Key: k' -H '" + authorization + "' --data-binary @- " + h.url + "/v1/orders",
			"413 application/problem+json",
		},
		"text/plain": {
			"curl -s -o /dev/null -w '%{http_code} %{content_type}' -H 'Content-Type: text/plain' -H 'Idempotency-Key: k' -H '" + authorization + "'" +
				" -d '" + payload + "' " + h.url + "/v1/orders",
			"415 application/problem+json",
		},
		"docs":     {"curl -s -o /dev/null -w '%{http_code} %{content_type}' " + h.url + "/docs", "200 text/html; charset=utf-8"},
		"document": {"curl -s " + h.url + "/openapi.json | cmp - ../services/harbor/openapi.json && echo same", "same\n"},
	} {
		assert.Equal(t, curl(t, tt.command), tt.want, name)
	}
	h.healthy(t)
}
