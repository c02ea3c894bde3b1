package jsonschema

import (
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Formats are the formats that a document may use, by name. With them, the keyword format
// asserts; a format that they lack is an error of [Document.Compile].
//
// Source: JSON Schema 2020-12, Validation section 7.2.2.
type Formats map[string]Format

// A Format judges the strings or numbers that a schema describes with it. A nil function means
// that it says nothing about values of this type: the zero Format is an annotation.
type Format struct {
	String func(s string) bool
	Number func(n json.Number) bool
}

// StandardFormats returns a new table of the formats date-time, date, time, duration, email,
// hostname, ipv4, ipv6, uri, uri-reference and uuid of JSON Schema, int32, int64, float, double and
// byte of OpenAPI, and int8, int16, uint8, uint16, uint32 and uint64. The caller may change it.
//
// A hostname is judged by its syntax, not by the rules for internationalised names.
//
// Source: JSON Schema 2020-12, Validation section 7.3; OpenAPI format registry.
func StandardFormats() Formats {
	formats := Formats{
		"date-time":     {String: isDateTime},
		"date":          {String: isDate},
		"time":          {String: isTime},
		"duration":      {String: durationSyntax.MatchString},
		"email":         {String: isEmail},
		"hostname":      {String: isHostname},
		"ipv4":          {String: isIPv4},
		"ipv6":          {String: isIPv6},
		"uri":           {String: isURI},
		"uri-reference": {String: isReference},
		"uuid":          {String: uuidSyntax.MatchString},
		"byte":          {String: isBase64},
		"float":         {Number: func(n json.Number) bool { return isFloat(n, 32) }},
		"double":        {Number: func(n json.Number) bool { return isFloat(n, 64) }},
	}
	for _, bits := range []int{8, 16, 32, 64} {
		name := "int" + strconv.Itoa(bits)
		half := uint64(1) << (bits - 1)
		top := strconv.FormatUint(half-1, 10)
		formats[name] = integers("-"+strconv.FormatUint(half, 10), top)
		formats["u"+name] = integers("0", strconv.FormatUint(half-1+half, 10))
	}
	return formats
}

// formatTest compiles the keyword format.
func (k *keyword) formatTest() test {
	name, ok := k.value.(string)
	if !ok {
		k.wrong("a string")
		return nil
	}
	if k.doc.formats == nil {
		return nil
	}
	format, ok := k.doc.formats[name]
	if !ok && k.doc.lenient {
		return nil
	}
	if !ok {
		k.fail(k.at, "unknown format %q", name)
		return nil
	}
	return func(e *evaluation, value any, at *path) bool {
		valid := true
		switch v := value.(type) {
		case string:
			valid = format.String == nil || format.String(v)
		case Number:
			valid = format.Number == nil || format.Number(json.Number(v.text))
		}
		return valid || e.report(at, k.at, "is %s, want format %s", show(value), name)
	}
}

// contentTest compiles contentSchema, which like a format asserts only if there are formats, and
// only of JSON text that is not encoded.
//
// Source: JSON Schema 2020-12, Validation sections 8.2 and 8.5.
func (k *keyword) contentTest() test {
	schema := k.one()
	_, encoded := k.siblings["contentEncoding"]
	if k.doc.formats == nil || encoded || k.siblings["contentMediaType"] != "application/json" {
		return nil
	}
	return func(e *evaluation, value any, at *path) bool {
		s, ok := value.(string)
		if !ok {
			return true
		}
		content, err := Read([]byte(s))
		if err != nil {
			return e.report(at, k.at, "is %s, want JSON text: %v", show(value), err)
		}
		return e.apply(schema, content, at)
	}
}

// integers returns the format of the integers from low to high.
func integers(low, high string) Format {
	least, _ := parseNumber(low)
	most, _ := parseNumber(high)
	return Format{Number: func(n json.Number) bool {
		d, err := parseNumber(n.String())
		return err == nil && d.Integer() && d.Compare(least) >= 0 && d.Compare(most) <= 0
	}}
}

func isFloat(n json.Number, bits int) bool {
	_, err := strconv.ParseFloat(n.String(), bits)
	return err == nil
}

// isBase64 reports whether s is padded and of the standard alphabet.
//
// Source: RFC 4648, section 4.
func isBase64(s string) bool {
	_, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil && !strings.ContainsAny(s, "\r\n") // which the decoder skips
}

func isIPv4(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is4()
}

func isIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is6() && addr.Zone() == ""
}

// Source: RFC 9562, section 4.
var uuidSyntax = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// durationSyntax follows RFC 3339 to the letter: no sign, no fraction, no unit left out between two others.
//
// Source: RFC 3339, appendix A.
var durationSyntax = regexp.MustCompile(`^P([0-9]+W|` + durationDate + `(T` + durationTime + `)?|T` + durationTime + `)$`)

const (
	durationDate = `([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)`
	durationTime = `([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)`
)

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func isDateTime(s string) bool {
	const date = len(time.DateOnly)
	return len(s) > date && isDate(s[:date]) && (s[date] == 'T' || s[date] == 't') && isTime(s[date+1:])
}

var timeSyntax = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?([Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$`)

// isTime reports whether s is a full-time. Second 60 is the last of a day in UTC.
//
// Source: RFC 3339, section 5.6.
func isTime(s string) bool {
	m := timeSyntax.FindStringSubmatch(s)
	if m == nil || m[3] != "60" {
		return m != nil
	}
	minute := minutes(m[1], m[2])
	if m[6] == "+" {
		minute -= minutes(m[7], m[8])
	} else if m[6] == "-" {
		minute += minutes(m[7], m[8])
	}
	const day = 24 * 60
	return (minute+day)%day == day-1
}

// minutes converts digits of hours and minutes.
func minutes(hours, rest string) int {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(rest)
	return h*60 + m
}
