package ratelimit

import (
	"context"
	"errors"
	"net/http"
	"net/netip"

	"github.com/tenonapi/tenon"
)

// An Owner tells whose quota a request uses.
type Owner struct {
	stage   stager
	request func(*http.Request) string // nil when only a stage knows
}

// A stager makes the stage of a limit.
type stager interface {
	option(run stage, opts []tenon.Option) tenon.Option
}

type stage = func(ctx context.Context, owner string, c *tenon.Call) error

// By takes the owner from a parameter struct, which may depend on anything that is
// provided. It is for [Limit].
func By[In any](owner func(in *In) string) Owner {
	return Owner{stage: &by[In]{owner}}
}

type by[In any] struct{ owner func(*In) string }

func (b *by[In]) option(run stage, opts []tenon.Option) tenon.Option {
	if b.owner == nil {
		return tenon.Mistake(errors.New("ratelimit.By was given no function"))
	}
	limit := func(ctx context.Context, in *In, c *tenon.Call) error { return run(ctx, b.owner(in), c) }
	return tenon.Around(limit, opts...)
}

// ByCaller gives each [tenon.Caller] a quota.
func ByCaller() Owner {
	return By(func(in *struct{ Caller tenon.Caller }) string { return string(in.Caller) })
}

// ByRequest takes the owner from a request.
func ByRequest(owner func(r *http.Request) string) Owner {
	if owner == nil {
		return Owner{stage: new(by[struct{}])}
	}
	o := By(func(in *struct{ Request *http.Request }) string { return owner(in.Request) })
	o.request = owner
	return o
}

// ByAddress gives each client address a quota, see [Address].
func ByAddress() Owner { return ByRequest(Address) }

// Address returns the address of a client: that of the connection, which middleware
// may have replaced by the one that trusted proxies tell. Of IPv6 addresses it is
// the network of 64 bits, of which one client may have all.
func Address(r *http.Request) string {
	ip, err := netip.ParseAddr(r.RemoteAddr)
	if at, errPort := netip.ParseAddrPort(r.RemoteAddr); errPort == nil {
		ip, err = at.Addr(), nil
	}
	if err != nil {
		return r.RemoteAddr
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	network, _ := ip.Prefix(64) // of an IPv6 address: it cannot fail
	return network.String()
}
