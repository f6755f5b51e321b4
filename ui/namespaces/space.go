package namespaces

import (
	"cmp"
	"slices"

	"bulkhead/probe"
	"bulkhead/ui/filter"
)

// space is a namespace on its way to a row.
type space struct {
	*probe.Namespace
	leader   *probe.Task // Nil where there is none.
	parent   int32       // The space above it; -1 for none.
	listed   int32       // How many of its members are shown,
	open     bool        // where any are to be.
	gone     bool
	matched  bool // The filter found itself, and not just members.
	branched bool // There are namespaces below it.
	place    place
}

// place says why a row is in the list.
type place uint8

// The places of a row.
const (
	hidden  place = iota
	context       // Only because something below it was found.
	found
)

// closed reports whether there are members that are not shown, and nothing else below it.
func (s *space) closed() bool {
	return s.place == found && !s.gone && s.Processes > 0 && s.listed == 0 && !s.branched
}

// rank is the order of the types: user namespaces come behind what they own, since theirs is the largest tree.
func rank(t probe.NamespaceType) int {
	if t == probe.User {
		return len(probe.NamespaceTypes)
	}
	return int(t)
}

// newSpaces lists the namespaces that are there and those that are gone since a moment, by rank and number.
func newSpaces(now *probe.Snapshot, gone []*probe.Namespace) []space {
	all := make([]space, 0, len(now.Namespaces)+len(gone))
	for _, last := range [...]bool{false, true} { // By type, as they are, but for the user namespaces.
		for i := range now.Namespaces {
			if n := &now.Namespaces[i]; (n.Type == probe.User) == last {
				all = append(all, space{Namespace: n})
			}
		}
	}
	for _, n := range gone {
		all = append(all, space{Namespace: n, gone: true})
	}
	if len(gone) > 0 {
		slices.SortFunc(all, func(a, b space) int {
			return cmp.Or(cmp.Compare(rank(a.Type), rank(b.Type)), cmp.Compare(a.Inode, b.Inode))
		})
	}
	for i := range all {
		all[i].leader, _ = now.Task(all[i].Leader)
	}
	return all
}

// index returns where each namespace is.
func index(all []space) map[probe.NamespaceRef]int32 {
	places := make(map[probe.NamespaceRef]int32, len(all))
	for i := range all {
		if _, taken := places[all[i].NamespaceRef]; !taken || !all[i].gone {
			// The number of one that is gone may be another's.
			places[all[i].NamespaceRef] = int32(i) //nolint:gosec // No screen has that many.
		}
	}
	return places
}

// link finds what each namespace hangs below: its parent, or its owner.
func link(all []space, places map[probe.NamespaceRef]int32, byOwner bool) {
	for i := range all {
		s := &all[i]
		above, kind := s.Parent, s.Type
		if byOwner {
			above, kind = s.Owner, probe.User
		}
		s.parent = -1
		if inode, ok := above.Get(); ok {
			if at, ok := places[probe.NamespaceRef{Type: kind, Inode: inode}]; ok && int(at) != i {
				s.parent = at
			}
		}
	}
}

// choose marks what the filter found in the namespaces themselves, and opens those whose members are to be seen: where
// only members can tell why a namespace is there they are shown at first.
func choose(all []space, f filter.Filter, open folds) {
	matches := f.Matcher()
	for i := range all {
		s := &all[i]
		s.matched = matches(s)
		if s.matched {
			s.place = found
		}
		s.open = open.members.Open(rowID{kind: aNamespace, ref: s.Key()}, !s.matched) && !s.gone
	}
}

// complete marks what stands above what was found, and returns how many living namespaces were found.
func complete(all []space) (shown int) {
	for i := range all {
		if all[i].place != found {
			continue
		}
		if !all[i].gone {
			shown++
		}
		for up := all[i].parent; up >= 0 && all[up].place == hidden; up = all[up].parent {
			all[up].place = context
		}
	}
	for i := range all {
		s := &all[i]
		if s.place != hidden && s.parent >= 0 {
			all[s.parent].branched = true
		}
	}
	return shown
}
