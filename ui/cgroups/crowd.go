package cgroups

import (
	"slices"

	"bulkhead/probe"
)

// crowd is the processes of each group: those of node i are from first[i] up to first[i+1], by pid.
type crowd struct {
	first []int
	tasks []*probe.Task
}

// members returns the processes in a group itself.
func (c *catalog) members(at int) []*probe.Task {
	if c.crowd.first == nil {
		c.crowd = c.gather()
	}
	return c.crowd.tasks[c.crowd.first[at]:c.crowd.first[at+1]]
}

// inside returns what a group is opened to: the processes in it, else the threads whose processes are elsewhere.
func (c *catalog) inside(at int) []*probe.Task {
	if n := &c.nodes[at]; n.loose() {
		return c.now.LooseThreads(n.group)
	}
	return c.members(at)
}

// holders returns the processes in a group itself, or where there are only threads in it those of the threads.
func (c *catalog) holders(at int) []*probe.Task {
	n := &c.nodes[at]
	if !n.loose() {
		return c.members(at)
	}
	var found []*probe.Task
	for _, pid := range n.group.Loose.Or(nil) {
		if t, ok := c.now.Task(pid); ok {
			found = append(found, t)
		}
	}
	return found
}

// gather finds the processes of all groups at once. Thousands of processes share a few sets of groups.
func (c *catalog) gather() crowd {
	sets := map[*probe.CgroupSet][]int{}
	groups := make([][]int, len(c.now.Tasks))
	next := make([]int, len(c.nodes)+1) // First how many there are in the group before, then where to put the next one.
	for i := range c.now.Tasks {
		set := c.now.Tasks[i].Cgroups
		nodes, known := sets[set]
		if !known {
			nodes = c.groupsOf(set)
			sets[set] = nodes
		}
		groups[i] = nodes
		for _, at := range nodes {
			next[at+1]++
		}
	}
	for i := range c.nodes {
		next[i+1] += next[i]
	}
	found := crowd{first: slices.Clone(next), tasks: make([]*probe.Task, next[len(c.nodes)])}
	for i, nodes := range groups {
		for _, at := range nodes {
			found.tasks[next[at]] = &c.now.Tasks[i]
			next[at]++
		}
	}
	return found
}

// groupsOf returns the nodes of a set of groups.
func (c *catalog) groupsOf(set *probe.CgroupSet) []int {
	if set == nil {
		return nil
	}
	nodes := make([]int, 0, len(set.Memberships))
	for i := range set.Memberships {
		m := &set.Memberships[i]
		at, ok := c.find(probe.GroupKey{Hierarchy: probe.HierarchyLabel(m), Path: m.Path})
		if ok && !m.Deleted && !c.nodes[at].gone {
			nodes = append(nodes, at)
		}
	}
	return nodes
}
