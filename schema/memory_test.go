package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

// holder has each kind of value that could keep a part of the text.
type holder struct {
	S    string             `json:"s"`
	E    string             `json:"e"`
	L    []string           `json:"l"`
	M    map[string]string  `json:"m"`
	MU   map[upper]int      `json:"mu"`
	Any  any                `json:"any"`
	U    upper              `json:"u"`
	R    json.RawMessage    `json:"r"`
	B    []byte             `json:"b"`
	T    time.Time          `json:"t"`
	Opt  schema.Opt[string] `json:"opt"`
	Next *holder            `json:"next"`
}

const held = `{"s":"a plain string","e":"an \"escaped\" one","l":["x","y\n",""],"m":{"key":"value","k\u0065y2":"v"},"mu":{"abc":1},` +
	`"any":{"a":["b",12345678901234567890,{"c":"d"}]},"u":"text","r":{"raw": [1]},"b":"YWJj","t":"2026-01-02T03:04:05+01:00","opt":"o","unknown":"ignored",` +
	`"next":{"s":"","e":"","l":[],"m":{},"mu":{},"any":null,"u":"","r":null,"b":"","t":"2026-01-02T03:04:05Z"}}`

// TestValuesKeepNothingOfTheText overwrites the text after it was decoded.
func TestValuesKeepNothingOfTheText(t *testing.T) {
	plan := compile[holder](t, schema.Config{})
	untouched, err := plan.Decode([]byte(held))
	assert.NoError(t, err)
	text := []byte(held)
	got, err := plan.Decode(text)
	assert.NoError(t, err)
	for i := range text {
		text[i] = 'X'
	}
	for range 50 { // others use what was released
		_, err := plan.Decode([]byte(strings.NewReplacer("plain", "other", "escaped", "another", "value", "third").Replace(held)))
		assert.NoError(t, err)
	}
	assert.Equal(t, got, untouched)
}

func TestIssuesKeepNothingOfTheText(t *testing.T) {
	plan := compile[holder](t, schema.Config{ForbidUnknown: true})
	decode := func(text []byte) error {
		_, err := plan.Decode(text)
		return err
	}
	const bad = `{"s":1.25,"e":"","l":["a",12.5],"m":{"key":"v","key":"w","k2":7.5},"mu":{"a!":1},"any":{"k":1e999,"k":2},"u":"a!","r":0,"b":"???","t":"now","opt":true,"unknown":"ignored"}`
	want := issuesOf(decode([]byte(bad)))
	assert.Equal(t, strings.Count(want, "\n") > 8, true)
	text := []byte(bad)
	err := decode(text)
	for i := range text {
		text[i] = 'X'
	}
	for range 50 {
		if decode([]byte(strings.ReplaceAll(bad, "5", "6"))) == nil {
			t.Error("accepted")
		}
	}
	assert.Equal(t, issuesOf(err), want)
}

func TestTextsAreCopied(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[[]string](), "")
	buffer := []byte("abcdef")
	v, issues := l.text(unsafe.String(&buffer[0], 3), unsafe.String(&buffer[3], 3)) // as an engine may give them
	assert.Equal(t, issues, "")
	copy(buffer, "XXXXXX")
	assert.Equal(t, v, any([]string{"abc", "def"}))
}

// TestTextIsNotWrittenTo gives the decoder a text in memory that others read.
func TestTextIsNotWrittenTo(t *testing.T) {
	type model struct {
		A string         `json:"a"`
		M map[string]any `json:"m"`
	}
	const in = `{"a":"\u0061\n","m":{"\u0062":["\"",1]}}`
	text := []byte(in)
	_, err := compile[model](t, schema.Config{}).Decode(text)
	assert.NoError(t, err)
	assert.Equal(t, string(text), in)
}

// TestDecodingIsSafeForConcurrentUse has values and issues of many goroutines pass
// through the same pools.
func TestDecodingIsSafeForConcurrentUse(t *testing.T) {
	plan := compile[holder](t, schema.Config{})
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			in := strings.ReplaceAll(held, "plain", fmt.Sprintf("plain %d", g))
			bad := fmt.Sprintf(`{"s":%d,"l":[%[1]d,"x"]}`, g)
			first, err := plan.Decode([]byte(in))
			if err != nil {
				t.Error(err)
				return
			}
			text, err := plan.Append(nil, &first)
			if err != nil {
				t.Error(err)
			}
			for range 200 {
				again, err := plan.Decode([]byte(in))
				if err != nil || !reflect.DeepEqual(again, first) {
					t.Errorf("%+v, %v", again, err)
				}
				out, err := plan.Append(nil, &again)
				if err != nil || string(out) != string(text) {
					t.Errorf("%s, %v", out, err)
				}
				_, err = plan.Decode([]byte(bad))
				if text := issuesOf(err); strings.Count(text, fmt.Sprintf(`"input":%d`, g)) != 2 {
					t.Error(text)
				}
			}
		})
	}
	group.Wait()
}

func TestAllocations(t *testing.T) {
	if assert.Race {
		t.Skip("the race detector allocates")
	}
	plan := compile[order](t, schema.Config{})
	body := []byte(goodOrder)
	withUnknown := []byte(strings.TrimSuffix(goodOrder, "}") + `,"x":1,"y":"z","\u0078x":null}`)
	for name, text := range map[string][]byte{"order": body, "with unknown members": withUnknown} {
		got := testing.AllocsPerRun(1000, func() {
			if _, err := plan.Decode(text); err != nil {
				t.Fatal(err)
			}
		})
		assert.Equal(t, got <= 2, true, name, "decode:", got, "allocations") // the value, and its strings
	}
	o, err := plan.Decode(body)
	assert.NoError(t, err)
	buf := make([]byte, 0, 256)
	got := testing.AllocsPerRun(1000, func() {
		if _, err := plan.Append(buf, &o); err != nil {
			t.Fatal(err)
		}
	})
	assert.Equal(t, got, 0, "append")

	list := compile[[]order](t, schema.Config{})
	text := []byte("[" + strings.TrimSuffix(strings.Repeat(goodOrder+",", 100), ",") + "]")
	got = testing.AllocsPerRun(100, func() {
		if _, err := list.Decode(text); err != nil {
			t.Fatal(err)
		}
	})
	assert.Equal(t, got <= 12, true, "100 orders:", got, "allocations")
}

// allocated is how many bytes fn allocates.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestHostileMemory decodes texts of a megabyte that are made to take memory.
func TestHostileMemory(t *testing.T) {
	const size = 1 << 20
	type wide struct{ A, B, C, D, E, F, G, H schema.Opt[string] }
	type model struct {
		Wide  []wide            `json:"wide" check:"maxItems=10" default:"[]"`
		Map   map[string]string `json:"map" check:"maxProperties=10" default:"{}"`
		Ints  []int             `json:"ints" default:"[]"`
		Short string            `json:"short" check:"maxLength=10" default:""`
	}
	fill := func(format, text, end string) string {
		return format + strings.TrimSuffix(strings.Repeat(text, size/len(text)), ",") + end
	}
	plan := compile[model](t, schema.Config{})
	for _, test := range []struct {
		name, in string
		types    string
		limit    uint64 // bytes
	}{
		{"items past maxItems", fill(`{"wide":[`, `{},`, `]}`), "too_long", 64 << 10},
		{"bad items past maxItems", fill(`{"wide":[`, `0,`, `]}`), "too_long", 64 << 10},
		{"members past maxProperties", fill(`{"map":{`, `"`+strings.Repeat("k", 1000)+`":"",`, `}}`), "duplicate_member", 64 << 10},
		{"issues", fill(`{"ints":[`, `"x",`, `]}`), "int_type", 128 << 10},
		{"a long string", fill(`{"short":"`, `x`, `"}`), "string_too_long", size + 64<<10},
		{"unknown members", fill(`{"x":[`, `0,`, `]}`), "", 64 << 10},
		{"open lists", fill(`{"ints":`, `[`, ``), "json_invalid", 64 << 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := []byte(test.in)
			var err error
			got := allocated(func() { _, err = plan.Decode(text) })
			first, _, _ := strings.Cut(typesOf(err), " ")
			assert.Equal(t, first, test.types)
			if got > test.limit {
				t.Errorf("%d bytes allocated for %d, want %d or fewer", got, len(text), test.limit)
			}
		})
	}
}

// TestUnknownMembersTakeLinearTime sends names that are no field to a struct of
// many fields that look like them.
func TestUnknownMembersTakeLinearTime(t *testing.T) {
	var fields []reflect.StructField
	for i := range 300 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[*int](), Tag: reflect.StructTag(fmt.Sprintf(`json:"a_long_name_that_all_share_%d"`, i))})
	}
	l := loneOf(t, reflect.StructOf(fields), "")
	var b strings.Builder
	b.WriteByte('{')
	for i := range 1 << 15 {
		fmt.Fprintf(&b, `"a_long_name_that_all_share_x%d":0,`, i)
	}
	b.WriteString(`"end":0}`)
	start := time.Now()
	_, issues := l.json(b.String())
	assert.Equal(t, issues, "")
	if d := time.Since(start); d > time.Second {
		t.Errorf("%d bytes took %v", b.Len(), d)
	}
}
