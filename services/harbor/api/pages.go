package api

import (
	"fmt"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/page"
)

// behind returns the position behind which a page of a list begins, or nil for the
// first page. The cursor, a field of in, is that of the list with this filter.
func behind[P any](a *API, in any, cursor *tenon.Opt[string], filter string) (*P, error) {
	text, ok := cursor.Get()
	if !ok {
		return nil, nil
	}
	position, err := page.Decode[P](a.cursors, text, filter)
	if err != nil {
		return nil, tenon.Invalid(in, cursor, "cursor_invalid", "Cursor does not belong to this list")
	}
	return &position, nil
}

// pageOf returns up to limit items of a list as clients see them, and the cursor of
// the next page: found has one more if there is a next page.
func pageOf[T, Out, P any](a *API, found []T, limit int, filter string, out func(T) Out, position func(T) P) (items []Out, next *string, err error) {
	if len(found) > limit {
		found = found[:limit]
		cursor, err := page.Encode(a.cursors, position(found[limit-1]), filter)
		if err != nil {
			return nil, nil, fmt.Errorf("encode cursor: %w", err)
		}
		next = &cursor
	}
	items = make([]Out, len(found))
	for i, item := range found {
		items[i] = out(item)
	}
	return items, next, nil
}
