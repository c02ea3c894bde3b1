package docsui

import (
	_ "embed" // the page and its script
	"strings"
	"sync"

	"github.com/swaggest/swgui/v5/static"

	"github.com/tenonapi/tenon"
)

var (
	//go:embed swagger.html
	swaggerHTML string

	//go:embed swagger.js
	swaggerJS []byte
)

// Swagger returns a function for [tenon.New] that shows the document in Swagger
// UI at path, with and without a slash at its end. The path is fixed text that
// begins with a slash, and New reports one that does not. In a group it comes
// after the group's prefix; the document's path does not.
func Swagger(path string) func(*tenon.Router) {
	return func(r *tenon.Router) {
		r.Mount(path, &ui{
			path:     strings.TrimSuffix(path, "/"),
			document: strings.TrimPrefix(r.DocumentPath(), "/"),
			page:     swaggerHTML,
			files:    swaggerFiles(),
		}, tenon.Public()) // who asks for it shows it
	}
}

// swaggerTypes are the files of Swagger UI that the page loads.
var swaggerTypes = map[string]string{
	"favicon-32x32.png":    "image/png",
	"swagger-ui-bundle.js": "text/javascript; charset=utf-8",
	"swagger-ui.css":       "text/css; charset=utf-8",
}

var swaggerFiles = sync.OnceValue(func() map[string]*file {
	files := map[string]*file{"init.js": newFile("text/javascript; charset=utf-8", swaggerJS, false)}
	for name, contentType := range swaggerTypes {
		if data, err := static.FS.ReadFile(name + ".gz"); err == nil {
			files[name] = newFile(contentType, data, true)
		} else if data, err := static.FS.ReadFile(name); err == nil {
			files[name] = newFile(contentType, data, false)
		}
	}
	return files
})
