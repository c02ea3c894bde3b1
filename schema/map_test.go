package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type (
	label    string
	labelMap map[label]label
	ofMaps   struct {
		Strings map[string]string            `json:"strings"`
		Labels  labelMap                     `json:"labels"`
		Anys    map[string]any               `json:"anys"`
		Inner   map[string]map[string]string `json:"inner"`
		Numbers map[int]map[int]string       `json:"numbers"`
		Empty   map[string]string            `json:"empty"`
	}
)

func mapsOf(n int) ofMaps {
	v := ofMaps{
		Strings: map[string]string{}, Labels: labelMap{}, Anys: map[string]any{}, Inner: map[string]map[string]string{},
		Numbers: map[int]map[int]string{}, Empty: map[string]string{},
	}
	for i := range n {
		key := fmt.Sprint(i*7919%n, "é\"")
		v.Strings[key] = key
		v.Labels[label(key)] = label(key)
		v.Anys[key] = map[string]any{"b": key, "a": []any{map[string]any{key: 1.5}}}
		v.Inner[key] = map[string]string{"y": "1", "x": key, key: ""}
		v.Numbers[i] = map[int]string{i: key, 10: "", 9: "x"}
	}
	return v
}

func TestMapsPrintInTheOrderOfTheirNames(t *testing.T) {
	plan := compile[ofMaps](t, schema.Config{})
	for _, n := range []int{0, 1, 2, 100, 2000, 3} {
		v := mapsOf(n)
		got, err := plan.Append(nil, &v)
		assert.NoError(t, err)
		assert.Equal(t, string(got), standard(t, v))
	}
}

func TestMapsOfStringsPrintWithoutAllocations(t *testing.T) {
	if assert.Race {
		t.Skip("the race detector allocates")
	}
	type model struct {
		Strings map[string]string
		Anys    map[string]any
	}
	plan := compile[model](t, schema.Config{})
	v := model{map[string]string{"b": "1", "a": "2"}, map[string]any{"b": map[string]any{"d": "1", "c": true}, "a": 3.5}}
	buf := make([]byte, 0, 1000)
	assert.Equal(t, testing.AllocsPerRun(100, func() {
		if _, err := plan.Append(buf, &v); err != nil {
			t.Fatal(err)
		}
	}), 0)
}

func TestKeysOfMapsAreDescribed(t *testing.T) {
	for want, typ := range map[string]reflect.Type{
		`{"type":"object","additionalProperties":{"type":"boolean"}}`: reflect.TypeFor[map[string]bool](),
		`{"type":"string","pattern":`:                                 reflect.TypeFor[map[uint8]bool](),
	} {
		l := loneOf(t, typ, "")
		s, err := json.Marshal(schema.NewSchemas("#/").Input(l.field))
		assert.NoError(t, err)
		assert.Contains(t, string(s), want)
	}
}

func TestRulesOfKeysChangeAndCount(t *testing.T) {
	for check, count := range map[string]int{"keys(trim,lower)": 0, "keys(trim,lower,maxLength=3?)": 1} {
		l := loneOf(t, reflect.TypeFor[map[string]int](), `check:"`+check+`"`)
		got, issues := l.json(`{" A ":1,"Bcde":2}`)
		assert.Equal(t, issues, "")
		assert.Equal(t, got, any(map[string]int{"a": 1, "bcde": 2}))
		reports := l.set.Reports()
		assert.Equal(t, len(reports), count)
		for _, r := range reports {
			assert.Equal(t, r.Count, uint64(1))
		}
	}
}
