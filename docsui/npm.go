package docsui

import (
	"io/fs"

	"github.com/tenonapi/tenon"
)

// Redoc is [Swagger] with Redoc, which shows the document and sends no requests.
// fsys is the folder of the npm package redoc, such as os.DirFS("node_modules/redoc") or
// one that is embedded; the tests use version 2.5.4. Only bundles/redoc.standalone.js
// is read, at once and up to 16 MiB, or in its place a file of that name with .gz added.
// [tenon.New] reports a file that cannot be read.
func Redoc(path string, fsys fs.FS) func(*tenon.Router) {
	b := &bundle{
		name: "Redoc", fsys: fsys, foreign: true,
		loads: []string{"bundles/redoc.standalone.js"}, own: []string{"document.js", "redoc.js"},
	}
	return b.show(path)
}

// Scalar is [Redoc] with Scalar, which can send requests, too. fsys is the folder of the
// npm package @scalar/api-reference; the tests use version 1.46.4. Only
// dist/browser/standalone.js is read.
func Scalar(path string, fsys fs.FS) func(*tenon.Router) {
	b := &bundle{
		name: "Scalar", fsys: fsys, foreign: true,
		loads: []string{"dist/browser/standalone.js"}, own: []string{"document.js", "scalar.js"},
	}
	return b.show(path)
}
