package cgroups

import (
	"slices"

	"bulkhead/probe/cgroup"
	"bulkhead/ui/list"
)

// kind is of which versions the hierarchies in view are. Each has columns of its own.
type kind uint8

// The kinds.
const (
	onlyV1 kind = iota
	onlyV2
	bothVersions
	kinds
)

var kindNames = [kinds]string{"version 1", "version 2", "both versions"}

// usual are the columns as long as nobody chose any.
var usual = [kinds][]columnID{
	onlyV1: {
		columnGroup, columnTotal, columnOwn, columnState, columnCPU, columnMemory, columnPIDs, columnCPUs, columnIORead,
		columnIOWritten,
	},
	onlyV2: {
		columnGroup, columnTotal, columnOwn, columnState, columnCPU, columnMemory, columnPIDs, columnCPUs, columnCPUPressure,
		columnMemoryPressure, columnIOPressure, columnIORead, columnIOWritten,
	},
	bothVersions: {
		columnGroup, columnTotal, columnOwn, columnState, columnCPU, columnMemory, columnPIDs, columnCPUs, columnIORead,
		columnIOWritten,
	},
}

// kindOf returns of which kind the hierarchies are that are in view below a root. Those that are mounted nowhere have nothing
// to be shown, and count only where no other one is there.
func (c *catalog) kindOf(top int) kind {
	if top >= 0 {
		return kindOfVersions(map[int]bool{c.hierarchies[c.nodes[top].hierarchy].Version: true})
	}
	mounted, all := map[int]bool{}, map[int]bool{}
	for i := range c.hierarchies {
		h := &c.hierarchies[i]
		all[h.Version] = true
		if h.MountPoint != "" {
			mounted[h.Version] = true
		}
	}
	if len(mounted) == 0 {
		mounted = all
	}
	return kindOfVersions(mounted)
}

func kindOfVersions(there map[int]bool) kind {
	switch {
	case there[1] && there[2]:
		return bothVersions
	case there[1]:
		return onlyV1
	}
	return onlyV2
}

// columnSet is the columns of one kind: those chosen, or the usual ones.
type columnSet struct {
	chosen  bool
	columns []columnID
	unknown []string // Names in the file that this program does not know; they are kept.
}

// set returns the columns for a kind.
func (c choice) set(k kind) columnSet {
	if c.sets[k].chosen {
		return c.sets[k]
	}
	return columnSet{columns: usual[k]}
}

// shownColumns returns the columns of the view: those that were chosen, or those usual ones for which any group in view has
// something to tell. The others of the usual ones are asked for as well as far as they would find room: only reading them
// shows whether there is anything.
func (m Model) shownColumns(within []bool) (shown, asked []columnID) {
	set := m.choice.set(m.kind())
	if set.chosen {
		return set.columns, set.columns
	}
	blank := m.catalog.blanks(set.columns, within)
	for _, id := range set.columns {
		if !blank[id] {
			shown = append(shown, id)
		}
		if !blank[id] || columns[id].parts != 0 {
			asked = append(asked, id)
		}
	}
	return shown, asked
}

// parts returns what is to be read of groups: what the rest of the program looks at, and what the columns on the screen show,
// the one that is sorted by among them.
func (m Model) parts() cgroup.Parts {
	parts := cgroup.DefaultParts | columns[m.choice.sort].parts
	laid := m.list.SetColumns(m.heads(m.rows.asked, m.rows.chosen)...)
	for _, i := range laid.Laid() {
		parts |= columns[m.rows.asked[i]].parts
	}
	return parts
}

// blanks returns which of the columns have nothing to be told, of any group in view.
func (c *catalog) blanks(of []columnID, within []bool) (blank [columnEnd]bool) {
	left := 0
	for _, id := range of {
		if columns[id].has != nil {
			blank[id] = true
			left++
		}
	}
	for i := range c.nodes {
		if left == 0 {
			break
		}
		if !within[i] {
			continue
		}
		for _, id := range of {
			if blank[id] && columns[id].has(c.nodes[i].group) {
				blank[id] = false
				left--
			}
		}
	}
	return blank
}

// The widths that the names of groups have at least where the columns were not chosen: a quarter of the screen, within these.
const (
	leastName = 16
	mostName  = 30
)

// heads are the columns as the list has them. Chosen ones make room from the last to the first.
func (m Model) heads(shown []columnID, chosen bool) []list.Column {
	heads := make([]list.Column, len(shown))
	for i, id := range shown {
		heads[i] = columns[id].head
		switch {
		case id != columnGroup && chosen:
			heads[i].Priority = len(shown) - i
		case id == columnGroup && !chosen:
			heads[i].Min = min(mostName, max(leastName, m.width/4))
		}
	}
	return heads
}

// columnNamed returns the column of a name.
func columnNamed(name string) (columnID, bool) {
	at := slices.IndexFunc(columns[:], func(c column) bool { return c.name == name })
	return columnID(at), at >= 0
}
