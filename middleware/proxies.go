package middleware

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// ProxyConfig configures [TrustProxies]. The zero value trusts nobody.
type ProxyConfig struct {
	// Trusted are the networks (CIDR) and addresses of proxies that requests come through.
	Trusted []string
	// Forwarded reads the header Forwarded (RFC 7239), which then says address, scheme and
	// host, in place of X-Forwarded-For. Say what your proxies write: they pass
	// the other one on as the client sent it.
	Forwarded bool
	// Proto reads X-Forwarded-Proto, too. All proxies must set it.
	Proto bool
	// Host reads X-Forwarded-Host, too. All proxies must set it, which many do not.
	Host bool
}

// TrustProxies finds out from which client a request comes that passed through
// proxies. It believes the peer of the connection if that is trusted, then the
// address that this one names if that is trusted too, and so on: the client is the
// first address, from the right, that is not. What stands further left is never
// looked at, for anybody can write it.
//
// Behind it [http.Request.RemoteAddr] is the client, with port 0 when it is not
// known, and Host the one that the client asked for; see also [ClientAddr] and
// [IsSecure]. The headers stay as they are: do not read them. An entry that is no
// address ends the walk at the proxy that wrote it; so does the sixteenth.
//
// It is an error when an entry of Trusted is not a network or trusts every
// address, and when Forwarded is combined with Proto or Host.
// Source: RFC 7239, sections 4 to 7.
func TrustProxies(cfg ProxyConfig) (func(http.Handler) http.Handler, error) {
	p := proxies{cfg: cfg}
	var errs []error
	for _, text := range cfg.Trusted {
		network, err := parseNetwork(text)
		if err != nil {
			errs = append(errs, err)
		}
		p.trusted = append(p.trusted, network)
	}
	if cfg.Forwarded && (cfg.Proto || cfg.Host) {
		errs = append(errs, errors.New("middleware: ProxyConfig.Forwarded says scheme and host itself: leave Proto and Host out"))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, p.resolve(r))
		})
	}, nil
}

// parseNetwork reads an entry of ProxyConfig.Trusted.
func parseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil || p.Addr().Is4In6():
		return p, fmt.Errorf("middleware: ProxyConfig.Trusted has %q, want an address or a network such as 10.0.0.0/8", text)
	case p.Bits() == 0:
		return p, fmt.Errorf("middleware: ProxyConfig.Trusted has %q, which lets every client say who it is", text)
	case p != p.Masked():
		return p, fmt.Errorf("middleware: ProxyConfig.Trusted has %q with bits behind the mask, want %s or an address", text, p.Masked())
	}
	return p, nil
}

// ClientAddr returns the address of the client: what [TrustProxies] found out, or
// else the peer of the connection. It is invalid where there is none.
func ClientAddr(r *http.Request) netip.Addr {
	if o, ok := r.Context().Value(originKey{}).(*origin); ok {
		return o.client.Addr()
	}
	return peer(r).Addr()
}

// IsSecure reports whether the client uses TLS, towards this server or, as proxies say
// that [TrustProxies] trusts, towards them.
func IsSecure(r *http.Request) bool {
	if o, ok := r.Context().Value(originKey{}).(*origin); ok && o.proto != "" {
		return o.proto == "https"
	}
	return r.TLS != nil
}

type originKey struct{}

// An origin is what proxies say of a request.
type origin struct {
	client netip.AddrPort
	proto  string // http, https or empty for unknown
	host   string // empty for unknown
}

// peer returns who is at the other end of the connection.
func peer(r *http.Request) netip.AddrPort {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil { // such as on a Unix socket
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap().WithZone(""), p.Port())
}

// proxies are those of one ProxyConfig.
type proxies struct {
	cfg     ProxyConfig
	trusted []netip.Prefix
}

func (p *proxies) trusts(a netip.Addr) bool {
	for _, network := range p.trusted {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// resolve returns r as it would be without proxies. What an earlier TrustProxies
// found out counts no longer.
func (p *proxies) resolve(r *http.Request) *http.Request {
	client := peer(r)
	trusted := p.trusts(client.Addr())
	if !trusted && r.Context().Value(originKey{}) == nil {
		return r
	}
	o := &origin{client: client}
	switch {
	case !trusted:
		return r.WithContext(context.WithValue(r.Context(), originKey{}, o))
	case p.cfg.Forwarded:
		p.forwarded(o, r.Header["Forwarded"])
	default:
		p.forwardedFor(o, r.Header)
	}
	r = r.WithContext(context.WithValue(r.Context(), originKey{}, o))
	r.RemoteAddr = o.client.String()
	if o.host != "" {
		r.Host = o.host
	}
	return r
}

// maxHops is how many proxies are believed.
const maxHops = 16

// forwardedFor reads X-Forwarded-For and its kin. Of the others the last value
// counts, which the nearest proxy wrote.
func (p *proxies) forwardedFor(o *origin, h http.Header) {
	list := backwards{h["X-Forwarded-For"]}
	for hop := 0; hop < maxHops && p.trusts(o.client.Addr()); hop++ {
		item, ok := list.next()
		if !ok {
			break
		}
		node, ok := parseNode(item)
		if !ok {
			break
		}
		o.client = node
	}
	if p.cfg.Proto {
		proto, _ := (&backwards{h["X-Forwarded-Proto"]}).next()
		o.proto = parseProto(proto)
	}
	if p.cfg.Host {
		if host, _ := (&backwards{h["X-Forwarded-Host"]}).next(); isAuthority(host) {
			o.host = host
		}
	}
}

// forwarded reads the header Forwarded. Scheme and host are those that the
// outermost trusted proxy saw.
func (p *proxies) forwarded(o *origin, lines []string) {
	list := backwards{lines}
	for hop := 0; hop < maxHops && p.trusts(o.client.Addr()); hop++ {
		item, ok := list.next()
		if !ok {
			break
		}
		e, ok := parseForwarded(item)
		if !ok {
			break
		}
		o.client = e.client
		o.proto, o.host = e.proto, e.host
	}
}

func parseProto(s string) string {
	switch {
	case strings.EqualFold(s, "https"):
		return "https"
	case strings.EqualFold(s, "http"):
		return "http"
	}
	return ""
}
