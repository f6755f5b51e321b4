package cgroups

import (
	"slices"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// looseHost has a group that holds a thread alone, one below which there is such a group, one whose process is out of sight,
// and one that is empty. The threads are in the snapshot once they were asked for.
func looseHost(read bool) *probe.Snapshot {
	h := (&host{}).mount("freezer", "/sys/fs/cgroup/freezer", 1)
	for _, path := range []string{"/a", "/deep", "/deep/in", "/unseen", "/z"} {
		h.group("freezer", path, cgroup.Values{})
	}
	h.task(7, "many", "freezer:/").task(9, "sh", "freezer:/")
	s := h.snapshot()
	for i := range s.Groups {
		switch g := &s.Groups[i]; g.Path {
		case "/a", "/deep/in":
			g.Loose = of([]int32{7})
		case "/unseen":
			g.Unseen, g.Loose = true, of([]int32{})
		case "/z":
			g.Loose = of([]int32{})
		}
	}
	if read {
		inside := h.task(7, "worker", "freezer:/a").tasks[2]
		outside := h.task(7, "other", "freezer:/").tasks[3]
		inside.TID, outside.TID = 71, 72
		s.Threads = []probe.Task{s.Tasks[0], inside, outside}
	}
	return s
}

// state returns the cells of a group's state and of its processes.
func stateOf(t *testing.T, m Model, name string) (state, total string) {
	t.Helper()
	i := slices.Index(names(m), name)
	if i < 0 {
		t.Fatalf("no row %s among %q", name, names(m))
	}
	row := m.rows.Row(i)
	return row.Cells[columnState].Text, row.Cells[columnTotal].Text
}

func TestThreadsOnly(t *testing.T) {
	m := open(t, looseHost(false), 100, 20)
	for name, want := range map[string][2]string{
		"a": {"threads only", "(1)"}, "deep": {"populated", "0"}, "unseen": {"populated", "0"}, "z": {"empty", "0"},
	} {
		if state, total := stateOf(t, m, name); state != want[0] || total != want[1] {
			t.Errorf("%s is %q with %s processes, want %q and %s", name, state, total, want[0], want[1])
		}
	}
	wantNames(t, press(t, m, "E"), "freezer", "a", "deep", "in", "unseen")
	wantNames(t, open(t, looseHost(false), 100, 20, "comm:many", "cg:/a"), "freezer", "a")
}

// A version 2 group, too, says that there are threads only, rather than that it is threaded.
func TestThreadsOnlyInVersion2(t *testing.T) {
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2)
	s := h.group("v2", "/t", cgroup.Values{Type: of("threaded"), Populated: of(true)}).task(7, "many", "v2:/").snapshot()
	s.Groups[1].Loose = of([]int32{7, 8})
	if state, total := stateOf(t, open(t, s, 100, 20), "t"); state != "threads only" || total != "(2)" {
		t.Errorf("%q with %s processes, want threads only of (2)", state, total)
	}
}

func TestListThatMayNotBeRead(t *testing.T) {
	s := looseHost(false)
	for i := range s.Groups {
		s.Groups[i].Loose = reading.None[[]int32](reading.Denied)
	}
	if state, _ := stateOf(t, open(t, s, 100, 20), "z"); state != "none seen" {
		t.Errorf("a group whose list is denied is %q, want none seen", state)
	}
}

func TestLooseThreadsAreListed(t *testing.T) {
	m := press(t, open(t, looseHost(false), 100, 20), "down")
	if got := m.Want().Threads; len(got) > 0 {
		t.Errorf("threads of %v are wanted before a group is open to them", got)
	}
	m = press(t, m, "right")
	if got := m.Want().Threads; !slices.Equal(got, []int32{7}) {
		t.Errorf("threads of %v are wanted, want those of 7", got)
	}
	m = sync(t, m, looseHost(true))
	wantNames(t, m, "freezer", "a", "7/71 root worker, loose thread", "deep", "in", "unseen", "z")
	wantMarks(t, m)
	m = press(t, m, "down")
	if target, _ := m.Selected(); target != screen.ToTask(probe.TaskKey{PID: 7, TID: 71, Start: 7}) {
		t.Errorf("selected %+v, want thread 71", target)
	}
	m.list = m.list.SetSize(100, 2) // The thread alone is in view.
	if want := m.Want(); !slices.Equal(want.Threads, []int32{7}) || len(want.Watch) > 0 {
		t.Errorf("wants %+v, want the threads of 7", want)
	}
}

func TestNoteOfHiddenGroups(t *testing.T) {
	m := open(t, looseHost(false), 100, 20)
	if got := m.Note(); got != "" {
		t.Errorf("note %q with all groups shown", got)
	}
	m = press(t, m, "E")
	if got := m.Note(); got != "empty ones hidden" {
		t.Errorf("note %q with one group hidden", got)
	}
}
