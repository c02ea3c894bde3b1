package tenon_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
	"github.com/tenonapi/tenon/tenontest"
)

type payment interface{ payment() }

type card struct {
	Number string `json:"number" check:"minLength=4"`
}

type transfer struct {
	IBAN string `json:"iban"`
}

func (card) payment()      {}
func (*transfer) payment() {}

type pay struct {
	Body struct {
		By payment `json:"by"`
	}
}

func echoPayment(_ context.Context, in *pay) (payment, error) { return in.Body.By, nil }

func TestUnions(t *testing.T) {
	c := tenontest.New(t, mustNew(func(r *tenon.Router) {
		g := r.Group("/g")
		tenon.Post(g, "/pay", echoPayment)
		tenon.Post(g, "/again", echoPayment)
		r.Use(tenon.Union[payment]("type", schema.As[card]("card"), schema.As[transfer]("transfer"))) // after its use
	}))
	for _, body := range []string{`{"type":"card","number":"1234"}`, `{"type":"transfer","iban":"DE"}`} {
		r := c.Do(http.MethodPost, "/g/pay", `{"by":`+body+`}`)
		assert.Equal(t, r.Status, http.StatusOK)
		assert.Equal(t, string(r.Body), body)
	}
	p := c.Problem(c.Do(http.MethodPost, "/g/again", `{"by":{"type":"card","number":"1"}}`))
	assert.Equal(t, p.Issues[0].Loc, []any{"body", "by", "card", "number"})
}

func TestMistakesInUnions(t *testing.T) {
	tests := []struct {
		name   string
		routes func(*tenon.Router)
		want   string
	}{
		{"undeclared", func(r *tenon.Router) { tenon.Post(r, "/pay", echoPayment) }, "declare its variants as a union"},
		{"twice in one place", func(r *tenon.Router) {
			r.Use(tenon.Union[payment]("type", schema.As[card]("card")), tenon.Union[payment]("kind", schema.As[card]("card")))
		}, "union tenon_test.payment is declared already"},
		{"twice", func(r *tenon.Router) {
			r.Use(tenon.Union[payment]("type", schema.As[card]("card")))
			r.Group("/g", tenon.Union[payment]("type", schema.As[card]("card")))
		}, "union tenon_test.payment is declared already"},
		{"no variant", func(r *tenon.Router) { r.Use(tenon.Union[payment]("type")) }, "want variants"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, tt.routes)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "union_test.go:") {
				t.Errorf("got %v, want an error with %q and the place", err, tt.want)
			}
		})
	}
}

func TestReportsOfAnApp(t *testing.T) {
	app := mustNew(func(r *tenon.Router) {
		tenon.Get(r, "/", func(context.Context, *struct {
			Q string `query:"q" check:"maxLength=3?"`
		}) (tenon.NoContent, error) {
			return tenon.NoContent{}, nil
		})
	})
	c := tenontest.New(t, app)
	for _, q := range []string{"abc", "abcd"} {
		assert.Equal(t, c.Do(http.MethodGet, "/?q="+q, "").Status, http.StatusNoContent)
	}
	assert.Equal(t, app.Reports(), []schema.Report{{Field: "struct.Q", Rule: "maxLength=3", Count: 1}})
}
