package guard

import (
	"net"
	"syscall"
)

// noSYN is a filter of packets that lets pass all but the first of a connection: those
// with SYN and without ACK, which are bits of the byte 13 of a TCP header.
// Source: RFC 9293, section 3.1.
var noSYN = []syscall.SockFilter{
	{Code: syscall.BPF_LD | syscall.BPF_B | syscall.BPF_ABS, K: 13},
	{Code: syscall.BPF_ALU | syscall.BPF_AND | syscall.BPF_K, K: 0x12},
	{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: 0x02, Jt: 1},
	{Code: syscall.BPF_RET | syscall.BPF_K, K: 0xffffffff},
	{Code: syscall.BPF_RET | syscall.BPF_K, K: 0},
}

// quiesce makes the system ignore attempts to connect to l. Those who make them try
// again a second later and are refused then, in place of getting a connection that
// nobody accepts any more. It does nothing for listeners that are not of TCP,
// and for those of Multipath TCP, which take no filter.
func quiesce(l net.Listener) {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return // it is closed
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.AttachLsf(int(fd), noSYN) //nolint:staticcheck // what replaces it is a module; without the filter a few connections may break
	})
}
