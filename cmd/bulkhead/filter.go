package main

import (
	"fmt"
	"slices"
	"strconv"

	"bulkhead/probe"
	"bulkhead/ui/cgroups"
	"bulkhead/ui/filter"
	"bulkhead/ui/subject"
)

// A world, a namespace or a group is kept where it matches itself, or where a process in it does. The process that reads is no
// reason: its command line holds the very words that are looked for.

// others returns the processes but the one that reads.
func others(s *probe.Snapshot) []probe.Task {
	return slices.DeleteFunc(slices.Clone(s.Tasks), func(t probe.Task) bool { return t.PID == s.Host.Self })
}

func filterTasks(s *probe.Snapshot, expression filter.Filter) {
	matches := expression.Matcher()
	wanted := func(t *probe.Task) bool { return matches(subject.Task{Task: t}) }
	s.Tasks, s.Threads = keep(s.Tasks, wanted), keep(s.Threads, wanted)
}

func filterWorlds(s *probe.Snapshot, expression filter.Filter) {
	matches := expression.Matcher()
	found := map[probe.WorldKey]bool{}
	tasks := others(s)
	for i := range tasks {
		key := probe.WorldKey(tasks[i].Namespaces.Inodes)
		found[key] = found[key] || matches(subject.Task{Task: &tasks[i]})
	}
	s.Worlds = keep(s.Worlds, func(w *probe.World) bool {
		leader, _ := s.Task(w.Leader)
		if w.Leader == s.Host.Self {
			leader = nil
		}
		return found[w.Key] || matches(subject.World{World: w, LeaderTask: leader})
	})
}

func filterNamespaces(s *probe.Snapshot, expression filter.Filter) {
	matches := expression.Matcher()
	found := map[probe.NamespaceRef]bool{}
	tasks := others(s)
	for i := range tasks {
		if !matches(subject.Task{Task: &tasks[i]}) {
			continue
		}
		for _, t := range probe.NamespaceTypes {
			found[probe.NamespaceRef{Type: t, Inode: tasks[i].Namespaces.Inodes[t].Or(0)}] = true
		}
	}
	s.Namespaces = keep(s.Namespaces, func(n *probe.Namespace) bool {
		return found[n.NamespaceRef] || matches(namespaceSubject{n})
	})
}

func filterGroups(s *probe.Snapshot, expression filter.Filter) {
	without := *s
	without.Tasks = others(s)
	found := cgroups.Find(&without, expression)
	keepGroups(s, func(i int) bool { return found[i] })
}

// keepSubtree drops the groups that are neither the one that a text names nor below it.
func keepSubtree(s *probe.Snapshot, name string, stat probe.StatFunc) error {
	target, err := s.ResolveGroup(name, stat)
	if err != nil {
		return err
	}
	if _, ok := s.Group(target); !ok {
		return fmt.Errorf("%s: %w: there is no group %s in the hierarchy %s", name, probe.ErrNotFound, target.Path, target.Hierarchy)
	}
	within := make([]bool, len(s.Groups))
	for i := range s.Groups {
		g := &s.Groups[i]
		within[i] = g.GroupKey == target || g.Parent >= 0 && within[g.Parent]
	}
	keepGroups(s, func(i int) bool { return within[i] })
	return nil
}

// keepGroups drops the groups that are not wanted. Those whose parent is dropped have none afterwards.
func keepGroups(s *probe.Snapshot, wanted func(i int) bool) {
	kept := make([]int, len(s.Groups)) // Where each group will be.
	n := 0
	for i := range s.Groups {
		kept[i] = -1
		if !wanted(i) {
			continue
		}
		kept[i] = n
		s.Groups[n] = s.Groups[i]
		if parent := s.Groups[n].Parent; parent >= 0 {
			s.Groups[n].Parent = kept[parent]
		}
		n++
	}
	s.Groups = s.Groups[:n]
}

// namespaceSubject is a namespace as the subject of a filter.
type namespaceSubject struct{ *probe.Namespace }

// AppendField implements filter.Subject.
func (n namespaceSubject) AppendField(dst []byte, f filter.Field) []byte {
	switch {
	case f == filter.Any:
		return subject.AppendNamespace(dst, n.Namespace)
	case f == filter.NamespaceType:
		return append(dst, n.Type.String()...)
	case f == filter.Namespace, f == fieldOfType[n.Type]:
		return strconv.AppendUint(dst, n.Inode, 10)
	}
	return dst
}

// fieldOfType are the fields by which one asks for a namespace, by type.
var fieldOfType = [8]filter.Field{
	filter.UserNamespace, filter.MountNamespace, filter.PIDNamespace, filter.NetworkNamespace,
	filter.UTSNamespace, filter.IPCNamespace, filter.CgroupNamespace, filter.TimeNamespace,
}
