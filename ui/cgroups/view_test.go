package cgroups

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
)

// hosts are the machines drawn by the tests.
func hosts(t testing.TB) map[string]*host {
	return map[string]*host{"v2": v2Host(t), "hybrid": hybridHost(t), "v1": v1Host(t)}
}

func TestGolden(t *testing.T) {
	for name, h := range hosts(t) {
		t.Run(name, func(t *testing.T) {
			var all []string
			for _, width := range []int{40, 80, 120} {
				m := open(t, h.snapshot(), width, 12)
				all = append(all, fmt.Sprintf("%d wide:\n%s", width, view(m)))
			}
			m := press(t, open(t, h.snapshot(), 120, 24), "M")
			all = append(all, "with members:\n"+view(m))
			uitest.Golden(t, name, strings.Join(all, "\n\n"))
		})
	}
}

func TestEveryLineIsExactlyTheWidth(t *testing.T) {
	for name, h := range hosts(t) {
		s := h.snapshot()
		for width := range 130 {
			m := press(t, open(t, s, width, 20), "M", "down", "down")
			lines := strings.Split(m.View(theme.New(true), true), "\n")
			if len(lines) != 20 {
				t.Fatalf("%s, width %d: %d lines, want 20", name, width, len(lines))
			}
			for i, line := range lines {
				if got := ansi.StringWidth(line); got != width {
					t.Errorf("%s, width %d: line %d is %d wide: %q", name, width, i, got, line)
				}
			}
		}
	}
}

func TestUseBesideLimit(t *testing.T) {
	tests := map[string]struct {
		use, limit probe.Reading[uint64]
		text       string
		role       theme.Role
	}{
		"well below":         {of(uint64(4)), of(uint64(100)), "4/100", theme.Text},
		"near":               {of(uint64(80)), of(uint64(100)), "80/100", theme.Warn},
		"at the limit":       {of(uint64(95)), of(uint64(100)), "95/100", theme.Bad},
		"over the limit":     {of(uint64(101)), of(uint64(100)), "101/100", theme.Bad},
		"no limit":           {of(uint64(12)), unlimited[uint64](), "12/max", theme.Text},
		"none used":          {of(uint64(0)), unlimited[uint64](), "0/max", theme.Dim},
		"no limit is told":   {of(uint64(12)), probe.Reading[uint64]{}, "12", theme.Text},
		"limit denied":       {of(uint64(12)), denied[uint64](), "12/?", theme.Text},
		"use denied":         {denied[uint64](), of(uint64(100)), "?/100", theme.Unknown},
		"use is not told":    {probe.Reading[uint64]{}, of(uint64(100)), "–/100", theme.Dim},
		"neither":            {probe.Reading[uint64]{}, probe.Reading[uint64]{}, "", theme.Text},
		"only that it's max": {probe.Reading[uint64]{}, unlimited[uint64](), "", theme.Text},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			decimal := func(n uint64) string { return fmt.Sprint(n) }
			if got := useCell(test.use, test.limit, decimal); got.Text != test.text || got.Role != test.role {
				t.Errorf("got %q in role %d, want %q in role %d", got.Text, got.Role, test.text, test.role)
			}
		})
	}
}

func TestCPUs(t *testing.T) {
	none := cpuSet(t, "")
	tests := map[string]struct {
		cell string
		want string
	}{
		"the same":               {cpus(cpuSet(t, "0-3"), cpuSet(t, "0-3"), 1).Text, "0-3"},
		"narrowed":               {cpus(cpuSet(t, "0-3"), cpuSet(t, "0-1"), 2).Text, "0-3→0-1"},
		"inherited":              {cpus(none, cpuSet(t, "0-1"), 2).Text, "→0-1"},
		"the topmost of v2":      {cpus(probe.Reading[cpulistSet]{}, cpuSet(t, "0-7"), 2).Text, "→0-7"},
		"none in version 1":      {cpus(none, none, 1).Text, "none"},
		"denied":                 {cpus(denied[cpulistSet](), denied[cpulistSet](), 2).Text, "?"},
		"no cpuset":              {cpus(probe.Reading[cpulistSet]{}, probe.Reading[cpulistSet]{}, 2).Text, ""},
		"a kernel before 3.17":   {cpus(cpuSet(t, "1"), probe.Reading[cpulistSet]{}, 1).Text, "1"},
		"effective not readable": {cpus(cpuSet(t, "1"), denied[cpulistSet](), 2).Text, "1"},
	}
	for name, test := range tests {
		if test.cell != test.want {
			t.Errorf("%s: %q, want %q", name, test.cell, test.want)
		}
	}
}

func TestState(t *testing.T) {
	frozen := cgroup.Values{Freezer: of(cgroup.Frozen), FreezeRequested: of(true)}
	above := cgroup.Values{Freezer: of(cgroup.Frozen), FreezeRequested: of(false)}
	tests := map[string]struct {
		values    cgroup.Values
		processes int
		hidden    bool // Some processes of the host are out of sight.
		want      string
	}{
		"frozen":                    {frozen, 1, false, "‖ frozen"},
		"frozen, and nobody in it":  {frozen, 0, false, "‖ frozen"},
		"frozen by one above":       {above, 1, false, "‖ frozen above"},
		"freezing":                  {cgroup.Values{Freezer: of(cgroup.Freezing), FreezeRequested: of(true)}, 1, false, "¦ freezing"},
		"threaded":                  {cgroup.Values{Type: of("threaded"), Populated: of(true)}, 0, false, "threaded"},
		"domain invalid":            {cgroup.Values{Type: of("domain invalid")}, 0, false, "domain invalid"},
		"populated by those hidden": {cgroup.Values{Type: of("domain"), Populated: of(true)}, 0, true, "populated"},
		"empty by the kernel":       {cgroup.Values{Type: of("domain"), Populated: of(false)}, 0, true, "empty"},
		"populated":                 {cgroup.Values{}, 3, false, "populated"},
		"empty":                     {cgroup.Values{}, 0, false, "empty"},
		"perhaps empty":             {cgroup.Values{}, 0, true, "none seen"},
		"denied":                    {cgroup.Values{Freezer: denied[cgroup.FreezerState]()}, 1, false, "?"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &probe.Snapshot{Host: probe.Host{Reference: probe.Reference{Initial: !test.hidden}}}
			c := &catalog{now: s}
			n := &node{group: &probe.Group{Values: &test.values, Processes: test.processes}}
			if got := c.state(n).word; got != test.want {
				t.Errorf("state %q, want %q", got, test.want)
			}
		})
	}
}

func TestColumnsWithoutValuesAreLeftOut(t *testing.T) {
	heading, _, _ := strings.Cut(view(open(t, v1Host(t).snapshot(), 120, 5)), "\n")
	for title, want := range map[string]bool{"GROUP": true, "MEM": true, "CPU%": false, "PIDS": false, "CPUSET": false} {
		if got := strings.Contains(heading, title); got != want {
			t.Errorf("the heading %q has %s: %v, want %v", heading, title, got, want)
		}
	}
}
