package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// SetKnob writes a control file of a group: exactly the value that is given, and only where the file takes it. What freezes,
// kills or moves is left to Freeze, Thaw, KillGroup and MoveTasks, which know what that takes.
func SetKnob(key probe.GroupKey, file, value string, force Force) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		to, g, err := writable(s, key)
		if err != nil {
			return Plan{}, err
		}
		w := setter{cpuset: newCPUSet(s, g, knob), to: to, kind: KindOf(file), value: value, force: force}
		if err := w.check(); err != nil {
			return Plan{}, err
		}
		if other := w.instead(); other != nil {
			return other(s, knob)
		}
		return w.make()
	}
}

// setter makes the plan of a write.
type setter struct {
	cpuset cpuset
	to     Group
	kind   KnobKind
	value  string
	force  Force
	now    string // What the file says.
	plan   Plan
}

// check refuses a file that is not there or is not to be written, and a value that it does not take.
func (w *setter) check() error {
	file := w.kind.File
	if file == "" || file == "." || file == ".." || strings.Contains(file, "/") {
		return refuse("%q is no file of a group", file)
	}
	state := w.cpuset.knob(w.to.Dir(), file)
	switch {
	case state.State() == reading.Absent:
		return w.missing()
	case w.kind.Access == AccessRead:
		return refuse("%s can only be read: it tells %s", file, w.kind.Means)
	case file == "cgroup.event_control":
		return refuse("%s takes %s, and is of no use to any other", file, w.kind.Takes)
	case slices.Contains([]string{fileProcs, fileTasks, fileThreads}, file):
		return refuse("a task is put into a group by a move, which makes sure that it is the one that is meant").
			help("move it to %s", w.to.GroupKey)
	}
	if err := w.kind.Check(w.value); err != nil {
		return err
	}
	if w.now = state.Or(""); state.State() == reading.Denied && w.kind.Access != AccessWrite {
		return unreadable(state, w.to, file, "")
	}
	return nil
}

// instead returns the intent that does with care what the write would do, or nil.
func (w *setter) instead() Intent {
	key := w.to.GroupKey
	switch w.kind.File {
	case fileKill:
		return KillGroup(key, w.force)
	case fileFreeze, fileFreezer:
		if w.value == "1" || w.value == stateFrozen {
			return Freeze(key, w.force)
		}
		return Thaw(key)
	}
	return nil
}

func (w *setter) make() (Plan, error) {
	s, g := w.cpuset.s, w.cpuset.group
	file := w.kind.File
	step := Set{Group: w.to, File: file, From: w.now, To: w.value, Back: w.kind.form.back(w.now, w.value), Blind: w.blind(), Final: file == fileType}
	step.Back = w.backToAll(step.Back)
	was, will := w.kind.form.change(w.now, w.value)
	effect := fmt.Sprintf("%s of %s: %s → %s", file, w.to.GroupKey, was, will)
	if step.Blind {
		step.From, step.Back = "", ""
		if w.kind.Access != AccessBoth || w.now == "" {
			effect = fmt.Sprintf("%s of %s: %s", file, w.to.GroupKey, will)
		}
	} else if w.kind.form.same(w.now, w.value) {
		return Plan{}, refuse("%s is %s already", file, was)
	}
	w.plan = Plan{Title: fmt.Sprintf("Set %s of %s (%s)", file, w.to.GroupKey, version(s, g)), Effects: []string{effect}, Steps: []Step{step}}
	if check, ok := setChecks[generic(file)]; ok {
		if err := check(w); err != nil {
			return Plan{}, err
		}
	}
	w.warn()
	owned := ownerOf(s, g)
	if file == fileCPUs {
		w.plan.warn(owned.warning(actCPUs))
	} else {
		w.plan.warn(owned.setting(file))
	}
	return w.plan.guarded(starves(s, g, file, w.value, w.cpuset.knob), w.force)
}

// backToAll returns what takes the choice of CPUs or nodes in version 2 back to all of them, which an empty file means. With
// processes in the group kernels refuse to empty it (6.1 and 6.12 do), so that it is set to what is effective now.
func (w *setter) backToAll(back string) string {
	g := w.cpuset.group
	list := w.kind.File == fileCPUs || w.kind.File == fileMems
	if back != "" || !list || w.cpuset.s.HierarchyOf(g).Version == 1 || g.Processes+g.Below == 0 {
		return back
	}
	return w.cpuset.knob(w.to.Dir(), w.kind.File+".effective").Or("")
}

// blind reports whether the write cannot be taken back: it does something rather than to set it, or the file does not say
// what it was.
func (w *setter) blind() bool {
	return w.kind.Access != AccessBoth || w.cpuset.knob(w.to.Dir(), w.kind.File).State() != reading.Present
}

// setChecks are what more there is to know of some files before they are written.
var setChecks = map[string]func(*setter) error{
	fileCPUs:                (*setter).checkList,
	fileMems:                (*setter).checkList,
	"cpuset.cpus.exclusive": (*setter).checkList,
	"cpuset.cpu_exclusive":  (*setter).checkExclusive,
	"cpuset.mem_exclusive":  (*setter).checkExclusive,
	filePartition:           (*setter).checkPartition,
	fileSubtree:             (*setter).checkSubtree,
	fileType:                (*setter).checkType,
	fileLimit:               (*setter).checkMemsw,
	fileMemsw:               (*setter).checkMemsw,
}
