package probe

import (
	"context"
	"slices"
	"strconv"

	"bulkhead/probe/origin"
)

// leaderFacts are what must be known of a world's leader, and of its parent, to name the world.
const leaderFacts = FactCgroups | FactCmdline | FactUser

// naming is what a world was named after in an earlier scan, and what came of it.
type naming struct {
	leader, parent relative
	origin         origin.Origin
	name           string
}

// relative is what the origin of a process is told from, to see whether any of it has changed.
type relative struct {
	TaskKey
	comm, cmdline string
	uid           uint32
	groups        *CgroupSet
}

// name concludes what made each world and names it after that. The tasks are sorted by pid. What was concluded before stays where
// all is as it was.
func (w *WorldMaker) name(tasks []Task) {
	for _, at := range w.listed {
		m := &w.all[at]
		leader, parent := withParent(tasks, m.Leader)
		n := m.naming
		if n != nil && n.leader == leader.relative() && n.parent == parent.relative() {
			m.Origin, m.Name = n.origin, n.name
			continue
		}
		n = &naming{leader: leader.relative(), parent: parent.relative()}
		if !m.Host && !m.unreadable() {
			n.origin = origin.FromTask(origin.Family{Leader: leader.origins(), Parent: parent.origins()})
		}
		m.Origin, m.naming = n.origin, n
		n.name = m.label(leader.Comm)
		m.Name = n.name
	}
}

// withParent returns a process and its parent, in a list sorted by pid. Where one is not in sight, nothing is known of it.
func withParent(tasks []Task, pid int32) (child, parent *Task) {
	child, parent = noTask, noTask
	if i, ok := findTask(tasks, pid); ok {
		child = &tasks[i]
	}
	if i, ok := findTask(tasks, child.PPID); ok {
		parent = &tasks[i]
	}
	return child, parent
}

// The names that no world can have by what made it.
const (
	HostWorld       = "host"          // The host's world, whoever leads it.
	unreadableWorld = "not permitted" // Processes that may be of many worlds, none of which can be told from another.
)

// label is what the world is called, given the comm of its leader. A container, or a process, that bears the name of the
// host's world must not be taken for it.
func (w *World) label(comm string) string {
	switch {
	case w.Host:
		return HostWorld
	case w.unreadable():
		return unreadableWorld
	}
	name := w.Origin.Label(comm)
	if name == HostWorld || name == unreadableWorld {
		name += " " + strconv.Itoa(int(w.Leader))
	}
	return name
}

func (t *Task) relative() relative {
	return relative{t.TaskKey, t.Comm, t.Cmdline.Or(""), t.UID.Or(0), t.Cgroups}
}

// origins returns what the origin of a process can be told from.
func (t *Task) origins() origin.Facts {
	return origin.Facts{
		PID: t.PID, Start: t.Start, Comm: t.Comm, Cmdline: t.Cmdline.Or(""), UID: t.UID.Or(0), Kernel: t.Kernel,
		Cgroups: t.Cgroups.Memberships,
	}
}

// readLeaders reads of the worlds' leaders and their parents what names them, where the scan was not asked for it of all
// processes: there are few of them.
func (s *Scanner) readLeaders(ctx context.Context, w *WorldMaker) {
	var work []int
	for _, i := range w.listed {
		at, ok := findTask(s.tasks, w.all[i].Leader)
		if !ok || w.all[i].Host {
			continue
		}
		work = append(work, at)
		if parent, ok := findTask(s.tasks, s.tasks[at].PPID); ok {
			work = append(work, parent)
		}
	}
	slices.Sort(work)
	work = slices.Compact(work)
	work = slices.DeleteFunc(work, func(i int) bool { return s.meta[i].facts&leaderFacts == leaderFacts })
	// A scan that is given up returns no snapshot, so that what is missing here is missed by nobody.
	_ = s.inParallel(ctx, len(work), func(r *taskReader, i int) { r.complete(&s.tasks[work[i]], &s.meta[work[i]], leaderFacts) })
}

// complete reads what is missing of a process that was read in this scan. What cannot be read stays unknown.
func (r *taskReader) complete(t *Task, m *taskMeta, want Facts) {
	defer r.Close()
	if r.reopen(t) != nil {
		return
	}
	ran := r.programs.open(t)
	missing, seen := want&^m.facts, t.Closeup
	if r.readFacts(t, missing, false) == nil {
		m.facts |= missing
	}
	t.User = r.scanner.users.name(t.UID)
	r.programs.close(t, ran)
	t.Closeup = seen
}
