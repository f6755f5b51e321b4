// Package posture tells what weakens the walls around a task: facts, each with its evidence, what it allows, and where that is
// written. It gives no score, and judges nothing: some programs need what stands here. It is pure.
package posture

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Evidence is what a finding was concluded from.
type Evidence struct {
	File  string // Such as /proc/20553/status.
	Value string // What it says, such as "Seccomp: 0"; any bytes.
}

// Finding is one fact that weakens a wall.
type Finding struct {
	What     string // In a few words.
	Allows   string // What it allows, in one sentence.
	Source   string // The man page, or the document of the kernel.
	Evidence []Evidence
}

// Report is what is known of the walls around a task.
type Report struct {
	Walls    []Evidence // What walls it off.
	None     string     // Why there is nothing to look at; empty where there are walls.
	Findings []Finding
	Unknown  []string // What could not be looked at, and why.
}

// Facts are what a report is made from.
type Facts struct {
	Snapshot *probe.Snapshot
	Task     *probe.Task
	Detail   probe.Detail
	Around   probe.Surroundings
}

// Of looks at the walls around a task.
func Of(f Facts) Report {
	e := examination{Facts: f}
	e.walls()
	switch {
	case f.Task.Kernel:
		return Report{None: "it is a thread of the kernel itself, which no wall holds"}
	case len(e.Walls) == 0 && len(e.Unknown) > 0:
		e.None = "nothing is known to wall it off"
		return e.Report
	case len(e.Walls) == 0:
		return Report{None: "nothing is walled off: it is the host"}
	}
	e.spaces()
	e.rights()
	e.mounts()
	e.devices()
	return e.Report
}

// examination gathers a report.
type examination struct {
	Facts
	Report
}

// file is a file of the task in /proc.
func (e *examination) file(name string) string {
	if t := e.Task; t.Thread() {
		return fmt.Sprintf("/proc/%d/task/%d/%s", t.PID, t.TID, name)
	}
	return fmt.Sprintf("/proc/%d/%s", e.Task.PID, name)
}

// found adds a finding, or more evidence of one that there is.
func (e *examination) found(what, file, value, allows, source string) {
	evidence := Evidence{file, value}
	for i := range e.Findings {
		if f := &e.Findings[i]; f.What == what && f.Allows == allows {
			f.Evidence = append(f.Evidence, evidence)
			return
		}
	}
	e.Findings = append(e.Findings, Finding{what, allows, source, []Evidence{evidence}})
}

// unknown notes what could not be looked at.
func (e *examination) unknown(what string, why reading.State) {
	says := map[reading.State]string{reading.Denied: "not permitted", reading.Unsupported: "not on this kernel"}[why]
	if says == "" {
		says = "not told"
	}
	e.Unknown = append(e.Unknown, what+": "+says)
}

// walls finds what walls the task off: namespaces that are not the host's, another root, a seccomp filter.
func (e *examination) walls() {
	for _, t := range probe.NamespaceTypes {
		inode := e.Task.Namespaces.Inodes[t]
		number, ok := inode.Get()
		switch {
		case !ok && inode.State() != reading.Absent:
			e.unknown("the "+t.String()+" namespace", inode.State())
		case ok && !e.hosts(t):
			e.Walls = append(e.Walls, Evidence{e.file("ns/" + t.String()), fmt.Sprintf("%s:[%d]", t, number)})
		}
	}
	if root, ok := e.Detail.Root.Get(); ok && root != "/" {
		e.Walls = append(e.Walls, Evidence{e.file("root"), root})
	}
	status, ok := e.Detail.Status.Get()
	if !ok {
		e.unknown("its rights ("+e.file("status")+")", e.Detail.Status.State())
		return
	}
	if mode := status.Seccomp.Or(proc.SeccompDisabled); mode != proc.SeccompDisabled {
		e.Walls = append(e.Walls, Evidence{e.file("status"), fmt.Sprintf("Seccomp: %d (%s)", mode, mode)})
	}
}

// hosts reports whether a namespace of the task is known to be the host's.
func (e *examination) hosts(t probe.NamespaceType) bool {
	inode := e.Task.Namespaces.Inodes[t]
	return inode.State() == reading.Present && inode == e.Snapshot.Host.Reference.Key[t]
}
