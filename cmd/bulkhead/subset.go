package main

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/probe/recording"
)

// subset returns a snapshot of a target alone, with the processes in it, and which sections it has. A group comes with
// those above it, which bound it too.
func subset(s *probe.Snapshot, target probe.Target) (*probe.Snapshot, recording.Sections) {
	only := &probe.Snapshot{At: s.At, Host: s.Host, Gaps: s.Gaps, Hierarchies: s.Hierarchies}
	sections := recording.Tasks
	switch target.Kind {
	case probe.TargetTask:
		only.Tasks = keep(slices.Clone(s.Tasks), func(t *probe.Task) bool { return t.PID == target.Task.PID })
		only.Threads = keep(slices.Clone(s.Threads), func(t *probe.Task) bool { return t.TaskKey == target.Task })
	case probe.TargetNamespace:
		sections |= recording.Namespaces
		only.Namespaces = keep(slices.Clone(s.Namespaces), func(n *probe.Namespace) bool { return n.Key() == target.Namespace })
		only.Tasks = members(s.Members(target.Namespace.NamespaceRef))
	case probe.TargetGroup:
		sections |= recording.Groups
		group, _ := s.Group(target.Group)
		only.Groups = lineage(s.Groups, group)
		only.Hierarchies = []probe.Hierarchy{*s.HierarchyOf(group)}
		only.Tasks, only.Threads = members(s.GroupMembers(group)), members(s.LooseThreads(group))
		for _, pid := range group.Loose.Or(nil) { // The threads stand behind their processes.
			if t, ok := s.Task(pid); ok {
				only.Tasks = append(only.Tasks, *t)
			}
		}
	case probe.TargetWorld:
		sections |= recording.Worlds
		only.Worlds = keep(slices.Clone(s.Worlds), func(w *probe.World) bool { return w.Key == target.World })
		only.Tasks = keep(slices.Clone(s.Tasks), func(t *probe.Task) bool { return probe.WorldKey(t.Namespaces.Inodes) == target.World })
	}
	return only, sections
}

func members(tasks []*probe.Task) []probe.Task {
	all := make([]probe.Task, len(tasks))
	for i, t := range tasks {
		all[i] = *t
	}
	return all
}

// lineage returns a group with those above it, the topmost first.
func lineage(all []probe.Group, group *probe.Group) []probe.Group {
	var line []probe.Group
	for {
		line = append(line, *group)
		if group.Parent < 0 {
			break
		}
		group = &all[group.Parent]
	}
	slices.Reverse(line)
	for i := range line {
		line[i].Parent = i - 1
	}
	return line
}
