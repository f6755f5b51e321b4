package detail

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/screen"
)

// insideOf says how the groups look from inside a cgroup namespace that was made in a group, which is then its root; see
// cgroup_namespaces(7).
func insideOf(s *probe.Snapshot, g *probe.Group) Page {
	p := Page{Title: g.Hierarchy + " " + g.Path}
	p.heading("from inside")
	p.sentence("In a cgroup namespace that a process made while it was in this group:", Dim)
	h := s.HierarchyOf(g)
	p.heading("/proc/self/cgroup")
	p.add("in it", selfLine(h, "/"), Own)
	if g.Parent >= 0 {
		parent := &s.Groups[g.Parent]
		p.seenAs(h, g, "parent", parent)
		root := parent
		for root.Parent >= 0 {
			root = &s.Groups[root.Parent]
		}
		if root != parent {
			p.seenAs(h, g, "the top", root)
		}
	}
	for i, child := range childrenOf(s, g) {
		if i == mostChildren {
			p.sentence("and the others below likewise", Dim)
			break
		}
		p.seenAs(h, g, "below", child)
	}
	p.heading("mounts")
	p.add("mounted inside", "shows this group as its root, /", Own)
	if inherited := cgroup.Relative(g.Path, h.Root); h.MountPoint != "" {
		p.add("inherited", fmt.Sprintf("%s is told to be of %s", h.MountPoint, inherited), Plain)
	}
	p.heading("what binds inside")
	p.sentence("Its own files can be read inside, those above it cannot be reached where only this group is mounted. What binds above binds all the same.", Dim)
	if h.Version == 2 {
		p.delegated(h)
	}
	return p
}

// delegated says what a process inside may write.
func (p *Page) delegated(h *probe.Hierarchy) {
	for _, option := range h.Options {
		if option == "nsdelegate" {
			p.sentence("Mounted with nsdelegate: inside, the limits of this group itself cannot be written, nor can a process be moved out of it.", Plain)
			return
		}
	}
	p.sentence("Mounted without nsdelegate: who may write its files may do so inside too, its own limits among them.", Warn)
}

// mostChildren is how many of the groups below are told of.
const mostChildren = 8

// seenAs adds how a group looks from inside another.
func (p *Page) seenAs(h *probe.Hierarchy, from *probe.Group, label string, g *probe.Group) {
	p.link(label, selfLine(h, cgroup.Relative(from.Path, g.Path)), Plain, screen.ToGroup(g.GroupKey))
}

// selfLine writes a line of proc_pid_cgroup(5).
func selfLine(h *probe.Hierarchy, path string) string {
	id := fmt.Sprint(h.ID)
	if h.ID < 0 {
		id = "?" // No task in sight tells it.
	}
	label := h.Label
	if label == cgroup.LabelV2 {
		label = ""
	}
	return id + ":" + label + ":" + path
}
