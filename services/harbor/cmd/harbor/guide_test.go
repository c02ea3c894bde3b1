package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/adapters/jwtauth"
	"github.com/tenonapi/tenon/internal/assert"
)

// flagTable returns the flags as a table in Markdown.
func flagTable() string {
	s := newSettings()
	new(config).define(s, new(jwtauth.Config))
	var b strings.Builder
	b.WriteString("| flag | variable | default | what it is |\n| --- | --- | --- | --- |\n")
	s.flags.VisitAll(func(f *flag.Flag) {
		_, usage := flag.UnquoteUsage(f)
		otherwise := "none"
		if f.DefValue != "" {
			otherwise = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", f.Name, variable(f.Name), otherwise, usage)
	})
	return b.String()
}

func TestTheReadmeListsAllFlags(t *testing.T) {
	const readme = "../../README.md"
	text, err := os.ReadFile(readme)
	assert.NoError(t, err)
	head, rest, _ := strings.Cut(string(text), " -update -->\n")
	_, tail, ok := strings.Cut(rest, "<!-- end -->")
	assert.Equal(t, ok, true, "the table has its place")
	want := head + " -update -->\n" + flagTable() + "<!-- end -->" + tail
	if assert.Update() {
		assert.NoError(t, os.WriteFile(readme, []byte(want), 0o644))
		return
	}
	assert.Equal(t, string(text), want, "run go test ./harbor/cmd/harbor -update")
}

// The commands of the guide to production do what it says, but for addresses and folders.
func TestCommandsOfTheGuideWork(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/production.md")
	assert.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^harbor .*$`).FindAllString(string(text), -1)
	assert.Equal(t, len(commands), 2)
	dir := t.TempDir()
	here := strings.NewReplacer("0.0.0.0:8000", "127.0.0.1:0", "127.0.0.1:8001", "127.0.0.1:0", "/var/lib/harbor", dir, "drain-delay 10s", "drain-delay 1ms")
	arguments := func(command string) []string { return strings.Fields(here.Replace(command))[1:] }
	assert.NoError(t, run(t.Context(), arguments(commands[0]), noEnv, io.Discard, io.Discard))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stdout, w := io.Pipe()
	served := make(chan error, 1)
	go func() {
		err := run(ctx, arguments(commands[1]), noEnv, w, io.Discard)
		w.CloseWithError(io.EOF)
		served <- err
	}()
	said := make([]byte, 0, 1<<10)
	for !strings.Contains(string(said), "/docs\n") {
		part := make([]byte, 1<<10)
		n, err := stdout.Read(part)
		said = append(said, part[:n]...)
		assert.NoError(t, err, string(said))
	}
	assert.Contains(t, string(said), "Profiles: ")
	cancel()
	assert.NoError(t, <-served)
}

// Flags and variables that the guide names exist, and so do their limits.
func TestTheGuideNamesFlagsThatExist(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/production.md")
	assert.NoError(t, err)
	known := flagTable() + "HARBOR_CURSOR_KEY HARBOR_JWT_SECRET"
	names := regexp.MustCompile(`--[a-z][a-z-]+|HARBOR_[A-Z_]+`).FindAllString(string(text), -1)
	for _, name := range names {
		if !strings.Contains(known, name) {
			t.Errorf("the guide names %s, which is no flag and no variable", name)
		}
	}
	assert.Equal(t, len(names) > 20, true)
}
