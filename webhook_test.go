package tenon_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
)

type (
	parcel struct {
		ID string `json:"id"`
	}
	parcelSent struct {
		Signature string            `header:"X-Signature" doc:"Of the body"`
		Trace     tenon.Opt[string] `header:"X-Trace"`
		Body      parcel
	}
)

func TestWebhooksAreInTheDocument(t *testing.T) {
	sent := tenon.Webhook("parcel.sent", "A parcel is on its way.", parcelSent{})
	app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(sent)
		tenon.Get(r, "/parcels/{id}", ok[byID, parcel])
		tenon.Post(r, "/parcels", ok[none, tenon.NoContent], tenon.Webhook("parcel.lost", "", parcel{}))
	})
	assert.NoError(t, err)
	got, err := json.Marshal(app.Document().Webhooks)
	assert.NoError(t, err)
	body := `"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Parcel"}}},"required":true},"responses":{"2XX":{"description":"Received"}}}}`
	assert.Equal(t, string(got), `{"parcel.lost":{"post":{`+body+`,"parcel.sent":{"post":{"description":"A parcel is on its way.",`+
		`"parameters":[{"name":"X-Signature","in":"header","description":"Of the body","required":true,"schema":{"type":"string"}},`+
		`{"name":"X-Trace","in":"header","schema":{"type":"string"}}],`+body+`}`)
	again, err := app.With()
	assert.NoError(t, err)
	assert.Equal(t, again.Document().Webhooks, app.Document().Webhooks)
}

func TestMistakesInWebhooks(t *testing.T) {
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Webhook("a", "", parcel{}), tenon.Webhook("nothing", "", nil))
		tenon.Get(r, "/", ok[none, parcel], tenon.Webhook("a", "", parcel{}), tenon.Webhook("chan", "", struct{ C chan int }{}))
	})
	for _, want := range []string{
		`webhook "a" is documented already, at `, `webhook "nothing": want a value of what is sent, got nil`, `webhook "chan": `,
	} {
		assert.Contains(t, fmt.Sprint(err), want)
	}
}
