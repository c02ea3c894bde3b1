package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// An exchange is a request that both services must answer alike. In path and body, {order} and
// {cursor} stand for the last ones that the service itself has answered.
type exchange struct {
	name, method, path string
	key, body          string      // Idempotency-Key and body, with a Content-Type; empty ones are not sent
	header             http.Header // besides; an empty value takes a header away
	status             int
}

const anOrder = `{"customer_id":"cus_1","amount_cents":1999,"currency":"EUR"}`

// exchanges are sent in order: some repeat what others have done.
func exchanges() []exchange {
	const orders, list = "/v1/orders", "/v1/customers/cus_1/orders"
	header := func(name, value string) http.Header { return http.Header{name: {value}} }
	return []exchange{
		{name: "create", method: "POST", path: orders, key: "a", body: anOrder, status: 201},
		{name: "repeat", method: "POST", path: orders, key: "a", body: ` {"currency":"EUR","amount_cents":1999,"customer_id":"cus\u005f1"} `, status: 200},
		{name: "key used before", method: "POST", path: orders, key: "a", body: strings.Replace(anOrder, "1999", "2000", 1), status: 422},
		{name: "read", method: "GET", path: "{order}", status: 200},
		{name: "create more", method: "POST", path: orders, key: "b", body: anOrder, status: 201},
		{name: "most of all", method: "POST", path: orders, key: "c", status: 201,
			body: `{"customer_id":"` + strings.Repeat("é", 64) + `","amount_cents":10000000,"currency":"XXX"}`},
		{name: "list", method: "GET", path: list, status: 200},
		{name: "first page", method: "GET", path: list + "?limit=1", status: 200},
		{name: "second page", method: "GET", path: list + "?limit=1&cursor={cursor}", status: 200},
		{name: "cursor of another list", method: "GET", path: "/v1/customers/cus_2/orders?cursor={cursor}", status: 422},
		{name: "no cursor", method: "GET", path: list + "?cursor=abc", status: 422},
		{name: "empty list", method: "GET", path: "/v1/customers/nobody/orders", status: 200},
		{name: "limit 0", method: "GET", path: list + "?limit=0", status: 422},
		{name: "limit 101", method: "GET", path: list + "?limit=101", status: 422},
		{name: "limit no number", method: "GET", path: list + "?limit=x", status: 422},
		{name: "customer too long", method: "GET", path: "/v1/customers/" + strings.Repeat("c", 65) + "/orders", status: 422},

		{name: "all wrong", method: "POST", path: orders, key: "d", body: `{"customer_id":"","amount_cents":0,"currency":"eur"}`, status: 422},
		{name: "too much", method: "POST", path: orders, key: "d", body: `{"customer_id":"` + strings.Repeat("é", 65) + `","amount_cents":10000001,"currency":"EURO"}`, status: 422},
		{name: "other types", method: "POST", path: orders, key: "d", body: `{"customer_id":1,"amount_cents":1.5,"currency":null}`, status: 422},
		{name: "missing", method: "POST", path: orders, key: "d", body: `{}`, status: 422},
		{name: "no object", method: "POST", path: orders, key: "d", body: `[]`, status: 422},
		{name: "malformed", method: "POST", path: orders, key: "d", body: `{"customer_id":`, status: 400},
		{name: "two values", method: "POST", path: orders, key: "d", body: anOrder + anOrder, status: 400},
		{name: "too large", method: "POST", path: orders, key: "d", body: `"` + strings.Repeat("x", 1<<20) + `"`, status: 413},
		{name: "media type", method: "POST", path: orders, key: "d", body: anOrder, header: header("Content-Type", "text/plain"), status: 415},
		{name: "no key", method: "POST", path: orders, body: anOrder, status: 400},
		{name: "key with a space", method: "POST", path: orders, key: "d e", body: anOrder, status: 400},
		{name: "long key", method: "POST", path: orders, key: strings.Repeat("k", 256), body: anOrder, status: 400},
		{name: "refused before", method: "POST", path: orders, key: "d", body: anOrder, status: 201},

		{name: "no UUID", method: "GET", path: orders + "/17", status: 422},
		{name: "order of nobody", method: "GET", path: orders + "/0b5ed1f0-6a3c-4f5f-9d0f-111111111111", status: 404},
		{name: "nothing", method: "GET", path: "/v1/nothing", status: 404},
		{name: "method", method: "DELETE", path: orders, status: 405},
		{name: "no credentials", method: "GET", path: "{order}", header: header("Authorization", ""), status: 401},
		{name: "other scheme", method: "GET", path: "{order}", header: header("Authorization", "Basic YTpi"), status: 401},
		{name: "unknown key", method: "GET", path: "{order}", header: header("Authorization", "Bearer hk_0123456789abcdef"), status: 401},
		{name: "no key at all", method: "POST", path: orders, key: "d", body: anOrder, header: header("Authorization", "Bearer x"), status: 401},
		{name: "page of another origin", method: "POST", path: orders, key: "d", body: anOrder, header: header("Sec-Fetch-Site", "cross-site"), status: 403},
		{name: "request ID", method: "GET", path: "{order}", header: header("X-Request-Id", "id-1"), status: 200},
	}
}

// agree sends both services the exchanges and returns one error that joins all differences.
func agree(ctx context.Context, services []*service) error {
	var errs []error
	unused := rand.Text()
	for _, e := range exchanges() {
		if e.key != "" {
			e.key += unused
		}
		var first string
		for i, s := range services {
			got, err := e.send(ctx, s)
			switch {
			case err != nil:
				return fmt.Errorf("%s of %s: %w", e.name, s.name, err)
			case i == 0:
				first = got
			case got != first:
				errs = append(errs, fmt.Errorf("%s: %s answers\n%s%s answers\n%s", e.name, services[0].name, first, s.name, got))
			}
		}
	}
	return errors.Join(errs...)
}

// send returns what counts of the answer.
func (e exchange) send(ctx context.Context, s *service) (string, error) {
	path := strings.NewReplacer("{order}", s.order, "{cursor}", s.cursor).Replace(e.path)
	r, err := http.NewRequestWithContext(ctx, e.method, "http://"+s.addr+path, strings.NewReader(e.body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	if e.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if e.key != "" {
		r.Header.Set("Idempotency-Key", e.key)
	}
	for name, values := range e.header {
		if r.Header.Del(name); values[0] != "" {
			r.Header[name] = values
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode != e.status {
		return "", fmt.Errorf("status %d, want %d: %s", resp.StatusCode, e.status, body)
	}
	if location := resp.Header.Get("Location"); location != "" {
		s.order = location
	}
	return s.picture(resp.Header, body)
}

var (
	compared = []string{"Content-Type", "Location", "Idempotency-Replayed", "Www-Authenticate", "Retry-After",
		"Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"}
	uuid   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	linked = regexp.MustCompile(`cursor=[\w-]+`)
	when   = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z`)
)

// picture writes down an answer without what differs from service to service: IDs, times, cursors and
// what is said to people. It keeps the cursor.
func (s *service) picture(header http.Header, body []byte) (string, error) {
	var b strings.Builder
	for _, name := range compared {
		fmt.Fprintf(&b, "%s: %s\n", name, uuid.ReplaceAllString(strings.Join(header.Values(name), "|"), "UUID"))
	}
	fmt.Fprintf(&b, "Link: %s\n", linked.ReplaceAllString(header.Get("Link"), "cursor=CURSOR"))
	if id := header.Get("X-Request-Id"); id != "id-1" && len(id) != 26 {
		return "", fmt.Errorf("request ID %q: want one of 26 characters", id)
	}
	if header.Get("Content-Type") == "application/problem+json" {
		var p struct {
			Type, Code string
			Status     int
			Errors     []struct {
				Type string
				Loc  []any
			}
		}
		err := json.Unmarshal(body, &p)
		if p.Code != "validation_failed" { // where a parser stopped is its own
			p.Errors = nil
		}
		fmt.Fprintf(&b, "%+v\n", p)
		return b.String(), err
	}
	var page struct {
		NextCursor *string `json:"next_cursor"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return "", err
	}
	text := string(body)
	if page.NextCursor != nil {
		s.cursor = *page.NextCursor
		text = strings.Replace(text, s.cursor, "CURSOR", 1)
	}
	fmt.Fprintln(&b, when.ReplaceAllString(uuid.ReplaceAllString(text, "UUID"), "TIME"))
	return b.String(), nil
}
