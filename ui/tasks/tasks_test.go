package tasks

import (
	"slices"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
)

var _ screen.Screen = Model{}

func TestKeys(t *testing.T) {
	tree := []int32{1, 409, 812, 20553, 20570, 20571, 21000, 2, 17, 30000}
	tests := map[string]struct {
		from int32 // The process that is selected before.
		keys []string
		want []int32
		then int32 // What is selected then.
	}{
		"tree":                       {1, nil, tree, 1},
		"flat":                       {1, []string{"t"}, []int32{1, 2, 17, 409, 812, 20553, 20570, 20571, 21000, 30000}, 1},
		"and back":                   {812, []string{"t", "t"}, tree, 812},
		"sorted by user":             {1, []string{">"}, []int32{30000, 1, 2, 17, 409, 812, 20553, 20570, 20571, 21000}, 30000},
		"by the last column":         {1, []string{"<"}, []int32{30000, 409, 812, 2, 17, 20571, 20553, 20570, 1, 21000}, 30000},
		"by the last one, reversed":  {1, []string{"<", "I"}, []int32{21000, 1, 20570, 20553, 20571, 17, 2, 812, 409, 30000}, 21000},
		"round the columns":          {1, []string{"<", ">"}, []int32{1, 2, 17, 409, 812, 20553, 20570, 20571, 21000, 30000}, 1},
		"by CPU, the greatest first": {812, []string{">", ">", ">"}, []int32{20570, 812, 1, 2, 17, 409, 20553, 20571, 21000, 30000}, 20570},
		"by walls":                   {1, []string{"<", "<"}, []int32{20553, 20570, 21000, 1, 2, 17, 409, 812, 20571, 30000}, 20553},
		"reversed":                   {1, []string{"t", "I"}, []int32{30000, 21000, 20571, 20570, 20553, 812, 409, 17, 2, 1}, 30000},
		"reversed tree":              {1, []string{"I"}, []int32{30000, 2, 17, 1, 21000, 812, 20553, 20571, 20570, 409}, 30000},
		"tree sorted by CPU":         {1, []string{">", ">", ">", "t"}, []int32{1, 812, 20553, 20570, 20571, 409, 21000, 2, 17, 30000}, 20570},
		"threads":                    {812, []string{"H"}, []int32{1, 409, 812, 813, 814, 20553, 20570, 20571, 21000, 2, 17, 30000}, 812},
		"threads in a flat list":     {812, []string{"t", "H", "down", "down"}, []int32{1, 2, 17, 409, 812, 813, 814, 20553, 20570, 20571, 21000, 30000}, 814},
		"threads away from a thread": {812, []string{"H", "down", "H"}, tree, 812},
		"threads of a closed one":    {812, []string{"left", "H"}, []int32{1, 409, 812, 813, 814, 20553, 20570, 20571, 21000, 2, 17, 30000}, 812},
		"flat opens all":             {812, []string{"H", "left", "t"}, []int32{1, 2, 17, 409, 812, 813, 814, 20553, 20570, 20571, 21000, 30000}, 812},
		"all closed":                 {20570, []string{"*"}, []int32{1, 2, 30000}, 2},
		"all open again":             {1, []string{"*", "*"}, tree, 1},
		"one closed, all opened":     {812, []string{"left", "*"}, tree, 812},
		"closed":                     {812, []string{"left"}, []int32{1, 409, 812, 21000, 2, 17, 30000}, 812},
		"closed and opened":          {812, []string{"h", "l"}, tree, 812},
		"to the parent":              {20570, []string{"left"}, tree, 20553},
		"right on a leaf":            {409, []string{"right"}, tree, 409},
		"right on an open one":       {812, []string{"right"}, tree, 812},
		"from a thread to its task":  {812, []string{"t", "H", "j", "left"}, []int32{1, 2, 17, 409, 812, 813, 814, 20553, 20570, 20571, 21000, 30000}, 812},
		"left in a flat list":        {20570, []string{"t", "left"}, []int32{1, 2, 17, 409, 812, 20553, 20570, 20571, 21000, 30000}, 20570},
		"moves":                      {1, []string{"down", "j", "k", "G", "k"}, tree, 17},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := pressed(t, reveal(t, started(t, host(t)), tt.from, tt.from), tt.keys...)
			if got := ids(m); !slices.Equal(got, tt.want) {
				t.Errorf("rows %v, want %v", got, tt.want)
			}
			if got := selectedID(t, m); got != tt.then {
				t.Errorf("selected %d, want %d", got, tt.then)
			}
		})
	}
}

// Texts that only differ behind their first bytes are sorted all the same.
func TestLongTexts(t *testing.T) {
	now := host(t)
	now.Tasks = now.Tasks[:4]
	for i, name := range []string{"administrator-2", "administrator-10", "administrator", "administrator-3"} {
		now.Tasks[i].User = name
	}
	m := pressed(t, started(t, now), ">")
	if got, want := ids(m), []int32{17, 2, 1, 409}; !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if got, want := ids(pressed(t, m, "I")), []int32{409, 1, 2, 17}; !slices.Equal(got, want) {
		t.Errorf("reversed: rows %v, want %v", got, want)
	}
}

// Every key that the screen has for itself does something.
func TestOwnKeys(t *testing.T) {
	for _, binding := range New().Keys() {
		m := reveal(t, started(t, host(t)), 812, 812)
		before := lines(m)
		if after := lines(pressed(t, m, binding.Keys()[0])); slices.Equal(before, after) {
			t.Errorf("%s (%s) changes nothing", binding.Help().Key, binding.Help().Desc)
		}
	}
}

func TestFilter(t *testing.T) {
	tests := map[string]struct {
		filter string
		flat   bool
		want   []int32
		shown  int
		then   int32
	}{
		"none":                   {"", false, []int32{1, 409, 812, 20553, 20570, 20571, 21000, 2, 17, 30000}, 10, 1},
		"with those above":       {"kworker", false, []int32{2, 17}, 1, 17},
		"flat":                   {"kworker", true, []int32{17}, 1, 17},
		"field":                  {"user:www-data", true, []int32{20570, 20571}, 2, 20570},
		"namespace":              {"net:4026532003", true, []int32{20553, 20570}, 2, 20553},
		"state":                  {"state:z", false, []int32{1, 812, 20553, 20571}, 1, 20571},
		"case and other letters": {"サーバー", true, []int32{21000}, 1, 21000},
		"not":                    {"!user:root", true, []int32{20570, 20571, 21000, 30000}, 4, 20570},
		"pid of the denied":      {"pid:30000", false, []int32{30000}, 1, 30000},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			now := host(t)
			m := started(t, now)
			if tt.flat {
				m = pressed(t, m, "t")
			}
			m = synced(t, m, now, tt.filter)
			if got := ids(m); !slices.Equal(got, tt.want) {
				t.Errorf("rows %v, want %v", got, tt.want)
			}
			if shown, total := m.Count(); shown != tt.shown || total != 10 {
				t.Errorf("counts %d of %d, want %d of 10", shown, total, tt.shown)
			}
			if got := selectedID(t, m); got != tt.then {
				t.Errorf("selected %d, want %d", got, tt.then)
			}
		})
	}
}

// What a filter finds is seen although it is in a part of the tree that is closed, and the tree is as it was afterwards.
func TestFilterOpens(t *testing.T) {
	now := host(t)
	m := pressed(t, started(t, now), "*")
	m = synced(t, m, now, "nginx")
	if got, want := ids(m), []int32{1, 812, 20553, 20570, 20571}; !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	m = pressed(t, m, "left")
	if got, want := ids(m), []int32{1, 812, 20553}; !slices.Equal(got, want) {
		t.Errorf("closed: rows %v, want %v", got, want)
	}
	m = synced(t, m, now, "worker")
	if got, want := ids(m), []int32{1, 812, 20553, 20570, 2, 17}; !slices.Equal(got, want) {
		t.Errorf("with another filter: rows %v, want %v", got, want)
	}
	m = synced(t, m, now, "")
	if got, want := ids(m), []int32{1, 2, 30000}; !slices.Equal(got, want) {
		t.Errorf("without the filter: rows %v, want %v", got, want)
	}
}

// Those above what was found are dim.
func TestContextIsDim(t *testing.T) {
	m := synced(t, started(t, host(t)), host(t), "pid:20570").(Model)
	for i, want := range []bool{true, true, true, false} {
		if got := m.rows.Row(i).Dim; got != want {
			t.Errorf("row %d is dim: %v, want %v", i, got, want)
		}
	}
}

func TestReveal(t *testing.T) {
	now := host(t)
	closed := pressed(t, started(t, now), "*")
	m := reveal(t, closed, 20570, 20570)
	if got, want := ids(m), []int32{1, 409, 812, 20553, 20570, 20571, 21000, 2, 30000}; !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	if got := selectedID(t, m); got != 20570 {
		t.Errorf("selected %d, want 20570", got)
	}
	if got := selectedID(t, reveal(t, closed, 812, 814)); got != 814 {
		t.Errorf("of a thread: selected %d, want 814", got)
	}
	m = reveal(t, closed, 20553, 20554)
	if got := selectedID(t, m); got != 20553 || !slices.Equal(m.Want().Threads, []int32{20553}) {
		t.Errorf("of a thread that is not read: selected %d, wants threads of %v", got, m.Want().Threads)
	}
	other := probe.TaskKey{PID: 812, TID: 812, Start: 7}
	if _, ok := started(t, now).Reveal(screen.ToTask(other)); ok {
		t.Error("another process that had the pid before is revealed")
	}
	if _, ok := synced(t, started(t, now), now, "kworker").Reveal(screen.ToTask(now.Tasks[5].TaskKey)); ok {
		t.Error("what the filter hides is revealed")
	}
	if _, ok := started(t, now).Reveal(screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net}})); ok {
		t.Error("a namespace is revealed")
	}
}

func TestWant(t *testing.T) {
	m := pressed(t, reveal(t, synced(t, New().Resize(120, 6), host(t), ""), 812, 812), "H")
	want := m.Want()
	if !slices.Equal(want.Watch, []int32{1, 409, 812}) || !slices.Equal(want.Threads, []int32{812}) {
		t.Errorf("watches %v and threads of %v, want those in view, 1 409 812, and threads of 812", want.Watch, want.Threads)
	}
	if first, count, total := m.Scroll(); first != 0 || count != 5 || total != 12 {
		t.Errorf("scrolled to %d, %d of %d, want 0, 5 of 12", first, count, total)
	}
}

// The same process stays selected, also when it is in another place, and its neighbour is when it is gone.
func TestSelectionSurvives(t *testing.T) {
	m := reveal(t, pressed(t, started(t, host(t)), "t", ">", ">", ">"), 20553, 20553)
	for _, cpu := range []float64{5, 0, 30} {
		now := host(t)
		now.Tasks[5].CPU = reading.Of(cpu)
		m = synced(t, m, now, "")
		if got := selectedID(t, m); got != 20553 {
			t.Fatalf("with %v CPUs: selected %d, want 20553", cpu, got)
		}
	}
	without := func() *probe.Snapshot {
		now := host(t)
		now.Tasks = slices.Delete(now.Tasks, 5, 6)
		return now
	}
	for range 2 {
		if m = synced(t, m, without(), ""); selectedID(t, m) != 20553 {
			t.Errorf("while it goes: selected %d, want 20553", selectedID(t, m))
		}
	}
	if m = synced(t, m, without(), ""); selectedID(t, m) != 20570 {
		t.Errorf("when it is gone: selected %d, want 20570, the next", selectedID(t, m))
	}
}

func TestMarks(t *testing.T) {
	first, second := host(t), host(t)
	second.Tasks[1].Comm, second.Tasks[4].Comm = "renamed", "renamed"
	second.Tasks = append(slices.Delete(second.Tasks, 2, 3), process(40000, 1, "new"))
	m := synced(t, started(t, first), second, "")
	want := map[int32]list.Mark{812: list.Changed, 2: list.NoMark, 17: list.Gone, 40000: list.Born, 1: list.NoMark}
	check := func(when string) {
		t.Helper()
		rows := m.(Model).rows
		for i := range rows.lines {
			id := rows.at(i).task.PID
			if mark, ok := want[id]; ok && rows.Row(i).Mark != mark {
				t.Errorf("%s: mark of %d is %v, want %v", when, id, rows.Row(i).Mark, mark)
			}
		}
	}
	check("at once")
	for _, filter := range []string{"k", "", "e", ""} {
		m = synced(t, m, second, filter)
	}
	check("after the filter was changed four times")
	if !slices.Contains(ids(m), 17) {
		t.Error("what is gone is not shown any more")
	}
	if shown, total := m.Count(); shown != len(second.Tasks) || total != shown {
		t.Errorf("counts %d of %d, want %d twice: what is gone does not count", shown, total, len(second.Tasks))
	}
}

// The first scan reads only some facts; that the others become known is no change.
func TestLearningIsNoChange(t *testing.T) {
	first := host(t)
	for i := range first.Tasks {
		first.Tasks[i].Cgroups = &probe.CgroupSet{}
		first.Tasks[i].UID, first.Tasks[i].User = probe.Reading[uint32]{}, ""
	}
	m := synced(t, started(t, first), host(t), "").(Model)
	for i := range m.rows.lines {
		if got := m.rows.Row(i).Mark; got != list.NoMark {
			t.Errorf("%d has the mark %v", m.rows.at(i).task.PID, got)
		}
	}
}

func TestClickAndWheel(t *testing.T) {
	m := synced(t, New().Resize(100, 5), host(t), "")
	if got := selectedID(t, m.Click(3)); got != 812 {
		t.Errorf("a click on the third row selects %d, want 812", got)
	}
	m = m.Wheel(3)
	if first, _, _ := m.Scroll(); first != 3 || selectedID(t, m) != 20553 {
		t.Errorf("the wheel scrolls to %d and selects %d, want 3 and 20553", first, selectedID(t, m))
	}
}

// Parents in a circle, as a scan can see them while pids are reused, do no harm.
func TestCircle(t *testing.T) {
	now := host(t)
	now.Tasks[4].PPID = 20570
	m := started(t, now)
	if got := len(ids(m)); got != len(now.Tasks) {
		t.Errorf("%d rows, want %d", got, len(now.Tasks))
	}
	m = reveal(t, pressed(t, m, "*"), 20571, 20571)
	if got := selectedID(t, m); got != 20571 {
		t.Errorf("selected %d, want 20571", got)
	}
}

// What is gone stays for two refreshes where it was, below what is gone with it; a process that got its pid stands by
// itself.
func TestGoneKeepsItsPlace(t *testing.T) {
	now := host(t)
	now.Tasks = slices.Delete(now.Tasks, 5, 7) // The nginx and one of its workers.
	now.Tasks[5].PPID = 1                      // The other one has a new parent.
	reused := process(20553, 2, "reused")
	reused.Start += 1000
	now.Tasks = slices.Insert(now.Tasks, 5, reused)
	m := synced(t, started(t, host(t)), now, "")
	want := []int32{1, 409, 812, 20553, 20570, 20571, 21000, 2, 17, 20553, 30000}
	if got := ids(m); !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	want = []int32{1, 2, 17, 409, 812, 20553, 20553, 20570, 20571, 21000, 30000}
	if got := ids(pressed(t, m, "t")); !slices.Equal(got, want) {
		t.Errorf("flat: rows %v, want %v", got, want)
	}
	for range 3 {
		m = synced(t, m, host(t), "")
	}
	if got, want := ids(m), ids(started(t, host(t))); !slices.Equal(got, want) {
		t.Errorf("back again: rows %v, want %v", got, want)
	}
}
