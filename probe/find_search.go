package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// mostKeepers bounds the keepers that are told of one namespace: thousands of processes may hold the same one open.
const mostKeepers = 256

// search is one run of a Finder.
type search struct {
	*Finder
	ctx      context.Context // It lives as long as one call of Find.
	snapshot *Snapshot
	reader   *proc.Reader
	found    map[NamespaceRef]*Finding
	gaps     gaps
	read     int // Processes that were looked into.

	mounts  mountSearch
	looked  int          // Descriptors that were looked at.
	fresh   []openSocket // Of the process that is looked into: those to be asked.
	asked   int          // Sockets that were asked for the first time.
	waiting int          // Sockets that were left for the next time.
}

func newSearch(ctx context.Context, f *Finder, s *Snapshot) *search {
	return &search{
		Finder: f, ctx: ctx, snapshot: s, reader: f.proc.NewReader(), found: map[NamespaceRef]*Finding{},
		mounts: newMountSearch(),
	}
}

// holder is a process, or a thread of one, that may keep a namespace alive.
type holder struct {
	TaskKey
	comm string
	tid  int32 // Through which thread it is read, where its leading one is not there; else 0.
}

// open opens the holder's directory in /proc.
func (h *holder) open(r *proc.Reader) error {
	if h.tid != 0 {
		return r.OpenThread(h.PID, h.tid)
	}
	return r.Open(h.PID)
}

// file names a file of the holder, for messages.
func (h *holder) file(name string) string {
	if h.tid != 0 {
		return fmt.Sprintf("/proc/%d/task/%d/%s", h.PID, h.tid, name)
	}
	return fmt.Sprintf("/proc/%d/%s", h.PID, name)
}

// keeper returns the holder as what keeps a namespace.
func (h *holder) keeper(kind KeeperKind) Keeper {
	return Keeper{Kind: kind, Task: h.TaskKey, Comm: h.comm}
}

// holderOf returns a process as a holder. Where its leading thread has exited it is read through one that lives.
func (s *search) holderOf(t *Task) holder {
	h := holder{TaskKey: t.TaskKey, comm: t.Comm}
	if !leaderless(t) || s.reader.Open(t.PID) != nil {
		return h
	}
	tids, _ := s.reader.Threads(nil) // Without any the process is gone, which is noticed when it is read.
	for _, tid := range tids {
		if tid != t.PID {
			h.tid = tid
		}
	}
	return h
}

// errMoved is returned for a namespace that is another than the one that was looked for by the time that it is opened.
var errMoved = errors.New("another namespace by now")

// vanished reports whether an error says that a namespace is no longer where it was.
func vanished(err error) bool {
	for _, gone := range []error{errMoved, nsfs.ErrNotNamespace, proc.ErrGone, unix.ENOENT, unix.ESRCH, unix.EBADF} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// learn has a namespace that was found say what it is, unless it did so already. In a fixture it cannot.
func (s *search) learn(ref NamespaceRef, open func() (nsfs.File, error)) error {
	if !s.proc.Kernel() || s.answered(ref) {
		return nil
	}
	file, err := open()
	if err != nil {
		return err
	}
	defer file.Close()
	return s.take(ref, file)
}

// take takes in what an open namespace says of itself, and its ancestors and owners that nothing else is known of.
func (s *search) take(ref NamespaceRef, file nsfs.File) error {
	info := file.Inspect(nsfs.Nested(ref.Type.String()))
	if info.Inode != ref.Inode {
		return errMoved
	}
	s.add(ref).Info = info
	if ref.Type == Mnt {
		s.mounts.ids[ref] = file.MountID()
	}
	for i, open := range [...]func() (nsfs.File, error){file.Owner, file.Parent} {
		relative := relatives(ref, &info)[i]
		if relative.Inode == 0 || s.knows(relative) {
			continue
		}
		if related, err := open(); err == nil {
			_ = s.take(relative, related) // Where it is another one by now, so is the one that told of it.
			_ = related.Close()           // It was only asked.
		}
	}
	return nil
}

// knows reports whether a namespace is in the snapshot, or said already what it is.
func (s *search) knows(ref NamespaceRef) bool {
	_, ok := s.snapshot.Namespace(ref)
	return ok || s.answered(ref)
}

// answered reports whether a namespace that was found said what it is.
func (s *search) answered(ref NamespaceRef) bool {
	f := s.found[ref]
	return f != nil && f.Info.Device != 0
}

// add returns what was found of a namespace, for which there is room from now on.
func (s *search) add(ref NamespaceRef) *Finding {
	f := s.found[ref]
	if f == nil {
		f = &Finding{NamespaceRef: ref, Info: nsfs.Info{Inode: ref.Inode}}
		s.found[ref] = f
	}
	return f
}

// keep notes what keeps a namespace alive.
func (s *search) keep(ref NamespaceRef, k Keeper) {
	f := s.add(ref)
	if len(f.KeptBy) >= mostKeepers {
		s.gaps.miss("what keeps a namespace", fmt.Sprintf("more than %d for one namespace", mostKeepers), ref.String)
		return
	}
	f.KeptBy = append(f.KeptBy, k)
}

// keepOpen is keep for a namespace that a link in the reader's open directory names. One that the link names no longer is let go.
func (s *search) keepOpen(ref NamespaceRef, h *holder, link string, k Keeper) {
	err := s.learn(ref, func() (nsfs.File, error) { return nsfs.OpenLink(s.reader.FD(), link) })
	if vanished(err) {
		return
	}
	if err != nil {
		s.denied("a namespace that something keeps", needsTrace, err, func() string { return h.file(link) })
	}
	s.keep(ref, k)
}

// What is missing where the kernel refuses.
const (
	needsTrace  = "the right to trace the process: its own user, or CAP_SYS_PTRACE"
	needsAttach = "the right to attach to the process: CAP_SYS_PTRACE"
	needsNet    = "CAP_NET_ADMIN in the owner of the network namespace"
	needsMount  = "CAP_SYS_ADMIN in the owner of the mount namespace"
	needsAll    = "CAP_SYS_ADMIN in the first user and pid namespace"
)

// denied notes a place that could not be read, and the right that was missing where it was one.
func (s *search) denied(where, need string, err error, place func() string) {
	text := err.Error()
	var errno unix.Errno
	if errors.As(err, &errno) {
		text = errno.Error()
	}
	if errors.Is(err, fs.ErrPermission) {
		text = unix.EACCES.Error() + ": needs " + need
	}
	s.gaps.miss(where, text, place)
}

// list returns what was found, by type and inode.
func (s *search) list() []Finding {
	list := make([]Finding, 0, len(s.found))
	for _, f := range s.found {
		slices.SortStableFunc(f.KeptBy, func(a, b Keeper) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Task.PID, b.Task.PID), cmp.Compare(a.FD, b.FD))
		})
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Finding) int { return compareRefs(a.NamespaceRef, b.NamespaceRef) })
	return list
}

// differs reports whether two links name two namespaces.
func differs(a, b Reading[uint64]) bool {
	return a.State() == reading.Present && b.State() == reading.Present && a != b
}
