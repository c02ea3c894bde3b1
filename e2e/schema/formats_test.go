package schema_test

import (
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenonapi/tenon/schema"
)

// A textual is a type that is text in JSON, or a rule on such a type, with texts
// near the border of what it takes.
type textual struct {
	spec
	texts []string
}

func ofType[T any](rules string, texts ...string) textual {
	return textual{spec{reflect.TypeFor[T](), rules}, texts}
}

var addresses = []string{"192.0.2.1", "192.0.2.256", "192.0.2", "192.0.2.01", "0.0.0.0", "::", "::1", "2001:db8::1", "2001:DB8::1", "1::2::3", "::ffff:192.0.2.1", "fe80::1%eth0", "12345::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "::1.2.3", "", " ::1"}

var days = []string{"2026-11-20", "2024-02-29", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-2", "20261120", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-11-20Z", "2026-04-31", "", "-026-11-20", "２026-11-20"}

var durations = []string{
	"PT0S", "P1D", "P1W", "P1W1D", "P1DT2H3M4S", "PT1H30M", "PT1H4S", "P1Y", "P1M", "P1Y2M3D", "P1Y3D", "PT", "P", "", "1D", "-P1D", "+P1D", "PT1.5S", "PT1,5S", "PT1.5H", "PT0.1234567891S",
	"PT1D", "P1D2H", "pt1s", "P1DT", "P106751D", "P106752D", "PT9223372036S", "PT9223372037S", "P99999999999999999999W", "P1H", "PT1M1H", "P01D", "P-1D", "PT.5S", "PT1S ",
}

var uris = []string{
	"https://a.example/b?c=d#e", "http://a", "http://", "https:///b", "mailto:a@b.example", "urn:a:b", "a", "/a", "//a/b", "", "http://a b", "http://a/é", "http://[::1]:80/", "http://[::1", "http://a:b/", "http://a:99999/", "http://%zz/", "http://a/%zz",
	"http://a/%41", "HTTP://A", "1http://a", "http://a/<b>", "http://a/{b}", "http://a/b|c", "http://a/\\b", "http://a/^", "http://a/`", "ftp://a/b;c", "http://u:p@a/", "tel:+1", "a:b", ":a", "http://a\n", "http://a/\"", "http://a?b#c#d", "data:text/plain,a b", "http://[fe80::1%25en0]/", "http://a.example:/",
}

var emails = []string{
	"a@b.example", "a@b", "@b.example", "a@", "a", "", "a.b@c.example", "a..b@c.example", ".a@b.example", "a.@b.example", "\"a b\"@c.example", "a@[192.0.2.1]", "a@[IPv6:::1]", "a b@c.example", "a@b..example", "a@-b.example", "a@b-.example", "é@b.example", "a@é.example", "a+b@c.example", "~a@b.example",
	"a@b@c.example", "a@b.example ", strings.Repeat("a", 64) + "@b.example", strings.Repeat("a", 65) + "@b.example", "a@" + strings.Repeat("b", 63) + ".example", "a@" + strings.Repeat("b", 64) + ".example", "A@B.EXAMPLE", "a@b.c", "a@1.2", "a@b_c.example", "a@xn--nxasmq6b.example", "a@b.example.", "a/b@c.example", "a(c)@b.example",
}

var hostnames = []string{
	"a", "a.example", "A.EXAMPLE", "-a", "a-", "a-b", "a--b", "a_b", "a..b", ".a", "a.", "", "1", "1.2.3.4", "1a", strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a.", 126) + "a", strings.Repeat("a.", 127) + "a", "é", "a b", "xn--nxasmq6b", "xn--X", "a\n", "*.a", "a:80",
}

var clocks = []string{
	"17:30:05Z", "17:30:05.25Z", "17:30:05+01:00", "17:30:05-00:00", "17:30Z", "17:30:05", "24:00:00Z", "23:59:60Z", "17:60:00Z", "7:30:05Z", "17:30:05,25Z", "17:30:05+24:00", "17:30:05+01:60", "17:30:05z", "17:30:05+0100", "23:59:59.1234567890Z", "12:30:05Z ", "", "17:30", "17:30:05.", "22:59:60Z", "15:59:60-08:00", "05:29:60+05:30",
}

var base64Texts = []string{"", "YQ==", "YWI=", "YWJj", "YWJjZA==", "YWI", "YQ=", "*", "Y\nQ==", "YR==", "_-8=", "YQ==YQ==", "=", "====", " YQ=="}

var uuids = []string{
	"123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-42661417400F", "123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}", "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
	"123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-4266141740000", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "123e4567-e89b-12d3-a45-6426614174000", "",
}

var textuals = []textual{
	ofType[string]("format=uuid", uuids...), ofType[string]("format=email", emails...), ofType[string]("format=uri", uris...), ofType[string]("format=hostname", hostnames...),
	ofType[string]("format=ipv4", addresses...), ofType[string]("format=ipv6", addresses...), ofType[string]("format=date", days...), ofType[string]("format=date-time", times...),
	ofType[string]("format=time", clocks...), ofType[string]("format=duration", durations...), ofType[string]("format=byte", base64Texts...),
	ofType[time.Time]("", times...), ofType[schema.Date]("", days...), ofType[schema.TimeOfDay]("", clocks...), ofType[time.Duration]("", durations...),
	ofType[netip.Addr]("", addresses...), ofType[url.URL]("", uris...),
	ofType[netip.Prefix]("", "192.0.2.0/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.1/24", "::/0", "::/128", "::/129", "2001:db8::/32", "999.1/300", "::/064", "fe80::%a/10", "192.0.2.0", "1.2.3/8", "", ":::/1", "::/01", "1.2.3.4/00"),
	ofType[[]byte]("", base64Texts...), ofType[[]byte]("minLength=2", base64Texts...), ofType[[]byte]("maxLength=2", base64Texts...), ofType[[]byte]("minLength=1,maxLength=1", base64Texts...),
	ofType[schema.Decimal]("", "1", "1.50", "-1", "+1", "1e3", "1E-3", ".5", "1.", "", "a", "0x1", "1_0", " 1", "1e", "1e101", "1e100", "1e99", strings.Repeat("1", 100), strings.Repeat("1", 101), "0."+strings.Repeat("0", 99)+"1", "--1", "+-1", "-", "NaN", "00", "1e-100", "1e-101", "0e101", "-0", "1e+3", ".5.", "5e3.1"),
	ofType[schema.Text]("", "", "a", "é", "\x00"), ofType[schema.Text]("maxLength=1", "", "a", "é", "ab", "éé"),
	ofType[label]("minLength=2", "", "a", "ab", "é", "éé"),
	ofType[string]("maxLength=1?", "a", "ab"), ofType[string]("minLength=1?,maxLength=2", "", "ab", "abc"), ofType[string]("pattern='^a$'?", "a", "b"), ofType[string]("format=uuid?", "a"), ofType[string]("enum=a|b?", "a", "c"),
	ofType[string]("trim,minLength=1", "a", " a ", " ", ""), ofType[string]("lower,enum=a|b", "a", "A", "c"), ofType[string]("upper,pattern='^[A-Z]+$'", "A", "a", "1"), ofType[string]("trim,maxLength=1", " a ", "ab"),
}

// A text is accepted by the plan if and only if the printed schema accepts it,
// and what the plan prints is accepted, too.
func TestTextsAgree(t *testing.T) {
	compared, excepted := 0, 0
	for _, s := range textuals {
		plan, err := newLone(s.typ, s.rules)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		j, err := plan.judge()
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		for _, text := range s.texts {
			if reason := exception(s.spec, text); reason != "" {
				excepted++
				continue
			}
			compared++
			quoted, err := jsonString(text)
			if err != nil {
				t.Fatal(err)
			}
			checkAgreement(errorOnly{t}, s.spec, plan, j, quoted)
			if _, err := strconv.ParseFloat(text, 64); err == nil && s.typ == reflect.TypeFor[schema.Decimal]() && plainNumber(text) {
				checkAgreement(errorOnly{t}, s.spec, plan, j, text)
			}
		}
	}
	t.Logf("%d texts of %d types and rules, and %d exceptions", compared, len(textuals), excepted)
}

// decimals are rules of a Decimal with numbers at their borders.
var decimals = []struct {
	rules   string
	numbers []string
}{
	{"le=10", []string{"10", "10.0", "1e1", "10.0000000000000000000000000001", "11"}}, {"lt=0.1", []string{"0.1", "0.09999999999999999999999999", "1e-1"}},
	{"ge=-1.5", []string{"-1.5", "-1.50", "-1.6"}}, {"gt=0", []string{"0", "-0", "1e-99", "0.0"}},
	{"multipleOf=0.05", []string{"0.05", "0.1", "0.06", "-0.05", "0"}},
	{"maxDigits=3", []string{"123", "12.30", "0.001", "1234"}}, {"decimalPlaces=2", []string{"1.23", "1.230", "1.234", "1e-3"}},
}

// TestDecimalsAgree has each number as it is and in a string.
func TestDecimalsAgree(t *testing.T) {
	for _, row := range decimals {
		s := spec{decimalType, row.rules}
		plan, err := newLone(s.typ, s.rules)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		j, err := plan.judge()
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		for _, number := range row.numbers {
			checkAgreement(errorOnly{t}, s, plan, j, number)
			checkAgreement(errorOnly{t}, s, plan, j, strconv.Quote(number))
		}
	}
}

// An except is why plan and judge disagree about texts.
type except struct {
	reason string
	types  []reflect.Type // or rules
	rules  []string
	texts  []string
}

var (
	bytesType    = reflect.TypeFor[[]byte]()
	urlType      = reflect.TypeFor[url.URL]()
	prefixType   = reflect.TypeFor[netip.Prefix]()
	decimalType  = reflect.TypeFor[schema.Decimal]()
	durationType = reflect.TypeFor[time.Duration]()
	dateType     = reflect.TypeFor[schema.Date]()
	textType     = reflect.TypeFor[schema.Text]()
)

// exceptions are of two sorts. "judge: …" is a fault of the judge: the plan is as
// the standard says. Any other reason is an entry of DIFFERENCES.md.
var exceptions = []except{
	{"judge: lax about characters that RFC 3986 has not", []reflect.Type{urlType}, []string{"format=uri"}, []string{"http://a/é", "http://a/<b>", "http://a/{b}", "http://a/b|c", "http://a/\\b", "http://a/^", "http://a/`", "http://a/\"", "data:text/plain,a b", "http://a?b#c#d"}},
	{"judge: no zone identifiers, which RFC 6874 has", []reflect.Type{urlType}, []string{"format=uri"}, []string{"http://[fe80::1%25en0]/"}},
	{"judge: lets an empty local part through, which RFC 5321 has not", nil, []string{"format=email"}, []string{"@b.example"}},
	{"judge: lets a period at the end through, which RFC 1123 and RFC 5321 have not", nil, []string{"format=hostname", "format=email"}, []string{"a.", "a@b.example."}},
	{"judge: lets units be left out, which RFC 3339, appendix A, does not", nil, []string{"format=duration"}, []string{"PT1H4S", "P1Y3D"}},
	{"judge: reads line breaks and bits that are cut off, which RFC 4648, sections 3.3 and 3.5, lets refuse", []reflect.Type{bytesType}, []string{"format=byte"}, []string{"Y\nQ==", "YR=="}},
	{"leap-second", nil, []string{"format=time", "format=date-time"}, []string{"23:59:60Z", "15:59:60-08:00", "05:29:60+05:30", "2016-12-31T23:59:60Z"}},
	{"leap-second", []reflect.Type{timeType}, nil, []string{"2016-12-31T23:59:60Z"}},
	{"ordered-bounds", []reflect.Type{durationType}, nil, []string{"P106752D", "PT9223372037S", "P99999999999999999999W"}},
	{"judge: wants T and Z in capitals, which RFC 3339, section 5.6, leaves open", nil, []string{"format=time", "format=date-time"}, []string{"17:30:05z", "2026-01-02t03:04:05Z", "2026-01-02T03:04:05z"}},
	{"email-form", nil, []string{"format=email"}, []string{"a@b", "\"a b\"@c.example", "a@[192.0.2.1]", "a@[IPv6:::1]"}},
	{"http-host", []reflect.Type{urlType}, []string{"format=uri"}, []string{"http://", "https:///b"}},
	{"year-zero", []reflect.Type{dateType}, nil, []string{"0000-01-01"}},
	{"decimal-digits", []reflect.Type{decimalType}, nil, []string{"1e101", "1e100", strings.Repeat("1", 101), "0." + strings.Repeat("0", 99) + "1", "1e-101", "0e101"}},
	{"byte-lengths", []reflect.Type{bytesType, textType}, []string{"minLength=2", "maxLength=2", "minLength=1,maxLength=1", "maxLength=1"}, []string{"", "YQ==", "YWI=", "YWJj", "YWJjZA==", "é"}},
	{"changed-text", nil, []string{"trim,minLength=1", "lower,enum=a|b", "upper,pattern='^[A-Z]+$'", "trim,maxLength=1"}, []string{" ", "c", "1", "ab"}},
}

// exception returns why plan and judge may disagree about a text, or "".
func exception(s spec, text string) string {
	for _, e := range exceptions {
		of := slices.Contains(e.types, s.typ) || s.typ.Kind() == reflect.String && slices.Contains(e.rules, s.rules)
		if s.typ == bytesType && len(e.rules) > 1 && !slices.Contains(e.rules, s.rules) || s.typ == textType && s.rules == "" {
			of = false
		}
		if of && slices.Contains(e.texts, text) {
			return e.reason
		}
	}
	return ""
}

// errorOnly goes on after a failure.
type errorOnly struct{ *testing.T }

func (e errorOnly) Fatalf(format string, args ...any) { e.Errorf(format, args...) }
