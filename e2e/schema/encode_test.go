package schema_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tenonapi/tenon/schema"
)

// A source makes values out of bytes; without bytes it makes small ones.
type source struct{ data []byte }

func (s *source) take(n int) []byte {
	n = min(n, len(s.data))
	out := s.data[:n]
	s.data = s.data[n:]
	return out
}

func (s *source) byte() byte {
	if b := s.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (s *source) uint64() uint64 {
	var b [8]byte
	copy(b[:], s.take(1+int(s.byte()%8)))
	return binary.LittleEndian.Uint64(b[:])
}

func (s *source) count() int     { return int(s.byte() % 4) }
func (s *source) string() string { return string(s.take(int(s.byte() % 24))) }

// rawTexts are values of a json.RawMessage; nil prints as null.
var rawTexts = []string{`null`, `{"a" : [1, "\u2028<"]}`, "\"\u2028\"", ` 1e2 `, `[]`}

// fill makes a value of any type that rich has.
func (s *source) fill(v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		t := time.Unix(int64(s.uint64()>>20), int64(s.uint64()%1e9)).UTC()
		if offset := int(int8(s.byte())); offset != 0 {
			t = t.In(time.FixedZone("", offset*15*60))
		}
		v.Set(reflect.ValueOf(t))
		return
	case reflect.TypeFor[netip.Addr]():
		addr, ok := netip.AddrFromSlice(s.take([]int{4, 16}[s.byte()%2]))
		if !ok {
			addr = netip.IPv4Unspecified()
		}
		v.Set(reflect.ValueOf(addr))
		return
	case reflect.TypeFor[label]():
		v.Set(reflect.ValueOf(label{strings.ToLower(strings.ReplaceAll(s.string(), "!", "."))}))
		return
	case reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(rawTexts[int(s.byte())%len(rawTexts)]))
		return
	case reflect.TypeFor[any]():
		if x := s.any(0); x != nil {
			v.Set(reflect.ValueOf(x))
		}
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(s.byte()%2 == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(s.uint64()) << (64 - v.Type().Bits()) >> (64 - v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(s.uint64() << (64 - v.Type().Bits()) >> (64 - v.Type().Bits()))
	case reflect.Float32:
		v.SetFloat(float64(math.Float32frombits(uint32(s.uint64()))))
	case reflect.Float64:
		v.SetFloat(s.float())
	case reflect.String:
		v.SetString(s.string())
	default:
		s.fillComposite(v)
	}
}

func (s *source) float() float64 {
	if s.byte()%2 == 0 {
		return float64(int64(s.uint64())) / 1024
	}
	return math.Float64frombits(s.uint64())
}

func (s *source) fillComposite(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if s.byte()%2 == 1 && len(s.data) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			s.fill(v.Elem())
		}
	case reflect.Slice:
		n := s.count() - 1 // -1 is nil
		if n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range n {
			s.fill(v.Index(i))
		}
	case reflect.Map:
		n := s.count() - 1
		if n >= 0 {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for range n {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			s.fill(key)
			s.fill(elem)
			v.SetMapIndex(key, elem)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" || f.Anonymous {
				s.fill(v.Field(i))
			}
		}
	}
}

// any makes what decoding puts into an any, and values that only a program can.
func (s *source) any(depth int) any {
	switch s.byte() % 12 {
	case 1:
		return true
	case 2:
		return s.string()
	case 3:
		return s.float()
	case 4:
		return json.Number("123456789012345678901234567890")
	case 5:
		return int(s.uint64())
	case 6:
		return []string{s.string()}
	case 7:
		return map[string]string{s.string(): s.string()}
	case 8:
		return float32(s.float())
	case 9:
		return json.RawMessage(rawTexts[int(s.byte())%len(rawTexts)])
	case 10:
		list := []any{}
		for range s.count() {
			if depth < 4 {
				list = append(list, s.any(depth+1))
			}
		}
		return list
	case 11:
		m := map[string]any{}
		for range s.count() {
			if depth < 4 {
				m[s.string()] = s.any(depth + 1)
			}
		}
		return m
	}
	return nil
}

// A value is made once for each of the two packages, so that neither sees the other's.
func made(data []byte) (m mirror) {
	s := &source{data}
	s.fill(reflect.ValueOf(&m.common).Elem())
	if s.byte()%2 == 1 {
		m.O.ok = true
		s.fill(reflect.ValueOf(&m.O.value).Elem())
	}
	if s.byte()%2 == 1 {
		m.OP.ok = true
		s.fill(reflect.ValueOf(&m.OP.value).Elem())
	}
	if s.byte()%2 == 1 {
		m.OS.ok = true
		s.fill(reflect.ValueOf(&m.OS.value).Elem())
	}
	return m
}

// A trait is what a value has that one of the packages treats on its own.
type trait struct {
	invalidUTF8 bool // a string that is not UTF-8
	notFinite   bool
	badTime     bool // a year or an offset that RFC 3339 has not
	foreign     bool // an any holds what decoding does not make
}

// prepare finds the traits of v and replaces nil slices and maps by empty ones.
func (t *trait) prepare(v reflect.Value) {
	if v.Kind() == reflect.Interface {
		t.prepareAny(v)
		return
	}
	switch x := v.Interface().(type) {
	case time.Time:
		_, offset := x.Zone()
		t.badTime = t.badTime || x.Year() > 9999 || offset <= -24*3600 || offset >= 24*3600
		return
	case json.RawMessage, netip.Addr:
		return
	case label:
		t.invalidUTF8 = t.invalidUTF8 || !utf8.ValidString(x.text)
		return
	case json.Number:
		return
	}
	switch v.Kind() {
	case reflect.String:
		t.invalidUTF8 = t.invalidUTF8 || !utf8.ValidString(v.String())
	case reflect.Float32, reflect.Float64:
		t.notFinite = t.notFinite || math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)
	case reflect.Pointer:
		if !v.IsNil() {
			t.prepare(v.Elem())
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			t.prepare(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for iter := v.MapRange(); iter.Next(); {
			t.prepare(iter.Key())
			t.prepare(iter.Value())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				t.prepare(v.Field(i))
			} else if f.Type == reflect.TypeFor[point]() {
				t.prepare(reflect.NewAt(f.Type, v.Field(i).Addr().UnsafePointer()).Elem())
			}
		}
	}
}

func (t *trait) prepareAny(v reflect.Value) {
	if v.IsNil() {
		return
	}
	switch v.Elem().Interface().(type) {
	case bool, string, float64, []any, map[string]any, json.Number:
	default:
		t.foreign = true
	}
	t.prepare(v.Elem())
}

// all finds the traits of m in its three parts.
func (t *trait) all(m *mirror) {
	t.prepare(reflect.ValueOf(&m.common).Elem())
	t.prepare(reflect.ValueOf(&m.OP.value).Elem())
	t.prepare(reflect.ValueOf(&m.OS.value).Elem())
}

// lineSeparators undoes what encoding/json does to U+2028 and U+2029.
var lineSeparators = strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029")

// FuzzEncode prints a value that is made of bytes. The text is that of
// encoding/json without HTML escaping, byte for byte, and reads as the value.
func FuzzEncode(f *testing.F) {
	for _, seed := range []string{
		"", "\x01\x02", strings.Repeat("\x01", 200), strings.Repeat("\x03", 400), strings.Repeat("\x09abc<>&\u2028\x00\x7f", 30), strings.Repeat("\xff\x03\xe2\x80", 100),
		strings.Repeat("\x05\x01\x02\x03\x04\x07\x0b\x0d", 60), strings.Repeat("\x06\x02<\x08\xf0\x7f", 60), strings.Repeat("\x01\x00\x00\x00\x00\x00\x00\xf0\x7f", 40),
	} {
		f.Add([]byte(seed))
	}
	plan := mustCompile[rich](f, schema.Config{})
	f.Fuzz(func(t *testing.T, data []byte) { checkEncode(t, plan, data) })
}

func checkEncode(t *testing.T, plan *schema.Type[rich], data []byte) {
	t.Helper()
	original := made(data)
	value := original.rich()
	got, err := plan.Append(nil, &value)
	var has trait
	prepared := made(data)
	has.all(&prepared)
	if has.invalidUTF8 || has.notFinite || has.badTime {
		if err == nil {
			t.Errorf("%q: %+v is printed as %s", data, has, got)
		}
		return
	}
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(&prepared); err != nil {
		t.Fatalf("%q: printed as %s, but encoding/json says %v", data, got, err)
	}
	if want := unescapeSeparators(strings.TrimSuffix(b.String(), "\n")); unescapeSeparators(string(got)) != want {
		g, w := differ(unescapeSeparators(string(got)), want)
		t.Fatalf("%q:\ngot           %s\nencoding/json %s", data, g, w)
	}
	again, err := plan.Decode(got)
	if err != nil {
		t.Fatalf("%q: what is printed does not read: %v", data, err)
	}
	if has.foreign {
		return
	}
	second, err := plan.Append(nil, &again)
	if err != nil || !bytes.Equal(got, second) {
		g, w := differ(string(got), string(second))
		t.Fatalf("%q: printed as %s and then %s, %v", data, g, w, err)
	}
	want := prepared.rich()
	for _, v := range []*rich{&again, &want} {
		floatsOnly(reflect.ValueOf(v).Elem())
		v.Raw = nil
		for next := v.Next; next != nil; next = next.Next {
			next.Raw = nil
		}
	}
	if !equalTimes(&again, &want) || !reflect.DeepEqual(again, want) {
		g, w := differ(fmt.Sprintf("%+v", again), fmt.Sprintf("%+v", want))
		t.Fatalf("%q:\ngot  %s\nwant %s", data, g, w)
	}
}

// differ cuts two texts to what is around their first difference.
func differ(a, b string) (string, string) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-40):min(len(s), i+40)] }
	return cut(a), cut(b)
}

func unescapeSeparators(s string) string { return lineSeparators.Replace(s) }

// equalTimes compares the times of a and b and makes them identical if they are
// equal: the name of a zone is not printed.
func equalTimes(a, b *rich) bool {
	x, y := &a.common, &b.common
	for ; x != nil && y != nil; x, y = x.Next, y.Next {
		if !x.T.Equal(y.T) || x.T.Format(time.RFC3339) != y.T.Format(time.RFC3339) {
			return false
		}
		x.T = y.T
		if x.TP != nil && y.TP != nil && x.TP.Equal(*y.TP) {
			x.TP = y.TP
		}
	}
	return true
}
