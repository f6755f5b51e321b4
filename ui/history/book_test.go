package history

import (
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

var lab = probe.GroupKey{Hierarchy: "v2", Path: "/lab"}

// snapshot has one group.
func snapshot(at time.Time, inode, pids uint64) *probe.Snapshot {
	return &probe.Snapshot{At: at, Groups: []probe.Group{{
		GroupKey: lab, Inode: inode, Dir: "/sys/fs/cgroup/lab", CPU: reading.Of(0.5), Values: &cgroup.Values{PIDs: reading.Of(pids)},
	}}}
}

func TestBook(t *testing.T) {
	begin := time.Unix(1e9, 0)
	b := NewBook()
	watched := []probe.GroupKey{lab}
	var last *probe.Snapshot
	take := func(after time.Duration, inode, pids uint64, keys []probe.GroupKey) {
		last = snapshot(begin.Add(after), inode, pids)
		b.Take(last, keys, time.Second)
	}
	of := func() string {
		s, end, ok := b.Of(&last.Groups[0], PIDs)
		if !ok {
			return "nothing"
		}
		return states(s.columns(end, 12))
	}
	steps := []struct {
		name        string
		after       time.Duration
		inode, pids uint64
		keys        []probe.GroupKey
		want        string
	}{
		{"first", 0, 1, 1, watched, "           1"},
		{"second", time.Second, 1, 3, watched, "          13"},
		{"the same snapshot again", time.Second, 1, 9, watched, "          13"},
		{"after a pause", 31 * time.Second, 1, 4, watched, "       13.44"},
		{"not watched", 32 * time.Second, 1, 9, nil, "       13.44"},
		{"made again", 33 * time.Second, 2, 2, watched, "           2"},
	}
	for _, step := range steps {
		take(step.after, step.inode, step.pids, step.keys)
		if got := of(); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
	if _, _, ok := b.Of(&last.Groups[0], Memory); ok {
		t.Error("has a history of memory, which was never known")
	}
	take(10*time.Minute, 3, 1, nil)
	if len(b.groups) != 0 {
		t.Errorf("%d groups are remembered long after they were watched", len(b.groups))
	}
}

// TestCount keeps each count from when it was first told: one that could not be read at first too, and one that began anew.
func TestCount(t *testing.T) {
	begin := time.Unix(1e9, 0)
	b := NewBook()
	var last *probe.Snapshot
	for i, counts := range []map[string]uint64{{}, {"oom": 4}, {"oom": 5, "forks": 7}, {"oom": 6, "forks": 2}, {"forks": 3}} {
		last = snapshot(begin.Add(time.Duration(i)*10*time.Second), 1, 1)
		b.Take(last, []probe.GroupKey{lab}, 10*time.Second)
		b.Count(lab, 1, counts)
	}
	type counted struct {
		first uint64
		since time.Duration
		ok    bool
	}
	for name, want := range map[string]counted{"oom": {4, 30 * time.Second, true}, "forks": {2, 10 * time.Second, true}, "none": {}} {
		var got counted
		if got.first, got.since, got.ok = b.Counted(&last.Groups[0], name); got.ok != want.ok || want.ok && got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}
