package schema_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// A repeat is a list whose items are equal for some.
type repeat struct {
	spec
	text string
	// reason is the entry of DIFFERENCES.md for which plan and judge disagree, "" if they agree.
	reason string
}

func repeatOf[T any](rules, text, reason string) repeat {
	if rules != "" {
		rules = ",each(" + rules + ")"
	}
	return repeat{spec{reflect.TypeFor[[]T](), "uniqueItems" + rules}, text, reason}
}

type defaulted struct {
	A int `json:"a" default:"1"`
}

// stored tells that items are compared as they are stored, not as they are written.
const stored = "stored-items"

var repeats = []repeat{
	repeatOf[int]("", `[1,1.0]`, ""), repeatOf[int]("", `[0,-0]`, ""), repeatOf[int]("", `[1,2]`, ""), repeatOf[uint16]("", `[1,10e-1]`, ""),
	repeatOf[float64]("", `[1,1.0,2]`, ""), repeatOf[float64]("", `[0,-0]`, ""), repeatOf[float64]("", `[0.1,0.10000000000000000001]`, stored),
	repeatOf[string]("", `["a","\u0061"]`, ""), repeatOf[string]("", `["a","A"]`, ""), repeatOf[string]("lower", `["a","A"]`, stored), repeatOf[string]("", `["é","e\u0301"]`, ""),
	repeatOf[any]("", `[1,true]`, ""), repeatOf[any]("", `[0,false]`, ""), repeatOf[any]("", `[1,1.0]`, ""), repeatOf[any]("", `[0,-0]`, ""), repeatOf[any]("", `[null,null]`, ""), repeatOf[any]("", `["1",1]`, ""),
	repeatOf[any]("", `[{"a":1,"b":2},{"b":2,"a":1}]`, ""), repeatOf[any]("", `[{"a":0},{"a":false}]`, ""), repeatOf[any]("", `[[1],[1.0]]`, ""), repeatOf[any]("", `[9007199254740993,9007199254740992]`, ""),
	repeatOf[any]("", `[100000000000000000000,1e20]`, ""), repeatOf[any]("", `[9007199254740993,9007199254740993.0]`, stored), repeatOf[any]("", `["",[],{},null,0,false]`, ""),
	repeatOf[json.RawMessage]("", `[1,1.0]`, ""), repeatOf[json.RawMessage]("", `[{"a":1,"b":2},{"b":2,"a":1}]`, ""), repeatOf[json.RawMessage]("", `[[1, 2],[1,2]]`, ""), repeatOf[json.RawMessage]("", `["a","\u0061"]`, ""),
	repeatOf[schema.Decimal]("", `[1.0,1.00]`, ""), repeatOf[schema.Decimal]("", `[1,"1"]`, stored), repeatOf[schema.Decimal]("", `[1,1e0]`, ""),
	repeatOf[time.Time]("", `["2026-01-02T03:04:05Z","2026-01-02T03:04:05+00:00"]`, stored), repeatOf[time.Time]("", `["2026-01-02T03:04:05Z","2026-01-02T04:04:05+01:00"]`, ""), repeatOf[time.Time]("", `["2026-01-02T03:04:05Z","2026-01-02T03:04:05.0Z"]`, stored),
	repeatOf[time.Duration]("", `["PT60S","PT1M"]`, stored), repeatOf[label]("", `["a","A"]`, stored), repeatOf[struct{}]("", `[{},{"zz":1}]`, stored), repeatOf[defaulted]("", `[{},{"a":1}]`, stored),
	repeatOf[*int]("", `[null,null]`, ""), repeatOf[*int]("", `[null,0]`, ""), repeatOf[[]int]("", `[[],[1]]`, ""), repeatOf[map[string]int]("", `[{"a":1,"b":2},{"b":2,"a":1}]`, ""), repeatOf[bool]("", `[true,false]`, ""),
	repeatOf[schema.Secret[string]]("", `["a","b"]`, ""), repeatOf[schema.Secret[string]]("", `["a","a"]`, ""), repeatOf[schema.TimeOfDay]("", `["17:30","17:30:00"]`, stored),
}

// TestUniqueItemsAgree has lists whose items are equal in a JSON Schema (1 and
// 1.0, members in another order) or nearly so.
func TestUniqueItemsAgree(t *testing.T) {
	for _, r := range repeats {
		plan, err := newLone(r.typ, r.rules)
		if err != nil {
			t.Errorf("%s: %v", r, err)
			continue
		}
		j, err := plan.judge()
		if err != nil {
			t.Errorf("%s: %v", r, err)
			continue
		}
		if r.reason == "" {
			checkAgreement(errorOnly{t}, r.spec, plan, j, r.text)
		} else if _, err := plan.decode([]byte(r.text)); (err == nil) == (j.validate([]byte(r.text)) == nil) {
			t.Errorf("%s %s agrees: it is no example of %s", r, r.text, r.reason)
		}
	}
}
