package compare

import (
	"fmt"
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
)

// worlds adds the names that the worlds of both go by. Of two worlds of one name the leaders tell which is which.
func (p *pair) worlds() {
	p.section = "world"
	a, mine := p.s.World(probe.WorldKey(p.a.Task.Namespaces.Inodes))
	b, theirs := p.s.World(probe.WorldKey(p.b.Task.Namespaces.Inodes))
	if !mine || !theirs {
		return // A thread may be in a set of namespaces that no process has.
	}
	name := func(w *probe.World) side {
		for _, t := range probe.NamespaceTypes {
			if state := w.Key[t].State(); state != reading.Present && state != reading.Absent {
				return side{reading.None[string](state), false} // It may be of any world.
			}
		}
		if a.Name == b.Name && a.Key != b.Key {
			return side{reading.Of(fmt.Sprintf("%s %d", w.Name, w.Leader)), true}
		}
		return side{reading.Of(w.Name), true}
	}
	p.add("world", name(a), name(b))
}

// namespaces adds the namespaces of both, and those that their children will be in where these are others.
func (p *pair) namespaces() {
	p.section = "namespaces"
	for _, t := range probe.NamespaceTypes {
		p.add(t.String(), p.space(p.a, t), p.space(p.b, t))
	}
	for _, c := range []struct {
		what string
		of   probe.NamespaceType
		link func(*probe.NamespaceSet) probe.Reading[uint64]
	}{
		{"pid_for_children", probe.PID, func(n *probe.NamespaceSet) probe.Reading[uint64] { return n.PIDForChildren }},
		{"time_for_children", probe.Time, func(n *probe.NamespaceSet) probe.Reading[uint64] { return n.TimeForChildren }},
	} {
		a, b := c.link(p.a.Task.Namespaces), c.link(p.b.Task.Namespaces)
		if a != p.a.Task.Namespaces.Inodes[c.of] || b != p.b.Task.Namespaces.Inodes[c.of] {
			p.add(c.what, p.inode(c.of, a), p.inode(c.of, b))
		}
	}
}

// space is the namespace of a task.
func (p *pair) space(of rights.Subject, t probe.NamespaceType) side {
	return p.inode(t, of.Task.Namespaces.Inodes[t])
}

// inode writes a namespace by its number, and whether it is the host's.
func (p *pair) inode(t probe.NamespaceType, inode probe.Reading[uint64]) side {
	return side{reading.Map(inode, func(number uint64) string {
		if inode == p.s.Host.Reference.Key[t] {
			return fmt.Sprintf("%d host", number)
		}
		return fmt.Sprint(number)
	}), inode.State() != reading.Unsupported}
}

// groups adds the group of both in each hierarchy that either of them is in.
func (p *pair) groups() {
	p.section = "groups"
	var labels []string
	for _, of := range []rights.Subject{p.a, p.b} {
		for i := range of.Task.Cgroups.Memberships {
			labels = append(labels, probe.HierarchyLabel(&of.Task.Cgroups.Memberships[i]))
		}
	}
	slices.Sort(labels)
	for _, label := range slices.Compact(labels) {
		p.add(label, group(p.a, label), group(p.b, label))
	}
	if len(labels) == 0 {
		none := func(of rights.Subject) side {
			return side{reading.None[string](of.Task.Cgroups.Access), of.Task.Cgroups.Access == reading.Present}
		}
		p.add("all hierarchies", none(p.a), none(p.b))
	}
}

// group is the group of a task in one hierarchy.
func group(of rights.Subject, label string) side {
	set := of.Task.Cgroups
	for i := range set.Memberships {
		m := &set.Memberships[i]
		if probe.HierarchyLabel(m) != label {
			continue
		}
		path := m.Path
		if m.Deleted {
			path += " (deleted)"
		}
		return side{reading.Of(path), true}
	}
	return side{reading.None[string](set.Access), set.Access == reading.Present}
}
