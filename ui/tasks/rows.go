package tasks

import (
	"encoding/binary"

	"bulkhead/probe"
	"bulkhead/ui/glow"
	"bulkhead/ui/list"
)

// rows are the tasks in view. It implements list.Indexer.
type rows struct {
	items   []item
	places  []place     // Of the items.
	lines   []list.Line // Index is that of the item.
	look    *look
	marks   map[probe.TaskKey]bool
	tracker *glow.Tracker[probe.TaskKey, *probe.Task]
}

// at returns the item of a row.
func (r rows) at(i int) item { return r.items[r.lines[i].Index] }

// place returns why a row is in the list.
func (r rows) place(i int) place { return r.places[r.lines[i].Index] }

// find returns the item of a task that the filter left, whether or not it is in view.
func (r rows) find(key probe.TaskKey) (int, bool) {
	for i := range r.items {
		if r.items[i].task.TaskKey == key && r.places[i] != hidden {
			return i, true
		}
	}
	return 0, false
}

// Len implements list.Source.
func (r rows) Len() int { return len(r.lines) }

// Key implements list.Source.
func (r rows) Key(i int) string { return rowKey(r.at(i).task.TaskKey) }

// Index implements list.Indexer. It compares numbers rather than making the keys of thousands of rows.
func (r rows) Index(key string) (int, bool) {
	wanted, ok := taskKey(key)
	for i := 0; ok && i < len(r.lines); i++ {
		if r.at(i).task.TaskKey == wanted {
			return i, true
		}
	}
	return 0, false
}

// rowKey is the key of a task's row: its numbers, one behind the other.
func rowKey(key probe.TaskKey) string {
	var b [16]byte
	binary.BigEndian.PutUint32(b[0:], uint32(key.PID)) //nolint:gosec // Only turned back.
	binary.BigEndian.PutUint32(b[4:], uint32(key.TID)) //nolint:gosec // Only turned back.
	binary.BigEndian.PutUint64(b[8:], key.Start)
	return string(b[:])
}

// taskKey turns the key of a row back.
func taskKey(row string) (probe.TaskKey, bool) {
	if len(row) != 16 {
		return probe.TaskKey{}, false
	}
	b := []byte(row)
	return probe.TaskKey{
		PID:   int32(binary.BigEndian.Uint32(b[0:])), //nolint:gosec // See rowKey.
		TID:   int32(binary.BigEndian.Uint32(b[4:])), //nolint:gosec // See rowKey.
		Start: binary.BigEndian.Uint64(b[8:]),
	}, true
}

// marks are the list's marks for what the tracker says.
var marks = [...]list.Mark{
	glow.None: list.NoMark, glow.New: list.Born, glow.Changed: list.Changed, glow.Gone: list.Gone,
}

// Row implements list.Source.
func (r rows) Row(i int) list.Row {
	it := r.at(i)
	row := list.Row{Prefix: r.lines[i].Prefix, Dim: r.place(i) == context, Cells: make([]list.Cell, len(columns))}
	for c := range columns {
		row.Cells[c] = columns[c].cell(r.look, it.task)
	}
	row.Marked = r.marks[it.task.TaskKey]
	switch {
	case it.gone:
		row.Mark = list.Gone
	case !it.task.Thread():
		row.Mark = marks[r.tracker.Mark(it.task.TaskKey)]
	}
	return row
}
