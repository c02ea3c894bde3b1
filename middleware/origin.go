package middleware

import (
	"net/netip"
	"strings"
)

// An originSet has origins and patterns for sub-domains.
type originSet struct {
	exact    map[string]bool
	patterns []originPattern
}

// An originPattern stands for the sub-domains of a name.
type originPattern struct {
	before string // https://
	after  string // .example.com:8443
}

// has reports whether an origin that a browser has sent is in the set. Case counts:
// browsers write scheme and host in small letters.
func (s *originSet) has(origin string) bool {
	if s.exact[origin] {
		return true
	}
	for _, p := range s.patterns {
		labels, ok := strings.CutPrefix(origin, p.before)
		if !ok {
			continue
		}
		if labels, ok = strings.CutSuffix(labels, p.after); ok && len(labels) <= maxHost && isLowerName(labels) {
			return true
		}
	}
	return false
}

// isLowerName reports whether s is one label or several, in small letters.
func isLowerName(s string) bool {
	return isName(s+".x") && s == strings.ToLower(s)
}

// add adds an origin or pattern. It returns what is wrong with it, or "".
func (s *originSet) add(text string, credentials bool) string {
	if text == "null" {
		return "which anybody can have"
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme == "" || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-.") != "" {
		return "want scheme://host, as in https://app.example.com"
	}
	host, port, ok := splitAuthority(rest)
	name, pattern := strings.CutPrefix(host, "*.")
	switch {
	case scheme == "file":
		return "which is no origin"
	case !ok, port != "" && !isPort(port), !isOriginHost(name):
		return "want a host in small letters, ASCII only, with or without a port and nothing behind"
	case scheme == "https" && port == "443", scheme == "http" && port == "80":
		return "want no port where it is that of the scheme: browsers leave it out"
	case pattern && (isAddr(name) || !strings.Contains(name, ".")):
		return "want a pattern for the sub-domains of a name with at least two labels"
	case credentials && scheme != "https" && (pattern || !isLocal(name)):
		return "whose pages anybody on the way can change: want https together with Credentials"
	}
	if pattern {
		s.patterns = append(s.patterns, originPattern{scheme + "://", rest[1:]})
		return ""
	}
	if s.exact == nil {
		s.exact = make(map[string]bool)
	}
	s.exact[text] = true
	return ""
}

// isOriginHost reports whether s is a host as browsers write it.
func isOriginHost(s string) bool {
	if isAddr(s) {
		bare := strings.Trim(s, "[]")
		a, err := netip.ParseAddr(bare)
		return err == nil && a.String() == bare
	}
	return isName(s) && s == strings.ToLower(s)
}

// isLocal reports whether a host is this machine.
func isLocal(host string) bool {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && a.IsLoopback()
}
