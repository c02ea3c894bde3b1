package schema_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// FuzzDecodeAny compares with encoding/json: what the plan accepts is accepted
// there and is the same value. Intended differences: the plan refuses repeated
// names, lone surrogates, invalid UTF-8 and depth, and keeps the digits of integers.
func FuzzDecodeAny(f *testing.F) {
	for _, seed := range []string{
		`null`, `{"a":[1,"b",true,{}],"":-0.5e3}`, `9007199254740993`, `1e400`, `{"a":1,"a":2}`, `"\ud83d\ude00\n"`, `[[[[]]]]`, `"\ud800"`, `[1,]`, ` [ ] `, `-0`, `1e20`,
	} {
		f.Add([]byte(seed))
	}
	plan := compile[any](f, schema.Config{})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := plan.Decode(data)
		if err != nil {
			if got != nil || issuesOf(err) == "" {
				t.Errorf("%q: %v beside %v", data, got, err)
			}
			return
		}
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&want); err != nil || d.More() {
			t.Fatalf("%q: accepted, but %v", data, err)
		}
		if !sameAny(got, want) {
			t.Errorf("%q: got %#v, want %#v", data, got, want)
		}
		text, err := plan.Append(nil, &got)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		again, err := plan.Decode(text) // 1e20 is written with all its digits, which a json.Number holds
		if err != nil {
			t.Fatalf("%q became %q: %v", data, text, err)
		}
		if out, err := plan.Append(nil, &again); err != nil || !bytes.Equal(out, text) {
			t.Errorf("%q became %q and then %q, %v", data, text, out, err)
		}
	})
}

// sameAny reports whether got is want, in which numbers are json.Number.
func sameAny(got, want any) bool {
	switch want := want.(type) {
	case json.Number:
		if g, ok := got.(json.Number); ok {
			return g == want
		}
		f, err := strconv.ParseFloat(string(want), 64)
		return err == nil && got == f
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			return false
		}
		for i := range want {
			if !sameAny(g[i], want[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(want) {
			return false
		}
		for k := range want {
			if v, ok := g[k]; !ok || !sameAny(v, want[k]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(got, want)
}

// fuzzed has types that mean the same to both packages.
type fuzzed struct {
	S    string          `json:"s"`
	I    int64           `json:"i"`
	I8   int8            `json:"i8"`
	U    uint64          `json:"u"`
	U16  uint16          `json:"u16"`
	F    float64         `json:"f"`
	F32  float32         `json:"f32"`
	B    bool            `json:"b"`
	P    *string         `json:"p"`
	L    []int           `json:"l"`
	LL   [][]string      `json:"ll"`
	M    map[string]*int `json:"m"`
	MI   map[int8]bool   `json:"mi"`
	T    *time.Time      `json:"t"`
	Bin  []byte          `json:"bin"`
	Any  any             `json:"any"`
	Raw  json.RawMessage `json:"raw"`
	W    *upper          `json:"w"`
	Next *fuzzed         `json:"next"`
	Point
}

const fuzzSeed = `{"s":"aé\n","i":-9007199254740993,"i8":-128,"u":18446744073709551615,"u16":65535,"f":1.5e-7,"f32":0.1,"b":true,"p":null,"l":[1,2,3,4,5],"ll":[[],["a"]],` +
	`"m":{"a":1,"b":null},"mi":{"-1":true},"t":"2026-01-02T03:04:05.5+01:00","bin":"YWI=","any":{"a":[1]},"raw": [1, 2],"w":"abc","x":1,"y":"z","unknown":[{"a":1}]}`

// FuzzDecodeStruct compares with encoding/json as FuzzDecodeAny does. Further
// intended differences: the plan refuses missing members, null for what is no
// pointer, names in the wrong case, lax times and base64, and keys that are
// equal after decoding; it accepts integers such as 1.0 and 1e2.
func FuzzDecodeStruct(f *testing.F) {
	f.Add([]byte(fuzzSeed))
	f.Add([]byte(strings.TrimSuffix(fuzzSeed, "}") + `,"next":` + fuzzSeed + `}`))
	f.Add([]byte(strings.Replace(fuzzSeed, `"i8":-128`, `"i8":1e2`, 1)))
	f.Add([]byte(strings.Replace(fuzzSeed, `"s"`, `"S"`, 1)))
	f.Add([]byte(strings.Replace(fuzzSeed, `"p":null`, `"p":"\u0041\ud83d\ude00","l":[]`, 1)))
	f.Add([]byte(`{"s":null}`))
	plan, open := compile[fuzzed](f, schema.Config{}), compile[fuzzed](f, schema.Config{ForbidUnknown: true})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := plan.Decode(data)
		if err != nil {
			if !reflect.DeepEqual(got, fuzzed{}) || issuesOf(err) == "" {
				t.Errorf("%q: %+v beside %v", data, got, err)
			}
			if _, err := open.Decode(data); err == nil {
				t.Errorf("%q: accepted where unknown members are forbidden", data)
			}
			return
		}
		var want fuzzed
		if err := json.Unmarshal(data, &want); err != nil {
			if strings.Contains(err.Error(), "cannot unmarshal number") && strings.ContainsAny(err.Error(), ".eE") {
				return // an integer with a point or an exponent
			}
			t.Fatalf("%q: accepted, but %v", data, err)
		}
		text, err := plan.Append(nil, &got)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		standard, err := json.Marshal(&want)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if got, want := canonical(t, text), canonical(t, standard); !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\ngot  %v\nwant %v", data, got, want)
		}
		again, err := plan.Decode(text)
		if err != nil {
			t.Fatalf("%q became %q: %v", data, text, err)
		}
		if out, err := plan.Append(nil, &again); err != nil || !bytes.Equal(out, text) {
			t.Errorf("%q became %q and then %q, %v", data, text, out, err)
		}
	})
}

// canonical decodes a text of which numbers are compared as floats, for
// encoding/json has none but those in an any.
func canonical(t *testing.T, text []byte) (v any) {
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}
