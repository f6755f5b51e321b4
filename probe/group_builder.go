package probe

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// groupBuilder joins what the trees of groups and the membership of tasks tell.
type groupBuilder struct {
	hierarchies []Hierarchy
	groups      []Group
	places      []groupPlace // Beside groups.
	index       map[GroupKey]int
	loose       map[GroupKey]int // Tasks of the groups that no mount shows.
}

// newGroupBuilder returns a builder with room for all the groups that are mounted.
func newGroupBuilder(mounted []mountedHierarchy) *groupBuilder {
	count := 0
	for i := range mounted {
		count += len(mounted[i].groups)
	}
	return &groupBuilder{
		groups: make([]Group, 0, count), places: make([]groupPlace, 0, count),
		index: make(map[GroupKey]int, count), loose: map[GroupKey]int{},
	}
}

// groupPlace is where a group is read.
type groupPlace struct {
	tree    *cgroup.Tree // Nil where it is not mounted.
	path    string       // Below the tree's root.
	version int          // Of the hierarchy.
}

// noValues are the values of a group that is not mounted.
var noValues = &cgroup.Values{}

// addHierarchy adds a mounted hierarchy and its groups.
func (b *groupBuilder) addHierarchy(h *mountedHierarchy) {
	b.hierarchies = append(b.hierarchies, h.Hierarchy)
	first := len(b.groups)
	for i, g := range h.groups {
		if g.Parent >= 0 {
			g.Parent += first
		}
		b.add(g, groupPlace{h.tree, h.nodes[i].Path, h.Version})
	}
}

func (b *groupBuilder) add(g Group, place groupPlace) int {
	b.index[g.GroupKey] = len(b.groups)
	b.groups = append(b.groups, g)
	b.places = append(b.places, place)
	return len(b.groups) - 1
}

// addMembers counts the tasks of every group. A hierarchy or a group that tasks name although no mount shows it is added:
// it may be mounted in another mount namespace only, or lie outside the part that the mount shows.
func (b *groupBuilder) addMembers(tasks []Task) {
	counts := map[*CgroupSet]int{}
	for i := range tasks {
		if !tasks[i].Zombie() {
			counts[tasks[i].Cgroups]++
		}
	}
	sets := make([]*CgroupSet, 0, len(counts))
	for set := range counts {
		sets = append(sets, set)
	}
	slices.SortFunc(sets, func(x, y *CgroupSet) int { return strings.Compare(x.text, y.text) })
	for _, set := range sets {
		for i := range set.Memberships {
			b.addMember(&set.Memberships[i], counts[set])
		}
	}
	b.addLoose()
	for i := range slices.Backward(b.groups) {
		if parent := b.groups[i].Parent; parent >= 0 {
			b.groups[parent].Below += b.groups[i].Processes + b.groups[i].Below
		}
	}
}

// addMember counts the tasks of one group.
func (b *groupBuilder) addMember(m *proc.Membership, count int) {
	h := b.hierarchy(m)
	key := GroupKey{h.Label, m.Path}
	if m.Deleted {
		key.Path += deletedSuffix
		if _, ok := b.index[key]; !ok {
			return // The group is gone.
		}
	}
	if i, ok := b.index[key]; ok {
		b.groups[i].Processes += count
		return
	}
	b.loose[key] += count
}

// addLoose adds the groups that no mount shows, each below the nearest group above it that is known.
func (b *groupBuilder) addLoose() {
	keys := slices.SortedFunc(maps.Keys(b.loose), func(x, y GroupKey) int {
		return cmp.Or(strings.Compare(x.Hierarchy, y.Hierarchy), strings.Compare(x.Path, y.Path))
	})
	for _, key := range keys {
		g := Group{GroupKey: key, Parent: b.above(key), Access: reading.Absent, Processes: b.loose[key], Values: noValues}
		if g.Parent >= 0 {
			g.Depth = b.groups[g.Parent].Depth + 1
		}
		b.add(g, groupPlace{})
	}
}

// above returns the index of the nearest known group above a path, -1 where there is none. A path that begins with "/.." is
// of a group beside or above the root that the reader sees.
func (b *groupBuilder) above(key GroupKey) int {
	beside := key.Path == "/.." || strings.HasPrefix(key.Path, "/../")
	for p := key.Path; p != "/"; {
		p = p[:strings.LastIndexByte(p, '/')]
		if p == "" && !beside {
			p = "/"
		}
		if i, ok := b.index[GroupKey{key.Hierarchy, p}]; ok {
			return i
		}
		if p == "" {
			break
		}
	}
	return -1
}

// hierarchy returns the hierarchy of a membership. A mount does not tell the number by which proc_pid_cgroup(5) names the
// hierarchy, so that it is learnt here from the controllers.
func (b *groupBuilder) hierarchy(m *proc.Membership) *Hierarchy {
	label := HierarchyLabel(m)
	for i := range b.hierarchies {
		if b.hierarchies[i].Label == label {
			b.hierarchies[i].ID = m.Hierarchy
			return &b.hierarchies[i]
		}
	}
	h := Hierarchy{ID: m.Hierarchy, Label: label, Version: 1}
	if m.Hierarchy == 0 {
		h.Version = 2
	}
	for controller := range strings.SplitSeq(m.Controllers, ",") {
		if controller != "" && !strings.HasPrefix(controller, "name=") {
			h.Controllers = append(h.Controllers, controller)
		}
	}
	b.hierarchies = append(b.hierarchies, h)
	return &b.hierarchies[len(b.hierarchies)-1]
}

// readValues reads the values of the groups that are asked for, that are new, or whose turn it is.
func (s *Scanner) readValues(b *groupBuilder, request Request) {
	asked := request.asked()
	turn := min(period(len(b.groups), valuesPerScan), valuesPeriod)
	kept := make(map[groupID]groupValues, len(b.groups))
	for i := range b.groups {
		g, place := &b.groups[i], b.places[i]
		if place.tree == nil {
			continue
		}
		id := groupID{g.GroupKey, g.Inode}
		v, known := s.groups.values[id]
		extra, wanted := asked[g.GroupKey]
		parts := request.Parts.OrDefault() | extra
		read := !known || wanted || parts&^v.parts != 0 ||
			due(int32(i), v.tick, s.tick, turn) //nolint:gosec // Any spread will do.
		if read {
			v = s.readGroup(place, parts, v, known)
		}
		g.Values, g.CPU, g.Rates, g.ReadAt = v.values, v.cpu, v.rates, v.readAt
		switch {
		case g.Processes > 0:
			v.listing = listing{}
		case read || !v.read:
			v.listing = s.list(b, i)
		}
		g.Loose, g.Unseen = v.loose, v.unseen
		kept[id] = v
	}
	s.groups.values = kept
}

// asked returns the groups that are read anew, and which parts of them beside those of all.
func (r Request) asked() map[GroupKey]cgroup.Parts {
	asked := make(map[GroupKey]cgroup.Parts, len(r.Groups)+len(r.Whole))
	for _, key := range r.Groups {
		asked[key] = 0
	}
	for _, key := range r.Whole {
		asked[key] = cgroup.AllParts
	}
	return asked
}

// readGroup reads some parts of a group, and what happened since it was read before. One that is not known was not there, or
// another group had its name.
func (s *Scanner) readGroup(place groupPlace, parts cgroup.Parts, before groupValues, known bool) groupValues {
	values := place.tree.Values(place.path, parts)
	if place.version == 1 && s.host.CountsLimitedIOOnly() {
		values.IORead, values.IOWritten = cgroup.Counted(values.IORead), cgroup.Counted(values.IOWritten)
	}
	v := groupValues{values: &values, parts: parts, readAt: s.now(), tick: s.tick}
	if !known {
		before.values = noValues
	}
	v.cpu = cpusUsed(before.values.CPUUsage, values.CPUUsage, v.readAt-before.readAt)
	v.rates = ratesOf(before.values, &values, v.readAt-before.readAt)
	return v
}
