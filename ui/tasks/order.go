package tasks

import (
	"encoding/binary"
	"slices"
	"strings"

	"bulkhead/ui/list"
)

// order is how the tasks stand: as a tree or flat, and by which column.
type order struct {
	flat       bool
	column     int
	descending bool
}

// moved sorts a flat list by another column, what is of interest first.
func (o order) moved(by int) order {
	column := (o.column + by + len(columns)) % len(columns)
	return order{flat: true, column: column, descending: columns[column].greatest}
}

// reversed turns the order around.
func (o order) reversed() order {
	o.descending = !o.descending
	return o
}

// sortable is an item and the number that it is sorted by.
type sortable struct {
	number uint64
	item   int
}

// sorted returns the items that are not hidden in their order. Threads come before the children of their process.
func (o order) sorted(items []item, places []place, look *look) []sortable {
	column := &columns[o.column]
	var texts []string
	if column.text != nil {
		texts = make([]string, len(items))
	}
	processes := make([]sortable, 0, visible(places))
	var threads []sortable
	for i := range items {
		if places[i] == hidden {
			continue
		}
		s := sortable{item: i}
		if column.text != nil {
			texts[i] = column.text(items[i].task)
			s.number = prefix(texts[i])
		} else {
			s.number = column.number(look, items[i].task)
		}
		if items[i].task.Thread() {
			threads = append(threads, s)
		} else {
			processes = append(processes, s)
		}
	}
	slices.SortFunc(threads, o.compare(texts))
	slices.SortFunc(processes, o.compare(texts))
	if len(threads) == 0 {
		return processes
	}
	return append(threads, processes...)
}

// prefix is the first bytes of a text as a number: it tells most texts apart without looking at them again.
func prefix(text string) uint64 {
	var first [8]byte
	copy(first[:], text)
	return binary.BigEndian.Uint64(first[:])
}

// compare returns how two items stand to each other; equal ones stay in the order of their pids.
func (o order) compare(texts []string) func(a, b sortable) int {
	sign := 1
	if o.descending {
		sign = -1
	}
	return func(a, b sortable) int {
		switch {
		case a.number < b.number:
			return -sign
		case a.number > b.number:
			return sign
		case texts != nil:
			if c := strings.Compare(texts[a.item], texts[b.item]); c != 0 {
				return sign * c
			}
		}
		return a.item - b.item
	}
}

// rebuilt derives the rows of a snapshot anew.
func (m Model) rebuilt() Model {
	m.rows.items = m.listed()
	return m.arranged()
}

// arranged derives the rows of the items anew.
func (m Model) arranged() Model {
	items := m.rows.items
	places, count := choose(items, m.frame.Filter)
	look := &look{filter: m.frame.Filter, host: &m.frame.Now.Host, freezes: m.freezes, words: m.words()}
	m.shown = count
	m.list = m.list.SetColumns(heads(look.words)...)
	sorted := m.order.sorted(items, places, look)
	folds := m.openFolds()
	lines := forest(items, sorted).Flatten(func(i int) bool {
		return m.order.flat || folds.Open(items[sorted[i].item].task.TaskKey, true)
	})
	for i := range lines {
		lines[i].Index = sorted[lines[i].Index].item
	}
	m.rows = rows{items: items, places: places, lines: lines, look: look, tracker: m.tracker, marks: m.frame.Marks}
	m.list = m.list.Sync(m.rows)
	return m
}

// forest is the items in their order, below each other.
func forest(items []item, sorted []sortable) list.Forest {
	at := make([]int32, len(items)) // In the order, from 1 on.
	for i := range sorted {
		at[sorted[i].item] = int32(i + 1) //nolint:gosec // There are no more tasks than numbers of them.
	}
	return list.NewForest(len(sorted), func(i int) int {
		if parent := items[sorted[i].item].parent; parent >= 0 {
			return int(at[parent]) - 1
		}
		return -1
	})
}
