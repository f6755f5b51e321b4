package namespaces

import (
	"fmt"
	"strconv"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/glow"
	"bulkhead/ui/list"
	"bulkhead/ui/tasks"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// wide is the width from which on there is room for more than the beginning of a command.
const wide = 60

// columns are those of a list of some width. By owner, names have their types with them, and the tree tells the owner.
func columns(width int, byOwner bool) []list.Column {
	name := list.Column{Title: "NAMESPACE", Width: 26, Min: 20, Priority: 10, Tree: true}
	owner := list.Column{Title: "OWNER", Width: 10, Priority: 5}
	command := list.Column{Title: "COMMAND", Width: 24, Min: 10, Flex: 1, Priority: 9}
	if byOwner {
		name.Width, name.Min, owner.Priority = 36, 26, 0
	}
	if width >= wide {
		command.Min = 18
	}
	return []list.Column{
		name,
		{Title: "PROCS", Width: 5, Align: list.AlignRight, Priority: 8},
		{Title: "THR", Width: 5, Align: list.AlignRight, Priority: 3},
		owner,
		{Title: "OUID", Width: 6, Align: list.AlignRight, Priority: 1},
		{Title: "LEADER", Width: 7, Align: list.AlignRight, Priority: 7},
		{Title: "USER", Width: 8, Priority: 6},
		command,
	}
}

// rows are the namespaces and members in view. It implements list.Indexer.
type rows struct {
	items   []item
	lines   []list.Line
	byOwner bool
	filter  filter.Filter
	marks   map[probe.TaskKey]bool
	owners  map[uint64]string
	hidden  [len(probe.NamespaceTypes)]int // Processes by the type of which they do not tell.
	tracker *glow.Tracker[probe.NamespaceRef, *probe.Namespace]
}

// owners are the names of those user namespaces that have one.
func owners(now *probe.Snapshot) map[uint64]string {
	names := map[uint64]string{}
	for i := range now.Namespaces {
		switch n := &now.Namespaces[i]; {
		case n.Type != probe.User:
		case n.Initial:
			names[n.Inode] = "initial"
		case n.Host:
			names[n.Inode] = "host"
		}
	}
	return names
}

// at returns the item of a row.
func (r rows) at(i int) item { return r.items[r.lines[i].Index] }

// Len implements list.Source.
func (r rows) Len() int { return len(r.lines) }

// Key implements list.Source.
func (r rows) Key(i int) string { return r.at(i).id().key() }

// Index implements list.Indexer. It compares numbers rather than making the keys of thousands of rows.
func (r rows) Index(key string) (int, bool) {
	wanted, ok := parseKey(key)
	for i := 0; ok && i < len(r.lines); i++ {
		if r.at(i).id() == wanted {
			return i, true
		}
	}
	return 0, false
}

// marks are the list's marks for what the tracker says.
var marks = [...]list.Mark{
	glow.None: list.NoMark, glow.New: list.Born, glow.Changed: list.Changed, glow.Gone: list.Gone,
}

// Row implements list.Source.
func (r rows) Row(i int) list.Row {
	it := r.at(i)
	row := list.Row{Prefix: r.lines[i].Prefix}
	switch it.kind {
	case aHeading:
		row.Cells = []list.Cell{{Text: it.title, Role: theme.Header}}
	case aMember:
		row.Cells = r.member(it.task)
		row.Marked = r.marks[it.task.TaskKey]
	case aNamespace:
		row.Cells = r.namespace(it.space)
		row.Dim = it.place == context
		row.Mark = marks[r.tracker.Mark(it.space.NamespaceRef)]
	case aClosed:
	}
	return row
}

// plain is a cell of text that the filter looks into.
func (r rows) plain(s string, role theme.Role) list.Cell {
	return list.Cell{Text: s, Role: role, Matches: r.filter.Highlights(s)}
}

func count(n int) list.Cell { return list.Cell{Text: text.Count(uint64(max(n, 0)))} }

// unseen is how many are in a namespace that nobody is seen in, while there are some that do not tell where they are.
var unseen = list.Cell{Text: "0?", Role: theme.Unknown}

// member draws a process.
func (r rows) member(t *probe.Task) []list.Cell {
	threads := count(int(t.Threads))
	if t.Access != reading.Present {
		threads = unknown
	}
	return []list.Cell{
		r.plain(strconv.Itoa(int(t.PID)), theme.Text), {}, threads, {}, {}, {}, r.plain(t.User, theme.Text), r.command(t, theme.Text),
	}
}

// namespace draws a namespace. The host's are dim but for their numbers: they are no walls.
func (r rows) namespace(s *space) []list.Cell {
	role := theme.Text
	if s.Host {
		role = theme.Dim
	}
	cells := []list.Cell{r.name(s), count(s.Processes), count(s.Threads), r.owner(s), ownerUID(s), none, none, none}
	switch {
	case s.leader != nil:
		cells[5] = r.plain(strconv.Itoa(int(s.leader.PID)), role)
		cells[6] = r.plain(s.leader.User, role)
		cells[7] = r.command(s.leader, role)
	case s.Processes == 0:
		cells[7] = r.keepers(s)
		if r.hidden[s.Type] > 0 {
			cells[1], cells[2] = unseen, unseen
		}
	}
	return cells
}

// keepers says what keeps a namespace alive that no process is in, in place of a leader.
func (r rows) keepers(s *space) list.Cell {
	says := "no process"
	if len(s.KeptBy) > 0 {
		says = s.KeptBy[0].Text()
	}
	if more := len(s.KeptBy) - 1; more > 0 {
		says = fmt.Sprintf("%s, and %d more", says, more)
	}
	cell := r.plain(says, theme.Dim)
	cell.Back = 2
	return cell
}

// name is the sign and the number with a note, or the type where the order does not tell it.
func (r rows) name(s *space) list.Cell {
	sign, role := "■ ", theme.Own
	if s.Host {
		sign, role = "· ", theme.Host
	}
	name := sign + strconv.FormatUint(s.Inode, 10)
	note := s.note()
	if r.byOwner {
		name, note = sign+s.Namespace.String(), s.Name // Whose the others are the tree tells.
	}
	if note != "" {
		name += " " + note
	}
	return r.plain(name, role)
}

// note says what is special about a namespace, in a word.
func (s *space) note() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Host:
		return "host"
	case s.Initial:
		return "initial"
	}
	return ""
}

// unknown is what may not be read, none what there is not.
var (
	unknown = list.Cell{Text: "?", Role: theme.Unknown}
	none    = list.Cell{Text: "–", Role: theme.Dim}
)

// owner is empty until a scan has asked for it. The first user namespace has none, which the kernel calls a lack of
// permission.
func (r rows) owner(s *space) list.Cell {
	inode, ok := s.Owner.Get()
	switch {
	case ok && r.owners[inode] != "":
		return list.Cell{Text: r.owners[inode], Role: theme.Dim}
	case ok:
		return list.Cell{Text: strconv.FormatUint(inode, 10)}
	case s.Initial && s.Type == probe.User, s.Owner.State() == reading.Unsupported:
		return none
	case s.Owner.State() == reading.Denied, s.Owner.State() == reading.Unreached:
		return unknown
	}
	return list.Cell{}
}

func ownerUID(s *space) list.Cell {
	uid, ok := s.OwnerUID.Get()
	switch {
	case ok && uid == 0:
		return list.Cell{Text: "0", Role: theme.Dim}
	case ok:
		return list.Cell{Text: strconv.FormatUint(uint64(uid), 10)}
	case s.OwnerUID.State() == reading.Denied, s.OwnerUID.State() == reading.Unreached:
		return unknown
	case s.OwnerUID.State() == reading.Unsupported:
		return none
	}
	return list.Cell{}
}

func (r rows) command(t *probe.Task, role theme.Role) list.Cell {
	switch {
	case t.Access != reading.Present:
		return list.Cell{Text: "not permitted", Role: theme.Unknown}
	case t.Kernel, t.Zombie():
		role = theme.Dim
	}
	return r.plain(tasks.Command(t), role)
}
