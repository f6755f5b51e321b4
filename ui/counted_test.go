package ui

import (
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
)

// TestEventsAreCountedOfWhatWasRead takes no count from a reading that failed.
func TestEventsAreCountedOfWhatWasRead(t *testing.T) {
	m := scanned(t, "hybrid")
	g := &m.live.frame.Now.Groups[0]
	m.book = history.NewBook()
	m.book.Take(m.live.frame.Now, []probe.GroupKey{g.GroupKey}, m.live.interval)
	read := func(forks uint64) probe.GroupDetail {
		return probe.GroupDetail{GroupKey: g.GroupKey, Inode: g.Inode, Account: cgroup.Account{PIDs: cgroup.PIDsAccount{Refused: reading.Of(forks)}}}
	}
	m = send(m, groupMsg{read(3), probe.ErrNotFound})
	if n, _, ok := m.book.Counted(g, "forks refused"); ok {
		t.Errorf("counted %d of what could not be read", n)
	}
	m = send(m, groupMsg{read(5), nil}, groupMsg{read(6), nil})
	if n, _, ok := m.book.Counted(g, "forks refused"); !ok || n != 5 {
		t.Errorf("got %d, %v, want 5", n, ok)
	}
}
