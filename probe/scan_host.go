package probe

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// hostPeriod is after how many scans the facts of the host are read anew; they hardly ever change.
const hostPeriod = 16

// scanHost reads what holds for the whole host.
func (s *Scanner) scanHost() Host {
	if s.hostTick == 0 || s.tick-s.hostTick >= hostPeriod {
		s.host, s.hostTick = s.readHost(), s.tick
	}
	s.host.Mode = s.groups.mode
	return s.host
}

func (s *Scanner) readHost() Host {
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
	h.Disabled = s.roots.disabled()
	mounts, _ := s.readMountinfo() // Where it cannot be read the groups have a gap.
	h.Hidepid, h.SubsetPID = s.procMount(mounts)
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

// procMount returns the options of the mount that the processes are read through. Of the kernel's own files, wherever they
// are mounted, it is known by the device they lie on; of others, which are laid out like a host, it is the one at /proc.
func (s *Scanner) procMount(mountInfo []byte) (hidepid string, subsetPID bool) {
	device, ok := procDevice(s.roots.Proc)
	if !ok {
		return procOptions(mountInfo, atProc)
	}
	on := func(m *mountinfo.Info) bool {
		return m.FSType == "proc" && unix.Mkdev(uint32(m.Major), uint32(m.Minor)) == device //nolint:gosec // Never negative.
	}
	if own, err := os.ReadFile(filepath.Join(Live.Proc, "self/mountinfo")); err == nil {
		mountInfo = own // Who is read here may not see the mount.
	}
	return procOptions(mountInfo, on)
}

// procDevice returns the device of a directory, where it is of the kernel's proc filesystem.
func procDevice(dir string) (uint64, bool) {
	var fs unix.Statfs_t
	var st unix.Stat_t
	if unix.Statfs(dir, &fs) != nil || fs.Type != unix.PROC_SUPER_MAGIC || unix.Stat(dir, &st) != nil {
		return 0, false
	}
	return st.Dev, true
}

// atProc reports whether something is mounted at /proc.
func atProc(m *mountinfo.Info) bool { return m.Mountpoint == Live.Proc }

// procOptions returns the hidepid and subset options of a mount, by proc_pid_mountinfo(5). Of mounts on top of each other
// the last one counts.
func procOptions(mountInfo []byte, wanted func(*mountinfo.Info) bool) (hidepid string, subsetPID bool) {
	skip := func(m *mountinfo.Info) (skip, stop bool) { return !wanted(m), false }
	mounts, err := mountinfo.GetMountsFromReader(bytes.NewReader(mountInfo), skip)
	if err != nil || len(mounts) == 0 {
		return "", false
	}
	for option := range strings.SplitSeq(mounts[len(mounts)-1].VFSOptions, ",") {
		if value, ok := strings.CutPrefix(option, "hidepid="); ok {
			hidepid = value
		}
		subsetPID = subsetPID || option == "subset=pid"
	}
	return hidepid, subsetPID
}
