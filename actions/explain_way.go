package actions

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// thawGroup lets frozen processes run, so that signals reach them.
func thawGroup(f *fault) Intent { return Thaw(f.group.GroupKey) }

// killDomain kills the threaded subtree as a whole.
func killDomain(f *fault) Intent { return KillGroup(f.domain().GroupKey, false) }

// removeAll moves the members of the group to the one above, and removes it with all below it.
func removeAll(f *fault) Intent {
	return RemoveGroup(f.group.GroupKey, RemoveOptions{Members: true, Below: true})
}

// fillCPUSet gives a cpuset of version 1 what it lacks, from the group above.
func fillCPUSet(f *fault) Intent {
	key := f.group.GroupKey
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		to, g, err := groupOf(s, key)
		if err != nil {
			return Plan{}, err
		}
		p := Plan{Title: fmt.Sprintf("Give %s what the group above has", key)}
		for _, file := range []string{fileCPUs, fileMems} {
			file = newCPUSet(s, g, knob).name(file)
			now, ok := knob(to.Dir(), file).Get()
			above, known := knob(upper(to).Dir(), file).Get()
			switch {
			case !ok || !known:
				return Plan{}, unreadable(reading.None[string](reading.Denied), to, file, "the beginning")
			case now == "" && above == "":
				return Plan{}, refuse("%s is empty in %s too", file, upper(to).GroupKey).help("set it there first")
			case now == "":
				p.Steps = append(p.Steps, Set{Group: to, File: file, From: now, To: above, Back: now})
				p.Effects = append(p.Effects, fmt.Sprintf("%s becomes %s", file, above))
			}
		}
		if len(p.Steps) == 0 {
			return Plan{}, refuse("%s has both already", key)
		}
		p.warn(ownerOf(s, g).warning(actCPUs))
		return p, nil
	}
}

// leafName is what the group is called that processes are moved to, so that the one above can hand on controllers.
const leafName = "members"

// toLeaf moves the processes in a group of version 2 to a group below it.
func toLeaf(f *fault) Intent {
	key := f.group.GroupKey
	return func(s *probe.Snapshot, _ Knobs) (Plan, error) {
		from, g, err := groupOf(s, key)
		if err != nil {
			return Plan{}, err
		}
		members := s.GroupMembers(g)
		if len(members) == 0 {
			return Plan{}, refuse("nobody is in %s itself", key)
		}
		leaf, _, err := groupOf(s, from.child(leafName).GroupKey)
		p := Plan{Title: fmt.Sprintf("Move those in %s to a leaf", key)}
		if err != nil {
			leaf = from.child(leafName)
			p.Steps = append(p.Steps, Make{leaf})
			p.Effects = append(p.Effects, "a new group: "+leaf.Dir())
		}
		for _, t := range members {
			p.Steps = append(p.Steps, Move{Task: t.TaskKey, Comm: t.Comm, From: from, To: leaf, File: fileProcs})
		}
		p.Effects = append(p.Effects, fmt.Sprintf("%s moved to %s: %s", count(len(members), "process"), leaf.GroupKey, roster(members)))
		p.warn(ownerOf(s, g).warning(actMove))
		return p, nil
	}
}
