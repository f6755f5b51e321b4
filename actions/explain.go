package actions

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// Explanation says in words why a step failed.
type Explanation struct {
	Says string // What the kernel means, as one sentence without an end.
	Help string // What would help; empty where that is not known.
	Way  Intent // A way on; nil where there is none.
}

// Explain says what an error means for the step that met it. The snapshot may be nil: then less is told.
func Explain(err error, step Step, s *probe.Snapshot, knob Knobs) Explanation {
	if s == nil {
		s = &probe.Snapshot{}
	}
	var refusal *Refusal
	if err == nil {
		return Explanation{}
	}
	if errors.As(err, &refusal) {
		return Explanation{Says: refusal.Says, Help: refusal.Help}
	}
	var at *stepError
	if errors.As(err, &at) && step != nil && at.step.Shell() != step.Shell() {
		return explainOnTheWay(at, step, s, knob)
	}
	f := fault{err: err, step: step, s: s, knob: knob}
	f.describe()
	for _, table := range append(causesOf(step), fates, anywhere) {
		for i := range table {
			if c := &table[i]; c.fits(&f) {
				return c.explain(&f)
			}
		}
	}
	if f.errno == 0 {
		return Explanation{Says: f.fill("it was not possible {deed}: {words}")}
	}
	return Explanation{Says: f.fill("the kernel refused {deed}: {words}")}
}

// explainOnTheWay says what the error of another step means that had to be done before. A freeze that overrides a guard waits
// for what thaws it again to be out of the group; who has no right to freeze has none for that either, and wants to hear of
// the freeze.
func explainOnTheWay(at *stepError, step Step, s *probe.Snapshot, knob Knobs) Explanation {
	set, ok := step.(Set)
	if !ok || harms(set) != "freezing" {
		return Explain(at.err, at.step, s, knob)
	}
	if file := set.Group.file(set.File); mayWrite(file) == noRight {
		return Explain(&fs.PathError{Op: "open", Path: file, Err: syscall.EACCES}, step, s, knob)
	}
	e := Explain(at.err, at.step, s, knob)
	e.Says = "nothing was frozen, since what thaws it again could not be moved out of it: " + e.Says
	return e
}

// fault is an error that a step met, with what is known about both.
type fault struct {
	err   error
	errno syscall.Errno // 0 where it is no error of the kernel.
	op    string        // The call that failed, such as openat or write; empty where it is not told.
	stage string        // Of an Enter or Run step; see spawn.Error.
	step  Step
	s     *probe.Snapshot
	knob  Knobs

	group       Group  // The group that the step is about.
	from        Group  // Of a Move: where the task comes from.
	file, value string // What was written where; empty for steps that write nothing.
	task        probe.TaskKey
	comm        string
	options     string // Of a mount.
	deed        string // What was tried, as "to write 3 to cpuset.cpus of cpuset:/lab".
}

// version returns which version of control groups the group is of.
func (f *fault) version() int {
	if f.group.Hierarchy == cgroup.LabelV2 {
		return 2
	}
	return 1
}

// cause is one meaning of an error.
type cause struct {
	errno   syscall.Errno     // 0 for any.
	is      error             // Instead of an errno: an error of this program.
	op      string            // Only where this call failed: open, read or write.
	files   string            // Only for these files: names parted by blanks, of which one may end in an asterisk.
	version int               // Only in this version of control groups.
	holder  string            // Only in a hierarchy of version 1 with this controller.
	stages  string            // Only on these stages of a start, written as files are.
	when    func(*fault) bool // Only where this holds as well.

	says, help string // Texts for fault.fill.
	way        func(*fault) Intent
}

func (c *cause) fits(f *fault) bool {
	switch {
	case c.is != nil && !errors.Is(f.err, c.is), c.errno != 0 && c.errno != f.errno, c.is == nil && c.errno == 0 && f.errno == 0:
		return false
	case c.op != "" && !strings.HasPrefix(f.op, c.op), c.version != 0 && c.version != f.version():
		return false
	case c.files != "" && !matches(c.files, f.file), c.stages != "" && !matches(c.stages, f.stage):
		return false
	case c.holder != "" && !slices.Contains(strings.Split(f.group.Hierarchy, ","), c.holder):
		return false
	}
	return c.when == nil || c.when(f)
}

func (c *cause) explain(f *fault) Explanation {
	e := Explanation{Says: f.fill(c.says), Help: f.fill(c.help)}
	if c.way != nil {
		e.Way = c.way(f)
	}
	return e
}

// matches reports whether a name is among others, parted by blanks; one that ends in an asterisk stands for all that begin so.
func matches(names, name string) bool {
	for pattern := range strings.FieldsSeq(names) {
		if begin, open := strings.CutSuffix(pattern, "*"); pattern == name || open && strings.HasPrefix(name, begin) {
			return true
		}
	}
	return false
}

// fates are what may have happened to the target of any step between the plan and its turn.
var fates = []cause{
	{is: ErrReplaced, says: "{target} is not the one that was shown: another has taken its name or number", help: "look again, and choose anew"},
	{is: ErrStale, says: "{file} of {group} was changed by somebody else since it was shown: it says {now} by now", help: "look at the new value, and decide anew"},
	{is: ErrUnsettled, files: fileFreeze + " " + fileFreezer, says: "{group} was asked to freeze, but some task in it could not be stopped in time, as one that waits for a disk or is a vfork's parent", help: "look for tasks in state D in it, and try again"},
	{is: ErrUnsettled, when: frozenTarget, says: "the processes in {group} were signalled, but do not die in time: they are frozen", help: "thaw it: they die then", way: thawGroup},
	{is: ErrUnsettled, says: "the kernel took it, but did not carry it out in time", help: "look again in a while: some task may be in an uninterruptible wait (state D)"},
	{is: context.Canceled, says: "it was called off before it was done"},
	{is: context.DeadlineExceeded, says: "the time that was given for it was over before it was done"},
	{is: ErrGone, says: "{target} is gone since it was shown", help: "look again"},
}

// anywhere are the errors that mean the same for every step that is about a group.
var anywhere = []cause{
	{errno: syscall.EROFS, says: "the control groups at {mount} are mounted read-only here, as in most containers", help: "do it from the host, or mount them writable"},
	{errno: syscall.EACCES, op: "open", says: "{user} may not enter or write {path}", help: "it takes root, or the user to whom the group was delegated"},
	{errno: syscall.ENOMEM, says: "the kernel has no memory left {deed}"},
	{errno: syscall.ENOSYS, says: "this kernel is too old {deed}: it does not know the call"},
	{errno: syscall.EINTR, says: "a signal came in between: nothing is known of what came of it", help: "look again, and try once more"},
	{errno: syscall.EMFILE, says: "bulkhead has too many files open", help: "raise its limit: ulimit -n"},
	{errno: syscall.ENFILE, says: "the system has too many files open"},
	{errno: syscall.EIO, says: "the kernel could not read or write {path}"},
	{is: fs.ErrPermission, says: "{user} may not do that: {words}, {deed}", help: "it takes root, or the user to whom the group was delegated"},
	{errno: syscall.ENOENT, says: "{path} is not there (any more)", help: "look again"},
}
