package docsui_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/docsui"
	"github.com/tenonapi/tenon/internal/assert"
)

func pack(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	assert.NoError(t, err)
	assert.NoError(t, z.Close())
	return b.Bytes()
}

func TestPackagesAreServedFromTheFolderThatTheUserNames(t *testing.T) {
	c := newClient(t, tenon.Config{}, docsui.Redoc("/redoc", redoc), docsui.Scalar("/a/scalar", scalar))
	for path, want := range map[string]string{"/redoc/redoc.standalone.js": "var Redoc", "/a/scalar/standalone.js": "var Scalar"} {
		r := c.Do("GET", path, "")
		assert.Equal(t, r.Status, http.StatusOK, path)
		assert.Equal(t, string(r.Body), want, path)
		assert.Equal(t, r.Header.Get("Content-Type"), "text/javascript; charset=utf-8", path)
		assert.Equal(t, r.Header.Get("Content-Security-Policy"), policy, path)
		again := c.Do("GET", path, "", "If-None-Match: "+r.Header.Get("Etag"))
		assert.Equal(t, again.Status, http.StatusNotModified, path)
	}
	for path, want := range map[string][]string{
		"/redoc":     {"./redoc/redoc.standalone.js", "./redoc/document.js", "./redoc/redoc.js", `data-document="./openapi.json"`},
		"/a/scalar/": {"./standalone.js", "./document.js", "./scalar.js", `data-document="../../openapi.json"`},
	} {
		page := c.Do("GET", path, "").Body
		for _, ref := range references(t, page) {
			assert.Equal(t, strings.HasPrefix(ref.url, ".") || ref.url == "data:,", true, path, ref)
		}
		for _, text := range append(want, `<link rel="icon" href="data:,">`) {
			assert.Contains(t, string(page), text)
		}
	}
	for _, path := range []string{"/redoc/package.json", "/redoc/bundles/redoc.standalone.js", "/redoc/swagger.js", "/a/scalar/redoc.js"} {
		assert.Equal(t, c.Do("GET", path, "").Status, http.StatusNotFound, path)
	}
}

func TestCompressedFilesOfPackagesAreSentAsTheyAre(t *testing.T) {
	const name = "bundles/redoc.standalone.js"
	script := bytes.Repeat([]byte("var Redoc;\n"), 1000)
	packed := pack(t, script)
	for _, fsys := range []fstest.MapFS{{name + ".gz": {Data: packed}}, {name + ".gz": {Data: packed}, name: {Data: []byte("old")}}} {
		c := newClient(t, tenon.Config{}, docsui.Redoc("/redoc", fsys))
		r := c.Do("GET", "/redoc/redoc.standalone.js", "", "Accept-Encoding: gzip")
		assert.Equal(t, r.Header.Get("Content-Encoding"), "gzip")
		assert.Equal(t, bytes.Equal(r.Body, packed), true)
		r = c.Do("GET", "/redoc/redoc.standalone.js", "")
		assert.Equal(t, bytes.Equal(r.Body, script), true)
		assert.Equal(t, r.Header.Get("Content-Length"), "11000")
	}
}

func TestFoldersThatAreNoPackageAreReported(t *testing.T) {
	const name = "bundles/redoc.standalone.js"
	large := make([]byte, 16<<20+1)
	truncated := pack(t, large[:1000])
	truncated = truncated[:len(truncated)-1]
	tests := []struct {
		name string
		fsys fs.FS
		want string
	}{
		{"nil", nil, "the file system is nil"},
		{"another package", scalar, "open " + name + ": file does not exist"},
		{"no such folder", os.DirFS(t.TempDir() + "/nothing"), "open " + name + ": no such file or directory"},
		{"empty", fstest.MapFS{name: {}}, "read " + name + ": it is empty"},
		{"folder", fstest.MapFS{name + "/x": {}}, "read " + name + ": invalid argument"},
		{"too large", fstest.MapFS{name: {Data: large}}, "read " + name + ": it has more than 16777216 bytes"},
		{"as large as may be", fstest.MapFS{name: {Data: large[1:]}}, ""},
		{"too large when unpacked", fstest.MapFS{name + ".gz": {Data: pack(t, large)}}, "read " + name + ".gz: it has more than 16777216 bytes"},
		{"not compressed", fstest.MapFS{name + ".gz": {Data: []byte("var Redoc = (function () {})()")}}, "read " + name + ".gz: gzip: invalid header"},
		{"truncated", fstest.MapFS{name + ".gz": {Data: truncated}}, "read " + name + ".gz: unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0"}, docsui.Redoc("/redoc", tt.fsys))
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			if err == nil {
				t.Fatal("want an error")
			}
			assert.Contains(t, err.Error(), `docsui.Redoc("/redoc"): `+tt.want)
		})
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "Shop", Version: "1.0.0", Document: "-"},
		docsui.Swagger("/swagger", docsui.OAuth2{Origin: "https://id.example.com/"}, nil), docsui.Scalar("/scalar", redoc))
	if err == nil {
		t.Fatal("want an error")
	}
	for _, want := range []string{
		`docsui.Swagger("/swagger"): OAuth2.ClientID is empty`,
		`docsui.Swagger("/swagger"): OAuth2.Origin is "https://id.example.com/", want scheme and host such as https://id.example.com`,
		`docsui.Swagger("/swagger"): an option is nil`,
		`docsui.Swagger("/swagger"): the application serves no document, see Config.Document`,
		`docsui.Scalar("/scalar"): open dist/browser/standalone.js: file does not exist`,
		`docsui.Scalar("/scalar"): the application serves no document, see Config.Document`,
	} {
		assert.Contains(t, err.Error(), want)
	}
}
