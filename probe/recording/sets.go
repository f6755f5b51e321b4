package recording

import (
	"cmp"
	"fmt"
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// sets keeps one copy of each set of namespaces and of groups, as a scanner does.
type sets struct {
	ids        map[string]int // Of the hierarchies, by label.
	namespaces map[probe.NamespaceSet]*probe.NamespaceSet
	groups     map[string]*probe.CgroupSet
}

// newSets learns the numbers of the hierarchies. One that the recording does not list gets a number of its own.
func newSets(hierarchies []hierarchy, tasks []task) *sets {
	s := &sets{
		ids:        map[string]int{cgroup.LabelV2: 0},
		namespaces: map[probe.NamespaceSet]*probe.NamespaceSet{},
		groups:     map[string]*probe.CgroupSet{},
	}
	next := 1
	for i := range hierarchies {
		if h := &hierarchies[i]; h.ID != nil {
			s.ids[h.Label] = *h.ID
			next = max(next, *h.ID+1)
		}
	}
	for i := range tasks {
		for label := range tasks[i].Cgroups {
			if _, known := s.ids[label]; !known {
				s.ids[label] = next
				next++
			}
		}
	}
	return s
}

func (s *sets) namespacesOf(j *task) *probe.NamespaceSet {
	links := getNamespaces(j.Unknown, j.Namespaces, taskLinks)
	var set probe.NamespaceSet
	copy(set.Inodes[:], links[:])
	set.PIDForChildren, set.TimeForChildren = links[proc.PIDForChildren], links[proc.TimeForChildren]
	if known, ok := s.namespaces[set]; ok {
		return known
	}
	s.namespaces[set] = &set
	return &set
}

func (s *sets) groupsOf(j *task) *probe.CgroupSet {
	set := &probe.CgroupSet{Access: j.Unknown.why(cgroupsOf)}
	if j.Cgroups != nil {
		set.Access = reading.Present
		set.Memberships = make([]proc.Membership, 0, len(j.Cgroups))
	}
	for label, path := range j.Cgroups {
		set.Memberships = append(set.Memberships, membership(label, s.ids[label], path))
	}
	slices.SortFunc(set.Memberships, func(a, b proc.Membership) int { return cmp.Compare(b.Hierarchy, a.Hierarchy) })
	key := fmt.Sprintf("%v %#v", set.Access, set.Memberships)
	if known, ok := s.groups[key]; ok {
		return known
	}
	s.groups[key] = set
	return set
}
