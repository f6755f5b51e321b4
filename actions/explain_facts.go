package actions

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
)

// stillThere reports whether it is the file that is not there, rather than the group.
func stillThere(f *fault) bool { return !errors.Is(f.err, ErrGone) }

func topmost(f *fault) bool { return f.group.Below == "/" }

// numeric reports whether the value is a number, or a size as 64M is.
func numeric(f *fault) bool {
	_, err := strconv.ParseInt(f.value, 0, 64)
	_, size := parseSize(f.value)
	return err == nil || size
}

func lacksController(f *fault) bool {
	controllers := f.says(f.group, "cgroup.controllers")
	return stillThere(f) && controllerOf(f.file) != "" && !slices.Contains(strings.Fields(controllers), controllerOf(f.file))
}

// delegating reports whether namespaces are walls in the hierarchy; see "Delegation" in the kernel's cgroup-v2 document.
func delegating(f *fault) bool {
	return slices.Contains(f.s.HierarchyOf(&probe.Group{GroupKey: f.group.GroupKey}).Options, "nsdelegate")
}

// delegated reports whether the group is the topmost of the control group namespace that this program is in. Where the hierarchy
// was mounted from outside, its path goes up as many levels as it comes down again, as /../../a/b does; see cgroup_namespaces(7).
func delegated(f *fault) bool {
	up, down := 0, strings.Trim(f.group.Path, "/")
	for rest, ok := strings.CutPrefix(down, ".."); ok; rest, ok = strings.CutPrefix(down, "..") {
		up, down = up+1, strings.TrimPrefix(rest, "/")
	}
	return len(strings.FieldsFunc(down, func(r rune) bool { return r == '/' })) == up && delegating(f)
}

func invalid(f *fault) bool { return f.says(f.group, "cgroup.type") == "domain invalid" }

func unthreaded(f *fault) bool { return f.says(f.group, "cgroup.type") == "domain" }

// populated reports whether a process is in the group or below it.
func populated(f *fault) bool {
	return strings.Contains(f.says(f.group, "cgroup.events")+"\n", "populated 1\n")
}

func frozenTarget(f *fault) bool {
	if strings.Contains(f.says(f.group, "cgroup.events")+"\n", "frozen 1\n") {
		return true
	}
	return f.says(f.group, fileFreezer) == stateFrozen
}

// below returns the groups below the group, as they were when it was looked last.
func (f *fault) below() []*probe.Group { return groupsBelow(f.s, f.group.GroupKey) }

// children returns those directly below.
func (f *fault) children() []Group {
	var all []Group
	for _, g := range f.below() {
		if t := target(f.s, g); g.Dir != "" && upper(t).GroupKey == f.group.GroupKey {
			all = append(all, t)
		}
	}
	return all
}

func hasBelow(f *fault) bool { return len(f.below()) > 0 }

func hasMembers(f *fault) bool { return len(f.pids()) > 0 }

// hasThreads is asked where no process is listed, as it is not in a threaded group.
func hasThreads(f *fault) bool { return len(f.threads()) > 0 }

// threads returns the threads in a group of version 2, as the kernel tells them now.
func (f *fault) threads() []string { return strings.Fields(f.says(f.group, fileThreads)) }

// pids returns the processes in the group, as the kernel tells them now.
func (f *fault) pids() []string { return strings.Fields(f.says(f.group, fileProcs)) }

// members says how many processes are in the group, and names some.
func (f *fault) members() string {
	pids := f.pids()
	var known []*probe.Task
	for _, text := range pids {
		pid, err := strconv.ParseInt(text, 10, 32)
		if t, ok := f.s.Task(int32(pid)); ok && err == nil {
			known = append(known, t)
		}
	}
	switch {
	case len(pids) == 0:
		return "processes"
	case len(known) < len(pids):
		return count(len(pids), "process")
	}
	return fmt.Sprintf("%s (%s)", count(len(pids), "process"), plain(roster(known)))
}

// domain returns the group at the top of the threaded subtree.
func (f *fault) domain() Group {
	for g := f.group; g.Below != "/" && g.Mount != ""; g = upper(g) {
		if f.says(g, "cgroup.type") == "domain threaded" {
			return g
		}
	}
	return upper(f.group)
}

// lacking returns the controllers that are to be handed on although the group has not got them.
func (f *fault) lacking() []string {
	have := strings.Fields(f.says(f.group, "cgroup.controllers"))
	var missing []string
	for word := range strings.FieldsSeq(f.value) {
		if name, ok := strings.CutPrefix(word, "+"); ok && !slices.Contains(have, name) {
			missing = append(missing, name)
		}
	}
	return missing
}

func boundToV1(f *fault) bool { return f.v1Mount() != "" }

func takesAway(f *fault) bool {
	return strings.Contains(f.value, "-") && !strings.Contains(f.value, "+")
}

func handsOnCPU(f *fault) bool {
	return slices.Contains(strings.Fields(f.value), "+cpu") && len(f.lacking()) == 0
}

// users names the groups below that hand on what is taken away.
func (f *fault) users() string {
	var all []string
	for _, g := range f.children() {
		for word := range strings.FieldsSeq(f.value) {
			if slices.Contains(strings.Fields(f.says(g, fileSubtree)), strings.TrimPrefix(word, "-")) {
				all = append(all, plain(g.String()))
				break
			}
		}
	}
	return strings.Join(all, ", ")
}

// leaves names groups below that take processes.
func (f *fault) leaves() string {
	for _, g := range f.children() {
		if f.says(g, fileSubtree) == "" {
			return ", such as " + plain(g.String())
		}
	}
	return ""
}

// wellFormed reports whether the value is a list of CPUs or memory nodes.
func wellFormed(f *fault) bool {
	_, err := cpulist.Parse(f.value)
	return err == nil
}
