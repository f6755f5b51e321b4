package actions

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// kernelWords are those that the kernel has for the error, else those of the innermost error.
func (f *fault) kernelWords() string {
	if f.errno != 0 {
		return fmt.Sprintf("%s (%s)", f.errno.Error(), unix.ErrnoName(f.errno))
	}
	inner := f.err
	for next := errors.Unwrap(inner); next != nil; next = errors.Unwrap(inner) {
		inner = next
	}
	return plain(inner.Error())
}

// user names who runs bulkhead.
func (f *fault) user() string {
	name := f.s.Host.User
	if name == "" {
		name = strconv.Itoa(os.Geteuid())
	}
	if _, err := strconv.Atoi(name); err == nil {
		return "user " + name // Who has no name.
	}
	return plain(name)
}

// says returns what a file of a group says now, empty where it cannot be read.
func (f *fault) says(g Group, file string) string {
	if f.knob == nil || g.Mount == "" {
		return ""
	}
	return strings.TrimSpace(f.knob(g.Dir(), file).Or(""))
}

// shown writes what a file says, or is to say, within a sentence.
func shown(value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		return "nothing"
	}
	return plain(said(value))
}

// first returns the first word of a text.
func first(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	return word
}

// target names what the step is done to: the task, else the group, else what is mounted.
func (f *fault) target() string {
	switch {
	case f.task.PID != 0 && !(f.group.Mount != "" && f.op != "" && !f.aboutTask()):
		return taskName(f.task, f.comm)
	case f.group.Mount != "":
		return "the group " + plain(f.group.String())
	case f.file != "":
		return quote(f.file)
	}
	return "it"
}

// aboutTask reports whether the call that failed was about the process, whose directory is named by its number.
func (f *fault) aboutTask() bool {
	return strings.Contains(f.err.Error(), "process "+decimal(f.task.TID)) || errors.Is(f.err, syscall.ESRCH)
}

func taskName(key probe.TaskKey, comm string) string {
	kind := "process"
	if key.TID != key.PID {
		kind = "thread"
	}
	if comm == "" {
		return fmt.Sprintf("%s %d", kind, key.TID)
	}
	return fmt.Sprintf("%s (%d)", plain(comm), key.TID)
}

// path is that of the file that was to be written, else of the group.
func (f *fault) path() string {
	if f.file != "" && f.group.Mount != "" && (strings.HasPrefix(f.op, "open") || f.op == "write" || f.op == "read") {
		return quote(f.group.file(f.file))
	}
	if f.group.Mount == "" && f.file != "" {
		return quote(f.file)
	}
	return quote(f.group.Dir())
}

// takes says what the file takes.
func (f *fault) takes() string { return "it takes " + KindOf(f.file).Takes }

// parent returns the group above.
func (f *fault) parent() Group { return upper(f.group) }

// upper returns the group above another; of the topmost one itself.
func upper(g Group) Group {
	if g.Below == "/" || g.Mount == "" {
		return g
	}
	g.Path, g.Below = g.Above().Path, path.Dir(g.Below)
	return g
}

// ancestor returns the nearest group that both places of a move are below, or are.
func (f *fault) ancestor() Group {
	a := f.from
	for a.Below != "/" && a.Mount != "" && !f.group.Within(a.GroupKey) {
		a = upper(a)
	}
	return a
}

// mayWriteAncestor says whether the user has that right, as far as is known.
func (f *fault) mayWriteAncestor() string {
	switch mayWrite(f.ancestor().file(fileProcs)) {
	case hasRight:
		return ", which " + f.user() + " has: it is missing on another group on the way"
	case noRight:
		return ", which " + f.user() + " has not"
	case unknownRight:
	}
	return ""
}

// right is whether somebody may do something.
type right int

const (
	unknownRight right = iota
	noRight
	hasRight
)

// mayWrite asks whether this program may write a file; see faccessat2(2).
func mayWrite(file string) right {
	err := unix.Faccessat(unix.AT_FDCWD, file, unix.W_OK, unix.AT_EACCESS)
	switch {
	case err == nil:
		return hasRight
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM), errors.Is(err, unix.EROFS):
		return noRight
	}
	return unknownRight
}

// controllerOf returns the controller that a file belongs to, empty for a file of every group.
func controllerOf(file string) string {
	controller, _, ok := strings.Cut(file, ".")
	if !ok || controller == "cgroup" {
		return ""
	}
	return controller
}

// v1Mount returns where version 1 has the controllers that version 2 lacks.
func (f *fault) v1Mount() string {
	for i := range f.s.Hierarchies {
		if h := &f.s.Hierarchies[i]; h.Version == 1 && len(lacking(h.Controllers, f.lacking())) < len(f.lacking()) {
			if h.MountPoint == "" {
				return "nowhere in sight"
			}
			return quote(h.MountPoint)
		}
	}
	return ""
}

// elsewhere says where controllers of a mount are mounted already.
func (f *fault) elsewhere() string {
	var all []string
	for i := range f.s.Hierarchies {
		if h := &f.s.Hierarchies[i]; h.Version == 1 && h.MountPoint != "" && f.shares(h) {
			all = append(all, fmt.Sprintf("%s at %s", h.Label, quote(h.MountPoint)))
		}
	}
	return strings.Join(all, ", ")
}

// shares reports whether a hierarchy has some of the controllers that are to be mounted.
func (f *fault) shares(h *probe.Hierarchy) bool {
	wanted := strings.Split(f.options, ",")
	return h.Label != cgroup.LabelV2 && len(lacking(h.Controllers, wanted)) < len(wanted)
}

func mountedElsewhere(f *fault) bool { return f.elsewhere() != "" }
