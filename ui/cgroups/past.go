package cgroups

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/ui/glow"
	"bulkhead/ui/list"
)

// past is what is remembered of earlier snapshots, to show what has just changed.
type past struct {
	now     *probe.Snapshot
	tracker *glow.Tracker[identity, seen]
	seen    []seen // Beside the groups of now.
	gone    []*probe.Group
	crowds  map[probe.GroupKey]*watched
}

// identity tells a group from another one that was made in its place.
type identity struct {
	probe.GroupKey
	inode uint64
}

// facts are the cells of which a change is shown. Use is not among them: it changes all the time.
type facts uint8

// The facts.
const (
	factOwn facts = iota
	factBelow
	factState
	factQuota
	factMemory
	factPIDs
	factCPUs
	factEnd
)

// seen is a group, and for how many refreshes yet a change of a fact is to be shown.
type seen struct {
	group *probe.Group
	ages  [factEnd]uint8
}

func newPast() *past {
	return &past{
		crowds: map[probe.GroupKey]*watched{},
		tracker: glow.NewTracker(
			func(s *seen) identity { return identity{s.group.GroupKey, s.group.Inode} },
			func(before, after *seen) bool { return after.compare(before) },
			func(s seen) seen {
				alone := *s.group
				return seen{group: &alone}
			},
		),
	}
}

// look takes a later snapshot; the same one again changes nothing. One without groups was made before they were asked
// for.
func (p *past) look(now *probe.Snapshot) {
	if now == p.now || len(now.Hierarchies) == 0 && len(now.Groups) == 0 {
		return
	}
	for key, w := range p.crowds {
		if w.now != p.now {
			delete(p.crowds, key)
		}
	}
	p.now, p.gone = now, nil
	p.seen = make([]seen, len(now.Groups))
	for i := range p.seen {
		p.seen[i].group = &now.Groups[i]
	}
	for _, s := range p.tracker.Next(p.seen) {
		p.gone = append(p.gone, s.group)
	}
}

// rest forgets all snapshots.
func (p *past) rest() {
	p.tracker.Forget()
	p.now, p.seen, p.gone = nil, nil, nil
	clear(p.crowds)
}

// compare notes which facts have changed since the refresh before, and reports whether any has.
func (s *seen) compare(before *seen) bool {
	for i, age := range before.ages {
		s.ages[i] = max(age, 1) - 1
	}
	changed := false
	note := func(fact facts, differs bool) {
		if differs {
			s.ages[fact], changed = glow.Ticks, true
		}
	}
	a, b := before.group, s.group
	note(factOwn, a.Processes != b.Processes || len(a.Loose.Or(nil)) != len(b.Loose.Or(nil)))
	note(factBelow, a.Below != b.Below)
	if a.Values == b.Values {
		return changed
	}
	v, w := a.Values, b.Values
	note(factState, v.Freezer != w.Freezer || v.FreezeRequested != w.FreezeRequested || v.Type != w.Type ||
		v.Populated != w.Populated)
	note(factQuota, v.CPUQuota != w.CPUQuota)
	note(factMemory, v.MemoryMax != w.MemoryMax)
	note(factPIDs, v.PIDsMax != w.PIDsMax)
	note(factCPUs, differ(v.CPUs, w.CPUs) || differ(v.CPUsEffective, w.CPUsEffective))
	return changed
}

// mark returns what has just happened to a group. A change in the groups below it counts where these are not shown.
func (p *past) mark(n *node, open bool) list.Mark {
	switch {
	case n.gone:
		return list.Gone
	case n.at < 0 || n.at >= len(p.seen):
		return list.NoMark
	case p.tracker.Mark(identity{n.group.GroupKey, n.group.Inode}) == glow.New:
		return list.Born
	}
	for fact, age := range p.seen[n.at].ages {
		if age > 0 && (facts(fact) != factBelow || !open) {
			return list.Changed
		}
	}
	return list.NoMark
}

// glows reports whether a fact of a group has just changed.
func (p *past) glows(n *node, fact facts) bool {
	return n.at >= 0 && n.at < len(p.seen) && p.seen[n.at].ages[fact] > 0
}

// watched is the processes of a group that are shown.
type watched struct {
	now     *probe.Snapshot
	tracker *glow.Tracker[probe.TaskKey, *probe.Task]
	gone    []*probe.Task
}

// watch takes the processes of a group whose processes are shown. Those of a group just opened are not new.
func (p *past) watch(key probe.GroupKey, tasks []*probe.Task) *watched {
	w := p.crowds[key]
	if w == nil {
		w = &watched{tracker: glow.NewTracker(
			func(t **probe.Task) probe.TaskKey { return (*t).TaskKey },
			func(_, _ **probe.Task) bool { return false },
			func(t *probe.Task) *probe.Task { alone := *t; return &alone },
		)}
		p.crowds[key] = w
	}
	if w.now != p.now {
		w.now, w.gone = p.now, w.tracker.Next(tasks)
		slices.SortFunc(w.gone, func(a, b *probe.Task) int { return int(a.PID) - int(b.PID) })
	}
	return w
}

// mark returns what has just happened to a member.
func (w *watched) mark(t *probe.Task) list.Mark {
	switch w.tracker.Mark(t.TaskKey) {
	case glow.New:
		return list.Born
	case glow.Gone:
		return list.Gone
	case glow.None, glow.Changed:
	}
	return list.NoMark
}
