package schema

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// formats are the values of the rule format, with what is wrong with a text. They are those of JSON Schema
// 2020-12, Validation section 7.3, as far as they can be decided.
var formats = map[string]func(s string) *violation{
	"uuid":      checkUUID,
	"email":     checkEmail,
	"uri":       checkURI,
	"hostname":  checkHostname,
	"ipv4":      checkIPv4,
	"ipv6":      checkIPv6,
	"date":      checkDate,
	"date-time": checkDateTime,
	"time":      checkTime,
	"duration":  checkDuration,
	"byte":      checkByte,
}

func emailError(reason string) *violation {
	return violationOf("value_error", "value is not a valid email address: "+reason, "reason", reason)
}

// checkEmail accepts an address as in RFC 5321 with a domain name that has a
// period, in ASCII and without comments, quotes or display name.
func checkEmail(s string) *violation {
	at := strings.LastIndexByte(s, '@')
	switch {
	case at < 0:
		return emailError("An email address must have an @-sign.")
	case at == 0:
		return emailError("There must be something before the @-sign.")
	case at == len(s)-1:
		return emailError("There must be something after the @-sign.")
	case strings.Contains(s, ".."):
		return emailError("An email address cannot have two periods in a row.")
	case at > 64 || len(s) > 254:
		return emailError("The email address is too long.")
	}
	local, domain := s[:at], s[at+1:]
	if local[0] == '.' || local[at-1] == '.' {
		return emailError("An email address cannot have a period at the beginning or right before the @-sign.")
	}
	for _, r := range local {
		if r >= utf8.RuneSelf || !strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r) && !isAlnum(byte(r)) {
			return emailError("The email address contains invalid characters before the @-sign.")
		}
	}
	if !isHostname(domain) {
		return emailError("The part after the @-sign is not a domain name.")
	}
	if !strings.Contains(domain, ".") {
		return emailError("The part after the @-sign is not valid. It should have a period.")
	}
	return nil
}

func isAlnum(c byte) bool { return isLetter(c) || c-'0' <= 9 }

// isHostname accepts what RFC 1123, section 2.1, does.
func isHostname(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !isAlnum(label[i]) && label[i] != '-' {
				return false
			}
		}
	}
	return true
}

func checkHostname(s string) *violation {
	if isHostname(s) {
		return nil
	}
	return withReason("value_error", "Value error, ", "the value is not a host name")
}

var (
	notIPv4 = &violation{typ: "ip_v4_address", msg: "Input is not a valid IPv4 address"}
	notIPv6 = &violation{typ: "ip_v6_address", msg: "Input is not a valid IPv6 address"}
)

func checkIPv4(s string) *violation {
	if a, err := netip.ParseAddr(s); err != nil || !a.Is4() {
		return notIPv4
	}
	return nil
}

func checkIPv6(s string) *violation {
	if a, err := netip.ParseAddr(s); err != nil || !a.Is6() || a.Zone() != "" {
		return notIPv6
	}
	return nil
}

// checkDate accepts a date. Source: RFC 3339, section 5.6, which has a year 0.
func checkDate(s string) *violation {
	if rest, ok := strings.CutPrefix(s, "0000"); ok {
		s = "2000" + rest // a leap year too
	}
	_, bad := dateKind.parse(s)
	return bad
}

// checkDateTime accepts a date and a time with an offset. Source: RFC 3339, section 5.6.
func checkDateTime(s string) *violation {
	const date = len(time.DateOnly)
	if len(s) <= date || checkDate(s[:date]) != nil || s[date]|0x20 != 't' || !isTime(s[date+1:]) {
		return timeParsing
	}
	return nil
}

// checkTime accepts a time with an offset. Source: RFC 3339, section 5.6.
func checkTime(s string) *violation {
	if !isTime(s) {
		return withReason("time_parsing", "Input should be in a valid time format, ", "expected the form 15:04:05Z of RFC 3339")
	}
	return nil
}

// isTime accepts a time of RFC 3339: letters in either case, any fraction, and
// second 60 at the end of a day in UTC.
func isTime(s string) bool {
	end := strings.IndexAny(s, "Zz+-")
	if end < len("15:04:05") {
		return false
	}
	offset := 0 // in minutes
	switch zone := s[end+1:]; s[end] {
	case 'Z', 'z':
		if zone != "" {
			return false
		}
	default:
		t, reason := parseTimeOfDay(zone)
		if reason != "" || len(zone) != len("15:04") {
			return false
		}
		offset = 60*t.Hour + t.Minute
		if s[end] == '-' {
			offset = -offset
		}
	}
	clock, fraction, point := strings.Cut(s[:end], ".")
	if point && (fraction == "" || strings.Trim(fraction, "0123456789") != "") || len(clock) != len("15:04:05") {
		return false
	}
	leap := strings.HasSuffix(clock, ":60")
	if leap {
		clock = clock[:len("15:04")]
	}
	t, reason := parseTimeOfDay(clock)
	const day = 24 * 60
	return reason == "" && (!leap || (60*t.Hour+t.Minute-offset+day)%day == day-1)
}

// checkDuration accepts a duration without sign or fraction, and without
// leaving out a unit between two. Source: RFC 3339, appendix A.
func checkDuration(s string) *violation {
	if !durationForm(s) {
		return withReason("time_delta_parsing", "Input should be a valid timedelta, ", "expected the form P1DT2H3M4S of RFC 3339")
	}
	return nil
}

var durationForm = regexp.MustCompile(`^P(([0-9]+D|[0-9]+M([0-9]+D)?|[0-9]+Y([0-9]+M([0-9]+D)?)?)(T` + durationClock + `)?|T` + durationClock + `|[0-9]+W)$`).MatchString

const durationClock = `([0-9]+S|[0-9]+M([0-9]+S)?|[0-9]+H([0-9]+M([0-9]+S)?)?)`

func checkByte(s string) *violation {
	if _, ok := decodeBase64([]byte(s)); !ok {
		return base64Decode
	}
	return nil
}
