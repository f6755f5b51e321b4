package actions

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/proc"
)

// occupants are those in one group itself. In version 1, and in the threaded groups of version 2, the threads of a process may
// be in several groups; see cgroups(7), "Tasks" and "Thread mode".
type occupants struct {
	whole   []*probe.Task // Processes with all their threads.
	split   []*probe.Task // Processes whose leading thread is in it, but not all others.
	threads []*probe.Task // The threads in it of those that are split, and of processes that are elsewhere.
	hidden  int           // Of a pid namespace that this program does not see into: the kernel lists them as 0.
}

// occupantsOf asks the kernel's own lists of a group, since a snapshot has single threads only of some processes.
func occupantsOf(s *probe.Snapshot, g *probe.Group, knob Knobs) occupants {
	members := s.GroupMembers(g)
	list := threadList(s, g)
	if list == "" {
		return occupants{whole: members}
	}
	tids, hidden := numbersIn(knob(g.Dir, list).Or(""))
	all := occupants{hidden: hidden}
	here := map[int32][]*probe.Task{}
	threads := threadsByTID(s)
	for _, tid := range tids {
		t, ok := threads[tid]
		if !ok {
			t, ok = threadAt(s, knob, tid)
		}
		if ok {
			here[t.PID] = append(here[t.PID], t)
		}
	}
	for _, p := range members {
		if own := len(here[p.PID]); own > 0 && own < int(p.Threads) {
			all.split = append(all.split, p)
			continue
		}
		all.whole = append(all.whole, p)
		delete(here, p.PID)
	}
	for _, own := range here {
		all.threads = append(all.threads, own...)
	}
	slices.SortFunc(all.threads, func(a, b *probe.Task) int { return cmp.Or(cmp.Compare(a.PID, b.PID), cmp.Compare(a.TID, b.TID)) })
	return all
}

// threadList is the file that lists the threads in a group, empty where processes are in it as a whole only.
func threadList(s *probe.Snapshot, g *probe.Group) string {
	switch kind := g.Values.Type.Or("domain"); {
	case s.HierarchyOf(g).Version == 1:
		return fileTasks
	case kind == typeThreaded, kind == "domain threaded":
		return fileThreads
	}
	return ""
}

// numbersIn reads a list of pids or tids; hidden are those that have none here.
func numbersIn(list string) (numbers []int32, hidden int) {
	for field := range strings.FieldsSeq(list) {
		n, err := strconv.ParseInt(field, 10, 32)
		switch {
		case err != nil || n < 0:
		case n == 0:
			hidden++
		default:
			numbers = append(numbers, int32(n))
		}
	}
	return numbers, hidden
}

// threadsByTID finds the threads that a snapshot has: the leading ones of all processes, and others of some.
func threadsByTID(s *probe.Snapshot) map[int32]*probe.Task {
	all := make(map[int32]*probe.Task, len(s.Threads))
	for i := range s.Threads {
		all[s.Threads[i].TID] = &s.Threads[i]
	}
	for i := range s.Tasks {
		if t := &s.Tasks[i]; all[t.TID] == nil {
			all[t.TID] = t
		}
	}
	return all
}

// threadAt reads which thread has a number. The kernel finds it in /proc by that alone, though no listing shows it; see
// proc(5), "/proc/tid".
func threadAt(s *probe.Snapshot, knob Knobs, tid int32) (*probe.Task, bool) {
	_, after, _ := strings.Cut(knob("/proc/"+decimal(tid), "status").Or(""), "\nTgid:")
	pid, err := strconv.ParseInt(first(strings.ReplaceAll(after, "\n", " ")), 10, 32)
	if err != nil || pid <= 0 {
		return nil, false // It has ended.
	}
	stat, err := proc.ParseStat([]byte(knob("/proc/"+decimal(int32(pid))+"/task/"+decimal(tid), "stat").Or("") + "\n"))
	if err != nil {
		return nil, false
	}
	t := probe.Task{TaskKey: probe.TaskKey{PID: int32(pid), TID: tid, Start: stat.Start}, Program: &probe.Program{Comm: stat.Comm}, Closeup: &probe.Closeup{}}
	if p, ok := s.Task(t.PID); ok {
		t.Cgroups, t.Namespaces, t.Kernel = p.Cgroups, p.Namespaces, p.Kernel
	}
	return &t, true
}
