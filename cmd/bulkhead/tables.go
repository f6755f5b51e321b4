package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/ui/text"
)

// wallTitles are the headings of walls, by type of namespace.
var wallTitles = [8]string{"user", "mnt", "pid", "net", "uts", "ipc", "cgrp", "time"}

// The walls that are no letter.
const (
	wallHost = "·"
	wallOwn  = "■"
)

func worldsTable(s *probe.Snapshot, _ listOptions) table {
	t := table{columns: []column{{"NAME", left}, {"USER", left}, {"PROCS", right}}}
	for _, title := range wallTitles {
		t.columns = append(t.columns, column{title, middle})
	}
	t.columns = append(t.columns, column{"LEADER", right})
	for i := range s.Worlds {
		w := &s.Worlds[i]
		user := ""
		if leader, ok := s.Task(w.Leader); ok {
			user = leader.User
		}
		row := []string{w.Name, cmp.Or(user, cellAbsent), number(w.Processes)}
		for _, kind := range probe.NamespaceTypes {
			row = append(row, wall(w.Cells[kind]))
		}
		leader := cellAbsent
		if w.Leader != 0 {
			leader = number(w.Leader)
		}
		t.rows = append(t.rows, append(row, leader))
	}
	return t
}

func wall(c probe.Cell) string {
	switch c.Kind {
	case probe.CellHost:
		return wallHost
	case probe.CellOwn:
		return wallOwn
	case probe.CellShared:
		return c.Letter
	case probe.CellUnknown:
		return cellUnknown
	case probe.CellAbsent:
	}
	return cellAbsent
}

func namespacesTable(s *probe.Snapshot, _ listOptions) table {
	t := table{columns: []column{
		{"NAMESPACE", left}, {"PROCS", right}, {"THREADS", right}, {"OWNER", left}, {"PARENT", left}, {"LEADER", right}, {"NAME", left}, {"KEPT BY", left},
	}}
	hidden := s.Hidden()
	for i := range s.Namespaces {
		n := &s.Namespaces[i]
		processes, threads := number(n.Processes), number(n.Threads)
		if n.Processes == 0 && hidden[n.Type] > 0 {
			processes, threads = "0?", "0?" // Some do not tell where they are.
		}
		leader, name := cellAbsent, ""
		if task, ok := s.Task(n.Leader); ok {
			leader, name = number(task.PID), task.Comm
		}
		if n.Name != "" {
			name = n.Name
		}
		kept := ""
		if len(n.KeptBy) > 0 {
			kept = n.KeptBy[0].Text()
		}
		if more := len(n.KeptBy) - 1; more > 0 {
			kept = fmt.Sprintf("%s, and %d more", kept, more)
		}
		t.rows = append(t.rows, []string{
			n.String(), processes, threads, cell(n.Owner, number), cell(n.Parent, number), leader, name, kept,
		})
	}
	return t
}

func groupsTable(s *probe.Snapshot, _ listOptions) table {
	t := table{columns: []column{
		{"PROCS", right},
		{"BELOW", right},
		{"CPUS", left},
		{"QUOTA", right},
		{"TIME", right},
		{"MEMORY", right},
		{"MAX", right},
		{"PIDS", right},
		{"MAX", right},
		{"STATE", left},
		{"GROUP", left},
	}}
	names := s.NamedGroups()
	if len(names) > 0 {
		t.columns = append(t.columns, column{"OF", left})
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		v := g.Values
		row := []string{
			number(g.Processes), number(g.Below), cell(v.CPUsEffective, cpus), cell(v.CPUQuota, quota), cell(v.CPUUsage, text.Duration),
			cell(v.Memory, text.Bytes), cell(v.MemoryMax, text.Bytes), cell(v.PIDs, number), cell(v.PIDsMax, number), groupState(g),
			g.String(),
		}
		if len(names) > 0 {
			row = append(row, names[g.GroupKey])
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// cpus writes a set of CPUs. A group of version 1 has none until someone writes them.
func cpus(set cpulist.Set) string { return cmp.Or(set.String(), "none") }

// quota writes how many CPUs a group may use on average.
func quota(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) }

// groupState says what is not usual about a group.
func groupState(g *probe.Group) string {
	var states []string
	if g.Access == reading.Denied {
		states = append(states, "not readable")
	}
	if g.Dir == "" {
		states = append(states, "not mounted here")
	}
	if state, ok := g.Values.Freezer.Get(); ok && state != cgroup.Thawed {
		states = append(states, state.String())
	}
	if loose := len(g.Loose.Or(nil)); loose > 0 { // Of so many processes.
		states = append(states, "threads only ("+number(loose)+")")
	}
	if kind, ok := g.Values.Type.Get(); ok && kind != "domain" {
		states = append(states, kind)
	}
	return strings.Join(states, ", ")
}

func tasksTable(s *probe.Snapshot, o listOptions) table {
	t := table{columns: []column{
		{"PID", right},
		{"PPID", right},
		{"USER", left},
		{"S", left},
		{"PSR", right},
		{"THREADS", right},
		{"RSS", right},
		{"TIME", right},
		{"WALLS", left},
		{"COMMAND", left},
	}}
	tasks := s.Tasks
	if o.threads {
		tasks = s.Threads
		t.columns = append([]column{{"PID", right}, {"TID", right}}, t.columns[1:]...)
	}
	for i := range tasks {
		task := &tasks[i]
		row := []string{number(task.PID)}
		if o.threads {
			row = append(row, number(task.TID))
		}
		t.rows = append(t.rows, append(append(row, taskCells(task)...), walls(s, task), command(task)))
	}
	return t
}

// taskCells writes what proc_pid_stat(5) tells of a task.
func taskCells(t *probe.Task) []string {
	user := cmp.Or(t.User, cellAbsent)
	if t.Access != reading.Present {
		return []string{cellUnknown, user, cellUnknown, cellUnknown, cellUnknown, cellUnknown, cellUnknown}
	}
	return []string{
		number(t.PPID), user, string(rune(t.State)), number(t.PSR), number(t.Threads), cell(t.Resident(), text.Bytes), text.Duration(t.CPUTime),
	}
}

// walls names the types of namespace in which a task is not in the host's.
func walls(s *probe.Snapshot, t *probe.Task) string {
	var differing []string
	for _, kind := range probe.NamespaceTypes {
		switch inode := t.Namespaces.Inodes[kind]; {
		case inode.State() == reading.Denied:
			return cellUnknown
		case inode.State() == reading.Present && inode != s.Host.Reference.Key[kind]:
			differing = append(differing, kind.String())
		}
	}
	return cmp.Or(strings.Join(differing, ","), wallHost)
}

// command returns the command line of a task, or its name in brackets as ps(1) does.
func command(t *probe.Task) string {
	if t.Access != reading.Present {
		return cellUnknown
	}
	line, ok := t.Cmdline.Get()
	if !ok || t.Thread() {
		return "[" + t.Comm + "]"
	}
	return line
}
