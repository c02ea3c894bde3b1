package e2e_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/e2e/internal/node"
	"github.com/tenonapi/tenon/internal/assert"
)

// workspace returns a folder with what is in the folder typescript, its npm packages and all documents.
func workspace(t *testing.T, documents map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	assert.NoError(t, os.CopyFS(dir, os.DirFS("typescript")))
	assert.NoError(t, os.Symlink(node.Modules(t, "typescript"), filepath.Join(dir, "node_modules")))
	assert.NoError(t, os.Mkdir(filepath.Join(dir, "documents"), 0o755))
	for name, text := range documents {
		assert.NoError(t, os.WriteFile(filepath.Join(dir, "documents", name+".json"), text, 0o644))
	}
	return dir
}

// execute runs a program in a folder, which must succeed, and returns what it prints.
func execute(t *testing.T, dir string, env []string, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), node.Need(t, program), args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// A client that is generated from a document compiles under the strictest rules of TypeScript and
// talks to the application.
func TestGeneratedClientsTalkToTheirApplications(t *testing.T) {
	w := &workshop{tools: make(map[int]tool)}
	app, err := tenon.New(tenon.Config{Title: "Workshop", Version: "1.0.0", Document: "/openapi.json"}, w.routes)
	assert.NoError(t, err)
	server := httptest.NewServer(app)
	defer server.Close()
	all := documents(t)
	all["workshop"], err = app.Document().JSON()
	assert.NoError(t, err)

	dir := workspace(t, all)
	execute(t, dir, nil, "node", "generate.mjs")
	execute(t, dir, nil, "node", "node_modules/typescript/bin/tsc", "--project", ".")

	h := start(t, t.TempDir())
	execute(t, dir, []string{"URL=" + server.URL}, "node", "out/workshop.js")
	execute(t, dir, []string{"URL=" + h.url, "KEY=" + apiKey}, "node", "out/harbor.js")
}

// Spectral finds no error in a document, and nothing at all in that of Harbor Payments: the others have
// no prose, for they are about kinds of types.
func TestSpectralFindsNoError(t *testing.T) {
	dir := workspace(t, documents(t))
	lint := []string{"node_modules/@stoplight/spectral-cli/dist/index.js", "lint", "--ruleset=spectral.yaml", "--fail-on-unmatched-globs"}
	execute(t, dir, nil, "node", append(lint, "--display-only-failures", "documents/*.json")...)
	execute(t, dir, nil, "node", append(lint, "--fail-severity=hint", "documents/harbor.json")...)
}
