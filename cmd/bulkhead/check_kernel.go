package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

func checkKernel(e *examination) []finding {
	if e.Host.Kernel == "" {
		return []finding{{"kernel", unclear, "its release cannot be read", ""}}
	}
	return []finding{{"kernel", works, "Linux " + e.Host.Kernel, ""}}
}

// checkNamespaces looks which links a process has in /proc/PID/ns.
func checkNamespaces(e *examination) []finding {
	entries, err := os.ReadDir(filepath.Join(e.roots.Proc, "self", "ns"))
	if err != nil {
		return []finding{{"namespaces", unclear, "cannot be listed: " + reason(err), ""}}
	}
	have := map[string]bool{}
	for _, entry := range entries {
		have[entry.Name()] = true
	}
	var types, missing []string
	for _, t := range probe.NamespaceTypes {
		if have[t.String()] {
			types = append(types, t.String())
		} else {
			missing = append(missing, t.String())
		}
	}
	f := finding{"namespaces", works, strings.Join(types, " "), ""}
	if len(missing) > 0 {
		f.State, f.Help = partly, "a newer kernel, or one built with them, has "+strings.Join(missing, " ")+" too"
	}
	return []finding{f, checkIDs(e)}
}

// reason returns the kernel's part of an error.
func reason(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

// checkIDs looks whether any namespace told its 64-bit id.
func checkIDs(e *examination) finding {
	f := finding{"namespace ids", unclear, "no namespace could be asked", ""}
	for i := range e.Namespaces {
		switch id := e.Namespaces[i].ID; id.State() {
		case reading.Present:
			return finding{"namespace ids", works, "a namespace is known by a number that is never reused", ""}
		case reading.Unsupported:
			f = finding{
				"namespace ids", partly, "a namespace is known again since its descriptor is held between two scans, which keeps it alive so long",
				"Linux 6.18 or later has NS_GET_ID",
			}
		case reading.Absent, reading.Denied, reading.Unlimited, reading.Unreached:
		}
	}
	return f
}

// checkCalls tries the system calls by which processes are acted on without mistaking one for another.
func checkCalls(e *examination) []finding {
	if !e.live() {
		return nil
	}
	fd, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		return []finding{{"pidfd", lacking, "a pid may pass to another process before it is acted on: " + reason(err), "Linux 5.3 or later has pidfd_open"}}
	}
	_ = unix.Close(fd) // Nothing was written.
	return []finding{{"pidfd", works, "a process is held while it is acted on", ""}}
}

// checkPressure looks whether the kernel measures how long tasks wait.
func checkPressure(e *examination) []finding {
	if e.Host.SubsetPID {
		return []finding{{"pressure", unclear, "this /proc does not say (subset=pid)", ""}}
	}
	_, err := os.ReadFile(filepath.Join(e.roots.Proc, "pressure", "cpu"))
	switch {
	case err == nil:
		return []finding{{"pressure", works, "of the host, and of groups of version 2", ""}}
	case errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, os.ErrNotExist):
		return []finding{{"pressure", lacking, "is not measured by this kernel", "boot with psi=1, on Linux 4.20 or later built with CONFIG_PSI"}}
	}
	return []finding{{"pressure", unclear, "cannot be read: " + reason(err), ""}}
}

// sysctl reads a number below /proc/sys.
func sysctl(e *examination, name string) (int64, error) {
	text, err := os.ReadFile(filepath.Join(e.roots.Proc, "sys", strings.ReplaceAll(name, ".", "/")))
	if err != nil {
		return 0, fmt.Errorf("read sysctl %s: %w", name, err)
	}
	number, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read sysctl %s: %w", name, err)
	}
	return number, nil
}
