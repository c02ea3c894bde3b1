package schema

import (
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tenonapi/tenon/problem"
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
	return &violation{
		typ: "value_error", msg: "value is not a valid email address: " + reason,
		ctx: []problem.Attr{{Name: "reason", Value: reason}},
	}
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
	for _, r := range local {
		if r >= utf8.RuneSelf || !strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r) && !isAlnum(byte(r)) {
			return emailError("The email address contains invalid characters before the @-sign.")
		}
	}
	if _, err := mail.ParseAddress(s); err != nil {
		return emailError("The part before the @-sign is not valid.")
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

func urlParsing(reason string) *violation {
	return withReason("url_parsing", "Input should be a valid URL, ", reason)
}

// checkURI accepts an absolute URI in ASCII. Source: RFC 3986, section 4.3.
func checkURI(s string) *violation {
	if s == "" {
		return urlParsing("input is empty")
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			return urlParsing("invalid character")
		}
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return urlParsing("the form is not that of RFC 3986")
	case !u.IsAbs():
		return urlParsing("relative URL without a base")
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host == "":
		return urlParsing("empty host")
	}
	return nil
}

func checkDate(s string) *violation {
	_, bad := dateKind.parse(s)
	return bad
}

func checkDateTime(s string) *violation {
	_, bad := parseTime(s)
	return bad
}

// checkTime accepts a time with an offset. Source: RFC 3339, section 5.6.
func checkTime(s string) *violation {
	if _, bad := parseTime("2000-01-01T" + s); bad != nil {
		return withReason("time_parsing", "Input should be in a valid time format, ", "expected the form 15:04:05Z of RFC 3339")
	}
	return nil
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
