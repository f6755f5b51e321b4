package taskiter

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrUnsupported is returned on an architecture for which no object was made.
var ErrUnsupported = errors.New("it was made for amd64 and arm64 only")

// ErrLost is returned where not all tasks could be gone through, as again and again the one was gone from which to go on. The next
// time all may be.
var ErrLost = errors.New("processes ended faster than they could be gone through")

// kernelTypes is where the kernel tells the layout of its structs; CONFIG_DEBUG_INFO_BTF, since Linux 5.4.
const kernelTypes = "/sys/kernel/btf/vmlinux"

var (
	errRights = errors.New("it needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN")
	errTypes  = errors.New("the kernel does not tell its types (CONFIG_DEBUG_INFO_BTF)")
)

// lacking says what is known to be missing before anything is tried.
func lacking() error {
	mask, err := effective()
	if err != nil {
		return err
	}
	has := func(capability uint) bool { return mask>>capability&1 != 0 }
	if !has(unix.CAP_SYS_ADMIN) && (!has(unix.CAP_BPF) || !has(unix.CAP_PERFMON)) {
		return fmt.Errorf("load the task iterator: %w", errRights)
	}
	if err := unix.Access(kernelTypes, unix.R_OK); err != nil {
		return fmt.Errorf("load the task iterator: %w: %s: %w", errTypes, kernelTypes, err)
	}
	return nil
}

// effective returns the effective capabilities of the program; see capget(2).
func effective() (uint64, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return 0, fmt.Errorf("capget: %w", err)
	}
	return uint64(data[1].Effective)<<32 | uint64(data[0].Effective), nil
}

// explain adds to an error of the kernel what it most likely means.
func explain(err error) error {
	text, unreadable := os.ReadFile("/sys/kernel/security/lockdown") // Absent without the security module.
	switch {
	case unreadable == nil && strings.Contains(string(text), "[confidentiality]"):
		return fmt.Errorf("the kernel is locked down (confidentiality): %w", err)
	case errors.Is(err, unix.EPERM) && older(5, 11):
		return fmt.Errorf("%w (before Linux 5.11 it also takes 1.2 MiB of locked memory: ulimit -l)", err)
	case errors.Is(err, unix.EPERM):
		return fmt.Errorf("%w (the rights count in the initial user namespace alone, and a container's seccomp filter may forbid bpf(2))", err)
	case older(5, 8):
		return fmt.Errorf("it needs Linux 5.8: %w", err)
	}
	return err
}

// older reports whether the kernel is older than a release; see uname(2). A distribution's may have had what is newer
// brought back into it, so that this explains a failure and forbids nothing.
func older(major, minor int) bool {
	var name unix.Utsname
	var ma, mi int
	if unix.Uname(&name) != nil {
		return false
	}
	if _, err := fmt.Sscanf(unix.ByteSliceToString(name.Release[:]), "%d.%d", &ma, &mi); err != nil {
		return false
	}
	return ma < major || ma == major && mi < minor
}
