package file_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/file"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

var changed = time.Date(2026, 11, 6, 8, 49, 37, 0, time.UTC)

const at = "Fri, 06 Nov 2026 08:49:37 GMT"

// closable notes that it was closed.
type closable struct {
	io.ReadSeeker
	closed *int
}

func (c closable) Close() error { *c.closed++; return nil }

func newApp(t testing.TB, open func() (file.Content, error)) *tenon.App {
	t.Helper()
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.MapError(fs.ErrNotExist, 404, "file_not_found", "File not found"))
		tenon.Get(r, "/a", func(context.Context, *struct{}) (file.Content, error) { return open() }, tenon.Errors(fs.ErrNotExist))
	})
	assert.NoError(t, err)
	return app
}

func TestRangesAndConditions(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		status  int
		body    string
		ranges  string // Content-Range
	}{
		{"whole", nil, 200, "0123456789", ""},
		{"range", []string{"Range: bytes=2-4"}, 206, "234", "bytes 2-4/10"},
		{"open range", []string{"Range: bytes=7-"}, 206, "789", "bytes 7-9/10"},
		{"last bytes", []string{"Range: bytes=-2"}, 206, "89", "bytes 8-9/10"},
		{"beyond the end", []string{"Range: bytes=5-99"}, 206, "56789", "bytes 5-9/10"},
		{"nothing there", []string{"Range: bytes=10-"}, 416, "", "bytes */10"},
		{"another unit", []string{"Range: lines=1-2"}, 200, "0123456789", ""},
		{"If-Range of the tag", []string{"Range: bytes=2-4", `If-Range: "v1"`}, 206, "234", "bytes 2-4/10"},
		{"If-Range of an old tag", []string{"Range: bytes=2-4", `If-Range: "v0"`}, 200, "0123456789", ""},
		{"If-Range of a weak tag", []string{"Range: bytes=2-4", `If-Range: W/"v1"`}, 200, "0123456789", ""},
		{"If-Range of the date", []string{"Range: bytes=2-4", "If-Range: " + at}, 206, "234", "bytes 2-4/10"},
		{"the client has it", []string{`If-None-Match: "v1"`}, 304, "", ""},
		{"the client has it by date", []string{"If-Modified-Since: " + at}, 304, "", ""},
		{"the client has another", []string{`If-None-Match: "v0"`}, 200, "0123456789", ""},
		{"another is wanted", []string{`If-Match: "v0"`}, 412, "", ""},
	}
	closed := 0
	app := newApp(t, func() (file.Content, error) {
		return file.Content{Reader: closable{strings.NewReader("0123456789"), &closed}, Name: "digits.txt", Modified: changed, ETag: `"v1"`}, nil
	})
	c := tenontest.New(t, app)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Do("GET", "/a", "", tt.headers...)
			assert.Equal(t, closed > 2*i, true)
			assert.Equal(t, r.Status, tt.status)
			assert.Equal(t, r.Header.Get("Content-Range"), tt.ranges)
			head := c.Do("HEAD", "/a", "", tt.headers...)
			assert.Equal(t, head.Status, tt.status)
			assert.Equal(t, string(head.Body), "")
			if tt.status >= 400 {
				assert.Equal(t, c.Problem(r).Status, tt.status)
				assert.Equal(t, r.Header.Get("Etag"), "", "of the file")
				return
			}
			assert.Equal(t, string(r.Body), tt.body)
			assert.Equal(t, r.Header.Get("Etag"), `"v1"`)
			if tt.status != 304 {
				assert.Equal(t, r.Header.Get("Content-Length"), fmt.Sprint(len(tt.body)))
				assert.Equal(t, r.Header.Get("Last-Modified"), at)
				assert.Equal(t, r.Header.Get("Content-Type"), "text/plain; charset=utf-8")
				assert.Equal(t, r.Header.Get("X-Content-Type-Options"), "nosniff")
				assert.Equal(t, r.Header.Get("Content-Disposition"), `attachment; filename="digits.txt"`)
				assert.Equal(t, head.Header.Get("Content-Length"), r.Header.Get("Content-Length"))
			}
		})
	}
	r := c.Do("GET", "/a", "", "Range: bytes=0-1,8-9")
	assert.Equal(t, r.Status, 206)
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	assert.NoError(t, err)
	assert.Equal(t, media, "multipart/byteranges")
	parts := multipart.NewReader(bytes.NewReader(r.Body), params["boundary"])
	for _, want := range []string{"01", "89"} {
		part, err := parts.NextPart()
		assert.NoError(t, err)
		got, err := io.ReadAll(part)
		assert.NoError(t, err)
		assert.Equal(t, string(got), want)
	}
	responses := app.Document().Paths["/a"].Get.Responses
	for _, status := range []string{"200", "206", "304", "412", "416"} {
		assert.Equal(t, responses[status] != nil, true, status)
	}
	assert.Equal(t, len(responses["304"].Content), 0)
}

func TestNamesOfFiles(t *testing.T) {
	tests := map[string]string{
		"":                `attachment`,
		"a.pdf":           `attachment; filename="a.pdf"`,
		"a b.pdf":         `attachment; filename="a b.pdf"`,
		"../../a.pdf":     `attachment; filename="a.pdf"`,
		`c:\dir\a.pdf`:    `attachment; filename="a.pdf"`,
		`a"; x="b`:        `attachment; filename="a_; x=_b"; filename*=UTF-8''a%22%3B%20x%3D%22b`,
		"a\r\nX-Y: b":     `attachment; filename="a__X-Y: b"; filename*=UTF-8''a%0D%0AX-Y%3A%20b`,
		"Übersicht €.pdf": `attachment; filename="_bersicht _.pdf"; filename*=UTF-8''%C3%9Cbersicht%20%E2%82%AC.pdf`,
		"100%.pdf":        `attachment; filename="100_.pdf"; filename*=UTF-8''100%25.pdf`,
		"\xff.pdf":        `attachment; filename="_.pdf"; filename*=UTF-8''%EF%BF%BD.pdf`,
	}
	for name, want := range tests {
		app := newApp(t, func() (file.Content, error) { return file.Content{Reader: strings.NewReader("x"), Name: name}, nil })
		assert.Equal(t, tenontest.New(t, app).Do("GET", "/a", "").Header.Get("Content-Disposition"), want)
	}
	app := newApp(t, func() (file.Content, error) {
		return file.Content{Reader: strings.NewReader("<script>"), Name: "a.unknown", Inline: true}, nil
	})
	r := tenontest.New(t, app).Do("GET", "/a", "")
	assert.Equal(t, r.Header.Get("Content-Disposition"), `inline; filename="a.unknown"`)
	assert.Equal(t, r.Header.Get("Content-Type"), "application/octet-stream")
}

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	assert.NoError(t, os.WriteFile(filepath.Join(folder, "a.txt"), []byte("text"), 0o600))
	assert.NoError(t, os.Mkdir(filepath.Join(folder, "sub"), 0o700))
	for name, status := range map[string]int{
		"a.txt": 200, "b.txt": 404, "sub": 404, ".": 404, "../a.txt": 404, "/a.txt": 404, "sub/../a.txt": 404, "": 404,
	} {
		app := newApp(t, func() (file.Content, error) { return file.Open(os.DirFS(folder), name) })
		assert.Equal(t, tenontest.New(t, app).Do("GET", "/a", "").Status, status, name)
	}
	c, err := file.Open(fstest.MapFS{"d/a.json": {Data: []byte("{}"), ModTime: changed}}, "d/a.json")
	assert.NoError(t, err)
	assert.Equal(t, c.Name, "a.json")
	assert.Equal(t, c.Modified, changed)
	assert.NoError(t, c.Close())
	assert.NoError(t, file.Content{}.Close())
	_, err = file.Open(stuck{}, "a")
	assert.Contains(t, fmt.Sprint(err), "its Seek is missing")
}

// stuck has files that only go forward.
type stuck struct{}

func (stuck) Open(string) (fs.File, error) {
	f, err := fstest.MapFS{"a": {}}.Open("a")
	return struct{ fs.File }{f}, err
}

// short has less than it says.
type short struct {
	io.ReadSeeker
	err error
}

func (s short) Read([]byte) (int, error) { return 0, s.err }

func TestFilesThatFail(t *testing.T) {
	for name, err := range map[string]error{"error": errors.New("disk"), "truncated": io.EOF} {
		t.Run(name, func(t *testing.T) {
			app := newApp(t, func() (file.Content, error) {
				return file.Content{Reader: short{strings.NewReader("0123456789"), err}, Name: "a.txt"}, nil
			})
			c := tenontest.New(t, app)
			c.ServerErrors = true
			assert.Equal(t, c.Do("GET", "/a", "").Cut, true)
			srv := httptest.NewServer(app)
			defer srv.Close()
			resp, err := http.Get(srv.URL + "/a")
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				_ = resp.Body.Close()
			}
			assert.Equal(t, err != nil, true, "the client sees it")
		})
	}
	c := tenontest.New(t, newApp(t, func() (file.Content, error) { return file.Content{}, nil }))
	c.ServerErrors = true
	assert.Equal(t, c.Do("GET", "/a", "").Status, 500)
}

func TestTheOperationMaySayTheType(t *testing.T) {
	type picture struct {
		Cache string       `header:"Cache-Control"`
		Body  file.Content `content:"image/png"`
	}
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *struct{}) (picture, error) {
			return picture{"max-age=60", file.Content{Reader: strings.NewReader("\x89PNG"), Name: "a.html"}}, nil
		})
	})
	assert.NoError(t, err)
	r := tenontest.New(t, app).Do("GET", "/a", "")
	assert.Equal(t, r.Header.Get("Content-Type"), "image/png")
	assert.Equal(t, r.Header.Get("Cache-Control"), "max-age=60")
	assert.Equal(t, app.Document().Paths["/a"].Get.Responses["200"].Content["image/png"] != nil, true)
}

func ExampleOpen() {
	files := fstest.MapFS{"2026-11.txt": {Data: []byte("17 orders")}}
	app, err := tenon.New(tenon.Config{Title: "Reports", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Get(r, "/reports/{month}", func(_ context.Context, in *struct {
			Month string `path:"month"`
		}) (file.Content, error) {
			return file.Open(files, in.Month+".txt")
		})
	})
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest("GET", "/reports/2026-11", nil)
	r.Header.Set("Range", "bytes=0-1")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body, w.Header().Get("Content-Disposition"))
	// Output: 206 17 attachment; filename="2026-11.txt"
}
