package cgroups

import (
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
)

// selected returns the screen with a group selected.
func selected(t *testing.T, m Model, label, path string) Model {
	t.Helper()
	m, ok := reveal(m, groupTarget(label, path))
	if !ok {
		t.Fatalf("%s:%s was not found", label, path)
	}
	return m
}

func back(t *testing.T, m Model, want bool) Model {
	t.Helper()
	next, ok := m.Back()
	if ok != want {
		t.Errorf("back led out of a subtree: %v, want %v", ok, want)
	}
	return next.(Model)
}

func TestSubtree(t *testing.T) {
	m := press(t, selected(t, open(t, deepHost().snapshot(), 80, 50), "v2", "/b/m"), "R")
	wantSelected(t, m, "/b/m")
	if got := names(m); len(got) != 21 || got[0] != "/b/m" || got[1] != "a" {
		t.Errorf("rows %q, want /b/m and the 20 groups in it", got)
	}
	if shown, total := m.Count(); shown != 21 || total != 87 || m.Note() != "in /b/m" {
		t.Errorf("%d of %d, %q, want 21 of 87, in /b/m", shown, total, m.Note())
	}
	m = press(t, m, "down", "down", "down", "R")
	wantNames(t, m, "/b/m/c")
	m = back(t, m, true)
	wantSelected(t, m, "/b/m/c")
	m = press(t, m, "up", "up", "up", "R")
	wantSelected(t, m, "/b/m")
	if got := m.rows.Len(); got <= 21 || m.Note() != "" {
		t.Errorf("%d rows, %q, want all again", got, m.Note())
	}
	back(t, m, false)
}

func TestSubtreeOfAProcess(t *testing.T) {
	m, _ := reveal(open(t, v2Host(t).snapshot(), 80, 30), groupTarget("v2", "/docker/"+container))
	m = press(t, m, "right", "down", "R")
	wantNames(t, m, "/docker/"+container, "20553 root nginx", "20570 root nginx")
	wantSelected(t, m, "20553")
}

func TestSubtreeIsOneHierarchy(t *testing.T) {
	m := press(t, selected(t, open(t, hybridHost(t).snapshot(), 120, 30), "cpuset", "/"), "R")
	wantNames(t, m, "cpuset", "lab", "one")
}

func TestRevealLeadsOutOfASubtree(t *testing.T) {
	m := press(t, selected(t, open(t, hybridHost(t).snapshot(), 120, 30), "cpuset", "/one"), "R")
	task := probe.TaskKey{PID: 70, TID: 70, Start: 70}
	inside, ok := m.revealTask(task)
	if !ok || inside.Note() != "in cpuset:/one" {
		t.Errorf("a process of the subtree: %v, %q, want it within", ok, inside.Note())
	}
	outside := selected(t, m, "freezer", "/ice")
	wantSelected(t, outside, "freezer:/ice")
	if outside.Note() != "" {
		t.Errorf("%q, want all hierarchies in view", outside.Note())
	}
}

func TestSubtreeThatIsGone(t *testing.T) {
	s := v2Host(t).snapshot()
	m, _ := New().Root(probe.GroupKey{Hierarchy: "v2", Path: "/x"}).Resize(80, 10).(Model)
	m = sync(t, m, s)
	if got := view(m); !strings.Contains(got, "there is no group /x now") {
		t.Errorf("view %q, want that the group is not there", got)
	}
	h := v2Host(t)
	s = h.group("v2", "/x", limits(t)).group("v2", "/x/y", limits(t)).snapshot()
	m = sync(t, m, s)
	wantNames(t, m, "/x", "y")
	m = sync(t, m, v2Host(t).snapshot()) // It is shown for a while yet.
	m = back(t, m, true)
	if got := m.rows.Len(); got < 7 {
		t.Errorf("%d rows, want those of all groups", got)
	}
	if m = press(t, m, "R", "R"); m.Note() != "" {
		t.Errorf("%q, want all again after the same key", m.Note())
	}
}

func TestFilterWithinASubtree(t *testing.T) {
	s := deepHost().snapshot()
	m := press(t, selected(t, open(t, s, 80, 50), "v2", "/a/n"), "R")
	m = sync(t, m, s, "cg:/m/c")
	if got := view(m); !strings.Contains(got, "no group matches") {
		t.Errorf("view %q, want nothing of what is outside", got)
	}
	wantNames(t, sync(t, m, s, "cg:n/c"), "/a/n", "c")
}

func TestEmptyGroupsOfASubtree(t *testing.T) {
	m := press(t, selected(t, open(t, deepHost().snapshot(), 80, 50), "v2", "/b"), "R", "E")
	wantNames(t, m, "/b", "m", "c")
	if want := "in /b, empty ones hidden"; m.Note() != want {
		t.Errorf("note %q, want %q", m.Note(), want)
	}
	wantNames(t, press(t, selected(t, m, "v2", "/a/n/a"), "R", "E"), "/a/n/a")
}

func TestFlatList(t *testing.T) {
	m := press(t, selected(t, open(t, v2Host(t).snapshot(), 120, 30), "v2", "/lab/a"), "t")
	wantNames(t, m, "v2", "/docker", "/docker/"+container, "/lab", "/lab/a", "/lab/threads", "/old")
	wantSelected(t, m, "/lab/a")
	wantNames(t, press(t, m, "I"), "/old", "/lab/threads", "/lab/a", "/lab", "/docker/"+container, "/docker", "v2")
	byCPU := press(t, m, ">", ">", ">")
	wantNames(t, byCPU, "/lab/a", "/docker/"+container, "/docker", "/lab", "v2", "/lab/threads", "/old")
	if want := "flat"; byCPU.Note() != want {
		t.Errorf("note %q, want %q", byCPU.Note(), want)
	}
	wantNames(t, press(t, byCPU, "t"), "v2", "docker", container, "lab", "a", "threads", "old")
}

func TestProcessesInAFlatList(t *testing.T) {
	m := press(t, open(t, v2Host(t).snapshot(), 120, 30), "t", ">", ">", ">", "M")
	want := []string{
		"/lab/a", "31 root sh", "/docker/" + container, "20553 root nginx", "20570 root nginx", "/docker", "/lab", "v2",
		"1 root systemd", "/lab/threads", "32 root sleep", "/old",
	}
	wantNames(t, m, want...)
	if row := m.rows.Row(1); row.Cells[slices.Index(m.rows.columns, columnMemory)].Text != "12M" {
		t.Errorf("cells of a process: %+v, want its memory", row.Cells)
	}
	m = press(t, m, "left")
	wantSelected(t, m, "/lab/a")
	wantNames(t, m, append(want[:1:1], want[2:]...)...)
	m = press(t, m, "right", "right")
	wantSelected(t, m, "31")
	wantSelected(t, press(t, m, "left"), "/lab/a")
}

func TestFilterOfAFlatList(t *testing.T) {
	m := press(t, open(t, v2Host(t).snapshot(), 120, 30, "nginx"), "t")
	wantNames(t, m, "/docker/"+container) // Those above it do not match, and are of no use here.
	wantNames(t, press(t, m, "right"), "/docker/"+container, "20553 root nginx", "20570 root nginx")
}

func TestFlatListOfManyHierarchies(t *testing.T) {
	m := press(t, open(t, hybridHost(t).snapshot(), 120, 30), "t")
	wantNames(t, m, "v2", "cpu,cpuacct", "cpu,cpuacct:/batch", "cpuset", "cpuset:/lab", "cpuset:/one", "freezer", "freezer:/ice",
		"name=elogind", "name=elogind:/c2")
}

func TestDepth(t *testing.T) {
	m := open(t, deepHost().snapshot(), 80, 30)
	m = press(t, m, "{")
	wantNames(t, m, "v2", "a", "b")
	if want := "to depth 1"; m.Note() != want {
		t.Errorf("note %q, want %q", m.Note(), want)
	}
	m = press(t, m, "{", "{")
	wantNames(t, m, "v2")
	m = press(t, m, "}", "}", "right", "left") // What is closed by hand gives way to the next depth.
	m = press(t, m, "}")
	if got := m.rows.Len(); got != 87 {
		t.Errorf("%d rows at the greatest depth, want 87", got)
	}
	wantNames(t, press(t, m, "}", "{"), "v2", "a", "m", "n", "b", "m", "n")
	wantNames(t, press(t, m, "*"), "v2")
	wantNames(t, press(t, m, "*", "}"), "v2", "a", "b")
	wantNames(t, press(t, m, "*", "*", "{"), "v2", "a", "m", "n", "b", "m", "n")
}

func TestDepthIsCountedFromTheRoot(t *testing.T) {
	m := press(t, selected(t, open(t, deepHost().snapshot(), 80, 50), "v2", "/a"), "R", "{", "{", "}")
	wantNames(t, m, "/a", "m", "n")
	if want := "in /a, to depth 1"; m.Note() != want {
		t.Errorf("note %q, want %q", m.Note(), want)
	}
}

func TestDepthWhileFiltering(t *testing.T) {
	s := deepHost().snapshot()
	m := press(t, open(t, s, 80, 50), "{", "{")
	m = sync(t, m, s, "cg:/m/c")
	wantNames(t, m, "v2", "a", "m", "c", "b", "m", "c")
	wantNames(t, press(t, m, "{"), "v2", "a", "m", "b", "m")
	wantNames(t, sync(t, m, s), "v2")
}
