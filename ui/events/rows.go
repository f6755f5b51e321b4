package events

import (
	"slices"
	"strconv"
	"time"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// rows are the events that the filter left; it implements list.Indexer.
type rows struct {
	log    log
	shown  []int // The numbers of the events, rising.
	asked  int   // The first number that the filter was not asked about.
	filter filter.Filter
	fresh  time.Time // Events from here on have just come.
}

// next asks the filter about the events that came since, and drops those that were forgotten.
func (r rows) next(l log, has func(*probe.Event) bool, f filter.Filter) rows {
	kept, _ := slices.BinarySearch(r.shown, l.first)
	shown := slices.Clone(r.shown[kept:])
	match := f.Matcher()
	for number := max(r.asked, l.first); number < l.end(); number++ {
		if e := l.event(number); has(e) && (f.Empty() || match(subject{e})) {
			shown = append(shown, number)
		}
	}
	return rows{log: l, shown: shown, asked: l.end(), filter: f, fresh: r.fresh}
}

func (r rows) event(i int) *probe.Event { return r.log.event(r.shown[i]) }

// Len implements list.Source.
func (r rows) Len() int { return len(r.shown) }

// Key implements list.Source.
func (r rows) Key(i int) string { return strconv.Itoa(r.shown[i]) }

// Index implements list.Indexer.
func (r rows) Index(key string) (int, bool) {
	number, err := strconv.Atoi(key)
	if err != nil {
		return 0, false
	}
	return slices.BinarySearch(r.shown, number)
}

// Row implements list.Source.
func (r rows) Row(i int) list.Row {
	e := r.event(i)
	k := looks[e.Kind]
	says := e.Text()
	row := list.Row{Cells: []list.Cell{
		{Text: e.At.Format(clock), Role: theme.Dim},
		{Text: k.sign, Role: k.role},
		{Text: k.word, Role: k.role, Matches: r.filter.Highlights(k.word)},
		{Text: says, Matches: r.filter.Highlights(says)},
	}}
	if !e.At.Before(r.fresh) {
		row.Mark = list.Born
	}
	return row
}

// target returns what an event is about.
func target(e *probe.Event) screen.Target {
	switch looks[e.Kind].what {
	case ofNamespaces:
		return screen.ToNamespace(e.Namespace)
	case ofGroups:
		return screen.ToGroup(e.Group)
	default:
		return screen.ToTask(e.Task)
	}
}
