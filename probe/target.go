package probe

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/proc"
)

// TargetKind says what a Target is.
type TargetKind uint8

// The kinds of Target.
const (
	TargetTask TargetKind = iota + 1
	TargetNamespace
	TargetGroup
	TargetWorld
)

// Target is the thing of a snapshot that a text names. Only what belongs to its Kind is set. Targets are compared with ==.
type Target struct {
	Kind      TargetKind
	Task      TaskKey
	Namespace NamespaceKey
	Group     GroupKey
	World     WorldKey
}

// What is wrong with a text that names no Target. The errors that wrap them name the text, and the candidates.
var (
	ErrNotFound  = errors.New("not found")
	ErrAmbiguous = errors.New("ambiguous")
)

// File is what stat(2) tells of a path.
type File struct {
	Path          string // The same without symbolic links.
	Device, Inode uint64
}

// StatFunc looks at a path.
type StatFunc func(path string) (File, error)

// TargetRequest returns the request of a scan that brings all that is known of what a text names: of a process its
// allowed CPUs, and the threads where it names one.
func TargetRequest(text string) Request {
	request := Request{Facts: AllFacts}
	pid, tid, threaded := strings.Cut(text, "/")
	process, ok := taskNumber(pid)
	if _, number := taskNumber(tid); threaded && !number {
		ok = false
	}
	if ok {
		request.Watch = []int32{process}
	}
	if ok && threaded {
		request.Threads = []int32{process}
	}
	return request
}

// Resolve finds what a text names:
//
//	20553               a process; or the namespace with that inode number
//	20553/20560         a thread, where the snapshot has the threads of the process
//	net:[4026531840]    a namespace, as the kernel writes it; net:4026531840 as well
//	/run/netns/blue     the namespace that is mounted there, or that a link in /proc/PID/ns leads to
//	cpuset:/lab         a group; /lab in version 2, or the directory of a group
//	nginx               a world by its whole name, else by a word of it, else by the comm of its leader; host is the host's
//	sleep 4711          of several worlds of one name the one whose leader has this pid
//
// A number from 2^31 on, or one that is the inode number of a namespace, is a namespace, since no pid is that large. The
// path of a group in version 2 goes before a file of the same path. The errors wrap ErrNotFound or ErrAmbiguous.
func (s *Snapshot) Resolve(text string, stat StatFunc) (Target, error) {
	if _, _, ok := cutController(text); ok {
		return s.resolveGroup(text, stat)
	}
	if kind, inode, ok := cutNamespaceText(text); ok {
		return s.resolveNamespace(text, func(ref NamespaceRef) bool {
			return ref.Inode == inode && ref.Type.String() == kind
		})
	}
	if number, err := strconv.ParseUint(text, 10, 64); err == nil {
		return s.resolveNumber(text, number)
	}
	if pid, tid, ok := strings.Cut(text, "/"); ok && pid != "" {
		return s.resolveThread(text, pid, tid)
	}
	if strings.HasPrefix(text, "/") {
		return s.resolvePath(text, stat)
	}
	return s.resolveWorld(text)
}

func notFound(text, reason string) error { return fmt.Errorf("%s: %w: %s", text, ErrNotFound, reason) }

// cutNamespaceText parts net:[4026531840] or net:4026531840.
func cutNamespaceText(text string) (kind string, inode uint64, ok bool) {
	if kind, inode, err := proc.ParseNamespaceLink(text); err == nil {
		return kind, inode, true
	}
	kind, number, ok := strings.Cut(text, ":")
	inode, err := strconv.ParseUint(number, 10, 64)
	known := slices.ContainsFunc(NamespaceTypes[:], func(t NamespaceType) bool { return t.String() == kind })
	return kind, inode, ok && err == nil && known
}

// resolveNamespace finds the one namespace that fulfils a condition.
func (s *Snapshot) resolveNamespace(text string, wanted func(NamespaceRef) bool) (Target, error) {
	var found []Target
	var names []string
	for i := range s.Namespaces {
		if ref := s.Namespaces[i].NamespaceRef; wanted(ref) {
			found = append(found, Target{Kind: TargetNamespace, Namespace: s.Namespaces[i].Key()})
			names = append(names, ref.String())
		}
	}
	return single(text, found, names, "no namespace in sight is it")
}

// single returns the only candidate.
func single(text string, found []Target, names []string, reason string) (Target, error) {
	switch len(found) {
	case 0:
		return Target{}, notFound(text, reason)
	case 1:
		return found[0], nil
	}
	return Target{}, fmt.Errorf("%s: %w: it may be %s", text, ErrAmbiguous, strings.Join(names, " or "))
}

func (s *Snapshot) resolveNumber(text string, number uint64) (Target, error) {
	target, err := s.resolveNamespace(text, func(ref NamespaceRef) bool { return ref.Inode == number })
	if err == nil || errors.Is(err, ErrAmbiguous) || number > math.MaxInt32 {
		return target, err
	}
	task, ok := s.Task(int32(number))
	if !ok {
		return Target{}, notFound(text, "no process in sight has this pid")
	}
	return Target{Kind: TargetTask, Task: task.TaskKey}, nil
}

// taskNumber reads a pid or tid.
func taskNumber(text string) (int32, bool) {
	number, err := strconv.ParseInt(text, 10, 32)
	return int32(number), err == nil && number > 0
}

func (s *Snapshot) resolveThread(text, pid, tid string) (Target, error) {
	process, ok := taskNumber(pid)
	thread, also := taskNumber(tid)
	if !ok || !also {
		return s.resolveWorld(text)
	}
	if _, ok := s.Task(process); !ok {
		return Target{}, notFound(text, "no process in sight has the pid "+pid)
	}
	threads := s.ThreadsOf(process)
	for i := range threads {
		if threads[i].TID == thread {
			return Target{Kind: TargetTask, Task: threads[i].TaskKey}, nil
		}
	}
	return Target{}, notFound(text, "process "+pid+" has no thread "+tid)
}

// worldTarget returns what a world stands for: one that nobody is in for its only namespace.
func (s *Snapshot) worldTarget(w *World) Target {
	if ref, ok := w.Only(); ok {
		return Target{Kind: TargetNamespace, Namespace: s.KeyOf(ref)}
	}
	return Target{Kind: TargetWorld, World: w.Key}
}

// resolveWorld finds a world by its whole name, else by a word of it, by its name and its leader's pid, or by its leader's
// comm. Nothing but the host's world is meant by "host".
func (s *Snapshot) resolveWorld(text string) (Target, error) {
	for _, match := range []func(*World) bool{
		func(w *World) bool { return w.Name == text },
		func(w *World) bool { return text != HostWorld && slices.Contains(strings.Fields(w.Name), text) },
		func(w *World) bool { return w.numbered() == text },
		func(w *World) bool {
			leader, ok := s.Task(w.Leader)
			return ok && text != HostWorld && leader.Comm == text
		},
	} {
		var found []Target
		var names []string
		for i := range s.Worlds {
			if w := &s.Worlds[i]; match(w) {
				found = append(found, s.worldTarget(w))
				names = append(names, strconv.Quote(w.numbered()))
			}
		}
		if len(found) > 0 {
			return single(text, found, names, "")
		}
	}
	return Target{}, notFound(text, "it is neither a pid, a namespace, a group nor the name of a world")
}

// numbered tells the world from others of the same name.
func (w *World) numbered() string { return fmt.Sprintf("%s %d", w.Name, w.Leader) }
