package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

const (
	createOrder = "/paths/~1v1~1orders/post"
	jsonSchema  = "/content/application~1json/schema"
)

// values are the JSON texts that members of an order are given.
var values = map[string][]string{
	"customer_id": {
		`""`, `"a"`, `"cus_123"`, `" "`, `"\u0000"`, `"é"`, `"😀"`, `"\ud83d\ude00"`,
		long("x", 64), long("x", 65), long("é", 64), long("é", 65), long("😀", 64), long("😀", 65), long(`\ud83d\ude00`, 64), long(`\u00e9`, 65),
		`null`, `1`, `true`, `[]`, `["a"]`, `{}`,
	},
	"amount_cents": {
		`1`, `0`, `-1`, `-0`, `10000000`, `10000001`, `9999999`, `1.0`, `1.5`, `0.9`, `1e2`, `1E7`, `1e8`, `1e-1`, `10e-1`, `100000000e-1`, `0.1e1`,
		`9223372036854775807`, `9223372036854775808`, `-9223372036854775809`, `18446744073709551616`, `1e400`, `1e-400`,
		`10000000.0`, `10000000.00000000000000000001`, `0.99999999999999999999`, `1.00000000000000000000`,
		`null`, `"1"`, `""`, `true`, `[1]`, `{}`,
	},
	"currency": {
		`"EUR"`, `"eur"`, `"EU"`, `"EURO"`, `""`, `"EUR\n"`, `"\nEUR"`, `" EUR"`, `"EÜR"`, `"\u0045\u0055\u0052"`, `"ＥＵＲ"`, `"E1R"`, `"AAA"`, `"ZZZ"`, `"A[B"`, `"@AB"`,
		`null`, `978`, `["EUR"]`, `{"EUR":1}`,
	},
}

func long(character string, n int) string { return `"` + strings.Repeat(character, n) + `"` }

// wholes are bodies that are not an order with one member changed.
var wholes = []string{
	`{}`, `[]`, `null`, `true`, `1`, `"{}"`, `[{"customer_id":"a","amount_cents":1,"currency":"EUR"}]`,
	`{"customer_id":"a","amount_cents":1}`, `{"customer_id":"a","currency":"EUR"}`, `{"amount_cents":1,"currency":"EUR"}`,
	`{"currency":"EUR","amount_cents":1,"customer_id":"a"}`,
	`{"customer_id":"a","amount_cents":1,"currency":"EUR","extra":null}`,
	`{"customer_id":"a","amount_cents":1,"currency":"EUR","":{"a":[{}]}}`,
	`{"customer_id":"a","amount_cents":1,"currency":"EUR","id":"x","status":7,"risk_score":"high"}`,
	`{"customer\u005fid":"a","amount_cents":1,"currency":"EUR"}`,
	`{"customer-id":"a","amount_cents":1,"currency":"EUR"}`,
	` { "customer_id" : "a" , "amount_cents" : 1 , "currency" : "EUR" } `,
}

// bodies returns well-formed bodies, of which the schema accepts some.
func bodies() []string {
	good := map[string]string{"customer_id": `"a"`, "amount_cents": `1`, "currency": `"EUR"`}
	out := slices.Clone(wholes)
	for name, texts := range values {
		for _, text := range texts {
			members := []string{fmt.Sprintf("%q:%s", name, text)}
			for other, text := range good {
				if other != name {
					members = append(members, fmt.Sprintf("%q:%s", other, text))
				}
			}
			out = append(out, "{"+strings.Join(members, ",")+"}")
		}
	}
	return out
}

// A body is an order if and only if the published schema says so, and each
// answer is what the document says, too.
func TestHarborAgreesWithItsSchema(t *testing.T) {
	d := readDocument(t, harborDocument(t))
	input := d.schema(t, createOrder+"/requestBody"+jsonSchema)
	output := d.schema(t, createOrder+"/responses/201"+jsonSchema)
	failure := d.schema(t, createOrder+"/responses/422/content/application~1problem+json/schema")
	h := start(t, t.TempDir())
	c := newClient(t, h.url)
	accepted, all := 0, bodies()
	for _, body := range all {
		verdict := input.Validate(parse(t, []byte(body)))
		a := c.post([]byte(body))
		switch {
		case a.status == http.StatusCreated:
			accepted++
			if verdict != nil {
				t.Errorf("%s\nis accepted, but the schema refuses it: %v", body, verdict)
			}
			if err := output.Validate(parse(t, a.body)); err != nil {
				t.Errorf("%s\nis not what the document says: %v", a.body, err)
			}
			var asked, got order
			if err := json.Unmarshal([]byte(body), &asked); err == nil { // what encoding/json reads as well
				decode(t, a.body, &got)
				got.ID, got.Status, got.CreatedAt = asked.ID, asked.Status, asked.CreatedAt
				assert.Equal(t, got, asked, body)
			}
		default:
			refused(t, a, http.StatusUnprocessableEntity, "validation_failed")
			if verdict == nil {
				t.Errorf("%s\nfits the schema, but is refused: %s", body, a.body)
			}
			if err := failure.Validate(parse(t, a.body)); err != nil {
				t.Errorf("%s\nis not what the document says: %v", a.body, err)
			}
		}
	}
	t.Logf("%d bodies, %d accepted by both", len(all), accepted)
	if accepted < 20 || accepted > len(all)-20 {
		t.Errorf("of %d bodies %d are accepted: the table shows little", len(all), accepted)
	}
	h.healthy(t)
}

// Every other answer of the service is as its document says, too.
func TestHarborAnswersAsDocumented(t *testing.T) {
	d := readDocument(t, harborDocument(t))
	h := start(t, t.TempDir())
	c := newClient(t, h.url)
	location := c.create("k", []byte(payload)).header.Get("Location")
	c.create("l", []byte(payload))
	const key = "Idempotency-Key: k"
	for _, tt := range []struct {
		operation, method, target, body string
		status                          int
		headers                         []string
	}{
		{createOrder, "POST", "/v1/orders", payload, 200, []string{key, "Content-Type: application/json"}},
		{createOrder, "POST", "/v1/orders", payload, 400, []string{"Content-Type: application/json"}},
		{createOrder, "POST", "/v1/orders", "{", 400, []string{key, "Content-Type: application/json"}},
		{createOrder, "POST", "/v1/orders", strings.Repeat(" ", bodyLimit+1), 413, []string{key, "Content-Type: application/json"}},
		{createOrder, "POST", "/v1/orders", payload, 415, []string{key}},
		{createOrder, "POST", "/v1/orders", strings.Replace(payload, "1999", "1998", 1), 422, []string{key, "Content-Type: application/json"}},
		{"/paths/~1v1~1orders~1{order_id}/get", "GET", location, "", 200, nil},
		{"/paths/~1v1~1orders~1{order_id}/get", "GET", "/v1/orders/" + zeroID, "", 404, nil},
		{"/paths/~1v1~1orders~1{order_id}/get", "GET", "/v1/orders/x", "", 422, nil},
		{"/paths/~1v1~1customers~1{customer_id}~1orders/get", "GET", "/v1/customers/cus_1/orders", "", 200, nil},
		{"/paths/~1v1~1customers~1{customer_id}~1orders/get", "GET", "/v1/customers/cus_1/orders?limit=1", "", 200, nil},
		{"/paths/~1v1~1customers~1{customer_id}~1orders/get", "GET", "/v1/customers/cus_1/orders?limit=%", "", 400, nil},
		{"/paths/~1v1~1customers~1{customer_id}~1orders/get", "GET", "/v1/customers/cus_1/orders?cursor=x", "", 422, nil},
		{"/paths/~1livez/get", "GET", "/livez", "", 200, nil},
		{"/paths/~1readyz/get", "GET", "/readyz", "", 200, nil},
	} {
		var body []byte
		if tt.body != "" {
			body = []byte(tt.body)
		}
		a := c.do(tt.method, tt.target, body, tt.headers...)
		assert.Equal(t, a.status, tt.status, tt.method, tt.target)
		response := fmt.Sprintf("%s/responses/%d", tt.operation, a.status)
		media := strings.ReplaceAll(a.header.Get("Content-Type"), "/", "~1")
		if err := d.schema(t, response+"/content/"+media+"/schema").Validate(parse(t, a.body)); err != nil {
			t.Errorf("%s %s: %v\n%s", tt.method, tt.target, err, a.body)
		}
		declared, _ := d.at(response + "/headers")
		names, _ := declared.(map[string]any)
		for _, name := range []string{"Location", "Idempotency-Replayed"} {
			if _, ok := names[name]; ok != (a.header.Get(name) != "") {
				t.Errorf("%s %s: status %d, header %s: declared %v, sent %q", tt.method, tt.target, a.status, name, ok, a.header.Get(name))
			}
		}
	}
	h.healthy(t)
}
