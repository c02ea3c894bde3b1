package jsonschema

import (
	"regexp"
	"strings"
)

var label = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?$`)

// Source: RFC 1123, section 2.1; RFC 1034, section 3.5.
func isHostname(s string) bool {
	if len(s) > 253 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if !label.MatchString(part) {
			return false
		}
	}
	return true
}

const atom = "[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+"

// mailboxName matches what stands before the @ in a mailbox, up to and with it.
var mailboxName = regexp.MustCompile(`^(` + atom + `(\.` + atom + `)*|"([ !#-\[\]-~]|\\[ -~])*")@`)

// isEmail reports whether s is a mailbox.
//
// Source: RFC 5321, sections 4.1.2, 4.1.3 and 4.5.3.1.1.
func isEmail(s string) bool {
	name := mailboxName.FindString(s)
	if name == "" || len(name) > 64+len("@") {
		return false
	}
	domain := s[len(name):]
	literal, opened := strings.CutPrefix(domain, "[")
	literal, closed := strings.CutSuffix(literal, "]")
	if !opened || !closed {
		return isHostname(domain)
	}
	if tag := "IPv6:"; len(literal) > len(tag) && strings.EqualFold(literal[:len(tag)], tag) {
		return isIPv6(literal[len(tag):])
	}
	return isIPv4(literal)
}

// The parts of a URI.
//
// Source: RFC 3986, appendix A.
const (
	uriEscape  = `%[0-9A-Fa-f]{2}`
	uriName    = `([0-9A-Za-z\-._~!$&'()*+,;=]|` + uriEscape + `)` // unreserved, pct-encoded, sub-delims
	uriSegment = `(` + uriName + `|[:@])`                          // pchar
	uriUser    = `((` + uriName + `|:)*@)?`
	uriHost    = `((?P<ip>\[[^\]]*\])|` + uriName + `*)(:[0-9]*)?`
	uriRest    = `(\?(` + uriSegment + `|[/?])*)?(#(` + uriSegment + `|[/?])*)?$`

	uriWithHost = `//` + uriUser + uriHost + `(/` + uriSegment + `*)*`
	uriRooted   = `/(` + uriSegment + `+(/` + uriSegment + `*)*)?`
	uriRootless = uriSegment + `+(/` + uriSegment + `*)*`
	// The first segment of a relative reference has no colon: it would end a scheme.
	uriNoScheme = `(` + uriName + `|@)+(/` + uriSegment + `*)*`
)

var (
	uriScheme    = regexp.MustCompile(`^[A-Za-z][0-9A-Za-z+.\-]*:`)
	uriAbsolute  = regexp.MustCompile(`^(` + uriWithHost + `|` + uriRooted + `|` + uriRootless + `|)` + uriRest)
	uriRelative  = regexp.MustCompile(`^(` + uriWithHost + `|` + uriRooted + `|` + uriNoScheme + `|)` + uriRest)
	uriIPVersion = regexp.MustCompile(`^[vV][0-9A-Fa-f]+\.([0-9A-Za-z\-._~!$&'()*+,;=:])+$`)
)

// isURI reports whether s is a URI, which has a scheme.
func isURI(s string) bool {
	scheme := uriScheme.FindString(s)
	return scheme != "" && matchURI(uriAbsolute, s[len(scheme):])
}

// isReference reports whether s is a URI or a relative reference.
func isReference(s string) bool { return isURI(s) || matchURI(uriRelative, s) }

// matchURI also judges an address in brackets, which a pattern cannot.
func matchURI(re *regexp.Regexp, s string) bool {
	m := re.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	ip := strings.Trim(m[re.SubexpIndex("ip")], "[]")
	return m[re.SubexpIndex("ip")] == "" || isIPv6(ip) || uriIPVersion.MatchString(ip)
}
