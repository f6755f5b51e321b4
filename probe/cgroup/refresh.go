package cgroup

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// A directory of the kernel's control groups has as many links as it has directories in it, plus two: "." and its own
// name. So where the number fits and all the groups known below are still there, with the same inodes, there is no other
// one, and nothing need be listed: an unchanged group costs one statx(2). Filesystems that do not count (Btrfs and
// OverlayFS, on which a fixture may lie) give every directory one link, and are listed each time.

// mark is what a refresh finds out about one node of the last list.
type mark struct {
	end   int    // Index of the first node that is not below this one.
	below uint32 // Directories in it by its links; unknown where it does not count.
	known uint32 // Nodes right below it that are still there.
	gone  bool   // Or another group of the same name.
	stale bool   // It must be listed.
	dirty bool   // It, or something below it, is gone or stale.
}

// unknown says that a directory does not count the directories in it.
const unknown = ^uint32(0)

// Refresh returns the groups of the tree, parents before their children and siblings by the bytes of their names, given
// the list of the last time, or nil. That list is never changed; it is returned itself where it still holds. Groups that
// vanish meanwhile are left out. On an error, which is of the topmost group or of a lack of descriptors or memory, it
// returns the last list.
func (t *Tree) Refresh(prev []Node) ([]Node, error) {
	if t.mount.Version == 2 {
		t.readControllers()
	}
	if len(prev) > 0 && t.survey(prev) {
		return prev, nil
	}
	b := builder{tree: t, prev: prev, nodes: make([]Node, 0, len(prev)+16)}
	var err error
	if len(prev) > 0 && !t.marks[0].gone {
		err = b.keep(0, -1)
	} else {
		b.prev = nil
		err = b.root()
	}
	switch {
	case err != nil:
		return prev, fmt.Errorf("list groups: %w", err)
	case slices.Equal(prev, b.nodes):
		return prev, nil
	}
	return b.nodes, nil
}

// survey marks what became of the nodes, and reports whether all is as it was.
func (t *Tree) survey(prev []Node) bool {
	t.marks = slices.Grow(t.marks[:0], len(prev))[:len(prev)]
	for i := range prev {
		n, m := &prev[i], &t.marks[i]
		*m = mark{end: i + 1}
		if n.Parent < 0 {
			t.examine(n, m)
			continue
		}
		above := &t.marks[n.Parent]
		if m.gone = above.gone; !m.gone {
			t.examine(n, m)
		}
		if m.gone {
			above.stale = true
		} else {
			above.known++
		}
	}
	for i := range slices.Backward(prev) {
		n, m := &prev[i], &t.marks[i]
		m.stale = m.stale || m.below != m.known || n.Access != reading.Present
		m.dirty = m.dirty || m.stale || m.gone
		if n.Parent >= 0 {
			above := &t.marks[n.Parent]
			above.end = max(above.end, m.end)
			above.dirty = above.dirty || m.dirty
		}
	}
	return !t.marks[0].dirty
}

// examine asks whether a node is still there, and how many directories are in it.
func (t *Tree) examine(n *Node, m *mark) {
	var st unix.Statx_t
	if err := t.stat(n.Path, &st); err != nil || st.Ino != n.Inode || device(&st) != t.device {
		m.gone = true
		return
	}
	m.below = counted(&st)
}

// counted returns how many directories are in a directory.
func counted(st *unix.Statx_t) uint32 {
	if st.Nlink < 2 {
		return unknown
	}
	return st.Nlink - 2
}

// vanished reports whether an error means that a group was removed, or in a fixture that something else took its place.
func vanished(err error) bool {
	return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP)
}
