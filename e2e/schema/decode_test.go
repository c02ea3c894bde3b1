package schema_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenonapi/tenon/problem"
	"github.com/tenonapi/tenon/schema"
)

// A point is embedded.
type point struct {
	X float64 `json:"x"`
	Y *string `json:"y,omitempty"`
}

// An Extra is embedded as a pointer.
type Extra struct {
	E1 int    `json:"e1"`
	E2 string `json:"e2"`
}

// A label reads and writes itself as text, which begins with no exclamation mark.
type label struct{ text string }

func (l *label) UnmarshalText(text []byte) error {
	if len(text) > 0 && text[0] == '!' {
		return errors.New("an exclamation mark")
	}
	l.text = strings.ToLower(string(text))
	return nil
}

func (l label) MarshalText() ([]byte, error) { return []byte(l.text), nil }

// common has the types that mean the same to all three packages.
type common struct {
	I    int               `json:"i"`
	I8   int8              `json:"i8"`
	I16  int16             `json:"i16"`
	I32  int32             `json:"i32"`
	I64  int64             `json:"i64"`
	U    uint              `json:"u"`
	U8   uint8             `json:"u8"`
	U16  uint16            `json:"u16"`
	U32  uint32            `json:"u32"`
	U64  uint64            `json:"u64"`
	F32  float32           `json:"f32"`
	F64  float64           `json:"f64"`
	S    string            `json:"s"`
	B    bool              `json:"b"`
	SE   string            `json:"se,omitempty" default:""`
	IE   int               `json:"ie,omitempty" default:"0"`
	P    *int              `json:"p"`
	PS   *string           `json:"ps,omitempty"`
	L    []int             `json:"l"`
	LL   [][]string        `json:"ll"`
	LP   []*point          `json:"lp"`
	M    map[string]string `json:"m"`
	MI   map[int8]bool     `json:"mi"`
	MU   map[uint]*point   `json:"mu"`
	ML   map[label]int
	Lab  label           `json:"lab"`
	T    time.Time       `json:"t"`
	TP   *time.Time      `json:"tp"`
	Bin  []byte          `json:"bin"`
	Addr netip.Addr      `json:"addr"`
	Any  any             `json:"any"`
	Raw  json.RawMessage `json:"raw"`
	Next *common         `json:"next"`
	In   struct {
		A string `json:"a"`
		K bool   `json:"ſ"`
	} `json:"in"`
	IS     int64   `json:"is,string"`
	FS     float64 `json:"fs,string"`
	OZ     int     `json:"oz,omitzero" default:"0"`
	Hidden string  `json:"-"`
	*Extra
	point
}

// rich is common and what only this repository has.
type rich struct {
	common
	O  schema.Opt[int]     `json:"o"`
	OP schema.Opt[*string] `json:"op"`
	OS schema.Opt[point]   `json:"os"`
}

// mirror is rich for the other packages.
type mirror struct {
	common
	O  mirrorOpt[int]     `json:"o,omitzero"`
	OP mirrorOpt[*string] `json:"op,omitzero"`
	OS mirrorOpt[point]   `json:"os,omitzero"`
}

type mirrorOpt[T any] struct {
	value T
	ok    bool
}

func (o *mirrorOpt[T]) UnmarshalJSON(text []byte) error {
	o.ok = true
	return json.Unmarshal(text, &o.value)
}

func (o *mirrorOpt[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	o.ok = true
	return jsonv2.UnmarshalDecode(d, &o.value)
}

func (o mirrorOpt[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(o.value)
	return b.Bytes(), err
}

func (o mirrorOpt[T]) opt() (out schema.Opt[T]) {
	if o.ok {
		out = schema.Some(o.value)
	}
	return out
}

func (m *mirror) rich() rich { return rich{m.common, m.O.opt(), m.OP.opt(), m.OS.opt()} }

const commonSeed = `"i":-1,"i8":-128,"i16":32767,"i32":-2147483648,"i64":-9223372036854775808,"u":1,"u8":255,"u16":65535,"u32":4294967295,"u64":18446744073709551615,` +
	`"f32":0.1,"f64":-1.5e-7,"s":"aé\n\u2028","b":true,"p":null,"l":[1,2,3,4,5],"ll":[[],["a"]],"mu":{"0":null,"4294967296":{"x":0}},"lp":[{"x":1},null],"m":{"a":"b","":"c"},"mi":{"-1":true,"7":false},"ML":{"x":1},"lab":"a",` +
	`"t":"2026-01-02T03:04:05.5+01:00","tp":null,"bin":"YWI=","addr":"192.0.2.1","any":{"a":[1,"b",null,1e3]},"raw": [1, {"a":2}],"next":null,"in":{"a":"x","ſ":true},"is":"-7","fs":"1.5e3","x":-0.0`

const richSeed = `{` + commonSeed + `,"o":1,"op":null,"os":{"x":2,"y":"z"},"y":"y","se":"x","ie":1,"oz":1,"e1":1,"e2":"e","unknown":[{"a":1}]}`

// withMember returns the seed with the text as the value of one member.
func withMember(t *testing.T, name string, text []byte) []byte {
	t.Helper()
	var whole map[string]jsontext.Value
	if err := jsonv2.Unmarshal([]byte(richSeed), &whole); err != nil {
		t.Fatal(err)
	}
	out := []byte{'{'}
	for _, key := range slices.Sorted(maps.Keys(whole)) {
		if key != name {
			out = append(append(append(out, strconv.Quote(key)...), ':'), whole[key]...)
			out = append(out, ',')
		}
	}
	return append(append(append(append(out, strconv.Quote(name)...), ':'), text...), '}')
}

// FuzzDecode decodes bytes into a struct that has all kinds of fields, or the
// seed with one member changed to them. What is
// accepted is accepted by both versions of encoding/json and is the same value,
// once integers are spelled without fraction and exponent. For what the second
// version accepts and the plan refuses each issue is justified by the input.
func FuzzDecode(f *testing.F) {
	f.Add("", []byte(richSeed))
	f.Add("", []byte(`{`+commonSeed+`}`))
	f.Add("", []byte(strings.Replace(richSeed, `"next":null`, `"next":{`+commonSeed+`}`, 1)))
	for _, change := range [][2]string{
		{`"i":-1`, `"i":1.0`}, {`"i":-1`, `"i":1e2`}, {`"u":1`, `"u":-0`}, {`"u8":255`, `"u8":256`}, {`"s"`, `"S"`}, {`"ſ"`, `"s"`}, {`"i":-1`, `"İ":-1,"I":2`}, {`"i":-1,`, ``}, {`"b":true`, `"b":null`},
		{`"l":[1,2,3,4,5]`, `"l":null`}, {`"any":`, `"any":1e400,"a":`}, {`"-1":true`, `"01":true`}, {`"7"`, `"+7"`}, {`"7"`, `"-01"`}, {`"7"`, `"7.0"`}, {`"7"`, `"128"`}, {`"YWI="`, `"YWJ="`}, {`"YWI="`, `"Y\nWI="`}, {`"YWI="`, `"YWI"`},
		{`T03`, `T3`}, {`05.5`, `05,5`}, {`+01:00`, `+24:00`}, {`05.5`, `60`}, {`"x":-0.0`, `"x":1e400`}, {`"f32":0.1`, `"f32":3.5e38`}, {`"op":null`, `"op":"a"`}, {`"o":1`, `"o":null`}, {`"x":1}`, `"X":1}`}, {`"x":1}`, `"x":1,"X":2}`}, {`"lab":"a"`, `"lab":"!"`},
		{`"ML"`, `"ml"`}, {`"i64":-9223372036854775808`, `"i64":9223372036854775808`}, {`"aé\n\u2028"`, `"\ud83d\ude00"`}, {`"unknown"`, `"Unknown"`}, {`"a":2`, `"a":2,"a":2`}, {`2026-01-02`, `2026-02-29`},
	} {
		f.Add("", []byte(strings.Replace(richSeed, change[0], change[1], 1)))
	}
	for _, name := range declared {
		for _, value := range []string{`null`, `0`, `"1"`, `[]`, `{}`} {
			f.Add(name, []byte(value))
		}
	}
	for _, row := range [][2]string{
		{"i64", `9223372036854775807.0`}, {"u64", `1.8446744073709551615e19`}, {"u64", `18446744073709551616`}, {"i", `0e99999`}, {"i", `1e-1`}, {"i8", `-1280e-1`}, {"f32", `16777217`}, {"f64", `1e-400`}, {"f64", `4.9e-324`}, {"f64", `0.1e1000`},
		{"t", `"2026-01-02T03:04:05z"`}, {"t", `"2026-01-02t03:04:05Z"`}, {"t", `"2026-01-02T03:04:05.1234567890Z"`}, {"t", `"2026-01-02T03:04:05-00:00"`}, {"t", `"0000-01-01T00:00:00Z"`}, {"t", `"2026-01-02T03:04:05\u005a"`}, {"t", `"2026-1-2T03:04:05Z"`}, {"t", `""`},
		{"bin", `"YWI\u003d"`}, {"bin", `"_-8="`}, {"addr", `""`}, {"addr", `"fe80::1%eth0"`}, {"addr", `"::ffff:1.2.3.4"`}, {"m", `{"a":"b","\u0061":"c"}`}, {"mi", `{"-0":true}`}, {"mi", `{"-0":true,"0":true}`}, {"mi", `{" 1":true}`}, {"mu", `{"18446744073709551616":null}`},
		{"raw", ` [ 1 , "\u2028" ] `}, {"any", `[9007199254740993,-9007199254740993,1e20,100000000000000000000]`}, {"is", `"1.0"`}, {"is", `1`}, {"is", `"01"`}, {"is", `" 1"`}, {"is", `""`}, {"is", `"\u0031"`}, {"is", `"null"`}, {"fs", `"1e400"`}, {"fs", `"NaN"`}, {"fs", `"0x1p1"`}, {"fs", `"1_0"`}, {"fs", `"+1"`}, {"is", `"-9223372036854775809"`},
		{"next", `{` + commonSeed + `}`}, {"lp", `[{"x":1,"y":null},null,{}]`},
	} {
		f.Add(row[0], []byte(row[1]))
	}
	plan := mustCompile[rich](f, schema.Config{})
	f.Fuzz(func(t *testing.T, member string, text []byte) {
		if slices.Contains(declared, member) {
			text = withMember(t, member, text)
		}
		checkDecode(t, plan, text)
	})
}

func checkDecode(t *testing.T, plan *schema.Type[rich], data []byte) {
	t.Helper()
	got, err := plan.Decode(data)
	if err != nil {
		if !reflect.DeepEqual(got, rich{}) {
			t.Errorf("%q: %+v beside %v", data, got, err)
		}
		var two mirror
		if jsonv2.Unmarshal(data, &two) == nil {
			checkRefusal(t, data, err)
		}
		return
	}
	if again, err := plan.Decode(data); err != nil || !reflect.DeepEqual(appended(got), again) {
		t.Errorf("%q: appending to a slice changed what is beside it, or a second run differs: %v\n%+v\n%+v", data, err, got, again)
	}
	canonical := []byte(respell(data, reflect.TypeFor[mirror]()))
	var one, two mirror
	if err := jsonv2.Unmarshal(canonical, &two); err != nil {
		t.Fatalf("%q: accepted, but json/v2 says of %q: %v", data, canonical, err)
	}
	if err := json.Unmarshal(canonical, &one); err != nil {
		t.Fatalf("%q: accepted, but encoding/json says of %q: %v", data, canonical, err)
	}
	floatsOnly(reflect.ValueOf(&got).Elem())
	got.Raw, one.Raw, two.Raw = nil, nil, nil // differ in spelling
	for next := got.Next; next != nil; next = next.Next {
		next.Raw = nil
	}
	for _, m := range []*mirror{&one, &two} {
		for next := m.Next; next != nil; next = next.Next {
			next.Raw = nil
		}
	}
	if want := two.rich(); !reflect.DeepEqual(got, want) {
		t.Errorf("%q:\ngot     %+v\njson/v2 %+v", data, got, want)
	}
	if want := one.rich(); !reflect.DeepEqual(got, want) {
		t.Errorf("%q:\ngot           %+v\nencoding/json %+v", data, got, want)
	}
}

// appended appends to each slice in v, and returns v: nothing in it changes,
// unless a slice reaches into the memory of another value.
func appended(v rich) rich {
	appendTo(reflect.ValueOf(v.common))
	return v
}

func appendTo(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			appendTo(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				appendTo(v.Field(i))
			}
		}
	case reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			appendTo(iter.Value())
		}
	case reflect.Slice:
		for i := range v.Len() {
			appendTo(v.Index(i))
		}
		for v.Len() < v.Cap() { // up to the end of its memory
			v = reflect.Append(v, other(v.Type().Elem()))
		}
	}
}

// other returns a value that is not the zero value.
func other(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString("other")
	case reflect.Int:
		v.SetInt(-99)
	case reflect.Uint8:
		v.SetUint(99)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, 3, 3))
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
	case reflect.Interface:
		v.Set(reflect.ValueOf("other"))
	}
	return v
}

// floatsOnly turns each json.Number in an any of v into the float64 that the
// other packages have there.
func floatsOnly(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous {
				floatsOnly(v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			floatsOnly(v.Elem())
		}
	case reflect.Interface:
		if v.CanSet() && !v.IsNil() {
			v.Set(reflect.ValueOf(floatsIn(v.Interface())))
		}
	}
}

func floatsIn(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64)
		return f
	case []any:
		for i := range v {
			v[i] = floatsIn(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = floatsIn(v[k])
		}
	}
	return v
}

// respell writes the integers in a text of type t, and the keys of its maps of
// integers, as the other packages want them.
func respell(text []byte, t reflect.Type) jsontext.Value {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "mirrorOpt[") {
		return respell(text, t.Field(0).Type)
	}
	text = []byte(strings.Trim(string(text), " \t\r\n"))
	switch kind := text[0]; {
	case kind == '{' && t.Kind() == reflect.Struct:
		return members(text, func(name string) (string, reflect.Type) { return name, fieldType(t, name) })
	case kind == '{' && t.Kind() == reflect.Map:
		return members(text, func(name string) (string, reflect.Type) {
			switch t.Key().Kind() {
			case reflect.Int8, reflect.Uint:
				return string(whole(name)), t.Elem()
			}
			return name, t.Elem()
		})
	case kind == '[' && t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		var items []jsontext.Value
		must(jsonv2.Unmarshal(text, &items))
		out := []byte{'['}
		for i, item := range items {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, respell(item, t.Elem())...)
		}
		return append(out, ']')
	case kind == '"' && (t == timeType || t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64):
		// encoding/json does not undo escapes in times and in numbers with the option string, and wants T and Z.
		plain, err := jsontext.AppendUnquote(nil, text)
		must(err)
		switch {
		case t == timeType:
			plain = bytes.ToUpper(plain)
		case t.Kind() <= reflect.Uint64:
			plain = whole(string(plain))
		}
		out, err := jsontext.AppendQuote(nil, plain)
		must(err)
		return out
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64 && kind != 'n':
		return whole(string(text))
	}
	return text
}

// members respells the members of an object.
func members(text []byte, of func(name string) (string, reflect.Type)) jsontext.Value {
	d := jsontext.NewDecoder(strings.NewReader(string(text)))
	read(d)
	out := []byte{'{'}
	for d.PeekKind() != '}' {
		if len(out) > 1 {
			out = append(out, ',')
		}
		name, t := of(read(d).String())
		value, err := d.ReadValue()
		must(err)
		out, err = jsontext.AppendQuote(out, name)
		must(err)
		out = append(out, ':')
		out = append(out, respell(value.Clone(), t)...)
	}
	return append(out, '}')
}

func read(d *jsontext.Decoder) jsontext.Token {
	token, err := d.ReadToken()
	must(err)
	return token
}

// must stops at an error of an oracle in what it has accepted before.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

var (
	anyType  = reflect.TypeFor[any]()
	timeType = reflect.TypeFor[time.Time]()
)

// fieldType returns the type of the member called name, any for one that is unknown.
func fieldType(t reflect.Type, name string) reflect.Type {
	for _, f := range reflect.VisibleFields(t) {
		if wire, ok := wireName(f); ok && wire == name {
			return f.Type
		}
	}
	return anyType
}

func wireName(f reflect.StructField) (string, bool) {
	tag := f.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	if f.Anonymous || !f.IsExported() || tag == "-" {
		return "", false
	}
	if name == "" {
		name = f.Name
	}
	return name, true
}

// whole writes an integer without fraction and exponent.
func whole(text string) jsontext.Value {
	if !plainNumber(text) && strings.Trim(text, "-0123456789") != "" {
		return jsontext.Value(text)
	}
	r, err := rational(text)
	if err != nil { // 0e99999 is an integer
		return jsontext.Value("0")
	}
	if !r.IsInt() {
		return jsontext.Value(text)
	}
	return jsontext.Value(new(big.Int).Set(r.Num()).String())
}

// checkRefusal checks that each issue of a text that json/v2 accepts is one of
// the intended differences, and is true.
func checkRefusal(t *testing.T, data []byte, err error) {
	t.Helper()
	var tree any
	if jsonv2.Unmarshal(data, &tree) != nil {
		tree = anyNumbers(data)
	}
	list, malformed := issues(err)
	if depth, _ := readOracle(data); malformed && depth > 100 {
		return
	}
	for _, issue := range list {
		if reason := unjustified(tree, issue, len(list)); reason != "" {
			t.Errorf("%q: json/v2 accepts it, and %s: %v", data, reason, err)
		}
	}
}

func anyNumbers(data []byte) (v any) {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	must(d.Decode(&v))
	return v
}

// strictTime is date-time of RFC 3339 without leap seconds, which Go has not.
var strictTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// unjustified says why an issue is none of the intended differences to json/v2.
func unjustified(tree any, issue problem.Issue, count int) string {
	loc := issue.Loc
	isKey := len(loc) > 1 && loc[len(loc)-1] == "[key]"
	if isKey {
		loc = loc[:len(loc)-1]
	}
	value := lookup(tree, loc)
	name := ""
	if len(loc) > 0 {
		name, _ = loc[len(loc)-1].(string)
	}
	text, _ := value.(string)
	switch typ := issue.Type; {
	case isKey:
		if name != "-0" { // which is an integer, but not its name
			return "the key is refused"
		}
	case typ == "missing":
		if value != absent {
			return name + " is there"
		}
	case typ == "member_case":
		expected, _ := issue.Ctx[0].Value.(string)
		if value == absent || name == expected || !strings.EqualFold(name, expected) || !slices.Contains(declared, expected) {
			return name + " is in the right case"
		}
	case value == nil:
		if slices.Contains([]string{"p", "ps", "y", "tp", "next", "any", "raw", "op"}, name) {
			return name + " may be null"
		}
	case typ == "ip_any_address":
		if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
			return text + " is an address"
		}
	case strings.HasPrefix(typ, "datetime"):
		if _, err := time.Parse(time.RFC3339, text); err == nil && strictTime.MatchString(text) {
			return text + " is a time"
		}
	case strings.HasPrefix(typ, "base64"):
		if _, err := base64.StdEncoding.Strict().DecodeString(text); err == nil && !strings.ContainsAny(text, "\r\n") {
			return text + " is base64"
		}
	case typ == "too_many_errors":
		if count < 100 {
			return "there are few issues"
		}

		return "the text is empty"
	default:
		return "there is no reason for " + typ
	}
	return ""
}

// declared are the names of all members of rich.
var declared = func() (names []string) {
	for _, t := range []reflect.Type{reflect.TypeFor[mirror](), reflect.TypeFor[struct {
		A string `json:"a"`
		K bool   `json:"ſ"`
	}]()} {
		for _, f := range reflect.VisibleFields(t) {
			if name, ok := wireName(f); ok {
				names = append(names, name)
			}
		}
	}
	return names
}()
