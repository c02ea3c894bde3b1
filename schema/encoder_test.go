package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// standard is v as encoding/json writes it, without what it escapes for HTML and JavaScript.
func standard(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	assert.NoError(t, enc.Encode(v))
	return strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029", "\n", "").Replace(b.String())
}

// withoutNil gives slices and maps a value, for schema writes nil ones as [] and {}.
func withoutNil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			withoutNil(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			withoutNil(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			withoutNil(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}

type Point struct {
	X int    `json:"x"`
	Y string `json:"y"`
}

// plainTypes are types that both packages read and write in the same way.
type plainTypes struct {
	I8   int8
	I16  int16
	I32  int32
	I64  int64 `json:"i64"`
	I    int
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	U    uint
	F32  float32
	F64  float64
	B    bool
	S    string `json:"<odd> & é"`
	P    *string
	L    []int
	LL   [][]string
	Ptrs []*Point
	M    map[string]int
	MI   map[int16]Point
	MM   map[string]map[uint8][]bool
	Bin  []byte
	Sub  struct{ X Point }
	Point
}

// grade is a number that is written as text.
type grade int

func (g grade) MarshalText() ([]byte, error) { return []byte{'A' + byte(g)}, nil }

// omitted are fields that are left out when they are empty.
type omitted struct {
	I int             `json:"i,omitempty"`
	U uint8           `json:"u,omitempty"`
	F float64         `json:"f,omitempty"`
	B bool            `json:"b,omitempty"`
	S string          `json:"s,omitempty"`
	P *int            `json:"p,omitempty"`
	L []int           `json:"l,omitempty"`
	M map[string]int  `json:"m,omitempty"`
	Y []byte          `json:"y,omitempty"`
	A any             `json:"a,omitempty"`
	W upper           `json:"w,omitempty"`
	V grade           `json:"v,omitempty"`
	R json.RawMessage `json:"r,omitempty"`
	Q *pair           `json:"q,omitempty"`

	// These are never empty.
	T time.Time `json:"t,omitempty"`
	N Point     `json:"n,omitempty"`
	D id        `json:"d,omitempty"`
	J pair      `json:"j,omitempty"`
}

func TestAppendIsStandard(t *testing.T) {
	plan, omits := compile[plainTypes](t, schema.Config{}), compile[omitted](t, schema.Config{})
	check := func(p plainTypes, o omitted) bool {
		withoutNil(reflect.ValueOf(&p).Elem())
		got, err := plan.Append([]byte("x"), &p)
		assert.NoError(t, err)
		assert.Equal(t, string(got), "x"+standard(t, &p))
		got, err = omits.Append(nil, &o)
		assert.NoError(t, err)
		assert.Equal(t, string(got), standard(t, &o))

		text, err := plan.Append(nil, &p)
		assert.NoError(t, err)
		back, err := plan.Decode(text)
		assert.NoError(t, err)
		assert.Equal(t, back, p)
		return !t.Failed()
	}
	one := 1
	x := "\u2027<&>\"\\\x01"
	check(plainTypes{}, omitted{})
	check(plainTypes{
		I8: -128, I64: math.MinInt64, U64: math.MaxUint64, F32: 0.1, F64: 1e21, S: "é😀", P: &x, L: []int{1}, LL: [][]string{{}, {"a"}},
		Ptrs: []*Point{nil, {}}, M: map[string]int{"b": 1, "a": 2, "é": 3}, MI: map[int16]Point{10: {}, 9: {}, -1: {}}, Bin: []byte("ab"),
	}, omitted{
		I: 1, U: 1, F: math.SmallestNonzeroFloat64, B: true, S: "a", P: &one, L: []int{}, M: map[string]int{"b": 1, "a": 2}, Y: []byte{0}, A: "x", W: "a", V: 1,
		R: json.RawMessage(`{"a": [1, "\u00e9"]}`), Q: &pair{1, 2}, T: time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 5400)), J: pair{3, 4},
	})
	check(plainTypes{F64: math.Copysign(0, -1)}, omitted{F: math.Copysign(0, -1), M: map[string]int{}, A: 0})
	random := func(p plainTypes, i int, f float64, s string, l []int, m map[string]int) bool {
		return check(p, omitted{I: i, F: f, S: s, L: l, M: m, A: s, W: upper(strings.ToLower(s)), N: Point{i, s}})
	}
	if err := quick.Check(random, &quick.Config{MaxCount: 200}); err != nil {
		t.Error(err)
	}
}

func TestAppendIntended(t *testing.T) {
	type model struct {
		L []int            `json:"l"`
		M map[string][]int `json:"m"`
		Y []byte           `json:"y"`
		O schema.Opt[int]  `json:"o"`
		N schema.Opt[*int] `json:"n"`
		P *int             `json:"p"`
	}
	plan := compile[model](t, schema.Config{})
	for _, test := range []struct {
		name string
		in   model
		want string
	}{
		{"nil is empty, absent is left out", model{}, `{"l":[],"m":{},"y":"","p":null}`},
		{"zero is there", model{O: schema.Some(0), N: schema.Some(new(int)), P: new(int)}, `{"l":[],"m":{},"y":"","o":0,"n":0,"p":0}`},
		{"null in an Opt", model{N: schema.Some((*int)(nil)), M: map[string][]int{"a": nil}}, `{"l":[],"m":{"a":[]},"y":"","n":null,"p":null}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := plan.Append(nil, &test.in)
			assert.NoError(t, err)
			assert.Equal(t, string(got), test.want)
		})
	}
	t.Run("nothing left", func(t *testing.T) {
		type empty struct {
			A schema.Opt[int]
			B string `json:",omitempty"`
		}
		got, err := compile[[]empty](t, schema.Config{}).Append(nil, &[]empty{{}, {B: "x"}, {A: schema.Some(1)}})
		assert.NoError(t, err)
		assert.Equal(t, string(got), `[{},{"B":"x"},{"A":1}]`)
	})
	t.Run("characters of HTML stay", func(t *testing.T) {
		s := "<a> & b"
		got, err := compile[string](t, schema.Config{}).Append(nil, &s)
		assert.NoError(t, err)
		assert.Equal(t, string(got), `"<a> & b"`)
	})
}

func TestAppendAny(t *testing.T) {
	plan := compile[any](t, schema.Config{})
	for _, v := range []any{
		nil, true, "a\"é", 1.5, 1e21, 12, -1, json.Number("12345678901234567890"), []any{}, []any{nil, []any{1.0}}, map[string]any{},
		map[string]any{"b": 1, "a": []any{"x"}, "é": nil}, int8(3), []string{"a"}, Point{1, "y"}, &Point{2, ""}, time.Unix(0, 0).UTC(), map[int]string{2: "b", 1: "a"},
	} {
		got, err := plan.Append([]byte("x"), &v)
		assert.NoError(t, err)
		assert.Equal(t, string(got), "x"+standard(t, v))
	}
}

type ring struct {
	Next *ring          `json:"next"`
	List []*ring        `json:"list"`
	Map  map[string]any `json:"map"`
	More map[int]*ring  `json:"more"`
}

func TestAppendErrors(t *testing.T) {
	const deep = "a value is nested too deep, or contains itself"
	appendTo := func(v any) error {
		l := loneOf(t, reflect.TypeOf(v), "")
		owner := reflect.New(l.owner)
		owner.Elem().Field(0).Set(reflect.ValueOf(v))
		_, err := l.field.AppendJSON(nil, owner.Interface())
		return err
	}
	next, list, inMap := &ring{}, &ring{}, &ring{}
	next.Next = next
	list.List = []*ring{list, list}
	inMap.Map = map[string]any{}
	inMap.Map["a"] = inMap.Map
	behind := &ring{}
	behind.More = map[int]*ring{1: behind}
	anyList := []any{nil, nil}
	anyList[0], anyList[1] = anyList, anyList
	type holder struct{ A any }
	type hidden struct {
		A string `json:"-"`
		b string
		C time.Time
	}
	bad := any("\xff")
	for _, v := range []any{hidden{A: "\xff", b: "\xff"}, []byte{0xff}, [1]byte{0xff}, json.RawMessage(`"\ufffd"`), []any{"\ufffd", nil, (*string)(nil)}, []any{[]string{"\ufffd"}, []error{nil}}} {
		assert.NoError(t, appendTo(holder{v}))
	}
	tests := []struct {
		name string
		v    any
		want string
	}{
		{"foreign list of what is no UTF-8", holder{[]string{"a", "\xff"}}, "encode []string: a string is not valid UTF-8"},
		{"foreign array", holder{[1]string{"\xff"}}, "encode [1]string: a string is not valid UTF-8"},
		{"foreign map", holder{map[string]int{"\xff": 1}}, "encode map[string]int: a string is not valid UTF-8"},
		{"foreign map of values", holder{map[int]*any{1: &bad}}, "encode map[int]*interface {}: a string is not valid UTF-8"},
		{"foreign struct", holder{Point{1, "\xff"}}, "encode schema_test.Point: a string is not valid UTF-8"},
		{"raw JSON that repeats a name", holder{[]json.RawMessage{json.RawMessage(`{"a":1,"a":2}`)}}, "encode []json.RawMessage: the result is not valid JSON"},
		{"raw JSON that is no UTF-8", holder{json.RawMessage("\"\xff\"")}, "encode json.RawMessage: the result is not valid JSON"},
		{"a pointer to itself", next, deep},
		{"a list of itself, twice", list, deep},
		{"a map in itself", inMap, deep},
		{"a map of pointers to what holds it", behind, deep},
		{"an any in itself", holder{anyList}, deep},
		{"NaN", math.NaN(), "a number is NaN or infinite"},
		{"infinity", []float32{float32(math.Inf(1))}, "a number is NaN or infinite"},
		{"NaN in any", holder{[]any{math.NaN()}}, "a number is NaN or infinite"},
		{"string that is not UTF-8", "a\xff", "a string is not valid UTF-8"},
		{"in any", holder{"\xff"}, "a string is not valid UTF-8"},
		{"key", map[string]int{"\xff": 1}, "a string is not valid UTF-8"},
		{"key in any", holder{map[string]any{"\xff": 1}}, "a string is not valid UTF-8"},
		{"keys that are equal", map[upper]int{"a": 1, "A": 2}, "two keys of a map have the same text"},
		{"failing key", map[upper]int{"FAIL": 1}, "MarshalText of *schema_test.upper: failed"},
		{"another type in any", holder{func() {}}, "encode func(): json: unsupported type: func()"},
		{"year 10000", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "a time is outside the years 0 to 9999"},
		{"year -1", time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), "a time is outside the years 0 to 9999"},
		{"offset of a day", time.Now().In(time.FixedZone("", 24*3600)), "a time has an offset of a day or more"},
		{"the first of several", []any{math.NaN(), "\xff"}, "a number is NaN or infinite"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, fmt.Sprint(appendTo(test.v)), test.want) })
	}
	t.Run("deep, but no more", func(t *testing.T) {
		for depth, want := range map[int]string{900: "", 1100: deep} {
			var head *ring
			for range depth {
				head = &ring{Next: head}
			}
			err := appendTo(head)
			assert.Equal(t, fmt.Sprint(err), map[string]string{"": "<nil>", deep: deep}[want])
		}
	})
	t.Run("no error is left for the next value", func(t *testing.T) {
		for range 10 {
			if appendTo(math.NaN()) == nil {
				t.Error("no error")
			}
			assert.NoError(t, appendTo(1.5))
		}
	})
}
