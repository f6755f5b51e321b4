package cgroups

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/list"
	"bulkhead/ui/subject"
)

// builder makes the rows of a catalog.
type builder struct {
	*catalog
	choice choice
	filter filter.Filter
	past   *past

	matched []bool // By node: the filter found it.
	within  []bool // It is in the part of the trees that is the view.
	kept    []bool // It or a group below it was found.
	below   []int  // How many groups directly below it are kept.
	shown   []bool // It is not within a closed one.
	open    []bool // The groups below it are shown, or the processes of a group without any.
	crowded []bool // Its processes are shown.

	top    int // The node that is the root of the view; whole for all hierarchies.
	base   int // Its depth.
	hidden int // Empty groups left out.

	items []item
	at    []int // The item of each node.
}

// build makes the rows. Only what is not within a closed group becomes an item, so that thousands of closed ones cost
// little.
func (b *builder) build() rows {
	n := len(b.nodes)
	flags := make([]bool, 6*n)
	b.matched, b.kept, b.shown = flags[:n], flags[n:2*n], flags[2*n:3*n]
	b.open, b.crowded, b.within = flags[3*n:4*n], flags[4*n:5*n], flags[5*n:]
	ints := make([]int, 2*n)
	b.below, b.at = ints[:n], ints[n:]
	b.bound()
	b.search()
	b.items = make([]item, 0, b.unfold())
	b.addRoots()
	b.addMembers()
	b.addGroups()
	b.addHidden()
	forest := list.NewForest(len(b.items), func(i int) int { return b.items[i].parent })
	lines := forest.Flatten(func(i int) bool { return b.items[i].open })
	return rows{
		catalog: b.catalog, past: b.past, filter: b.filter, items: b.items, lines: lines, matched: b.countMatched(),
		hidden: b.hidden, top: b.top, flat: b.choice.flat, within: b.within,
	}
}

// search asks the filter, and keeps the groups above those found.
func (b *builder) search() {
	match := b.finder(b.filter)
	for i := range b.nodes {
		n := &b.nodes[i]
		if !b.within[i] {
			continue
		}
		if b.choice.hideEmpty && n.parent >= 0 && i != b.top && n.empty() {
			b.hidden++
			continue
		}
		b.matched[i] = match(i)
	}
	for i := len(b.nodes) - 1; i >= 0; i-- {
		b.kept[i] = b.kept[i] || b.matched[i]
		if above := b.above(i); b.kept[i] && above >= 0 {
			b.kept[above] = true
			b.below[above]++
		}
	}
}

// countMatched counts the groups of the snapshot that the filter left.
func (b *builder) countMatched() int {
	count := 0
	for i := range b.nodes {
		if b.matched[i] && b.nodes[i].at >= 0 {
			count++
		}
	}
	return count
}

// unfold finds out what is shown, and how many items that makes at least.
func (b *builder) unfold() (items int) {
	tree, all := b.choice.tree, len(b.now.Groups) < manyGroups
	if !b.filter.Empty() {
		tree, all = b.choice.found, true
	}
	for i := range b.nodes {
		n := &b.nodes[i]
		b.shown[i] = b.inView(i)
		if !b.shown[i] {
			continue
		}
		b.crowded[i] = n.opens() && b.choice.members.Open(n.group.GroupKey, false)
		b.open[i] = b.crowded[i]
		if b.below[i] > 0 && !b.choice.flat {
			b.open[i] = tree.open(n.group.GroupKey, n.depth-b.base, all)
		}
		items++
		switch {
		case !b.open[i]:
			items++ // What stands in for all that it hides.
		case b.crowded[i]:
			items += n.group.Processes
		}
	}
	return items
}

// inView reports whether a group has a row. In a flat list those above the ones found have none.
func (b *builder) inView(i int) bool {
	if b.choice.flat {
		return b.matched[i]
	}
	above := b.above(i)
	return b.kept[i] && (above < 0 || b.shown[above] && b.open[above])
}

// addNode adds the item of a group.
func (b *builder) addNode(at, parent int) {
	b.at[at] = len(b.items)
	b.items = append(b.items, item{
		node: at, parent: parent, open: b.open[at], context: !b.matched[at],
		branched: b.below[at] > 0 && !b.choice.flat, crowded: b.crowded[at],
	})
}

// addRoots adds the hierarchies, or the one group that is the root of the view.
func (b *builder) addRoots() {
	roots := b.roots
	if b.top >= 0 {
		roots = []int{b.top}
	}
	for _, at := range roots {
		if b.shown[at] && b.rooted(at) {
			b.addNode(at, -1)
		}
	}
}

// rooted reports whether a group stands at the root of a tree. In a flat list none does: all are in one order.
func (b *builder) rooted(i int) bool { return !b.choice.flat && b.above(i) < 0 }

// addGroups adds the groups in their order.
func (b *builder) addGroups() {
	var shown []int
	for i := range b.nodes {
		if b.shown[i] && !b.rooted(i) {
			shown = append(shown, i)
		}
	}
	b.order(shown)
	first := len(b.items)
	for _, at := range shown {
		b.addNode(at, -1)
	}
	for i := first; i < len(b.items) && !b.choice.flat; i++ {
		b.items[i].parent = b.at[b.above(b.items[i].node)]
	}
	for i := range b.items {
		if b.items[i].task != nil {
			b.items[i].parent = b.at[b.items[i].node]
		}
	}
}

// addMembers adds the processes of the groups that are open to them, or the threads. Where the filter did not find the
// group itself but processes in it, it adds these alone.
func (b *builder) addMembers() {
	match := b.filter.Matcher()
	for i := range b.nodes {
		if !b.crowded[i] || !b.open[i] {
			continue
		}
		tasks := b.inside(i)
		if len(tasks) == 0 && b.nodes[i].loose() {
			continue // They are read by the next scan, and will not be new then.
		}
		w := b.past.watch(b.nodes[i].group.GroupKey, tasks)
		all := b.filter.Empty() || match(groupSubject{b.catalog, i, false})
		first := len(b.items)
		for _, t := range slices.Concat(tasks, w.gone) {
			if all || b.foundMember(match, t, b.nodes[i].group) {
				b.items = append(b.items, item{node: i, task: t, mark: w.mark(t)})
			}
		}
		b.orderTasks(b.items[first:])
	}
}

// foundMember reports whether the filter found a process, or of a thread its process.
func (b *builder) foundMember(match func(filter.Subject) bool, t *probe.Task, g *probe.Group) bool {
	if process, ok := b.now.Task(t.PID); ok && t.Thread() && match(member{subject.Task{Task: process}, g}) {
		return true
	}
	return match(member{subject.Task{Task: t}, g})
}

// addHidden adds one item in place of all that a closed group hides, so that it is drawn as one that can be opened.
func (b *builder) addHidden() {
	for i := range b.items {
		it := &b.items[i]
		if it.task == nil && !it.open && (it.branched || b.nodes[it.node].opens()) {
			b.items = append(b.items, item{node: it.node, parent: i})
		}
	}
}
