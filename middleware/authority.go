package middleware

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxHost is the length of a host name in bytes. Source: RFC 1035, section 2.3.4.
const maxHost = 253

// isAuthority reports whether s is a host with or without a port, as browsers and
// clients send it.
func isAuthority(s string) bool {
	host, port, ok := splitAuthority(s)
	return ok && (isName(strings.TrimSuffix(host, ".")) || isAddr(host)) && (port == "" || isPort(port))
}

// splitAuthority splits s at the colon before a port. Brackets stay with the host.
func splitAuthority(s string) (host, port string, ok bool) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 || colon < strings.LastIndexByte(s, ']') {
		return s, "", s != ""
	}
	host, port = s[:colon], s[colon+1:]
	return host, port, host != "" && port != ""
}

// isPort reports whether s is the number of a port.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s[0] != '0'
}

// isAddr reports whether s is an IPv4 address or an IPv6 address in brackets.
func isAddr(s string) bool {
	bare, bracket := strings.CutPrefix(s, "[")
	if bracket {
		var ok bool
		if bare, ok = strings.CutSuffix(bare, "]"); !ok {
			return false
		}
	}
	a, err := netip.ParseAddr(bare)
	return err == nil && a.Is6() == bracket && a.Zone() == ""
}

// isName reports whether s can be the name of a host: labels of letters, digits,
// hyphens and underscores. One whose last label is a number would be an address.
// Source: RFC 1123, section 2.1; WHATWG URL, section 3.5.
func isName(s string) bool {
	if len(s) > maxHost {
		return false
	}
	label := ""
	for label = range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, alphanumeric+"-_") != "" {
			return false
		}
	}
	return strings.Trim(label, "0123456789") != ""
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// isToken reports whether s can be a method or the name of a header.
// Source: RFC 9110, section 5.6.2.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, alphanumeric+"!#$%&'*+-.^_`|~") == ""
}
