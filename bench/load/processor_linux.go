package main

import (
	"errors"
	"fmt"
	"runtime"
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

// onOneProcessor calls start, which starts a process. That runs on the last processor of this
// process only, whose others are left to those who send it requests.
func onOneProcessor(start func() error) (err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all, last unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return fmt.Errorf("read processors: %w", err)
	}
	for cpu, left := 0, all.Count(); left > 0; cpu++ {
		if all.IsSet(cpu) {
			if left--; left == 0 {
				last.Set(cpu)
			}
		}
	}
	if err := unix.SchedSetaffinity(0, &last); err != nil { // of this thread; the process inherits it
		return fmt.Errorf("choose processor: %w", err)
	}
	defer func() { err = errors.Join(err, unix.SchedSetaffinity(0, &all)) }()
	return start()
}
