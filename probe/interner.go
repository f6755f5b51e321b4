package probe

import (
	"sync"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// noNamespaces, noCgroups, noProgram and noCloseup are what a task has of which nothing has been read, and noTask stands for one
// that is not in sight. Nobody writes to them.
var (
	noNamespaces = &NamespaceSet{}
	noCgroups    = &CgroupSet{Access: reading.Absent, text: reading.Absent.String()}
	noProgram    = &Program{}
	noCloseup    = &Closeup{}
	noTask       = &Task{Program: noProgram, Closeup: noCloseup, Cgroups: noCgroups}
)

// interner keeps one copy of each set of namespaces and of groups: thousands of processes have a few dozen of them, so
// that snapshots stay small and sets are compared by pointer.
type interner struct {
	mu    sync.Mutex
	sets  map[NamespaceSet]*NamespaceSet
	texts map[string]*CgroupSet
}

func (n *interner) namespaces(set NamespaceSet) *NamespaceSet {
	n.mu.Lock()
	defer n.mu.Unlock()
	known, ok := n.sets[set]
	if ok {
		return known
	}
	if n.sets == nil {
		n.sets = map[NamespaceSet]*NamespaceSet{}
	}
	kept := set // Only what is kept is worth an allocation.
	n.sets[set] = &kept
	return &kept
}

// cgroups returns the set that the text of a proc_pid_cgroup(5) describes, or one that says why there is none.
func (n *interner) cgroups(text []byte, access reading.State) *CgroupSet {
	if access != reading.Present {
		text = []byte(access.String())
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if known, ok := n.texts[string(text)]; ok {
		return known
	}
	set := &CgroupSet{Access: access, text: string(text)}
	if access == reading.Present {
		memberships, err := proc.ParseCgroup(text)
		if err != nil {
			set.Access = reading.Unsupported
		}
		set.Memberships = memberships
	}
	if n.texts == nil {
		n.texts = map[string]*CgroupSet{}
	}
	n.texts[set.text] = set
	return set
}

// denied returns the sets of a task that may not be looked at.
func (n *interner) denied(why reading.State) (*NamespaceSet, *CgroupSet) {
	return n.namespaces(deniedSet(why)), n.cgroups(nil, why)
}

// sweepPeriod is after how many scans what is kept of sets that no task has any longer is forgotten.
const sweepPeriod = 64

// sweep forgets the sets that no task has.
func (n *interner) sweep(tasks []Task) {
	n.sets, n.texts = map[NamespaceSet]*NamespaceSet{}, map[string]*CgroupSet{}
	for i := range tasks {
		n.sets[*tasks[i].Namespaces] = tasks[i].Namespaces
		n.texts[tasks[i].Cgroups.text] = tasks[i].Cgroups
	}
}
