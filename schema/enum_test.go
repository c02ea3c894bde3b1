package schema_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// Types with the method Enum.
type (
	colour   string             // a string
	weekday  int                // a number
	ratio    float64            //
	offset   float64            // one value, which has two texts
	side     int                // an integer that is text
	shade    string             // a string with rules
	narrow   string             // with fewer by its own rule
	byAddr   string             // with methods on the pointer
	range_   struct{ a string } // a struct that is text
	flagEnum bool
	jsonEnum struct{ pair }
	otherUse string // Enum means something else
)

func (colour) Enum() []colour     { return []colour{"red", "it's \"green\""} }
func (weekday) Enum() []weekday   { return []weekday{1, 7} }
func (ratio) Enum() []ratio       { return []ratio{0.5, 1e21} }
func (offset) Enum() []offset     { return []offset{0} }
func (side) Enum() []side         { return []side{1, 2} }
func (shade) Enum() []shade       { return []shade{"dark", "light"} }
func (shade) Check() string       { return "trim,lower" }
func (narrow) Enum() []narrow     { return []narrow{"a", "b", "c"} }
func (narrow) Check() string      { return "enum=b|c" }
func (*byAddr) Enum() []byAddr    { return []byAddr{"x"} }
func (range_) Enum() []range_     { return []range_{{"all"}, {"none"}} }
func (flagEnum) Enum() []flagEnum { return []flagEnum{true} }
func (otherUse) Enum() *otherUse  { return nil }

func (s *side) UnmarshalText(text []byte) error {
	i := strings.Index("?LR", string(text))
	if len(text) != 1 || i < 0 {
		return errors.New("not for clients")
	}
	*s = side(i)
	return nil
}
func (s side) MarshalText() ([]byte, error) { return []byte{"?LR"[s]}, nil }

func (r *range_) UnmarshalText(text []byte) error { r.a = string(text); return nil }
func (r range_) MarshalText() ([]byte, error)     { return []byte(r.a), nil }

func (e *jsonEnum) UnmarshalJSON(text []byte) error { return e.pair.UnmarshalJSON(text) }
func (e jsonEnum) MarshalJSON() ([]byte, error)     { return e.pair.MarshalJSON() }
func (jsonEnum) Enum() []jsonEnum                   { return []jsonEnum{{pair{1, 2}}} }

// Mistakes.
type (
	emptyEnum  string
	twiceEnum  string
	brokenEnum string
	wrongEnum  string
)

func (emptyEnum) Enum() []emptyEnum   { return nil }
func (twiceEnum) Enum() []twiceEnum   { return []twiceEnum{"a", "b", "a"} }
func (brokenEnum) Enum() []brokenEnum { return []brokenEnum{"\xff"} }
func (wrongEnum) Enum() []string      { return []string{"a"} }

func TestEnums(t *testing.T) {
	for _, test := range []struct {
		name    string
		typ     reflect.Type
		good    string // JSON
		value   any
		bad     string // JSON of a value that is not listed
		outside any    // that value, nil where it cannot be
		words   string
		list    string // of the schema
	}{
		{"string", reflect.TypeFor[colour](), `"red"`, colour("red"), `"Red"`, colour("Red"), `'red' or 'it's "green"'`, `"enum":["red","it's \"green\""]`},
		{"empty string", reflect.TypeFor[colour](), `"red"`, colour("red"), `""`, colour(""), `'red' or 'it's "green"'`, `"enum":`},
		{"integer", reflect.TypeFor[weekday](), `7`, weekday(7), `0`, weekday(0), `1 or 7`, `"enum":[1,7]`},
		{"float", reflect.TypeFor[ratio](), `5e-1`, ratio(0.5), `0.25`, ratio(0.25), `0.5 or 1e+21`, `"enum":[0.5,1e+21]`},
		{"zero with a sign", reflect.TypeFor[offset](), `-0.0`, offset(0), `1`, offset(1), `0`, `"enum":[0]`},
		{"text type", reflect.TypeFor[side](), `"R"`, side(2), `"?"`, side(0), `'L' or 'R'`, `"enum":["L","R"]`},
		{"string with rules", reflect.TypeFor[shade](), `" DARK"`, shade("dark"), `"grey"`, shade("grey"), `'dark' or 'light'`, `"enum":["dark","light"]`},
		{"methods of the pointer", reflect.TypeFor[byAddr](), `"x"`, byAddr("x"), `"y"`, byAddr("y"), `'x'`, `"enum":["x"]`},
		{"struct that is text", reflect.TypeFor[range_](), `"none"`, range_{"none"}, `"some"`, range_{"some"}, `'all' or 'none'`, `"enum":["all","none"]`},
		{"type with JSON methods", reflect.TypeFor[jsonEnum](), `[1, 2]`, jsonEnum{pair{1, 2}}, `[1,3]`, jsonEnum{pair{1, 3}}, `[1,2]`, `"enum":[[1,2]]`},
		{"bool", reflect.TypeFor[flagEnum](), `true`, flagEnum(true), `false`, flagEnum(false), `true`, `"enum":[true]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := loneOf(t, test.typ, "")
			v, issues := l.json(test.good)
			assert.Equal(t, issues, "")
			assert.Equal(t, v, test.value)
			echo := test.bad
			if echo[0] == '[' {
				echo = ""
			}
			want := issue("enum", `["v"]`, "Input should be "+test.words, echo, `{"expected":`+quote(test.words)+`}`)
			_, issues = l.json(test.bad)
			assert.Equal(t, issues, want)
			if test.bad[0] != '[' {
				text := strings.Trim(test.bad, `"`)
				_, issues = l.text(text)
				assert.Equal(t, issues, strings.Replace(want, `"input":`+echo, `"input":`+quote(text), 1))
				v, issues = l.text(strings.Trim(test.good, `"`))
				assert.Equal(t, issues, "")
				assert.Equal(t, v, test.value)
			}
			_, err := l.write(test.value)
			assert.NoError(t, err)
			_, err = l.write(test.outside)
			assert.Equal(t, err.Error(), "a value is none of those its type allows")
			in, out := schemasOf(t, test.typ, "")
			assert.Contains(t, out, test.list)
			if changed := test.typ == reflect.TypeFor[shade](); changed { // another text is read, too
				out = `{"type":"string"}`
			}
			assert.Equal(t, in, out)
		})
	}
	t.Run("of another type, and malformed", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[weekday](), "").json(`"1"`)
		assert.Equal(t, issues, issue("int_type", `["v"]`, "Input should be a valid integer", `"1"`, ""))
		_, issues = loneOf(t, reflect.TypeFor[weekday](), "").json(`-`)
		assert.Contains(t, issues, "malformed")
		_, issues = loneOf(t, reflect.TypeFor[side](), "").text("LR")
		assert.Contains(t, issues, "value_error")
		_, issues = loneOf(t, reflect.TypeFor[colour](), "").json(`1`)
		assert.Contains(t, issues, "string_type")
	})
	t.Run("a rule leaves fewer", func(t *testing.T) {
		l := loneOf(t, reflect.TypeFor[narrow](), "")
		_, issues := l.both(t, "b")
		assert.Equal(t, issues, "")
		_, issues = l.both(t, "a")
		assert.Contains(t, issues, `"type":"literal_error"`)
		in, _ := schemasOf(t, reflect.TypeFor[narrow](), "")
		assert.Equal(t, in, `{"type":"string","enum":["b","c"]}`)
		in, _ = schemasOf(t, reflect.TypeFor[weekday](), `check:"enum=1|2"`)
		assert.Equal(t, in, `{"type":"integer","format":"int64","enum":[1]}`)
	})
	t.Run("a method with another meaning", func(t *testing.T) {
		_, issues := loneOf(t, reflect.TypeFor[otherUse](), "").both(t, "any")
		assert.Equal(t, issues, "")
	})
	t.Run("of an embedded type", func(t *testing.T) {
		in, _ := schemasOf(t, reflect.TypeFor[struct{ E struct{ embedsEnum } }](), "")
		assert.Contains(t, in, `"enum":[1,7]`)
		_, issues := loneOf(t, reflect.TypeFor[textEmbedsEnum](), "").both(t, "any")
		assert.Equal(t, issues, "")
	})
}

// textEmbedsEnum is text, and gets the method Enum of another type.
type textEmbedsEnum struct{ embedsEnum }

func (*textEmbedsEnum) UnmarshalText([]byte) error { return nil }

type embedsEnum struct {
	Day weekday `json:"day"`
}

func (embedsEnum) Enum() []weekday { return nil } // of a struct without text: no rule

func TestEnumsInside(t *testing.T) {
	type holder struct {
		Opt     schema.Opt[colour] `json:"opt"`
		Pointer *weekday           `json:"pointer"`
		Null    schema.Null[side]  `json:"null"`
		List    []colour           `json:"list"`
		Array   [1]weekday         `json:"array"`
		Keys    map[colour]weekday `json:"keys"`
		Numbers map[weekday]string `json:"numbers"`
		Texts   map[side]string    `json:"texts"`
	}
	plan := compile[holder](t, schema.Config{})
	good := `{"opt":"red","pointer":1,"null":"L","list":["red"],"array":[7],"keys":{"red":1},"numbers":{"7":"a"},"texts":{"R":"b"}}`
	v, err := plan.Decode([]byte(good))
	assert.Equal(t, issuesOf(err), "")
	out, err := plan.Append(nil, &v)
	assert.NoError(t, err)
	assert.Equal(t, string(out), good)
	_, err = plan.Decode([]byte(`{"opt":"x","pointer":2,"null":"?","list":["red","x"],"array":[0],"keys":{"x":1,"red":2},"numbers":{"8":"a"},"texts":{"?":"b"}}`))
	var places []string
	e, _ := errors.AsType[*schema.Error](err)
	for _, i := range e.Issues {
		assert.Equal(t, i.Type, "enum")
		loc, _ := json.Marshal(i.Loc)
		places = append(places, string(loc))
	}
	assert.Equal(t, strings.Join(places, " "),
		`["opt"] ["pointer"] ["null"] ["list",1] ["array",0] ["keys","x","[key]"] ["keys","red"] ["numbers","8","[key]"] ["texts","?","[key]"]`)

	day := weekday(3)
	for name, v := range map[string]holder{
		"Opt": {Opt: schema.Some(colour("x"))}, "pointer": {Pointer: &day}, "list": {List: []colour{"x"}}, "array": {},
		"value": {Array: [1]weekday{1}, Keys: map[colour]weekday{"red": 0}}, "number": {Array: [1]weekday{1}, Numbers: map[weekday]string{2: ""}}, "text": {Array: [1]weekday{1}, Texts: map[side]string{0: ""}},
	} {
		_, err := plan.Append(nil, &v)
		if err == nil || err.Error() != "a value is none of those its type allows" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMistakesInEnums(t *testing.T) {
	assert.Contains(t, compileError[emptyEnum](t), "schema_test.emptyEnum.Enum returns no values")
	assert.Contains(t, compileError[twiceEnum](t), `schema_test.twiceEnum.Enum returns "a" twice`)
	assert.Contains(t, compileError[brokenEnum](t), "schema_test.brokenEnum.Enum: a string is not valid UTF-8")
	assert.Contains(t, compileError[wrongEnum](t), "schema_test.wrongEnum.Enum returns []string, want []schema_test.wrongEnum")
	_, err := tryLone(reflect.TypeFor[colour](), `default:"blue"`)
	assert.Contains(t, err.Error(), `the default "blue" does not fit the field`)
}
