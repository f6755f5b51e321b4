package rights

import (
	"bulkhead/probe"
	"bulkhead/probe/proc"
)

// tree is the namespaces of a snapshot by their parents.
type tree struct {
	s *probe.Snapshot
	// overflow is the number by which the reader sees ids that its own user namespace has no number for: several may look
	// the same. It is negative where the reader is in the initial user namespace, which has a number for all.
	overflow int64
}

// overflowID is the usual value of /proc/sys/kernel/overflowuid; see user_namespaces(7).
const overflowID = 65534

// newTree returns the tree of a snapshot.
func newTree(s *probe.Snapshot) tree {
	t := tree{s: s, overflow: overflowID}
	self, ok := s.Task(s.Host.Self)
	if !ok {
		return t
	}
	if n, ok := s.Namespace(probe.NamespaceRef{Type: probe.User, Inode: self.Namespaces.Inodes[probe.User].Or(0)}); ok && n.Initial {
		t.overflow = -1
	}
	return t
}

// vague reports whether an id may stand for several.
func (t tree) vague(id uint32) bool { return int64(id) == t.overflow }

// vagueIDs reports whether any of them may stand for several.
func (t tree) vagueIDs(ids proc.IDs) bool {
	return t.vague(ids.Real) || t.vague(ids.Effective) || t.vague(ids.Saved)
}

// parent returns the parent of a user or pid namespace. It is 0 for the initial one, which has none; known is false where it
// could not be read.
func (t tree) parent(ref probe.NamespaceRef) (parent uint64, known bool) {
	n, ok := t.s.Namespace(ref)
	switch {
	case !ok:
		return 0, false
	case n.Initial:
		return 0, true
	}
	return n.Parent.Get()
}

// deepest is how deep user and pid namespaces may be nested; see user_namespaces(7).
const deepest = 33

// above returns the namespaces that one lies in, itself first, as far as they are known.
func (t tree) above(ref probe.NamespaceRef) (line []uint64) {
	for range deepest {
		line = append(line, ref.Inode)
		parent, known := t.parent(ref)
		if !known || parent == 0 {
			break
		}
		ref.Inode = parent
	}
	return line
}

// complete reports whether a line ends in the initial namespace.
func (t tree) complete(kind probe.NamespaceType, line []uint64) bool {
	parent, known := t.parent(probe.NamespaceRef{Type: kind, Inode: line[len(line)-1]})
	return known && parent == 0
}
