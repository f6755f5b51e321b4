package worlds

import (
	"fmt"

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

// stateColumn is the column of the state in words, or of its sign and a number where there is little room.
func stateColumn(width int) list.Column {
	if width < narrowWidth {
		return list.Column{Title: "S", Width: len("|1k"), Priority: 7}
	}
	return list.Column{Title: "STATE", Width: len("| freezing"), Priority: 7}
}

// cell tells the state in words, or by its sign: all of the world, or how many of how many processes.
func (f frozen) cell(width int) list.Cell {
	cell := list.Cell{Role: theme.Frozen}
	if f.stopped == 0 {
		return cell
	}
	sign, word := "‖", cgroup.Frozen.String()
	if f.slow > 0 {
		sign, word = "¦", cgroup.Freezing.String()
	}
	switch {
	case width < narrowWidth && f.stopped == f.of:
		cell.Text = sign
	case width < narrowWidth:
		cell.Text = fmt.Sprintf("%s%d", sign, f.stopped)
	case f.stopped == f.of:
		cell.Text = sign + " " + word
	default:
		cell.Text = fmt.Sprintf("%s %d of %d", sign, f.stopped, f.of)
	}
	return cell
}
