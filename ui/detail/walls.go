package detail

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/origin"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// forWorld describes a world: who leads it, and whose each of its namespaces is.
func forWorld(s *probe.Snapshot, w *probe.World) Page {
	p := Page{Title: w.Name}
	p.taskLink(s, "leader", w.Leader)
	if leader, ok := s.Task(w.Leader); ok {
		p.add("user", leader.User, Plain)
		ifKnown(&p, "command", leader.Cmdline, brief)
	}
	p.add("holds", plural(w.Processes, "process")+", "+plural(w.Threads, "thread"), Plain)
	members := s.WorldMembers(w.Key)
	p.frozenOf(s, members)
	p.madeBy(&w.Origin)
	p.heading("walls")
	for _, t := range probe.NamespaceTypes {
		p.wall(s, w, t)
	}
	if leader, ok := s.Task(w.Leader); ok {
		p.groups(s, leader)
	}
	p.members(members)
	return p
}

// madeBy says what made a world, and what that was concluded from; nothing where it is not known.
func (p *Page) madeBy(o *origin.Origin) {
	if o.Kind == "" {
		return
	}
	made := strings.TrimSpace(o.Kind + " " + o.Name)
	if o.In != "" {
		made += " (" + o.In + ")"
	}
	p.add("made by", made, Plain)
	if o.ID != "" && o.ID != o.Name {
		p.Lines = append(p.Lines, Line{Label: "id", Value: o.ID, Path: true})
	}
	p.add("known by", o.From, Dim)
}

// wall adds one namespace of a world and whom it is shared with.
func (p *Page) wall(s *probe.Snapshot, w *probe.World, t probe.NamespaceType) {
	ref, ok := w.Ref(t)
	if !ok {
		p.add(t.String(), why(w.Key[t].State()), Unknown)
		return
	}
	value, tone := "own", Own
	switch w.Cells[t].Kind {
	case probe.CellHost:
		value, tone = "host", Host
	case probe.CellShared:
		value, tone = w.Cells[t].Letter+" with "+sharers(s, w, ref), Shared
	case probe.CellOwn, probe.CellAbsent, probe.CellUnknown:
	}
	p.link(t.String(), fmt.Sprintf("%d %s", ref.Inode, value), tone, screen.ToNamespace(s.KeyOf(ref)))
}

// sharers names the other worlds that a namespace is shared with.
func sharers(s *probe.Snapshot, w *probe.World, ref probe.NamespaceRef) string {
	var names []string
	for i := range s.Worlds {
		other := &s.Worlds[i]
		if shared, ok := other.Ref(ref.Type); ok && shared == ref && other.Key != w.Key {
			names = append(names, other.Name)
		}
	}
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:2], ", "), len(names)-2)
	}
	return strings.Join(names, ", ")
}

// groups adds the groups of a task, one line for each hierarchy.
func (p *Page) groups(s *probe.Snapshot, t *probe.Task) {
	p.heading("groups")
	if len(t.Cgroups.Memberships) == 0 {
		p.add("", why(t.Cgroups.Access), Unknown)
	}
	memberships := slices.Clone(t.Cgroups.Memberships)
	slices.SortStableFunc(memberships, func(a, b proc.Membership) int {
		return strings.Compare(probe.HierarchyLabel(&a), probe.HierarchyLabel(&b))
	})
	for i := range memberships {
		m := &memberships[i]
		key := probe.GroupKey{Hierarchy: probe.HierarchyLabel(m), Path: m.Path}
		line := Line{Label: key.Hierarchy, Value: m.Path, Path: true}
		if _, ok := s.Group(key); m.Deleted {
			line.Value, line.Tone = m.Path+" (removed)", Unknown
		} else if ok {
			line.Link = screen.ToGroup(key)
		}
		p.Lines = append(p.Lines, line)
	}
}

// forNamespace describes a namespace: who is in it, who owns it, where it hangs.
func forNamespace(s *probe.Snapshot, n *probe.Namespace) Page {
	p := Page{Title: n.String()}
	show(&p, "id", n.ID, decimal[uint64])
	switch {
	case n.Initial:
		p.add("is", "the one the system booted with", Host)
	case n.Host:
		p.add("is", "the host's", Host)
	}
	if n.Processes > 0 {
		p.taskLink(s, "leader", n.Leader)
	}
	p.add("holds", plural(n.Processes, "process")+", "+plural(n.Threads, "thread"), Plain)
	if hidden := s.Hidden()[n.Type]; hidden > 0 {
		p.add("", "of "+plural(hidden, "other process")+" it may not be known", Unknown)
	}
	p.keepers(s, n)
	p.relative(s, "owner", n.Owner, probe.User)
	show(&p, "owner uid", n.OwnerUID, decimal[uint32])
	if n.Type == probe.User || n.Type == probe.PID {
		p.relative(s, "parent", n.Parent, n.Type)
	}
	p.owned(s, n)
	p.members(s.Members(n.NamespaceRef))
	return p
}

// relative adds the owner or parent of a namespace.
func (p *Page) relative(s *probe.Snapshot, label string, inode probe.Reading[uint64], t probe.NamespaceType) {
	number, ok := inode.Get()
	if !ok {
		tone := Unknown
		if inode.State() == reading.Absent {
			tone = Dim // An initial namespace has none.
		}
		p.add(label, why(inode.State()), tone)
		return
	}
	ref := probe.NamespaceRef{Type: t, Inode: number}
	if _, known := s.Namespace(ref); known {
		p.link(label, ref.String(), Plain, screen.ToNamespace(s.KeyOf(ref)))
		return
	}
	p.add(label, ref.String()+" (out of sight)", Dim)
}

// owned adds how many namespaces of each type a user namespace owns.
func (p *Page) owned(s *probe.Snapshot, n *probe.Namespace) {
	if n.Type != probe.User {
		return
	}
	var counts [len(probe.NamespaceTypes)]int
	for i := range s.Namespaces {
		if owner, ok := s.Namespaces[i].Owner.Get(); ok && owner == n.Inode {
			counts[s.Namespaces[i].Type]++
		}
	}
	var parts []string
	for _, t := range probe.NamespaceTypes {
		if counts[t] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[t], t))
		}
	}
	if len(parts) > 0 {
		p.add("owns", strings.Join(parts, ", "), Plain)
	}
}

// mostMembers is how many members a page lists; the screen of the thing lists all.
const mostMembers = 50

// members adds the processes in something.
func (p *Page) members(members []*probe.Task) {
	if len(members) == 0 {
		return
	}
	p.heading("members")
	for i, t := range members {
		if i == mostMembers {
			p.add("", fmt.Sprintf("and %d more", len(members)-i), Dim)
			return
		}
		p.link(fmt.Sprint(t.PID), t.Comm, Plain, screen.ToTask(t.TaskKey))
	}
}
