package actions

import "bulkhead/probe"

// Step is one change of a plan. The steps are Set, Move, Make, Remove, Mount, Unmount, Signal and SignalGroup, which a Kernel
// applies, and Enter and Run, which start a command.
type Step interface {
	// Shell returns the text that does the same when it is typed.
	Shell() string
	// Inverse returns the steps that take this one back, as far as can be foreseen; none where nothing can.
	Inverse() []Step
}

// Set writes a control file.
type Set struct {
	Group Group
	File  string
	From  string // What it says before: the write is refused where it says something else by then.
	To    string
	Back  string // What is written to take it back: From, but in files that take one change at a time, such as cgroup.subtree_control.
	Final bool   // The kernel knows no way back.
	Blind bool   // The file cannot be read, such as cgroup.kill: From is not known, and there is no way back.
}

// Shell implements Step.
func (s Set) Shell() string { return echo(s.To, s.Group.file(s.File)) }

// Inverse implements Step.
func (s Set) Inverse() []Step {
	if s.Blind || s.Final {
		return nil
	}
	return []Step{Set{Group: s.Group, File: s.File, From: s.To, To: s.Back, Back: s.To}}
}

// Move puts a task into a group, by writing its number to cgroup.procs, tasks or cgroup.threads.
type Move struct {
	Task     probe.TaskKey
	Comm     string
	From, To Group
	File     string // cgroup.procs moves the whole process; tasks (version 1) and cgroup.threads (version 2) one thread.
}

// The files by which tasks are moved.
const (
	fileProcs   = "cgroup.procs"
	fileTasks   = "tasks"          // Version 1: one thread.
	fileThreads = "cgroup.threads" // Version 2, within one threaded subtree, since Linux 4.14.
)

// number returns what is written: the pid, or the tid where one thread moves.
func (m Move) number() int32 {
	if m.File == fileProcs {
		return m.Task.PID
	}
	return m.Task.TID
}

// Shell implements Step.
func (m Move) Shell() string { return echo(decimal(m.number()), m.To.file(m.File)) }

// Inverse implements Step.
func (m Move) Inverse() []Step {
	return []Step{Move{Task: m.Task, Comm: m.Comm, From: m.To, To: m.From, File: m.File}}
}

// Make makes a group. The inode of the group is that of the one which was removed, where it is made again in its place; 0 where
// it is new.
type Make struct{ Group Group }

// Shell implements Step.
func (m Make) Shell() string { return words("mkdir", m.Group.Dir()) }

// Inverse implements Step.
func (m Make) Inverse() []Step { return []Step{Remove{Group: m.Group}} }

// Remove removes an empty group.
type Remove struct {
	Group    Group
	Settings []Setting // What was set in it, which goes with it.
}

// Setting is what a control file of a group says, and what that of a new group does.
type Setting struct{ File, New, Value string }

// Shell implements Step.
func (r Remove) Shell() string { return words("rmdir", r.Group.Dir()) }

// Inverse implements Step. The group that is made gets another inode than the one that was removed; see Result.Remade.
func (r Remove) Inverse() []Step {
	steps := []Step{Make{r.Group}}
	for _, s := range r.Settings {
		if s.File == fileType { // What a new group says there depends on those around it.
			steps = append(steps, Set{Group: r.Group, File: s.File, To: s.Value, Blind: true})
			continue
		}
		steps = append(steps, Set{Group: r.Group, File: s.File, From: s.New, To: s.Value, Back: s.New})
	}
	return steps
}
