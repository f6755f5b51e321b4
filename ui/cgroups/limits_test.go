package cgroups

import (
	"slices"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/theme"
)

func unsupported[T any]() probe.Reading[T] { return reading.None[T](reading.Unsupported) }

func TestLimitCells(t *testing.T) {
	type (
		values = cgroup.Values
		rates  = probe.Rates
	)
	some := func(p cgroup.Pressure) values { return values{MemoryPressure: p} }
	psi := pressureCell(memoryPressure)
	tests := map[string]struct {
		cell   func(*probe.Group) list.Cell
		values values
		rates  rates
		text   string
		role   theme.Role
	}{
		"swap":                        {swapCell, values{Swap: of(uint64(5 << 20)), SwapMax: unlimited[uint64]()}, rates{}, "5.0M/max", theme.Text},
		"no swap":                     {swapCell, values{}, rates{}, "", theme.Text},
		"memory and swap":             {memSwCell, values{MemSw: of(uint64(96)), MemSwMax: of(uint64(100))}, rates{}, "96B/100B", theme.Bad},
		"above high":                  {highCell, values{MemoryHigh: of(uint64(5)), Memory: of(uint64(6))}, rates{}, "5B", theme.Warn},
		"below high":                  {highCell, values{MemoryHigh: of(uint64(5)), Memory: of(uint64(4))}, rates{}, "5B", theme.Text},
		"no high":                     {highCell, values{MemoryHigh: unlimited[uint64]()}, rates{}, "max", theme.Dim},
		"high denied":                 {highCell, values{MemoryHigh: denied[uint64]()}, rates{}, "?", theme.Unknown},
		"peak at the limit":           {peakCell, values{MemoryPeak: of(uint64(100)), MemoryMax: of(uint64(100))}, rates{}, "100B", theme.Bad},
		"none killed":                 {oomCell, values{OOMKills: of(uint64(0))}, rates{}, "0", theme.Dim},
		"killed once":                 {oomCell, values{OOMKills: of(uint64(3))}, rates{OOMKills: of(uint64(0))}, "3", theme.Warn},
		"killed now":                  {oomCell, values{OOMKills: of(uint64(3))}, rates{OOMKills: of(uint64(1))}, "3", theme.Bad},
		"usual weight":                {weightCell, values{CPUWeight: of(uint64(100))}, rates{}, "100", theme.Dim},
		"weight":                      {weightCell, values{CPUWeight: of(uint64(10000))}, rates{}, "10000", theme.Text},
		"idle":                        {weightCell, values{CPUWeight: of(uint64(0))}, rates{}, "idle", theme.Text},
		"shares":                      {sharesCell, values{CPUShares: of(uint64(1024))}, rates{}, "1024", theme.Dim},
		"nothing read":                {ioReadCell, values{IORead: of(uint64(9))}, rates{IORead: of(0.0)}, "0", theme.Dim},
		"hardly anything read":        {ioReadCell, values{IORead: of(uint64(9))}, rates{IORead: of(0.2)}, "1B", theme.Text},
		"read":                        {ioReadCell, values{IORead: of(uint64(9))}, rates{IORead: of(float64(3 << 20))}, "3.0M", theme.Text},
		"read for the first time":     {ioReadCell, values{IORead: of(uint64(9))}, rates{}, "…", theme.Dim},
		"written":                     {ioWrittenCell, values{IOWritten: of(uint64(9))}, rates{IOWritten: of(1000.0)}, "1000B", theme.Text},
		"io denied":                   {ioWrittenCell, values{IOWritten: denied[uint64]()}, rates{IOWritten: denied[float64]()}, "?", theme.Unknown},
		"no io":                       {ioWrittenCell, values{}, rates{}, "", theme.Text},
		"throttled":                   {throttledCell, values{Periods: of(uint64(9))}, rates{ThrottledShare: of(0.25)}, "25", theme.Warn},
		"throttled most of the time":  {throttledCell, values{Periods: of(uint64(9))}, rates{ThrottledShare: of(0.9)}, "90", theme.Bad},
		"not throttled":               {throttledCell, values{Periods: of(uint64(9))}, rates{ThrottledShare: of(0.0)}, "0", theme.Dim},
		"no period ran out":           {throttledCell, values{Periods: of(uint64(9))}, rates{}, "–", theme.Dim},
		"no quota anywhere":           {throttledCell, values{}, rates{}, "", theme.Text},
		"no pressure":                 {psi, some(cgroup.Pressure{Some: of(0.0), Full: of(0.0)}), rates{}, "0.0/0.0", theme.Dim},
		"a little pressure":           {psi, some(cgroup.Pressure{Some: of(1.25), Full: of(0.5)}), rates{}, "1.2/0.5", theme.Text},
		"pressure":                    {psi, some(cgroup.Pressure{Some: of(12.0), Full: of(0.0)}), rates{}, "12.0/0.0", theme.Warn},
		"all wait":                    {psi, some(cgroup.Pressure{Some: of(20.0), Full: of(12.0)}), rates{}, "20.0/12.0", theme.Bad},
		"a kernel that has no full":   {psi, some(cgroup.Pressure{Some: of(50.0)}), rates{}, "50.0", theme.Bad},
		"pressure denied":             {psi, some(cgroup.Pressure{Some: denied[float64](), Full: denied[float64]()}), rates{}, "?", theme.Unknown},
		"pressure that is not there":  {psi, some(cgroup.Pressure{}), rates{}, "", theme.Text},
		"pressure that is turned off": {psi, some(cgroup.Pressure{Some: unsupported[float64]()}), rates{}, "?", theme.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.cell(&probe.Group{Values: &test.values, Rates: test.rates})
			if got.Text != test.text || got.Role != test.role {
				t.Errorf("got %q in role %d, want %q in role %d", got.Text, got.Role, test.text, test.role)
			}
		})
	}
}

// busyHost has a group with something in every column of version 2, one with more of it, and one of which nothing is known.
func busyHost(t testing.TB) *probe.Snapshot {
	t.Helper()
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2)
	for _, busy := range []struct {
		path string
		n    uint64
	}{{"/less", 1}, {"/more", 2}} {
		v, some := limits(t), cgroup.Pressure{Some: of(float64(busy.n)), Full: of(0.0)}
		v.Memory, v.PIDs, v.CPUUsage = of(busy.n), of(busy.n), of(time.Duration(busy.n))
		v.Periods, v.CPUWeight, v.CPUShares, v.OOMKills = of(busy.n), of(busy.n), of(busy.n), of(busy.n)
		v.MemoryHigh, v.MemoryPeak, v.Swap, v.MemSw, v.IORead, v.IOWritten = of(busy.n), of(busy.n), of(busy.n), of(busy.n), of(busy.n), of(busy.n)
		v.CPUPressure, v.MemoryPressure, v.IOPressure = some, some, some
		h.group("v2", busy.path, v, float64(busy.n))
		rate := of(float64(busy.n) / 4)
		h.groups[len(h.groups)-1].Rates = probe.Rates{ThrottledShare: rate, IORead: rate, IOWritten: rate}
	}
	h.group("v2", "/nothing", cgroup.Values{})
	return h.task(1, "a", "v2:/less").task(2, "b", "v2:/more").task(3, "c", "v2:/more").snapshot()
}

// TestSortByEachColumn sorts a flat list by every column that sorts: the greatest first, or last, and what is not known behind
// all others either way.
func TestSortByEachColumn(t *testing.T) {
	m := press(t, open(t, busyHost(t), 250, 20), "t")
	for id := range columnEnd {
		if columns[id].group == nil {
			continue
		}
		t.Run(columns[id].name, func(t *testing.T) {
			for _, reversed := range []bool{false, true} {
				got := slices.DeleteFunc(names(m.sortedBy(id, reversed)), func(name string) bool { return name == "v2" })
				want := []string{"/more", "/less", "/nothing"}
				switch counts := id == columnTotal || id == columnOwn; {
				case reversed && counts: // Nobody in a group is a number too.
					want = []string{"/nothing", "/less", "/more"}
				case reversed:
					want = []string{"/less", "/more", "/nothing"}
				}
				if !slices.Equal(got, want) {
					t.Errorf("reversed %v: %q, want %q", reversed, got, want)
				}
			}
		})
	}
}

// The scanner is asked for the parts of the columns on the screen, for those of the usual ones that might have something to
// tell, and for that which is sorted by.
func TestPartsOfTheColumnsOnTheScreen(t *testing.T) {
	s := v2Host(t).snapshot()
	wide, narrow := open(t, s, 250, 20), open(t, s, 80, 20)
	if got, want := narrow.Want().Parts, cgroup.DefaultParts; got != want {
		t.Errorf("80 wide: parts %b, want %b", got, want)
	}
	if got, want := wide.Want().Parts, cgroup.DefaultParts|cgroup.PartPressure|cgroup.PartIO; got != want {
		t.Errorf("250 wide: parts %b, want %b", got, want)
	}
	if got := titles(wide); slices.Contains(got, "PSI") {
		t.Errorf("headings %q, want none without anything to tell", got)
	}
	if got := titles(open(t, busyHost(t), 250, 20)); !slices.Contains(got, "PSI") {
		t.Errorf("headings %q, want pressure as soon as it is told", got)
	}
	if got, want := choose(wide, "group", "oom", "swap").Want().Parts, cgroup.DefaultParts|cgroup.PartMemoryEvents|cgroup.PartSwap; got != want {
		t.Errorf("two chosen: parts %b, want %b", got, want)
	}
	chosen := choose(narrow, "group", "swap", "procs", "state", "cpu", "mem", "pids", "psi-io")
	if got, want := chosen.Want().Parts, cgroup.DefaultParts|cgroup.PartSwap; got != want {
		t.Errorf("no room for the last one: parts %b, want %b", got, want)
	}
	if got, want := chosen.sortedBy(columnPeak, false).Want().Parts, cgroup.DefaultParts|cgroup.PartSwap|cgroup.PartMemoryPeak; got != want {
		t.Errorf("sorted by PEAK: parts %b, want %b", got, want)
	}
}

// TestTaskCells shows of a process what it has of the same kind as its group, and else nothing.
func TestTaskCells(t *testing.T) {
	use := probe.TaskUse{
		Swap: of(uint64(12 << 10)), Peak: of(uint64(3 << 20)), IORead: of(1024.0), IOWritten: reading.None[float64](reading.Denied),
	}
	thread := probe.Task{TaskKey: probe.TaskKey{PID: 7, TID: 8}, Closeup: &probe.Closeup{Use: &use}, Program: &probe.Program{}}
	for id, want := range map[columnID]string{
		columnSwap: "12K", columnPeak: "3.0M", columnIORead: "1.0K", columnIOWritten: "?",
		columnWeight: "", columnHigh: "", columnOOM: "", columnThrottled: "", columnCPUPressure: "", columnMemSw: "",
	} {
		for what, test := range map[string]struct {
			task *probe.Task
			want string
		}{
			"a watched process": {&probe.Task{TaskKey: probe.TaskKey{PID: 7, TID: 7}, Closeup: &probe.Closeup{Use: &use}, Program: &probe.Program{}}, want},
			"another process":   {&probe.Task{TaskKey: probe.TaskKey{PID: 7, TID: 7}, Closeup: &probe.Closeup{}, Program: &probe.Program{}}, ""},
			"a thread":          {&thread, ""},
		} {
			if got := columns[id].cell(rows{}, &item{task: test.task}).Text; got != test.want {
				t.Errorf("%s of %s: got %q, want %q", columns[id].name, what, got, test.want)
			}
		}
	}
	first := probe.TaskUse{}
	if got := columns[columnIORead].cell(rows{}, &item{task: &probe.Task{Closeup: &probe.Closeup{Use: &first}, Program: &probe.Program{}}}).Text; got != "" {
		t.Errorf("before there is a rate: got %q, want nothing", got)
	}
}
