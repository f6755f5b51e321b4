package cgroups

import (
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
	"bulkhead/ui/list"
	"bulkhead/ui/theme"
)

// pressure picks one of the three of a group.
type pressure func(*cgroup.Values) *cgroup.Pressure

func cpuPressure(v *cgroup.Values) *cgroup.Pressure { return &v.CPUPressure }

func memoryPressure(v *cgroup.Values) *cgroup.Pressure { return &v.MemoryPressure }

func ioPressure(v *cgroup.Values) *cgroup.Pressure { return &v.IOPressure }

// pressureCell makes the cells of a pressure: the share of time in which some tasks waited, and that in which all did.
func pressureCell(of pressure) func(*probe.Group) list.Cell {
	return func(g *probe.Group) list.Cell {
		p := of(g.Values)
		return valueCell(p.Some, func(some float64) list.Cell {
			cell := list.Cell{Text: tenths(some), Role: pressureRole(some, p.Full.Or(0))}
			switch full, ok := p.Full.Get(); {
			case ok:
				cell.Text += "/" + tenths(full)
			case p.Full.State() != reading.Absent:
				cell.Text += "/?"
			}
			return cell
		})
	}
}

func tenths(share float64) string { return strconv.FormatFloat(share, 'f', 1, 64) }

// pressureSteps are the percents from which on pressure is coloured, that of some tasks and that of all: while all wait nothing
// gets done at all. They are in order; the last that is reached counts.
var pressureSteps = []struct {
	some, full float64
	role       theme.Role
}{
	{0, 0, theme.Dim}, {0.1, 0.1, theme.Text}, {history.WarnPressure, 2, theme.Warn}, {history.BadPressure, 10, theme.Bad},
}

// pressureRole is the colour of a pressure.
func pressureRole(some, full float64) theme.Role {
	role := theme.Dim
	for _, step := range pressureSteps {
		if some >= step.some || full >= step.full {
			role = step.role
		}
	}
	return role
}

// pressureOf is what groups are sorted by: some, and among equals full.
func pressureOf(of pressure) func(*probe.Group) (float64, bool) {
	const finest = 1e-4 // The kernel tells hundredths, of a hundred at most.
	return func(g *probe.Group) (float64, bool) {
		p := of(g.Values)
		some, ok := p.Some.Get()
		return some + finest*finest*p.Full.Or(0), ok
	}
}

// hasPressure reports whether a group tells of a pressure. A kernel that has it switched off says that it does not support it.
func hasPressure(of pressure) func(*probe.Group) bool {
	return func(g *probe.Group) bool {
		state := of(g.Values).Some.State()
		return state != reading.Absent && state != reading.Unsupported
	}
}
