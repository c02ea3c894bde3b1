package upload_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/upload"
)

const contentType = `multipart/form-data; boundary=X`

// part is one part of a form: the parameters of its Content-Disposition, other lines of its header, and content.
func part(params, header, content string) string {
	return "--X\r\nContent-Disposition: form-data; " + params + "\r\n" + header + "\r\n" + content + "\r\n"
}

// read returns all parts of a form, or what is wrong with it.
func read(t *testing.T, body io.Reader, l upload.Limits) (string, error) {
	t.Helper()
	r, err := upload.NewReader(body, contentType, l)
	assert.NoError(t, err)
	defer func() { assert.NoError(t, r.Close()) }()
	var got strings.Builder
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got.String(), nil
		}
		if err != nil {
			return got.String(), err
		}
		switch {
		case f.Field == "skipped":
		case f.Name == "" && f.Type == "":
			text, err := f.Text()
			if err != nil {
				return got.String(), err
			}
			fmt.Fprintf(&got, "%s=%q ", f.Field, text)
		default:
			if err := f.Keep(); err != nil {
				return got.String(), err
			}
			content, err := f.Open()
			assert.NoError(t, err)
			text, err := io.ReadAll(content)
			assert.NoError(t, err)
			assert.Equal(t, int64(len(text)), f.Size)
			fmt.Fprintf(&got, "%s:%q,%s,%d ", f.Field, f.Name, f.Type, f.Size)
		}
	}
}

func TestFormsAndTheirLimits(t *testing.T) {
	text := func(n int) string { return part(`name="a"`, "", strings.Repeat("x", n)) }
	file := func(n int) string {
		return part(`name="f"; filename="n"`, "Content-Type: a/b\r\n", strings.Repeat("x", n))
	}
	tests := []struct {
		name, body string
		want       string
		err        error
	}{
		{"texts and files", text(1) + file(3) + "--X--\r\n", `a="x" f:"n",a/b,3 `, nil},
		{"epilogue", text(1) + "--X--\r\nrest", `a="x" `, nil},
		{"preamble", "text\r\n" + text(1) + "--X--", `a="x" `, nil},
		{"nothing", "--X--\r\n", ``, nil},
		{"skipped", part(`name="skipped"`, "", strings.Repeat("x", 99)) + text(1) + "--X--\r\n", `a="x" `, nil},
		{"names that are no path", part(`name="f"; filename="../../etc/passwd"`, "", "x") + part(`name="f"; filename="C:\\a\\b.exe"`, "", "") + "--X--", `f:"../../etc/passwd",,1 f:"C:\\a\\b.exe",,0 `, nil},
		{"content that looks like a boundary", part(`name="a"`, "", "--Y\r\n--X-\r\n-X") + "--X--", `a="--Y\r\n--X-\r\n-X" `, nil},
		{"texts at their limit", text(20) + text(20) + "--X--", `a="` + strings.Repeat("x", 20) + `" a="` + strings.Repeat("x", 20) + `" `, nil},
		{"texts beyond their limit", text(20) + text(21) + "--X--", ``, upload.ErrTooLarge},
		{"file at its limit", file(30) + "--X--", `f:"n",a/b,30 `, nil},
		{"file beyond its limit", file(31) + "--X--", ``, upload.ErrTooLarge},
		{"parts at their limit", strings.Repeat(text(0), 4) + "--X--", `a="" a="" a="" a="" `, nil},
		{"too many parts", strings.Repeat(text(0), 5) + "--X--", ``, upload.ErrTooLarge},
		{"long name of a field", part(`name="`+strings.Repeat("x", 1025)+`"`, "", "") + "--X--", ``, upload.ErrTooLarge},
		{"long name of a file", part(`name="f"; filename="`+strings.Repeat("x", 1025)+`"`, "", "") + "--X--", ``, upload.ErrTooLarge},
		{"long header", part(`name="a"`, "A: "+strings.Repeat("x", 20<<10)+"\r\n", "") + "--X--", ``, upload.ErrTooLarge},
		{"many headers", part(`name="a"`, strings.Repeat("A: b\r\n", 5000), "") + "--X--", ``, upload.ErrTooLarge},
		{"long preamble", strings.Repeat("x\r\n", 10<<10) + text(1) + "--X--", ``, upload.ErrTooLarge},
		{"headers of files", part(`name="f"; filename="n"`, "A: "+strings.Repeat("x", 60)+"\r\n", "") + "--X--", ``, upload.ErrTooLarge},
		{"no end", text(1), ``, upload.ErrMalformed},
		{"no boundary at all", "text", ``, upload.ErrMalformed},
		{"empty", "", ``, upload.ErrMalformed},
		{"no name", part(`x="a"`, "", "") + "--X--", ``, upload.ErrMalformed},
		{"no disposition", "--X\r\n\r\na\r\n--X--", ``, upload.ErrMalformed},
		{"other disposition", "--X\r\nContent-Disposition: attachment; name=a\r\n\r\na\r\n--X--", ``, upload.ErrMalformed},
		{"header that is none", "--X\r\nContent-Disposition\r\n\r\na\r\n--X--", ``, upload.ErrMalformed},
		{"transfer encoding", part(`name="a"`, "Content-Transfer-Encoding: Base64\r\n", "eA==") + "--X--", ``, upload.ErrMalformed},
		{"end within a header", "--X\r\nContent-Disp", ``, upload.ErrMalformed},
	}
	limits := upload.Limits{Parts: 4, TextBytes: 40, FileBytes: 30, Memory: 10}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			for _, body := range []io.Reader{strings.NewReader(tt.body), iotest.OneByteReader(strings.NewReader(tt.body))} {
				l := limits
				if strings.Contains(tt.want, "etc") {
					l.TextBytes = 1000 // for the names
				}
				if strings.Contains(tt.want, "f:") {
					l.TextBytes = 1000
				}
				got, err := read(t, body, l)
				assert.ErrorIs(t, err, tt.err)
				if tt.err == nil {
					assert.Equal(t, got, tt.want)
				}
			}
			left, err := os.ReadDir(dir)
			assert.NoError(t, err)
			assert.Equal(t, len(left), 0, "temporary files are left")
		})
	}
}

func TestAFormThatIsCutOffIsMalformed(t *testing.T) {
	form := part(`name="a"`, "", "1") + part(`name="f"; filename="n"`, "Content-Type: a/b\r\n", "2") + "--X--"
	for n := range len(form) {
		_, err := read(t, strings.NewReader(form[:n]), upload.Limits{})
		assert.ErrorIs(t, err, upload.ErrMalformed)
	}
	for _, end := range []string{"", "\r\n", "\r\nepilogue"} {
		got, err := read(t, strings.NewReader(form+end), upload.Limits{})
		assert.NoError(t, err)
		assert.Equal(t, got, `a="1" f:"n",a/b,1 `)
	}
}

func TestBoundaries(t *testing.T) {
	for header, ok := range map[string]bool{
		contentType: true, "multipart/form-data": false, "multipart/form-data; boundary=": false, "": false,
		"multipart/form-data; boundary=" + strings.Repeat("x", 71): false, `multipart/form-data; boundary="a b"`: true,
	} {
		_, err := upload.NewReader(strings.NewReader(""), header, upload.Limits{})
		assert.Equal(t, err == nil, ok, header)
		assert.Equal(t, ok || errors.Is(err, upload.ErrMalformed), true)
	}
}

func TestWhatTheBodyFailsWithIsReturned(t *testing.T) {
	cut := errors.New("cut")
	whole := part(`name="a"`, "", "text") + part(`name="f"; filename="n"`, "", strings.Repeat("x", 9000)) + "--X--"
	for n := range len(whole) - 5 {
		if n > 200 && n < len(whole)-50 && n%97 != 0 {
			continue
		}
		_, err := read(t, io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(cut)), upload.Limits{Memory: 100})
		assert.ErrorIs(t, err, cut, n)
	}
}

func TestKeptFilesAreReadAtAnyTimeAndByMany(t *testing.T) {
	for _, memory := range []int64{1, 1 << 20} {
		t.Setenv("TMPDIR", t.TempDir())
		r, err := upload.NewReader(strings.NewReader(part(`name="f"; filename="n"`, "", "0123456789")+"--X--"), contentType, upload.Limits{Memory: memory})
		assert.NoError(t, err)
		f, err := r.Next()
		assert.NoError(t, err)
		assert.Equal(t, f.Size, -1)
		assert.NoError(t, f.Keep())
		assert.Equal(t, f.Size, 10)
		a, err := f.Open()
		assert.NoError(t, err)
		b, err := f.Open()
		assert.NoError(t, err)
		_, err = a.(io.Seeker).Seek(8, io.SeekStart)
		assert.NoError(t, err)
		for _, tt := range []struct {
			r    io.Reader
			want string
		}{{a, "89"}, {b, "0123456789"}} {
			text, err := io.ReadAll(tt.r)
			assert.NoError(t, err)
			assert.Equal(t, string(text), tt.want)
		}
		assert.NoError(t, a.Close())
		assert.NoError(t, r.Close())
		if memory == 1 {
			_, err := b.(io.ReaderAt).ReadAt(make([]byte, 1), 0)
			assert.ErrorIs(t, err, os.ErrClosed)
		}
	}
}

func TestStreamedFilesAreOpenedOnce(t *testing.T) {
	body := part(`name="f"; filename="n"`, "", "0123456789") + part(`name="f"; filename="m"`, "", "abc") + "--X--"
	r, err := upload.NewReader(strings.NewReader(body), contentType, upload.Limits{FileBytes: 5})
	assert.NoError(t, err)
	f, err := r.Next()
	assert.NoError(t, err)
	content, err := f.Open()
	assert.NoError(t, err)
	_, err = f.Open()
	assert.Equal(t, err != nil, true)
	_, err = io.ReadAll(content)
	assert.ErrorIs(t, err, upload.ErrTooLarge)
	f, err = r.Next() // skips the rest
	assert.NoError(t, err)
	assert.Equal(t, f.Name, "m")
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(part(`name="a"`, "", "text") + part(`name="f"; filename="n"`, "Content-Type: a/b\r\n", "file") + "--X--"))
	f.Add([]byte("--X\r\n\r\n--X--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := upload.NewReader(bytes.NewReader(body), contentType, upload.Limits{Parts: 10, TextBytes: 100, Memory: 1 << 20})
		assert.NoError(t, err)
		for n := 0; ; n++ {
			p, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, upload.ErrTooLarge) && !errors.Is(err, upload.ErrMalformed) {
					t.Fatalf("got %v of %q", err, body)
				}
				return
			}
			if n >= 10 || p.Field == "" {
				t.Fatalf("part %d has the name %q", n, p.Field)
			}
		}
	})
}
