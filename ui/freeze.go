package ui

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
)

// freezeName says whether the key freezes or thaws.
func freezeName(d doing) string {
	group, err := groupToFreeze(d.host.Now, d.on)
	switch {
	case err != nil:
		return "freeze its group"
	case d.frozen(group):
		return "thaw " + group.String()
	}
	return "freeze " + group.String()
}

// freezeIntent freezes a group, or thaws it where it is frozen.
func freezeIntent(d doing) (actions.Intent, error) {
	group, err := groupToFreeze(d.host.Now, d.on)
	switch {
	case err != nil:
		return nil, err
	case d.frozen(group):
		return actions.Thaw(group), nil
	}
	return actions.Freeze(group, overridden), nil
}

// frozen reports whether a group is frozen, or about to be, by what a snapshot says.
func frozen(now *probe.Snapshot, key probe.GroupKey) bool {
	g, ok := now.Group(key)
	return ok && (g.Values.FreezeRequested.Or(false) || g.Values.Freezer.Or(cgroup.Thawed) != cgroup.Thawed)
}

// groupToFreeze returns the group by which what is selected is frozen: of a process its own group in a hierarchy that can
// freeze; of a world or namespace the group that holds all its processes and no others, else that of its leader.
func groupToFreeze(now *probe.Snapshot, on dialog.Subject) (probe.GroupKey, error) {
	switch on.Target.Kind {
	case screen.Group:
		return on.Target.Group, nil
	case screen.Task:
		return sharedGroup(now, tasksAt(now, on.Tasks))
	case screen.World:
		if w, ok := now.World(on.Target.World); ok {
			return heldBy(now, now.WorldMembers(w.Key), w.Leader)
		}
	case screen.Namespace:
		if n, ok := now.Identified(on.Target.Namespace); ok {
			return heldBy(now, now.Members(n.NamespaceRef), n.Leader)
		}
	case screen.Nothing, screen.File:
	}
	return probe.GroupKey{}, &actions.Refusal{Says: "it is gone"}
}

// tasksAt are the processes of tasks, as far as they live.
func tasksAt(now *probe.Snapshot, keys []probe.TaskKey) []*probe.Task {
	var tasks []*probe.Task
	for _, key := range keys {
		if t, ok := now.Task(key.PID); ok {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// freezers are the hierarchies that can freeze, version 2 first.
func freezers(now *probe.Snapshot) []*probe.Hierarchy {
	var found []*probe.Hierarchy
	for i := range now.Hierarchies {
		h := &now.Hierarchies[i]
		if h.MountPoint != "" && (h.Version == 2 || slices.Contains(h.Controllers, "freezer")) {
			found = append(found, h)
		}
	}
	return found
}

// sharedGroup returns the group that all these processes are in, and no topmost one where that can be helped.
func sharedGroup(now *probe.Snapshot, tasks []*probe.Task) (probe.GroupKey, error) {
	var top probe.GroupKey
	for _, h := range freezers(now) {
		paths := pathsIn(h, tasks)
		if len(paths) != 1 {
			continue
		}
		key := probe.GroupKey{Hierarchy: h.Label, Path: paths[0]}
		if key.Path != "/" {
			return key, nil
		}
		top = key
	}
	switch {
	case top != probe.GroupKey{}:
		return top, nil
	case len(now.Hierarchies) == 0:
		return top, &actions.Refusal{Says: "no groups have been read yet, or there are none"}
	case len(tasks) > 1:
		return top, &actions.Refusal{
			Says: fmt.Sprintf("the %d marked processes are in several groups", len(tasks)), Help: "freeze these groups one by one",
		}
	}
	return top, &actions.Refusal{Says: "no group of it is known that could be frozen", Help: "it takes the freezer of version 1, or version 2"}
}

// pathsIn are the groups of processes in a hierarchy, each once.
func pathsIn(h *probe.Hierarchy, tasks []*probe.Task) []string {
	var paths []string
	for _, t := range tasks {
		if at, ok := t.Cgroups.Path(h.ID); ok && !slices.Contains(paths, at) {
			paths = append(paths, at)
		}
	}
	return paths
}

// heldBy returns the group that holds all these processes and no others, else that of their leader.
func heldBy(now *probe.Snapshot, members []*probe.Task, leader int32) (probe.GroupKey, error) {
	for _, h := range freezers(now) {
		key := probe.GroupKey{Hierarchy: h.Label, Path: common(pathsIn(h, members))}
		if g, ok := now.Group(key); ok && key.Path != "/" && g.Processes+g.Below <= len(members) {
			return key, nil
		}
	}
	if t, ok := now.Task(leader); ok {
		return sharedGroup(now, []*probe.Task{t})
	}
	return probe.GroupKey{}, errNobody
}

// common returns the nearest group above all of these, or the only one itself.
func common(paths []string) string {
	if len(paths) == 0 {
		return "/"
	}
	above := paths[0]
	for _, p := range paths[1:] {
		for above != "/" && p != above && !strings.HasPrefix(p, above+"/") {
			above = path.Dir(above)
		}
	}
	return above
}
