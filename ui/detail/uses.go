package detail

import (
	"cmp"
	"fmt"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// Uses returns the page of what a task, world or group may use, with what the host has beside it.
func Uses(s *probe.Snapshot, target screen.Target, u probe.Uses) Page {
	return uses(s, target, u, false)
}

// UsesBeside is Uses of a group beside the page of its facts, which has the limits with what is left of them.
func UsesBeside(s *probe.Snapshot, target screen.Target, u probe.Uses) Page {
	return uses(s, target, u, target.Kind == screen.Group)
}

// uses returns the page, without the limits that the facts of a group have where they are told.
func uses(s *probe.Snapshot, target screen.Target, u probe.Uses, told bool) Page {
	p := Page{Title: For(s, target, probe.Detail{}).Title}
	switch {
	case target.Kind == screen.Namespace:
		p.add("", "A namespace limits nothing; what may be used is a matter of groups.", Dim)
		return p
	case u.Target != target.Probe():
		p.add("", "reading…", Dim)
		return p
	case target.Kind != screen.Group && u.Task == (probe.TaskKey{}):
		p.add("", "It is no longer there.", Dim)
		return p
	case target.Kind != screen.Group && u.Task != target.Task:
		p.taskLink(s, "as", u.Task.PID)
	}
	// Of a group only what its hierarchy controls is told.
	task := target.Kind != screen.Group
	if task || len(u.CPU.Levels) > 0 {
		p.cpus(&u)
		p.whyCPU(&u, impossible(s, "cpuset"))
	}
	from := len(p.Lines)
	p.heading("limits")
	if !told && (u.Quota.Own != (probe.GroupKey{}) || task) {
		bound(&p, "CPU quota", impossible(s, "cpu"), u.Quota, cpus, reading.Map(u.Host.CPUs, func(set cpulist.Set) float64 { return float64(set.Len()) }))
	}
	if !told && (u.Memory.Own != (probe.GroupKey{}) || task) {
		bound(&p, "memory", impossible(s, "memory"), u.Memory, text.Bytes, u.Host.Memory)
	}
	if !told && (u.PIDs.Own != (probe.GroupKey{}) || task) {
		bound(&p, "pids", impossible(s, "pids"), u.PIDs, decimal[uint64], u.Host.PIDs)
	}
	p.io(&u)
	if u.DevicesBy != (probe.GroupKey{}) {
		p.devices(&u)
	}
	p.devicePrograms(&u)
	if len(p.Lines) == from+1 { // A hierarchy that limits nothing, such as that of the freezer.
		p.Lines = p.Lines[:from]
	}
	if none := (probe.GroupKey{}); len(p.Lines) == 0 && (!told || u.Quota.Own == none && u.Memory.Own == none && u.PIDs.Own == none) {
		p.add("", "Its hierarchy limits nothing that is told here.", Dim)
	}
	return p
}

func (p *Page) cpus(u *probe.Uses) {
	p.heading("CPUs")
	own := u.CPU.Allowed
	if own.State() == reading.Absent && len(u.CPU.Levels) > 0 {
		last := u.CPU.Levels[len(u.CPU.Levels)-1]
		if own = last.Effective; own.State() == reading.Absent {
			own = last.Requested
		}
	}
	counted := func(set cpulist.Set) string { return fmt.Sprintf("%s (%s)", list(set), plural(set.Len(), "CPU")) }
	host := reading.Map(u.Host.CPUs, counted).Or("not told here") // As in a container without a /sys.
	if set, ok := own.Get(); ok {
		p.beside("may run on", counted(set), host)
	} else {
		p.add("may run on", why(own.State()), Unknown)
	}
}

// whyCPU says why a task runs where it does: who left it the CPUs that it has.
func (p *Page) whyCPU(u *probe.Uses, lacking string) {
	p.heading("why this CPU")
	c := &u.CPU
	if last, ok := c.Last.Get(); ok {
		p.add("last cpu", fmt.Sprintf("%d (psr), where it ran last", last), Plain)
	}
	if lost, ok := c.Affinity.Get(); ok && lost.Len() > 0 {
		p.add("affinity", fmt.Sprintf("gave up %s itself: sched_setaffinity, or bound by the kernel", lost), Own)
	}
	switch {
	case c.Narrowest >= 0:
		level := &c.Levels[c.Narrowest]
		p.group("narrowed by", "", level.GroupKey, Own)
	case len(c.Levels) > 0 && c.Levels[len(c.Levels)-1].Effective.State() == reading.Unreached:
		p.add("narrowed by", whyLimit(reading.Unreached), Unknown)
	case len(c.Levels) > 0:
		p.add("narrowed by", "no group: it has what the host has", Host)
	default:
		p.add("cpuset", cmp.Or(lacking, "no hierarchy in sight has this controller"), Unknown)
	}
	for i := range c.Levels {
		p.cpuset(&c.Levels[i], i == c.Narrowest)
	}
	if isolated, ok := u.Host.Isolated.Get(); ok && isolated.Len() > 0 {
		p.add("isolated", isolated.String()+": nothing is moved there by itself", Warn)
	} else {
		show(p, "isolated", u.Host.Isolated, func(cpulist.Set) string { return "none" })
	}
}

// group adds a line that leads to a group.
func (p *Page) group(label, before string, key probe.GroupKey, tone Tone) {
	p.Lines = append(p.Lines, Line{Label: label, Value: before + key.String(), Tone: tone, Path: true, Link: screen.ToGroup(key)})
}

// cpuset adds the cpuset of one group.
func (p *Page) cpuset(l *probe.CpusetLevel, narrowest bool) {
	tone := Plain
	if narrowest {
		tone = Own
	}
	p.group("  group", "", l.GroupKey, tone)
	var says []string
	if set, ok := l.Requested.Get(); ok {
		asks := "asks for " + list(set)
		if set.Len() == 0 {
			asks = "asks for none of its own"
		}
		says = append(says, asks)
	}
	if set, ok := l.Effective.Get(); ok {
		says = append(says, "has "+list(set))
	}
	if partition, ok := l.Partition.Get(); ok && partition != "member" {
		says = append(says, "partition "+partition)
	}
	if l.Exclusive.Or(false) {
		says = append(says, "exclusive")
	}
	if len(says) == 0 {
		says = []string{whyLimit(l.Effective.State())}
	}
	p.add("", strings.Join(says, " · "), Dim)
}

// impossible says why no group at all can have a controller, where that is known.
func impossible(s *probe.Snapshot, controller string) string {
	if len(s.Hierarchies) == 0 {
		return probe.NoHierarchy
	}
	says, _ := s.Host.SwitchedOff(controller)
	return says
}

// bound adds a limit with the group that sets it, and what the host has. Lacking says why no group can set one; empty where one
// might.
func bound[T float64 | uint64](p *Page, label, lacking string, b probe.Bound[T], write func(T) string, host probe.Reading[T]) {
	has := ""
	if n, ok := host.Get(); ok {
		has = write(n)
	}
	limit, ok := b.Limit.Get()
	switch {
	case ok:
		says := "at most " + write(limit)
		if use, known := b.Use.Get(); known {
			says = fmt.Sprintf("%s of %s", write(use), write(limit))
		}
		p.add(label, says, Own)
		p.group("", "by ", b.By, Dim)
	case b.Limit.State() == reading.Unlimited:
		says := "no limit"
		if use, known := b.Use.Get(); known {
			says = write(use) + ", no limit"
		}
		p.add(label, says, Host)
	case b.Limit.State() == reading.Absent && lacking != "":
		p.add(label, "no limit: "+lacking, Host)
	case b.Limit.State() == reading.Absent:
		p.add(label, "not known: no group in sight has the controller", Unknown)
	default:
		p.add(label, whyLimit(b.Limit.State()), Unknown)
	}
	if has != "" {
		p.add("", "host: "+has, Dim)
	}
}

func (p *Page) io(u *probe.Uses) {
	switch {
	case u.IOBy == (probe.GroupKey{}):
	case u.IOTold != reading.Present:
		p.add("io", whyLimit(u.IOTold), Unknown)
	case len(u.IO) == 0:
		p.add("io", "no limit", Host)
	}
	for i := range u.IO {
		l := &u.IO[i]
		device := l.Device
		if l.Name != "" {
			device += " " + l.Name
		}
		p.add("io", device+": "+l.Limits, Own)
		p.group("", "by ", l.GroupKey, Dim)
	}
}

// devices adds which devices may be used.
func (p *Page) devices(u *probe.Uses) {
	all, ok := u.Devices.Get()
	switch {
	case u.Devices.State() == reading.Unsupported: // Only version 2 decides.
	case u.Devices.State() == reading.Absent:
		p.add("devices", "not told", Unknown) // "None" would be an answer.
	case !ok:
		p.add("devices", whyLimit(u.Devices.State()), Unknown)
	case len(all) == 1 && strings.HasPrefix(all[0], "a "):
		p.add("devices", "all", Host)
	case len(all) == 0:
		p.add("devices", "none", Own)
	default:
		label := "devices"
		for _, line := range all {
			p.add(label, line, Own)
			label = ""
		}
	}
}
