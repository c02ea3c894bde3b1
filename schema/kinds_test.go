package schema_test

import (
	"math/rand/v2"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/schema"
)

func TestAddresses(t *testing.T) {
	const noAddress, noNetwork = "value is not a valid IPv4 or IPv6 address", "value is not a valid IPv4 or IPv6 network"
	l := loneOf(t, addrOf, "")
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "0.0.0.0": "0.0.0.0", "::": "::", "2001:DB8:0::1": "2001:db8::1", "::ffff:192.0.2.1": "::ffff:192.0.2.1",
	} {
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any(netip.MustParseAddr(in)))
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(want))
	}
	for _, in := range []string{"", "192.0.2", "192.0.2.256", "192.0.2.01", "::g", "fe80::1%eth0", " ::1", "::1/64", "localhost"} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, issue("ip_any_address", `["v"]`, noAddress, quote(in), ""))
	}
	v, issues := l.json(`"\u0031.1.1.1"`)
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any(netip.MustParseAddr("1.1.1.1")))
	_, err := l.write(netip.Addr{})
	assert.Equal(t, err.Error(), "an address or network is the zero value, which has no text that can be read back")
	_, err = l.write(netip.MustParseAddr("fe80::1%eth0"))
	assert.Equal(t, err.Error(), "an address has a zone, which means nothing elsewhere")

	l = loneOf(t, prefixOf, "")
	for _, in := range []string{"10.0.0.0/8", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32", "::/128"} {
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any(netip.MustParsePrefix(in)))
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(in))
	}
	for _, in := range []string{"", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "::/129", "10.0.0.0/-1", "fe80::%a/64", "/8"} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, issue("ip_any_network", `["v"]`, noNetwork, quote(in), ""))
	}
	_, err = l.write(netip.Prefix{})
	assert.Contains(t, err.Error(), "is the zero value")
}

// TestNetworksAreOfThePattern has texts near the border of what a network is.
func TestNetworksAreOfThePattern(t *testing.T) {
	l, pattern := loneOf(t, prefixOf, ""), patternOf(t, prefixOf)
	parts := []string{":", ":", "::", ".", "/", "/0", "/32", "/33", "/128", "/129", "/9", "/09", "0", "1", "12", "255", "256", "01", "f", "AbCd", "12345", "1:2:3", "1.2.3.4", "1:2:3:4:5:6", "1:2:3:4:5:6:7:8", "g", "%a"}
	random, networks := rand.New(rand.NewPCG(1, 2)), 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + random.IntN(9) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		_, issues := l.text(b.String())
		if got, want := issues == "", pattern.MatchString(b.String()); got != want {
			t.Errorf("%q is a network: %v, in the schema %v", b.String(), got, want)
		}
		if issues == "" {
			networks++
		}
	}
	assert.Equal(t, networks > 50, true, networks)
}

func TestURLs(t *testing.T) {
	l := loneOf(t, urlOf, "")
	for _, in := range []string{"https://user:pw@example.com:8080/a/b;c?d=e#f", "urn:isbn:0451450523", "mailto:a@b", "http://[::1]/", "file:///a", "http://a?%41"} {
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		want, err := url.Parse(in)
		assert.NoError(t, err)
		assert.Equal(t, v, any(*want))
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(in))
	}
	for in, reason := range map[string]string{
		"":               "input is empty",
		"/a":             "relative URL without a base",
		"http:///a":      "empty host",
		"http://a/é":     "invalid character",
		"http://a:b/":    "the host or port is not valid",
		"http://a%20b/":  "the host or port is not valid", // package url has no such host
		"http://[v1.a]/": "the host or port is not valid", // nor this address
	} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, wrong("url_parsing", "Input should be a valid URL, ", reason, in))
	}
	t.Run("what is read keeps nothing of the input", func(t *testing.T) {
		text := []byte(`"http://example.com/a"`)
		plan := compile[url.URL](t, schema.Config{})
		v, err := plan.Decode(text)
		assert.NoError(t, err)
		clear(text)
		assert.Equal(t, v.String(), "http://example.com/a")
	})
	for _, v := range []url.URL{{}, {Path: "/a"}, {Scheme: "http", Path: "/a"}, {Scheme: "http", Host: "a", RawQuery: "b c"}} {
		_, err := l.write(v)
		assert.Equal(t, err.Error(), "a URL is not absolute, or not one of RFC 3986", v)
	}
	out, err := l.write(url.URL{Scheme: "http", Host: "a", Path: "/é b"})
	assert.NoError(t, err)
	assert.Equal(t, out, `"http://a/%C3%A9%20b"`)
	v, issues := loneOf(t, reflect.TypeFor[*url.URL](), "").json(`"http://a"`)
	assert.Equal(t, issues, "")
	assert.Equal(t, v.(*url.URL).Host, "a")
}

func TestTextAsBytes(t *testing.T) {
	l := loneOf(t, textOf, `check:"minLength=2,maxLength=4"`)
	for _, in := range []string{"ab", "abcd", "éé", `"\`} {
		v, issues := l.both(t, in)
		assert.Equal(t, issues, "", in)
		assert.Equal(t, v, any(schema.Text(in)))
		out, err := l.write(v)
		assert.NoError(t, err)
		assert.Equal(t, out, quote(in))
	}
	_, issues := l.both(t, "a")
	assert.Equal(t, issues, issue("bytes_too_short", `["v"]`, "Data should have at least 2 bytes", `"a"`, `{"min_length":2}`))
	_, issues = l.both(t, "ééa")
	assert.Equal(t, issues, issue("bytes_too_long", `["v"]`, "Data should have at most 4 bytes", `"ééa"`, `{"max_length":4}`))

	l = loneOf(t, textOf, `json:",omitempty"`)
	v, issues := l.both(t, "")
	assert.Equal(t, issues, "")
	assert.Equal(t, v, any(schema.Text{}))
	out, err := l.write(schema.Text(nil))
	assert.NoError(t, err)
	assert.Equal(t, out, `""`)
	_, err = l.write(schema.Text("\xff"))
	assert.Equal(t, err.Error(), "a string is not valid UTF-8")

	def, issues := loneOf(t, textOf, `default:"a b"`).text()
	assert.Equal(t, issues, "")
	assert.Equal(t, def, any(schema.Text("a b")), "the tag has it without quotes")
	def, issues = loneOf(t, durationOf, `default:"PT1H"`).text()
	assert.Equal(t, issues, "")
	assert.Equal(t, def, any(time.Hour))
	def, issues = loneOf(t, decimalOf, `default:"1.50"`).text()
	assert.Equal(t, issues, "")
	assert.Equal(t, def.(schema.Decimal).String(), "1.50")

	type letter struct {
		Body schema.Text `json:"body,omitempty"`
		Took time.Duration
		Omit time.Duration `json:"omit,omitempty"`
		Date schema.Date   `json:"date,omitempty"`
	}
	text, err := compile[letter](t, schema.Config{}).Append(nil, &letter{Date: schema.Date{Year: 1, Month: 1, Day: 1}})
	assert.NoError(t, err)
	assert.Equal(t, string(text), `{"Took":"PT0S","date":"0001-01-01"}`)
}

func TestLengthsOfBytes(t *testing.T) {
	l := loneOf(t, reflect.TypeFor[[]byte](), `check:"minLength=2,maxLength=3"`)
	for in, want := range map[string]string{
		"YQ==": issue("bytes_too_short", `["v"]`, "Data should have at least 2 bytes", `"YQ=="`, `{"min_length":2}`),
		"YWI=": "", "YWJj": "",
		"YWJjZA==": issue("bytes_too_long", `["v"]`, "Data should have at most 3 bytes", `"YWJjZA=="`, `{"max_length":3}`),
	} {
		_, issues := l.both(t, in)
		assert.Equal(t, issues, want, in)
	}
	_, issues := loneOf(t, reflect.TypeFor[[]byte](), `check:"maxLength=1"`).text("YWI=")
	assert.Contains(t, issues, "at most 1 byte\"")
}

func TestChangesOfStrings(t *testing.T) {
	for _, test := range []struct{ name, check, in, want string }{
		{"trim", `trim`, " \t\u00a0a b\n", "a b"},
		{"trim to nothing", `trim`, "  ", ""},
		{"lower", `lower`, "ÀB c", "àb c"},
		{"upper", `upper`, "àb c", "ÀB C"},
		{"trim and upper", `upper,trim`, " a ", "A"},
		{"before the length", `trim,maxLength=1`, "   a   ", "a"},
		{"before the pattern", `upper,pattern='^[A-Z]$'`, "a", "A"},
		{"before the choice", `lower,trim,enum=a|b`, " B", "b"},
		{"before the constant", `lower,const=yes`, "YES", "yes"},
		{"before the format", `trim,format=date`, " 2026-11-20 ", "2026-11-20"},
		{"nothing to change", `trim,lower`, "a", "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, issues := loneOf(t, stringOf, `check:"`+test.check+`"`).both(t, test.in)
			assert.Equal(t, issues, "")
			assert.Equal(t, v, any(test.want))
		})
	}
	t.Run("the issue repeats what came", func(t *testing.T) {
		_, issues := loneOf(t, stringOf, `check:"trim,minLength=1"`).both(t, " \n ")
		assert.Equal(t, issues, issue("string_too_short", `["v"]`, "String should have at least 1 character", `" \n "`, `{"min_length":1}`))
	})
	t.Run("text types", func(t *testing.T) {
		v, issues := loneOf(t, reflect.TypeFor[reader](), `check:"trim,lower,maxLength=2"`).both(t, " AB ")
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any(reader("ab")))
	})
	t.Run("default", func(t *testing.T) {
		v, issues := loneOf(t, stringOf, `check:"trim" default:" a "`).text()
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any("a"))
	})
	t.Run("schema", func(t *testing.T) {
		for check, want := range map[string][2]string{
			`trim,minLength=1,maxLength=5,pattern='^a'`: {`{"type":"string","minLength":1}`, `{"type":"string","minLength":1,"maxLength":5,"pattern":"^a"}`},
			`lower,maxLength=5,enum=a|b`:                {`{"type":"string","maxLength":5}`, `{"type":"string","enum":["a","b"],"maxLength":5}`},
			`upper,format=uuid`:                         {`{"type":"string"}`, `{"type":"string","format":"uuid"}`},
		} {
			in, out := schemasOf(t, stringOf, `check:"`+check+`"`)
			assert.Equal(t, [2]string{in, out}, want, check)
		}
	})
	t.Run("escapes", func(t *testing.T) {
		v, issues := loneOf(t, stringOf, `check:"trim"`).json(`"\u0020a\n"`)
		assert.Equal(t, issues, "")
		assert.Equal(t, v, any("a"))
	})
}

func TestConstants(t *testing.T) {
	for _, test := range []struct {
		name       string
		typ        reflect.Type
		check      string
		good, bad  string // JSON
		want, echo string
	}{
		{"string", stringOf, `const=card`, `"card"`, `"Card"`, `'card'`, `"Card"`},
		{"empty string", stringOf, `const=''`, `""`, `"a"`, `''`, `"a"`},
		{"integer", intOf, `const=1`, `1.0`, `2`, `1`, `2`},
		{"unsigned", reflect.TypeFor[uint8](), `const=255`, `255`, `254`, `255`, `254`},
		{"float", floatOf, `const=0.5`, `5e-1`, `0.25`, `0.5`, `0.25`},
		{"text type", reflect.TypeFor[upper](), `const=abc`, `"abc"`, `"ABC"`, `'abc'`, `"ABC"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := loneOf(t, test.typ, `check:"`+test.check+`"`)
			_, issues := l.json(test.good)
			assert.Equal(t, issues, "")
			_, issues = l.json(test.bad)
			assert.Equal(t, issues, issue("literal_error", `["v"]`, "Input should be "+test.want, test.echo, `{"expected":`+quote(test.want)+`}`))
		})
	}
}
