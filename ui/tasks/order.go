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
func (o order) sorted(items []item, look *look) []sortable {
	column := &columns[o.column]
	var texts []string
	if column.text != nil {
		texts = make([]string, len(items))
	}
	processes := make([]sortable, 0, len(items))
	var threads []sortable
	for i := range items {
		if items[i].place == hidden {
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

// rebuilt derives the rows anew.
func (m Model) rebuilt() Model {
	items := m.items()
	m.shown = choose(items, m.frame.Filter)
	look := &look{filter: m.frame.Filter, host: &m.frame.Now.Host, freezes: m.freezes, words: m.words()}
	m.list = m.list.SetColumns(heads(look.words)...)
	sorted := m.order.sorted(items, look)
	places := make([]int, len(items))
	for i := range places {
		places[i] = -1
	}
	for i := range sorted {
		places[sorted[i].item] = i
	}
	forest := list.NewForest(len(sorted), func(i int) int {
		if parent := items[sorted[i].item].parent; parent >= 0 {
			return places[parent]
		}
		return -1
	})
	folds := m.openFolds()
	lines := forest.Flatten(func(i int) bool {
		return m.order.flat || folds.Open(items[sorted[i].item].task.TaskKey, true)
	})
	for i := range lines {
		lines[i].Index = sorted[lines[i].Index].item
	}
	m.rows = rows{items: items, lines: lines, look: look, tracker: m.tracker, marks: m.frame.Marks}
	m.list = m.list.Sync(m.rows)
	return m
}
