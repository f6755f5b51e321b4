package worlds

import (
	"fmt"
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/list"
	"bulkhead/ui/theme"
)

// frozen counts the processes of a world that do not run since their group, or one above it, was frozen.
type frozen struct {
	stopped int // Frozen, or about to be.
	slow    int // Of these, those that still run.
	of      int // All that could be.
}

// frozenWorlds counts what is frozen, of those worlds where anything is.
func frozenWorlds(s *probe.Snapshot) map[probe.WorldKey]frozen {
	freezes := s.Freezes()
	if freezes.None() {
		return nil
	}
	counts := map[probe.WorldKey]frozen{}
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if t.Kernel || t.Zombie() {
			continue
		}
		c := counts[probe.WorldKey(t.Namespaces.Inodes)]
		c.of++
		if freeze, stopped := freezes.Of(t); stopped {
			c.stopped++
			if freeze.State == cgroup.Freezing {
				c.slow++
			}
		}
		counts[probe.WorldKey(t.Namespaces.Inodes)] = c
	}
	for key, c := range counts {
		if c.stopped == 0 {
			delete(counts, key)
		}
	}
	return counts
}

// procsColumn counts the processes. Where there is little room it also says how many of them are frozen.
func procsColumn(width int, stopped bool) list.Column {
	c := list.Column{Title: "PROCS", Width: 5, Align: list.AlignRight, Priority: 8}
	if stopped && width < narrowWidth {
		c.Width = len("|12/345")
	}
	return c
}

// nameLeast is the least width of the names: where the state needs room too, others give way to it rather than they.
func nameLeast(width int, stopped bool) int {
	least := nameWidth(width)
	switch {
	case stopped && width < narrowWidth:
		least += 2
	case stopped:
		least += 6
	}
	return least
}

// stateColumn is the column of the state in words.
var stateColumn = list.Column{Title: "STATE", Width: len("| frozen"), Priority: 7}

// cell tells the state in a word where all of the world is frozen, else how many of how many processes are. The sign tells where
// some of those that are to be are not yet.
func (f frozen) cell() list.Cell {
	switch {
	case f.stopped == 0:
		return list.Cell{}
	case f.stopped == f.of && f.slow == 0:
		return list.Cell{Text: "‖ " + cgroup.Frozen.String(), Role: theme.Frozen}
	case f.slow > 0:
		return list.Cell{Text: fmt.Sprintf("¦ %d/%d", f.stopped-f.slow, f.of), Role: theme.Frozen}
	}
	return list.Cell{Text: fmt.Sprintf("‖ %d/%d", f.stopped, f.of), Role: theme.Frozen}
}

// count is the number of processes, behind the sign where all of them are frozen, else behind how many are.
func (f frozen) count(processes int) list.Cell {
	switch {
	case f.stopped == 0:
		return list.Cell{Text: strconv.Itoa(processes)}
	case f.stopped == f.of && f.slow == 0:
		return list.Cell{Text: "‖" + strconv.Itoa(processes), Role: theme.Frozen}
	case f.slow > 0:
		return list.Cell{Text: fmt.Sprintf("¦%d/%d", f.stopped-f.slow, processes), Role: theme.Frozen}
	}
	return list.Cell{Text: fmt.Sprintf("‖%d/%d", f.stopped, processes), Role: theme.Frozen}
}
