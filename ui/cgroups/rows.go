package cgroups

import (
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// item is a group or a process that can have a row.
type item struct {
	node     int         // The group, or that of the process.
	task     *probe.Task // The process; nil for a group.
	parent   int         // Another item; -1 for a hierarchy.
	open     bool        // What is below it is shown.
	branched bool        // It has groups below it.
	crowded  bool        // Its processes are shown, once it is open.
	context  bool        // The filter did not find it, but something below it.
	mark     list.Mark   // Of a process.
}

// rows are the lines in view and out of it; it implements list.Source.
type rows struct {
	catalog *catalog
	past    *past
	filter  filter.Filter
	marks   map[probe.TaskKey]bool
	alarms  map[probe.GroupKey]screen.Alarm
	items   []item
	lines   []list.Line
	columns []columnID
	asked   []columnID // Those, and those that would be shown if there were anything to be told in them.
	chosen  bool       // The columns are those that the user chose.
	within  []bool     // By node: it is in the view.
	matched int
	hidden  int // Empty groups that are left out.
	top     int // The node that is the root of the view; whole for all hierarchies, lost where it is not there.
	flat    bool
}

// Len implements list.Source.
func (r rows) Len() int { return len(r.lines) }

func (r rows) item(i int) *item { return &r.items[r.lines[i].Index] }

func (r rows) node(it *item) *node { return &r.catalog.nodes[it.node] }

// Key implements list.Source.
func (r rows) Key(i int) string {
	it := r.item(i)
	if it.task != nil {
		return taskKey(r.node(it).group.GroupKey, it.task.TaskKey)
	}
	return groupKey(r.node(it).group.GroupKey)
}

// groupKey and taskKey are the keys of rows. No path holds a NUL.
func groupKey(key probe.GroupKey) string { return key.Hierarchy + "\x00" + key.Path }

func taskKey(group probe.GroupKey, task probe.TaskKey) string {
	return group.Hierarchy + "\x00" + group.Path + "\x00" + strconv.Itoa(int(task.PID)) + " " +
		strconv.Itoa(int(task.TID)) + " " + strconv.FormatUint(task.Start, 10)
}

// Row implements list.Source.
func (r rows) Row(i int) list.Row {
	it := r.item(i)
	row := list.Row{Prefix: r.lines[i].Prefix, Dim: it.context, Mark: it.mark, Cells: make([]list.Cell, len(r.columns))}
	if it.task != nil {
		row.Marked = r.marks[it.task.TaskKey]
	} else {
		row.Mark = r.past.mark(r.node(it), it.open)
	}
	for c, id := range r.columns {
		row.Cells[c] = columns[id].cell(r, it)
		if row.Mark == list.Changed {
			row.Cells[c] = plain(row.Cells[c])
		}
	}
	return row
}

// plain keeps a cell without a colour of its own as it is in a row of which another cell has changed.
func plain(cell list.Cell) list.Cell {
	if cell.Role == theme.Text && len(cell.Spans) == 0 {
		cell.Spans = []list.Span{{To: len(cell.Text)}}
	}
	return cell
}

// threadsOf returns the processes whose threads a row is open to.
func (r rows) threadsOf(i int) []int32 {
	it := r.item(i)
	if n := r.node(it); it.task == nil && it.open && it.crowded && n.loose() {
		return n.group.Loose.Or(nil)
	}
	return nil
}

// target returns what an item stands for.
func (r rows) target(it *item) (screen.Target, bool) {
	n := r.node(it)
	switch {
	case it.task != nil:
		return screen.ToTask(it.task.TaskKey), true
	case n.at < 0 && !n.gone:
		return screen.Target{}, false
	}
	return screen.ToGroup(n.group.GroupKey), true
}

// nameCell names the row: a hierarchy with where it is mounted, a group, or a process.
func nameCell(r rows, it *item) list.Cell {
	n := r.node(it)
	var cell list.Cell
	switch {
	case it.task != nil:
		cell = taskName(it.task)
	case n.parent < 0:
		cell = hierarchyName(&r.catalog.hierarchies[n.hierarchy])
	case r.flat || it.node == r.top:
		cell.Text = n.group.String()
	default:
		cell.Text = r.catalog.name(n)
		if name := r.catalog.names[n.group.GroupKey]; name != "" {
			cell = list.Cell{Text: name + "  " + cell.Text, Ends: true}
			cell.Spans = []list.Span{{To: len(name), Role: theme.Title}, {From: len(name), To: len(cell.Text), Role: theme.Dim}}
		}
	}
	if it.context || n.gone || it.mark == list.Gone {
		cell.Spans = nil
	}
	cell.Matches = r.filter.Highlights(cell.Text)
	return cell
}

// taskName is a process as pid, user and name. A thread stands here only where its process does not.
func taskName(t *probe.Task) list.Cell {
	parts := []string{strconv.Itoa(int(t.PID)), t.User, t.Comm}
	if t.Thread() {
		parts[0] += "/" + strconv.Itoa(int(t.TID))
	}
	for i, part := range parts {
		if part == "" {
			parts[i] = "?"
		}
	}
	from := len(parts[0])
	cell := list.Cell{
		Text:  strings.Join(parts, " "),
		Spans: []list.Span{{From: from, To: from + 1 + len(parts[1]), Role: theme.Dim}},
	}
	if t.Thread() {
		cell.Spans = append(cell.Spans, list.Span{From: len(cell.Text), To: len(cell.Text) + len(looseThread), Role: theme.Dim})
		cell.Text += looseThread
	}
	return cell
}

// looseThread marks a thread that is in a group without its process.
const looseThread = ", loose thread"

// hierarchyName is a hierarchy with its mount point, and the group that this shows if it is not the topmost one.
func hierarchyName(h *probe.Hierarchy) list.Cell {
	place := "not mounted here"
	if h.MountPoint != "" {
		place = h.MountPoint
	}
	if h.MountPoint != "" && h.Root != "" && h.Root != "/" {
		place += " → " + h.Root
	}
	if h.Partial {
		place += ", from inside" // The page of the group says what that means.
	}
	if h.ReadOnly {
		place += ", read-only"
	}
	name := h.Label + "  " + place
	return list.Cell{Text: name, Spans: []list.Span{
		{To: len(h.Label), Role: theme.Title}, {From: len(h.Label), To: len(name), Role: theme.Dim},
	}}
}
