package probe

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/moby/sys/mountinfo"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// hostPeriod is after how many scans the facts of the host are read anew; they hardly ever change.
const hostPeriod = 16

// scanHost reads what holds for the whole host.
func (s *Scanner) scanHost() Host {
	if s.tick%hostPeriod == 1 {
		s.host = s.readHost()
	}
	s.host.Mode = s.groups.mode
	return s.host
}

func (s *Scanner) readHost() Host {
	s.mountinfo = s.readMountinfo()
	h := Host{
		Name:   firstLine(filepath.Join(s.roots.Proc, "sys/kernel/hostname")),
		Kernel: firstLine(filepath.Join(s.roots.Proc, "sys/kernel/osrelease")),
		CPUs:   onlineCPUs(filepath.Join(s.roots.Sys, "devices/system/cpu/online")),
		Boot:   bootTime(filepath.Join(s.roots.Proc, "stat")),
		Self:   selfPID(filepath.Join(s.roots.Proc, "self")),
		UID:    uint32(os.Geteuid()), //nolint:gosec // A user id is never negative on Linux.
	}
	h.User = s.users.name(reading.Of(h.UID))
	h.Caps = s.ownCaps(h.Self)
	h.Hidepid, h.SubsetPID = procOptions(s.mountinfo)
	return h
}

// firstLine returns the first line of a small file, empty where it cannot be read.
func firstLine(path string) string {
	text, err := os.ReadFile(path) //nolint:gosec // The caller's root was chosen by the user.
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

func onlineCPUs(path string) Reading[cpulist.Set] {
	text, err := os.ReadFile(path) //nolint:gosec // The caller's root was chosen by the user.
	if err != nil {
		return reading.None[cpulist.Set](reading.Why(err))
	}
	return reading.From(cpulist.Parse(string(text)))
}

// bootTime returns the btime line of proc_stat(5), zero where there is none.
func bootTime(path string) time.Time {
	text, err := os.ReadFile(path) //nolint:gosec // The caller's root was chosen by the user.
	if err != nil {
		return time.Time{}
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "btime "); ok {
			seconds, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err == nil {
				return time.Unix(seconds, 0)
			}
		}
	}
	return time.Time{}
}

// selfPID returns the pid that /proc/self links to, 0 where there is none.
func selfPID(path string) int32 {
	target, err := os.Readlink(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.ParseInt(target, 10, 32)
	if err != nil {
		return 0
	}
	return int32(pid)
}

// ownCaps returns the effective capabilities of the reader.
func (s *Scanner) ownCaps(self int32) []string {
	r := s.proc.NewReader()
	if err := r.Open(self); err != nil {
		return nil
	}
	defer r.Close()
	status, err := r.Status()
	if err != nil {
		return nil
	}
	return proc.CapabilityNames(status.Effective.Or(0))
}

// procOptions returns the hidepid and subset options of the mount that /proc is, by proc_pid_mountinfo(5).
func procOptions(mountInfo []byte) (hidepid string, subsetPID bool) {
	mounts, err := mountinfo.GetMountsFromReader(bytes.NewReader(mountInfo), mountinfo.SingleEntryFilter(Live.Proc))
	if err != nil {
		return "", false
	}
	for _, m := range mounts {
		for option := range strings.SplitSeq(m.VFSOptions, ",") {
			if value, ok := strings.CutPrefix(option, "hidepid="); ok {
				hidepid = value
			}
			subsetPID = subsetPID || option == "subset=pid"
		}
	}
	return hidepid, subsetPID
}
