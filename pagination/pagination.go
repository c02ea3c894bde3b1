// Package pagination answers lists page by page. A page has the items and a signed
// cursor of what is behind them, in the body and as a Link:
//
//	GET /orders?state=open&limit=2
//
//	Link: <?state=open&limit=2&cursor=AXsi…>; rel="next"
//	{"items":[…],"next_cursor":"AXsi…"}
//
// The input of the handler embeds [Input], or [From] and a limit with bounds of its own;
// its output is a [Page]. What it reads from is up to [Source.Fetch].
//
// A cursor is of package page: it is bound to a filter, survives a restart, and gives
// no right to anything. A list ends with the page that has none.
//
// Source: AIP-158; RFC 8288, section 3.
package pagination

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
)

// Input is what a client asks for: up to 100 items, 20 if it does not say, from a
// cursor on. The input of a handler embeds it.
type Input struct {
	Limit int `query:"limit" check:"ge=1,le=100" default:"20" doc:"Items on a page"`
	From
}

// From is an [Input] without a limit, for a list whose pages have another size. The
// handler's input embeds it and has a limit of its own:
//
//	Limit int `query:"limit" check:"ge=1,le=1000" default:"200"`
type From struct {
	Cursor tenon.Opt[string] `query:"cursor" check:"maxLength=512" doc:"next_cursor of the page before, of the same list with the same filters and order; none for the first page"`
	// Request is that of the client, whose query the links keep. Without one, as in a test
	// that calls the handler, there are none.
	Request *http.Request
}

func (f *From) from() *From { return f }

// asker is a pointer to a struct that embeds Input or From.
type asker interface{ from() *From }

// A Page is the answer of a list: an envelope whose body is a [List].
type Page[T any] struct {
	Link tenon.Opt[string] `header:"Link" doc:"The next page, rel=\"next\", and behind the first page that one, rel=\"first\": relative to the address of the request (RFC 8288)"`
	Body List[T]
}

// A List is a page as clients see it.
type List[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Cursor of the next page, null on the last one"`
}

// A Source is a sorted list of T, in which a P is the position of an item: what it is
// sorted by, without ties. All fields are required.
type Source[T, P any] struct {
	Codec *page.Codec // signs cursors
	// Filter is everything that decides which list this is and how it is sorted: its name,
	// whose it is, filters and order. A cursor of another filter is refused.
	Filter string
	// Position returns where an item is. It must come back unchanged from encoding/json.
	Position func(T) P
	// Fetch returns up to limit items behind a position, or the first ones for nil.
	Fetch func(after *P, limit int) ([]T, error)
}

var errLimit = errors.New("pagination: the limit is less than 1: give its field the rule ge=1")

// Page reads up to limit items, of which the caller may see all: a cursor does not say
// that he may. in is the input of the handler, which embeds [Input] or [From]; a cursor of
// another list is answered with 422 at its place. Errors of Fetch are returned as they are.
func (s Source[T, P]) Page(in asker, limit int) (p Page[T], err error) {
	if limit < 1 {
		return p, errLimit
	}
	from := in.from()
	var after *P
	if cursor, ok := from.Cursor.Get(); ok {
		position, err := page.Decode[P](s.Codec, cursor, s.Filter)
		if err != nil {
			return p, tenon.Invalid(in, &from.Cursor, "cursor_invalid", "Cursor does not belong to this list")
		}
		after = &position
	}
	items, err := s.Fetch(after, limit+1) // one more tells whether there is a next page
	if err != nil {
		return p, err
	}
	if len(items) > limit {
		items = items[:limit]
		next, err := page.Encode(s.Codec, s.Position(items[limit-1]), s.Filter)
		if err != nil {
			return p, fmt.Errorf("pagination: %w", err)
		}
		p.Body.NextCursor = &next
	}
	p.Body.Items = items
	p.Link = links(from, p.Body.NextCursor)
	return p, nil
}

// Map returns p with what show makes of each item: most lists show less than they read.
func Map[T, Shown any](p Page[T], show func(T) Shown) Page[Shown] {
	items := make([]Shown, len(p.Body.Items))
	for i, item := range p.Body.Items {
		items[i] = show(item)
	}
	return Page[Shown]{Link: p.Link, Body: List[Shown]{Items: items, NextCursor: p.Body.NextCursor}}
}
