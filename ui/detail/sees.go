package detail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/mounts"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// Sees returns the page of what a task or world sees, with what the host has beside it, or of what is in a namespace.
func Sees(s *probe.Snapshot, target screen.Target, sight probe.Sight) Page {
	p := Page{Title: For(s, target, probe.Detail{}).Title}
	if target.Kind == screen.Namespace {
		p.Title = target.Namespace.String() // It need not be in the snapshot.
	}
	if g, ok := s.Group(target.Group); ok && target.Kind == screen.Group {
		return insideOf(s, g)
	}
	switch {
	case target.Kind == screen.Group:
		p.add("", "It is no longer there.", Dim)
		return p
	case sight.Target != target.Probe():
		p.add("", "reading…", Dim)
		return p
	case target.Kind == screen.Namespace:
		p.inside(s, target.Namespace.Type, &sight.Own)
		return p
	case sight.Own.Task == (probe.TaskKey{}):
		p.add("", "It is no longer there.", Dim)
		return p
	}
	own, host := &sight.Own, &sight.Host
	if own.Task != target.Task {
		p.taskLink(s, "as", own.Task.PID)
	}
	p.names(own, host)
	p.clock(own)
	p.users(own)
	p.network(s, own, host)
	p.ipc(own, host)
	p.seenGroups(own)
	p.processes(s, own, host)
	if !hostsOwn(s, own.Task, probe.PID) {
		p.numbered(own)
	}
	p.mounts(own, host) // The longest list comes last.
	if !hostsOwn(s, own.Task, probe.Mnt) {
		p.mountList(own)
	}
	return p
}

// hostsOwn reports whether a task is in the host's own namespace of a type, whose content is no news.
func hostsOwn(s *probe.Snapshot, key probe.TaskKey, t probe.NamespaceType) bool {
	task, ok := s.Find(key)
	return ok && task.Namespaces.Inodes[t] == s.Host.Reference.Key[t]
}

// inside adds what is in one namespace.
func (p *Page) inside(s *probe.Snapshot, t probe.NamespaceType, own *probe.Sees) {
	if own.Task.PID != 0 {
		p.taskLink(s, "by", own.Task.PID)
	}
	none := &probe.Sees{}
	switch t {
	case probe.UTS:
		p.names(own, none)
	case probe.PID:
		p.processes(s, own, none)
		p.numbered(own)
	case probe.Net:
		p.network(s, own, none)
	case probe.Mnt:
		p.mounts(own, none)
		p.mountList(own)
	case probe.IPC:
		p.ipc(own, none)
	case probe.User:
		p.users(own)
	case probe.Time:
		p.clock(own)
	case probe.Cgroup:
		p.seenGroups(own)
	case proc.PIDForChildren, proc.TimeForChildren:
	}
}

// beside adds a value with the host's below it, where that is another: the difference is what the eye is to find.
func (p *Page) beside(label, own, host string) {
	switch host {
	case "":
		p.add(label, own, Plain)
	case own:
		p.add(label, own, Host)
	default:
		p.add(label, own, Own)
		p.add("", "host: "+host, Dim)
	}
}

// refusal says why something could not be asked inside.
func (p *Page) refusal(own *probe.Sees, t probe.NamespaceType) {
	if says := own.Refusals[t]; says != "" {
		p.add("", says, Unknown)
	}
}

// lacking says why a value of a type of namespace is not there. Where something could not be asked it is not known that there
// is none.
func lacking(own *probe.Sees, t probe.NamespaceType, state reading.State) string {
	if state == reading.Absent && own.Refusals[t] != "" {
		return "not known"
	}
	return why(state)
}

// missing adds what is not there, or not known, of a type of namespace, and why.
func (p *Page) missing(own *probe.Sees, label string, t probe.NamespaceType, state reading.State) {
	p.add(label, lacking(own, t, state), Unknown)
	p.refusal(own, t)
}

func (p *Page) names(own, host *probe.Sees) {
	p.heading("host name")
	names, ok := own.Names.Get()
	if !ok {
		p.missing(own, "host name", probe.UTS, own.Names.State())
		return
	}
	there := host.Names.Or(probe.SystemNames{})
	p.beside("host name", names.Host, there.Host)
	if names.Domain != "" {
		p.beside("NIS domain", names.Domain, there.Domain)
	}
}

// processes adds how many processes there are.
func (p *Page) processes(s *probe.Snapshot, own, host *probe.Sees) {
	p.heading("processes")
	if own.Processes.Total == 0 {
		says := "none in sight"
		if task, ok := s.Find(own.Task); ok && task.Namespaces.Inodes[probe.PID].State() == reading.Denied {
			says = why(reading.Denied) // It sees itself at least.
		}
		p.add("sees", says, Unknown)
		p.refusal(own, probe.PID)
		return
	}
	outside := ""
	if host.Processes.Total > 0 {
		outside = counts(&host.Processes)
	}
	p.beside("sees", counts(&own.Processes), outside)
	if init := own.Processes.Init; init.PID != 0 {
		p.taskLink(s, "its pid 1", init.PID)
	}
}

// counts says how many processes there are, and of how many it is not known whether they are among them.
func counts(all *probe.Processes) string {
	switch {
	case all.Denied == 0:
		return fmt.Sprint(all.Total)
	case all.Denied == 1:
		return fmt.Sprintf("at least %d; 1 is not permitted to be read", all.Total)
	}
	return fmt.Sprintf("at least %d; %d are not permitted to be read", all.Total, all.Denied)
}

// numbered adds the processes by the numbers that they have inside.
func (p *Page) numbered(own *probe.Sees) {
	for i := range own.Processes.First {
		n := &own.Processes.First[i]
		label := "?"
		if n.Inside != 0 {
			label = fmt.Sprint(n.Inside)
		}
		value := n.Comm
		if len(n.NSpid) > 1 {
			value += ", " + numbers(n.NSpid)
		} else if n.PID != n.Inside {
			value += fmt.Sprintf(", %d", n.PID)
		}
		p.link(label, value, Plain, screen.ToTask(n.TaskKey))
	}
	if more := own.Processes.Total - len(own.Processes.First); more > 0 {
		p.add("", fmt.Sprintf("and %d more", more), Dim)
	}
}

// mostMounts is how many mounts a page lists.
const mostMounts = 100

func (p *Page) mounts(own, host *probe.Sees) {
	p.heading("mounts")
	all, ok := own.Mounts.Get()
	if !ok {
		p.missing(own, "mounts", probe.Mnt, own.Mounts.State())
		return
	}
	outside := ""
	if there, known := host.Mounts.Get(); known {
		outside = fmt.Sprint(len(there))
	}
	p.beside("mounts", fmt.Sprint(len(all)), outside)
	p.beside("root", own.Root.Or(why(own.Root.State())), host.Root.Or(""))
}

// mountList adds what is mounted where.
func (p *Page) mountList(own *probe.Sees) {
	all := own.Mounts.Or(nil)
	for i := range all {
		if i == mostMounts {
			p.add("", fmt.Sprintf("and %d more", len(all)-i), Dim)
			return
		}
		p.Lines = append(p.Lines, Line{Label: all[i].Type, Value: all[i].Point, Path: true})
		p.add("", mountSays(&all[i]), Dim)
	}
}

// mountSays says all of a mount but where it is.
func mountSays(m *mounts.Mount) string {
	parts := []string{m.Source}
	if m.Root != "/" {
		parts[0] += " of " + m.Root
	}
	parts = append(parts, strings.Join(m.Options, ","), m.Propagation.String())
	if m.ReadOnly && len(m.Options) > 0 && m.Options[0] != "ro" {
		parts = append(parts, "read-only filesystem")
	}
	return strings.Join(parts, " · ")
}

func (p *Page) users(own *probe.Sees) {
	p.heading("users")
	idMap(p, "uid map", own.Users.UIDMap)
	idMap(p, "gid map", own.Users.GIDMap)
	ifKnown(p, "setgroups", own.Users.Setgroups, same)
	p.refusal(own, probe.User)
}

func (p *Page) clock(own *probe.Sees) {
	p.heading("clocks")
	offsets, ok := own.Clock.Get()
	if !ok {
		p.missing(own, "offset", probe.Time, own.Clock.State())
		return
	}
	for _, c := range []struct {
		name string
		by   time.Duration
	}{{"monotonic", offsets.Monotonic}, {"since boot", offsets.Boottime}} {
		if c.by == 0 {
			p.add(c.name, "as the host's", Host)
			continue
		}
		p.add(c.name, ahead(c.by), Own)
	}
}

// ahead says how far a clock is from the host's.
func ahead(by time.Duration) string {
	if by < 0 {
		return (-by).String() + " behind the host's"
	}
	return by.String() + " ahead of the host's"
}

// seenGroups adds what a task believes its groups to be.
func (p *Page) seenGroups(own *probe.Sees) {
	p.heading("groups")
	if len(own.Groups) == 0 {
		p.add("", "none in sight", Unknown)
	}
	if len(own.Groups) > 0 && !slices.ContainsFunc(own.Groups, func(g probe.SeenGroup) bool { return g.Inside.Known() }) {
		p.missing(own, "paths", probe.Cgroup, own.Groups[0].Inside.State()) // Where one is not known, none is.
		return
	}
	for i := range own.Groups {
		g := &own.Groups[i]
		inside, ok := g.Inside.Get()
		switch {
		case !ok:
			p.Lines = append(p.Lines, Line{Label: g.Hierarchy, Value: lacking(own, probe.Cgroup, g.Inside.State()), Tone: Unknown, Link: screen.ToGroup(g.GroupKey)})
			continue
		case inside == g.Path:
			p.Lines = append(p.Lines, Line{Label: g.Hierarchy, Value: inside, Tone: Host, Path: true, Link: screen.ToGroup(g.GroupKey)})
			continue
		}
		p.Lines = append(p.Lines, Line{Label: g.Hierarchy, Value: inside, Tone: Own, Path: true, Link: screen.ToGroup(g.GroupKey)})
		says := "host: " + g.Path
		if root, known := g.Root.Get(); known {
			says += " · its root is " + root
		}
		p.add("", says, Dim)
	}
	p.refusal(own, probe.Cgroup)
}

func (p *Page) ipc(own, host *probe.Sees) {
	p.heading("System V")
	objects, ok := own.IPC.Objects.Get()
	if !ok {
		p.missing(own, "objects", probe.IPC, own.IPC.Objects.State())
		return
	}
	outside := ""
	if there, known := host.IPC.Objects.Get(); known {
		outside = fmt.Sprint(len(there))
	}
	p.beside("objects", fmt.Sprint(len(objects)), outside)
	for i := range objects {
		o := &objects[i]
		p.add(ipcNames[o.Kind], fmt.Sprintf("id %d, key %#08x, %#o, %s", o.ID, o.Key, o.Perms, ipcSize(o)), Plain)
	}
	there := map[string]string{}
	for _, l := range host.IPC.Limits {
		there[l.Name] = l.Text
	}
	for _, l := range own.IPC.Limits {
		if there[l.Name] == l.Text {
			continue // It is the difference that matters.
		}
		name := l.Name[strings.LastIndexByte(l.Name, '/')+1:]
		p.beside(name, spaced(l.Text), spaced(there[l.Name]))
	}
	p.refusal(own, probe.IPC)
}

// spaced writes what the kernel parts by tabs.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
