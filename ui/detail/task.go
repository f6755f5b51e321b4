package detail

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// states are the letters of proc_pid_stat(5) in words.
var states = map[byte]string{
	'R': "running", 'S': "sleeping", 'D': "waiting for a device", 'Z': "zombie", 'T': "stopped", 't': "traced",
	'X': "dead", 'I': "idle", 'P': "parked",
}

// forTask describes a process or thread.
func forTask(s *probe.Snapshot, t *probe.Task, d probe.Detail) Page {
	p := Page{Title: title(t)}
	p.identity(s, t)
	status, ok := d.Status.Get()
	ok = ok && d.PID == t.PID && d.TID == t.TID && d.Start == t.Start
	p.running(t)
	p.namespaces(s, t)
	p.groups(s, t)
	if ok {
		p.rights(&status, &d)
		p.places(&d)
		p.limits(&d)
	}
	return p
}

func title(t *probe.Task) string {
	if t.Thread() {
		return fmt.Sprintf("%d/%d %s", t.PID, t.TID, t.Comm)
	}
	return fmt.Sprintf("%d %s", t.PID, t.Comm)
}

func (p *Page) identity(s *probe.Snapshot, t *probe.Task) {
	if t.Access != reading.Present {
		p.add("", why(t.Access), Unknown)
		return
	}
	kind := "process"
	switch {
	case t.Kernel:
		kind = "kernel thread"
	case t.Thread():
		kind = "thread"
	case t.Zombie():
		kind = "zombie: it has exited and waits for its parent"
	case t.State == 'Z':
		kind = "process whose leading thread has ended while others live on"
	}
	p.add("is", kind, Plain)
	ifKnown(p, "command", t.Cmdline, same)
	if t.PPID != 0 {
		p.taskLink(s, "parent", t.PPID)
	}
	if uid, ok := t.UID.Get(); ok {
		p.add("user", t.User+" ("+strconv.FormatUint(uint64(uid), 10)+")", Plain)
	}
	if !s.Host.Boot.IsZero() {
		p.add("started", started(s, t), Plain)
	}
	if w, ok := s.World(probe.WorldKey(t.Namespaces.Inodes)); ok {
		p.link("world", w.Name, Plain, screen.ToWorld(w))
	}
	p.state(s, t)
	p.add("threads", strconv.Itoa(int(t.Threads)), Plain)
}

// started says when a task was started: so many ticks of 10 ms after the boot.
func started(s *probe.Snapshot, t *probe.Task) string {
	const tick = 10 * time.Millisecond
	return s.Host.Boot.Add(time.Duration(t.Start) * tick).UTC().Format("2006-01-02 15:04:05 MST") //nolint:gosec // Far below its bounds.
}

// running adds where the task runs and what it uses.
func (p *Page) running(t *probe.Task) {
	if t.Access != reading.Present {
		return
	}
	p.add("last cpu", strconv.Itoa(int(t.PSR))+" (psr)", Plain)
	ifKnown(p, "may run on", t.Allowed, cpulist.Set.String)
	ifKnown(p, "cpu use", t.CPU, share)
	p.add("cpu time", text.Duration(t.CPUTime), Plain)
	resident, ok := t.Resident().Get()
	if !ok {
		p.add("resident", "unknown: what is left of the leading thread has none", Unknown)
		return
	}
	p.add("resident", text.Bytes(resident), Plain)
}

// namespaces adds the walls of the task, each with whether it is the host's.
func (p *Page) namespaces(s *probe.Snapshot, t *probe.Task) {
	p.heading("namespaces")
	for _, kind := range probe.NamespaceTypes {
		p.namespace(s, kind.String(), kind, t.Namespaces.Inodes[kind])
	}
	p.forChildren(s, "children's pid", probe.PID, t.Namespaces.PIDForChildren, t)
	p.forChildren(s, "children's time", probe.Time, t.Namespaces.TimeForChildren, t)
}

func (p *Page) namespace(s *probe.Snapshot, label string, kind probe.NamespaceType, inode probe.Reading[uint64]) {
	number, ok := inode.Get()
	if !ok {
		p.add(label, why(inode.State()), Unknown)
		return
	}
	ref := probe.NamespaceRef{Type: kind, Inode: number}
	value, tone := fmt.Sprint(number), Own
	if inode == s.Host.Reference.Key[kind] {
		value, tone = value+" host", Host
	}
	p.link(label, value, tone, screen.ToNamespace(s.KeyOf(ref)))
}

// forChildren adds the namespace that children will be born in, where it is another than the task's own.
func (p *Page) forChildren(s *probe.Snapshot, label string, kind probe.NamespaceType, inode probe.Reading[uint64], t *probe.Task) {
	own := t.Namespaces.Inodes[kind]
	if inode.State() == reading.Present && inode != own {
		p.namespace(s, label, kind, inode)
	}
}

// rights adds what the task may do.
func (p *Page) rights(status *proc.Status, d *probe.Detail) {
	p.heading("rights")
	ifKnown(p, "pid in each", status.NSpid, numbers)
	ifKnown(p, "capabilities", status.Effective, proc.DescribeCapabilities)
	ifKnown(p, "  permitted", status.Permitted, proc.DescribeCapabilities)
	ifKnown(p, "  bounding", status.Bounding, proc.DescribeCapabilities)
	ifKnown(p, "  inheritable", status.Inheritable, proc.DescribeCapabilities)
	ifKnown(p, "  ambient", status.Ambient, proc.DescribeCapabilities)
	ifKnown(p, "seccomp", status.Seccomp, proc.SeccompMode.String)
	ifKnown(p, "no new privs", status.NoNewPrivs, yesNo)
	idMap(p, "uid map", d.UIDMap)
	idMap(p, "gid map", d.GIDMap)
}

func numbers(pids []int32) string {
	parts := make([]string, len(pids))
	for i, pid := range pids {
		parts[i] = strconv.Itoa(int(pid))
	}
	return strings.Join(parts, " → ")
}

// idMap adds a map of user or group ids, a line for each range.
func idMap(p *Page, label string, r probe.Reading[[]proc.IDMap]) {
	ranges, ok := r.Get()
	if !ok {
		p.add(label, why(r.State()), Unknown)
		return
	}
	if len(ranges) == 0 {
		p.add(label, "not written yet", Unknown)
	}
	for _, m := range ranges {
		p.add(label, rangeSays(m), Plain)
		label = ""
	}
}

// rangeSays says of a range of ids what they are outside; that of the host, and of who maps all, has every id there is.
func rangeSays(m proc.IDMap) string {
	switch {
	case m.Inside == 0 && m.Outside == 0 && m.Count == math.MaxUint32:
		return "all ids, as they are outside"
	case m.Count == 1:
		return fmt.Sprintf("%d here is %d outside", m.Inside, m.Outside)
	}
	return fmt.Sprintf("%d here is %d outside, %d of them", m.Inside, m.Outside, m.Count)
}

// places adds where the task is in the file system.
func (p *Page) places(d *probe.Detail) {
	p.heading("places")
	show(p, "exe", d.Exe, same)
	show(p, "root", d.Root, same)
	show(p, "cwd", d.Cwd, same)
}

// limits adds the resource limits.
func (p *Page) limits(d *probe.Detail) {
	limits, ok := d.Limits.Get()
	if !ok {
		return
	}
	p.heading("limits")
	for _, l := range limits {
		show(p, l.Name, l.Soft, decimal[uint64])
	}
}
