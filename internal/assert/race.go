//go:build race

package assert

// Race says that the race detector is on, with which code allocates more.
const Race = true
