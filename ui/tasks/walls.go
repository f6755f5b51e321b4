package tasks

import (
	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/theme"
)

// letters stand for a namespace that is not the host's, by its type: user mnt pid net host name (uts) ipc cgroup time.
const letters = "umpnhict"

// wallsCell is the eight namespaces of a task, a character each: a dot for the host's, the letter of the type for
// another one, a question mark for what may not be read and a dash for what there is not.
func wallsCell(l *look, t *probe.Task) list.Cell {
	cell := list.Cell{Role: theme.Host}
	buffer := make([]byte, 0, 3*len(letters))
	for kind, inode := range t.Namespaces.Inodes {
		sign, role := wall(kind, inode, l.host)
		from := len(buffer)
		buffer = append(buffer, sign...)
		if role != cell.Role {
			cell.Spans = append(cell.Spans, list.Span{From: from, To: len(buffer), Role: role})
		}
	}
	cell.Text = string(buffer)
	return cell
}

func wall(kind int, inode probe.Reading[uint64], host *probe.Host) (sign string, role theme.Role) {
	switch {
	case inode.State() == reading.Denied:
		return "?", theme.Unknown
	case inode.State() != reading.Present:
		return "–", theme.Dim
	case inode == host.Reference.Key[kind]:
		return "·", theme.Host
	}
	return letters[kind : kind+1], theme.Own
}
