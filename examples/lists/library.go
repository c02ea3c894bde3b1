package main

import (
	"cmp"
	"slices"
)

// A Track is a piece of music.
type Track struct {
	ID      int    `json:"id"`
	Title   string `json:"title"`
	Seconds int    `json:"seconds"`
	Genre   string `json:"genre"`
}

// A Position is where a track is in a list: all that a list is sorted by, and the ID, so that
// there are no ties.
type Position struct {
	Title   string `json:"t"`
	Seconds int    `json:"s"`
	ID      int    `json:"id"`
}

// Position returns where the track is.
func (t Track) Position() Position { return Position{t.Title, t.Seconds, t.ID} }

// Sort is an order of tracks.
type Sort string

// The orders.
const (
	ByTitle  Sort = "title"
	ByLength Sort = "length"
)

// Enum returns all orders.
func (Sort) Enum() []Sort { return []Sort{ByTitle, ByLength} }

// compare compares positions by the order.
func (s Sort) compare(a, b Position) int {
	if s == ByLength {
		return cmp.Or(cmp.Compare(a.Seconds, b.Seconds), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
}

// A Library keeps tracks.
type Library struct{ tracks []Track }

// Tracks returns up to limit tracks of a genre, or of all for "", from behind a position. A
// database would do it by an index: WHERE (title, id) > ($1, $2) ORDER BY title, id LIMIT $3.
func (l *Library) Tracks(genre string, sort Sort, after *Position, limit int) []Track {
	var found []Track
	for _, t := range l.tracks {
		if (genre == "" || t.Genre == genre) && (after == nil || sort.compare(t.Position(), *after) > 0) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b Track) int { return sort.compare(a.Position(), b.Position()) })
	return found[:min(limit, len(found))]
}

func shelf() *Library {
	return &Library{[]Track{
		{1, "Naima", 261, "jazz"}, {2, "Blue in Green", 337, "jazz"}, {3, "Gymnopédie No. 1", 185, "piano"},
		{4, "So What", 562, "jazz"}, {5, "Clair de lune", 300, "piano"},
	}}
}
