package e2e_test

import (
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

// A reader of the README gets what it promises.
func TestCommandsOfTheReadmeWork(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	assert.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^curl (?:.*\\\n)*.*$`).FindAllString(string(text), -1)
	h := start(t, t.TempDir(), "HARBOR_LOG_LEVEL=info") // shows a key
	t.Setenv("KEY", h.key)
	statuses := regexp.MustCompile(`^HTTP/1\.1 (\d+)`)
	var got []string
	for _, command := range commands {
		here := strings.ReplaceAll(command, "http://127.0.0.1:8000", h.url)
		if here == command {
			t.Errorf("the command does not use the address on which the service listens: %s", command)
			continue
		}
		out := curl(t, here)
		if m := statuses.FindStringSubmatch(out); m != nil {
			got = append(got, m[1])
		} else {
			t.Errorf("%s\nprints no answer: %s", command, out)
		}
	}
	// Created, listed, refused with everything that is wrong, and for want of a key.
	assert.Equal(t, got, []string{"201", "200", "422", "401"})
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
