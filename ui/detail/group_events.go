package detail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/text"
)

// counter is something that happens to a group, and how often it did, or for how long.
type counter struct {
	label string
	count probe.Reading[uint64] // In nanoseconds where it is time.
	where string                // Which groups it counts, where that has to be said.
	time  bool
	mild  bool // It is no trouble.
}

// counters are what is told of the events of a group; see "memory.events", "pids.events", "misc.events" and "cpu.stat" in the
// kernel's cgroup-v2 document, and admin-guide/cgroup-v1/memory. Mounted with memory_localevents, version 2 counts those of
// memory in the group alone, as version 1 does.
func counters(a *cgroup.Account, local bool) []counter {
	m := &a.Memory
	where := " here and below"
	if local {
		where = " in this group alone"
	}
	all := []counter{
		{label: "quota periods", count: a.CPU.Periods, mild: true},
		{label: "throttled in", count: a.CPU.ThrottledPeriods},
		{label: "throttled for", count: reading.Map(a.CPU.Throttled, nanoseconds), time: true},
		{label: "over high", count: m.Events.High},
		{label: "met max", count: m.Events.Max},
		{label: "oom", count: m.Events.OOM},
		{label: "oom kills", count: m.Events.OOMKill, where: where},
		{label: "met the limit", count: m.Failures},
		{label: "met memsw limit", count: m.MemSw.Failures},
		{label: "met swap.max", count: m.SwapMaxEvents},
		{label: "no swap", count: m.SwapFailures},
		{label: "forks refused", count: a.PIDs.Refused},
	}
	for _, size := range a.Hugetlb {
		all = append(all, counter{label: "met " + size.Name + " max", count: size.Failures})
		all = append(all, counter{label: "met " + size.Name + " rsvd", count: size.Reserved.Failures})
	}
	for _, resource := range a.Misc {
		all = append(all, counter{label: "met " + resource.Name + " max", count: resource.Failures})
	}
	return slices.DeleteFunc(all, func(c counter) bool { return c.count.State() == reading.Absent })
}

func nanoseconds(d time.Duration) uint64 { return uint64(max(0, d)) }

// Counts returns what has happened to a group so far, by the labels.
func Counts(d probe.GroupDetail) map[string]uint64 {
	counts := map[string]uint64{}
	for _, c := range counters(&d.Account, false) {
		if n, ok := c.count.Get(); ok {
			counts[c.label] = n
		}
	}
	return counts
}

// events adds what happened to the group, and how much of it while it was watched.
func (p *Page) events(g *probe.Group, h *probe.Hierarchy, view GroupView) {
	d := view.Detail
	if !view.of(g) {
		return
	}
	all := counters(&d.Account, h.Version == 1 || slices.Contains(h.Options, "memory_localevents"))
	if len(all) == 0 {
		return
	}
	p.heading("events")
	var never []string
	for _, c := range all {
		n, ok := c.count.Get()
		was, since, watched := view.Book.Counted(g, c.label)
		switch {
		case !ok:
			p.add(c.label, why(c.count.State()), Unknown)
		case watched && n > was && since > 0:
			p.add(c.label, fmt.Sprintf("%s, +%s in %s", c.write(n), c.amount(n-was), since.Round(time.Second)), c.tone())
		case n == 0:
			never = append(never, c.label+c.where)
		default:
			p.add(c.label, c.write(n), Plain)
		}
	}
	if len(never) > 0 {
		p.add("never", strings.Join(never, ", "), Dim)
	}
}

// of reports whether the detail of a group has been read.
func (v GroupView) of(g *probe.Group) bool {
	return v.Err == nil && v.Detail.GroupKey == g.GroupKey && v.Detail.Inode == g.Inode
}

// unmeasured says why a group of version 2 tells no pressure: the kernel does not measure it, or not of this group.
func (p *Page) unmeasured(g *probe.Group, h *probe.Hierarchy, view GroupView) {
	if h.Version != 2 || g.Parent < 0 || !view.of(g) || len(view.Detail.Files) == 0 {
		return // The topmost group of older kernels leaves it to /proc/pressure.
	}
	says := map[string]probe.Reading[string]{}
	for i := range view.Detail.Files {
		says[view.Detail.Files[i].Name] = view.Detail.Files[i].Text
	}
	switch state := says["cpu.pressure"].State(); {
	case state != reading.Absent && state != reading.Unsupported:
	case says["cgroup.pressure"].Or("") == "0":
		p.add("pressure", "not measured in this group: its cgroup.pressure is 0", Unknown)
	default:
		p.add("pressure", "not measured by this kernel: it takes Linux 4.20 or later with CONFIG_PSI, and psi=1 at the boot", Unknown)
	}
}

// tone is that of a counter that has just grown.
func (c counter) tone() Tone {
	if c.mild {
		return Plain
	}
	return Warn
}

// write writes a count, and what it is of.
func (c counter) write(n uint64) string {
	if c.label == "throttled in" {
		return c.amount(n) + " of them"
	}
	return c.amount(n) + c.where
}

// amount writes a count or a time.
func (c counter) amount(n uint64) string {
	if c.time && n < 1<<62 {
		return text.Duration(time.Duration(n)) //nolint:gosec // It fits.
	}
	return text.Count(n)
}
