package cgroups

import (
	"cmp"
	"slices"
	"strings"
)

// order sorts groups so that siblings are in the order that was chosen.
func (b *builder) order(nodes []int) {
	measure := columns[b.choice.sort].group
	if measure == nil {
		if !b.ordered || b.choice.reversed || b.choice.flat {
			slices.SortFunc(nodes, b.compareNames)
		}
		return
	}
	ranks := make([]rank, len(nodes))
	for i, at := range nodes {
		ranks[i].at = at
		ranks[i].value, ranks[i].known = measure(b.nodes[at].group)
	}
	slices.SortFunc(ranks, func(x, y rank) int { return x.compare(y, b.choice.reversed) })
	for i := range ranks {
		nodes[i] = ranks[i].at
	}
}

// compareNames compares groups by their paths; the hierarchies keep their order.
func (b *builder) compareNames(x, y int) int {
	one, other := &b.nodes[x], &b.nodes[y]
	return cmp.Or(one.hierarchy-other.hierarchy, reverse(strings.Compare(one.group.Path, other.group.Path), b.choice.reversed))
}

// orderTasks sorts the processes of one group; they come by pid.
func (b *builder) orderTasks(items []item) {
	measure := columns[b.choice.sort].task
	if measure == nil {
		slices.SortStableFunc(items, func(x, y item) int { return cmp.Compare(x.task.PID, y.task.PID) })
		return
	}
	slices.SortStableFunc(items, func(x, y item) int {
		p, q := rank{at: int(x.task.PID)}, rank{at: int(y.task.PID)}
		p.value, p.known = measure(x.task)
		q.value, q.known = measure(y.task)
		return p.compare(q, b.choice.reversed)
	})
}

// rank is what rows are sorted by. What is not known comes last, in either direction.
type rank struct {
	value float64
	known bool
	at    int // Decides among equals, the lowest first.
}

// compare puts the greatest first, or last if reversed.
func (r rank) compare(other rank, reversed bool) int {
	switch {
	case r.known && !other.known:
		return -1
	case other.known && !r.known:
		return 1
	case r.known && r.value != other.value:
		return reverse(cmp.Compare(other.value, r.value), reversed)
	}
	return cmp.Compare(r.at, other.at)
}

func reverse(order int, yes bool) int {
	if yes {
		return -order
	}
	return order
}
