package webhook

import (
	"context"
	"net"
	"net/http"
	"net/netip"
)

// SetDial makes d dial by a function, which no guard watches.
func (d *Dispatcher) SetDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	d.transport.(*http.Transport).DialContext = dial
}

// Control is what a dialer asks before it dials an address.
func (g *Guard) Control(address string, plain bool) error {
	network := "tcp4"
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is6() {
		network = "tcp6"
	}
	return g.control(context.WithValue(context.Background(), plainKey{}, plain), network, address, nil)
}
