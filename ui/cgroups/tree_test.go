package cgroups

import (
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/screen"
)

// names are the first words of the rows, without the guides.
func names(m Model) []string {
	var all []string
	for i := range m.rows.Len() {
		name, _, _ := strings.Cut(m.rows.Row(i).Cells[0].Text, "  ")
		all = append(all, name)
	}
	return all
}

func wantNames(t *testing.T, m Model, want ...string) {
	t.Helper()
	if got := names(m); !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}

func groupTarget(label, path string) screen.Target {
	return screen.ToGroup(probe.GroupKey{Hierarchy: label, Path: path})
}

func wantSelected(t *testing.T, m Model, want string) {
	t.Helper()
	if got := selectedID(m, m.catalog.now); got != want {
		t.Errorf("selected %s, want %s", got, want)
	}
}

// deepHost is a tree of many groups.
func deepHost() *host {
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2)
	for _, top := range []string{"/a", "/b"} {
		h.group("v2", top, cgroup.Values{})
		for _, middle := range []string{"/m", "/n"} {
			h.group("v2", top+middle, cgroup.Values{})
			for i := range 20 {
				h.group("v2", top+middle+"/"+string(rune('a'+i)), cgroup.Values{})
			}
		}
	}
	return h.task(5, "sh", "v2:/b/m/c")
}

func TestDepthAtTheBeginning(t *testing.T) {
	m := open(t, deepHost().snapshot(), 80, 30)
	wantNames(t, m, "v2", "a", "m", "n", "b", "m", "n")
	if shown, total := m.Count(); shown != 87 || total != 87 {
		t.Errorf("count %d of %d, want 87 of 87", shown, total)
	}
}

func TestOpenAndClose(t *testing.T) {
	m := open(t, deepHost().snapshot(), 80, 30)
	m = press(t, m, "down", "left")
	wantNames(t, m, "v2", "a", "b", "m", "n")
	wantSelected(t, m, "/a")
	m = press(t, m, "l", "l")
	wantSelected(t, m, "/a/m")
	m = press(t, m, "h", "h")
	wantSelected(t, m, "/a")
	wantNames(t, m, "v2", "a", "b", "m", "n")
	m = press(t, m, "h")
	wantSelected(t, m, "/")
	m = press(t, m, "h")
	wantNames(t, m, "v2")
	m = press(t, m, "h", "l")
	wantNames(t, m, "v2", "a", "b", "m", "n")

	m = press(t, m, "*")
	if got := m.rows.Len(); got != 87 {
		t.Errorf("%d rows with all open, want 87", got)
	}
	wantNames(t, press(t, m, "*"), "v2")
}

func TestMembers(t *testing.T) {
	m := open(t, v2Host(t).snapshot(), 80, 30)
	m, ok := reveal(m, groupTarget("v2", "/docker/"+container))
	if !ok {
		t.Fatal("the container's group was not found")
	}
	m = press(t, m, "right")
	wantNames(t, m, "v2", "docker", container, "20553 root nginx", "20570 root nginx", "lab", "a", "threads", "old")
	m = press(t, m, "right", "down")
	if target, _ := m.Selected(); target != screen.ToTask(probe.TaskKey{PID: 20570, TID: 20570, Start: 20570}) {
		t.Errorf("selected %+v, want process 20570", target)
	}
	if want := m.Want(); !slices.Equal(want.Watch, []int32{20553, 20570}) {
		t.Errorf("watch %v, want the processes in view", want.Watch)
	}
	m = press(t, m, "left")
	wantSelected(t, m, "/docker/"+container)
	m = press(t, m, "left")
	wantNames(t, m, "v2", "docker", container, "lab", "a", "threads", "old")

	m = press(t, m, "M")
	if got := m.rows.Len(); got != 12 {
		t.Errorf("%d rows with all members, want 12: %q", got, names(m))
	}
	m = press(t, m, "M")
	if got := m.rows.Len(); got != 7 {
		t.Errorf("%d rows without members, want 7: %q", got, names(m))
	}
}

func reveal(m Model, target screen.Target) (Model, bool) {
	next, ok := m.Reveal(target)
	return next.(Model), ok
}

func TestAnOpenGroupOpensItsMembersNext(t *testing.T) {
	m := press(t, open(t, v2Host(t).snapshot(), 80, 30), "right")
	if got := names(m)[1]; got != "1 root systemd" {
		t.Errorf("first row below the topmost group is %q, want its process", got)
	}
	m = press(t, m, "left")
	wantNames(t, m, "v2", "docker", container, "lab", "a", "threads", "old")
}

func TestHideEmptyGroups(t *testing.T) {
	m := press(t, open(t, v2Host(t).snapshot(), 80, 30), "E")
	wantNames(t, m, "v2", "docker", container, "lab", "a", "threads")
	if shown, total := m.Count(); shown != 6 || total != 7 {
		t.Errorf("count %d of %d, want 6 of 7", shown, total)
	}
	if m, ok := reveal(m, groupTarget("v2", "/old")); !ok {
		t.Error("an empty group was not revealed")
	} else {
		wantSelected(t, m, "/old")
		if !m.Settings().HideEmpty || press(t, m, "E").Settings().HideEmpty != true {
			t.Error("that an empty group was revealed counts as the choice to show them all")
		}
	}
	if press(t, m, "E").Settings().HideEmpty {
		t.Error("the choice to show them again is not kept")
	}
}

func TestSort(t *testing.T) {
	m := open(t, v2Host(t).snapshot(), 120, 30)
	wantNames(t, press(t, m, "I"), "v2", "old", "lab", "threads", "a", "docker", container)
	byCPU := press(t, m, ">", ">", ">")
	if heading, _, _ := strings.Cut(view(byCPU), "\n"); !strings.Contains(heading, "CPU%▼") {
		t.Errorf("heading %q, want an arrow at CPU%%", heading)
	}
	wantNames(t, byCPU, "v2", "docker", container, "lab", "a", "threads", "old")
	wantNames(t, press(t, byCPU, "I"), "v2", "lab", "a", "threads", "docker", container, "old")
	wantNames(t, press(t, byCPU, "<", "<", "<", "<"), "v2", "docker", container, "lab", "a", "threads", "old")
}

func TestHierarchiesOutOfSight(t *testing.T) {
	m := open(t, hybridHost(t).snapshot(), 120, 30)
	wantNames(t, m, "v2", "cpu,cpuacct", "batch", "cpuset", "lab", "one", "freezer", "ice", "name=elogind", "c2")
	m = press(t, m, "end")
	wantSelected(t, m, "name=elogind:/c2")
	m = press(t, m, "up")
	wantSelected(t, m, "nothing")
}

// TestGroupsOutsideTheMount is a container's view: what it sees are its own groups, and processes outside of them.
func TestGroupsOutsideTheMount(t *testing.T) {
	h := (&host{}).mount("cpuset", "/sys/fs/cgroup/cpuset", 1)
	h.hierarchies[0].Root = "/docker/3f"
	h.groups[0].Path = "/docker/3f"
	h.group("cpuset", "/docker/3f/own", cgroup.Values{})
	for _, loose := range []string{"/", "/other", "/other/below", "/../out"} {
		h.group("cpuset", loose, cgroup.Values{})
		h.groups[len(h.groups)-1].Dir = ""
	}
	m := open(t, h.snapshot(), 120, 30)
	wantNames(t, m, "cpuset", "/", "/../out", "own", "/other", "below")
	inNamespace := (&host{}).mount("v2", "/sys/fs/cgroup", 2).group("v2", "/../x", cgroup.Values{})
	inNamespace.groups[1].Dir = ""
	wantNames(t, open(t, inNamespace.snapshot(), 80, 10), "v2", "/../x")
	if text := m.rows.Row(0).Cells[0].Text; !strings.HasSuffix(text, "→ /docker/3f") {
		t.Errorf("the hierarchy is called %q, want the group that is its top", text)
	}
}

func TestReveal(t *testing.T) {
	m := press(t, open(t, deepHost().snapshot(), 80, 30), "*")
	tests := map[string]struct {
		target screen.Target
		want   string
	}{
		"group":    {groupTarget("v2", "/a/n/t"), "/a/n/t"},
		"topmost":  {groupTarget("v2", "/"), "/"},
		"process":  {screen.ToTask(probe.TaskKey{PID: 5, TID: 5, Start: 5}), "5"},
		"no such":  {groupTarget("v2", "/x"), ""},
		"reused":   {screen.ToTask(probe.TaskKey{PID: 5, TID: 5, Start: 6}), ""},
		"no group": {screen.Target{Kind: screen.Namespace}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			next, ok := reveal(press(t, m, "*"), test.target)
			if ok != (test.want != "") {
				t.Fatalf("found %v, want %v", ok, !ok)
			}
			if ok {
				wantSelected(t, next, test.want)
			}
		})
	}
}

func TestWantsTheGroupsInView(t *testing.T) {
	m := open(t, deepHost().snapshot(), 80, 4)
	m = press(t, m, "down", "down", "down")
	want := []probe.GroupKey{{Hierarchy: "v2", Path: "/a"}, {Hierarchy: "v2", Path: "/a/m"}, {Hierarchy: "v2", Path: "/a/n"}}
	if got := m.Want().Groups; !slices.Equal(got, want) {
		t.Errorf("wants %v, want %v", got, want)
	}
	if got := New().Want(); got.Groups != nil || got.Watch != nil {
		t.Errorf("wants %+v before the first snapshot, want nothing", got)
	}
}

func TestClickAndWheel(t *testing.T) {
	m := open(t, deepHost().snapshot(), 80, 5)
	m = m.Click(2).(Model)
	wantSelected(t, m, "/a")
	m = m.Wheel(3).(Model)
	wantSelected(t, m, "/a/n")
	if first, count, total := m.Scroll(); first != 3 || count != 4 || total != 7 {
		t.Errorf("scroll %d, %d of %d, want 3, 4 of 7", first, count, total)
	}
}

// Who asks for another order wants to see what comes first in it.
func TestSortingGoesToTheTop(t *testing.T) {
	s := v2Host(t).snapshot()
	for _, keys := range [][]string{{">"}, {"I"}, {">", "<"}} {
		m := press(t, open(t, s, 80, 4), append([]string{"end"}, keys...)...)
		wantSelected(t, m, "/")
		m = press(t, m, "end")
		wantSelected(t, sync(t, m, v2Host(t).snapshot()), selectedID(m, s)) // A refresh moves nothing.
	}
}
