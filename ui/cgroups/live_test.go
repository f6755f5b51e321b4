package cgroups

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/list"
)

// marks are the rows with a mark, as the sign and the name.
func marks(m Model) []string {
	var all []string
	for i := range m.rows.Len() {
		row := m.rows.Row(i)
		if row.Mark != list.NoMark {
			name, _, _ := strings.Cut(row.Cells[0].Text, "  ")
			all = append(all, string(" +~-"[row.Mark])+name)
		}
	}
	return all
}

func wantMarks(t *testing.T, m Model, want ...string) {
	t.Helper()
	if got := marks(m); !slices.Equal(got, want) {
		t.Errorf("marked %q, want %q", got, want)
	}
}

func twoGroups() *host {
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2)
	return h.group("v2", "/a", cgroup.Values{}).group("v2", "/c", cgroup.Values{}).task(7, "sh", "v2:/c")
}

func TestNewGroupsGlowForTwoRefreshes(t *testing.T) {
	h := twoGroups()
	m := open(t, h.snapshot(), 80, 20)
	wantMarks(t, m)
	h.group("v2", "/b", cgroup.Values{})
	for i, want := range [][]string{{"+b"}, {"+b"}, nil} {
		s := h.snapshot()
		m = sync(t, m, s)
		m = sync(t, m, s, "cg:/") // The same snapshot changes no mark.
		m = sync(t, m, s)
		if got := marks(m); !slices.Equal(got, want) {
			t.Errorf("refresh %d: marked %q, want %q", i, got, want)
		}
	}
}

func TestGoneGroupsStayForTwoRefreshes(t *testing.T) {
	h := twoGroups()
	m := press(t, open(t, h.snapshot(), 80, 20), "down")
	h.groups = slices.Delete(h.groups, 1, 2) // That is /a, which is selected.
	for range 2 {
		m = sync(t, m, h.snapshot())
		wantNames(t, m, "v2", "a", "c")
		wantMarks(t, m, "-a")
		wantSelected(t, m, "/a")
	}
	m = sync(t, m, h.snapshot())
	wantNames(t, m, "v2", "c")
	wantSelected(t, m, "/c")
}

func TestGroupMadeAgain(t *testing.T) {
	h := twoGroups()
	m := open(t, h.snapshot(), 80, 20)
	h.groups[1].Inode = 999
	m = sync(t, m, h.snapshot())
	wantNames(t, m, "v2", "a", "c")
	wantMarks(t, m, "+a")
}

func TestChangedCellsGlow(t *testing.T) {
	h := v2Host(t)
	m := open(t, h.snapshot(), 120, 20)
	limited := *h.groups[1].Values
	limited.MemoryMax = of(uint64(1 << 30))
	h.groups[1].Values = &limited
	for i, want := range []bool{true, true, false} {
		m = sync(t, m, h.snapshot())
		row := m.rows.Row(1)
		if got := row.Mark == list.Changed; got != want {
			t.Errorf("refresh %d: row marked %v, want %v", i, got, want)
		}
		memory := slices.IndexFunc(row.Cells, func(c list.Cell) bool { return strings.HasSuffix(c.Text, "/1.0G") })
		if got := memory >= 0 && row.Cells[memory].Role != 0; got != want {
			t.Errorf("refresh %d: limit of the memory coloured %v, want %v", i, got, want)
		}
	}
}

func TestACountBelowGlowsWhereItIsHidden(t *testing.T) {
	h := v2Host(t)
	m := press(t, open(t, h.snapshot(), 120, 20), "down", "left")
	h.task(40, "new", "v2:/docker/"+container)
	m = sync(t, m, h.snapshot())
	wantMarks(t, m, "~docker")
	wantMarks(t, press(t, m, "right"), "~"+container)
}

func TestMembersComeAndGo(t *testing.T) {
	h := v2Host(t)
	m := press(t, open(t, h.snapshot(), 120, 20), "M")
	wantMarks(t, m)
	h.tasks = append(slices.Clone(h.tasks[:1]), h.tasks[2:]...) // Without 20553.
	h.task(40, "new", "v2:/lab/a")
	m = sync(t, m, h.snapshot())
	wantMarks(t, m, "~"+container, "-20553 root nginx", "~a", "+40 root new")
	m = sync(t, m, h.snapshot())
	wantMarks(t, m, "~"+container, "-20553 root nginx", "~a", "+40 root new")
	m = sync(t, m, h.snapshot())
	wantMarks(t, m)
	m = press(t, m, "M")
	h.task(41, "newer", "v2:/lab/a")
	m = sync(t, sync(t, m, h.snapshot()), h.snapshot())
	wantMarks(t, press(t, m, "M"), "~a")
}

func TestSelectionSurvivesRefreshes(t *testing.T) {
	h := v2Host(t)
	m, _ := reveal(open(t, h.snapshot(), 80, 20), groupTarget("v2", "/lab/a"))
	for i := range 5 {
		h.group("v2", fmt.Sprintf("/aa%d", i), cgroup.Values{})
		m = sync(t, m, h.snapshot())
		wantSelected(t, m, "/lab/a")
	}
	m = press(t, m, ">", "I", "*", "*", "M")
	m = sync(t, m, h.snapshot())
	if m, ok := reveal(m, groupTarget("v2", "/lab/a")); !ok {
		t.Error("the group is not found after all those keys")
	} else {
		wantSelected(t, m, "/lab/a")
	}
}

func TestFilter(t *testing.T) {
	tests := map[string]struct {
		want  []string
		found int
	}{
		"cg:/docker":   {[]string{"v2", "docker", container}, 2},
		"nginx":        {[]string{"v2", "docker", container}, 1},
		"pid:31":       {[]string{"v2", "lab", "a"}, 1},
		"comm:systemd": {[]string{"v2"}, 1},
		"lab !threads": {[]string{"v2", "lab", "a"}, 2},
		"frozen":       {[]string{"v2", "lab", "a"}, 2},
		`"v2:/old"`:    {[]string{"v2", "old"}, 1},
		"pid:99":       {nil, 0},
	}
	for expr, test := range tests {
		t.Run(expr, func(t *testing.T) {
			s := v2Host(t).snapshot()
			m := open(t, s, 80, 20, expr)
			wantNames(t, m, test.want...)
			if shown, total := m.Count(); shown != test.found || total != 7 {
				t.Errorf("count %d of %d, want %d of 7", shown, total, test.found)
			}
			if got := names(sync(t, m, s)); len(got) != 7 {
				t.Errorf("without the filter there are rows %q, want 7", got)
			}
		})
	}
}

func TestFilterShowsWhereTheProcessesAre(t *testing.T) {
	s := hybridHost(t).snapshot()
	m := open(t, s, 120, 20, "comm:bash")
	wantNames(t, m, "v2", "cpu,cpuacct", "batch", "cpuset", "one", "freezer", "ice", "name=elogind", "c2")
	m = press(t, m, "right") // Of the three processes in the topmost group, only the one that was found.
	wantNames(t, m, "v2", "70 root bash", "cpu,cpuacct", "batch", "cpuset", "one", "freezer", "ice", "name=elogind", "c2")
	if row := m.rows.Row(2); !row.Dim {
		t.Error("a topmost group that was not found is not dim")
	}
	wantNames(t, open(t, s, 120, 20, "cpuacct"), "cpu,cpuacct", "batch")
}

func TestClosingUnderAFilterEndsWithIt(t *testing.T) {
	s := v2Host(t).snapshot()
	m := open(t, s, 80, 20, "cg:/lab")
	m = press(t, m, "*")
	wantNames(t, m, "v2")
	wantNames(t, sync(t, m, s), "v2", "docker", container, "lab", "a", "threads", "old")
	wantNames(t, sync(t, m, s, "cg:/lab/a"), "v2", "lab", "a")
}

func TestRevealIsRefusedByTheFilter(t *testing.T) {
	m := open(t, v2Host(t).snapshot(), 80, 20, "cg:/docker")
	if _, ok := m.Reveal(groupTarget("v2", "/lab")); ok {
		t.Error("a group that the filter hides was revealed")
	}
}

func TestBeforeGroupsAreRead(t *testing.T) {
	m := open(t, &probe.Snapshot{}, 80, 5)
	if shown := view(m); !strings.Contains(shown, "reading…") {
		t.Errorf("before any group was read:\n%s", shown)
	}
	m = sync(t, m, v2Host(t).snapshot())
	wantMarks(t, m)
	m = sync(t, m, &probe.Snapshot{Host: probe.Host{Mode: "none"}})
	if shown := view(m); !strings.Contains(shown, "no hierarchy of control groups is mounted") {
		t.Errorf("without control groups:\n%s", shown)
	}
}
