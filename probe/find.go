package probe

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/proc"
	"bulkhead/probe/taskiter"
)

// Finder looks for namespaces beyond the processes' own links: those that a thread, an open descriptor, a mount or a socket
// keeps alive, with their parents and owners. It runs beside a Scanner, in another goroutine, and shares nothing with it. It
// must not be used by two goroutines at once.
type Finder struct {
	roots   Roots
	proc    *proc.Dir
	self    int32 // The program's own pid in this /proc: the descriptors that it reads with itself keep nothing.
	tick    uint32
	sockets map[uint64]socketMemory // By inode: those that were asked, while they are seen.
	origins *originFinder
	// iterator looks through the descriptors of all tasks, where that is permitted. It is loaded when it is first wanted.
	iterator      *taskiter.FileIterator
	cannotIterate bool

	listns func(request *unix.NsIdReq, ids []uint64, flags uint) (int, error)
	openID func(id uint64) (nsfs.File, error)
}

// OpenFinder opens a host for finding. The error says which of the directories cannot be read.
func OpenFinder(roots Roots) (*Finder, error) {
	dir, err := proc.Open(roots.Proc)
	if err != nil {
		return nil, fmt.Errorf("open proc: %w", err)
	}
	return &Finder{
		roots: roots, proc: dir, self: selfPID(roots.Proc + "/self"), sockets: map[uint64]socketMemory{},
		origins: newOriginFinder(roots),
		listns:  unix.Listns,
		openID:  func(id uint64) (nsfs.File, error) { return nsfs.OpenID(id, "", 0) },
	}, nil
}

// Close frees what the finder holds open. Its findings stay good.
func (f *Finder) Close() error {
	if f.iterator != nil {
		_ = f.iterator.Close() // It was only read from.
	}
	if err := f.proc.Close(); err != nil {
		return fmt.Errorf("close proc: %w", err)
	}
	return nil
}

// Find looks for namespaces, beginning with the processes of a snapshot, which it does not change. What the snapshot was not
// asked for is not known here either: it takes FactNamespaces, and FactForChildren for what is kept for children. What cannot
// be read is a gap of the findings; an error means that there are none, because ctx ended.
//
// Not looked for: descriptors of threads that do not share those of their process, and descriptors that are in nobody's table,
// such as one under way through a socket. The program's own descriptors are not told.
func (f *Finder) Find(ctx context.Context, s *Snapshot) (*Findings, error) {
	runtime.LockOSThread() // So that the cost is the thread's.
	defer runtime.UnlockOSThread()
	begin, cpu := time.Now(), threadTime()
	f.tick++
	search := newSearch(ctx, f, s)
	defer search.reader.Close()
	for _, look := range [...]func(){
		search.lookForChildren, search.lookAtThreads, search.lookAtDescriptors, search.lookAtMounts,
		search.lookAtList, search.lookAtNewMounts,
	} {
		look()
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("find namespaces: %w", err)
		}
	}
	search.tellUnlisted()
	f.forgetSockets()
	found := &Findings{At: begin, Namespaces: search.list(), Gaps: search.gaps.list()}
	found.Origins = f.origins.origins(ctx, s)
	found.Cost = Cost{Wall: time.Since(begin), CPU: threadTime() - cpu, Read: search.read}
	return found, nil
}

// FindOrigins looks for nothing but what made the worlds of a snapshot, for a view that tells their names and not what keeps
// their namespaces. It looks into no process, which makes it cheap.
func (f *Finder) FindOrigins(ctx context.Context, s *Snapshot) (*Findings, error) {
	found := &Findings{At: time.Now(), Origins: f.origins.origins(ctx, s)}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("find what made the worlds: %w", err)
	}
	return found, nil
}
