package tasks

import (
	"math"
	"math/bits"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/list"
)

// look is what a column needs to know beside the task.
type look struct {
	filter  filter.Filter
	host    *probe.Host
	freezes probe.Freezes
	words   bool // The state of what is frozen is told in words: there is room.
}

// column is a column of the list: what it is sorted by, a number or a text, and how it is drawn. What is not known is
// sorted as less than any value.
type column struct {
	list.Column
	greatest bool // The greatest is of interest, and comes first.
	number   func(*look, *probe.Task) uint64
	text     func(*probe.Task) string
	cell     func(*look, *probe.Task) list.Cell
}

// columns are those of the list, the order in which sorting passes through them.
var columns = [...]column{
	{
		Column: list.Column{Title: "PID", Width: 7, Align: list.AlignRight, Priority: 9},
		number: func(_ *look, t *probe.Task) uint64 { return uint64(max(t.TID, 0)) },
		cell:   pidCell,
	},
	{
		Column: list.Column{Title: "USER", Width: 8, Priority: 6},
		text:   func(t *probe.Task) string { return t.User },
		cell:   userCell,
	},
	{
		Column: list.Column{Title: "S", Width: 1, Priority: 7},
		number: stateKey,
		cell:   stateCell,
	},
	{
		Column:   list.Column{Title: "CPU%", Width: 5, Align: list.AlignRight, Priority: 5},
		greatest: true,
		number:   func(_ *look, t *probe.Task) uint64 { return cpuKey(t.CPU) },
		cell:     cpuCell,
	},
	{
		Column:   list.Column{Title: "MEM", Width: 5, Align: list.AlignRight, Priority: 3},
		greatest: true,
		number:   func(_ *look, t *probe.Task) uint64 { return memoryKey(t) },
		cell:     memoryCell,
	},
	{
		Column:   list.Column{Title: "THR", Width: 4, Align: list.AlignRight, Priority: 2},
		greatest: true,
		number:   func(_ *look, t *probe.Task) uint64 { return statKey(t, t.Threads) },
		cell:     threadsCell,
	},
	{
		Column: list.Column{Title: "PSR", Width: 3, Align: list.AlignRight, Priority: 4},
		number: func(_ *look, t *probe.Task) uint64 { return statKey(t, t.PSR) },
		cell:   psrCell,
	},
	{
		Column: list.Column{Title: "ALLOWED", Width: 8, Priority: 1},
		number: func(_ *look, t *probe.Task) uint64 { return allowedKey(t) },
		cell:   allowedCell,
	},
	{
		Column:   list.Column{Title: "WALLS", Width: 8, Priority: 8},
		greatest: true,
		number:   func(l *look, t *probe.Task) uint64 { return wallsKey(t.Namespaces, l.host) },
		cell:     wallsCell,
	},
	{
		Column: list.Column{Title: "COMMAND", Width: 20, Flex: 1, Priority: 10, Tree: true},
		text:   func(t *probe.Task) string { return program(t) },
		cell:   commandCell,
	},
}

// stateColumn is the place of the state among the columns.
const stateColumn = 2

// wordsWidth is the width from which on there is room for the state in words.
const wordsWidth = 78

// heads are the columns as the list draws them. The state has more room while some task's is told in words.
func heads(words bool) []list.Column {
	own := make([]list.Column, len(columns))
	for i := range columns {
		own[i] = columns[i].Column
	}
	if words {
		own[stateColumn].Title, own[stateColumn].Width = "STATE", len("| freezing")
	}
	return own
}

// stateKey orders by the letter of the state, and what is frozen behind all of them.
func stateKey(l *look, t *probe.Task) uint64 {
	if freeze, stopped := l.freezes.Of(t); stopped {
		return 1<<8 + uint64(freeze.State)
	}
	return statKey(t, int32(t.State))
}

// statKey orders by a number that proc_pid_stat(5) tells.
func statKey(t *probe.Task, n int32) uint64 {
	if t.Access != reading.Present {
		return 0
	}
	return 1 + uint64(max(n, 0))
}

func memoryKey(t *probe.Task) uint64 {
	resident, ok := t.Resident().Get()
	if !ok {
		return 0
	}
	return 1 + resident
}

// cpuKey orders shares of the CPU: the bits of a positive number rise with it.
func cpuKey(cpu probe.Reading[float64]) uint64 {
	share, ok := cpu.Get()
	if !ok {
		return 0
	}
	return 1 + math.Float64bits(max(share, 0))
}

// allowedKey orders by how many CPUs a task may run on.
func allowedKey(t *probe.Task) uint64 {
	set, ok := t.Allowed.Get()
	if !ok {
		return 0
	}
	return 1 + uint64(set.Len()) //nolint:gosec // A count.
}

// wallsKey orders by the number of walls, and keeps those with the same walls together.
func wallsKey(set *probe.NamespaceSet, host *probe.Host) uint64 {
	var own uint8
	for t, inode := range set.Inodes {
		if _, known := inode.Get(); known && inode != host.Reference.Key[t] {
			own |= 1 << t
		}
	}
	return uint64(bits.OnesCount8(own))<<8 | uint64(own) //nolint:gosec // A count.
}
