package schema_test

import (
	"testing"

	"github.com/tenonapi/tenon/schema"
)

type payment interface{ pays() }

type card struct {
	Number string `json:"number" check:"minLength=2"`
}

type transfer struct {
	_    struct{}           `check:"additionalProperties=false"`
	IBAN string             `json:"iban"`
	Day  schema.Opt[string] `json:"day"`
}

func (card) pays()      {}
func (*transfer) pays() {}

// TestUnionsAgree has variants that are told apart by a member: of one that is
// unknown, wrong or absent, of members of another variant, and in any place.
func TestUnionsAgree(t *testing.T) {
	type bill struct {
		By  payment   `json:"by"`
		All []payment `json:"all"`
	}
	set := schema.NewSet(schema.Config{})
	if err := set.Add(schema.UnionOf[payment]("type", schema.As[card]("card"), schema.As[transfer]("transfer"))); err != nil {
		t.Fatal(err)
	}
	plan, err := schema.Compile[bill](set)
	if err != nil {
		t.Fatal(err)
	}
	j := judgeOf(t, plan)
	accepted := 0
	values := []string{
		`{"type":"card","number":"12"}`, `{"number":"12","type":"card"}`, `{"type":"card","number":"1"}`, `{"type":"card"}`, `{"number":"12"}`, `{"type":"cash"}`, `{"type":"transfer","iban":"a"}`, `{"iban":"a","day":"b","type":"transfer"}`,
		`{"type":"transfer","iban":"a","zz":1}`, `{"type":"card","number":"12","zz":1}`, `{"type":"card","number":"12","iban":"a"}`, `{"type":"transfer","iban":"a","number":"12"}`, `{"type":"transfer","iban":"a","day":null}`,
		`null`, `{}`, `[]`, `"card"`, `{"type":null}`, `{"type":1,"number":"12"}`, `{"type":["card"],"number":"12"}`, `{"type":"Card","number":"12"}`, `{"type":"\u0063ard","number":"12"}`, `{"t\u0079pe":"card","number":"12"}`,
	}
	for _, v := range values {
		for _, text := range []string{`{"by":` + v + `,"all":[]}`, `{"by":` + values[0] + `,"all":[` + values[6] + `,` + v + `]}`} {
			got, err := plan.Decode([]byte(text))
			verdict := j.validate([]byte(text))
			if (err == nil) != (verdict == nil) {
				t.Errorf("%s\n%s\nplan   %v\nschema %v", j.text, text, err, verdict)
			}
			if err != nil {
				continue
			}
			accepted++
			if out, err := plan.Append(nil, &got); err != nil || j.validate(out) != nil {
				t.Errorf("%s is printed as %s, %v: %v", text, out, err, j.validate(out))
			}
		}
	}
	t.Logf("%d of %d texts are accepted", accepted, 2*len(values))
}
