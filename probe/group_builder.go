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
	layout      *groupLayout
	hierarchies []Hierarchy
	groups      []Group          // Those of the layout, and behind them those that no mount shows.
	loose       map[GroupKey]int // Tasks of the groups that no mount shows.
	extra       map[GroupKey]int // The indexes of these groups.
}

// newGroupBuilder returns a builder that has all the groups that are mounted.
func newGroupBuilder(c *groupCache) *groupBuilder {
	b := &groupBuilder{layout: &c.layout, groups: slices.Clone(c.layout.groups), loose: map[GroupKey]int{}, extra: map[GroupKey]int{}}
	for i := range c.mounted {
		b.hierarchies = append(b.hierarchies, c.mounted[i].Hierarchy)
	}
	return b
}

// noValues are the values of a group that is not mounted.
var noValues = &cgroup.Values{}

// find returns the index of a group.
func (b *groupBuilder) find(key GroupKey) (int, bool) {
	i, ok := b.layout.index[key]
	if !ok {
		i, ok = b.extra[key]
	}
	return i, ok
}

// addMembers counts the tasks of every group, given how many have each set of groups. A hierarchy or a group that tasks name
// although no mount shows it is added: it may be mounted in another mount namespace only, or lie outside the part that the
// mount shows.
func (b *groupBuilder) addMembers(sets []*CgroupSet, counts []int) {
	var unknown []int
	for number, count := range counts {
		switch at := b.layout.membersOf(number); {
		case count == 0:
		case at == nil:
			unknown = append(unknown, number)
		default:
			b.addCount(at, count)
		}
	}
	slices.SortFunc(unknown, func(x, y int) int { return strings.Compare(sets[x].text, sets[y].text) })
	for _, number := range unknown {
		b.addCount(b.addMember(number, sets[number], counts[number]), counts[number])
	}
	slices.Sort(unknown) // What was met last is right, where a hierarchy was mounted anew and has another number by now.
	for _, number := range unknown {
		for i := range sets[number].Memberships {
			m := &sets[number].Memberships[i]
			b.hierarchy(m).ID = m.Hierarchy
		}
	}
	b.addLoose()
	for i := range slices.Backward(b.groups) {
		if parent := b.groups[i].Parent; parent >= 0 {
			b.groups[parent].Below += b.groups[i].Processes + b.groups[i].Below
		}
	}
}

// addCount counts tasks in some groups.
func (b *groupBuilder) addCount(at []int32, count int) {
	for _, i := range at {
		b.groups[i].Processes += count
	}
}

// addMember returns the groups of a set that are mounted, and notes the tasks of the others. Only where there are no others is it
// learnt where the tasks of the set are counted.
func (b *groupBuilder) addMember(number int, set *CgroupSet, count int) []int32 {
	at, all := []int32{}, true
	for i := range set.Memberships {
		m := &set.Memberships[i]
		key := GroupKey{b.hierarchy(m).Label, m.Path}
		if m.Deleted {
			key.Path += deletedSuffix
		}
		if i, ok := b.layout.index[key]; ok {
			at = append(at, int32(i)) //nolint:gosec // Groups are far fewer.
		} else if !m.Deleted { // Else it is gone.
			b.loose[key] += count
			all = false
		}
	}
	if all {
		b.layout.learn(number, at)
	}
	return at
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
		b.extra[key] = len(b.groups)
		b.groups = append(b.groups, g)
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
		if i, ok := b.find(GroupKey{key.Hierarchy, p}); ok {
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
	for i := range b.layout.places {
		g, v := &b.groups[i], &b.layout.values[i]
		extra, wanted := asked[g.GroupKey]
		parts := request.Parts.OrDefault() | extra
		known := v.values != nil
		read := !known || wanted || parts&^v.parts != 0 ||
			due(int32(i), v.tick, s.tick, turn) //nolint:gosec // Any spread will do.
		if b.layout.places[i].tree == nil {
			continue
		}
		if read {
			*v = s.readGroup(b.layout.places[i], parts, *v, known)
		}
		g.Values, g.CPU, g.Rates, g.ReadAt = v.values, v.cpu, v.rates, v.readAt
		switch {
		case g.Processes > 0:
			v.listing = listing{}
		case read || !v.read:
			v.listing = s.list(b, i)
		}
		g.Loose, g.Unseen = v.loose, v.unseen
	}
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
