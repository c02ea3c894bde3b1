package schema

import (
	"net/netip"
	"strings"
)

func urlParsing(reason string) *violation {
	return withReason("url_parsing", "Input should be a valid URL, ", reason)
}

// checkURI accepts a URI, which has a scheme; that of HTTP must name a host.
// Source: RFC 3986, section 3; RFC 9110, section 4.2.
func checkURI(s string) *violation {
	if s == "" {
		return urlParsing("input is empty")
	}
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || !isScheme(scheme) {
		return urlParsing("relative URL without a base")
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	if !isURIText(fragment, ":@/?") || !isURIText(query, ":@/?") {
		return urlParsing("invalid character")
	}
	path, host := rest, ""
	if authority, ok := strings.CutPrefix(rest, "//"); ok {
		path = ""
		if i := strings.IndexByte(authority, '/'); i >= 0 {
			authority, path = authority[:i], authority[i:]
		}
		if host, ok = hostOf(authority); !ok {
			return urlParsing("the host or port is not valid")
		}
	}
	switch scheme = strings.ToLower(scheme); {
	case !isURIText(path, ":@/"):
		return urlParsing("invalid character")
	case host == "" && (scheme == "http" || scheme == "https"):
		return urlParsing("empty host")
	}
	return nil
}

func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (i == 0 || c-'0' > 9 && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

// hostOf returns the host of an authority, and whether that is one.
func hostOf(authority string) (host string, ok bool) {
	user, rest, ok := strings.Cut(authority, "@")
	if !ok {
		user, rest = "", authority
	}
	var port string
	if strings.HasPrefix(rest, "[") {
		if host, rest, ok = strings.Cut(rest[1:], "]"); !ok || !isIPLiteral(host) {
			return "", false
		}
		if rest != "" && rest[0] != ':' {
			return "", false
		}
		port = strings.TrimPrefix(rest, ":")
	} else if host, port, _ = strings.Cut(rest, ":"); !isURIText(host, "") {
		return "", false
	}
	return host, isURIText(user, ":") && strings.Trim(port, "0123456789") == ""
}

// isIPLiteral accepts what may stand in brackets: an address of version 6 or of one to come.
func isIPLiteral(s string) bool {
	if s == "" || s[0]|0x20 != 'v' {
		a, err := netip.ParseAddr(s)
		return err == nil && a.Is6() && a.Zone() == ""
	}
	version, address, _ := strings.Cut(s[1:], ".")
	return version != "" && strings.Trim(version, "0123456789abcdefABCDEF") == "" &&
		address != "" && !strings.Contains(address, "%") && isURIText(address, ":")
}

// isURIText accepts unreserved characters, delimiters within a part, bytes in
// percent-encoding and the characters in more.
func isURIText(s, more string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlnum(c) || strings.IndexByte("-._~!$&'()*+,;=", c) >= 0 || strings.IndexByte(more, c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return c-'0' <= 9 || c|0x20-'a' <= 5 }
