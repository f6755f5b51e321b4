package actions

import (
	"fmt"

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
		members := membersOf(s, g)
		switch {
		case g.Parent < 0:
			return Plan{}, refuse("the topmost group holds the system itself").help("choose a group below it")
		case len(members) == 0:
			return Plan{}, refuse("nobody is in %s", key)
		}
		p := Plan{Title: fmt.Sprintf("Kill %s (%s)", key, version(s, g)), Final: true}
		p.Effects = []string{fmt.Sprintf("%s killed: %s", count(len(members), "process"), roster(members))}
		p.kill(s, g, to, knob)
		p.warn(ownerOf(s, g).warning(actKill))
		return p.guarded(guardGroup(s, key, "killing"), force)
	}
}

// kill adds the steps by which a group is killed here.
func (p *Plan) kill(s *probe.Snapshot, g *probe.Group, to Group, knob Knobs) {
	h := s.HierarchyOf(g)
	if h.Version == 2 && killable(g, knob, to) {
		p.Steps = []Step{Set{Group: to, File: fileKill, To: "1", Blind: true}}
		return
	}
	freeze, _, err := freezer(s, g.GroupKey, knob, true)
	if err == nil {
		p.Steps = append(p.Steps, freeze)
	} else if g.Values.Freezer.Or(cgroup.Thawed) != cgroup.Thawed {
		p.warn("it is frozen: those in it die when it is thawed")
	}
	for _, b := range append([]*probe.Group{g}, groupsBelow(s, g.GroupKey)...) {
		if b.Processes > 0 {
			p.Steps = append(p.Steps, SignalGroup{target(s, b), unix.SIGKILL})
		}
	}
	if err == nil {
		p.Steps = append(p.Steps, freeze.Inverse()...)
	}
}

// killable reports whether a group has a cgroup.kill that works: threaded groups answer EOPNOTSUPP. The file can only be
// written, so that a try to read it tells by its error that it is there.
func killable(g *probe.Group, knob Knobs, to Group) bool {
	if g.Values.Type.Or("domain") == "threaded" {
		return false
	}
	return knob(to.Dir(), fileKill).State() != reading.Absent
}
