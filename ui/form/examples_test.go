package form

import (
	"testing"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// knobs are the files of a group.
var knobs = []probe.Knob{
	{Name: "cgroup.controllers", Text: reading.Of("cpuset cpu io memory pids")},
	{Name: "cgroup.kill", Writable: true},
	{Name: "cpu.max", Text: reading.Of("50000 100000"), Writable: true},
	{Name: "cpu.weight", Text: reading.Of("100"), Writable: true},
	{Name: "io.max", Text: reading.Of("8:0 rbps=1048576 wbps=max riops=max wiops=max\n8:16 rbps=max wbps=2097152 riops=max wiops=max"), Writable: true},
	{Name: "memory.current", Text: reading.None[string](reading.Denied)},
	{Name: "memory.max", Text: reading.Of("max"), Writable: true},
	{Name: "odd\x1b[2J", Text: reading.Of("\x1b[31mred\u202e"), Writable: true},
}

func set(t testing.TB, list string) cpulist.Set {
	t.Helper()
	s, err := cpulist.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fourCPUs is a machine like that of the tutorial.
func fourCPUs(t testing.TB) actions.Choice {
	return actions.Choice{
		File: "cpuset.cpus", Online: set(t, "0-3"), Allowed: set(t, "0-2"), Set: set(t, "0-1"), Effective: set(t, "0-1"),
		Exclusive: map[int]string{2: "/real-time"}, Version: 1,
	}
}

func nodes(t testing.TB) actions.Choice {
	return actions.Choice{
		File: "cpuset.mems", Online: set(t, "0-1"), Allowed: set(t, "0-1"), Set: set(t, "0"), Effective: set(t, "0"), Version: 1,
	}
}

// manyCPUs is a large machine, some of which is off or given away.
func manyCPUs(t testing.TB) actions.Choice {
	return actions.Choice{
		File: "cpuset.cpus", Online: set(t, "0-219"), Allowed: set(t, "0-191"), Set: set(t, "8-23,190-195"),
		Effective: set(t, "8-23,190-191"), Exclusive: map[int]string{64: "/dpdk", 65: "/dpdk"}, Version: 2, Partition: "root",
	}
}

// container is the first world with process ids of its own but not users.
func container(t testing.TB, m machine) screen.Target {
	t.Helper()
	for i := range m.now.Worlds {
		if w := &m.now.Worlds[i]; w.Cells[probe.PID].Kind == probe.CellOwn && w.Cells[probe.User].Kind == probe.CellHost {
			return screen.ToWorld(w)
		}
	}
	t.Fatal("there is no container")
	return screen.Target{}
}
