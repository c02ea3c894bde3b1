package main

import (
	"bytes"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const program = `package main

import (
	"context"

	"github.com/tenonapi/tenon"
)

type getOrder struct {
	ID string ` + "`path:\"order_id\" check:\"format=uuid,maxLenght=36\"`" + `
}

func main() {
	tenon.New(tenon.Config{Title: "Orders", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/orders/{order_id}", func(context.Context, *getOrder) (struct{}, error) { return struct{}{}, nil })
	})
}
`

func TestGoVetReportsAtTheField(t *testing.T) {
	dir := module(t, map[string]string{"main.go": program})
	got := output(t, goCommand(dir, offline, "vet", "-vettool="+tool, "./..."), 1)
	got = strings.TrimPrefix(got, "# example.com/app\n# [example.com/app]\n") // depends on the version of Go
	if want := "main.go:10:2: unknown rule \"maxLenght\", did you mean maxLength?\n"; strings.TrimPrefix(got, "./") != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestRunsWithoutGoVet(t *testing.T) {
	dir := module(t, map[string]string{"main.go": program})
	cmd := goCommand(dir, offline)
	cmd.Path, cmd.Args = tool, []string{"tenonvet", "./..."}
	got := output(t, cmd, 3)
	if want := "main.go:10:2: unknown rule \"maxLenght\", did you mean maxLength?\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestNothingToReport runs on programs of this repository, which start.
func TestNothingToReport(t *testing.T) {
	dir := filepath.Join("..", "..", "services")
	if got := output(t, goCommand(dir, nil, "vet", "-vettool="+tool, "./..."), 0); got != "" {
		t.Errorf("got:\n%s", got)
	}
}

// tool is the path of the command, which TestMain builds.
var tool string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tenonvet")
	if err != nil {
		log.Fatal(err)
	}
	tool = filepath.Join(dir, "tenonvet")
	if out, err := goCommand(".", nil, "build", "-o", tool, ".").CombinedOutput(); err != nil {
		log.Fatalf("%v\n%s", err, out)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// module writes the files of a module that uses the framework of this repository.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	files["go.mod"] = "module example.com/app\n\ngo 1.26\n\nrequire github.com/tenonapi/tenon v0.0.0\n\n" +
		"replace github.com/tenonapi/tenon => " + root + "\n"
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// offline is the environment of a module that module has written.
var offline = []string{"GOFLAGS=-mod=mod", "GOPROXY=off"}

func goCommand(dir string, env []string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	return cmd
}

// output runs a command that ends with a code and returns what it prints.
func output(t *testing.T, cmd *exec.Cmd, code int) string {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%v ended with code %d (%v), want %d:\n%s", cmd, got, err, code, out.String())
	}
	return out.String()
}

func TestBoundsAreReportedOnRequest(t *testing.T) {
	dir := module(t, map[string]string{"main.go": strings.Replace(program, "format=uuid,maxLenght=36", "minLength=1", 1)})
	if got := output(t, goCommand(dir, offline, "vet", "-vettool="+tool, "./..."), 0); got != "" {
		t.Errorf("got:\n%s", got)
	}
	got := output(t, goCommand(dir, offline, "vet", "-vettool="+tool, "-bounds", "./..."), 1)
	if want := "main.go:10:2: unbounded input: want maxLength=…\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
