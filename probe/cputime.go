package probe

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime returns the user and system time of the running program; see getrusage(2).
func cpuTime() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// threadTime returns the user and system time of the running thread, which the goroutine must be locked to; see getrusage(2).
func threadTime() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
