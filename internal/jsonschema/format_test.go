package jsonschema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/internal/jsonschema"
)

func TestFormats(t *testing.T) {
	label := strings.Repeat("a", 63)
	tests := []struct {
		format         string
		valid, invalid []string // JSON values
	}{
		{"date",
			[]string{`"2024-02-29"`, `"0000-01-01"`, `"9999-12-31"`, `20240229`},
			[]string{`"2023-02-29"`, `"2024-2-9"`, `"2024-13-01"`, `"2024-00-10"`, `"2024-04-31"`, `"20240229"`, `"2024-02-29T00:00:00Z"`, `"10000-01-01"`, `""`, `"2024-02-29\n"`}},
		{"time",
			[]string{`"00:00:00Z"`, `"23:59:59.999999999+23:59"`, `"12:00:00z"`, `"12:00:00-00:00"`, `"23:59:60Z"`, `"00:59:60+01:00"`, `"18:29:60.5-05:30"`},
			[]string{`"24:00:00Z"`, `"12:60:00Z"`, `"12:00:61Z"`, `"12:00:00"`, `"12:00Z"`, `"12:00:00.Z"`, `"12:00:00,5Z"`, `"12:00:00+24:00"`, `"12:00:00+01"`, `"12:00:00+0100"`, `"22:59:60Z"`, `"23:59:60+01:00"`, `"١2:00:00Z"`}},
		{"date-time",
			[]string{`"2024-02-29T12:30:00Z"`, `"2024-02-29t12:30:00.1z"`, `"1985-04-12T23:20:50.52+02:00"`, `"2016-12-31T23:59:60Z"`},
			[]string{`"2024-02-29 12:30:00Z"`, `"2024-02-30T12:30:00Z"`, `"2024-02-29"`, `"2024-02-29T"`, `"2024-02-29T12:30:00"`, `"2024-02-29T12:30:00Z "`}},
		{"duration",
			[]string{`"P3W"`, `"P1Y2M3DT4H5M6S"`, `"PT0S"`, `"P1M"`, `"PT1M"`, `"P2DT3H"`, `"P0001D"`},
			[]string{`"P"`, `"PT"`, `"P1DT"`, `"1D"`, `"P1Y2D"`, `"PT1H2S"`, `"P1W2D"`, `"P1S"`, `"PT1.5S"`, `"-P1D"`, `"P-1D"`, `"P1D "`, `"p1d"`}},
		{"email",
			[]string{`"a@b"`, `"first.last+tag@example.co.uk"`, `"\"a b\"@example.com"`, `"\"a\\\"@\\\\b\"@example.com"`, `"a@[192.0.2.1]"`, `"a@[ipv6:2001:db8::1]"`, `"` + label + `a@example.com"`},
			[]string{`"a"`, `"@b"`, `"a@"`, `".a@b"`, `"a.@b"`, `"a..b@c"`, `"a b@c"`, `"a@b@c"`, `"a@b_c"`, `"a@b."`, `"a@[192.0.2]"`, `"a@[]"`, `"a@[IPv6:]"`, `"a@[192.0.2.1"`, `"é@b"`, `"A <a@b>"`, `"a@b\n"`, `"` + label + `aa@example.com"`}},
		{"hostname",
			[]string{`"localhost"`, `"example.com"`, `"1.example"`, `"xn--bcher-kva.example"`, `"` + label + `.a"`, `"` + strings.Repeat("abc.", 63) + `a"`},
			[]string{`""`, `"."`, `"a."`, `".a"`, `"a..b"`, `"-a"`, `"a-"`, `"a_b"`, `"é"`, `"` + label + `a"`, `"` + strings.Repeat("abc.", 63) + `ab"`}},
		{"ipv4", []string{`"192.0.2.1"`, `"0.0.0.0"`}, []string{`"192.0.2"`, `"192.0.2.01"`, `"192.0.2.256"`, `"::1"`, `"192.0.2.1 "`, `""`}},
		{"ipv6", []string{`"::"`, `"2001:db8::1"`, `"::ffff:192.0.2.1"`}, []string{`"192.0.2.1"`, `"fe80::1%eth0"`, `"[::1]"`, `":::"`, `"1::2::3"`, `"::1/64"`}},
		{"uri",
			[]string{`"https://user:pw@example.com:8080/a/b;c?d=e/?#f?/"`, `"urn:isbn:0451450523"`, `"http://[2001:db8::7]:80/"`, `"http://[v1.a:b]/"`, `"file:///a"`, `"a:"`, `"http://u@"`, `"x:/%20"`, `"mailto:a@b"`},
			[]string{`"/a"`, `"//a"`, `"a"`, `""`, `":a"`, `"1a:b"`, `"http://[1.2.3.4]/"`, `"http://[]/"`, `"http://u@[]/"`, `"http://[fe80::1%25eth0]/"`, `"http://a:b/"`, `"http://a b/"`, `"http://a/%2"`, `"http://a/é"`, `"http://a/<>"`, `"http://a#b#c"`, `"http://a/[::1]"`, `"http://[::1/"`, `"http://[[::1]]/"`}},
		{"uri-reference",
			[]string{`""`, `"a/b"`, `"./a:b"`, `"/a:b"`, `"//a/b"`, `"?a"`, `"#a"`, `"http://a"`},
			[]string{`"1:a"`, `"a b"`, `"\\a"`, `"%"`, `"//[a]/"`, `"#a#"`}},
		{"uuid",
			[]string{`"123e4567-e89b-12d3-a456-426614174000"`, `"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"`},
			[]string{`"123e4567e89b12d3a456426614174000"`, `"{123e4567-e89b-12d3-a456-426614174000}"`, `"123e4567-e89b-12d3-a456-42661417400g"`, `"123e4567-e89b-12d3-a456-4266141740000"`, `"urn:uuid:123e4567-e89b-12d3-a456-426614174000"`}},
		{"byte", []string{`""`, `"YQ=="`, `"+/+/"`}, []string{`"YQ"`, `"YR=="`, `"-_-_"`, `"YQ==\n"`, `"a"`, `"YQ==="`}},
		{"int8", []string{`-128`, `127`, `1.0`, `1e2`, `"a"`}, []string{`-129`, `128`, `1.5`, `1e3`}},
		{"uint8", []string{`0`, `255`, `-0`}, []string{`-1`, `256`}},
		{"int16", []string{`-32768`, `32767`}, []string{`-32769`, `32768`}},
		{"uint16", []string{`65535`}, []string{`65536`, `-1`}},
		{"int32", []string{`-2147483648`, `2147483647`}, []string{`-2147483649`, `2147483648`, `0.5`}},
		{"uint32", []string{`4294967295`}, []string{`4294967296`}},
		{"int64", []string{`-9223372036854775808`, `9223372036854775807`}, []string{`-9223372036854775809`, `9223372036854775808`, `1e19`, `1e999999999999`}},
		{"uint64", []string{`18446744073709551615`}, []string{`18446744073709551616`, `-1`}},
		{"float", []string{`3.4e38`, `-3.4e38`, `1e-400`, `0.1`}, []string{`3.5e38`, `-1e39`}},
		{"double", []string{`1.7e308`, `1e-400`}, []string{`1.8e308`, `-1e999`}},
	}
	formats := jsonschema.StandardFormats()
	assert.Equal(t, len(tests), len(formats), "formats in the table")
	for _, tt := range tests {
		t.Run(tt.format, func(t *testing.T) {
			schema, err := compile(fmt.Sprintf(`{"format":%q}`, tt.format), "", formats)
			assert.NoError(t, err)
			for _, value := range append(tt.valid, `null`, `true`, `[]`, `{}`) {
				assert.NoError(t, schema.Validate([]byte(value)), value)
			}
			for _, value := range tt.invalid {
				assert.Contains(t, fmt.Sprint(schema.Validate([]byte(value))), "want format "+tt.format, value)
			}
		})
	}
}

func TestFormatsOfTheCaller(t *testing.T) {
	formats := jsonschema.StandardFormats()
	formats["even"] = jsonschema.Format{Number: func(n json.Number) bool { return strings.HasSuffix(n.String(), "2") }}
	formats["password"] = jsonschema.Format{}
	schema, err := compile(`{"items":{"anyOf":[{"format":"even"}]},"format":"password"}`, "", formats)
	assert.NoError(t, err)
	assert.NoError(t, schema.Validate([]byte(`[2,12,"a"]`)))
	assert.Contains(t, fmt.Sprint(schema.Validate([]byte(`[1]`))), "#/0 is 1, want format even (#/items/anyOf/0/format)")
}
