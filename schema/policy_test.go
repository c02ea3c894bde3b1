package schema_test

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

func TestEscapeHTML(t *testing.T) {
	type page struct {
		Title string            `json:"<title>"`
		More  map[string]string `json:"more"`
	}
	v := page{"a<b>&c", map[string]string{"<": "\u2028"}}
	for policy, want := range map[bool]string{
		false: "{\"<title>\":\"a<b>&c\",\"more\":{\"<\":\"\u2028\"}}",
		true:  `{"\u003ctitle\u003e":"a\u003cb\u003e\u0026c","more":{"\u003c":"\u2028"}}`,
	} {
		plan := compile[page](t, schema.Config{EscapeHTML: policy})
		out, err := plan.Append(nil, &v)
		assert.NoError(t, err)
		assert.Equal(t, string(out), want)
		back, err := plan.Decode(out)
		assert.NoError(t, err)
		assert.Equal(t, back, v)
	}
}

func TestMessagesInAnotherLanguage(t *testing.T) {
	type order struct {
		Amount int `json:"amount" check:"gt=0"`
		Name   string
	}
	german := func(i problem.Issue) string {
		if i.Type == "greater_than" {
			return "Muss größer sein als " + i.Ctx[0].Value.(interface{ String() string }).String()
		}
		return i.Msg
	}
	_, err := compile[order](t, schema.Config{Message: german}).Decode([]byte(`{"amount":0}`))
	assert.Equal(t, err.Error(), "amount: Muss größer sein als 0\nName: Field required")
}
