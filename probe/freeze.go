package probe

import (
	"slices"

	"bulkhead/probe/cgroup"
)

// Freeze is what stops a task: its group, or one above it, was asked to freeze. The state of the task itself does not tell: in
// version 2 it sleeps (S), in version 1 it waits (D); see cgroup.freeze in the kernel's cgroup-v2 document.
type Freeze struct {
	State cgroup.FreezerState // Freezing or Frozen.
	By    GroupKey            // The nearest group that was asked to; the zero key where none in sight was.
}

// Freezes are the groups of a snapshot whose tasks are stopped.
type Freezes struct {
	groups      map[membership]Freeze
	hierarchies []int // Those with such groups: the others need not be looked for.
}

// membership is a group as tasks tell it.
type membership struct {
	hierarchy int
	path      string
}

// Freezes returns what is frozen, or about to be, by what the files of the groups said: cgroup.events and cgroup.freeze of version
// 2, freezer.state and freezer.self_freezing of version 1. A group inherits the freeze of those above it.
func (s *Snapshot) Freezes() Freezes {
	var f Freezes
	by := make([]int, len(s.Groups)) // Of each group the one that was asked, counted from 1.
	for i := range s.Groups {
		g := &s.Groups[i]
		if g.Parent >= 0 {
			by[i] = by[g.Parent]
		}
		if g.Values.FreezeRequested.Or(false) {
			by[i] = i + 1
		}
		state := g.Values.Freezer.Or(cgroup.Thawed)
		if state == cgroup.Thawed && by[i] == 0 {
			continue
		}
		freeze := Freeze{State: max(state, cgroup.Freezing)}
		if by[i] > 0 {
			freeze.By = s.Groups[by[i]-1].GroupKey
		}
		if f.groups == nil {
			f.groups = map[membership]Freeze{}
		}
		id := s.HierarchyOf(g).ID
		f.groups[membership{id, g.Path}] = freeze
		if !slices.Contains(f.hierarchies, id) {
			f.hierarchies = append(f.hierarchies, id)
		}
	}
	return f
}

// None reports whether nothing is frozen at all.
func (f Freezes) None() bool { return len(f.groups) == 0 }

// FreezeOf returns what stops the tasks in a group, and whether anything does.
func (s *Snapshot) FreezeOf(key GroupKey) (freeze Freeze, stopped bool) {
	g, ok := s.Group(key)
	if !ok {
		return Freeze{}, false
	}
	return s.Freezes().at(s.HierarchyOf(g).ID, key.Path)
}

// at returns what stops the tasks in a group, and whether anything does.
func (f Freezes) at(hierarchy int, path string) (freeze Freeze, stopped bool) {
	freeze, stopped = f.groups[membership{hierarchy, path}]
	return freeze, stopped
}

// Of returns what stops a task, and whether anything does. A zombie has nothing that could stop, and kernel threads run on.
func (f Freezes) Of(t *Task) (freeze Freeze, stopped bool) {
	if f.None() || t.Kernel || t.Zombie() {
		return Freeze{}, false
	}
	for i := range t.Cgroups.Memberships {
		m := &t.Cgroups.Memberships[i]
		if m.Deleted || !slices.Contains(f.hierarchies, m.Hierarchy) {
			continue
		}
		found, ok := f.at(m.Hierarchy, m.Path)
		if ok && (!stopped || found.State > freeze.State) {
			freeze, stopped = found, true
		}
	}
	return freeze, stopped
}
