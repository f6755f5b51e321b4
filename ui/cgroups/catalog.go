package cgroups

import (
	"cmp"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// catalog is the groups of a snapshot as trees: one for each hierarchy, with its topmost group as the root.
type catalog struct {
	now         *probe.Snapshot
	hierarchies []probe.Hierarchy
	roots       []int                     // The node of each hierarchy.
	nodes       []node                    // Parents before children.
	ordered     bool                      // Siblings are by name as the nodes stand.
	names       map[probe.GroupKey]string // What the groups of containers are known by.
	places      places                    // Made when it is first asked for; see find.
	crowd       crowd                     // The same; see members.
}

// places tells where the groups are among the nodes.
type places map[probe.GroupKey]int

// node is a group in the tree.
type node struct {
	group     *probe.Group
	parent    int // Another node; -1 for the root of a hierarchy.
	hierarchy int
	depth     int
	at        int // Its index in Snapshot.Groups; -1 if it is not in there.
	gone      bool
	peopled   bool // Some group below it is not empty.
}

// empty reports whether nobody is in the group or below it: neither a process nor a thread. The kernel knows it better
// than a count of those in sight.
func (n *node) empty() bool {
	if populated, ok := n.group.Values.Populated.Get(); ok {
		return !populated
	}
	return !n.peopled && n.group.Processes+n.group.Below == 0 && !n.loose() && !n.group.Unseen
}

// loose reports whether the group holds threads only, of processes that are elsewhere.
func (n *node) loose() bool { return n.at >= 0 && len(n.group.Loose.Or(nil)) > 0 }

// opens reports whether the group has processes of its own, or threads of others, to be opened to.
func (n *node) opens() bool { return n.at >= 0 && (n.group.Processes > 0 || n.loose()) }

// newCatalog puts the groups of a snapshot, and those gone a short while ago, into trees. Groups that are known only
// from the processes in them have no parent in the snapshot; they stand below the nearest group that has one.
func newCatalog(now *probe.Snapshot, gone []*probe.Group) *catalog {
	c := &catalog{
		now: now, hierarchies: now.Hierarchies, nodes: make([]node, 0, len(now.Groups)+len(now.Hierarchies)+len(gone)),
		names: now.NamedGroups(),
	}
	c.roots = make([]int, len(c.hierarchies))
	labels := make(map[string]int, len(c.hierarchies))
	for i := range c.hierarchies {
		c.roots[i] = -1
		labels[c.hierarchies[i].Label] = i
	}
	loose := c.addTree(labels)
	c.addRoots()
	for _, g := range gone {
		if _, alive := c.find(g.GroupKey); !alive {
			loose = append(loose, node{group: g, at: -1, gone: true})
		}
	}
	c.addLoose(loose, labels)
	for i := len(c.nodes) - 1; i >= 0; i-- {
		if n := &c.nodes[i]; n.parent >= 0 && !n.gone && (n.peopled || !n.empty()) {
			c.nodes[n.parent].peopled = true
		}
	}
	return c
}

// topKey is the topmost group of a hierarchy that can be seen.
func topKey(h *probe.Hierarchy) probe.GroupKey {
	if h.Root == "" {
		return probe.GroupKey{Hierarchy: h.Label, Path: "/"}
	}
	return probe.GroupKey{Hierarchy: h.Label, Path: h.Root}
}

// addTree adds the groups that hang together in the snapshot, and returns the loose ones.
func (c *catalog) addTree(labels map[string]int) (loose []node) {
	places := make([]int, len(c.now.Groups)) // The nodes of the snapshot's groups, counted from 1.
	label, hierarchy, known := "", 0, false
	for i := range c.now.Groups {
		g := &c.now.Groups[i]
		if g.Hierarchy != label {
			label = g.Hierarchy
			hierarchy, known = labels[label]
		}
		if !known {
			continue
		}
		n := node{group: g, parent: -1, hierarchy: hierarchy, at: i}
		switch {
		case g.Parent >= 0 && places[g.Parent] > 0:
			n.parent = places[g.Parent] - 1
			n.depth = c.nodes[n.parent].depth + 1
		case !c.top(&n):
			loose = append(loose, n)
			continue
		}
		places[i] = c.add(n) + 1
	}
	return loose
}

// top reports whether a group is the topmost of its hierarchy.
func (c *catalog) top(n *node) bool {
	return n.group.Parent < 0 && c.roots[n.hierarchy] < 0 &&
		(n.group.Dir != "" || n.group.GroupKey == topKey(&c.hierarchies[n.hierarchy]))
}

func (c *catalog) add(n node) int {
	at := len(c.nodes)
	if n.parent < 0 {
		c.roots[n.hierarchy] = at
	}
	c.nodes = append(c.nodes, n)
	if c.places != nil {
		c.places[n.group.GroupKey] = at
	}
	return at
}

// find returns the node of a group.
func (c *catalog) find(key probe.GroupKey) (at int, ok bool) {
	if c.places == nil {
		c.places = make(places, len(c.nodes))
		for i := range c.nodes {
			c.places[c.nodes[i].group.GroupKey] = i
		}
	}
	at, ok = c.places[key]
	return at, ok
}

// addRoots stands a group in for each topmost one that is out of sight.
func (c *catalog) addRoots() {
	for i := range c.hierarchies {
		if c.roots[i] >= 0 {
			continue
		}
		top := &probe.Group{
			GroupKey: topKey(&c.hierarchies[i]), Parent: -1, Access: reading.Absent, Values: &cgroup.Values{},
		}
		c.add(node{group: top, parent: -1, hierarchy: i, at: -1})
	}
	c.ordered = true
}

// addLoose adds groups without a parent in the snapshot, which are in any order.
func (c *catalog) addLoose(loose []node, labels map[string]int) {
	slices.SortFunc(loose, func(a, b node) int {
		return cmp.Or(strings.Compare(a.group.Hierarchy, b.group.Hierarchy), strings.Compare(a.group.Path, b.group.Path))
	})
	for _, n := range loose {
		hierarchy, known := labels[n.group.Hierarchy]
		if !known {
			continue // Its hierarchy went with it.
		}
		n.hierarchy = hierarchy
		n.parent = c.above(n.group.GroupKey, c.roots[hierarchy])
		n.depth = c.nodes[n.parent].depth + 1
		if root := &c.nodes[c.roots[hierarchy]]; root.at < 0 && !n.gone {
			root.group.Below += n.group.Processes
		}
		c.add(n)
		c.ordered = false
	}
}

// above returns the nearest group on the way up from a path, or the root.
func (c *catalog) above(key probe.GroupKey, root int) int {
	for {
		slash := strings.LastIndexByte(key.Path, '/')
		if slash <= 0 {
			return root
		}
		key.Path = key.Path[:slash]
		if at, ok := c.find(key); ok {
			return at
		}
	}
}

// name is what a group is called below its parent.
func (c *catalog) name(n *node) string {
	if n.parent < 0 {
		return n.group.Path
	}
	above := c.nodes[n.parent].group.Path
	if above != "/" {
		above += "/"
	}
	below, ok := strings.CutPrefix(n.group.Path, above)
	if !ok || strings.HasPrefix(below, "../") || below == ".." {
		return n.group.Path // It lies outside of what the mount shows.
	}
	return below
}
