package detail

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// Groups returns the page of the groups that a task is in, or the leader of a world, one for each hierarchy, with what binds
// there; of a group what binds in it, and the groups of its path in other hierarchies.
func Groups(s *probe.Snapshot, target screen.Target, u probe.Uses) Page {
	p := Page{Title: For(s, target, probe.Detail{}).Title}
	switch {
	case target.Kind == screen.Namespace:
		p.add("", "A namespace is in no group; its processes are.", Dim)
	case u.Target != target.Probe():
		p.add("", "reading…", Dim)
	case target.Kind == screen.Group:
		p.namesakes(s, target.Group, &u)
	case u.Task == (probe.TaskKey{}):
		p.add("", "It is no longer there.", Dim)
	default:
		p.trees(s, &u, target.Kind != screen.Task)
	}
	return p
}

// trees adds where a task is.
func (p *Page) trees(s *probe.Snapshot, u *probe.Uses, leader bool) {
	if leader {
		p.taskLink(s, "as", u.Task.PID)
	}
	switch {
	case len(u.Places) == 0 && u.Told != reading.Present:
		p.add("groups", why(u.Told)+": /proc/PID/cgroup could not be read", Unknown)
		return
	case len(u.Places) == 0:
		p.add("groups", probe.NoHierarchy+", so that it is in no group", Host)
		p.switchedOff(s)
		return
	}
	p.add("", treesOf(u.Places), Dim)
	for _, version := range []int{2, 1} {
		first := true
		for i := range u.Places {
			place := &u.Places[i]
			if place.Version != version {
				continue
			}
			if first {
				p.heading(versionHeadings[version])
				first = false
			}
			p.place(place, u)
		}
	}
	p.switchedOff(s)
}

// switchedOff adds the controllers that no tree can have.
func (p *Page) switchedOff(s *probe.Snapshot) {
	if len(s.Host.Disabled) == 0 {
		return
	}
	p.heading("in no tree")
	for _, controller := range s.Host.Disabled {
		says, _ := s.Host.SwitchedOff(controller)
		p.add(controller, says, Unknown)
	}
}

// versionHeadings stand above the hierarchies of a version.
var versionHeadings = map[int]string{2: "version 2: one tree for all", 1: "version 1: a tree for each"}

// treesOf says in how many trees and groups a task is.
func treesOf(places []probe.Place) string {
	var paths []string
	for i := range places {
		if !slices.Contains(paths, places[i].Path) {
			paths = append(paths, places[i].Path)
		}
	}
	slices.Sort(paths)
	switch {
	case len(places) == 1:
		return "In one tree only, so that one group says it all."
	case len(paths) == 1:
		return fmt.Sprintf("In %s: a group in each, all of one path.", plural(len(places), "tree"))
	}
	return fmt.Sprintf("In %s: a group in each, of %d different paths.", plural(len(places), "tree"), len(paths))
}

// place adds the group in one hierarchy, and what binds there.
func (p *Page) place(place *probe.Place, u *probe.Uses) {
	label := place.Hierarchy
	switch {
	case place.Deleted:
		p.add(label, place.Path+", which was removed", Dim)
		return
	case !place.Mounted:
		p.add(label, place.Path, Plain)
		p.add("", "mounted nowhere in sight", Unknown)
		return
	case !place.Seen:
		p.add(label, place.Path, Plain)
		p.add("", "that group is out of sight from here", Unknown)
		return
	}
	p.Lines = append(p.Lines, Line{Label: label, Value: place.Path, Tone: placeTone(place), Path: true, Link: screen.ToGroup(place.GroupKey)})
	if place.Frozen {
		p.frozenBy(place)
	}
	if says, limits := purposes[label]; !limits && len(place.Controllers) == 0 {
		p.add("", idle[place.Version], Dim)
	} else if says != "" {
		p.add("", says, Dim)
	}
	p.binds(place.Controllers, place.GroupKey, u)
	if u.Handing.GroupKey == place.GroupKey {
		p.lacks(&u.Handing)
	}
	for _, s := range place.Settings {
		p.setting(&s, place)
	}
	if !place.Frozen && slices.Contains(place.Controllers, "freezer") {
		p.add("", "running", Dim)
	}
}

// idle say of hierarchies without a controller what they are for.
var idle = map[int]string{1: "no controller: it only sorts processes", 2: "no controller: it sorts processes, and freezes them"}

// purposes say of hierarchies that limit nothing what they are for.
var purposes = map[string]string{"perf_event": "limits nothing: perf(1) counts by group", "cpuacct": "limits nothing: counts CPU time"}

func placeTone(place *probe.Place) Tone {
	if place.Path == "/" {
		return Host
	}
	return Own
}

// frozenBy adds what froze a place.
func (p *Page) frozenBy(place *probe.Place) {
	says := place.Freeze.State.String()
	if place.Freeze.State == cgroup.Freezing {
		says = "about to freeze"
	}
	switch place.Freeze.By {
	case place.GroupKey:
		p.add("", says+" by itself", Frozen)
	case probe.GroupKey{}:
		p.add("", says+" by a group out of sight", Frozen)
	default:
		p.group("", says+" by ", place.Freeze.By, Frozen)
	}
}

// binds adds the limits of controllers.
func (p *Page) binds(controllers []string, own probe.GroupKey, u *probe.Uses) {
	for _, controller := range controllers {
		switch controller {
		case "cpuset":
			boundSet(p, "CPUs", u.CPUs, own)
			boundSet(p, "memory nodes", u.Mems, own)
		case "cpu":
			limitLine(p, "", "CPU time", u.Quota, own, cpus)
		case "memory":
			limitLine(p, "of memory", "memory", u.Memory, own, text.Bytes)
		case "pids":
			limitLine(p, "tasks", "tasks", u.PIDs, own, decimal[uint64])
		case "io", "blkio":
			p.ioLines(own, u)
		case "devices":
			p.deviceLine(u)
		}
	}
}

// by adds a line about a limit that a group sets: with a link to that where it is another.
func (p *Page) by(says string, by, own probe.GroupKey) {
	if by == own {
		p.add("", says+", set here", Own)
		return
	}
	p.Lines = append(p.Lines, Line{Value: says + ", by " + by.Path, Tone: Own, Link: screen.ToGroup(by)})
}

// limitLine adds the tightest limit.
func limitLine[T float64 | uint64](p *Page, unit, what string, b probe.Bound[T], own probe.GroupKey, write func(T) string) {
	limit, ok := b.Limit.Get()
	use, used := b.Use.Get()
	switch {
	case ok && used:
		p.by(strings.TrimSpace(write(use)+" of "+write(limit)+" "+unit), b.By, own)
	case ok:
		p.by("at most "+strings.TrimSpace(write(limit)+" "+unit), b.By, own)
	case b.Limit.State() == reading.Unlimited && used:
		p.add("", strings.TrimSpace(write(use)+" "+unit)+", no limit", Dim)
	case b.Limit.State() == reading.Unlimited:
		p.add("", "no limit of "+what, Dim)
	default:
		p.untold(what, b.Limit.State())
	}
}

// untold says of what is absent that it is not told, since "none" would be an answer.
func (p *Page) untold(what string, state reading.State) {
	if state == reading.Absent {
		p.add("", what+": not told", Unknown)
		return
	}
	p.add("", what+": "+whyLimit(state), Unknown)
}

// boundSet adds the CPUs or memory nodes that are left.
func boundSet(p *Page, what string, b probe.Bound[cpulist.Set], own probe.GroupKey) {
	set, ok := b.Limit.Get()
	all, known := b.Use.Get()
	switch {
	case ok:
		p.by(what+" "+list(set), b.By, own)
	case known:
		p.add("", what+" "+list(all)+", narrowed by no group", Dim)
	default:
		p.untold(what, b.Limit.State())
	}
}

// ioLines adds what may be read from and written to devices.
func (p *Page) ioLines(own probe.GroupKey, u *probe.Uses) {
	for i := range u.IO {
		if l := &u.IO[i]; l.Hierarchy == own.Hierarchy {
			p.by(strings.TrimSpace(l.Device+" "+l.Name)+": "+l.Limits, l.GroupKey, own)
		}
	}
	switch {
	case u.IOTold != reading.Present:
		p.untold("io", u.IOTold)
	case len(u.IO) == 0:
		p.add("", "no limit of io", Dim)
	}
}

// deviceLine adds how many devices may be used: the page of what may be used names them.
func (p *Page) deviceLine(u *probe.Uses) {
	all, ok := u.Devices.Get()
	switch {
	case !ok:
		p.untold("devices", u.Devices.State())
	case len(all) == 1 && strings.HasPrefix(all[0], "a "):
		p.add("", "all devices", Dim)
	case len(all) == 0:
		p.add("", "no device", Own)
	default:
		p.add("", "only the devices of "+plural(len(all), "rule")+" in devices.list", Own)
	}
}

// setting adds what a file says that is set, as it stands there.
func (p *Page) setting(s *probe.Setting, place *probe.Place) {
	says, ok := s.Text.Get()
	switch {
	case !ok:
		p.add("", s.File+": "+why(s.Text.State()), Unknown)
	case s.By == place.GroupKey:
		p.add("", s.File+" "+strings.ReplaceAll(says, "\n", ", "), Dim)
	default:
		p.Lines = append(p.Lines, Line{
			Value: s.File + " " + strings.ReplaceAll(says, "\n", ", ") + ", by " + s.By.Path, Tone: Dim, Link: screen.ToGroup(s.By),
		})
	}
}

// namesakes adds what binds in a group, and the groups of the same path elsewhere, which have nothing to do with it but the name.
func (p *Page) namesakes(s *probe.Snapshot, key probe.GroupKey, u *probe.Uses) {
	g, ok := s.Group(key)
	if !ok {
		p.add("", "It is no longer there.", Dim)
		return
	}
	p.heading("what binds here")
	from := len(p.Lines)
	p.binds(s.HierarchyOf(g).Controllers, key, u)
	if len(p.Lines) == from {
		p.add("", "nothing: its hierarchy limits nothing", Host)
	}
	if freeze, frozen := s.FreezeOf(key); frozen {
		p.frozenBy(&probe.Place{GroupKey: key, Freeze: freeze})
	}
	p.rules(g, &u.Handing)
	p.heading("the same path elsewhere")
	from = len(p.Lines)
	for i := range s.Hierarchies {
		other := probe.GroupKey{Hierarchy: s.Hierarchies[i].Label, Path: key.Path}
		if o, there := s.Group(other); there && other != key && key.Path != "/" {
			p.link(other.Hierarchy, "another group: "+holds(o)+", "+strconv.Itoa(o.Below)+" below", Plain, screen.ToGroup(other))
		}
	}
	if len(p.Lines) == from {
		p.add("", "in no other hierarchy", Dim)
	}
}
