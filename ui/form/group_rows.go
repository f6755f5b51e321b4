package form

import (
	"path"
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/list"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// placeColumns are the columns of the groups. Signs stand at the left, where the eye finds them.
var placeColumns = []list.Column{
	{Width: 1, Priority: 3},
	{Title: "GROUP", Width: 24, Min: 12, Flex: 1, Priority: 9, Tree: true, Cut: text.Middle},
	{Title: "‖", Width: 1, Priority: 6},
	{Title: "PROCS", Width: 5, Align: list.AlignRight, Priority: 5},
	{Title: "CPUS", Width: 12, Min: 7, Priority: 2},
}

// hereSign marks the group that the tasks are in.
const hereSign = "●"

// Row implements list.Source.
func (p places) Row(i int) list.Row {
	at := p.at(i)
	row := list.Row{Prefix: p.lines[i].Prefix, Dim: !p.Found(i) || at.group == nil, Cells: make([]list.Cell, len(placeColumns))}
	if at.here {
		row.Cells[0] = list.Cell{Text: hereSign, Role: theme.Good}
	}
	row.Cells[1] = at.name()
	row.Cells[1].Matches = p.filter.Highlights(row.Cells[1].Text)
	if at.group == nil {
		return row
	}
	switch at.group.Values.Freezer.Or(cgroup.Thawed) {
	case cgroup.Frozen:
		row.Cells[2] = list.Cell{Text: "‖", Role: theme.Frozen}
	case cgroup.Freezing:
		row.Cells[2] = list.Cell{Text: "¦", Role: theme.Frozen}
	case cgroup.Thawed:
	}
	row.Cells[3] = count(at.group.Processes)
	row.Cells[4] = at.cpus()
	return row
}

// count is a cell with a number.
func count(n int) list.Cell {
	cell := list.Cell{Text: strconv.Itoa(n)}
	if n == 0 {
		cell.Role = theme.Dim
	}
	return cell
}

// name is the last part of a group's path; the topmost group is called by its hierarchy.
func (p *place) name() list.Cell {
	if p.parent >= 0 {
		return list.Cell{Text: path.Base(p.key.Path)}
	}
	says := p.key.Hierarchy + "  " + p.key.Path
	switch {
	case p.group == nil:
		says += "  not mounted here"
	case p.hierarchy.ReadOnly:
		says += "  read-only"
	}
	spans := []list.Span{
		{To: len(p.key.Hierarchy), Role: theme.Title}, {From: len(p.key.Hierarchy), To: len(says), Role: theme.Dim},
	}
	return list.Cell{Text: says, Spans: spans}
}

// cpus are the CPUs that are asked for in a group, or none.
func (p *place) cpus() list.Cell {
	asked, ok := p.group.Values.CPUs.Get()
	if !ok {
		return list.Cell{}
	}
	if asked.Len() == 0 && p.hierarchy.Version == 1 {
		return list.Cell{Text: "none", Role: theme.Warn}
	}
	return list.Cell{Text: asked.String()}
}

// topmost returns the place to begin with: the first below a topmost group that a task is in, else the first of all.
func (p places) topmost() (key probe.GroupKey, ok bool) {
	for i := range p.all {
		if p.all[i].here && p.all[i].parent >= 0 {
			return p.all[i].key, true
		}
	}
	return probe.GroupKey{}, false
}
