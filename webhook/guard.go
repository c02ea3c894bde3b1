package webhook

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// A BlockedError reports a URL or an address to which a [Guard] sends nothing.
type BlockedError struct {
	Reason string // such as "the address is not public", fit to be shown to a client
}

func (e *BlockedError) Error() string { return "webhook: blocked by the guard: " + e.Reason }

// MaxURL is how many bytes the URL of an endpoint may have.
const MaxURL = 2048

// A Guard keeps customers from making this service call what only it can reach, such as
// its own network or the metadata of its cloud. The zero value lets through https to
// public addresses on the ports 443 and 8443. It is safe for concurrent use while its fields
// do not change.
//
// Source: OWASP API Security Top 10 2023, API7.
type Guard struct {
	// Allow has networks that are let through whatever they are, also with plain http and
	// on every port. An IPv4 network is meant for addresses of IPv4 in all their forms.
	Allow []netip.Prefix
	// Ports of receivers outside of Allow; nil means 443 and 8443.
	Ports []uint16
}

var defaultPorts = []uint16{443, 8443}

// CheckURL returns a [*BlockedError] for a URL of an endpoint to which nothing would be
// sent. One that passes is absolute, begins with https:// (or http:// if Allow is not empty),
// has no user and no fragment, and its host is not an address that is refused. A name can
// lead to other addresses at any time, so names are judged when they are dialed.
func (g *Guard) CheckURL(text string) error {
	u, err := g.url(text)
	if err != nil {
		return err
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil
	}
	return g.checkAddr(addr, port(u), u.Scheme == "https")
}

// url parses the URL of an endpoint and checks what does not need the address.
func (g *Guard) url(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case len(text) > MaxURL:
		return nil, blocked("the URL is longer than %d bytes", MaxURL)
	case err != nil: // whose text repeats the URL
		return nil, blocked("the URL is malformed")
	case u.Scheme != "https" && (u.Scheme != "http" || len(g.Allow) == 0):
		return nil, blocked("the URL does not begin with https://")
	case u.Hostname() == "" || u.Opaque != "":
		return nil, blocked("the URL has no host")
	case u.User != nil:
		return nil, blocked("the URL has a user")
	case u.Fragment != "" || strings.Contains(text, "#"):
		return nil, blocked("the URL has a fragment")
	case port(u) == 0:
		return nil, blocked("the URL has no valid port")
	case len(g.Allow) == 0 && !g.portAllowed(port(u)):
		return nil, blocked("port %d is not allowed", port(u))
	}
	return u, nil
}

// port returns the port of a URL, or 0 if it has a bad one.
func port(u *url.URL) uint16 {
	switch {
	case u.Port() != "":
		n, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			return 0
		}
		return uint16(n)
	case strings.HasSuffix(u.Host, ":"):
		return 0
	case u.Scheme == "http":
		return 80
	}
	return 443
}

func (g *Guard) portAllowed(port uint16) bool {
	ports := g.Ports
	if ports == nil {
		ports = defaultPorts
	}
	return slices.Contains(ports, port)
}

// plainKey marks the context of a dial for plain http.
type plainKey struct{}

// control looks at each address right before it is dialed, after names were resolved:
// there is no time left in which a name could come to mean another address.
// It is a [net.Dialer.ControlContext].
func (g *Guard) control(ctx context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || (network != "tcp4" && network != "tcp6") {
		return blocked("%s is no address of TCP", network)
	}
	plain, _ := ctx.Value(plainKey{}).(bool)
	return g.checkAddr(to.Addr(), to.Port(), !plain)
}

// checkAddr returns a [*BlockedError] unless an address may be dialed.
func (g *Guard) checkAddr(addr netip.Addr, port uint16, secure bool) error {
	addr = addr.WithZone("").Unmap()
	for _, p := range g.Allow {
		if p.Contains(addr) {
			return nil
		}
	}
	switch {
	case !public(addr):
		return blocked("the address is not public")
	case !secure:
		return blocked("plain http is not allowed")
	case !g.portAllowed(port):
		return blocked("port %d is not allowed", port)
	}
	return nil
}

func blocked(format string, args ...any) error {
	return &BlockedError{fmt.Sprintf(format, args...)}
}

// Networks that do not lead to the public Internet, or to one of its hosts only.
// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).
var (
	special4 = prefixes(
		"0.0.0.0/8",        // this network
		"10.0.0.0/8",       // private
		"100.64.0.0/10",    // shared, carrier-grade NAT; metadata of Alibaba Cloud
		"127.0.0.0/8",      // loopback
		"168.63.129.16/32", // the platform of Azure, at a public address
		"169.254.0.0/16",   // link-local; metadata of most clouds
		"172.16.0.0/12",    // private
		"192.0.0.0/24",     // protocol assignments; metadata of Oracle Cloud
		"192.0.2.0/24",     // documentation
		"192.31.196.0/24",  // AS112
		"192.52.193.0/24",  // AMT
		"192.88.99.0/24",   // relays of 6to4
		"192.168.0.0/16",   // private
		"192.175.48.0/24",  // AS112
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"224.0.0.0/4",      // multicast
		"240.0.0.0/4",      // reserved, broadcast
	)
	global6  = netip.MustParsePrefix("2000::/3") // all that is assigned to hosts
	special6 = prefixes(
		"2001::/23",         // protocol assignments: Teredo, benchmarks, ORCHID
		"2001:db8::/32",     // documentation
		"2002::/16",         // 6to4: an IPv4 address, possibly a private one
		"2620:4f:8000::/48", // AS112
		"3fff::/20",         // documentation
	)
	nat64 = netip.MustParsePrefix("64:ff9b::/96") // an IPv4 address in its last 32 bits; RFC 6052
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// public reports whether an address, without a zone and not mapped, is one of a host on
// the public Internet. Of IPv6 that is what is known to be, so that forms of IPv4
// addresses, unique local, link-local and multicast ones are not.
func public(addr netip.Addr) bool {
	if nat64.Contains(addr) {
		b := addr.As16()
		addr = netip.AddrFrom4([4]byte(b[12:]))
	}
	special := special4
	if addr.Is6() {
		if !global6.Contains(addr) {
			return false
		}
		special = special6
	}
	return addr.IsValid() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(addr) })
}
