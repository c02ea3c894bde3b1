package e2e_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// seed decides what tests do at random.
var seed = flag.Uint64("seed", 1, "`number` that decides what tests do at random")

// scratch is a folder for what all tests share.
var scratch string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tenon-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	scratch = dir
	return m.Run()
}

// harborProgram compiles Harbor Payments, once, as the workspace has it.
var harborProgram = sync.OnceValues(func() (string, error) {
	workspace, err := filepath.Abs("../go.work")
	if err != nil {
		return "", err
	}
	program := filepath.Join(scratch, "harbor")
	cmd := exec.Command("go", "build", "-o", program, "./harbor/cmd/harbor")
	cmd.Dir = "../services"
	cmd.Env = append(os.Environ(), "GOWORK="+workspace)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build harbor: %w\n%s", err, out)
	}
	return program, nil
})

// goTool runs the go command in dir, outside of any workspace, and returns what it prints.
func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %q: %v\n%s%s", args, err, &stdout, &stderr)
	}
	return stdout.String()
}

// corpus returns a folder of the public test data, or skips the test.
func corpus(t *testing.T, elem ...string) string {
	t.Helper()
	root := os.Getenv("TENON_CORPORA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "corpora")
	}
	dir := filepath.Join(root, filepath.Join(elem...))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped: there is no public test data here (TENON_CORPORA names its folder): %v", err)
	}
	return dir
}
