package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// benchOrder is the order of the reference service.
type benchOrder struct {
	CustomerID  string `json:"customer_id" check:"minLength=1,maxLength=64"`
	AmountCents int64  `json:"amount_cents" check:"gt=0,le=10000000"`
	Currency    string `json:"currency" check:"pattern='^[A-Z]{3}$'"`
}

var benchBody = []byte(`{"customer_id":"cus_0123456789","amount_cents":12999,"currency":"EUR"}`)

func BenchmarkDecodeOrder(b *testing.B) {
	plan, err := schema.Compile[benchOrder](schema.NewSet(schema.Config{}))
	assert.NoError(b, err)
	b.Run("tenon", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plan.Decode(benchBody); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var o benchOrder
			if err := json.Unmarshal(benchBody, &o); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAppendOrder(b *testing.B) {
	plan, err := schema.Compile[benchOrder](schema.NewSet(schema.Config{}))
	assert.NoError(b, err)
	order, err := plan.Decode(benchBody)
	assert.NoError(b, err)
	buf := make([]byte, 0, 256)
	b.Run("tenon", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plan.Append(buf, &order); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&order); err != nil {
				b.Fatal(err)
			}
		}
	})
}
