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
}

// RemoveGroup removes a group. The kernel does so only where nobody is in it and none below it.
func RemoveGroup(key probe.GroupKey, o RemoveOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		_, g, err := writable(s, key)
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
		e := evictor{s: s, knob: knob, up: &s.Groups[g.Parent], alone: leavesAlone(s, g)}
		if err := e.empty(&p, all, o.Members); err != nil {
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

// leavesAlone reports whether a single thread may go from a group to the one above: in version 2 it stays within the threaded
// subtree of its process.
func leavesAlone(s *probe.Snapshot, g *probe.Group) bool {
	return s.HierarchyOf(g).Version == 1 || g.Values.Type.Or("") == typeThreaded
}

// evictor moves those in groups that are to be removed to the group above them all.
type evictor struct {
	s     *probe.Snapshot
	knob  Knobs
	up    *probe.Group
	alone bool

	processes, threads []*probe.Task // Who moves.
	first, then        []Step        // Single threads move first: a process takes along all that it has, from wherever they are.
}

// empty adds the steps that leave nobody in the groups, or refuses.
func (e *evictor) empty(p *Plan, all []*probe.Group, move bool) error {
	for _, g := range all {
		o := occupantsOf(e.s, g, e.knob)
		if o.hidden > 0 {
			return refuse("%s in %s that cannot be seen from here: of a pid namespace further out", isAre(o.hidden), g.GroupKey).help("remove the group from there")
		}
		if e.alone {
			e.evict(g, o)
		} else if err := e.evictWhole(g, o); err != nil {
			return err
		}
	}
	if len(e.processes)+len(e.threads) == 0 {
		return nil
	}
	who := rosterOfThreads(e.threads)
	switch {
	case !move && len(e.processes) > 0:
		return refuse("%s in it: %s", isAre(len(e.processes)), roster(e.processes)).help("move them to the group above first")
	case !move:
		return refuse("no whole process is in it, but %s: %s", count(len(e.threads), "thread"), who).help("move them to the group above first")
	}
	if len(e.processes) > 0 {
		p.Effects = append(p.Effects, fmt.Sprintf("%s moved to %s: %s", count(len(e.processes), "process"), e.up.GroupKey, roster(e.processes)))
	}
	if len(e.threads) > 0 {
		p.Effects = append(p.Effects, fmt.Sprintf("%s moved to %s alone, while others of its process are elsewhere: %s", count(len(e.threads), "thread"), e.up.GroupKey, who))
	}
	p.Steps = append(append(p.Steps, e.first...), e.then...)
	return nil
}

// evict moves processes that are in a group with all their threads, and of the others those threads that are.
func (e *evictor) evict(g *probe.Group, o occupants) {
	from, to := target(e.s, g), target(e.s, e.up)
	for _, t := range o.threads {
		e.first = append(e.first, Move{Task: t.TaskKey, Comm: t.Comm, From: from, To: to, File: threadList(e.s, g)})
	}
	for _, t := range o.whole {
		e.then = append(e.then, Move{Task: t.TaskKey, Comm: t.Comm, From: from, To: to, File: fileProcs})
	}
	e.processes, e.threads = append(e.processes, o.whole...), append(e.threads, o.threads...)
}

// evictWhole moves processes whose threads are all somewhere in the groups. Those threads join the others of their process
// before, so that the undo finds them there and brings each back to where it was.
func (e *evictor) evictWhole(g *probe.Group, o occupants) error {
	from, to := target(e.s, g), target(e.s, e.up)
	for _, t := range o.threads {
		path, ok := t.Cgroups.Path(e.s.HierarchyOf(g).ID)
		if p, known := e.s.Task(t.PID); known {
			path, ok = p.Cgroups.Path(e.s.HierarchyOf(g).ID)
		}
		home, _, err := groupOf(e.s, probe.GroupKey{Hierarchy: g.Hierarchy, Path: path})
		switch {
		case !ok || err != nil:
			return refuse("it is not known where the process of thread %d %s is", t.TID, t.Comm)
		case path != g.Path:
			e.first = append(e.first, Move{Task: t.TaskKey, Comm: t.Comm, From: from, To: home, File: fileThreads})
		}
	}
	processes := append(slices.Clone(o.whole), o.split...)
	for _, t := range processes {
		e.then = append(e.then, Move{Task: t.TaskKey, Comm: t.Comm, From: from, To: to, File: fileProcs})
	}
	e.processes = append(e.processes, processes...)
	return nil
}

// isAre says that there are processes.
func isAre(n int) string {
	if n == 1 {
		return "1 process is"
	}
	return count(n, "process") + " are"
}
