package tenon_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/upload"
)

type (
	sendFiles struct {
		Token  string        `form:"token" check:"minLength=2" doc:"Whose"`
		Avatar upload.File   `form:"avatar" content:"image/png,image/jpeg" doc:"Picture"`
		Cover  *upload.File  `form:"cover"`
		Pages  []upload.File `form:"page" default:"[]"`
		Size   int           `query:"size" default:"1"`
	}
	streamFiles struct {
		Token string        `form:"token" default:"none"`
		Files upload.Stream `form:"file" content:"text/*"`
	}
	closedForm struct {
		Form struct {
			_     struct{} `check:"additionalProperties=false"`
			Token string   `json:"token"`
		} `form:"*"`
		File upload.File `form:"file"`
	}
)

func contentOf(f *upload.File) string {
	r, err := f.Open()
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return f.Name + "=" + string(text)
}

func uploads(r *tenon.Router) {
	r.Use(tenon.Limits{BodyBytes: 4000, Form: upload.Limits{Parts: 6, TextBytes: 1000, FileBytes: 2000, Memory: 4}})
	tenon.Post(r, "/files", func(_ context.Context, in *sendFiles) (string, error) {
		switch in.Token {
		case "panic":
			panic("with files open")
		case "invalid":
			return "", tenon.Invalid(in, &in.Pages[1], "ugly", "is ugly")
		case "avatar":
			return "", tenon.Invalid(in, &in.Avatar, "ugly", "is ugly")
		case "cover":
			return "", tenon.Invalid(in, in.Cover, "ugly", "is ugly")
		}
		got := in.Token + " " + contentOf(&in.Avatar)
		if in.Cover != nil {
			got += " cover " + contentOf(in.Cover)
		}
		for i := range in.Pages {
			got += fmt.Sprintf(" %d %s", i, contentOf(&in.Pages[i]))
		}
		return got, nil
	})
	tenon.Post(r, "/stream", func(_ context.Context, in *streamFiles) (string, error) {
		got := in.Token
		for f, err := range in.Files {
			if err != nil {
				return "", fmt.Errorf("store: %w", err)
			}
			r, err := f.Open()
			if err != nil {
				return "", err
			}
			n, err := io.Copy(io.Discard, r)
			if err != nil {
				return "", fmt.Errorf("store: %w", err)
			}
			got += fmt.Sprintf(" %s %d", f.Name, n)
			if f.Name == "enough" {
				break
			}
		}
		return got, nil
	})
	tenon.Post(r, "/closed", func(_ context.Context, in *closedForm) (string, error) { return in.Form.Token, nil })
}

// form writes a form: "name=text" is a text, "name@file:type=content" a file.
func form(parts ...string) (body, header string) {
	var b strings.Builder
	for _, p := range parts {
		head, content, _ := strings.Cut(p, "=")
		name, file, isFile := strings.Cut(head, "@")
		fmt.Fprintf(&b, "--X\r\nContent-Disposition: form-data; name=%q", name)
		if isFile {
			file, mediaType, _ := strings.Cut(file, ":")
			fmt.Fprintf(&b, "; filename=%q\r\nContent-Type: %s", file, mediaType)
		}
		b.WriteString("\r\n\r\n" + content + "\r\n")
	}
	return b.String() + "--X--\r\n", "Content-Type: multipart/form-data; boundary=X"
}

// emptyTemp returns a folder for temporary files, and a function that fails the test if there are some.
func emptyTemp(t *testing.T) func() {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return func() {
		t.Helper()
		left, err := os.ReadDir(dir)
		assert.NoError(t, err)
		assert.Equal(t, len(left), 0, "temporary files are left")
		runtime.GC()
		open, err := filepath.Glob("/proc/self/fd/*")
		assert.NoError(t, err)
		for _, fd := range open {
			if target, _ := os.Readlink(fd); strings.HasPrefix(target, dir) {
				t.Errorf("%s is still open", target)
			}
		}
	}
}

func TestD16FormsWithFiles(t *testing.T) {
	clean := emptyTemp(t)
	log := new(logs)
	app := newApp(t, log, uploads)
	c := tenontest.New(t, app)
	const avatar = "avatar@a.png:image/png=PNG!"
	tests := []struct {
		name, path string
		parts      []string
		want       string
	}{
		{"one", "/files", []string{"token=ada", avatar}, `200 "ada a.png=PNG!"`},
		{"all, beyond what is kept in memory", "/files", []string{"page@1:a/b=one", avatar, "page@2:a/b=page two", "token=ada", "cover@c:a/b=cover"}, `200 "ada a.png=PNG! cover c=cover 0 1=one 1 2=page two"`},
		{"file without a name, text with one", "/files", []string{"token@t:text/plain=ada", "avatar@x/../y:image/jpeg=J"}, `200 "ada x/../y=J"`},
		{"unknown parts", "/files", []string{"token=ada", "x=1", avatar, "y@y:a/b=2"}, `200 "ada a.png=PNG!"`},
		{"missing", "/files", nil, `422 [missing body.token missing body.avatar]`},
		{"no file chosen", "/files", []string{"token=a", "avatar@:application/octet-stream=", "cover@:application/octet-stream="}, `422 [string_too_short body.token missing body.avatar]`},
		{"twice", "/files", []string{"token=ada", avatar, avatar, "cover@a:a/b=1", "cover@a:a/b=2"}, `422 [multiple_values body.avatar multiple_values body.cover]`},
		{"another type", "/files", []string{"token=ada", "avatar@a:text/html=<"}, `422 [file_type body.avatar]`},
		{"of the handler", "/files", []string{"token=invalid", avatar, "page@1:a/b=1", "page@2:a/b=2"}, `422 [ugly body.page.1]`},
		{"of the handler, one", "/files", []string{"token=avatar", avatar}, `422 [ugly body.avatar]`},
		{"of the handler, optional", "/files", []string{"token=cover", avatar, "cover@a:a/b=2"}, `422 [ugly body.cover]`},
		{"too many parts", "/files", []string{"a=1", "a=2", "a=3", "a=4", "a=5", "a=6", "a=7"}, `413 body_too_large`},
		{"large text", "/files", []string{"token=" + strings.Repeat("x", 1001)}, `413 body_too_large`},
		{"large file", "/files", []string{"page@1:a/b=" + strings.Repeat("x", 2001)}, `413 body_too_large`},
		{"large form", "/files", []string{"x@1:a/b=" + strings.Repeat("x", 4000)}, `413 body_too_large`},
		{"part without a name", "/files", []string{"=1"}, `400 malformed_form`},
		{"panic", "/files", []string{"token=panic", avatar, "page@2:a/b=page two"}, `500 internal_error`},
		{"stream", "/stream", []string{"token=t", "file@a:text/plain=12345", "x@y:a/b=1", "file@:a/b=", "file@b:text/csv=1"}, `200 "t a 5 b 1"`},
		{"no files in a stream", "/stream", []string{"token=t"}, `200 "t"`},
		{"stream left early", "/stream", []string{"file@enough:text/plain=1", "file@b:text/plain=2"}, `200 "none enough 1"`},
		{"text behind files", "/stream", []string{"file@a:text/plain=1", "token=late"}, `422 [field_order body.token]`},
		{"another type in a stream", "/stream", []string{"file@a:text/plain=1", "file@b:image/png=1"}, `422 [file_type body.file]`},
		{"large file in a stream", "/stream", []string{"file@a:text/plain=" + strings.Repeat("x", 2001)}, `413 body_too_large`},
		{"too many in a stream", "/stream", []string{"file@a:text/plain=", "x=", "x=", "x=", "x=", "x=", "x="}, `413 body_too_large`},
		{"closed", "/closed", []string{"token=t", "file@a:a/b=1"}, `200 "t"`},
		{"more than a closed form has", "/closed", []string{"token=t", "file@a:a/b=1", "x=1", "y@y:a/b=2"}, `422 [extra_forbidden body.x extra_forbidden body.y]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, header := form(tt.parts...)
			r, err := http.NewRequest("POST", tt.path, struct{ io.Reader }{strings.NewReader(body)})
			assert.NoError(t, err)
			r.ContentLength = -1
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Set(name, value)
			w := newRecorder()
			app.ServeHTTP(w, r)
			got := fmt.Sprint(w.status, " ", w.body.String())
			if w.status >= 400 {
				resp := &tenontest.Response{Status: w.status, Header: w.header, Body: w.body.Bytes()}
				got = fmt.Sprint(w.status, " ", c.Problem(resp).Code)
				if types := issueTypes(t, c, resp); len(types) > 0 {
					got = fmt.Sprint(w.status, " ", types)
				}
			}
			assert.Equal(t, got, tt.want)
			clean()
		})
	}
	for contentType, want := range map[string]int{"multipart/form-data": 400, "application/x-www-form-urlencoded": 415, "multipart/mixed; boundary=X": 415, "": 415} {
		r := c.Do("POST", "/files", "--X--", "Content-Type: "+contentType)
		assert.Equal(t, r.Status, want, contentType)
	}
	assert.Equal(t, issueTypes(t, c, c.Do("POST", "/files", "")), []string{"missing body.token", "missing body.avatar"})
}

func TestAFormThatBreaksOffLeavesNothingBehind(t *testing.T) {
	clean := emptyTemp(t)
	srv := newServer(t, nil, uploads)
	body, header := form("token=ada", "page@1:a/b="+strings.Repeat("x", 1500))
	for _, path := range []string{"/files", "/stream"} {
		sent := strings.ReplaceAll(body, "page", "file")
		sent = strings.ReplaceAll(sent, "a/b", "text/plain")
		got := exchange(t, srv.Listener.Addr().String(), fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\n%s\r\nContent-Length: %d\r\n\r\n%s", path, header, len(sent), sent[:900]), true)
		assert.Equal(t, got.StatusCode, http.StatusBadRequest, got.body)
		assert.Contains(t, got.body, `"code":"unreadable_body"`)
	}
	clean()
}

func TestFormsWithFilesAreDocumentedAndSentByTypedCalls(t *testing.T) {
	clean := emptyTemp(t)
	var e *tenon.Endpoint[sendFiles, string]
	var s *tenon.Endpoint[streamFiles, string]
	var prints []string
	app := newApp(t, nil, func(r *tenon.Router) {
		e = tenon.Post(r, "/files", func(_ context.Context, in *sendFiles) (string, error) {
			return fmt.Sprint(in.Token, contentOf(&in.Avatar), in.Avatar.Type, len(in.Pages), in.Cover == nil), nil
		}, tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
			print, err := c.Fingerprint()
			prints = append(prints, fmt.Sprint(print[:4], err))
			if err := c.Next(ctx); err != nil {
				return err
			}
			return c.Next(ctx) // with the files again
		}))
		s = tenon.Post(r, "/stream", func(_ context.Context, in *streamFiles) (got string, err error) {
			for f, err := range in.Files {
				if err != nil {
					return "", err
				}
				got += contentOf(f)
			}
			for _, err = range in.Files {
				got += " " + err.Error()
			}
			return got, nil
		})
	})
	text, err := app.Document().Paths["/files"].Post.RequestBody.MarshalJSON()
	assert.NoError(t, err)
	assert.Equal(t, string(text), `{"content":{"multipart/form-data":{"schema":{"type":"object","properties":{`+
		`"token":{"description":"Whose","type":"string","minLength":2},`+
		`"avatar":{"description":"Picture","type":"string","contentMediaType":"application/octet-stream"},`+
		`"cover":{"type":"string","contentMediaType":"application/octet-stream"},`+
		`"page":{"type":"array","items":{"type":"string","contentMediaType":"application/octet-stream"}}},`+
		`"required":["token","avatar"]},"encoding":{"avatar":{"contentType":"image/png, image/jpeg"}}}},"required":true}`)

	c := tenontest.New(t, app)
	in := &sendFiles{Token: "ada", Avatar: upload.New(`a"b.png`, "image/png", []byte("PNG")), Pages: []upload.File{upload.New("1", "", []byte("x")), upload.New("2", "", nil)}}
	for range 2 {
		r, err := tenontest.Call(c, e, in)
		assert.NoError(t, err)
		assert.Equal(t, r.Out, `adaa"b.png=PNGimage/png2 true`)
		in.Pages[1] = upload.New("2", "", []byte("y"))
	}
	assert.Equal(t, len(prints) == 2 && prints[0] != prints[1], true, prints)
	files := iter.Seq2[*upload.File, error](func(yield func(*upload.File, error) bool) {
		f := upload.New("a.txt", "text/plain", []byte("text"))
		yield(&f, nil)
	})
	r, err := tenontest.Call(c, s, &streamFiles{Token: "t", Files: files})
	assert.NoError(t, err)
	assert.Equal(t, r.Out, "a.txt=text tenon: the files of a form can be ranged over once")
	_, err = s.Request(t.Context(), "http://a", &streamFiles{Files: func(yield func(*upload.File, error) bool) { yield(nil, errors.New("gone")) }})
	assert.Contains(t, fmt.Sprint(err), "gone")
	clean()
}

func TestMistakesInFiles(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"rules", get[struct {
			A upload.File `form:"a" check:"minLength=1"`
		}]("/a"), `struct.A: a file does not take the tag check: Limits and the tag content say what it may be`},
		{"default", get[struct {
			A upload.File `form:"a" default:"x"`
		}]("/a"), `struct.A: a file has no default, but for a list of them []: an optional one is a *upload.File`},
		{"content", get[struct {
			A upload.File `form:"a" content:"x"`
		}]("/a"), `struct.A: tag content:"x": want media types without parameters`},
		{"twice", get[struct {
			A upload.File `form:"a"`
			B string      `form:"a"`
		}]("/a"), `struct.B: the form parameter "a" is declared twice`},
		{"a stream and a file", get[struct {
			A upload.Stream `form:"a"`
			B upload.File   `form:"b"`
		}]("/a"), `a stream of files takes all files: there can be no other`},
		{"two inputs", func(r *tenon.Router) {
			tenon.Post(r, "/a", ok[streamFiles, string], tenon.Guard(func(context.Context, *struct {
				A upload.File `form:"a"`
			}) error {
				return nil
			}))
		}, `is taken by struct too, or one of them takes all that is left as a stream`},
		{"with a body", func(r *tenon.Router) {
			tenon.Post(r, "/a", ok[struct {
				A    upload.File `form:"a"`
				Body item
			}, string])
		}, `reads both a Body and a form: a request has one body`},
		{"limits", func(r *tenon.Router) { r.Use(tenon.Limits{Form: upload.Limits{Parts: -1}}) }, `Limits.Form is {Parts:-1 TextBytes:0 FileBytes:0 Memory:0}: want 0 or more`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mistakes(t, tt.routes)
			assert.Equal(t, len(got), 1, got)
			assert.Contains(t, got[0], tt.want)
		})
	}
}

// Of 1 GiB that goes to disk, the process keeps less than 32 MiB at any time, and makes no temporary file.
func TestAnUploadIsStreamedToDiskInLittleMemory(t *testing.T) {
	const size, most = 1 << 30, 32 << 20
	clean := emptyTemp(t)
	target := filepath.Join(t.TempDir(), "target")
	var before, peak uint64
	used := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.Sys - m.HeapReleased
	}
	srv := newServer(t, nil, func(r *tenon.Router) {
		tenon.Post(r, "/", func(_ context.Context, in *streamFiles) (n int64, err error) {
			for f, err := range in.Files {
				if err != nil {
					return 0, err
				}
				content, err := f.Open()
				if err != nil {
					return 0, err
				}
				disk, err := os.Create(target)
				if err != nil {
					return 0, err
				}
				for err == nil {
					var k int64
					k, err = io.CopyN(disk, content, 16<<20)
					n += k
					peak = max(peak, used())
				}
				if !errors.Is(err, io.EOF) {
					return 0, err
				}
				if err := disk.Close(); err != nil {
					return 0, err
				}
			}
			return n, nil
		}, tenon.Limits{BodyBytes: size + 1000})
	})
	runtime.GC()
	debug.FreeOSMemory()
	before = used()
	head, _, _ := strings.Cut(firstOf(form("token=t", "file@big:text/plain=!")), "!")
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size), strings.NewReader("\r\n--X--\r\n"))
	start := time.Now()
	resp, err := http.Post(srv.URL, "multipart/form-data; boundary=X", body)
	assert.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	assert.Equal(t, string(text), fmt.Sprint(size))
	info, err := os.Stat(target)
	assert.NoError(t, err)
	assert.Equal(t, info.Size(), size)
	grown := int64(peak) - int64(before)
	t.Logf("%d MiB in %v, at most %.1f MiB more than before", size>>20, time.Since(start), float64(grown)/(1<<20))
	if grown > most {
		t.Errorf("took %d bytes of memory, want at most %d", grown, most)
	}
	clean()
}

func firstOf(s, _ string) string { return s }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What writes forms elsewhere is read here.
func TestFormsOfTheStandardLibrary(t *testing.T) {
	c := newClient(t, uploads)
	buf := new(bytes.Buffer)
	w := multipart.NewWriter(buf)
	assert.NoError(t, w.WriteField("token", "äö"))
	f, err := w.CreateFormFile("file", "dätei.txt")
	assert.NoError(t, err)
	_, err = io.WriteString(f, "text")
	assert.NoError(t, err)
	assert.NoError(t, w.Close())
	r := c.Do("POST", "/closed", buf.String(), "Content-Type: "+w.FormDataContentType())
	assert.Equal(t, string(r.Body), `"äö"`)
}
