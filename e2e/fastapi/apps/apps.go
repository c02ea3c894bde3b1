// Package apps has applications of FastAPI's tutorial and tests as a user of Tenon writes them.
package apps

import (
	"log/slog"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/fastapi"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/upload"
)

// An App is an application that was recorded under the same name.
type App struct {
	Name   string
	Routes func(r *tenon.Router)
	Adjust func(cfg *tenon.Config) // what its configuration has besides; nil for nothing
}

// New builds the application for clients of FastAPI.
func (a *App) New(log *slog.Logger) (*tenon.App, error) {
	cfg := fastapi.Compat(tenon.Config{Title: "FastAPI", Version: "0.1.0", Logger: log})
	if a.Adjust != nil {
		a.Adjust(&cfg)
	}
	return tenon.New(cfg, a.Routes)
}

// object is an answer whose members depend on the request.
type object = map[string]any

// A page is HTML.
type page struct {
	Body string `content:"text/html"`
}

// A text is plain text.
type text struct {
	Body string `content:"text/plain"`
}

// sizes returns the sizes of files, nil for none.
func sizes(files []upload.File) (list []int64) {
	for i := range files {
		list = append(list, files[i].Size)
	}
	return list
}

// names returns the names of files.
func names(files []upload.File) (list []string) {
	for i := range files {
		list = append(list, files[i].Name)
	}
	return list
}

// lengths returns the lengths of texts, nil for none.
func lengths(texts []schema.Text) (list []int) {
	for _, t := range texts {
		list = append(list, len(t))
	}
	return list
}

// asString returns a text that may be absent.
func asString(t *schema.Text) *string {
	if t == nil {
		return nil
	}
	return new(string(*t))
}

// pick returns limit items from the one at skip on.
func pick[T any](items []T, skip, limit int64) []T {
	n := int64(len(items))
	from := min(max(skip, 0), n)
	return items[from:min(max(skip+limit, from), n)]
}

type modelName string

func (modelName) Enum() []modelName { return []modelName{"alexnet", "resnet", "lenet"} }
