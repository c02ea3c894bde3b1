package schema_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/jsonschema"
	"github.com/tenonapi/tenon/schema"
)

// TestFormats compares types and messages.
func TestFormats(t *testing.T) {
	email := func(reason string) string {
		return "value_error|value is not a valid email address: " + reason + `|{"reason":` + quote(reason) + `}`
	}
	withError := func(typ, msg, reason string) string {
		return typ + "|" + msg + reason + `|{"error":` + quote(reason) + `}`
	}
	uri := func(reason string) string {
		return withError("url_parsing", "Input should be a valid URL, ", reason)
	}
	date := func(reason string) string {
		return withError("date_from_datetime_parsing", "Input should be a valid date or datetime, ", reason)
	}
	long := strings.Repeat("a", 64)
	for _, test := range []struct{ format, value, want string }{
		{"email", "a@example.com", ""},
		{"email", long + "@example.com", ""},
		{"email", "a@" + strings.Repeat("abcdefg.", 31) + "com", ""},
		{"email", "", email("An email address must have an @-sign.")},
		{"email", "a.b", email("An email address must have an @-sign.")},
		{"email", "@b.c", email("There must be something before the @-sign.")},
		{"email", "a@", email("There must be something after the @-sign.")},
		{"email", "a..b@c.d", email("An email address cannot have two periods in a row.")},
		{"email", "a@b..c", email("An email address cannot have two periods in a row.")},
		{"email", long + "a@example.com", email("The email address is too long.")},
		{"email", "a@" + strings.Repeat("abcdefg.", 31) + "come", ""},
		{"email", "a@" + strings.Repeat("abcdefg.", 31) + "comes", email("The email address is too long.")},
		{"email", ".a@b.c", email("An email address cannot have a period at the beginning or right before the @-sign.")},
		{"email", "a.@b.c", email("An email address cannot have a period at the beginning or right before the @-sign.")},
		{"email", "é@b.c", email("The email address contains invalid characters before the @-sign.")},
		{"email", "a b@c.d", email("The email address contains invalid characters before the @-sign.")},
		{"email", `"a"@b.c`, email("The email address contains invalid characters before the @-sign.")},
		{"email", "a@b@c.d", email("The email address contains invalid characters before the @-sign.")},
		{"email", "a@b c.d", email("The part after the @-sign is not a domain name.")},
		{"email", "a@[192.0.2.1]", email("The part after the @-sign is not a domain name.")},
		{"email", "a@b", email("The part after the @-sign is not valid. It should have a period.")},
		{"uri", "https://example.com", ""},
		{"uri", "", uri("input is empty")},
		{"uri", "a", uri("relative URL without a base")},
		{"uri", "//a/b", uri("relative URL without a base")},
		{"uri", "1a:b", uri("relative URL without a base")},
		{"uri", ":a", uri("relative URL without a base")},
		{"uri", "http://", uri("empty host")},
		{"uri", "HTTPS://u@:80/", uri("empty host")},
		{"uri", "http:a", uri("empty host")},
		{"uri", "http://a/ b", uri("invalid character")},
		{"uri", "http://a?%2", uri("invalid character")},
		{"uri", "http://a#b#c", uri("invalid character")},
		{"uri", "http://a:b", uri("the host or port is not valid")},
		{"uri", "http://[::1", uri("the host or port is not valid")},
		{"hostname", "a-1.example", ""},
		{"hostname", "a_b", withError("value_error", "Value error, ", "the value is not a host name")},
		{"ipv4", "192.0.2.1", ""},
		{"ipv4", "::1", "ip_v4_address|Input is not a valid IPv4 address|"},
		{"ipv6", "::1", ""},
		{"ipv6", "192.0.2.1", "ip_v6_address|Input is not a valid IPv6 address|"},
		{"date", "2026-11-20", ""},
		{"date", "2026-11-31", date("day value is outside expected range")},
		{"date-time", "2026-11-20T12:00:00Z", ""},
		{"date-time", "2026-11-20", withError("datetime_parsing", "Input should be a valid datetime, ", "expected the form 2006-01-02T15:04:05Z of RFC 3339")},
		{"time", "12:00:00Z", ""},
		{"time", "12:00:00", withError("time_parsing", "Input should be in a valid time format, ", "expected the form 15:04:05Z of RFC 3339")},
		{"duration", "P1D", ""},
		{"duration", "-P1D", withError("time_delta_parsing", "Input should be a valid timedelta, ", "expected the form P1DT2H3M4S of RFC 3339")},
		{"byte", "YQ==", ""},
		{"byte", "YQ", withError("base64_decode", "Base64 decoding error: ", "expected the standard alphabet with padding")},
		{"uuid", "123e4567-e89b-12d3-a456-426614174000", ""},
		{"uuid", "123", withError("uuid_parsing", "Input should be a valid UUID, ", "invalid length: expected 36 characters, found 3")},
	} {
		t.Run(test.format+" "+test.value, func(t *testing.T) {
			want := ""
			if parts := strings.Split(test.want, "|"); test.want != "" {
				want = issue(parts[0], `["v"]`, parts[1], quote(test.value), parts[2])
				if len(test.value) > 254 { // too long to be repeated
					want = issue(parts[0], `["v"]`, parts[1], "", parts[2])
				}
			}
			v, issues := loneOf(t, stringOf, `check:"format=`+test.format+`"`).both(t, test.value)
			assert.Equal(t, issues, want)
			if want == "" {
				assert.Equal(t, v, any(test.value), "is stored as it came")
			}
		})
	}
	for format, typ := range map[string]string{"uri": "url_type", "uuid": "uuid_type", "email": "string_type", "date": "string_type"} {
		_, issues := loneOf(t, stringOf, `check:"format=`+format+`"`).json(`1`)
		assert.Contains(t, issues, typ)
	}
}

// stricter tells the texts that a format of JSON Schema takes and the plan does not. Nothing else may differ.
func stricter(format, s string) bool {
	lower := strings.ToLower(s)
	_, domain, _ := strings.Cut(s, "@")
	switch format {
	case "email": // no quotes, no address in place of a domain, which has a period; no more than 254 bytes
		return strings.ContainsAny(s, `"[`) || !strings.Contains(domain, ".") || len(s) > 254
	case "uri": // HTTP has a host
		return strings.HasPrefix(lower, "http:") || strings.HasPrefix(lower, "https:")
	}
	return false
}

// TestFormatsAgree compares with the formats of the evaluator, which has no code in common with the plan.
func TestFormatsAgree(t *testing.T) {
	texts := formatTexts()
	if len(texts) < 300 {
		t.Errorf("%d texts", len(texts))
	}
	standard := jsonschema.StandardFormats()
	differ := 0
	for _, name := range []string{"uuid", "email", "uri", "hostname", "ipv4", "ipv6", "date", "date-time", "time", "duration", "byte"} {
		plan := compileFormat(t, name)
		for _, s := range texts {
			_, err := plan.text(s)
			got, want := err == "", standard[name].String(s)
			switch {
			case got == want:
			case want && stricter(name, s):
				differ++
			default:
				t.Errorf("%s of %q is %v, in JSON Schema %v", name, s, got, want)
			}
		}
	}
	assert.Equal(t, differ > 5 && differ < 20, true, differ)
}

func compileFormat(t testing.TB, name string) lone {
	return loneOf(t, stringOf, `check:"format=`+name+`"`)
}

// TestValuesAgree compares the types with the formats in their schemas.
func TestValuesAgree(t *testing.T) {
	standard := jsonschema.StandardFormats()
	for _, test := range []struct {
		format string
		lone   lone
		strict func(s string) bool // what the type cannot hold
	}{
		{"date", loneOf(t, dateOf, ""), func(s string) bool { return strings.HasPrefix(s, "0000") }},
		{"date-time", loneOf(t, timeOf, ""), func(s string) bool { return strings.Contains(s, ":60") }},
		{"uri", loneOf(t, urlOf, ""), func(s string) bool {
			return stricter("uri", s) || strings.Contains(s, "[v") || strings.Contains(s, "://%")
		}},
	} {
		for _, s := range formatTexts() {
			_, issues := test.lone.text(s)
			if got, want := issues == "", standard[test.format].String(s); got != want && (got || !test.strict(s)) {
				t.Errorf("%s: %q is %v, in JSON Schema %v", test.format, s, got, want)
			}
		}
	}
	for _, typ := range []reflect.Type{clockOf, durationOf, decimalOf, prefixOf} {
		l, pattern := loneOf(t, typ, ""), patternOf(t, typ)
		for _, s := range append(formatTexts(), "17:30", "17:30:05.25", "24:00", "17:30:", "1e5", "-.5", "5.", "10.0.0.0/8", "::/0", "PT1.5S", "-P1W") {
			_, issues := l.text(s)
			limit := strings.Contains(issues, "too long")
			if got, want := issues == "", pattern.MatchString(s); got != want && (got || !limit) {
				t.Errorf("%v: %q is %v, in the schema %v", typ, s, got, want)
			}
		}
	}
	addr := loneOf(t, addrOf, "")
	for _, s := range formatTexts() {
		_, issues := addr.text(s)
		assert.Equal(t, issues == "", standard["ipv4"].String(s) || standard["ipv6"].String(s), s)
	}
}

// formatTexts are texts near the border of some format; each is tried with all.
func formatTexts() []string {
	label := strings.Repeat("a", 63)
	uuid := "123e4567-e89b-12d3-a456-426614174000"
	texts := []string{
		"", " ", "a", "A", "-", ".", "/", "é", "a b", "a\n", "\x00", "１",
		// dates
		"2026-11-20", "0000-01-01", "0000-02-29", "0000-02-30", "0000-13-01", "0001-01-01", "9999-12-31", "10000-01-01", "2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "2026-00-01", "2026-13-01",
		"2026-01-00", "2026-01-32", "2026-04-31", "2026-4-1", "20260401", "2026/04/01", "2026-04-01 ", " 2026-04-01", "2026-04-01Z", "-026-04-01", "+026-04-01", "２026-04-01", "2026-04-0１", "2026-W01-1", "2026-001",
		// times
		"00:00:00Z", "23:59:59Z", "24:00:00Z", "12:60:00Z", "12:00:60Z", "23:59:60Z", "23:59:61Z", "22:59:60Z", "23:59:60+00:00", "00:59:60+01:00", "23:59:60+01:00", "15:59:60-08:00", "18:29:60.5-05:30", "22:59:60-01:00",
		"12:00:00z", "12:00:00+00:00", "12:00:00-00:00", "12:00:00+23:59", "12:00:00-23:59", "12:00:00+24:00", "12:00:00+00:60", "12:00:00+1:00", "12:00:00+0100", "12:00:00+01", "12:00:00+01:00:00", "12:00:00+", "12:00:00",
		"12:00Z", "12Z", "1:00:00Z", "12:0:00Z", "12:00:0Z", "12:00:00.1Z", "12:00:00.123456789Z", "12:00:00.1234567890123Z", "12:00:00.Z", "12:00:00,1Z", "12:00:00.1", "12:00:00.1.2Z", "12:00:00.xZ", "12:00:00ZZ", "12:00:00Z+01:00",
		"12:00:00 Z", " 12:00:00Z", "12.00.00Z", "１2:00:00Z", "+12:00:00Z", "-1:00:00Z", "Z", "z", "+01:00", "12:00:00−01:00", "12:00:600Z", "23:59:6Z", "::60Z", ":60Z", "xx:xx:60Z",
		// dates with times
		"2026-11-20T12:00:00Z", "2026-11-20t12:00:00z", "2026-11-20T12:00:00+02:00", "2026-11-20T12:00:00.5Z", "2016-12-31T23:59:60Z", "2026-11-20T23:59:60Z", "2026-11-20T12:00:60Z", "2026-11-20 12:00:00Z", "2026-11-20T12:00:00", "2026-11-20T",
		"2026-11-20T12:00Z", "2026-11-20T24:00:00Z", "2026-11-31T12:00:00Z", "2026-11-20T1:00:00Z", "2026-11-20T12:00:00,5Z", "2026-11-20T12:00:00+24:00", "2026-11-20T12:00:00+01:60", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59",
		"2026-11-20_12:00:00Z", "2026-11-20\x5412:00:00Z", "2026-11-20\x7412:00:00Z", "T12:00:00Z", "20261120T120000Z", "2026-11-20T12:00:00Z ", "2026-11-20T12:00:00.Z", "2026-11-20T12:00:00Zx",
		// durations
		"P1D", "P1W", "P1M", "P1Y", "P1Y1M1D", "P1Y1D", "P1M1D", "P1Y1M", "P1DT1H", "P1DT1H1M1S", "PT1H", "PT1M", "PT1S", "PT1H1S", "PT1H1M", "PT1M1S", "P", "PT", "P1DT", "P1", "PT1", "P1W1D", "P1D1W", "P1WT1H", "P1S", "P1H", "PT1D", "1D", "p1d",
		"-P1D", "+P1D", "P-1D", "P1.5D", "PT1.5S", "PT1,5S", "P0001D", "P99999999999999999999D", "P1D ", " P1D", "P1D1D", "PT1S1M", "P１D", "P1Y2M3DT4H5M6S", "P1YT1S", "P1TD",
		// host names and addresses of mail
		"localhost", "example.com", "1.example", "1", "a-b", "-a", "a-", "a.-b", "a_b", "a..b", ".a", "a.", "xn--bcher-kva.example", "bücher.example", label, label + "a", label + "." + label, strings.Repeat("abc.", 63) + "a", strings.Repeat("abc.", 63) + "ab", "a.b-",
		"a@b.c", "a@b", "@", "a@", "@b.c", "a@b@c.d", "a.b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d", "a@b..c", "a@.b", "a@b.", "a b@c.d", "a@b c.d", "a@-b.c", "a@b-.c", "é@b.c", "a@é.c", "a+b@c.d", "!#$%&'*+/=?^_`{|}~-@b.c", "a,b@c.d", "a:b@c.d", "a(b)@c.d",
		`"a"@b.c`, `"a b"@b.c`, `"a\"b"@b.c`, `"a@b.c`, "A <a@b.c>", "<a@b.c>", "a@[192.0.2.1]", "a@[IPv6:::1]", "a@[x]", "a@b_c.d", "a@1.2", label + "a@b.c", label + "aa@b.c", "a@" + strings.Repeat("abc.", 63) + "a", "a@b.c ", "a@b.c\n",
		// addresses
		"192.0.2.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "192.0.2", "192.0.2.1.1", "192.0.2.01", "192.0.2.", ".192.0.2.1", "192.0.2.1/32", "0x7f.0.0.1", "2130706433", "１92.0.2.1",
		"::", "::1", "1::", "2001:db8::1", "2001:DB8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", ":1", "1:", "12345::", "::g", "::ffff:192.0.2.1", "::192.0.2.256", "1:2:3:4:5:6:192.0.2.1", "fe80::1%eth0", "[::1]", "::1/64",
		// URIs
		"https://user:pw@example.com:8080/a/b;c?d=e/?#f?/", "http://a", "http://a/", "http://", "http:", "http:/a", "http:a", "http:///a", "https://:80/", "http://u@", "http://u@/", "HTTP://A", "file:///a", "file:/a", "a:", "a:b", "a:/b", "a:/", "a://", "a:///", "a:////", "1a:b", "a1+-.:b",
		"a_b:c", ":a", "//a/b", "/a", "a/b", "?a", "#a", "urn:isbn:0451450523", "mailto:a@b", "tel:+1-816-555-1212", "ldap://[2001:db8::7]/c=GB?objectClass?one", "http://[::1]", "http://[::1]:80/", "http://[::1]:", "http://[::1", "http://::1]", "http://[::1]a/", "http://[::1]:a/",
		"http://[1.2.3.4]/", "http://[]/", "http://u@[]/", "http://[[::1]]/", "http://[fe80::1%25eth0]/", "http://[v1.a:b]/", "http://[vF.a]/", "http://[v.a]/", "http://[v1.]/", "http://[v1]/", "http://[vx.a]/", "http://[v1.%41]/", "http://a:/", "http://a:0/", "http://a:99999/", "http://a:b/", "http://a:1:2/",
		"http://a:b@c:80@d/", "http://a@b@c/", "http://a%20b/", "http://%C3%A9/", "http://%zz/", "http://a/%2", "http://a/%2x", "http://a/%", "http://a/%41", "http://a?%2", "http://a#%2", "http://a?b?c", "http://a#b#c", "http://a#b?c", "http://a/é", "http://a/<b>", `http://a/"`, "http://a/{b}", "http://a/b|c", `http://a\b`,
		"http://a/^", "http://a/`", "http://a/[b]", "http://a?[b]", "http://a#[b]", "http://a b/", "http://a\t", "http://a/\x7f", "http://u:p:q@a/", "http://u[@a/", "data:text/plain,a b", "data:text/plain,ab", "http://-a_b/", "http://a.example./", "a:%41", "a:%4", "a:b:c", "a:b@c",
		// base64
		"YQ==", "YWI=", "YWJj", "+/+/", "-_-_", "YQ", "YQ=", "YQ===", "YR==", "YWI==", "YW==Jj", "YQ==\n", "YWJ\nj", "====", "=", "YWJj YWJj",
		// UUIDs
		uuid, strings.ToUpper(uuid), "00000000-0000-0000-0000-000000000000", uuid[:35], uuid + "0", "{" + uuid + "}", "urn:uuid:" + uuid, strings.ReplaceAll(uuid, "-", ""), strings.ReplaceAll(uuid, "-", "_"), "g" + uuid[1:], uuid[:35] + "g", uuid[:8] + "0" + uuid[9:], "123e4567e-89b-12d3-a456-426614174000", uuid[:35] + "é",
	}
	for _, c := range "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" { // each mark where it may or may not be
		texts = append(texts, fmt.Sprintf("a%cb@c.d", c), fmt.Sprintf("a.b%cc", c), fmt.Sprintf("x://a%cb/", c), fmt.Sprintf("x:a%c", c))
	}
	return texts
}

// FuzzFormats compares with the evaluator's formats, both ways.
func FuzzFormats(f *testing.F) {
	for _, s := range formatTexts() {
		f.Add(s)
	}
	standard := jsonschema.StandardFormats()
	plans := map[string]lone{}
	for _, name := range []string{"uuid", "email", "uri", "hostname", "ipv4", "ipv6", "date", "date-time", "time", "duration", "byte"} {
		plans[name] = compileFormat(f, name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, plan := range plans {
			_, issues := plan.text(s)
			if strings.Contains(issues, "string_type") { // is not UTF-8
				continue
			}
			got, want := issues == "", standard[name].String(s)
			if got != want && (got || !stricter(name, s)) {
				t.Errorf("%s of %q is %v, in JSON Schema %v", name, s, got, want)
			}
		}
	})
}

// A format is checked after what changes the text, and what is stored is what was checked.
func TestFormatOfAKey(t *testing.T) {
	plan := compile[struct {
		M map[string]int `json:"m" check:"keys(format=email)"`
	}](t, schema.Config{})
	_, err := plan.Decode([]byte(`{"m":{"a@b.c":1,"x":2}}`))
	assert.Contains(t, issuesOf(err), `"loc":["m","x","[key]"]`)
}
