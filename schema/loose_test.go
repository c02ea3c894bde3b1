package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type looseItem struct {
	A schema.Opt[int] `json:"a"`
	B schema.Opt[int] `json:"b"`
}

type looseModel struct {
	N    int                   `json:"n" check:"gt=0"`
	In   schema.Opt[looseItem] `json:"in"`
	List []int                 `json:"list" default:"[]"`
	Map  map[string]int        `json:"map" check:"maxProperties=2,keys(maxLength=3)" default:"{}"`
	Any  schema.Opt[any]       `json:"any"`
	Raw  json.RawMessage       `json:"raw" default:"0"`
}

// TestLooseNamesKeepTheLast has texts that RFC 8259, section 4, leaves to the
// reader: the last member of a name counts, and nothing is said of those before.
func TestLooseNamesKeepTheLast(t *testing.T) {
	plan := compile[looseModel](t, schema.Config{LooseNames: true})
	for _, test := range []struct{ name, in, same string }{
		{"scalar", `{"n":1,"n":2}`, `{"n":2}`},
		{"escaped", `{"n":1,"\u006e":2}`, `{"n":2}`},
		{"bad ones before", `{"n":0,"n":"x","n":2}`, `{"n":2}`},
		{"a bad one at the end", `{"n":1,"n":0}`, `{"n":0}`},
		{"members of the one before are gone", `{"n":1,"in":{"a":1},"in":{"b":2}}`, `{"n":1,"in":{"b":2}}`},
		{"issues of the one before are gone", `{"n":1,"in":{"a":"x"},"in":{"b":2}}`, `{"n":1,"in":{"b":2}}`},
		{"items of the one before are gone", `{"n":1,"list":[1,2,3],"list":[4]}`, `{"n":1,"list":[4]}`},
		{"in a map", `{"n":1,"map":{"a":1,"b":2,"a":3}}`, `{"n":1,"map":{"a":3,"b":2}}`},
		{"a bad value in a map", `{"n":1,"map":{"a":"x","a":3}}`, `{"n":1,"map":{"a":3}}`},
		{"a bad value at the end of a map", `{"n":1,"map":{"a":1,"a":"x"}}`, `{"n":1,"map":{"a":"x"}}`},
		{"a bad key twice in a map", `{"n":1,"map":{"long":1,"long":2}}`, `{"n":1,"map":{"long":2}}`},
		{"too many in a map", `{"n":1,"map":{"a":1,"b":1,"c":1,"a":1}}`, `{"n":1,"map":{"a":1,"b":1,"c":1}}`},
		{"in any", `{"n":1,"any":{"a":1,"a":[2]}}`, `{"n":1,"any":{"a":[2]}}`},
		{"a bad number in any", `{"n":1,"any":{"a":1e999,"a":2}}`, `{"n":1,"any":{"a":2}}`},
		{"unknown", `{"n":1,"x":1,"x":{"y":1,"y":2}}`, `{"n":1}`},
		{"another case is another name", `{"n":1,"N":0,"N":"x"}`, `{"n":1}`},
		{"only another case", `{"N":1}`, `{}`},
	} {
		got, err := plan.Decode([]byte(test.in))
		want, wantErr := plan.Decode([]byte(test.same))
		assert.Equal(t, got, want, test.name)
		assert.Equal(t, issuesOf(err), issuesOf(wantErr), test.name)
	}
	got, err := plan.Decode([]byte(`{"n":1,"raw":{"a":1,"a":2}}`))
	assert.NoError(t, err)
	assert.Equal(t, string(got.Raw), `{"a":1,"a":2}`)
}

func TestLooseNamesOfAClosedStruct(t *testing.T) {
	plan := compile[looseItem](t, schema.Config{LooseNames: true, ForbidUnknown: true})
	_, err := plan.Decode([]byte(`{"A":1,"A":2,"x":3}`))
	assert.Equal(t, typesOf(err), "extra_forbidden extra_forbidden")
}

func TestLooseNamesOfAUnion(t *testing.T) {
	plan := withUnions[payment](t, schema.Config{LooseNames: true}, schema.UnionOf[payment]("type", schema.As[card]("card"), schema.As[check]("check")))
	for in, want := range map[string]string{
		`{"type":"check","number":"1234","type":"card"}`:       `{"type":"card","number":"1234"}`,
		`{"type":1,"amount":1,"type":"card","type":"check"}`:   `{"type":"check","amount":1}`,
		`{"type":"card","type":"check","amount":1,"amount":2}`: `{"type":"check","amount":2}`,
		`{"type":"card","number":"1234","type":1}`:             `{"number":"1234"}`,
		`{"Type":"card","type":"nope"}`:                        `{"type":"nope"}`,
	} {
		got, err := plan.Decode([]byte(in))
		same, sameErr := plan.Decode([]byte(want))
		assert.Equal(t, got, same, in)
		assert.Equal(t, issuesOf(err), issuesOf(sameErr), in)
	}
}
