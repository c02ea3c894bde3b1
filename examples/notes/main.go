// Command notes is the program of the guide "A first service".
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
)

// NoteIn is what a client sends.
type NoteIn struct {
	Text string            `json:"text" check:"minLength=1,maxLength=500" doc:"What to remember" example:"Buy milk"`
	Tags []string          `json:"tags" check:"maxItems=5,each(minLength=1,maxLength=20)" default:"[]"`
	Due  tenon.Opt[string] `json:"due" check:"pattern='^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"`
}

// Note is what a client gets.
type Note struct {
	ID int `json:"id"`
	NoteIn
}

var errNotFound = errors.New("note not found")

// API has the handlers and what they need.
type API struct {
	mu    sync.Mutex
	notes []Note

	get *tenon.Endpoint[noteID, Note]
}

type createNote struct{ Body NoteIn }

func (a *API) create(_ context.Context, in *createNote) (tenon.Created[Note], error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	note := Note{ID: len(a.notes) + 1, NoteIn: in.Body}
	a.notes = append(a.notes, note)
	location, err := a.get.URL(&noteID{ID: note.ID})
	return tenon.Created[Note]{Location: location, Body: note}, err
}

type noteID struct {
	ID int `path:"id" check:"ge=1"`
}

func (a *API) read(_ context.Context, in *noteID) (Note, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if in.ID > len(a.notes) {
		return Note{}, errNotFound
	}
	return a.notes[in.ID-1], nil
}

type listNotes struct {
	Tag   tenon.Opt[string] `query:"tag"`
	First int               `query:"first" check:"ge=1" default:"1"`
}

func (a *API) list(_ context.Context, in *listNotes) ([]Note, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if in.First > len(a.notes)+1 {
		return nil, tenon.Invalid(in, &in.First, "beyond_end", "There are fewer notes")
	}
	var found []Note
	for _, n := range a.notes[in.First-1:] {
		if tag, ok := in.Tag.Get(); !ok || slices.Contains(n.Tags, tag) {
			found = append(found, n)
		}
	}
	return found, nil
}

// Routes registers every operation.
func (a *API) Routes(r *tenon.Router) {
	r.Use(tenon.MapError(errNotFound, http.StatusNotFound, "note_not_found", "Note not found"))
	notes := r.Group("/notes", tenon.Tags("notes"))
	tenon.Post(notes, "", a.create)
	tenon.Get(notes, "", a.list)
	a.get = tenon.Get(notes, "/{id}", a.read, tenon.Errors(errNotFound))
}

func newApp(a *API) (*tenon.App, error) {
	around := func(r *tenon.Router) {
		r.Use(tenon.Middleware(middleware.RequestID, middleware.AccessLog(slog.Default())))
	}
	return tenon.New(tenon.Config{Title: "Notes", Version: "1.0.0"}, around, a.Routes)
}

func main() {
	app, err := newApp(new(API))
	if err != nil {
		log.Fatal(err)
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}
