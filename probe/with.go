package probe

import (
	"path/filepath"
	"slices"
	"strings"

	"bulkhead/probe/reading"
)

// With returns the snapshot with what a search found merged in: the namespaces that no process is in, what keeps each one
// alive, and the names of worlds. Since the search is older than the snapshot, what has certainly changed since then is left
// out: a namespace whose number is another's by now, and a keeper that is gone.
func (s *Snapshot) With(f *Findings) *Snapshot {
	if f == nil {
		return s
	}
	next := *s
	next.Findings = f
	next.Namespaces = s.mergeNamespaces(f.Namespaces)
	next.Worlds = next.nameWorlds()
	if empty := next.emptyWorlds(); len(empty) > 0 {
		next.Worlds = slices.Concat(next.Worlds, empty)
	}
	next.Gaps = slices.SortedFunc(slices.Values(slices.Concat(s.Gaps, f.Gaps)), func(a, b Gap) int { return strings.Compare(a.Where+a.Err, b.Where+b.Err) })
	return &next
}

// mergeNamespaces returns the namespaces of the snapshot with those that were found, by type and inode.
func (s *Snapshot) mergeNamespaces(found []Finding) []Namespace {
	all := slices.Clone(s.Namespaces)
	var more []Namespace
	for i := range found {
		f := &found[i]
		kept := s.living(f.KeptBy)
		n, known := find(all, f.NamespaceRef)
		switch {
		case known && differ(n.ID, f.Info.ID):
		case known:
			n.KeptBy = append(kept, n.KeptBy...)
			n.Name = nameOf(kept)
		case len(kept) > 0 || len(f.KeptBy) == 0:
			more = append(more, f.namespace(kept))
		}
	}
	if len(more) > 0 {
		all = append(all, more...)
		slices.SortFunc(all, func(a, b Namespace) int { return compareRefs(a.NamespaceRef, b.NamespaceRef) })
	}
	for ref, kin := range KeptByKin(all) {
		if n, ok := find(all, ref); ok {
			n.KeptBy = append(n.KeptBy[:len(n.KeptBy):len(n.KeptBy)], kin...)
		}
	}
	return all
}

// namespace returns what was found as a namespace. One that could not be opened, such as one with something else mounted on top,
// was not there to be asked: what all namespaces have is then out of reach, not absent.
func (f *Finding) namespace(kept []Keeper) Namespace {
	n := Namespace{
		NamespaceRef: f.NamespaceRef, ID: f.Info.ID, Owner: f.Info.Owner, OwnerUID: f.Info.OwnerUID, Parent: f.Info.Parent,
		KeptBy: kept, Name: nameOf(kept),
	}
	if f.Info.Device != 0 {
		return n
	}
	n.ID, n.Owner, n.OwnerUID = beyond(n.ID), beyond(n.Owner), beyond(n.OwnerUID)
	if n.Type == User || n.Type == PID {
		n.Parent = beyond(n.Parent)
	}
	return n
}

// beyond says of a reading that is absent that it was out of reach.
func beyond[T any](r Reading[T]) Reading[T] {
	if r.State() != reading.Absent {
		return r
	}
	return reading.None[T](reading.Unreached)
}

// find returns the namespace with a reference.
func find(all []Namespace, ref NamespaceRef) (*Namespace, bool) {
	i, ok := slices.BinarySearchFunc(all, ref, func(n Namespace, ref NamespaceRef) int { return compareRefs(n.NamespaceRef, ref) })
	if !ok {
		return nil, false
	}
	return &all[i], true
}

// differ reports whether two ids are known and not the same.
func differ(a, b Reading[uint64]) bool {
	return a.State() == reading.Present && b.State() == reading.Present && a != b
}

// living returns those keepers that may still be there: a task that is gone keeps nothing. A mount whose process is gone is seen
// through the leader of its mount namespace.
func (s *Snapshot) living(kept []Keeper) []Keeper {
	left := slices.Clone(slices.DeleteFunc(slices.Clone(kept), func(k Keeper) bool {
		if k.Task == (TaskKey{}) || k.Kind == KeptByMount {
			return false // The mount may outlive the process in whose mountinfo it was seen.
		}
		task, ok := s.Task(k.Task.PID)
		return !ok || k.Task.TID == k.Task.PID && task.TaskKey != k.Task
	}))
	for i := range left {
		k := &left[i]
		if task, ok := s.Task(k.Task.PID); k.Kind != KeptByMount || k.Task == (TaskKey{}) || ok && (task.TaskKey == k.Task || k.Task.TID != k.Task.PID) {
			continue
		}
		if in, ok := s.Namespace(k.Namespace); ok {
			if leader, found := s.Task(in.Leader); found {
				k.Task, k.Comm = leader.TaskKey, leader.Comm
			}
		}
	}
	return left
}

// netnsDirs are where the tools that name network namespaces mount them: see ip-netns(8).
var netnsDirs = []string{"/run/netns/", "/var/run/netns/"}

// namingPath returns the path by which a namespace has a name; empty where it has none.
func namingPath(kept []Keeper) string {
	for i := range kept {
		for _, dir := range netnsDirs {
			if kept[i].Kind == KeptByMount && strings.HasPrefix(kept[i].Path, dir) {
				return kept[i].Path
			}
		}
	}
	return ""
}

// nameOf returns what a namespace is called by the path that it is mounted at.
func nameOf(kept []Keeper) string {
	if path := namingPath(kept); path != "" {
		return filepath.Base(path)
	}
	return ""
}

// nameWorlds returns the worlds with the names that the search learned, those of their networks among them: a world that came
// into a network after the search has its name as well.
func (s *Snapshot) nameWorlds() []World {
	worlds, own := s.Worlds, false
	for i := range worlds {
		w := &worlds[i]
		if w.Host || w.unreadable() {
			continue
		}
		leader, _ := withParent(s.Tasks, w.Leader)
		o, better := s.Findings.Origins[w.Key]
		if !better {
			o = w.Origin
		}
		if path := s.networkPath(w); path != "" {
			o = o.InNetwork(leader.Comm, path)
		}
		if o != w.Origin {
			if !own {
				worlds, own = slices.Clone(worlds), true
			}
			worlds[i] = w.made(o, leader.Comm)
		}
	}
	return worlds
}

// networkPath returns the path by which the world's network namespace has a name; empty where it has none, or is the host's.
func (s *Snapshot) networkPath(w *World) string {
	ref, ok := w.Ref(Net)
	if !ok || w.Cells[Net].Kind == CellHost {
		return ""
	}
	n, ok := s.Namespace(ref)
	if !ok || n.Name == "" {
		return ""
	}
	return namingPath(n.KeptBy)
}

// emptyWorlds returns a world for each namespace that is kept by no process in it, nor only by another namespace: somebody
// keeps it to enter it.
func (s *Snapshot) emptyWorlds() []World {
	var worlds []World
	for i := range s.Namespaces {
		n := &s.Namespaces[i]
		if !n.Held() || n.Initial {
			continue
		}
		w := World{Name: n.emptyName()}
		w.Key[n.Type] = reading.Of(n.Inode)
		w.Cells[n.Type] = Cell{Kind: CellOwn}
		for t := range w.Cells {
			if t != int(n.Type) {
				w.Cells[t] = Cell{Kind: CellAbsent}
			}
		}
		worlds = append(worlds, w)
	}
	return worlds
}

// emptyName is what a world is called that nobody is in.
func (n *Namespace) emptyName() string {
	if n.Name != "" {
		return n.Type.String() + "ns " + n.Name
	}
	return n.String()
}
