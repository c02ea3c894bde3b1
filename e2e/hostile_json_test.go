package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

// wraps are the places at which a text stands in a body.
var wraps = map[string]string{
	"whole body":     "%s",
	"customer_id":    `{"customer_id":%s,"amount_cents":1,"currency":"EUR"}`,
	"unknown member": `{"extra":%s,"customer_id":"cus_1","amount_cents":1,"currency":"EUR"}`,
	"last member":    `{"customer_id":"cus_1","amount_cents":1,"currency":"EUR","extra":%s}`,
}

// suite returns the files of JSONTestSuite whose names begin with prefix.
func suite(t *testing.T, prefix string, want int) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus(t, "JSONTestSuite", "test_parsing"), prefix+"*.json"))
	assert.NoError(t, err)
	assert.Equal(t, len(files), want, "files", prefix)
	texts := make(map[string][]byte)
	for _, file := range files {
		texts[filepath.Base(file)], err = os.ReadFile(file)
		assert.NoError(t, err)
	}
	return texts
}

// Source: JSONTestSuite, whose n_ texts are no JSON, y_ texts are, and i_ texts
// are what implementations may decide.
func TestHarborRefusesHostileBodies(t *testing.T) {
	h := start(t, t.TempDir())
	c := newClient(t, h.url)
	t.Run("n", func(t *testing.T) {
		c := c.with(t)
		for name, text := range suite(t, "n_", 188) {
			for place, format := range wraps {
				a := c.post(fmt.Appendf(nil, format, text))
				if a.status < 400 || a.status > 499 {
					t.Errorf("%s as the %s: status %d, want a refusal\n%.300s", name, place, a.status, a.body)
				}
				problemOf(t, a)
			}
		}
	})
	t.Run("y", func(t *testing.T) {
		c := c.with(t)
		for name, text := range suite(t, "y_", 95) {
			for _, place := range []string{"unknown member", "last member"} {
				a := c.post(fmt.Appendf(nil, wraps[place], text))
				if !strings.HasPrefix(name, "y_object_duplicated_key") {
					assert.Equal(t, a.status, http.StatusCreated, name, "as the", place, string(a.body))
					continue
				}
				p := refused(t, a, http.StatusUnprocessableEntity, "validation_failed")
				assert.Equal(t, p.places(), []string{"body.extra duplicate_member"}, name, "as the", place)
			}
		}
	})
	t.Run("i", func(t *testing.T) {
		c := c.with(t)
		for name, text := range suite(t, "i_", 35) {
			for place, format := range wraps {
				a := c.post(fmt.Appendf(nil, format, text))
				if a.status > 499 {
					t.Errorf("%s as the %s: status %d\n%.300s", name, place, a.status, a.body)
				}
				if a.status != http.StatusCreated {
					problemOf(t, a)
				}
			}
		}
	})
	h.healthy(t)
}

func TestHarborRefusesHostileMembers(t *testing.T) {
	h := start(t, t.TempDir())
	c := newClient(t, h.url)
	const rest = `"amount_cents":1,"currency":"EUR"}`
	tests := []struct {
		name, body string
		status     int
		places     []string // nil for a body that is malformed
	}{
		{"repeated member", `{"customer_id":"a","customer_id":"a",` + rest, 422, []string{"body.customer_id duplicate_member"}},
		{"repeated member, escaped", `{"customer_id":"a","customer\u005fid":"b",` + rest, 422, []string{"body.customer_id duplicate_member"}},
		{"repeated unknown member", `{"x":1,"x":1,"customer_id":"a",` + rest, 422, []string{"body.x duplicate_member"}},
		{"deep repeated member", `{"x":[{"y":1,"y":1}],"customer_id":"a",` + rest, 422, []string{"body.x duplicate_member"}},
		{"wrong case", `{"Customer_ID":"a",` + rest, 422, []string{"body.customer_id missing", "body.Customer_ID member_case"}},
		{"wrong case beside the right one", `{"customer_id":"a","CUSTOMER_ID":"b",` + rest, 422, []string{"body.CUSTOMER_ID member_case"}},
		{"Kelvin sign and long s", `{"cuſtomer_id":"a","customer_id":"b",` + rest, 422, []string{"body.cuſtomer_id member_case"}},
		{"trailing data", `{"customer_id":"a",` + rest + `{}`, 400, nil},
		{"trailing bracket", `{"customer_id":"a",` + rest + `}`, 400, nil},
		{"byte order mark", "\ufeff" + `{"customer_id":"a",` + rest, 400, nil},
		{"lone surrogate", `{"customer_id":"\ud800",` + rest, 400, nil},
		{"invalid UTF-8", "{\"customer_id\":\"\xff\"," + rest, 400, nil},
		{"overlong UTF-8", "{\"customer_id\":\"\xc0\xaf\"," + rest, 400, nil},
		{"comment", `{/**/"customer_id":"a",` + rest, 400, nil},
		{"NaN", `{"customer_id":"a","amount_cents":NaN,"currency":"EUR"}`, 400, nil},
		{"fraction", `{"customer_id":"a","amount_cents":1.5,"currency":"EUR"}`, 422, []string{"body.amount_cents int_from_float"}},
		{"1e400", `{"customer_id":"a","amount_cents":1e400,"currency":"EUR"}`, 422, []string{"body.amount_cents less_than_equal"}},
		{"-1e400", `{"customer_id":"a","amount_cents":-1e400,"currency":"EUR"}`, 422, []string{"body.amount_cents greater_than"}},
		{"1e-400", `{"customer_id":"a","amount_cents":1e-400,"currency":"EUR"}`, 422, []string{"body.amount_cents int_from_float"}},
		{"a thousand digits", `{"customer_id":"a","amount_cents":1` + strings.Repeat("0", 1000) + `,"currency":"EUR"}`, 422, []string{"body.amount_cents less_than_equal"}},
		{"huge exponent", `{"customer_id":"a","amount_cents":1e999999999999999999,"currency":"EUR"}`, 422, []string{"body.amount_cents less_than_equal"}},
		{"100,000 levels of arrays", `{"customer_id":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `,` + rest, 400, nil},
		{"100,000 levels in an unknown member", `{"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `,"customer_id":"a",` + rest, 400, nil},
		{"100,000 levels of objects", strings.Repeat(`{"x":`, 100_000) + "1" + strings.Repeat("}", 100_000), 400, nil},
		{"array", `[]`, 422, []string{"body model_attributes_type"}},
		{"null", `null`, 422, []string{"body model_attributes_type"}},
		{"nothing", ``, 422, []string{"body missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := c.with(t).post([]byte(tt.body))
			if tt.places == nil {
				refused(t, a, tt.status, "malformed_body")
				return
			}
			assert.Equal(t, refused(t, a, tt.status, "validation_failed").places(), tt.places)
		})
	}
	t.Run("many wrong members", func(t *testing.T) {
		var body strings.Builder
		body.WriteString(`{"customer_id":"a"`)
		for n := range 20_000 {
			fmt.Fprintf(&body, `,"m%d":0,"m%d":0`, n, n)
		}
		body.WriteString("," + rest)
		a := c.with(t).post([]byte(body.String()))
		p := refused(t, a, http.StatusUnprocessableEntity, "validation_failed")
		if len(p.Errors) > 101 || len(a.body) > 64<<10 {
			t.Errorf("the answer lists %d issues in %d bytes, want a bound", len(p.Errors), len(a.body))
		}
	})
	t.Run("numbers beyond a float64", func(t *testing.T) {
		for _, number := range []string{"1e400", "-1e400", "1e999999999999999999"} {
			a := c.with(t).post([]byte(`{"customer_id":"a","amount_cents":` + number + `,"currency":"EUR"}`))
			var document any
			if err := json.Unmarshal(a.body, &document); err != nil {
				t.Errorf("a client with encoding/json cannot read the answer to %s: %v\n%s", number, err, a.body)
			}
		}
	})
	items, _ := c.list("a", 100)
	assert.Equal(t, len(items), 0, "orders that refused bodies have created")
	h.healthy(t)
}
