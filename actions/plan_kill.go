package actions

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// KillGroup kills all processes in a group and below it: by cgroup.kill, which no fork escapes, else by freezing the group,
// signalling all that are in it, and thawing it.
func KillGroup(key probe.GroupKey, force Force) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		to, g, err := groupOf(s, key)
		if err != nil {
			return Plan{}, err
		}
		members, guests := membersOf(s, g), guestsIn(s, g, knob)
		switch {
		case g.Parent < 0:
			return Plan{}, refuse("the topmost group holds the system itself").help("choose a group below it")
		case len(members) == 0 && len(guests) > 0:
			return Plan{}, refuse("no whole process is in %s, only threads of some that are elsewhere: %s", key, roster(guests)).
				help("signal those processes, or move the threads out")
		case len(members) == 0:
			return Plan{}, refuse("nobody is in %s", key)
		}
		p := Plan{Title: fmt.Sprintf("Kill %s (%s)", key, version(s, g)), Final: true}
		p.Effects = []string{fmt.Sprintf("%s killed: %s", count(len(members), "process"), roster(members))}
		p.kill(s, g, to, knob)
		if len(guests) > 0 {
			p.warn(fmt.Sprintf("processes that are elsewhere have threads in it, and die too: %s", roster(guests)))
		}
		p.warn(ownerOf(s, g).warning(actKill))
		return p.guarded(cmp.Or(guardGroup(s, key, "killing"), guardTasks(s, keysOf(guests), "killing")), force)
	}
}

// kill adds the steps by which a group is killed here.
func (p *Plan) kill(s *probe.Snapshot, g *probe.Group, to Group, knob Knobs) {
	h := s.HierarchyOf(g)
	if h.Version == 2 && !h.ReadOnly && killable(g, knob, to) {
		p.Steps = []Step{Set{Group: to, File: fileKill, To: "1", Blind: true}}
		return
	}
	freeze, _, err := freezer(s, g.GroupKey, knob, true)
	if err == nil {
		p.Steps = append(p.Steps, freeze)
	} else if g.Values.Freezer.Or(cgroup.Thawed) != cgroup.Thawed {
		p.warn("it is frozen: those in it die when it is thawed")
	}
	p.Steps = append(p.Steps, SignalGroup{to, unix.SIGKILL})
	if err == nil {
		p.Steps = append(p.Steps, freeze.Inverse()...)
	}
}

// guestsIn returns the processes of which the kernel lists threads in a group of version 1, or below it, while they are
// elsewhere.
func guestsIn(s *probe.Snapshot, g *probe.Group, knob Knobs) []*probe.Task {
	h := s.HierarchyOf(g)
	if h.Version != 1 {
		return nil
	}
	var guests []*probe.Task
	for _, b := range append([]*probe.Group{g}, groupsBelow(s, g.GroupKey)...) {
		pids, _ := numbersIn(knob(b.Dir, fileProcs).Or(""))
		for _, pid := range pids {
			t, ok := s.Task(pid)
			if !ok || slices.Contains(guests, t) {
				continue
			}
			if path, ok := t.Cgroups.Path(h.ID); ok && !(probe.GroupKey{Hierarchy: g.Hierarchy, Path: path}).Within(g.GroupKey) {
				guests = append(guests, t)
			}
		}
	}
	return guests
}

func keysOf(tasks []*probe.Task) []probe.TaskKey {
	keys := make([]probe.TaskKey, len(tasks))
	for i, t := range tasks {
		keys[i] = t.TaskKey
	}
	return keys
}

// killable reports whether a group has a cgroup.kill that works: threaded groups answer EOPNOTSUPP. The file can only be
// written, so that a try to read it tells by its error that it is there.
func killable(g *probe.Group, knob Knobs, to Group) bool {
	if g.Values.Type.Or("domain") == "threaded" {
		return false
	}
	return knob(to.Dir(), fileKill).State() != reading.Absent
}
