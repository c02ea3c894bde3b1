package main

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// processorTime returns for how long a process has had a processor, to the nanosecond.
// Source: clock_getcpuclockid(3) of the GNU C library, for the number of the clock.
func processorTime(pid int) (time.Duration, error) {
	const clockOfProcess = 2 // CPUCLOCK_SCHED
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|clockOfProcess, &t); err != nil { //nolint:gosec // a pid has 22 bits
		return 0, fmt.Errorf("read processor time of %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}
