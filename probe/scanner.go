package probe

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
)

// Roots are the directories a scanner reads: /proc and /sys of the live kernel, or another host's laid out elsewhere.
type Roots struct {
	Proc string
	Sys  string
}

// Live are the running kernel's own directories.
var Live = Roots{Proc: "/proc", Sys: "/sys"}

// Locate returns where the host's path of a mount point, or of a directory below one, is found: below the roots, so that
// a fixture's mountinfo leads into the fixture. On the live kernel it is the path itself.
func (r Roots) Locate(mountPoint string) string {
	if r.Sys == Live.Sys {
		return mountPoint
	}
	if below, err := filepath.Rel("/sys", mountPoint); err == nil && filepath.IsLocal(below) {
		return filepath.Join(r.Sys, below)
	}
	return filepath.Join(filepath.Dir(r.Sys), mountPoint)
}

// Facts says which facts a scan reads; each costs system calls.
type Facts uint8

// The facts beside the proc_pid_stat(5) of every process.
const (
	FactNamespaces  Facts = 1 << iota // The eight namespaces it is in.
	FactForChildren                   // The pid and time namespace its children will be in.
	FactCgroups
	FactCmdline
	FactUser
	FactOwners // Of namespaces: owner, parent and id.
	FactGroups // The trees of groups and their values.
	FactWorlds // The worlds and what made them, for which more is read of their leaders.

	wallFacts = FactNamespaces | FactForChildren | FactCgroups // Those that each thread has for itself.
	taskFacts = wallFacts | FactCmdline | FactUser             // Those read of each process.

	AllFacts = taskFacts | FactOwners | FactGroups | FactWorlds
)

// Request is what a scan must bring. What it names is read anew; the rest may be taken over from an earlier scan, for
// at most StaleScans scans.
type Request struct {
	Facts      Facts
	Watch      []int32    // Processes to read anew, with their allowed CPUs: those on the screen.
	Threads    []int32    // Processes whose threads are wanted.
	AllThreads bool       // The threads of every process are wanted.
	AllStats   bool       // State, CPU and memory of every process are wanted fresh, as by a list that is sorted by them.
	Groups     []GroupKey // Groups whose values are read anew: those on the screen.
	// Parts says which values of groups are read: cgroup.DefaultParts where it is 0. A group that was read before without one
	// of them is read anew.
	// With PartSwap, PartMemoryPeak or PartIO the TaskUse of the watched processes is read too.
	Parts cgroup.Parts
	Whole []GroupKey // Groups whose values are read anew with all parts: the one that is looked at.
}

// Scanner reads snapshots of one host. It keeps what it read, so that a later scan reads less. It must not be used by
// two goroutines at once.
type Scanner struct {
	roots Roots
	proc  *proc.Dir
	clock time.Time // The zero of ReadAt.
	tick  uint32
	users users

	parts cgroup.Parts // What the current scan reads of groups, and so of watched processes.

	entries    []proc.Entry // What proc listed in the last scan, by pid.
	tasks      []Task       // The last snapshot's, by pid; never written again.
	meta       []taskMeta   // Beside tasks.
	work       []int32      // Which of the tasks the current scan reads.
	threads    []Task       // The last snapshot's.
	host       Host         // As last read.
	hostTick   uint32       // In which scan that was; 0 for never.
	readers    []*taskReader
	interned   interner
	parter     parter
	worlds     WorldMaker
	namespaces census // As of the last scan.
	groups     groupCache

	loading    *loading   // The iterator while it is being loaded, else nil.
	iteration  *iteration // Nil where it is not loaded.
	source     Source     // Where the tasks of the last scan are from.
	noIterator string     // Why not from the iterator, where that was tried.
	resume     uint32     // The scan from which on the iterator is used again, after it lost its way.
}

// Open opens a host for scanning, with its tasks from /proc. The error says which of the directories cannot be read. See
// OpenOnce and OpenLasting for the other source of tasks.
func Open(roots Roots) (*Scanner, error) {
	dir, err := proc.Open(roots.Proc)
	if err != nil {
		return nil, fmt.Errorf("open proc: %w", err)
	}
	return &Scanner{roots: roots, proc: dir, clock: time.Now()}, nil
}

// Close frees what the scanner holds open. Its snapshots stay good.
func (s *Scanner) Close() error {
	s.endIteration()
	s.groups.close()
	s.Release()
	if err := s.proc.Close(); err != nil {
		return fmt.Errorf("close proc: %w", err)
	}
	return nil
}

// ThreadsOfAll returns how many threads the kernel counts of all processes; see proc_loadavg(5).
func (s *Scanner) ThreadsOfAll() (int, error) {
	r := s.proc.NewReader()
	defer r.Close()
	return r.ThreadsOfAll() //nolint:wrapcheck // It names the file.
}

// Scan reads the host. What cannot be read is a gap of the snapshot; an error means that there is none, because /proc
// itself could not be listed or ctx ended.
func (s *Scanner) Scan(ctx context.Context, request Request) (*Snapshot, error) {
	begin := time.Now()
	cpu := cpuTime()
	s.tick++
	request.Facts = request.Facts.whole()
	s.parts = request.Parts
	found := &gaps{}
	read, err := s.scanTasks(ctx, request, found)
	if err != nil {
		return nil, err
	}
	s.threads = s.scanThreads(ctx, request, s.threads)
	next := &Snapshot{At: begin, Tasks: s.tasks, Threads: s.threads, Host: s.scanHost()}
	next.Host.Source, next.Host.NoIterator = s.source, s.noIterator
	next.Host.Reference = reference(s.tasks, next.Host.Self)
	if request.Facts&FactNamespaces != 0 {
		parts := s.parter.part(s.tasks, s.meta)
		if request.Facts&FactWorlds != 0 {
			next.Worlds = s.scanWorlds(ctx, parts, next.Host.Reference.Key)
		}
		next.Namespaces = s.scanNamespaces(ctx, request, parts, next.Host.Reference, found)
	}
	if request.Facts&FactGroups != 0 {
		next.Hierarchies, next.Groups = s.scanGroups(request, found)
		next.Host.Mode = s.groups.mode
	}
	next.Gaps = found.list()
	next.Cost = Cost{Wall: time.Since(begin), CPU: cpuTime() - cpu, Read: read}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	return next, nil
}

// whole returns the facts with those that they are derived from.
func (f Facts) whole() Facts {
	if f&FactGroups != 0 {
		f |= FactCgroups
	}
	if f&(FactOwners|FactWorlds) != 0 {
		f |= FactNamespaces
	}
	return f
}

// now returns the time on the scanner's monotonic clock.
func (s *Scanner) now() time.Duration { return time.Since(s.clock) }
