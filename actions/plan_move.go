package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
)

// MoveOptions say who moves.
type MoveOptions struct {
	Thread      bool // Only the threads named, rather than their whole processes.
	Descendants bool // The children of the processes too, and theirs.
	Force       Force
}

// MoveTasks puts processes, or single threads, into a group.
func MoveTasks(keys []probe.TaskKey, to probe.GroupKey, o MoveOptions) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		tasks, err := tasksOf(s, keys)
		if err != nil {
			return Plan{}, err
		}
		if o.Descendants {
			tasks = withDescendants(s, tasks)
		}
		into, g, err := writable(s, to)
		if err != nil {
			return Plan{}, err
		}
		m := mover{s: s, knob: knob, into: into, group: g, file: moveFile(s, g, o.Thread)}
		if err := m.checkTarget(); err != nil {
			return Plan{}, err
		}
		p := Plan{Title: fmt.Sprintf("Move %s to %s (%s)", subject(tasks), to, version(s, g))}
		if err := m.steps(&p, tasks); err != nil {
			return Plan{}, err
		}
		p.Effects = append(p.Effects, m.effect(tasks))
		p.warn(ownerOf(s, g).warning(actMove))
		return p.guarded(starvesMoved(s, g, tasks, o.Thread, knob), o.Force)
	}
}

// moveFile returns the file by which tasks move.
func moveFile(s *probe.Snapshot, g *probe.Group, thread bool) string {
	switch {
	case !thread:
		return fileProcs
	case s.HierarchyOf(g).Version == 1:
		return fileTasks
	}
	return fileThreads
}

// withDescendants adds the children of processes, and theirs, parents first.
func withDescendants(s *probe.Snapshot, tasks []*probe.Task) []*probe.Task {
	children := map[int32][]*probe.Task{}
	for i := range s.Tasks {
		t := &s.Tasks[i]
		children[t.PPID] = append(children[t.PPID], t)
	}
	all := slices.Clone(tasks)
	for i := 0; i < len(all); i++ {
		for _, child := range children[all[i].PID] {
			if !child.Zombie() && !slices.Contains(all, child) {
				all = append(all, child)
			}
		}
	}
	return all
}

// mover makes the steps of a move.
type mover struct {
	s     *probe.Snapshot
	knob  Knobs
	into  Group
	group *probe.Group
	file  string
}

// checkTarget refuses a group that takes nobody.
func (m *mover) checkTarget() error {
	h := m.s.HierarchyOf(m.group)
	kind := m.group.Values.Type.Or("domain")
	switch {
	case h.Version == 1 && slices.Contains(h.Controllers, "cpuset"):
		return m.checkCPUSet()
	case h.Version == 1:
		return nil
	case kind == "domain invalid":
		return refuse("%s is below a threaded group, and takes nobody as it is", m.into.GroupKey).
			help("write threaded to its cgroup.type: then it takes threads")
	case kind == "threaded" && m.file == fileProcs:
		return refuse("%s is threaded: whole processes cannot be moved into it by cgroup.procs from outside", m.into.GroupKey).
			help("move single threads, from within the same threaded subtree")
	case kind == "domain" && m.file == fileThreads:
		return refuse("%s is no threaded group: in version 2 only whole processes can be moved into it", m.into.GroupKey).
			help("move the whole process, or make a threaded subtree")
	}
	return m.checkLeaf()
}

// checkLeaf refuses a group of version 2 that hands on controllers: processes may only be in leaves.
func (m *mover) checkLeaf() error {
	if m.group.Parent < 0 {
		return nil
	}
	handed := strings.Fields(m.knob(m.into.Dir(), fileSubtree).Or(""))
	if domain := DomainControllers(handed); len(domain) > 0 {
		return refuse("%s hands on %s to the groups below it, and then no process may be in it itself", m.into.GroupKey, strings.Join(domain, " ")).
			help("choose a group below it")
	}
	return nil
}

// checkCPUSet refuses a cpuset of version 1 without CPUs or memory nodes, which the kernel answers with ENOSPC.
func (m *mover) checkCPUSet() error {
	v, c := m.group.Values, newCPUSet(m.s, m.group, m.knob)
	for _, knob := range []struct {
		file string
		set  probe.Reading[cpulist.Set]
	}{{c.name(fileCPUs), v.CPUs}, {c.name(fileMems), v.Mems}} {
		if set, ok := knob.set.Get(); ok && set.Len() == 0 {
			return refuse("%s of %s is empty: nobody may enter before it is set", knob.file, m.into.GroupKey).
				help("set both %s and %s", c.name(fileCPUs), c.name(fileMems))
		}
	}
	return nil
}

// steps adds a step for each task, from the group that it is in.
func (m *mover) steps(p *Plan, tasks []*probe.Task) error {
	h := m.s.HierarchyOf(m.group)
	for _, t := range tasks {
		if t.PID == kthreadd {
			return refuse("kthreadd cannot be moved: the kernel's own threads are made from it")
		}
		if t.Kernel {
			p.warn(fmt.Sprintf("%d %s is a kernel thread: the kernel refuses to move those that are bound to a CPU", t.PID, t.Comm))
		}
		path, ok := t.Cgroups.Path(h.ID)
		if !ok {
			return refuse("it is not known in which group %d %s is", t.PID, t.Comm)
		}
		if path == m.into.Path {
			continue
		}
		from, source, err := groupOf(m.s, probe.GroupKey{Hierarchy: h.Label, Path: path})
		if err != nil {
			return err
		}
		p.warn(ownerOf(m.s, source).warning(actMove))
		if err := m.looseThreads(p, t, path); err != nil {
			return err
		}
		p.Steps = append(p.Steps, Move{Task: m.key(t), Comm: t.Comm, From: from, To: m.into, File: m.file})
	}
	if len(p.Steps) == 0 {
		return refuse("%s is in %s already", subject(tasks), m.into.GroupKey)
	}
	return nil
}

// looseThreads adds a step for each thread of a process that is in another group than its process, in version 1. The process
// takes it along anyway, but so the undo knows where it was.
func (m *mover) looseThreads(p *Plan, t *probe.Task, path string) error {
	h := m.s.HierarchyOf(m.group)
	if m.file != fileProcs || h.Version != 1 {
		return nil
	}
	threads := m.s.ThreadsOf(t.PID)
	for i := range threads {
		loose := &threads[i]
		own, ok := loose.Cgroups.Path(h.ID)
		if !ok || own == path {
			continue
		}
		from, _, err := groupOf(m.s, probe.GroupKey{Hierarchy: h.Label, Path: own})
		if err != nil {
			return err
		}
		p.Steps = append(p.Steps, Move{Task: loose.TaskKey, Comm: loose.Comm, From: from, To: m.into, File: fileTasks})
	}
	return nil
}

// kthreadd is the pid of the process that the kernel's threads are made from.
const kthreadd = 2

// key returns what moves: the process of a thread, unless single threads do.
func (m *mover) key(t *probe.Task) probe.TaskKey {
	if m.file != fileProcs || t.TID == t.PID {
		return t.TaskKey
	}
	if process, ok := m.s.Task(t.PID); ok {
		return process.TaskKey
	}
	return t.TaskKey
}

// effect says who moves, and by which file.
func (m *mover) effect(tasks []*probe.Task) string {
	if m.file != fileProcs {
		return fmt.Sprintf("%s, by %s: %s", count(len(tasks), "thread"), m.file, roster(tasks))
	}
	threads := 0
	for _, t := range tasks {
		threads += int(max(1, t.Threads))
	}
	who := count(len(tasks), "process")
	if threads > len(tasks) {
		who += fmt.Sprintf(" with all %d threads", threads)
	}
	return fmt.Sprintf("%s, by %s: %s", who, m.file, roster(tasks))
}
