package cgroups

import (
	"math"
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// The values that groups have at first: a cell with another one stands out.
const (
	usualWeight = 100
	usualShares = 1024
)

// groupCell makes the cell of a column that tells nothing of processes.
func groupCell(cell func(*probe.Group) list.Cell) func(rows, *item) list.Cell {
	return func(r rows, it *item) list.Cell {
		if it.task != nil {
			return list.Cell{}
		}
		return cell(r.node(it).group)
	}
}

// orTaskCell is groupCell, and of a process what it has of the same kind: a process has no limit of its own.
func orTaskCell(cell func(*probe.Group) list.Cell, task func(*probe.TaskUse) list.Cell) func(rows, *item) list.Cell {
	whole := groupCell(cell)
	return func(r rows, it *item) list.Cell {
		if it.task == nil {
			return whole(r, it)
		}
		if it.task.Use == nil || it.task.Thread() {
			return list.Cell{}
		}
		dim := task(it.task.Use)
		if dim.Role != theme.Unknown {
			dim.Role = theme.Dim
		}
		return dim
	}
}

func bytesCell(n uint64) list.Cell { return list.Cell{Text: text.Bytes(n)} }

func taskSwapCell(u *probe.TaskUse) list.Cell { return valueCell(u.Swap, bytesCell) }

// taskPeakCell is the most that was resident at once, which is not quite what its group was charged.
func taskPeakCell(u *probe.TaskUse) list.Cell { return valueCell(u.Peak, bytesCell) }

func taskReadCell(u *probe.TaskUse) list.Cell {
	return rateCell(u.IORead, probe.Reading[uint64]{})
}

func taskWrittenCell(u *probe.TaskUse) list.Cell {
	return rateCell(u.IOWritten, probe.Reading[uint64]{})
}

// valueCell writes a value. What is absent is left out; what else is not known is a question mark.
func valueCell[T any](value probe.Reading[T], write func(T) list.Cell) list.Cell {
	v, ok := value.Get()
	switch {
	case ok:
		return write(v)
	case value.State() == reading.Unlimited:
		return list.Cell{Text: "max", Role: theme.Dim}
	case value.State() == reading.Absent:
		return list.Cell{}
	}
	return unknown
}

func swapCell(g *probe.Group) list.Cell { return useCell(g.Values.Swap, g.Values.SwapMax, text.Bytes) }

func memSwCell(g *probe.Group) list.Cell {
	return useCell(g.Values.MemSw, g.Values.MemSwMax, text.Bytes)
}

// highCell warns where the kernel slows the group down already.
func highCell(g *probe.Group) list.Cell {
	return valueCell(g.Values.MemoryHigh, func(n uint64) list.Cell {
		cell := list.Cell{Text: text.Bytes(n)}
		if used, ok := g.Values.Memory.Get(); ok && used >= n {
			cell.Role = theme.Warn
		}
		return cell
	})
}

func peakCell(g *probe.Group) list.Cell {
	return valueCell(g.Values.MemoryPeak, func(n uint64) list.Cell {
		most, limited := g.Values.MemoryMax.Get()
		return list.Cell{Text: text.Bytes(n), Role: useRole(float64(n), float64(most), limited)}
	})
}

// oomCell stands out most where it has just happened.
func oomCell(g *probe.Group) list.Cell {
	return valueCell(g.Values.OOMKills, func(n uint64) list.Cell {
		cell := list.Cell{Text: text.Count(n), Role: theme.Warn}
		switch {
		case n == 0:
			cell.Role = theme.Dim
		case g.Rates.OOMKills.Or(0) > 0:
			cell.Role = theme.Bad
		}
		return cell
	})
}

func weightCell(g *probe.Group) list.Cell {
	return valueCell(g.Values.CPUWeight, func(n uint64) list.Cell {
		if n == 0 {
			return list.Cell{Text: "idle"}
		}
		return partCell(n, usualWeight)
	})
}

func sharesCell(g *probe.Group) list.Cell {
	return valueCell(g.Values.CPUShares, func(n uint64) list.Cell { return partCell(n, usualShares) })
}

func partCell(n, usual uint64) list.Cell {
	cell := list.Cell{Text: strconv.FormatUint(n, 10)}
	if n == usual {
		cell.Role = theme.Dim
	}
	return cell
}

// throttledCell tells in how many periods the quota was used up. Where none ran out there is nothing to be told.
func throttledCell(g *probe.Group) list.Cell {
	share := g.Rates.ThrottledShare
	if share.State() == reading.Absent && g.Values.Periods.Known() {
		return list.Cell{Text: "–", Role: theme.Dim}
	}
	return valueCell(share, func(n float64) list.Cell {
		cell := list.Cell{Text: percent(n), Role: theme.Warn}
		switch {
		case n == 0:
			cell.Role = theme.Dim
		case n >= badThrottle:
			cell.Role = theme.Bad
		}
		return cell
	})
}

// badThrottle is the share of periods from which on a group waits more often than not.
const badThrottle = 0.5

func ioReadCell(g *probe.Group) list.Cell { return rateCell(g.Rates.IORead, g.Values.IORead) }

func ioWrittenCell(g *probe.Group) list.Cell { return rateCell(g.Rates.IOWritten, g.Values.IOWritten) }

// rateCell writes bytes per second. What was counted for the first time has no rate yet.
func rateCell(rate probe.Reading[float64], count probe.Reading[uint64]) list.Cell {
	if rate.State() == reading.Absent && count.Known() {
		return list.Cell{Text: "…", Role: theme.Dim}
	}
	return valueCell(rate, func(n float64) list.Cell {
		cell := list.Cell{Text: text.Bytes(uint64(math.Ceil(n)))}
		if n == 0 {
			cell.Role = theme.Dim
		}
		return cell
	})
}

func throttled(g *probe.Group) (float64, bool) { return g.Rates.ThrottledShare.Get() }

func weight(g *probe.Group) (float64, bool) { return number(g.Values.CPUWeight) }

func shares(g *probe.Group) (float64, bool) { return number(g.Values.CPUShares) }

func high(g *probe.Group) (float64, bool) { return number(g.Values.MemoryHigh) }

func peak(g *probe.Group) (float64, bool) { return number(g.Values.MemoryPeak) }

func swap(g *probe.Group) (float64, bool) { return number(g.Values.Swap) }

func memSw(g *probe.Group) (float64, bool) { return number(g.Values.MemSw) }

func oomKills(g *probe.Group) (float64, bool) { return number(g.Values.OOMKills) }

func ioRead(g *probe.Group) (float64, bool) { return g.Rates.IORead.Get() }

func ioWritten(g *probe.Group) (float64, bool) { return g.Rates.IOWritten.Get() }

func hasPeriods(g *probe.Group) bool { return told(g.Values.Periods) }

func hasWeight(g *probe.Group) bool { return told(g.Values.CPUWeight) }

func hasShares(g *probe.Group) bool { return told(g.Values.CPUShares) }

func hasHigh(g *probe.Group) bool { return told(g.Values.MemoryHigh) }

func hasPeak(g *probe.Group) bool { return told(g.Values.MemoryPeak) }

func hasSwap(g *probe.Group) bool { return told(g.Values.Swap) || told(g.Values.SwapMax) }

func hasMemSw(g *probe.Group) bool { return told(g.Values.MemSw) || told(g.Values.MemSwMax) }

func hasOOM(g *probe.Group) bool { return told(g.Values.OOMKills) }

func hasIO(g *probe.Group) bool { return told(g.Values.IORead) || told(g.Values.IOWritten) }
