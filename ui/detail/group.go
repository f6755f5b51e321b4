package detail

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
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

// forGroup describes a group: what it may use, what it uses, who is in it.
func forGroup(s *probe.Snapshot, g *probe.Group) Page {
	p := Page{Title: g.Hierarchy + " " + g.Path}
	h := s.HierarchyOf(g)
	p.add("hierarchy", hierarchy(h), Plain)
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
	}
	p.add("holds", holds(g)+", "+strconv.Itoa(g.Below)+" below", Plain)
	p.values(g, h)
	p.members(s.GroupMembers(g))
	p.loose(s, g)
	return p
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
	ifKnown(p, "cpu use", g.CPU, share)
	ifKnown(p, "cpu limit", v.CPUQuota, cpus)
	ifKnown(p, "cpu time", v.CPUUsage, func(d time.Duration) string { return text.Duration(d) })
	ifKnown(p, "cpuset.cpus", v.CPUs, requested(h))
	ifKnown(p, "  effective", v.CPUsEffective, list)
	ifKnown(p, "cpuset.mems", v.Mems, requested(h))
	ifKnown(p, "  effective", v.MemsEffective, list)
	useOf(p, "memory", v.Memory, v.MemoryMax, text.Bytes)
	useOf(p, "pids", v.PIDs, v.PIDsMax, decimal[uint64])
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

// useOf adds use beside its limit.
func useOf(p *Page, label string, use, limit probe.Reading[uint64], write func(uint64) string) {
	if use.State() == reading.Absent && limit.State() == reading.Absent {
		return
	}
	used, ok := use.Get()
	if !ok {
		p.add(label, why(use.State()), Unknown)
		return
	}
	most, limited := limit.Get()
	switch {
	case limited:
		p.add(label, fmt.Sprintf("%s of %s", write(used), write(most)), Plain)
	case limit.State() == reading.Absent:
		p.add(label, write(used), Plain)
	default:
		p.add(label, fmt.Sprintf("%s, %s", write(used), limitless(limit.State())), Plain)
	}
}

// limitless says why there is no limit to show.
func limitless(state reading.State) string {
	if state == reading.Unlimited {
		return "no limit"
	}
	return "limit " + why(state)
}
