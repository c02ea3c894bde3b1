package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

const module = "github.com/tenonapi/tenon"

// consumer is a program of a user in a module of its own.
const consumer = `package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/page"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

type greet struct {
	Name string ` + "`path:\"name\" check:\"maxLength=40\"`" + `
}

type greeting struct {
	Text string ` + "`json:\"text\"`" + `
}

func hello(_ context.Context, in *greet) (greeting, error) {
	if in.Name == "nobody" {
		return greeting{}, problem.New(http.StatusNotFound, "", "")
	}
	return greeting{"Hello, " + in.Name + "!"}, nil
}

func main() {
	app, err := tenon.New(tenon.Config{Title: "Greeter", Version: "1.0.0"}, func(r *tenon.Router) {
		r.Use(tenon.Middleware(middleware.RequestID))
		tenon.Get(r, "/hello/{name}", hello)
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := page.New(page.Config{Key: make([]byte, 32)}); err != nil {
		log.Fatal(err)
	}
	if _, err := schema.Compile[greeting](schema.NewSet(schema.Config{})); err != nil {
		log.Fatal(err)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/hello/Ada", nil))
	fmt.Println(w.Code, w.Body)
}
`

func TestConsumerSeesOneModule(t *testing.T) {
	root, err := filepath.Abs("..")
	assert.NoError(t, err)
	assert.Equal(t, goTool(t, root, "list", "-m", "all"), module+"\n", "modules of the root")

	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module example.com/greeter\n\ngo 1.26\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n",
		"main.go": consumer,
	} {
		assert.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	goTool(t, dir, "mod", "verify")
	program := filepath.Join(dir, "greeter")
	goTool(t, dir, "build", "-mod=readonly", "-o", program, ".")
	modules := strings.Split(strings.TrimSpace(goTool(t, dir, "list", "-m", "-f", "{{.Path}}", "all")), "\n")
	assert.Equal(t, modules, []string{"example.com/greeter", module})
	if _, err := os.Stat(filepath.Join(dir, "go.sum")); err == nil {
		t.Error("the module of the user has got a go.sum")
	}
	linked := regexp.MustCompile(`(?m)^\tdep\t(\S+)`).FindAllStringSubmatch(goTool(t, dir, "version", "-m", program), -1)
	if len(linked) != 1 || linked[0][1] != module {
		t.Errorf("the program links the modules %q, want %s only", linked, module)
	}

	out, err := exec.CommandContext(t.Context(), program).Output()
	assert.NoError(t, err)
	assert.Equal(t, string(out), "200 {\"text\":\"Hello, Ada!\"}\n")
}
