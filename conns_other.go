//go:build !unix

package tenon

func defaultConns() int { return mostConns }
