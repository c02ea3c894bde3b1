package main

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestHello(t *testing.T) {
	app, err := newApp()
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	r := c.Do(http.MethodGet, "/hello/Ada?times=2", "")
	assert.Equal(t, string(r.Body), `{"lines":["Hello, Ada!","Hello, Ada!"]}`)
	p := c.Problem(c.Do(http.MethodGet, "/hello/"+strings.Repeat("x", 41)+"?times=4", ""))
	assert.Equal(t, len(p.Issues), 2)
}

// The README shows this program, not one that was it once.
func TestReadmeShowsThisProgram(t *testing.T) {
	program, err := os.ReadFile("main.go")
	assert.NoError(t, err)
	readme, err := os.ReadFile("../../README.md")
	assert.NoError(t, err)
	_, sample, _ := strings.Cut(string(program), "package main")
	assert.Contains(t, string(readme), "```go\npackage main"+sample+"```")
}
