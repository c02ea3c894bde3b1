package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// What no log may say. The service sees each of these in a request below.
const (
	secretCustomer = "cus_acceptance_9fd1"
	secretKey      = "key-acceptance-77c2"
	secretToken    = "token-acceptance-c01b"
)

const bodyLimit = 1 << 20 // bytes

func TestHarborAcceptance(t *testing.T) {
	h := start(t, t.TempDir())
	c := newClient(t, h.url)
	t.Run("create, replay, conflict", func(t *testing.T) { acceptCreate(t, c.with(t)) })
	t.Run("idempotency keys", func(t *testing.T) { acceptKeys(t, c.with(t)) })
	t.Run("all violations at once", func(t *testing.T) { acceptViolations(t, c.with(t)) })
	t.Run("get", func(t *testing.T) { acceptGet(t, c.with(t)) })
	t.Run("list", func(t *testing.T) { acceptList(t, c.with(t)) })
	t.Run("methods", func(t *testing.T) { acceptMethods(t, c.with(t)) })
	t.Run("large bodies", func(t *testing.T) { acceptLargeBodies(t, h) })
	t.Run("media types", func(t *testing.T) { acceptMediaTypes(t, c.with(t)) })
	t.Run("docs", func(t *testing.T) { acceptDocs(t, c.with(t)) })
	t.Run("document", func(t *testing.T) { acceptDocument(t, c.with(t)) })
	t.Run("health", func(t *testing.T) { acceptHealth(t, c.with(t)) })
	t.Run("request IDs", func(t *testing.T) { acceptRequestIDs(t, c.with(t), h) })
	h.healthy(t)
	h.terminate(t)
	t.Run("logs", func(t *testing.T) { acceptLogs(t, h) })
}

func acceptCreate(t *testing.T, c *client) {
	body := []byte(`{"customer_id":"` + secretCustomer + `","amount_cents":1999,"currency":"EUR"}`)
	created := c.create(secretKey, body)
	assert.Equal(t, created.status, http.StatusCreated)
	assert.Equal(t, created.header.Get("Content-Type"), "application/json")
	assert.Equal(t, created.header.Get("Idempotency-Replayed"), "")
	assert.Equal(t, created.header.Get("Server"), "")
	var o order
	decode(t, created.body, &o)
	shape := regexp.MustCompile(`^\{"id":"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","status":"pending",` +
		`"customer_id":"` + secretCustomer + `","amount_cents":1999,"currency":"EUR",` +
		`"created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z"\}$`)
	if !shape.Match(created.body) {
		t.Errorf("the order is not as documented: %s", created.body)
	}
	location := created.header.Get("Location")
	assert.Equal(t, location, "/v1/orders/"+o.ID)

	// Neither the order of members nor white space make another payload.
	again := []byte(" {\n\"currency\": \"EUR\", \"amount_cents\": 1.999e3,\t\"customer_id\": \"" + secretCustomer + "\"}\r\n")
	for name, text := range map[string][]byte{"same bytes": body, "same payload": again} {
		replay := c.create(secretKey, text)
		assert.Equal(t, replay.status, http.StatusOK, name)
		assert.Equal(t, string(replay.body), string(created.body), name)
		assert.Equal(t, replay.header.Get("Idempotency-Replayed"), "true", name)
		assert.Equal(t, replay.header.Get("Location"), location, name)
	}
	other := []byte(`{"customer_id":"` + secretCustomer + `","amount_cents":2000,"currency":"EUR"}`)
	refused(t, c.create(secretKey, other), http.StatusUnprocessableEntity, "idempotency_key_reused")

	// What is stored beside the order never leaves.
	closed := c.post([]byte(`{"customer_id":"cus_1","amount_cents":1,"currency":"EUR","risk_score":0,"internal_notes":"x","id":"1","status":"paid"}`))
	assert.Equal(t, closed.status, http.StatusCreated)
	assert.Contains(t, string(closed.body), `"status":"pending"`)
	for _, name := range []string{"risk_score", "internal_notes"} {
		if strings.Contains(string(closed.body), name) {
			t.Errorf("the answer has %s: %s", name, closed.body)
		}
	}
}

func acceptKeys(t *testing.T, c *client) {
	send := func(headers ...string) *answer {
		return c.do("POST", "/v1/orders", []byte(payload), append(headers, "Content-Type: application/json")...)
	}
	for name, headers := range map[string][]string{
		"none":             nil,
		"empty":            {"Idempotency-Key: "},
		"empty, quoted":    {`Idempotency-Key: ""`},
		"256 characters":   {"Idempotency-Key: " + strings.Repeat("k", 256)},
		"a space":          {"Idempotency-Key: a b"},
		"beyond ASCII":     {"Idempotency-Key: ä"},
		"two header lines": {"Idempotency-Key: a", "Idempotency-Key: b"},
	} {
		p := refused(t, send(headers...), http.StatusBadRequest, "validation_failed")
		if places := p.places(); len(places) != 1 || !strings.HasPrefix(places[0], "header.Idempotency-Key ") {
			t.Errorf("key: %s: the issues are %q, want one about the header", name, places)
		}
	}
	assert.Equal(t, send("Idempotency-Key: "+strings.Repeat("k", 255)).status, http.StatusCreated)
	assert.Equal(t, send("Idempotency-Key: quoted").status, http.StatusCreated)
	assert.Equal(t, send(`Idempotency-Key: "quoted"`).status, http.StatusOK)

	// A refused request leaves its key free.
	bad := []byte(`{"customer_id":"cus_1","amount_cents":0,"currency":"EUR"}`)
	refused(t, c.create("retried", bad), http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, c.create("retried", []byte(payload)).status, http.StatusCreated)
}

func acceptViolations(t *testing.T, c *client) {
	p := refused(t, c.post([]byte(`{"customer_id":"","amount_cents":10000001,"currency":"eur"}`)), http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, p.places(), []string{
		"body.customer_id string_too_short", "body.amount_cents less_than_equal", "body.currency string_pattern_mismatch",
	})
	p = refused(t, c.post([]byte(`{}`)), http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, p.places(), []string{"body.customer_id missing", "body.amount_cents missing", "body.currency missing"})
	for _, i := range p.Errors {
		if i.Msg == "" {
			t.Errorf("an issue has no message: %v", i)
		}
	}
}

func acceptGet(t *testing.T, c *client) {
	created := c.post([]byte(payload))
	location := created.header.Get("Location")
	got := c.do("GET", location, nil)
	assert.Equal(t, got.status, http.StatusOK)
	assert.Equal(t, string(got.body), string(created.body))
	upper := c.do("GET", "/v1/orders/"+strings.ToUpper(strings.TrimPrefix(location, "/v1/orders/")), nil)
	assert.Equal(t, string(upper.body), string(created.body))
	head := c.do("HEAD", location, nil)
	assert.Equal(t, head.status, http.StatusOK)
	assert.Equal(t, head.header.Get("Content-Length"), fmt.Sprint(len(created.body)))
	assert.Equal(t, len(head.body), 0)

	refused(t, c.do("GET", "/v1/orders/00000000-0000-7000-8000-000000000000", nil), http.StatusNotFound, "order_not_found")
	p := refused(t, c.do("GET", "/v1/orders/17", nil), http.StatusUnprocessableEntity, "validation_failed")
	assert.Equal(t, p.places(), []string{"path.order_id uuid_parsing"})
	for _, path := range []string{"/", "/v1", "/v1/", "/v1/orders/", "/v1/ORDERS", "/v1/orders/17/items", "/openapi.json/", "//v1/orders"} {
		refused(t, c.do("GET", path, nil), http.StatusNotFound, "not_found")
	}
}

func acceptList(t *testing.T, c *client) {
	const customer = "cus/with a slash"
	const escaped = "cus%2Fwith%20a%20slash"
	var want [][]byte
	for n := range 7 {
		a := c.post(fmt.Appendf(nil, `{"customer_id":%q,"amount_cents":%d,"currency":"EUR"}`, customer, n+1))
		assert.Equal(t, a.status, http.StatusCreated)
		want = slices.Insert(want, 0, a.body)
	}
	got, pages := c.list(escaped, 3)
	assert.Equal(t, pages, 3)
	assert.Equal(t, got, want)
	for size, number := range map[int]int{1: 7, 7: 1, 100: 1} {
		got, pages = c.list(escaped, size)
		assert.Equal(t, got, want, "limit", size)
		assert.Equal(t, pages, number, "limit", size)
	}
	empty := c.do("GET", "/v1/customers/nobody/orders", nil)
	assert.Equal(t, string(empty.body), `{"items":[],"next_cursor":null}`)

	var first page
	decode(t, c.do("GET", "/v1/customers/"+escaped+"/orders?limit=1", nil).body, &first)
	cursor := *first.NextCursor
	stranger := c.do("GET", "/v1/customers/"+escaped+"/orders?cursor="+cursor, nil, "Authorization: Bearer "+secretToken)
	refused(t, stranger, http.StatusUnauthorized, "invalid_token") // CHECKLIST H5
	swapped := []byte(cursor)
	swapped[len(swapped)/2] ^= 1
	for target, place := range map[string]string{
		"/v1/customers/" + escaped + "/orders?cursor=" + string(swapped): "query.cursor cursor_invalid",
		"/v1/customers/" + escaped + "/orders?cursor=" + cursor + "A":    "query.cursor cursor_invalid",
		"/v1/customers/nobody/orders?cursor=" + cursor:                   "query.cursor cursor_invalid",
		"/v1/customers/nobody/orders?limit=0":                            "query.limit greater_than_equal",
		"/v1/customers/nobody/orders?limit=101":                          "query.limit less_than_equal",
		"/v1/customers/nobody/orders?limit=ten":                          "query.limit int_parsing",
		"/v1/customers/nobody/orders?limit=1&limit=2":                    "query.limit multiple_values",
	} {
		p := refused(t, c.do("GET", target, nil), http.StatusUnprocessableEntity, "validation_failed")
		assert.Equal(t, p.places(), []string{place}, target)
	}
}

func acceptMethods(t *testing.T, c *client) {
	const id = "/v1/orders/00000000-0000-7000-8000-000000000000"
	for _, tt := range []struct{ method, path, allow string }{
		{"GET", "/v1/orders", "OPTIONS, POST"},
		{"PUT", id, "GET, HEAD, OPTIONS"},
		{"DELETE", id, "GET, HEAD, OPTIONS"},
		{"BREW", id, "GET, HEAD, OPTIONS"},
		{"TRACE", "/livez", "GET, HEAD, OPTIONS"},
		{"POST", "/openapi.json", "GET, HEAD, OPTIONS"},
	} {
		a := c.do(tt.method, tt.path, nil)
		refused(t, a, http.StatusMethodNotAllowed, "method_not_allowed")
		assert.Equal(t, a.header.Values("Allow"), []string{tt.allow}, tt.method, tt.path)
		a = c.do("OPTIONS", tt.path, nil)
		assert.Equal(t, a.status, http.StatusNoContent, tt.path)
		assert.Equal(t, a.header.Values("Allow"), []string{tt.allow}, "OPTIONS", tt.path)
	}
	a := c.do("POST", "/docs", nil)
	refused(t, a, http.StatusMethodNotAllowed, "method_not_allowed")
	assert.Equal(t, a.header.Get("Allow"), "GET, HEAD")
}

// acceptLargeBodies sends 2 MiB, with and without saying so before.
func acceptLargeBodies(t *testing.T, h *harbor) {
	const header = "POST /v1/orders HTTP/1.1\r\nHost: harbor\r\n" + authorization + "\r\nContent-Type: application/json\r\nIdempotency-Key: large\r\n"
	large := strings.Repeat(" ", 2*bodyLimit)
	for name, rest := range map[string]string{
		"with its length":         fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(large), large),
		"in chunks":               fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(large), large),
		"only the length of it":   fmt.Sprintf("Content-Length: %d\r\n\r\n", len(large)),
		"one byte beyond a limit": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", bodyLimit+1, large[:bodyLimit+1]),
	} {
		w := dial(t, h.url)
		w.writeLater(header + rest)
		a := w.answer()
		refused(t, a, http.StatusRequestEntityTooLarge, "body_too_large")
		assert.Equal(t, a.close, true, name)
		w.closed()
	}
	fits := large[:bodyLimit-len(payload)] + payload
	w := dial(t, h.url)
	w.writeLater(header + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(fits), fits))
	assert.Equal(t, w.answer().status, http.StatusCreated, "as long as allowed")
}

func acceptMediaTypes(t *testing.T, c *client) {
	send := func(headers ...string) *answer {
		return c.do("POST", "/v1/orders", []byte(payload), append(headers, "Idempotency-Key: media")...)
	}
	for name, headers := range map[string][]string{
		"text/plain": {"Content-Type: text/plain"},
		"form":       {"Content-Type: application/x-www-form-urlencoded"},
		"none":       nil,
		"nonsense":   {"Content-Type: json"},
	} {
		a := send(headers...)
		refused(t, a, http.StatusUnsupportedMediaType, "unsupported_media_type")
		assert.Equal(t, a.header.Get("Accept-Post"), "application/json", name)
	}
	a := send("Content-Type: application/json", "Content-Encoding: gzip")
	refused(t, a, http.StatusUnsupportedMediaType, "unsupported_content_encoding")
	assert.Equal(t, send("Content-Type: Application/JSON; charset=utf-8", "Accept: text/html").status, http.StatusCreated)
}

func acceptDocs(t *testing.T, c *client) {
	a := c.do("GET", "/docs", nil)
	assert.Equal(t, a.status, http.StatusOK)
	assert.Equal(t, a.header.Get("Content-Type"), "text/html; charset=utf-8")
	policy := a.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'self'", "script-src 'self';", "frame-ancestors 'none'"} {
		assert.Contains(t, policy, part)
	}
	if strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "http") {
		t.Errorf("the policy is not strict: %s", policy)
	}
	if outside := regexp.MustCompile(`(?i)(https?:)?//[a-z]`).Find(a.body); outside != nil {
		t.Errorf("the page names an outside address: %s", outside)
	}
	links := regexp.MustCompile(`(?:src|href|data-document)="\.([^"]*)"`).FindAllSubmatch(a.body, -1)
	if len(links) < 4 {
		t.Errorf("the page has %d links, want its scripts, its styles and the document:\n%s", len(links), a.body)
	}
	for _, link := range links {
		assert.Equal(t, c.do("GET", string(link[1]), nil).status, http.StatusOK, string(link[1]))
	}
}

func acceptDocument(t *testing.T, c *client) {
	want, err := os.ReadFile("../services/harbor/openapi.json")
	assert.NoError(t, err)
	a := c.do("GET", "/openapi.json", nil)
	assert.Equal(t, a.status, http.StatusOK)
	assert.Equal(t, a.header.Get("Content-Type"), "application/json")
	assert.Equal(t, string(a.body), string(want))
}

func acceptHealth(t *testing.T, c *client) {
	for _, path := range []string{"/livez", "/health", "/readyz", "/ready"} {
		a := c.do("GET", path, nil)
		assert.Equal(t, a.status, http.StatusOK, path)
		assert.Equal(t, string(a.body), `{"status":"ok"}`, path)
	}
}

// acceptRequestIDs sends IDs: a good one is used, a bad one is replaced.
func acceptRequestIDs(t *testing.T, c *client, h *harbor) {
	const good = "Req_1.2:3-acceptance"
	a := c.do("GET", "/nowhere?token="+secretToken, nil, "X-Request-Id: "+good,
		"Authorization: Bearer "+secretToken, "Cookie: session="+secretToken)
	p := refused(t, a, http.StatusNotFound, "not_found")
	assert.Equal(t, p.RequestID, good)
	assert.Equal(t, c.do("GET", "/livez", nil, "X-Request-Id: "+good).header.Get("X-Request-Id"), good)
	h.logged(t, `"request_id":"`+good+`"`)
	for _, bad := range []string{`a"b`, "a b", secretToken + strings.Repeat("x", 64), "a\tb"} {
		p := problemOf(t, c.do("GET", "/nowhere", nil, "X-Request-Id: "+bad))
		if p.RequestID == bad || p.RequestID == "" {
			t.Errorf("the request ID %q was answered with %q", bad, p.RequestID)
		}
	}
	a = c.do("GET", "/v1/orders/"+secretToken, nil)
	problemOf(t, a)
}

// acceptLogs reads what the whole test has made the service log.
func acceptLogs(t *testing.T, h *harbor) {
	text := h.logs.String()
	for _, secret := range []string{secretCustomer, secretKey, secretToken, apiKey, "cus_1", "amount_cents"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	requests := 0
	for _, line := range h.logs.lines(t) {
		if s, ok := line["time"].(string); !ok || !strings.HasSuffix(s, "Z") {
			t.Errorf("a log line has the time %v, want one in UTC", line["time"])
		}
		if line["msg"] != "request" {
			continue
		}
		requests++
		for _, name := range []string{"request_id", "method"} {
			if s, ok := line[name].(string); !ok || s == "" {
				t.Errorf("a log line has no %s: %v", name, line)
			}
		}
		if route, ok := line["route"].(string); !ok || strings.HasPrefix(route, "/v1/orders/") && route != "/v1/orders/{order_id}" {
			t.Errorf("a log line has a path in place of the template: %v", line)
		}
		if status, ok := line["status"].(float64); !ok || status < 200 || status > 499 {
			t.Errorf("a log line has the status %v", line["status"])
		}
	}
	if requests < 50 {
		t.Errorf("%d requests are logged, want one line for each", requests)
	}
}
