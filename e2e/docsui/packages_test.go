package docsui_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// need returns the path of a program. Without it the test fails where CI is set, and skips elsewhere.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") != "":
		t.Fatalf("CI is set, and %v", err)
	default:
		t.Skipf("skipped: %v", err)
	}
	return ""
}

// npmPackage returns the folder of an npm package that package-lock.json names.
func npmPackage(t *testing.T, name string) fs.FS {
	t.Helper()
	need(t, "npm")
	dir, err := npmPackages()
	assert.NoError(t, err)
	return os.DirFS(filepath.Join(dir, "node_modules", filepath.FromSlash(name)))
}

// npmPackages installs what package-lock.json names, unless it has been before, and returns the folder.
var npmPackages = sync.OnceValues(func() (string, error) {
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache, "tenon-e2e", "docsui-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil // it has its name only when it is whole
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), "installing-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(work, name), text, 0o644); err != nil {
			return "", err
		}
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = work
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	if err := os.Rename(work, dir); err != nil {
		if _, gone := os.Stat(dir); gone != nil {
			return "", err
		} // else another process was faster
	}
	return dir, nil
})
