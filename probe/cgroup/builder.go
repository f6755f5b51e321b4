package cgroup

import (
	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// maxPath is the longest path that the kernel takes, PATH_MAX without the NUL at its end.
const maxPath = 4095

// builder makes the list of groups anew, from the last one where that still holds.
type builder struct {
	tree  *Tree
	prev  []Node
	nodes []Node
}

// root adds the topmost group and all below it.
func (b *builder) root() error {
	var st unix.Statx_t
	if err := b.tree.stat("/", &st); err != nil {
		return err
	}
	return b.add(Node{Path: "/", Inode: st.Ino, Parent: -1, Access: reading.Present}, counted(&st))
}

// add adds a group that is new, and all below it. One without any directory in it is not listed.
func (b *builder) add(n Node, below uint32) error {
	b.nodes = append(b.nodes, n)
	if below == 0 {
		return nil
	}
	return b.list(len(b.nodes)-1, nil)
}

// keep adds a node of the last list that is still there, and all that is below it now.
func (b *builder) keep(old, parent int) error {
	m := &b.tree.marks[old]
	at := len(b.nodes)
	if !m.dirty {
		for _, n := range b.prev[old:m.end] {
			n.Parent += at - old
			b.nodes = append(b.nodes, n)
		}
		b.nodes[at].Parent = parent
		return nil
	}
	n := b.prev[old]
	n.Parent, n.Access = parent, reading.Present
	b.nodes = append(b.nodes, n)
	children := b.children(old)
	if m.stale {
		return b.list(at, children)
	}
	for _, child := range children {
		if err := b.keep(child, at); err != nil {
			return err
		}
	}
	return nil
}

// children returns the nodes right below one of the last list.
func (b *builder) children(old int) []int {
	var children []int
	for i := old + 1; i < b.tree.marks[old].end; i = b.tree.marks[i].end {
		children = append(children, i)
	}
	return children
}

// list lists the group at an index of the new list, and adds all below it. Known are the nodes that the last list had
// right below.
func (b *builder) list(at int, known []int) error {
	entries, err := b.tree.list(b.nodes[at].Path)
	switch why := reading.Why(err); {
	case vanished(err) && at > 0:
		b.nodes = b.nodes[:at]
		return nil
	case why == reading.Denied:
		b.nodes[at].Access = why
		return nil
	case err != nil:
		return err
	}
	for _, e := range entries {
		for len(known) > 0 && b.prev[known[0]].name() < e.name {
			known = known[1:]
		}
		if len(known) > 0 && b.prev[known[0]].name() == e.name && !b.tree.marks[known[0]].gone {
			err = b.keep(known[0], at)
		} else {
			err = b.discover(e, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// discover adds a group that a listing named, and all below it.
func (b *builder) discover(e entry, parent int) error {
	above := &b.nodes[parent]
	n := Node{Path: above.below(e.name), Inode: e.inode, Parent: parent, Depth: above.Depth + 1, Access: reading.Present}
	if len(n.Path)-len("/") > maxPath {
		above.Access = reading.Unsupported
		return nil
	}
	var st unix.Statx_t
	switch err := b.tree.stat(n.Path, &st); {
	case vanished(err):
		return nil
	case reading.Why(err) == reading.Denied:
		n.Access = reading.Denied
		return b.add(n, 0)
	case err != nil:
		return err
	case st.Mode&unix.S_IFMT != unix.S_IFDIR || device(&st) != b.tree.device:
		return nil // Something else is mounted there.
	}
	n.Inode = st.Ino // The listing may name what is mounted over.
	return b.add(n, counted(&st))
}
