//go:build unix

package tenon

import "syscall"

// defaultConns leaves half of the descriptors to what requests need, such as connections to a database:
// clients that take all of them would leave none of them served.
func defaultConns() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur/2 >= mostConns {
		return mostConns
	}
	return max(1, int(limit.Cur/2)) //nolint:gosec // less than mostConns
}
