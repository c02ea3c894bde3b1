package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/upload"
)

// What typescript/workshop.ts talks to: an operation for each kind of input and answer that has a
// form of its own in a client.

type size string

func (size) Enum() []size { return []size{"small", "large"} }

type finish interface{ finish() }

type painted struct {
	Colour string `json:"colour" check:"minLength=1,maxLength=20"`
}

type oiled struct {
	Coats int `json:"coats" check:"ge=1,le=5"`
}

func (painted) finish() {}
func (oiled) finish()   {}

type tool struct {
	ID      int               `json:"id" readOnly:"true"`
	Name    string            `json:"name" check:"minLength=1,maxLength=40"`
	Size    size              `json:"size" default:"small"`
	Finish  finish            `json:"finish"`
	Note    *string           `json:"note"`
	Labels  map[string]string `json:"labels" default:"{}"`
	Weights []float64         `json:"weights" default:"[]" check:"maxItems=3,each(gt=0)"`
	Bought  schema.Date       `json:"bought"`
}

type patch struct {
	Name tenon.Opt[string]  `json:"name" check:"minLength=1"`
	Note tenon.Opt[*string] `json:"note"`
}

var errNoTool = errors.New("no such tool")

type workshop struct{ tools map[int]tool }

type toolByID struct {
	ID int `path:"tool_id" check:"ge=1"`
}

func (w *workshop) find(id int) (tool, error) {
	t, ok := w.tools[id]
	if !ok {
		return t, errNoTool
	}
	return t, nil
}

func (w *workshop) routes(r *tenon.Router) {
	key := auth.HeaderKey("key", "X-Key", func(_ context.Context, key string) (auth.Principal, error) {
		return auth.Principal{Subject: key}, nil
	})
	r.Use(auth.Accept(key), tenon.MapError(errNoTool, 404, "tool_not_found", "Tool not found"),
		tenon.Union[finish]("kind", schema.As[painted]("painted"), schema.As[oiled]("oiled")))
	tools := r.Group("/tools", tenon.Tags("tools"))
	tenon.Post(tools, "", w.add, tenon.Public(), tenon.Doc{ID: "addTool"})
	tenon.Get(tools, "", w.list, tenon.Public(), tenon.Doc{ID: "listTools"})
	tenon.Get(tools, "/{tool_id}", w.get, tenon.Errors(errNoTool), tenon.Public(), tenon.Doc{ID: "getTool"})
	tenon.Patch(tools, "/{tool_id}", w.change, tenon.Errors(errNoTool), tenon.Public(), tenon.Doc{ID: "changeTool"})
	tenon.Delete(tools, "/{tool_id}", w.remove, tenon.Errors(errNoTool), tenon.Doc{ID: "removeTool"})
	tenon.Put(tools, "/{tool_id}/picture", w.picture, tenon.Public(), tenon.Doc{ID: "setPicture"})
	tenon.Post(r, "/login", w.login, tenon.Public(), tenon.Doc{ID: "login"})
	tenon.Get(r, "/export", w.export, tenon.Public(), tenon.Doc{ID: "exportTools"})
	tenon.Post(r, "/echo", w.echo, tenon.Public(), tenon.Doc{ID: "echo"})
}

func (w *workshop) add(_ context.Context, in *struct{ Body tool }) (tenon.Created[tool], error) {
	t := in.Body
	t.ID = len(w.tools) + 1
	w.tools[t.ID] = t
	return tenon.Created[tool]{Location: fmt.Sprint("/tools/", t.ID), Body: t}, nil
}

func (w *workshop) list(_ context.Context, in *struct {
	Sizes  []size            `query:"size" default:"[]"`
	Prefix tenon.Opt[string] `query:"prefix" check:"maxLength=10"`
	Limit  int               `query:"limit" default:"10" check:"ge=1,le=100"`
	Trace  tenon.Opt[string] `header:"X-Trace"`
}) (out struct {
	Trace string `header:"X-Trace"`
	Body  []tool
}, err error) {
	out.Trace = in.Trace.Or("none")
	for _, id := range slices.Sorted(maps.Keys(w.tools)) {
		if t := w.tools[id]; len(in.Sizes) == 0 || slices.Contains(in.Sizes, t.Size) {
			out.Body = append(out.Body, t)
		}
	}
	out.Body = out.Body[:min(in.Limit, len(out.Body))]
	return out, nil
}

func (w *workshop) get(_ context.Context, in *toolByID) (tool, error) { return w.find(in.ID) }

func (w *workshop) change(_ context.Context, in *struct {
	toolByID
	Body patch
}) (tool, error) {
	t, err := w.find(in.ID)
	if err != nil {
		return t, err
	}
	in.Body.Name.Apply(&t.Name)
	in.Body.Note.Apply(&t.Note)
	w.tools[t.ID] = t
	return t, nil
}

func (w *workshop) remove(_ context.Context, in *struct {
	toolByID
	_ auth.Principal
}) (tenon.NoContent, error) {
	_, err := w.find(in.ID)
	delete(w.tools, in.ID)
	return tenon.NoContent{}, err
}

func (w *workshop) picture(_ context.Context, in *struct {
	toolByID
	Caption string      `form:"caption"`
	File    upload.File `form:"file"`
}) (out struct {
	Caption string `json:"caption"`
	Type    string `json:"type"`
	Bytes   int64  `json:"bytes"`
}, err error) {
	out.Caption, out.Type, out.Bytes = in.Caption, in.File.Type, in.File.Size
	return out, nil
}

func (w *workshop) login(_ context.Context, in *struct {
	Name     string               `form:"name"`
	Password tenon.Secret[string] `form:"password"`
}) (out struct {
	Greeting string    `json:"greeting"`
	At       time.Time `json:"at"`
}, err error) {
	out.Greeting, out.At = "Hello, "+in.Name, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	return out, nil
}

func (w *workshop) export(context.Context, *struct{}) (tenon.Lines[tool], error) {
	return func(yield func(tool, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(w.tools)) {
			if !yield(w.tools[id], nil) {
				return
			}
		}
	}, nil
}

func (w *workshop) echo(_ context.Context, in *struct {
	Body io.Reader `content:"text/plain"`
}) (out struct {
	Body string `content:"text/plain"`
}, err error) {
	text, err := io.ReadAll(in.Body)
	out.Body = string(text)
	return out, err
}
