package proc_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/prometheus/procfs"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
)

// TestAgainstProcfs compares what is read of every process with what another reader makes of the same files. A process
// that changes is asked again, until both have seen the same.
func TestAgainstProcfs(t *testing.T) {
	dir, r := openProc(t)
	startChild(t)
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		for attempt := 1; ; attempt++ {
			got, want := ours(r, entry.PID), theirs(int(entry.PID))
			if got == want {
				break
			}
			if attempt == 100 {
				t.Errorf("pid %d:\n%s, procfs:\n%s", entry.PID, got, want)
				break
			}
		}
	}
	self := int32(os.Getpid())
	if !slices.ContainsFunc(entries, func(e proc.Entry) bool { return e.PID == self }) {
		t.Errorf("%d is not listed", self)
	}
}

const facts = "comm %q state %c parent %d flags %#x start %d threads %d rss %d psr %d uid %d gid %d NSpid %v CPUs %v"

func ours(r *proc.Reader, pid int32) string {
	var s proc.Stat
	if r.Open(pid) != nil || r.Stat(&s) != nil {
		return "gone"
	}
	status, err := r.Status()
	if err != nil {
		return "gone"
	}
	return fmt.Sprintf(facts, s.Comm, s.State, s.PPID, s.Flags, s.Start, s.Threads, s.RSS, s.PSR,
		status.UID.Effective, status.GID.Saved, status.NSpid.Or(nil), status.CPUsAllowed.Or(cpulist.Set{}).All())
}

func theirs(pid int) string {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return "gone"
	}
	s, err := p.Stat()
	if err != nil {
		return "gone"
	}
	status, err := p.NewStatus()
	if err != nil {
		return "gone"
	}
	return fmt.Sprintf(facts, s.Comm, s.State[0], s.PPID, s.Flags, s.Starttime, s.NumThreads, s.ResidentMemory(),
		s.Processor, status.UIDs[1], status.GIDs[2], status.NSpids, status.CpusAllowedList)
}
