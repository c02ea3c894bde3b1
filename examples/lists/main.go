// Command lists is the program of the guide "Lists": a music library that is listed page by
// page, filtered and sorted.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
	"github.com/tenonapi/tenon/pagination"
)

// An API lists what is in a library.
type API struct {
	library *Library
	cursors *page.Codec
}

// ListTracks is the input of the list of tracks.
type ListTracks struct {
	pagination.Input
	Genre string `query:"genre" check:"maxLength=40" default:"" doc:"Only tracks of this genre"`
	Sort  Sort   `query:"sort" default:"title"`
}

func (a *API) tracks(_ context.Context, in *ListTracks) (pagination.Page[Track], error) {
	return pagination.Source[Track, Position]{
		Codec:    a.cursors,
		Filter:   fmt.Sprintf("tracks of genre %q by %s", in.Genre, in.Sort),
		Position: Track.Position,
		Fetch: func(after *Position, limit int) ([]Track, error) {
			return a.library.Tracks(in.Genre, in.Sort, after, limit), nil
		},
	}.Page(in, in.Limit)
}

// ListTitles is the input of the list of titles, which has large pages.
type ListTitles struct {
	pagination.From
	Limit int `query:"limit" check:"ge=1,le=1000" default:"200" doc:"Titles on a page"`
}

func (a *API) titles(_ context.Context, in *ListTitles) (pagination.Page[string], error) {
	tracks, err := pagination.Source[Track, Position]{
		Codec: a.cursors, Filter: "titles", Position: Track.Position,
		Fetch: func(after *Position, limit int) ([]Track, error) {
			return a.library.Tracks("", ByTitle, after, limit), nil
		},
	}.Page(in, in.Limit)
	return pagination.Map(tracks, func(t Track) string { return t.Title }), err
}

func newApp(library *Library, key []byte) (*tenon.App, error) {
	cursors, err := page.New(page.Config{Key: key})
	if err != nil {
		return nil, err
	}
	a := &API{library, cursors}
	return tenon.New(tenon.Config{Title: "Library", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Get(r, "/tracks", a.tracks)
		tenon.Get(r, "/titles", a.titles)
	})
}

func main() {
	key := make([]byte, 32) // keep yours: cursors of another key are refused
	_, _ = rand.Read(key)
	app, err := newApp(shelf(), key)
	if err != nil {
		log.Fatal(err)
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}
