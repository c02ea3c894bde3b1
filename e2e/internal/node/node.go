// Package node gives tests the npm packages that a package-lock.json names.
package node

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Need returns the path of a program. Without it the test fails where CI is set, and is skipped elsewhere.
func Need(t *testing.T, program string) string {
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

var installing sync.Mutex

// Modules returns the folder node_modules with what package.json and package-lock.json of a folder
// name. They are installed once, into the cache of the user. It needs npm as [Need] does.
func Modules(t *testing.T, folder string) string {
	t.Helper()
	Need(t, "npm")
	installing.Lock()
	defer installing.Unlock()
	dir, err := install(folder)
	if err != nil {
		t.Fatalf("npm packages of %s: %v", folder, err)
	}
	return filepath.Join(dir, "node_modules")
}

// install installs what package-lock.json names, unless it has been before, and returns the folder.
func install(folder string) (string, error) {
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache, "tenon-e2e", "npm-"+hex.EncodeToString(sum[:8]))
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
		text, err := os.ReadFile(filepath.Join(folder, name))
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
}
