package middleware

import (
	"net/netip"
	"strings"
)

// backwards reads a list that may stand in several fields from its end. Commas in
// quotes do not separate. What stands left of an item has no influence on it.
type backwards struct{ lines []string }

// next returns the item before the last one that it returned.
func (b *backwards) next() (item string, ok bool) {
	if len(b.lines) == 0 {
		return "", false
	}
	last := len(b.lines) - 1
	line := b.lines[last]
	cut := lastComma(line)
	if cut < 0 {
		b.lines = b.lines[:last]
	} else {
		// The header belongs to others: the rest is kept in a list of its own.
		b.lines = append(b.lines[:last:last], line[:cut])
	}
	return strings.Trim(line[cut+1:], " \t"), true
}

// lastComma returns the index of the last comma outside of quotes, or -1.
func lastComma(s string) int {
	quoted := false
	for i := len(s) - 1; i >= 0; i-- {
		switch {
		case s[i] == '"' && !escaped(s, i):
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return i
		}
	}
	return -1
}

// escaped reports whether an odd number of backslashes stands before s[i].
func escaped(s string, i int) bool {
	n := 0
	for i--; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// parseForwarded reads an element of the header Forwarded. It needs an address.
// Source: RFC 7239, section 4.
func parseForwarded(element string) (o origin, ok bool) {
	var seen [8]string // names, of which none may come twice
	for n := 0; ; n++ {
		name, rest, found := strings.Cut(element, "=")
		name = strings.ToLower(strings.TrimLeft(name, " \t"))
		value, rest, valid := cutValue(rest)
		if !found || !valid || n == len(seen) {
			return origin{}, false
		}
		for _, other := range seen[:n] {
			if name == other {
				return origin{}, false
			}
		}
		seen[n] = name
		switch name {
		case "for":
			if o.client, ok = parseNode(value); !ok {
				return origin{}, false
			}
		case "proto":
			if o.proto = parseProto(value); o.proto == "" {
				return origin{}, false
			}
		case "host":
			if o.host = value; !isAuthority(value) {
				return origin{}, false
			}
		default: // by, or an extension
			if !isToken(name) {
				return origin{}, false
			}
		}
		if rest == "" {
			return o, o.client.IsValid()
		}
		if rest[0] != ';' {
			return origin{}, false
		}
		element = rest[1:]
	}
}

// cutValue splits a token or quoted string from what comes behind it.
// Source: RFC 9110, section 5.6.
func cutValue(s string) (value, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		i := strings.IndexByte(s, ';')
		if i < 0 {
			i = len(s)
		}
		return s[:i], s[i:], i > 0 && strings.IndexByte(s[:i], '"') < 0
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), strings.TrimLeft(s[i+1:], " \t"), true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// parseNode reads an address, with or without a port, which is 0 then. An IPv6
// address may stand in brackets. The names of RFC 7239 that are no addresses are
// refused, and so are zones, which mean something on one machine only.
// Source: RFC 7239, section 6.
func parseNode(s string) (netip.AddrPort, bool) {
	a, port := netip.Addr{}, uint16(0)
	if p, err := netip.ParseAddrPort(s); err == nil {
		a, port = p.Addr(), p.Port()
	} else if bare, ok := strings.CutPrefix(s, "["); ok {
		bare, ok = strings.CutSuffix(bare, "]")
		if a, err = netip.ParseAddr(bare); err != nil || !ok || !a.Is6() {
			return netip.AddrPort{}, false
		}
	} else if a, err = netip.ParseAddr(s); err != nil {
		return netip.AddrPort{}, false
	}
	if a.Zone() != "" {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.Unmap(), port), true
}
