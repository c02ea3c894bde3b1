package object_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/adapters/jwtauth/internal/object"
)

func TestParse(t *testing.T) {
	const data = " {\"a\" : \"x\", \"\\u0062\":\"\\\"\\\\\\u0079\",\"n\":-1.5e+3 ,\"o\":{\"a\":[{},[],{\"a\":true}]},\"z\":null , \"e\":\"\"}\n"
	m, err := object.Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": `"x"`, "b": `"\"\\\u0079"`, "n": "-1.5e+3", "o": `{"a":[{},[],{"a":true}]}`, "z": "null", "e": `""`, "A": ""} {
		if got := string(m.Get(name)); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if s, ok := object.Text(m.Get("b")); !ok || s != `"\y` {
		t.Errorf("got %q, %v", s, ok)
	}
	for _, name := range []string{"n", "o", "z", "missing"} {
		if s, ok := object.Text(m.Get(name)); ok {
			t.Errorf("%s: got the text %q", name, s)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	members := strings.Repeat(`"x":1,`, 256)
	tests := []struct{ name, data, want string }{
		{"twice", `{"a":1,"a":1}`, "a member twice"},
		{"twice, once escaped", `{"a":1,"\u0061":1}`, "a member twice"},
		{"twice, deeper", `{"a":[[{"a":1,"b":{},"a":1}]]}`, "a member twice"},
		{"twice by what lone surrogates become", `{"\ud800":1,"\udfff":1}`, "a member twice"},
		{"not UTF-8", "{\"a\":\"\xff\"}", "not UTF-8"},
		{"array", `[{}]`, "no JSON object"},
		{"text", `"{}"`, "no JSON object"},
		{"empty", ``, "not one JSON value"},
		{"two", `{}{}`, "not one JSON value"},
		{"cut off", `{"a":1`, "not one JSON value"},
		{"comma", `{"a":1,}`, "not one JSON value"},
		{"deep", `{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, "deeper than 32"},
		{"deep objects", strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), "deeper than 32"},
		{"many", "{" + numbered(257) + "}", "more than 256 members"},
		{"many twice", "{" + members + `"y":1}`, "a member twice"},
	}
	for _, tt := range tests {
		if _, err := object.Parse([]byte(tt.data)); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	for _, data := range []string{"{" + numbered(256) + "}", `{"a":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`} {
		if _, err := object.Parse([]byte(data)); err != nil {
			t.Errorf("at the limit: %v", err)
		}
	}
}

// numbered returns n members with different names.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.Repeat("m", i+1) + `":1`)
	}
	return b.String()
}

// FuzzParse compares with the tokens of encoding/json.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}],"c":"\u0061\"","d":-1.5e9,"e":true}`, `{"a":1,"\u0061":2}`, `[]`, `{"":{"":{}}}`, "{\"a\" :\t\"\\\\\" }"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := object.Parse(data)
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(data, &want); err != nil || len(want) != len(m) {
			t.Fatalf("%q: %v, %d members, want %d", data, err, len(m), len(want))
		}
		for name, raw := range want {
			if !bytes.Equal(m.Get(name), raw) {
				t.Errorf("%q: %q is %q, want %q", data, name, m.Get(name), raw)
			}
		}
		if repeats(json.NewDecoder(bytes.NewReader(data))) {
			t.Errorf("%q: has a member twice", data)
		}
	})
}

// repeats reports whether an object in d has a member twice.
func repeats(d *json.Decoder) bool {
	type level struct {
		names map[string]bool // nil for an array
		value bool            // the next token is one
	}
	levels := []level{{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return false
		}
		top := &levels[len(levels)-1]
		if name, ok := token.(string); ok && top.names != nil && !top.value {
			if top.names[name] {
				return true
			}
			top.names[name], top.value = true, true
			continue
		}
		top.value = false
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
		}
	}
}
