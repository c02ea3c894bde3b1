//go:build !linux

package guard

import "net"

// quiesce does nothing: only Linux can ignore attempts to connect.
func quiesce(net.Listener) {}
