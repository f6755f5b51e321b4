package probe

import "bulkhead/probe/cgroup"

// groupLayout is the groups that are mounted, and what stays true of them as long as none comes or goes.
type groupLayout struct {
	groups  []Group       // By hierarchy, with nobody in them and nothing read.
	places  []groupPlace  // Beside groups.
	values  []groupValues // Beside groups: as last read.
	index   map[GroupKey]int
	members [][]int32 // By the number of a set of groups, where its tasks are counted; nil where that is not known.
}

// groupPlace is where a group is read.
type groupPlace struct {
	tree    *cgroup.Tree // Nil where it is not mounted.
	path    string       // Below the tree's root.
	version int          // Of the hierarchy.
}

// layOut puts the groups of all hierarchies in one list. What was read of those that were there before is taken over.
func (c *groupCache) layOut() {
	known := make(map[groupID]groupValues, len(c.layout.groups))
	for i := range c.layout.groups {
		known[c.layout.groups[i].id()] = c.layout.values[i]
	}
	count := 0
	for i := range c.mounted {
		count += len(c.mounted[i].groups)
	}
	l := groupLayout{
		groups: make([]Group, 0, count), places: make([]groupPlace, 0, count), values: make([]groupValues, 0, count),
		index: make(map[GroupKey]int, count),
	}
	for i := range c.mounted {
		h := &c.mounted[i]
		first := len(l.groups)
		for n, g := range h.groups {
			if g.Parent >= 0 {
				g.Parent += first
			}
			l.index[g.GroupKey] = len(l.groups)
			l.groups = append(l.groups, g)
			l.places = append(l.places, groupPlace{h.tree, h.nodes[n].Path, h.Version})
			l.values = append(l.values, known[g.id()])
		}
	}
	c.layout, c.stale = l, false
}

// membersOf returns where the tasks of a set of groups are counted, where that is known.
func (l *groupLayout) membersOf(number int) []int32 {
	if number >= len(l.members) {
		return nil
	}
	return l.members[number]
}

// learn notes where the tasks of a set of groups are counted.
func (l *groupLayout) learn(number int, at []int32) {
	for number >= len(l.members) {
		l.members = append(l.members, nil)
	}
	l.members[number] = at
}

// forgetSets forgets the numbers of the sets of groups.
func (c *groupCache) forgetSets() {
	c.ids, c.counts, c.layout.members = numbers[*CgroupSet]{}, nil, nil
}
