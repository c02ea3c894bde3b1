package schema_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tenonapi/tenon/schema"
)

// currency states its rules itself.
type currency string

func (currency) Check() string { return "pattern='^[A-Z]{3}$'" }

// A color and a level list their values.
type color string

func (color) Enum() []color { return []color{"red", "a", ""} }

type level int8

func (level) Enum() []level { return []level{1, 2, -3} }

type ratio float64

func (ratio) Enum() []ratio { return []ratio{0, 1.5, 100} }

// A tree refers to itself.
type tree struct {
	_     struct{}           `check:"additionalProperties=false"`
	Name  string             `json:"name" check:"minLength=1,maxLength=3"`
	Left  *tree              `json:"left"`
	Right schema.Opt[*tree]  `json:"right"`
	List  schema.Opt[[]tree] `json:"list" check:"maxItems=2"`
}

// A spec is a type and the rules of a check tag.
type spec struct {
	typ   reflect.Type
	rules string
}

func (s spec) String() string { return fmt.Sprintf("%s check:%q", s.typ, s.rules) }

var (
	integers = []reflect.Type{
		reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](), reflect.TypeFor[int](),
		reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](), reflect.TypeFor[uint](),
	}
	floats = []reflect.Type{reflect.TypeFor[float32](), reflect.TypeFor[float64]()}
	texts  = []reflect.Type{reflect.TypeFor[string]()}
	others = []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[time.Time](), reflect.TypeFor[any](), reflect.TypeFor[currency](), reflect.TypeFor[tree](), reflect.TypeFor[json.RawMessage](),
		dateType, durationType, reflect.TypeFor[schema.TimeOfDay](), reflect.TypeFor[netip.Addr](), urlType, bytesType, decimalType, prefixType,
		reflect.TypeFor[schema.Null[string]](), reflect.TypeFor[schema.Null[int64]](), reflect.TypeFor[color](), reflect.TypeFor[level](), reflect.TypeFor[ratio](),
	}
	optional = map[reflect.Type]reflect.Type{
		reflect.TypeFor[string]():    reflect.TypeFor[schema.Opt[string]](),
		reflect.TypeFor[int64]():     reflect.TypeFor[schema.Opt[int64]](),
		reflect.TypeFor[uint8]():     reflect.TypeFor[schema.Opt[uint8]](),
		reflect.TypeFor[float64]():   reflect.TypeFor[schema.Opt[float64]](),
		reflect.TypeFor[bool]():      reflect.TypeFor[schema.Opt[bool]](),
		reflect.TypeFor[any]():       reflect.TypeFor[schema.Opt[any]](),
		reflect.TypeFor[*string]():   reflect.TypeFor[schema.Opt[*string]](),
		reflect.TypeFor[[]string]():  reflect.TypeFor[schema.Opt[[]string]](),
		reflect.TypeFor[tree]():      reflect.TypeFor[schema.Opt[tree]](),
		reflect.TypeFor[time.Time](): reflect.TypeFor[schema.Opt[time.Time]](),
	}
	patterns = []string{`^[A-Z]{3}$`, `a`, `^a*b?$`, `^(ab|c)+$`, `\d`, `^\p{L}$`, `^.$`, `^[^a]$`, `b$`, `^$`}
	words    = []string{"", "a", "b", "ab", "abc", "EUR", "EU", "é", "😀", "a\n", "7", " ", "aé😀", "\u2028", "cccc", "null"}
)

// drawSpec draws a type and rules for it, of which some do not compile.
func drawSpec(t *rapid.T, depth int) spec {
	last := 9
	if depth == 0 {
		last = 4
	}
	switch rapid.IntRange(0, last).Draw(t, "kind") {
	case 0:
		return spec{rapid.SampledFrom(integers).Draw(t, "integer"), numberRules(t, "-3", "0", "1", "2", "3", "7", "100", "127")}
	case 1:
		return spec{rapid.SampledFrom(floats).Draw(t, "float"), numberRules(t, "-2.5", "0", "0.1", "0.3", "1", "1.5", "2", "1e3", "100")}
	case 2, 3:
		return spec{rapid.SampledFrom(texts).Draw(t, "text"), textRules(t)}
	case 4:
		other := spec{rapid.SampledFrom(others).Draw(t, "other"), ""}
		if other.typ.Kind() == reflect.Bool {
			other.rules = rapid.SampledFrom([]string{"", "const=true", "const=false"}).Draw(t, "const")
		}
		return other
	case 5:
		elem := drawSpec(t, depth-1)
		rules := lengthRules(t, "Items")
		if comparable(elem.typ) && rapid.IntRange(0, 4).Draw(t, "unique") == 0 {
			rules = append(rules, "uniqueItems")
		}
		return spec{reflect.SliceOf(elem.typ), join(append(rules, nested("each", elem.rules)...))}
	case 6:
		elem, rules := drawSpec(t, depth-1), lengthRules(t, "Properties")
		key := spec{reflect.TypeFor[string](), textRules(t)}
		if rapid.IntRange(0, 3).Draw(t, "key") == 0 {
			key = spec{rapid.SampledFrom(integers).Draw(t, "integer"), ""}
		}
		rules = append(append(rules, nested("keys", key.rules)...), nested("values", elem.rules)...)
		return spec{reflect.MapOf(key.typ, elem.typ), join(rules)}
	case 7:
		inner := drawSpec(t, depth-1)
		if inner.typ.Kind() != reflect.Pointer {
			inner.typ = reflect.PointerTo(inner.typ)
		}
		return inner
	case 8:
		elem := drawSpec(t, depth-1)
		return spec{reflect.ArrayOf(rapid.IntRange(0, 3).Draw(t, "length"), elem.typ), join(nested("each", elem.rules))}
	}
	return spec{drawStruct(t, depth), ""}
}

// comparable reports whether items are equal as stored if and only if they are
// equal as written; TestUniqueItemsAgree has the others.
func comparable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return t == reflect.TypeFor[json.RawMessage]() || comparable(t.Elem())
	case reflect.Struct, reflect.Array:
		return false
	}
	return t != durationType && t != anyType
}

func drawStruct(t *rapid.T, depth int) reflect.Type {
	var fields []reflect.StructField
	if rapid.Bool().Draw(t, "closed") {
		fields = append(fields, reflect.StructField{Name: "_", PkgPath: "tenon.test/x", Type: reflect.TypeFor[struct{}](), Tag: `check:"additionalProperties=false"`})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "fields") {
		s := drawSpec(t, depth-1)
		if opt := optional[s.typ]; opt != nil && rapid.Bool().Draw(t, "optional") {
			s.typ = opt
		}
		option := ""
		if kind := s.typ.Kind(); (kind <= reflect.Float64 || kind == reflect.String) && rapid.IntRange(0, 3).Draw(t, "string") == 0 {
			option = ",string"
		}
		tag := fmt.Sprintf(`json:"m%d%s"`, i, option)
		if s.rules != "" {
			tag += " check:" + strconv.Quote(s.rules)
		}
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("M%d", i), Type: s.typ, Tag: reflect.StructTag(tag)})
	}
	return reflect.StructOf(fields)
}

func join(rules []string) string { return strings.Join(rules, ",") }

func nested(name, rules string) []string {
	if rules == "" {
		return nil
	}
	return []string{name + "(" + rules + ")"}
}

func numberRules(t *rapid.T, values ...string) string {
	var rules []string
	for _, name := range []string{"ge", "gt", "le", "lt", "multipleOf"} {
		if rapid.IntRange(0, 3).Draw(t, name) == 0 {
			rules = append(rules, name+"="+rapid.SampledFrom(values).Draw(t, "bound"))
		}
	}
	switch rapid.IntRange(0, 9).Draw(t, "choice") {
	case 0:
		rules = append(rules, "const="+rapid.SampledFrom(values).Draw(t, "const"))
	case 1:
		rules = append(rules, "enum="+strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, 3, rapid.ID).Draw(t, "choices"), "|"))
	}
	return join(rules)
}

func textRules(t *rapid.T) string {
	rules := lengthRules(t, "Length")
	switch rapid.IntRange(0, 7).Draw(t, "rule") {
	case 0, 1:
		rules = append(rules, "pattern='"+rapid.SampledFrom(patterns).Draw(t, "pattern")+"'")
	case 2:
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(words), 1, 3, rapid.ID).Draw(t, "choices")
		rules = append(rules, "enum='"+strings.Join(list, "'|'")+"'")
	case 3:
		rules = append(rules, "const='"+rapid.SampledFrom(words).Draw(t, "const")+"'")
	case 4:
		rules = append(rules, "format=uuid")
	}
	if rapid.IntRange(0, 9).Draw(t, "change") == 0 {
		rules = append(rules, rapid.SampledFrom(changes).Draw(t, "by"))
	}
	return join(rules)
}

func lengthRules(t *rapid.T, what string) []string {
	var rules []string
	for _, name := range []string{"min", "max"} {
		if rapid.IntRange(0, 3).Draw(t, name) == 0 {
			rules = append(rules, fmt.Sprintf("%s%s=%d", name, what, rapid.IntRange(0, 3).Draw(t, "length")))
		}
	}
	return rules
}

// drawJSON draws a text that is mostly of the type.
func drawJSON(t *rapid.T, typ reflect.Type, depth int) string {
	if depth <= 0 || rapid.IntRange(0, 9).Draw(t, "wrong") == 0 {
		return rapid.SampledFrom([]string{`null`, `true`, `0`, `-0`, `1.0`, `1.5`, `"a"`, `""`, `[]`, `[1]`, `{}`, `{"zz":1}`}).Draw(t, "value")
	}
	switch {
	case typ.Kind() == reflect.Struct && (strings.HasPrefix(typ.Name(), "Opt[") || strings.HasPrefix(typ.Name(), "Null[")):
		return drawJSON(t, typ.Field(0).Type, depth)
	case typ == reflect.TypeFor[time.Time]():
		return drawKnown(t, typ, times)
	case typ == decimalType && rapid.Bool().Draw(t, "number"):
		return fmt.Sprintf("%d.%de%d", rapid.IntRange(-9, 99).Draw(t, "whole"), rapid.IntRange(0, 99).Draw(t, "fraction"), rapid.IntRange(-9, 9).Draw(t, "exponent"))
	case knownTexts[typ] != nil:
		return drawKnown(t, typ, knownTexts[typ])
	}
	switch typ.Kind() {
	case reflect.Bool:
		return "true"
	case reflect.String:
		return drawText(t)
	case reflect.Pointer:
		return drawJSON(t, typ.Elem(), depth)
	case reflect.Slice, reflect.Array:
		elem := anyType
		if typ != reflect.TypeFor[json.RawMessage]() {
			elem = typ.Elem()
		}
		items := make([]string, rapid.IntRange(0, 4).Draw(t, "items"))
		for i := range items {
			items[i] = drawJSON(t, elem, depth-1)
		}
		return "[" + strings.Join(items, ",") + "]"
	case reflect.Map:
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom(keyTexts), 0, 4, rapid.ID).Draw(t, "keys")
		for i, key := range keys {
			keys[i] = key + ":" + drawJSON(t, typ.Elem(), depth-1)
		}
		return "{" + strings.Join(keys, ",") + "}"
	case reflect.Struct:
		return drawObject(t, typ, depth)
	case reflect.Interface:
		return drawJSON(t, rapid.SampledFrom([]reflect.Type{reflect.TypeFor[int64](), reflect.TypeFor[string](), reflect.TypeFor[[]any]()}).Draw(t, "any"), depth-1)
	}
	return drawNumber(t, typ)
}

var (
	times = []string{
		"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.5+01:00", "2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-02", "2026-01-02T24:00:00Z", "2026-01-02T03:04:60Z", "2026-1-2T03:04:05Z",
		"2026-01-02T03:04:05", "2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05+24:00", "2026-01-02 03:04:05Z", "0000-01-01T00:00:00Z", "2026-01-02T03:04:05.123456789012Z", "2026-01-02T3:04:05Z", "2026-01-02T03:04:05,5Z", "", "2016-12-31T23:59:60Z", "2026-01-02t03:04:05Z", "2026-01-02T03:04:05z",
	}
	keyTexts = []string{`""`, `"a"`, `"b"`, `"ab"`, `"EUR"`, `"é"`, `"1"`, `"7"`, `"-1"`, `"300"`, `"0"`, `"abcd"`, `"01"`, `"1.0"`, `"-0"`}
)

// knownTexts are texts for types that have a text of their own.
var knownTexts = map[reflect.Type][]string{
	dateType: days, durationType: durations, reflect.TypeFor[schema.TimeOfDay](): clocks, reflect.TypeFor[netip.Addr](): addresses, urlType: uris, bytesType: base64Texts,
	decimalType: {"1", "1.50", "-1", "+1", "1e3", ".5", "1.", "", "a"}, prefixType: {"192.0.2.0/24", "::/0", "192.0.2.0", ""}, reflect.TypeFor[label](): {"", "a", "ab"},
}

func drawKnown(t *rapid.T, typ reflect.Type, list []string) string {
	text := rapid.SampledFrom(list).Draw(t, "text")
	if exception(spec{typ, ""}, text) != "" {
		text = list[0]
	}
	quoted, err := jsonString(text)
	must(err)
	return quoted
}

func drawText(t *rapid.T) string {
	var s string
	switch rapid.IntRange(0, 3).Draw(t, "text") {
	case 0:
		s = rapid.StringN(0, 5, -1).Draw(t, "string")
	case 1:
		s = rapid.SampledFrom([]string{"123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-42661417400F", "123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}", "123e4567-e89b-12d3-a456-42661417400g", "00000000-0000-0000-0000-000000000000"}).Draw(t, "uuid")
	default:
		s = rapid.SampledFrom(words).Draw(t, "word")
	}
	text, err := json.Marshal(s)
	must(err)
	return string(text)
}

// drawNumber draws a number with so few digits that a float32 tells it from its
// neighbours, in any spelling.
func drawNumber(t *rapid.T, typ reflect.Type) string {
	float := typ.Kind() == reflect.Float32 || typ.Kind() == reflect.Float64
	switch rapid.IntRange(0, 3).Draw(t, "number") {
	case 0:
		if float {
			return rapid.SampledFrom([]string{`1e400`, `-1e400`, `3e38`, `4e38`, `1e308`, `2e308`, `-0`, `0e5`, `-0.0`, `1e19`, `1E2`}).Draw(t, "limit")
		}
		return rapid.SampledFrom([]string{
			`127`, `128`, `-128`, `-129`, `255`, `256`, `32767`, `32768`, `65535`, `65536`, `2147483647`, `2147483648`, `4294967295`, `4294967296`, `-2147483649`,
			`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-9223372036854775809`, `18446744073709551615`, `18446744073709551616`, `1e400`, `1e-400`, `3e38`, `4e38`, `1e308`, `2e308`, `-0`, `0e5`, `-0.0`, `1e19`, `1E2`,
		}).Draw(t, "limit")
	case 1:
		return fmt.Sprintf("%de%d", rapid.IntRange(-300, 300).Draw(t, "digits"), rapid.IntRange(-3, 3).Draw(t, "exponent"))
	case 2:
		return fmt.Sprintf("%d.%d", rapid.IntRange(-9, 9).Draw(t, "whole"), rapid.IntRange(0, 99).Draw(t, "fraction"))
	}
	return strconv.Itoa(rapid.IntRange(-4, 130).Draw(t, "integer"))
}

func drawObject(t *rapid.T, typ reflect.Type, depth int) string {
	var members []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Name == "_" || rapid.IntRange(0, 7).Draw(t, "absent") == 0 || depth < 2 && f.Type.Kind() == reflect.Pointer {
			continue
		}
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		value := drawJSON(t, f.Type, depth-1)
		if option == "string" && rapid.IntRange(0, 9).Draw(t, "quoted") > 0 {
			text, err := jsonString(value)
			must(err)
			value = text
		}
		members = append(members, strconv.Quote(name)+":"+value)
	}
	if rapid.IntRange(0, 7).Draw(t, "more") == 0 {
		members = append(members, `"zz":`+drawNumber(t, anyType))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// agrees draws a type, rules and texts. The plan accepts a text if and only if
// its printed schema does, and prints what the schema accepts.
func agrees(t *rapid.T) {
	s := drawSpec(t, 3)
	plan, err := newLone(s.typ, s.rules)
	if err != nil {
		return // rules that leave no value, a rule that the type does not take
	}
	j, err := plan.judge()
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	for range 4 {
		checkAgreement(t, s, plan, j, drawJSON(t, s.typ, 5))
	}
}

var changes = []string{"trim", "lower", "upper", "trim,lower"}

// changesText reports whether rules in s are about texts that were changed, of
// which the schema says less than the plan asks: an entry of DIFFERENCES.md.
func (s spec) changesText() bool {
	return slices.ContainsFunc(changes, func(rule string) bool { return strings.Contains(s.String(), rule) })
}

// A reporter is a *testing.T or a *rapid.T.
type reporter interface {
	Fatalf(format string, args ...any)
}

func checkAgreement(t reporter, s spec, plan *lone, j *judge, text string) {
	got, err := plan.decode([]byte(text))
	verdict := j.validate([]byte(text))
	if (err == nil) != (verdict == nil) && !beyondFloat(text, err) && (err == nil || !s.changesText()) {
		t.Fatalf("%s\n%s\ntext   %s\nplan   %v\nschema %v", s, j.text, text, err, verdict)
	}
	if err != nil {
		return
	}
	holder := reflect.New(plan.owner)
	holder.Elem().Field(0).Set(got)
	out, err := plan.field.AppendJSON(nil, holder.Interface())
	if err != nil {
		t.Fatalf("%s\ntext   %s\nappend %v", s, text, err)
	}
	if verdict := j.validate(out); verdict != nil {
		t.Fatalf("%s\n%s\ntext   %s\nbecame %s\nschema %v", s, j.text, text, out, verdict)
	}
	if j, err = plan.outputJudge(); err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	if verdict := j.validate(out); verdict != nil {
		t.Fatalf("%s\n%s\ntext   %s\nbecame %s\nschema of the output %v", s, j.text, text, out, verdict)
	}
}

// beyondFloat reports the one thing a schema cannot say that a drawn text may
// have: an any holds no number beyond float64.
func beyondFloat(text string, err error) bool {
	return typesOf(err) == "finite_number" && (strings.Contains(text, "e400") || strings.Contains(text, "2e308"))
}

// FuzzRules is TestRulesAgree with what is drawn under the control of the fuzzer.
func FuzzRules(f *testing.F) {
	for _, seed := range []string{"", strings.Repeat("\x01\x00\x00\x00\x00\x00\x00\x00", 64), strings.Repeat("\xff", 512), strings.Repeat("\x05\x80\x33\xc1\x00\x7f\x20\xee", 64)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(rapid.MakeFuzz(agrees))
}

func TestRulesAgree(t *testing.T) { rapid.Check(t, agrees) }
