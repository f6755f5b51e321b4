package actions

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"bulkhead/actions/spawn"
)

// describe takes apart the error and the step.
func (f *fault) describe() {
	_ = errors.As(f.err, &f.errno) // It stays 0 where it is none of the kernel's.
	var at *fs.PathError
	if errors.As(f.err, &at) {
		f.op = at.Op
		f.file = path.Base(at.Path)
	}
	var stage *spawn.Error
	if errors.As(f.err, &stage) {
		f.stage = stage.Stage
	}
	switch s := f.step.(type) {
	case Set:
		f.group, f.file, f.value = s.Group, s.File, s.To
		f.deed = fmt.Sprintf("to write %s to %s of %s", f.word("value"), s.File, f.word("group"))
	case Move:
		f.group, f.from, f.file, f.task, f.comm = s.To, s.From, s.File, s.Task, s.Comm
		f.deed = fmt.Sprintf("to move %s to %s", f.word("task"), f.word("group"))
	case Make:
		f.group, f.deed = s.Group, "to make the group "+plain(s.Group.String())
	case Remove:
		f.group, f.deed = s.Group, "to remove the group "+plain(s.Group.String())
	case Signal:
		f.task, f.comm = s.Task, s.Comm
		f.deed = fmt.Sprintf("to send SIG%s to %s", signalName(s.Signal), f.word("task"))
	case SignalGroup:
		f.group = s.Group
		f.deed = fmt.Sprintf("to send SIG%s to those in %s", signalName(s.Signal), f.word("group"))
	case Mount:
		f.options, f.file, f.deed = s.Options, s.Dir, fmt.Sprintf("to mount %s at %s", quote(s.Options), quote(s.Dir))
	case Unmount:
		f.options, f.file, f.deed = s.Options, s.Dir, "to unmount "+quote(s.Dir)
	case Enter:
		f.task, f.comm, f.deed = s.Task, s.Comm, "to enter the namespaces"
	case Run:
		f.deed = "to run the command"
	default:
		f.deed = "to do it"
	}
}

// fill writes a text with words about the fault in place of their names in braces.
func (f *fault) fill(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(f.word(name))
		text = after
	}
}

// word returns the words that a name stands for.
func (f *fault) word(name string) string { return vocabulary[name](f) }

// vocabulary is what can be said about a fault. It is asked only for what a text names, since some of it is read from files.
var vocabulary = map[string]func(*fault) string{
	"deed":  func(f *fault) string { return f.deed },
	"words": (*fault).kernelWords,
	"stage": func(f *fault) string { return f.stage },
	"user":  (*fault).user,

	"group":  func(f *fault) string { return plain(f.group.String()) },
	"parent": func(f *fault) string { return plain(f.parent().String()) },
	"name":   func(f *fault) string { return quote(path.Base(f.group.Path)) },
	"mount":  func(f *fault) string { return quote(f.group.Mount) },
	"path":   (*fault).path,
	"file":   func(f *fault) string { return f.file },
	"value":  func(f *fault) string { return shown(f.value) },
	"now":    func(f *fault) string { return shown(f.says(f.group, f.file)) },
	"target": (*fault).target,
	"task":   func(f *fault) string { return taskName(f.task, f.comm) },
	"takes":  (*fault).takes,
	"type":   func(f *fault) string { return shown(f.says(f.group, "cgroup.type")) },

	"members":     (*fault).members,
	"threads":     func(f *fault) string { return count(len(f.threads()), "thread") },
	"below":       func(f *fault) string { return count(len(f.below()), "group") },
	"domain":      func(f *fault) string { return plain(f.domain().String()) },
	"controller":  func(f *fault) string { return controllerOf(f.file) },
	"controllers": func(f *fault) string { return shown(f.says(f.group, "cgroup.controllers")) },
	"lacking":     func(f *fault) string { return strings.Join(f.lacking(), " ") },
	"users":       (*fault).users,
	"v1mount":     (*fault).v1Mount,
	"handed":      func(f *fault) string { return shown(f.says(f.group, fileSubtree)) },
	"leaves":      (*fault).leaves,
	"ancestor":    func(f *fault) string { return quote(f.ancestor().file(fileProcs)) },
	"may":         (*fault).mayWriteAncestor,

	"missing": (*fault).missing,
	"allowed": (*fault).allowed,
	"online":  (*fault).online,
	"widest":  (*fault).widest,
	"rivals":  (*fault).rivals,
	"runtime": func(f *fault) string { return shown(f.says(f.group, "cpu.rt_runtime_us")) },
	"device":  func(f *fault) string { return shown(strings.TrimSuffix(first(f.value), ":")) },

	"limited":     func(f *fault) string { return plain(f.limit().group.String()) },
	"depth":       func(f *fault) string { return f.limit().depth },
	"descendants": func(f *fault) string { return f.limit().descendants },

	"options":   func(f *fault) string { return quote(f.options) },
	"dir":       func(f *fault) string { return quote(f.file) },
	"elsewhere": (*fault).elsewhere,

	"entered": (*fault).entered,
	"others":  (*fault).others,
	"look":    (*fault).look,
	"shells":  func(*fault) string { return plain(strings.Join(shells(), ", ")) },
}
