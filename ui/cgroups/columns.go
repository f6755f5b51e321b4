package cgroups

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/text"
)

// columnID names a column.
type columnID int

// The columns in their order.
const (
	columnGroup columnID = iota
	columnTotal
	columnOwn
	columnState
	columnCPU
	columnMemory
	columnPIDs
	columnCPUs
	columnEnd
)

// column is a column of the screen.
type column struct {
	head  list.Column
	cell  func(rows, *item) list.Cell
	group func(*probe.Group) (float64, bool) // What groups are sorted by, the greatest first; nil for their names.
	task  func(*probe.Task) (float64, bool)  // The same for processes; nil for their pids.
	has   func(*cgroup.Values) bool          // Whether a group has anything for it; nil for a column that is always there.
}

// columns are all columns. PROCS counts as systemd-cgtop does, with the groups below; OWN beside it without.
var columns = [columnEnd]column{
	columnGroup: {
		head: list.Column{Title: "GROUP", Width: 26, Min: 16, Flex: 1, Priority: 9, Tree: true, Cut: text.Middle},
		cell: nameCell,
	},
	columnTotal: {
		head: list.Column{Title: "PROCS", Width: 5, Align: list.AlignRight, Priority: 8},
		cell: totalCell, group: total,
	},
	columnOwn: {
		head: list.Column{Title: "OWN", Width: 4, Align: list.AlignRight, Priority: 2},
		cell: ownCell, group: own,
	},
	columnState: {
		head: list.Column{Title: "STATE", Width: 14, Priority: 7},
		cell: stateCell,
	},
	columnCPU: {
		head: list.Column{Title: "CPU%", Width: 9, Min: 7, Align: list.AlignRight, Priority: 5},
		cell: cpuCell, group: cpuUse, task: taskCPU, has: hasCPU,
	},
	columnMemory: {
		head: list.Column{Title: "MEM", Width: 11, Min: 9, Align: list.AlignRight, Priority: 6},
		cell: memoryCell, group: memoryUse, task: taskMemory, has: hasMemory,
	},
	columnPIDs: {
		head: list.Column{Title: "PIDS", Width: 9, Min: 7, Align: list.AlignRight, Priority: 4},
		cell: pidsCell, group: pidsUse, task: taskThreads, has: hasPIDs,
	},
	columnCPUs: {
		head: list.Column{Title: "CPUSET", Width: 11, Min: 7, Priority: 3},
		cell: cpusetCell, has: hasCPUs,
	},
}

func total(g *probe.Group) (float64, bool) { return float64(g.Processes + g.Below), true }

func own(g *probe.Group) (float64, bool) { return float64(g.Processes), true }

func cpuUse(g *probe.Group) (float64, bool) { return g.CPU.Get() }

func memoryUse(g *probe.Group) (float64, bool) { return number(g.Values.Memory) }

func pidsUse(g *probe.Group) (float64, bool) { return number(g.Values.PIDs) }

func number(r probe.Reading[uint64]) (float64, bool) {
	n, ok := r.Get()
	return float64(n), ok
}

func taskCPU(t *probe.Task) (float64, bool) { return t.CPU.Get() }

func taskMemory(t *probe.Task) (float64, bool) { return number(t.Resident()) }

func taskThreads(t *probe.Task) (float64, bool) {
	return float64(t.Threads), t.Access == reading.Present
}

func hasCPU(v *cgroup.Values) bool { return told(v.CPUUsage) || told(v.CPUQuota) }

func hasMemory(v *cgroup.Values) bool { return told(v.Memory) || told(v.MemoryMax) }

func hasPIDs(v *cgroup.Values) bool { return told(v.PIDs) || told(v.PIDsMax) }

func hasCPUs(v *cgroup.Values) bool { return told(v.CPUs) || told(v.CPUsEffective) }

// told reports whether the kernel said anything, and be it that it may not be read.
func told[T any](r probe.Reading[T]) bool { return r.State() != reading.Absent }

// shownColumns returns the columns for which any group has a value.
func shownColumns(c *catalog) []columnID {
	shown := make([]columnID, 0, columnEnd)
	for id := range columnEnd {
		if has := columns[id].has; has == nil || c.any(has) {
			shown = append(shown, id)
		}
	}
	return shown
}

func (c *catalog) any(has func(*cgroup.Values) bool) bool {
	for i := range c.nodes {
		if has(c.nodes[i].group.Values) {
			return true
		}
	}
	return false
}

func heads(shown []columnID) []list.Column {
	heads := make([]list.Column, len(shown))
	for i, id := range shown {
		heads[i] = columns[id].head
	}
	return heads
}

// sorted returns the place of the column that is sorted by, -1 if it is not shown, and in which direction.
func (c choice) sorted(shown []columnID) (at int, descending bool) {
	return slices.Index(shown, c.sort), (columns[c.sort].group != nil) != c.reversed
}

// next returns the column to sort by that is so many places to the right, among those shown that can be sorted by.
func (c choice) next(shown []columnID, by int) columnID {
	var able []columnID
	for _, id := range shown {
		if id == columnGroup || columns[id].group != nil {
			able = append(able, id)
		}
	}
	at := max(slices.Index(able, c.sort), 0) + by
	return able[max(min(at, len(able)-1), 0)]
}
