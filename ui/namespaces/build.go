package namespaces

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/ui/list"
)

// rebuilt derives the rows anew.
func (m Model) rebuilt() Model {
	all := newSpaces(m.frame.Now, m.gone)
	places := index(all)
	link(all, places, m.byOwner)
	choose(all, m.frame.Filter, m.openFolds())
	members := gather(m.frame.Now, all, places, m.frame.Filter)
	m.shown = complete(all)
	items := m.items(all, members)
	forest := list.NewForest(len(items), func(i int) int { return int(items[i].parent) })
	tree := m.openFolds().tree
	lines := forest.Flatten(func(i int) bool {
		it := &items[i]
		if it.kind == aNamespace && !it.space.branched {
			return it.space.listed > 0
		}
		return tree.Open(it.id(), true)
	})
	m.rows = rows{
		items: items, lines: lines, byOwner: m.byOwner,
		filter: m.frame.Filter, tracker: m.tracker, owners: owners(m.frame.Now), hidden: m.frame.Now.Hidden(), marks: m.frame.Marks,
	}
	m.list = m.list.Sync(m.rows)
	return m
}

// items lists what is to become a row. Siblings stand in this order: members before namespaces, and behind the user
// namespaces what is owned by none in sight.
func (m Model) items(all []space, members []member) []item {
	next := int32(len(members) + countClosed(all)) //nolint:gosec // No screen has that many.
	places := make([]int32, len(all))              // Where the items of the spaces will be.
	for i := range all {
		if all[i].place != hidden {
			places[i] = next
			next++
		}
	}
	headings, headingOf := m.headings(all)
	items := make([]item, 0, int(next)+len(headings))
	for _, one := range members {
		items = append(items, item{kind: aMember, space: &all[one.space], task: one.task, parent: places[one.space], place: found})
	}
	for i := range all {
		if all[i].closed() {
			items = append(items, item{kind: aClosed, space: &all[i], parent: places[i]})
		}
	}
	for i := range all {
		s := &all[i]
		if s.place == hidden {
			continue
		}
		it := item{kind: aNamespace, space: s, task: s.leader, place: s.place, parent: -1}
		if s.parent >= 0 {
			it.parent = places[s.parent]
		} else if at := headingOf(s); at >= 0 {
			it.parent = next + int32(at) //nolint:gosec // One of a dozen.
		}
		items = append(items, it)
	}
	return append(items, headings...)
}

func countClosed(all []space) (count int) {
	for i := range all {
		if all[i].closed() {
			count++
		}
	}
	return count
}

// headings makes the headings, and tells which of them stands above a namespace that nothing else stands above; -1 for
// none.
func (m Model) headings(all []space) ([]item, func(*space) int) {
	if m.byOwner {
		return ownerHeading(all)
	}
	var shown, total [len(probe.NamespaceTypes)]int
	var needed [len(probe.NamespaceTypes)]bool
	for i := range all {
		s := &all[i]
		needed[s.Type] = needed[s.Type] || s.place != hidden
		if s.gone {
			continue
		}
		total[s.Type]++
		if s.place == found {
			shown[s.Type]++
		}
	}
	var items []item
	var places [len(probe.NamespaceTypes)]int
	for _, t := range probe.NamespaceTypes {
		title := fmt.Sprintf("%s (%d)", t, total[t])
		switch {
		case m.frame.Filter.Empty():
		case !needed[t]:
			continue
		default:
			title = fmt.Sprintf("%s (%d of %d)", t, shown[t], total[t])
		}
		places[t] = len(items)
		items = append(items, item{kind: aHeading, title: title, of: t, parent: -1, place: context})
	}
	return items, func(s *space) int { return places[s.Type] }
}

// noType is the type of the heading that is of none.
const noType = probe.NamespaceType(len(probe.NamespaceTypes))

// ownerHeading makes the heading of those namespaces whose owner is not in sight, if there are any. User namespaces
// without one are the roots of the tree.
func ownerHeading(all []space) ([]item, func(*space) int) {
	count := 0
	for i := range all {
		if s := &all[i]; s.place != hidden && s.parent < 0 && s.Type != probe.User {
			count++
		}
	}
	none := func(*space) int { return -1 }
	if count == 0 {
		return nil, none
	}
	title := fmt.Sprintf("owner not in sight (%d)", count)
	return []item{{kind: aHeading, title: title, of: noType, parent: -1, place: context}}, func(s *space) int {
		if s.Type == probe.User {
			return -1
		}
		return 0
	}
}
