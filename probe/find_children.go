package probe

import "bulkhead/probe/proc"

// lookForChildren finds the namespaces that nobody but future children of a process will be in.
func (s *search) lookForChildren() {
	for i := range s.snapshot.Tasks {
		t := &s.snapshot.Tasks[i]
		set := t.Namespaces
		if !differs(set.PIDForChildren, set.Inodes[PID]) && !differs(set.TimeForChildren, set.Inodes[Time]) {
			continue
		}
		if h := s.holderOf(t); h.open(s.reader) == nil {
			s.keepForChildren(&h, set, noNamespaces)
		}
	}
}

// keepForChildren notes the namespaces that the children of a task will be in, other than its own and those that another
// set has for children.
func (s *search) keepForChildren(h *holder, set, other *NamespaceSet) {
	for _, c := range [...]struct {
		kind, link           NamespaceType
		own, children, known Reading[uint64]
	}{
		{PID, proc.PIDForChildren, set.Inodes[PID], set.PIDForChildren, other.PIDForChildren},
		{Time, proc.TimeForChildren, set.Inodes[Time], set.TimeForChildren, other.TimeForChildren},
	} {
		if inode, ok := c.children.Get(); ok && differs(c.children, c.own) && c.children != c.known {
			s.keepOpen(NamespaceRef{c.kind, inode}, h, "ns/"+c.link.String(), h.keeper(KeptForChildren))
		}
	}
}
