package cgroups

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/screen"
	"bulkhead/ui/settings"
)

// titles are the headings that are on the screen.
func titles(m Model) []string {
	heading, _, _ := strings.Cut(view(m), "\n")
	return strings.Fields(heading)
}

// choose chooses columns by name as the dialog does.
func choose(m Model, names ...string) Model {
	c := m.Columns()
	c.AsUsual = false
	for i := range c.All {
		c.All[i].On = slices.Contains(names, c.All[i].Name)
	}
	slices.SortStableFunc(c.All, func(a, b screen.Column) int { return slices.Index(names, a.Name) - slices.Index(names, b.Name) })
	return m.WithColumns(c).(Model)
}

func TestChosenColumns(t *testing.T) {
	m := choose(open(t, v2Host(t).snapshot(), 120, 20), "mem", "group", "own")
	if got, want := titles(m), []string{"MEM", "GROUP▲", "OWN"}; !slices.Equal(got, want) {
		t.Errorf("headings %q, want %q", got, want)
	}
	c := m.Columns()
	if c.AsUsual || c.All[0].Name != "mem" || !c.All[2].On || c.All[3].On || c.Of != "version 2" {
		t.Errorf("columns %+v, want those chosen first", c)
	}
	usualAgain := m.Columns()
	usualAgain.AsUsual = true
	if got := titles(m.WithColumns(usualAgain).(Model)); len(got) != 8 {
		t.Errorf("headings %q, want the usual ones", got)
	}
}

// Chosen columns are there whether or not anything is told in them, and give way from the last to the first.
func TestChosenColumnsStay(t *testing.T) {
	m := choose(open(t, v1Host(t).snapshot(), 120, 20), "group", "pids", "cpuset", "mem")
	if got, want := titles(m), []string{"GROUP▲", "PIDS", "CPUSET", "MEM"}; !slices.Equal(got, want) {
		t.Errorf("headings %q, want %q", got, want)
	}
	for _, c := range m.Columns().All { // Of what is not read nobody knows whether there is anything.
		if want := slices.Contains([]string{"cpu", "pids", "cpuset", "throttled"}, c.Name); c.Blank != want {
			t.Errorf("nothing to be told in %s: %v, want %v", c.Name, c.Blank, want)
		}
	}
	narrow := m.Resize(36, 20).(Model)
	if got, want := titles(narrow), []string{"GROUP▲", "PIDS", "CPUSET"}; !slices.Equal(got, want) {
		t.Errorf("headings %q, want %q", got, want)
	}
}

// Each kind of hierarchies has columns of its own: what is chosen where only version 2 is in view stays there.
func TestColumnsByKind(t *testing.T) {
	m := open(t, hybridHost(t).snapshot(), 120, 20)
	all := titles(m)
	v2 := press(t, selected(t, m, "v2", "/"), "R")
	if got := v2.Columns().Of; got != "version 2" {
		t.Errorf("in a subtree of version 2 the columns are those of %s", got)
	}
	v2 = choose(v2, "group", "own")
	if got, want := titles(v2), []string{"GROUP▲", "OWN"}; !slices.Equal(got, want) {
		t.Errorf("headings %q, want %q", got, want)
	}
	whole := back(t, v2, true)
	if got := titles(whole); !slices.Equal(got, all) || whole.Columns().Of != "both versions" {
		t.Errorf("headings %q of %s, want %q of both versions", got, whole.Columns().Of, all)
	}
	v1 := press(t, selected(t, whole, "cpuset", "/one"), "R")
	if got, want := titles(v1), []string{"GROUP▲", "PROCS", "OWN", "STATE", "CPUSET"}; !slices.Equal(got, want) || v1.Columns().Of != "version 1" {
		t.Errorf("headings %q of %s, want %q: only what this hierarchy tells", got, v1.Columns().Of, want)
	}
}

func TestKindIsOfWhatIsMounted(t *testing.T) {
	h := (&host{}).mount("memory", "/sys/fs/cgroup/memory", 1)
	h.hierarchies = append(h.hierarchies, probe.Hierarchy{Label: "v2", Version: 2})
	h.group("v2", "/", cgroup.Values{})
	if got := open(t, h.snapshot(), 80, 10).Columns().Of; got != "version 1" {
		t.Errorf("version 2 that is mounted nowhere: columns of %s, want version 1", got)
	}
}

func TestSortInTheDialog(t *testing.T) {
	m := open(t, v2Host(t).snapshot(), 120, 20)
	c := m.Columns()
	c.Sort, c.Reversed = "mem", true
	sorted := m.WithColumns(c).(Model)
	if got := titles(sorted); !slices.Contains(got, "MEM▲") {
		t.Errorf("headings %q, want those sorted by MEM the other way round", got)
	}
	hidden := choose(sorted, "group")
	if want := "by MEM"; hidden.Note() != want {
		t.Errorf("note %q, want %q, since no heading tells it", hidden.Note(), want)
	}
}

func TestSettings(t *testing.T) {
	kept := settings.Cgroups{Sort: "cpu", Reverse: true, Columns: settings.Sets{V2: []string{"mem", "group", "new"}, V1: []string{"cpu"}}}
	m, unknown := New().WithSettings(kept)
	if !slices.Equal(unknown, []string{"new"}) {
		t.Errorf("unknown %q, want new", unknown)
	}
	m = sync(t, m.Resize(120, 20).(Model), v2Host(t).snapshot())
	if got, want := titles(m), []string{"MEM", "GROUP"}; !slices.Equal(got, want) {
		t.Errorf("headings %q, want %q", got, want)
	}
	kept.Columns.V1 = []string{"group", "cpu"} // Without the groups nobody knew what the rows are.
	if got := m.Settings(); !cmp.Equal(got, kept) {
		t.Errorf("to be kept: %+v, want %+v", got, kept)
	}
	m = choose(m, "group", "own")
	if got, want := m.Settings().Columns.V2, []string{"group", "own", "new"}; !slices.Equal(got, want) {
		t.Errorf("to be kept: %q, want %q: what is not known stays", got, want)
	}
	asUsual := m.Columns()
	asUsual.AsUsual, asUsual.Sort, asUsual.Reversed = true, "group", false
	if got, want := m.WithColumns(asUsual).(Model).Settings().Columns.V2, []string{"new"}; !slices.Equal(got, want) {
		t.Errorf("to be kept: %q, want %q", got, want)
	}
	if m, _ = New().WithSettings(settings.Cgroups{Columns: settings.Sets{V2: []string{"new"}}}); !sync(t, m, v2Host(t).snapshot()).Columns().AsUsual {
		t.Errorf("columns %+v, want the usual ones where no name is known", m.Columns())
	}
	if m, unknown = New().WithSettings(settings.Cgroups{Sort: "age"}); !slices.Equal(unknown, []string{"age"}) || m.Settings().Sort != "age" {
		t.Errorf("unknown %q, to be kept %+v, want age told and kept", unknown, m.Settings())
	}
}

// The columns go to the hierarchies that they were asked for, whatever came into view meanwhile.
func TestColumnsThatWereAskedForBefore(t *testing.T) {
	if got := New().Columns(); len(got.All) > 0 {
		t.Errorf("before anything is read there are %+v to choose", got)
	}
	m := open(t, hybridHost(t).snapshot(), 120, 20)
	v2 := press(t, selected(t, m, "v2", "/"), "R")
	c := v2.Columns()
	c.AsUsual, c.All = false, c.All[:2]
	kept := back(t, v2, true).WithColumns(c).(Model).Settings().Columns
	if want := (settings.Sets{V2: []string{"group", "procs"}}); !cmp.Equal(kept, want) {
		t.Errorf("to be kept: %+v, want %+v", kept, want)
	}
}

// Every column has a name of its own and says what it tells.
func TestEveryColumnCanBeChosen(t *testing.T) {
	names := map[string]bool{}
	for id := range columnEnd {
		c := &columns[id]
		if c.name == "" || c.what == "" || c.head.Title == "" || names[c.name] {
			t.Errorf("column %d is called %q, %q, tells %q", id, c.name, c.head.Title, c.what)
		}
		names[c.name] = true
	}
}
