package recording

import (
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// task is a probe.Task.
type task struct {
	PID int32  `json:"pid"`
	TID *int32 `json:"tid,omitempty"`
	*Stat
	CPUsUsed   *float64        `json:"cpus_used,omitempty"`
	Cmdline    *Text           `json:"cmdline,omitempty"`
	UID        *uint32         `json:"uid,omitempty"`
	User       Text            `json:"user,omitempty"`
	Allowed    *string         `json:"cpus_allowed_list,omitempty"`
	Namespaces namespaces      `json:"namespaces,omitzero"`
	Cgroups    map[string]Text `json:"cgroups,omitzero"`
	*Detail
	Unknown unknown `json:"unknown,omitempty"`
}

// Stat is what proc_pid_stat(5) tells, as part of a task; it is missing as a whole.
type Stat struct {
	PPID    int32   `json:"ppid"`
	Comm    Text    `json:"comm"`
	State   string  `json:"state,omitempty"`
	Kernel  bool    `json:"kernel,omitempty"`
	Threads int32   `json:"threads"`
	PSR     int32   `json:"psr"`
	CPU     int64   `json:"cpu_usec"`
	RSS     *uint64 `json:"rss,omitempty"`
	Start   uint64  `json:"start"`
}

const (
	statOf    = "stat"
	rssOf     = "rss"
	cgroupsOf = "cgroups"
)

// listed is a process, or one thread of it.
type listed struct {
	*probe.Task
	thread bool
}

// list puts the threads of each process behind it.
func list(s *probe.Snapshot) []listed {
	all := make([]listed, 0, len(s.Tasks)+len(s.Threads))
	for i := range s.Tasks {
		all = append(all, listed{&s.Tasks[i], false})
		threads := s.ThreadsOf(s.Tasks[i].PID)
		for j := range threads {
			all = append(all, listed{&threads[j], true})
		}
	}
	return all
}

func fromTask(t *listed) task {
	j := task{PID: t.PID, User: Text(t.User)}
	if t.thread {
		j.TID = &t.TID
	}
	if t.Access == reading.Present {
		j.Stat = &Stat{
			PPID: t.PPID, Comm: Text(t.Comm), Kernel: t.Kernel, Threads: t.Threads, PSR: t.PSR,
			CPU: t.CPUTime.Microseconds(), Start: t.Start,
		}
		if resident, ok := t.Resident().Get(); ok {
			j.RSS = &resident
		} else {
			j.Unknown.say(rssOf, t.Resident().State())
		}
		if t.State != 0 {
			j.Stat.State = string(rune(t.State))
		}
	}
	if j.Stat == nil {
		j.Unknown.note(statOf, t.Access)
	}
	j.CPUsUsed = put(&j.Unknown, "cpus_used", t.CPU)
	j.Cmdline = put(&j.Unknown, "cmdline", reading.Map(t.Cmdline, func(s string) Text { return Text(s) }))
	j.UID = put(&j.Unknown, "uid", t.UID)
	j.Allowed = put(&j.Unknown, "cpus_allowed_list", reading.Map(t.Allowed, cpulist.Set.String))
	links := linksOf(t.Namespaces)
	j.Namespaces = putNamespaces(&j.Unknown, &links, taskLinks)
	j.Cgroups = putCgroups(&j.Unknown, t.Cgroups)
	return j
}

func linksOf(set *probe.NamespaceSet) proc.Links {
	var links proc.Links
	copy(links[:], set.Inodes[:])
	links[proc.PIDForChildren], links[proc.TimeForChildren] = set.PIDForChildren, set.TimeForChildren
	return links
}

// deletedSuffix is what the kernel writes behind the path of a removed group.
const deletedSuffix = " (deleted)"

func putCgroups(u *unknown, set *probe.CgroupSet) map[string]Text {
	if set.Access != reading.Present {
		u.note(cgroupsOf, set.Access)
		return nil
	}
	groups := make(map[string]Text, len(set.Memberships))
	for i := range set.Memberships {
		m := &set.Memberships[i]
		path := m.Path
		if m.Deleted {
			path += deletedSuffix
		}
		groups[probe.HierarchyLabel(m)] = Text(path)
	}
	return groups
}

// task returns the task without its namespaces and groups.
func (j *task) task() (probe.Task, error) {
	t := probe.Task{
		TaskKey: probe.TaskKey{PID: j.PID, TID: j.PID}, Access: j.Unknown.why(statOf),
		CPU: get(j.Unknown, "cpus_used", j.CPUsUsed),
		Program: &probe.Program{
			User: string(j.User), UID: get(j.Unknown, "uid", j.UID),
			Cmdline: reading.Map(get(j.Unknown, "cmdline", j.Cmdline), func(s Text) string { return string(s) }),
		},
	}
	if j.TID != nil {
		t.TID = *j.TID
	}
	if s := j.Stat; s != nil {
		t.Access = reading.Present
		t.PPID, t.Comm, t.Kernel, t.Threads, t.PSR = s.PPID, string(s.Comm), s.Kernel, s.Threads, s.PSR
		t.CPUTime, t.Start = time.Duration(s.CPU)*time.Microsecond, s.Start
		t.RSS = get(j.Unknown, rssOf, s.RSS).Or(0)
		if s.State != "" {
			t.State = s.State[0]
		}
	}
	allowed, err := toCPUs(j.Unknown, "cpus_allowed_list", j.Allowed)
	t.Closeup = &probe.Closeup{Allowed: allowed}
	return t, err
}

// membership is the inverse of what putCgroups writes of one group.
func membership(label string, id int, path Text) proc.Membership {
	m := proc.Membership{Hierarchy: id, Controllers: label, Path: string(path)}
	if id == 0 {
		m.Controllers = ""
		m.Path, m.Deleted = strings.CutSuffix(m.Path, deletedSuffix)
	}
	return m
}
