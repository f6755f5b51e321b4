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

// stateColumn is the column of the state in words.
var stateColumn = list.Column{Title: "STATE", Width: len("| freezing"), Priority: 7}

// sign stands before the state; word is the state where it is that of all.
func (f frozen) sign() (sign, word string) {
	if f.slow > 0 {
		return "¦", cgroup.Freezing.String()
	}
	return "‖", cgroup.Frozen.String()
}

// cell tells the state in words: all of the world, or how many of how many processes.
func (f frozen) cell() list.Cell {
	sign, word := f.sign()
	switch f.stopped {
	case 0:
		return list.Cell{}
	case f.of:
		return list.Cell{Text: sign + " " + word, Role: theme.Frozen}
	}
	return list.Cell{Text: fmt.Sprintf("%s %d of %d", sign, f.stopped, f.of), Role: theme.Frozen}
}

// count is the number of processes behind the sign, and where only some are frozen behind how many.
func (f frozen) count(processes int) list.Cell {
	sign, _ := f.sign()
	switch f.stopped {
	case 0:
		return list.Cell{Text: strconv.Itoa(processes)}
	case f.of:
		return list.Cell{Text: sign + strconv.Itoa(processes), Role: theme.Frozen}
	}
	return list.Cell{Text: fmt.Sprintf("%s%d/%d", sign, f.stopped, processes), Role: theme.Frozen}
}
