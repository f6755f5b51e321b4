package detail

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/ui/history"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// decimal writes a number.
func decimal[N uint32 | uint64](n N) string { return strconv.FormatUint(uint64(n), 10) }

func list(set cpulist.Set) string {
	if set.Len() == 0 {
		return "empty"
	}
	return set.String()
}

// requested returns how to write the CPUs or nodes that a group asks for: in version 2 an empty set asks for what the group
// above has.
func requested(h *probe.Hierarchy) func(cpulist.Set) string {
	return func(set cpulist.Set) string {
		if set.Len() == 0 && h.Version == 2 {
			return "inherited"
		}
		return list(set)
	}
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// share writes a rate of use as the lists do.
func share(n float64) string { return strconv.FormatFloat(100*n, 'f', 1, 64) + "% of one CPU" }

func cpus(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) + " CPUs" }

// GroupView is what is known of a group beside a snapshot.
type GroupView struct {
	Detail probe.GroupDetail // Of this group, or of another one, or the zero value, while it is not read.
	Err    error             // Why it could not be read.
	Book   *history.Book     // Nil where nothing is watched.
}

// OfGroup returns the facts of a group with what is known of it beside the snapshot.
func OfGroup(s *probe.Snapshot, target screen.Target, view GroupView) Page {
	if g, ok := s.Group(target.Group); ok && target.Kind == screen.Group {
		return forGroup(s, g, view)
	}
	return For(s, target, probe.Detail{})
}

// forGroup describes a group: what it may use, what it uses, what happened to it, who is in it.
func forGroup(s *probe.Snapshot, g *probe.Group, view GroupView) Page {
	p := Page{Title: g.Hierarchy + " " + g.Path}
	h := s.HierarchyOf(g)
	p.add("hierarchy", hierarchy(h), Plain)
	if says := insideSays(h); says != "" {
		p.add("seen", says, Unknown)
	}
	if g.Dir == "" {
		p.add("directory", "not mounted in sight", Unknown)
	} else {
		p.add("directory", g.Dir, Dim)
	}
	if g.Parent >= 0 {
		parent := &s.Groups[g.Parent]
		p.link("parent", parent.Path, Plain, screen.ToGroup(parent.GroupKey))
	}
	if name := s.NamedGroups()[g.GroupKey]; name != "" {
		p.add("made by", name, Plain)
	} else if owner := actions.OwnerOf(s, g); owner != "" {
		p.add("owner", owner, Plain)
	}
	p.delegation(g, h, view)
	p.add("holds", holds(g)+", "+strconv.Itoa(g.Below)+" below", Plain)
	counters := s.CPUCounters()
	p.values(g, h)
	p.cpuUse(g, &counters)
	p.groupLimits(s, g, &counters)
	p.histories(g, &counters, view.Book)
	p.unmeasured(g, h, view)
	p.events(g, h, view)
	p.programs(g, &view.Detail)
	p.below(s, g, &counters)
	p.members(s.GroupMembers(g))
	p.loose(s, g)
	return p
}

// insideSays says that a hierarchy is seen from inside.
func insideSays(h *probe.Hierarchy) string {
	switch {
	case h.Partial:
		return "from inside: the groups above " + h.Root + " are out of sight, and what they limit"
	case strings.HasPrefix(h.Root, "/.."):
		return "from inside a cgroup namespace, whose root is /"
	}
	return ""
}

// holds says who is in the group itself.
func holds(g *probe.Group) string {
	switch loose := len(g.Loose.Or(nil)); {
	case loose > 0:
		return "threads only, of " + plural(loose, "process")
	case g.Unseen:
		return "none in sight, but some"
	}
	return plural(g.Processes, "process")
}

// loose adds the threads that are in the group without their processes: those that the snapshot has, else the processes.
func (p *Page) loose(s *probe.Snapshot, g *probe.Group) {
	pids := g.Loose.Or(nil)
	if len(pids) == 0 {
		return
	}
	p.heading("loose threads")
	threads := s.LooseThreads(g)
	for i, t := range threads {
		if i == mostMembers {
			p.add("", fmt.Sprintf("and %d more", len(threads)-i), Dim)
			return
		}
		p.link(fmt.Sprintf("%d/%d", t.PID, t.TID), t.Comm, Plain, screen.ToTask(t.TaskKey))
	}
	for _, pid := range pids {
		if len(s.ThreadsOf(pid)) == 0 {
			p.taskLink(s, "of "+strconv.Itoa(int(pid)), pid)
		}
	}
}

// hierarchy names a hierarchy with its version and controllers.
func hierarchy(h *probe.Hierarchy) string {
	if h.Version == 2 {
		return strings.TrimSpace("v2 " + strings.Join(h.Controllers, " "))
	}
	return "v1 " + h.Label
}

// values adds what the group's files say. Files that the group does not have are not mentioned.
func (p *Page) values(g *probe.Group, h *probe.Hierarchy) {
	v := g.Values
	ifKnown(p, "type", v.Type, same)
	ifKnown(p, "populated", v.Populated, yesNo)
	p.freezer(v)
	ifKnown(p, "cpuset.cpus", v.CPUs, requested(h))
	ifKnown(p, "  effective", v.CPUsEffective, list)
	ifKnown(p, "cpuset.mems", v.Mems, requested(h))
	ifKnown(p, "  effective", v.MemsEffective, list)
}

// cpuUse adds what the group uses of the CPU. In version 1 another group may be the one that counts it.
func (p *Page) cpuUse(g *probe.Group, counters *probe.CPUCounters) {
	counter, same := counters.Of(g)
	switch {
	case counter == nil:
		p.add("cpu use", "not counted: no group of this path has cpuacct", Unknown)
		return
	case !same:
		p.add("cpu use", "not known: cpuacct counts other processes by this path", Unknown)
		p.group("", "in ", counter.GroupKey, Dim)
		return
	}
	ifKnown(p, "cpu use", counter.CPU, share)
	ifKnown(p, "cpu time", counter.Values.CPUUsage, func(d time.Duration) string { return text.Duration(d) })
	if counter != g {
		p.group("", "counted by ", counter.GroupKey, Dim)
	}
}

// freezer adds the state of the freezer, and whether the group itself or one above it is what froze it.
func (p *Page) freezer(v *cgroup.Values) {
	state, ok := v.Freezer.Get()
	if !ok {
		return
	}
	own, known := v.FreezeRequested.Get()
	switch {
	case state == cgroup.Thawed:
		p.add("state", "running", Plain)
	case known && !own:
		p.add("state", state.String()+" by a group above", Frozen)
	default:
		p.add("state", state.String(), Frozen)
	}
}
