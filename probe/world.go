package probe

import (
	"slices"
	"sort"

	"bulkhead/probe/origin"
	"bulkhead/probe/reading"
)

// WorldKey identifies a world among those alive at one time: the namespaces its members share.
type WorldKey [8]Reading[uint64]

// World is the processes that share one same set of namespaces.
type World struct {
	Key       WorldKey
	Name      string // What made it, as Origin.Label has it; HostWorld for the host's.
	Leader    int32  // The topmost member by the process tree.
	Host      bool   // It is the reference that the others are compared with.
	Processes int
	Threads   int
	Cells     [8]Cell       // By NamespaceType.
	Origin    origin.Origin // What made it, where that is known.
}

// Ref returns the world's namespace of one type, where it is known.
func (w *World) Ref(t NamespaceType) (NamespaceRef, bool) {
	inode, ok := w.Key[t].Get()
	return NamespaceRef{Type: t, Inode: inode}, ok
}

// Only returns the single namespace of a world that no process is in; see Snapshot.With.
func (w *World) Only() (NamespaceRef, bool) {
	if w.Processes > 0 || w.Leader != 0 {
		return NamespaceRef{}, false
	}
	for _, t := range NamespaceTypes {
		if ref, ok := w.Ref(t); ok {
			return ref, true
		}
	}
	return NamespaceRef{}, false
}

// unreadable reports whether no namespace of the world may be read.
func (w *World) unreadable() bool {
	for _, inode := range w.Key {
		if inode.State() != reading.Denied {
			return false
		}
	}
	return true
}

// CellKind says whose namespace a world's namespace is.
type CellKind uint8

// The kinds of Cell.
const (
	CellUnknown CellKind = iota // Not permitted to be read.
	CellAbsent                  // There is none: an older kernel, or a zombie.
	CellHost                    // The same as the host's.
	CellOwn                     // Of this world alone.
	CellShared                  // Shared with the worlds of the same letter.
)

// Cell is one wall of a world.
type Cell struct {
	Kind   CellKind
	Letter string // For CellShared: A, B, … Z, AA, …; within one type the same letter is the same namespace.
}

// lacks reports whether links are there, but not all that another key has: the task has lost the others.
func (k *WorldKey) lacks(other *WorldKey) bool {
	some, lost := false, false
	for t := range k {
		some = some || k[t].State() == reading.Present
		lost = lost || k[t].State() == reading.Absent && other[t].State() == reading.Present
	}
	return some && lost
}

// agrees reports whether every namespace that is known of a is also b's.
func agrees(a, b WorldKey) bool {
	for t := range a {
		if a[t].State() == reading.Present && a[t] != b[t] {
			return false
		}
	}
	return true
}

// letterCells says of every wall of every world whose it is.
func letterCells(worlds []World, reference WorldKey) {
	for _, t := range NamespaceTypes {
		shared := map[uint64]int{}
		for i := range worlds {
			if inode, ok := worlds[i].Key[t].Get(); ok {
				shared[inode]++
			}
		}
		letters := map[uint64]string{}
		for i := range worlds {
			worlds[i].Cells[t] = cell(worlds[i].Key[t], reference[t], shared, letters)
		}
	}
}

func cell(r, host Reading[uint64], shared map[uint64]int, letters map[uint64]string) Cell {
	inode, ok := r.Get()
	switch {
	case !ok && r.State() == reading.Denied:
		return Cell{Kind: CellUnknown}
	case !ok:
		return Cell{Kind: CellAbsent}
	case r == host:
		return Cell{Kind: CellHost}
	case shared[inode] < 2:
		return Cell{Kind: CellOwn}
	}
	if letters[inode] == "" {
		letters[inode] = letter(len(letters))
	}
	return Cell{Kind: CellShared, Letter: letters[inode]}
}

// letter names the n-th shared namespace of a type: A to Z, then AA, AB, ….
func letter(n int) string {
	var b []byte
	for ; n >= 0; n = n/26 - 1 {
		b = append(b, byte('A'+n%26))
	}
	slices.Reverse(b)
	return string(b)
}

// findTask returns the index of a process in a list sorted by pid.
func findTask(tasks []Task, pid int32) (int, bool) {
	at := sort.Search(len(tasks), func(i int) bool { return tasks[i].PID >= pid }) // The slices package would copy each that it looks at.
	return at, at < len(tasks) && tasks[at].PID == pid
}
