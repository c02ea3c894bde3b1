package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// getOrder answers one order of the merchant.
func (s *service) getOrder(w http.ResponseWriter, r *http.Request, merchant string) error {
	text := r.PathValue("order_id")
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(uuid.Nil.String()) { // Parse takes other forms, too
		return invalid(http.StatusUnprocessableEntity, issue{Type: "uuid_parsing", Loc: []any{"path", "order_id"}, Msg: "Input should be a valid UUID"})
	}
	o, err := s.db.order(r.Context(), merchant, id)
	if err != nil {
		return err
	}
	return answerJSON(w, &o)
}

// A list is one page of the orders of a customer.
type list struct {
	Items      []order `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// listOrders answers a page of the orders that the merchant has for a customer, newest first.
func (s *service) listOrders(w http.ResponseWriter, r *http.Request, merchant string) error {
	customer := r.PathValue("customer_id")
	limit, cursor, issues := listParameters(r.URL, customer)
	if len(issues) > 0 {
		return invalid(http.StatusUnprocessableEntity, issues...)
	}
	filter := fmt.Sprintf("%q %q", merchant, customer)
	var before *position
	if cursor != "" {
		p, ok := s.cursors.decode(cursor, filter)
		if !ok {
			return invalid(http.StatusUnprocessableEntity, issue{Type: "cursor_invalid", Loc: []any{"query", "cursor"}, Msg: "Cursor does not belong to this list"})
		}
		before = &p
	}
	// One more than asked for tells whether there is a next page.
	orders, err := s.db.list(r.Context(), merchant, customer, before, limit+1)
	if err != nil {
		return err
	}
	page := list{Items: orders}
	if len(orders) > limit {
		page.Items = orders[:limit]
		last := page.Items[limit-1]
		next, err := s.cursors.encode(position{last.CreatedAt, last.ID}, filter)
		if err != nil {
			return err
		}
		page.NextCursor = &next
	}
	if link := links(r.URL, page.NextCursor); link != "" {
		w.Header().Set("Link", link)
	}
	return answerJSON(w, &page)
}

// links returns the header Link of a page. Source: RFC 8288, section 3.
func links(u *url.URL, next *string) string {
	query := u.Query()
	paged := query.Has("cursor")
	query.Del("cursor")
	var list []string
	if next != nil {
		list = append(list, "<?"+strings.TrimPrefix(query.Encode()+"&", "&")+"cursor="+*next+`>; rel="next"`)
	}
	if paged {
		list = append(list, "<?"+query.Encode()+`>; rel="first"`)
	}
	return strings.Join(list, ", ")
}

// listParameters reads what a list is asked for.
func listParameters(u *url.URL, customer string) (limit int, cursor string, issues []issue) {
	add := func(kind, msg string, value string, ctx map[string]any, loc ...any) {
		input, _ := json.Marshal(value) // it is a string
		issues = append(issues, issue{Type: kind, Loc: loc, Msg: msg, Input: input, Ctx: ctx})
	}
	if n := utf8.RuneCountInString(customer); n > maxCustomerID {
		add("string_too_long", "String should have at most 64 characters", customer, map[string]any{"max_length": maxCustomerID}, "path", "customer_id")
	}
	query := u.Query()
	limit = 20
	if query.Has("limit") {
		text := query.Get("limit")
		n, err := strconv.Atoi(text)
		switch limit = n; {
		case err != nil:
			add("int_parsing", "Input should be a valid integer, unable to parse string as an integer", text, nil, "query", "limit")
		case n < 1:
			add("greater_than_equal", "Input should be greater than or equal to 1", text, map[string]any{"ge": 1}, "query", "limit")
		case n > 100:
			add("less_than_equal", "Input should be less than or equal to 100", text, map[string]any{"le": 100}, "query", "limit")
		}
	}
	if cursor = query.Get("cursor"); utf8.RuneCountInString(cursor) > maxCursor {
		add("string_too_long", "String should have at most 512 characters", cursor, map[string]any{"max_length": maxCursor}, "query", "cursor")
	}
	return limit, cursor, issues
}

func answerJSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return answer(w, http.StatusOK, "application/json", body)
}
