package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

type (
	// Deep is behind two pointers.
	Deep struct {
		X int `json:"x"`
		Y int `json:"y" default:"5"`
	}
	// Inner is behind one.
	Inner struct {
		A string `json:"a" check:"minLength=1"`
		B string `json:"b" default:"b"`
		*Deep
	}
	outer struct {
		*Inner
		C int `json:"c"`
	}
	byValue struct{ outer } // then a pointer
	shadows struct {
		*Inner
		A int `json:"a"`
	}
)

func TestEmbeddedPointers(t *testing.T) {
	decodeAll(t, schema.Config{ForbidUnknown: true}, []row[outer]{
		{name: "nothing behind it", in: `{"c":1}`, want: outer{nil, 1}},
		{name: "one field", in: `{"c":1,"a":"x"}`, want: outer{&Inner{"x", "b", nil}, 1}},
		{name: "one that has a default", in: `{"b":"x","c":1}`, issues: missing(`["a"]`)},
		{name: "behind both", in: `{"a":"x","x":1,"c":1}`, want: outer{&Inner{"x", "b", &Deep{1, 5}}, 1}},
		{name: "behind both, without the one on the way", in: `{"x":1,"c":1}`, issues: missing(`["a"]`)},
		{name: "half of what is behind both", in: `{"y":1,"c":1}`, issues: lines(missing(`["a"]`), missing(`["x"]`))},
		{name: "all", in: `{"a":"x","b":"y","x":1,"y":2,"c":1}`, want: outer{&Inner{"x", "y", &Deep{1, 2}}, 1}},
		{name: "the outer one is required", in: `{"a":"x"}`, issues: missing(`["c"]`)},
		{name: "bad", in: `{"a":"","c":1}`, issues: issue("string_too_short", `["a"]`, "String should have at least 1 character", `""`, `{"min_length":1}`)},
		{name: "bad, deep", in: `{"x":"","c":""}`, issues: lines(missing(`["a"]`),
			issue("int_type", `["x"]`, "Input should be a valid integer", `""`, ""), issue("int_type", `["c"]`, "Input should be a valid integer", `""`, ""))},
		{name: "repeated", in: `{"a":"x","a":"y","c":1}`, issues: issue("duplicate_member", `["a"]`, "Member should be given once", "", "")},
		{name: "wrong case", in: `{"A":"x","c":1}`, issues: issue("member_case", `["A"]`, "Member should be written 'a'", `"x"`, `{"expected":"a"}`)},
	})
	t.Run("in a struct", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[byValue]{
			{name: "nothing", in: `{"c":1}`, want: byValue{outer{nil, 1}}},
			{name: "behind both", in: `{"c":1,"x":2,"a":"x"}`, want: byValue{outer{&Inner{"x", "b", &Deep{2, 5}}, 1}}},
		})
	})
	t.Run("the outer of two counts", func(t *testing.T) {
		decodeAll(t, schema.Config{}, []row[shadows]{
			{name: "outer", in: `{"a":1}`, want: shadows{A: 1}},
			{name: "both, of which one hides what the other needs", in: `{"a":1,"b":"x"}`, want: shadows{Inner: &Inner{B: "x"}, A: 1}},
		})
	})
	t.Run("encode as encoding/json", func(t *testing.T) {
		plan := compile[byValue](t, schema.Config{})
		for _, v := range []byValue{
			{}, {outer{&Inner{}, 1}}, {outer{&Inner{"x", "y", &Deep{1, 2}}, 3}},
		} {
			got, err := plan.Append(nil, &v)
			assert.NoError(t, err)
			want, err := json.Marshal(v)
			assert.NoError(t, err)
			assert.Equal(t, string(got), string(want))
		}
		none, err := compile[struct{ *Inner }](t, schema.Config{}).Append(nil, &struct{ *Inner }{})
		assert.NoError(t, err)
		assert.Equal(t, string(none), `{}`)
	})
	t.Run("schema", func(t *testing.T) {
		plan := compile[outer](t, schema.Config{})
		all := schema.NewSchemas("#/")
		plan.InputSchema(all)
		plan.OutputSchema(all)
		properties := `"properties":{"a":{"type":"string","minLength":1},"b":{"type":"string"},"x":{"type":"integer","format":"int64"},"y":{"type":"integer","format":"int64"},"c":{"type":"integer","format":"int64"}},"required":["c"],"dependentRequired":{"b":["a"],"x":["a"],"y":["a","x"]}}`
		assert.Equal(t, components(t, all)["Outer"], `{"type":"object",`+properties)
	})
	t.Run("find", func(t *testing.T) {
		type holds struct{ V outer }
		f, err := schema.NewSet(schema.Config{}).Field(reflect.TypeFor[holds](), []int{0}, "v")
		assert.NoError(t, err)
		v := &holds{outer{&Inner{Deep: new(Deep)}, 1}}
		for _, test := range []struct {
			v      *holds
			target any
			want   string
		}{
			{v, &v.V.A, "[v a] true"}, {v, &v.V.Y, "[v y] true"}, {v, &v.V.C, "[v c] true"}, {v, v.V.Inner, "[v] true"},
			{v, v.V.Deep, "[v] true"}, {&holds{}, &v.V.A, "[v] false"}, {v, new(int), "[v] false"}, {v, (*Inner)(nil), "[v] false"},
		} {
			loc, ok := f.Find(test.v, test.target)
			assert.Equal(t, fmt.Sprint(loc, ok), test.want)
		}
	})
}

type (
	embedsInt      struct{ *int } //nolint:unused // embedded on purpose
	Number         int
	embedsNumber   struct{ *Number }
	embedsHidden   struct{ *middle }
	EmbedsItself   struct{ *EmbedsItself }
	MutualA        struct{ *MutualB }
	MutualB        struct{ *MutualA }
	ThroughValue   struct{ throughPointer }
	throughPointer struct{ *ThroughValue }
)

func TestEmbeddedPointerMistakes(t *testing.T) {
	for _, test := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[embedsInt](), "schema_test.embedsInt.int: an embedded pointer points to a struct"},
		{reflect.TypeFor[embedsNumber](), "schema_test.embedsNumber.Number: an embedded pointer points to a struct"},
		{reflect.TypeFor[embedsHidden](), "schema_test.embedsHidden.middle: an embedded pointer to an unexported struct cannot be set: embed the struct"},
		{reflect.TypeFor[EmbedsItself](), "schema_test.EmbedsItself.EmbedsItself: a struct embeds itself"},
		{reflect.TypeFor[MutualA](), "a struct embeds itself"},
		{reflect.TypeFor[ThroughValue](), "a struct embeds itself"},
	} {
		_, err := tryLone(test.typ, "")
		assert.Contains(t, fmt.Sprint(err), test.want)
	}
}

// These tell themselves whether they are zero.
type (
	zeroValue   struct{ A int }
	zeroPointer struct{ A int }
	zeroNumber  int
	holdsTime   struct{ T time.Time } // whose parts do not count
	zeroer      interface{ IsZero() bool }
)

func (z zeroValue) IsZero() bool    { return z.A == 7 }
func (z *zeroPointer) IsZero() bool { return z.A == 7 }
func (z zeroNumber) IsZero() bool   { return z == 7 }

type (
	nothingZero struct {
		Bool    bool               `json:"bool,omitzero"`
		Int     int8               `json:"int,omitzero"`
		Uint    uint64             `json:"uint,omitzero"`
		Float   float32            `json:"float,omitzero"`
		Text    string             `json:"text,omitzero"`
		List    []int              `json:"list,omitzero"`
		Map     map[string]int     `json:"map,omitzero"`
		Pointer *int               `json:"pointer,omitzero"`
		Any     any                `json:"any,omitzero"`
		Array   [2]int             `json:"array,omitzero"`
		Texts   [2]string          `json:"texts,omitzero"`
		None    [0]int             `json:"none,omitzero"`
		Struct  struct{ A, B any } `json:"struct,omitzero"`
		Time    time.Time          `json:"time,omitzero"`
		Value   zeroValue          `json:"value,omitzero"`
		Method  zeroPointer        `json:"method,omitzero"`
		Number  zeroNumber         `json:"number,omitzero"`
		PTime   *time.Time         `json:"ptime,omitzero"`
		PValue  *zeroValue         `json:"pvalue,omitzero"`
		PMethod *zeroPointer       `json:"pmethod,omitzero"`
		Times   [1]time.Time       `json:"times,omitzero"`
		Holds   holdsTime          `json:"holds,omitzero"`
		Both    []int              `json:"both,omitempty,omitzero"`
		BothInt zeroNumber         `json:"bothint,omitempty,omitzero"`
	}
)

func TestOmitZeroIsStandard(t *testing.T) {
	zero, seven := 0, zeroNumber(7)
	inUTC := time.Time{}.In(time.FixedZone("x", 0))
	for _, v := range []nothingZero{
		{},
		{Bool: true, Int: 1, Uint: 1, Float: 1, Text: "a", List: []int{1}, Map: map[string]int{"a": 1}, Pointer: &zero, Any: 1.5},
		{List: []int{}, Map: map[string]int{}, Any: []any{}, Both: []int{}},
		{Array: [2]int{0, 1}, Texts: [2]string{"", "a"}, Struct: struct{ A, B any }{nil, "x"}, Both: []int{1}},
		{Time: time.Unix(0, 0).UTC(), Value: zeroValue{1}, Method: zeroPointer{1}, Number: 1, BothInt: 1},
		{Value: zeroValue{7}, Method: zeroPointer{7}, Number: seven, BothInt: 7},
		{PTime: new(time.Time), PValue: &zeroValue{7}, PMethod: &zeroPointer{7}},
		{PTime: &time.Time{}, PValue: new(zeroValue), PMethod: new(zeroPointer)},
		{Time: inUTC, Times: [1]time.Time{inUTC}, Holds: holdsTime{inUTC}},
		{Times: [1]time.Time{time.Unix(0, 0).UTC()}, Holds: holdsTime{time.Unix(0, 0).UTC()}},
	} {
		got, err := compile[nothingZero](t, schema.Config{}).Append(nil, &v)
		assert.NoError(t, err)
		want, err := json.Marshal(&v)
		assert.NoError(t, err)
		assert.Equal(t, string(got), string(want))
	}
}

type zeroVariant struct{ A int }

func (z zeroVariant) IsZero() bool { return z.A == 7 }

type zeroPointerVariant struct{ A int }

func (z *zeroPointerVariant) IsZero() bool { return z.A == 7 }

func TestOmitZeroOfOthers(t *testing.T) {
	t.Run("union with IsZero", func(t *testing.T) {
		type holds struct {
			V zeroer `json:"v,omitzero"`
		}
		plan := withUnions[holds](t, schema.Config{}, schema.UnionOf[zeroer]("t", schema.As[zeroVariant]("a"), schema.As[zeroPointerVariant]("b")))
		for _, test := range []struct {
			v    zeroer
			want string
		}{
			{nil, `{}`}, {zeroVariant{7}, `{}`}, {zeroVariant{1}, `{"v":{"t":"a","A":1}}`}, {(*zeroPointerVariant)(nil), `{}`},
			{&zeroPointerVariant{7}, `{}`}, {&zeroPointerVariant{0}, `{"v":{"t":"b","A":0}}`},
		} {
			got, err := plan.Append(nil, &holds{test.v})
			assert.NoError(t, err)
			assert.Equal(t, string(got), test.want)
		}
	})
	t.Run("Opt", func(t *testing.T) {
		type holds struct {
			V schema.Opt[int]       `json:"v,omitzero"`
			T schema.Opt[time.Time] `json:"t,omitzero,omitempty"`
		}
		plan := compile[holds](t, schema.Config{})
		got, err := plan.Append(nil, &holds{})
		assert.NoError(t, err)
		assert.Equal(t, string(got), `{}`)
		got, err = plan.Append(nil, &holds{schema.Some(0), schema.Some(time.Time{})})
		assert.NoError(t, err)
		assert.Equal(t, string(got), `{"v":0,"t":"0001-01-01T00:00:00Z"}`)
	})
	t.Run("concerns encoding only", func(t *testing.T) {
		type holds struct {
			V int `json:"v,omitzero"`
		}
		plan := compile[holds](t, schema.Config{})
		_, err := plan.Decode([]byte(`{}`))
		assert.Equal(t, issuesOf(err), missing(`["v"]`))
		all := schema.NewSchemas("#/")
		in, out := plan.InputSchema(all), plan.OutputSchema(all)
		text := components(t, all)
		assert.Contains(t, text[in.Ref[2:]], `"required":["v"]`)
		assert.Equal(t, text[out.Ref[2:]], `{"type":"object","properties":{"v":{"type":"integer","format":"int64"}}}`)
	})
}
