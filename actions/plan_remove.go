package actions

import (
	"fmt"
	"slices"

	"bulkhead/probe"
)

// RemoveOptions say what may go with a group.
type RemoveOptions struct {
	Members bool // Those in it are moved to the group above first.
	Below   bool // The groups below it are removed too.
	Force   Force
}

// RemoveGroup removes a group. The kernel does so only where nobody is in it and none below it.
func RemoveGroup(key probe.GroupKey, o RemoveOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		_, g, err := groupOf(s, key)
		if err != nil {
			return Plan{}, err
		}
		if g.Parent < 0 {
			return Plan{}, refuse("the topmost group of a hierarchy cannot be removed").help("unmount the hierarchy")
		}
		all := append([]*probe.Group{g}, groupsBelow(s, key)...)
		if len(all) > 1 && !o.Below {
			return Plan{}, refuse("%s has %s below it", key, count(len(all)-1, "group")).help("remove those too, from the bottom up")
		}
		p := Plan{Title: "Remove " + key.String(), Effects: []string{count(len(all), "group") + " removed"}}
		if err := p.empty(s, g, all, o); err != nil {
			return Plan{}, err
		}
		for _, b := range slices.Backward(all) {
			to := target(s, b)
			p.Steps = append(p.Steps, Remove{to, settings(to, knob)})
		}
		p.warn("counters and less usual settings are lost: undo makes a new group of the same name and sets what is usual", ownerOf(s, g).warning(actRemove))
		return p, nil
	}
}

// empty moves those in the groups to the group above them all, or refuses.
func (p *Plan) empty(s *probe.Snapshot, g *probe.Group, all []*probe.Group, o RemoveOptions) error {
	members := membersOf(s, g)
	if len(members) == 0 {
		return nil
	}
	if !o.Members {
		return refuse("%s in it: %s", isAre(len(members)), roster(members)).help("move them to the group above first")
	}
	up := &s.Groups[g.Parent]
	for _, b := range all {
		for _, t := range s.GroupMembers(b) {
			p.Steps = append(p.Steps, Move{Task: t.TaskKey, Comm: t.Comm, From: target(s, b), To: target(s, up), File: fileProcs})
		}
	}
	p.Effects = append(p.Effects, fmt.Sprintf("%s moved to %s: %s", count(len(members), "process"), up.GroupKey, roster(members)))
	return nil
}

// isAre says that there are processes.
func isAre(n int) string {
	if n == 1 {
		return "1 process is"
	}
	return count(n, "process") + " are"
}
