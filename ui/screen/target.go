package screen

import (
	"fmt"

	"bulkhead/probe"
)

// Kind says what a Target is.
type Kind uint8

// The kinds of Target.
const (
	Nothing Kind = iota
	World
	Namespace
	Group
	Task
	File // A control file of a group.
)

// Target is a thing that can be selected, jumped to and shown in the detail pane. Targets are compared with ==.
type Target struct {
	Kind      Kind
	World     probe.WorldKey
	Namespace probe.NamespaceKey
	Group     probe.GroupKey
	Task      probe.TaskKey
	File      string // Of the Group.
}

// ToWorld returns the target of a world.
func ToWorld(w *probe.World) Target { return Target{Kind: World, World: w.Key} }

// ToNamespace returns the target of a namespace.
func ToNamespace(key probe.NamespaceKey) Target { return Target{Kind: Namespace, Namespace: key} }

// ToGroup returns the target of a group.
func ToGroup(key probe.GroupKey) Target { return Target{Kind: Group, Group: key} }

// ToTask returns the target of a process or thread.
func ToTask(key probe.TaskKey) Target { return Target{Kind: Task, Task: key} }

// ToFile returns the target of a control file.
func ToFile(key probe.GroupKey, file string) Target {
	return Target{Kind: File, Group: key, File: file}
}

// Probe returns the target as package probe has it; of a control file it is the group.
func (t Target) Probe() probe.Target {
	kinds := [...]probe.TargetKind{
		World: probe.TargetWorld, Namespace: probe.TargetNamespace, Group: probe.TargetGroup, Task: probe.TargetTask, File: probe.TargetGroup,
	}
	return probe.Target{Kind: kinds[t.Kind], World: t.World, Namespace: t.Namespace, Group: t.Group, Task: t.Task}
}

// ID returns the target as the command line takes it, which is what a person would paste: a pid, a pid and tid, a
// namespace as the kernel writes it, a group with its hierarchy, of a world the pid of its leader, and of a control file its
// path.
func (t Target) ID(s *probe.Snapshot) string {
	switch t.Kind {
	case World:
		if w, ok := s.World(t.World); ok {
			return fmt.Sprint(w.Leader)
		}
	case Namespace:
		return t.Namespace.String()
	case Group:
		return t.Group.String()
	case Task:
		if t.Task.TID != t.Task.PID {
			return fmt.Sprintf("%d/%d", t.Task.PID, t.Task.TID)
		}
		return fmt.Sprint(t.Task.PID)
	case File:
		if g, ok := s.Group(t.Group); ok {
			return g.Dir + "/" + t.File
		}
	case Nothing:
	}
	return ""
}
