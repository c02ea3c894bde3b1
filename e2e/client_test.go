package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
)

// A client sends requests to a service over real sockets. Each kind of answer
// that is an error must be a problem document.
type client struct {
	t    *testing.T
	url  string
	http *http.Client
	keys *atomic.Int64
}

func newClient(t *testing.T, url string) *client {
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t: t, url: url, keys: new(atomic.Int64), http: &http.Client{
		Transport:     transport,
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// with returns the client for a subtest.
func (c *client) with(t *testing.T) *client {
	sub := *c
	sub.t = t
	return &sub
}

// An answer is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
	close  bool // the service has announced to close the connection
}

// send sends a request with headers given as "Name: value". Unless one of them is
// Authorization, it is that of the demo merchant.
func (c *client) send(method, target string, body []byte, headers ...string) (*answer, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+target, reader)
	if err != nil {
		return nil, err
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	if r.Header["Authorization"] == nil {
		r.Header.Set("Authorization", "Bearer "+apiKey)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	return read(resp)
}

func read(resp *http.Response) (*answer, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	return &answer{resp.StatusCode, resp.Header, body, resp.Close}, nil
}

// do is send for requests that must be answered.
func (c *client) do(method, target string, body []byte, headers ...string) *answer {
	c.t.Helper()
	a, err := c.send(method, target, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %.200s: %v", method, target, err)
	}
	return a
}

// post asks for an order with a key of its own.
func (c *client) post(body []byte) *answer {
	c.t.Helper()
	return c.create("key-"+strconv.FormatInt(c.keys.Add(1), 10), body)
}

// create asks for an order.
func (c *client) create(key string, body []byte) *answer {
	c.t.Helper()
	return c.do("POST", "/v1/orders", body, "Content-Type: application/json", "Idempotency-Key: "+key)
}

// An order is an order as clients see it.
type order struct {
	ID          string    `json:"id"`
	Status      string    `json:"status"`
	CustomerID  string    `json:"customer_id"`
	AmountCents int64     `json:"amount_cents"`
	Currency    string    `json:"currency"`
	CreatedAt   time.Time `json:"created_at"`
}

// A page is one page of a list, with its orders byte for byte.
type page struct {
	Items      []json.RawMessage `json:"items"`
	NextCursor *string           `json:"next_cursor"`
}

// list walks over the orders of a customer in pages of a size and returns them
// byte for byte, and the number of pages.
func (c *client) list(customer string, size int) (items [][]byte, pages int) {
	c.t.Helper()
	target := fmt.Sprintf("/v1/customers/%s/orders?limit=%d", customer, size)
	for cursor := ""; ; {
		a := c.do("GET", target+cursor, nil)
		assert.Equal(c.t, a.status, http.StatusOK, target, cursor)
		var p page
		decode(c.t, a.body, &p)
		pages++
		for _, item := range p.Items {
			items = append(items, item)
		}
		if len(p.Items) > size || p.NextCursor != nil && len(p.Items) == 0 {
			c.t.Fatalf("a page of %d has %d orders, and a next one: %v", size, len(p.Items), p.NextCursor != nil)
		}
		if p.NextCursor == nil {
			return items, pages
		}
		cursor = "&cursor=" + *p.NextCursor
	}
}

// decode reads a JSON text that has the members of v and no other.
func decode(t *testing.T, text []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// A problem is the body of an error answer.
type problem struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail"`
	Code      string  `json:"code"`
	RequestID string  `json:"request_id"`
	Errors    []issue `json:"errors"`
}

// An issue is one thing wrong with a request.
type issue struct {
	Type  string          `json:"type"`
	Loc   []any           `json:"loc"`
	Msg   string          `json:"msg"`
	Input json.RawMessage `json:"input"`
	Ctx   map[string]any  `json:"ctx"`
}

// places returns where the issues are and their types: "body.currency missing".
func (p *problem) places() []string {
	var out []string
	for _, i := range p.Errors {
		var loc []string
		for _, segment := range i.Loc {
			loc = append(loc, fmt.Sprint(segment))
		}
		out = append(out, strings.Join(loc, ".")+" "+i.Type)
	}
	return out
}

// problemOf reads an answer that must be a problem document with all that such
// a document has.
func problemOf(t *testing.T, a *answer) *problem {
	t.Helper()
	p := new(problem)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" || a.status < 400 {
		t.Errorf("status %d with the content type %q is no problem:\n%.500s", a.status, got, a.body)
		return p
	}
	decode(t, a.body, p)
	assert.Equal(t, p.Status, a.status, "member status")
	assert.Equal(t, p.Type, "urn:problem:"+p.Code, "member type")
	id := a.header.Values("X-Request-Id")
	if len(id) != 1 || id[0] == "" || p.RequestID != id[0] {
		t.Errorf("member request_id is %q, header X-Request-Id is %q", p.RequestID, id)
	}
	if p.Code == "" || p.Title == "" {
		t.Errorf("code or title is missing: %s", a.body)
	}
	return p
}

// refused checks that an answer is the problem with a status and a code.
func refused(t *testing.T, a *answer, status int, code string) *problem {
	t.Helper()
	p := problemOf(t, a)
	if a.status != status || p.Code != code {
		t.Errorf("answered %d %s, want %d %s\n%.500s", a.status, p.Code, status, code, a.body)
	}
	return p
}

// A wire is a connection on which a test writes what no HTTP client would.
type wire struct {
	*net.TCPConn
	t *testing.T
	r *bufio.Reader
}

// dial connects to a service.
func dial(t *testing.T, url string) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &wire{conn.(*net.TCPConn), t, bufio.NewReader(conn)}
}

// write sends text, which the service may refuse to read to its end.
func (w *wire) write(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w.TCPConn, text); err != nil && !broken(err) {
		w.t.Fatalf("write: %v", err)
	}
}

// writeLater writes text that the service may never read, while the test goes on.
func (w *wire) writeLater(text string) {
	go func() { _, _ = io.WriteString(w.TCPConn, text) }()
}

// answer reads one answer.
func (w *wire) answer() *answer {
	w.t.Helper()
	resp, err := http.ReadResponse(w.r, nil)
	if err != nil {
		w.t.Fatalf("read answer: %v", err)
	}
	a, err := read(resp)
	if err != nil {
		w.t.Fatalf("read answer: %v", err)
	}
	return a
}

// closed checks that the service closes the connection and sends nothing more.
func (w *wire) closed() {
	w.t.Helper()
	rest, err := io.ReadAll(w.r)
	if err != nil && !broken(err) {
		w.t.Errorf("the connection stays open: %v", err)
	}
	if len(rest) > 0 {
		w.t.Errorf("after the answer came %q", rest)
	}
}

// broken reports an error that the other side caused by closing its connection.
func broken(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}
