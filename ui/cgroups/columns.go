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
	columnThrottled
	columnWeight
	columnShares
	columnHigh
	columnPeak
	columnSwap
	columnMemSw
	columnOOM
	columnIORead
	columnIOWritten
	columnCPUPressure
	columnMemoryPressure
	columnIOPressure
	columnEnd
)

// column is a column of the screen.
type column struct {
	head  list.Column
	name  string       // By which it is kept in a file: it never changes.
	what  string       // What it tells.
	parts cgroup.Parts // What has to be read for it, beside what is always read.
	cell  func(rows, *item) list.Cell
	group func(*probe.Group) (float64, bool) // What groups are sorted by, the greatest first; nil for their names.
	task  func(*probe.Task) (float64, bool)  // The same for processes; nil for their pids.
	has   func(*probe.Group) bool            // Whether a group has anything for it; nil for a column that is always there.
}

// columns are all columns. PROCS counts as systemd-cgtop does, with the groups below; OWN beside it without.
var columns = [columnEnd]column{
	columnGroup: {
		head: list.Column{Title: "GROUP", Width: 26, Min: leastName, Flex: 1, Priority: 90, Tree: true, Cut: text.Middle},
		name: "group", what: "the path", cell: nameCell,
	},
	columnTotal: {
		head: list.Column{Title: "PROCS", Width: 5, Align: list.AlignRight, Priority: 80},
		name: "procs", what: "processes, with those of the groups below", cell: totalCell, group: total,
	},
	columnOwn: {
		head: list.Column{Title: "OWN", Width: 4, Align: list.AlignRight, Priority: 20},
		name: "own", what: "processes of the group itself", cell: ownCell, group: own,
	},
	columnState: {
		head: list.Column{Title: "STATE", Width: 14, Priority: 70},
		name: "state", what: "frozen, populated, empty, threaded", cell: stateCell,
	},
	columnCPU: {
		head: list.Column{Title: "CPU%", Width: 9, Min: 7, Align: list.AlignRight, Priority: 50},
		name: "cpu", what: "CPU used / quota, in percent of one CPU", cell: cpuCell, group: cpuUse, task: taskCPU, has: hasCPU,
	},
	columnMemory: {
		head: list.Column{Title: "MEM", Width: 11, Min: 9, Align: list.AlignRight, Priority: 60},
		name: "mem", what: "memory used / limit", cell: memoryCell, group: memoryUse, task: taskMemory, has: hasMemory,
	},
	columnPIDs: {
		head: list.Column{Title: "PIDS", Width: 9, Min: 7, Align: list.AlignRight, Priority: 40},
		name: "pids", what: "tasks / limit", cell: pidsCell, group: pidsUse, task: taskThreads, has: hasPIDs,
	},
	columnCPUs: {
		head: list.Column{Title: "CPUSET", Width: 11, Min: 7, Priority: 30},
		name: "cpuset", what: "CPUs asked for → granted", cell: cpusetCell, has: hasCPUs,
	},
	columnThrottled: {
		head: list.Column{Title: "THROT%", Width: 6, Align: list.AlignRight, Priority: 4},
		name: "throttled", what: "periods in which the CPU quota was used up, in percent",
		cell: groupCell(throttledCell), group: throttled, has: hasPeriods,
	},
	columnWeight: {
		head: list.Column{Title: "WEIGHT", Width: 6, Align: list.AlignRight, Priority: 3},
		name: "weight", what: "cpu.weight: part of the CPU beside siblings, 100 at first", parts: cgroup.PartWeight,
		cell: groupCell(weightCell), group: weight, has: hasWeight,
	},
	columnShares: {
		head: list.Column{Title: "SHARES", Width: 6, Align: list.AlignRight, Priority: 3},
		name: "shares", what: "cpu.shares: the same in version 1, 1024 at first", parts: cgroup.PartWeight,
		cell: groupCell(sharesCell), group: shares, has: hasShares,
	},
	columnHigh: {
		head: list.Column{Title: "HIGH", Width: 5, Align: list.AlignRight, Priority: 3},
		name: "high", what: "memory.high: from where on it is slowed down", parts: cgroup.PartMemoryHigh,
		cell: groupCell(highCell), group: high, has: hasHigh,
	},
	columnPeak: {
		head: list.Column{Title: "PEAK", Width: 5, Align: list.AlignRight, Priority: 3},
		name: "peak", what: "the most memory it ever used", parts: cgroup.PartMemoryPeak,
		cell: orTaskCell(peakCell, taskPeakCell), group: peak, has: hasPeak,
	},
	columnSwap: {
		head: list.Column{Title: "SWAP", Width: 9, Min: 7, Align: list.AlignRight, Priority: 4},
		name: "swap", what: "swap used / limit, without what is in memory", parts: cgroup.PartSwap,
		cell: orTaskCell(swapCell, taskSwapCell), group: swap, has: hasSwap,
	},
	columnMemSw: {
		head: list.Column{Title: "MEM+SW", Width: 11, Min: 9, Align: list.AlignRight, Priority: 4},
		name: "memsw", what: "memory and swap together / limit, in version 1", parts: cgroup.PartSwap,
		cell: groupCell(memSwCell), group: memSw, has: hasMemSw,
	},
	columnOOM: {
		head: list.Column{Title: "OOM", Width: 4, Align: list.AlignRight, Priority: 5},
		name: "oom", what: "processes killed because the memory ran out", parts: cgroup.PartMemoryEvents,
		cell: groupCell(oomCell), group: oomKills, has: hasOOM,
	},
	columnIORead: {
		head: list.Column{Title: "IO R/s", Width: 6, Align: list.AlignRight, Priority: 6},
		name: "io-read", what: "bytes read from devices, per second", parts: cgroup.PartIO,
		cell: orTaskCell(ioReadCell, taskReadCell), group: ioRead, has: hasIO,
	},
	columnIOWritten: {
		head: list.Column{Title: "IO W/s", Width: 6, Align: list.AlignRight, Priority: 6},
		name: "io-write", what: "bytes written to devices, per second", parts: cgroup.PartIO,
		cell: orTaskCell(ioWrittenCell, taskWrittenCell), group: ioWritten, has: hasIO,
	},
	columnCPUPressure: {
		head: list.Column{Title: "PSI CPU", Width: 9, Align: list.AlignRight, Priority: 9},
		name: "psi-cpu", what: "% of 10s in which some / all tasks waited for a CPU", parts: cgroup.PartCPUPressure,
		cell: groupCell(pressureCell(cpuPressure)), group: pressureOf(cpuPressure), has: hasPressure(cpuPressure),
	},
	columnMemoryPressure: {
		head: list.Column{Title: "PSI MEM", Width: 9, Align: list.AlignRight, Priority: 10},
		name: "psi-mem", what: "the same, for memory", parts: cgroup.PartMemoryPressure,
		cell: groupCell(pressureCell(memoryPressure)), group: pressureOf(memoryPressure), has: hasPressure(memoryPressure),
	},
	columnIOPressure: {
		head: list.Column{Title: "PSI IO", Width: 9, Align: list.AlignRight, Priority: 8},
		name: "psi-io", what: "the same, for devices", parts: cgroup.PartIOPressure,
		cell: groupCell(pressureCell(ioPressure)), group: pressureOf(ioPressure), has: hasPressure(ioPressure),
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

func hasCPU(g *probe.Group) bool { return told(g.Values.CPUUsage) || told(g.Values.CPUQuota) }

func hasMemory(g *probe.Group) bool { return told(g.Values.Memory) || told(g.Values.MemoryMax) }

func hasPIDs(g *probe.Group) bool { return told(g.Values.PIDs) || told(g.Values.PIDsMax) }

func hasCPUs(g *probe.Group) bool { return told(g.Values.CPUs) || told(g.Values.CPUsEffective) }

// told reports whether the kernel said anything, and be it that it may not be read.
func told[T any](r probe.Reading[T]) bool { return r.State() != reading.Absent }

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
