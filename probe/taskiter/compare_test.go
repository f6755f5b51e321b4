package taskiter_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// facts are what /proc tells of a task.
type facts struct {
	stat   proc.Stat
	links  proc.Links
	uid    uint32
	ran    proc.Schedstat
	cgroup string
	cpus   string
}

// taskID is a task by its numbers: a process has no tid here, as it is read from another directory.
type taskID struct{ pid, tid int32 }

// survey is what /proc tells of all tasks.
type survey map[taskID]facts

// readAll reads the processes, or all of their threads.
func readAll(t *testing.T, dir *proc.Dir, threads bool) survey {
	t.Helper()
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := dir.NewReader()
	defer r.Close()
	all := survey{}
	for _, e := range entries {
		if !threads {
			if f, err := readOne(r, r.Open(e.PID)); err == nil {
				all[taskID{pid: e.PID}] = f
			}
			continue
		}
		if r.Open(e.PID) != nil {
			continue
		}
		tids, _ := r.Threads(nil) // It may be gone.
		for _, tid := range tids {
			if f, err := readOne(r, r.OpenThread(e.PID, tid)); err == nil {
				all[taskID{e.PID, tid}] = f
			}
		}
	}
	return all
}

// readOne reads the open task.
func readOne(r *proc.Reader, opened error) (f facts, err error) {
	if opened != nil {
		return f, opened
	}
	err = errors.Join(r.Stat(&f.stat), r.AllLinks(&f.links))
	f.ran, _ = r.Schedstat() // Of a kernel that keeps no count nothing is known.
	var uidErr, groupErr error
	f.uid, uidErr = r.UID()
	text, groupErr := r.Cgroup()
	f.cgroup = string(text)
	status, statusErr := r.Status()
	cpus, _ := status.CPUsAllowed.Get()
	f.cpus = cpus.String()
	return f, errors.Join(err, uidErr, groupErr, statusErr)
}

// comparison holds what the iterator tells of a task against what /proc told before and after.
type comparison struct {
	t             *testing.T
	before, after facts
	record        *taskiter.Record
	threads       bool
	possible      uint64         // The CPUs that there may be.
	compared      map[string]int // How often each fact was.
}

// fact compares one fact, if /proc told the same before and after.
func fact[T comparable](c *comparison, name string, before, after, got T) {
	if before != after {
		return
	}
	c.compared[name]++
	if got != before {
		c.t.Errorf("%s of %d of process %d (%s): %v, /proc has %v", name, c.record.PID, c.record.TGID, c.record.Comm(), got, before)
	}
}

// check compares all facts.
func (c *comparison) check() {
	b, a, r := &c.before.stat, &c.after.stat, c.record
	fact(c, "start", b.Start, a.Start, r.Start())
	fact(c, "ppid", b.PPID, a.PPID, r.PPID)
	fact(c, "kernel", b.Kernel(), a.Kernel(), r.Flags&taskiter.Kernel != 0)
	fact(c, "threads", b.Threads, a.Threads, r.Threads)
	fact(c, "uid", c.before.uid, c.after.uid, r.UID)
	comm := string(r.Comm())
	if n := len(comm); r.Flags&taskiter.Kernel != 0 && n < len(b.Comm) && n < len(a.Comm) {
		fact(c, "start of comm", b.Comm[:n], a.Comm[:n], comm) // /proc adds what a worker is working on.
	} else {
		fact(c, "comm", b.Comm, a.Comm, comm)
	}
	for kind := range c.before.links {
		c.namespace(proc.NamespaceType(kind))
	}
	looked := r.Flags&taskiter.Close != 0
	if looked {
		fact(c, "allowed CPUs", c.before.cpus, c.after.cpus, cpulist.OfMask(r.CPUs&c.possible).String())
	}
	c.time()
	// The kernel counts the pages of a running thread apart for a while, and a thread that was not on a CPU did nothing.
	if c.before.ran == c.after.ran && c.before.ran.Known() {
		fact(c, "state", b.State, a.State, r.State())
		fact(c, "cpu", b.PSR, a.PSR, r.CPU)
		if looked && r.TGID != int32(os.Getpid()) { // Other threads of this process are reading, which takes memory.
			fact(c, "rss", b.RSS, a.RSS, r.RSS*uint64(pageSize))
		}
	}
}

// namespace compares a link.
func (c *comparison) namespace(kind proc.NamespaceType) {
	var inode uint32
	switch kind {
	case proc.PIDForChildren:
		inode = c.record.PIDForChildren
	case proc.TimeForChildren:
		inode = c.record.TimeForChildren
	default:
		inode = c.record.Namespaces[kind]
	}
	got := reading.Of(uint64(inode))
	if inode == 0 {
		got = reading.None[uint64](reading.Absent)
	}
	if c.before.links[kind].State() == reading.Denied {
		return
	}
	fact(c, kind.String()+" namespace", c.before.links[kind], c.after.links[kind], got)
}

// time compares the CPU time. /proc cuts the two parts of it to 10 ms each.
func (c *comparison) time() {
	got := c.record.CPUTime()
	if !c.threads {
		if !c.record.Even() {
			return
		}
		got = c.record.ProcessTime()
	}
	from := c.before.stat.User + c.before.stat.System
	to := c.after.stat.User + c.after.stat.System + 20*time.Millisecond
	c.compared["time"]++
	if got < from || got >= to {
		c.t.Errorf("time of %d (%s): %v, /proc has %v to %v", c.record.PID, c.record.Comm(), got, from, to)
	}
}

// compareAll reads all tasks by the iterator, and from /proc before and after. It counts what was compared, of each task.
func compareAll(t *testing.T, read func([]taskiter.Record) ([]taskiter.Record, error), dir *proc.Dir, threads bool) map[taskID]map[string]int {
	t.Helper()
	before := readAll(t, dir, threads)
	records, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	after := readAll(t, dir, threads)
	compared, possible := map[taskID]map[string]int{}, possibleCPUs(t)
	groups := map[taskiter.GroupClass]string{}
	for i := range records {
		r := &records[i]
		id := taskID{pid: r.TGID}
		if threads {
			id.tid = r.PID
		}
		b, was := before[id]
		a, is := after[id]
		if !was || !is || b.stat.Start != a.stat.Start || r.Flags&taskiter.Torn != 0 {
			continue
		}
		c := comparison{t, b, a, r, threads, possible, map[string]int{}}
		c.check()
		compared[id] = c.compared
		if b.cgroup != a.cgroup {
			continue
		}
		known, met := groups[r.GroupClass()]
		if groups[r.GroupClass()] = a.cgroup; met && known != a.cgroup {
			t.Errorf("groups of %d (%s): %q, another one of its class has %q", r.PID, r.Comm(), a.cgroup, known)
		}
	}
	missing(t, before, after, records, threads)
	return compared
}

// missing checks that the iterator left nothing out that was there before and after. A kernel may keep its first process
// from it.
func missing(t *testing.T, before, after survey, records []taskiter.Record, threads bool) {
	t.Helper()
	for id, b := range before {
		number := id.pid
		if threads {
			number = id.tid
		}
		a, is := after[id]
		_, told := slices.BinarySearchFunc(records, number, func(r taskiter.Record, pid int32) int { return int(r.PID) - int(pid) })
		if is && a.stat.Start == b.stat.Start && !told && id.pid != 1 {
			t.Errorf("%s is not told of", fmt.Sprint(id, b.stat.Comm))
		}
	}
}

// possibleCPUs returns a mask of the CPUs that there may be: the kernel writes no others, whatever a task has.
func possibleCPUs(t *testing.T) (mask uint64) {
	t.Helper()
	text, err := os.ReadFile("/sys/devices/system/cpu/possible")
	if err != nil {
		t.Fatal(err)
	}
	set, err := cpulist.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, cpu := range set.All() {
		mask |= 1 << cpu // Beyond 63 nothing is compared: this test is for smaller machines.
	}
	return mask
}
