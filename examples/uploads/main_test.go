package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestUploads(t *testing.T) {
	folder := t.TempDir()
	app, err := newApp(folder)
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	picture := new(bytes.Buffer)
	assert.NoError(t, png.Encode(picture, image.NewGray(image.Rect(0, 0, 7, 5))))
	part := func(name, content string) string {
		return "--X\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + content + "\r\n"
	}
	send := func(target, body string) *tenontest.Response {
		return c.Do("POST", target, body+"--X--\r\n", "Content-Type: multipart/form-data; boundary=X")
	}
	file := func(name, mediaType, content string) string {
		return fmt.Sprintf("--X\r\nContent-Disposition: form-data; name=%s\r\nContent-Type: %s\r\n\r\n%s\r\n", name, mediaType, content)
	}

	r := send("/articles", part("title", "T")+part("tag", "a")+file(`cover; filename="c.png"`, "image/png", picture.String())+file(`picture; filename="p"`, "image/gif", "12345"))
	assert.Equal(t, string(r.Body), `{"title":"T","tags":["a"],"width":7,"pictures":5}`)
	r = send("/articles", part("title", "T")+file(`cover; filename="c.png"`, "image/png", "no picture"))
	assert.Equal(t, r.Status, 422)
	assert.Contains(t, string(r.Body), `"type":"image","loc":["body","cover"]`)
	r = send("/articles", file(`picture; filename="p"`, "text/html", "<"))
	assert.Equal(t, len(c.Problem(r).Issues), 2, "no title, and another type")

	for _, r := range []*tenontest.Response{
		send("/people", part("name", "Ada")+part("topic", "go")+part(`"address[city]"`, "Basel")+part("profile", `{"theme":"dark"}`)),
		c.Do("POST", "/people", `name=Ada&topic=go&address[city]=Basel&profile={"theme":"dark"}`, "Content-Type: application/x-www-form-urlencoded"),
	} {
		assert.Equal(t, string(r.Body), `"Ada from Basel: [go] map[theme:dark]"`)
	}
	r = send("/people", part("name", "Ada")+part("nmae", "Ada"))
	assert.Contains(t, string(r.Body), `"type":"extra_forbidden","loc":["body","nmae"]`)

	r = send("/archive", file(`file; filename="../../etc/passwd"`, "text/plain", "root"))
	assert.Contains(t, string(r.Body), `"name":"../../etc/passwd","bytes":4}]`)
	stored, err := filepath.Glob(filepath.Join(folder, "*"))
	assert.NoError(t, err)
	assert.Equal(t, len(stored), 1)
	text, err := os.ReadFile(stored[0])
	assert.NoError(t, err)
	assert.Equal(t, string(text), "root")
}
