package taskiter_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe/taskiter"
)

// opener loads the iterator.
var opener = taskiter.Open

// eachProgram runs a test with each of the programs that this kernel must take.
func eachProgram(t *testing.T, test func(*testing.T)) {
	for _, program := range taskiter.Programs() {
		opener = func() (*taskiter.Iterator, error) { return taskiter.OpenWith(program) }
		t.Run(program, test)
	}
	opener = taskiter.Open
}

// open loads the iterator until the test ends. As root no test is skipped.
func open(tb testing.TB) *taskiter.Iterator {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Skip("needs root, or CAP_BPF and CAP_PERFMON")
	}
	it, err := opener()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := it.Close(); err != nil {
			tb.Error(err)
		}
	})
	return it
}

func TestKernelRecordsAreSortedAndHaveSelf(t *testing.T) { eachProgram(t, recordsAreSortedAndHaveSelf) }

func recordsAreSortedAndHaveSelf(t *testing.T) {
	it := open(t)
	c := startRole(t, "threads")
	kept := taskiter.Record{PID: 1 << 30}
	for name, read := range map[string]func([]taskiter.Record) ([]taskiter.Record, error){"processes": it.Read, "threads": it.ReadThreads} {
		records, err := read([]taskiter.Record{kept})
		if err != nil {
			t.Fatal(err)
		}
		if records[0].PID != kept.PID {
			t.Errorf("%s: the record that was there is gone", name)
		}
		records = records[1:]
		if !slices.IsSortedFunc(records, func(a, b taskiter.Record) int { return int(a.PID) - int(b.PID) }) {
			t.Errorf("%s are not sorted", name)
		}
		if it.Met() < len(records) {
			t.Errorf("%s: %d records, but only %d threads were met", name, len(records), it.Met())
		}
		count := 0
		for i := range records {
			if r := &records[i]; r.TGID == c.pid {
				count++
			} else if !r.Leads() && name == "processes" {
				t.Errorf("a thread among the processes: %+v", r)
			}
		}
		if count == 0 || (count >= 9) != (name == "threads") {
			t.Errorf("%s: %d records of a process of 9 or more threads", name, count)
		}
	}
}

// TestKernelNothingIsLeft: after Close as many descriptors and goroutines are there as before.
func TestKernelNothingIsLeft(t *testing.T) {
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	open(t) // What is opened once and for all is open from now on.
	before, running := descriptors(), runtime.NumGoroutine()
	for range 3 {
		it, err := taskiter.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := it.Read(nil); err != nil {
			t.Error(err)
		}
		if _, err := it.ReadThreads(nil); err != nil {
			t.Error(err)
		}
		if err := it.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := descriptors(); got != before {
		t.Errorf("%d descriptors are open, want %d", got, before)
	}
	if got := runtime.NumGoroutine(); got != running {
		t.Errorf("%d goroutines are there, want %d", got, running)
	}
}

// TestKernelFewDescriptors: whatever there is no descriptor for, the error is returned, and nothing is left open.
func TestKernelFewDescriptors(t *testing.T) {
	open(t)
	for _, program := range taskiter.Programs() {
		said := startRole(t, "descriptors "+program).said
		failed := 0
		if _, err := fmt.Sscanf(said, "loaded after %d failures", &failed); err != nil || failed < 3 {
			t.Errorf("%s: %q, want that it was loaded after some failures", program, said)
		}
	}
}

func TestKernelRights(t *testing.T) {
	open(t)
	for name, c := range map[string]struct {
		role string // With a mask of capabilities.
		want string
	}{
		"none":                    {"rights 0", "it needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN"},
		"CAP_BPF alone":           {"rights 549755813888", "it needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN"},
		"CAP_BPF and CAP_PERFMON": {"rights 824633720832", "read true <nil>"},
		"CAP_SYS_ADMIN":           {"rights 2097152", "read true <nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			if said := startRole(t, c.role).said; !strings.Contains(said, c.want) {
				t.Errorf("%q, want %q", said, c.want)
			}
		})
	}
}

// TestKernelExecIsTold: a process that starts another program has another number in Exec, and no process has by itself.
func TestKernelExecIsTold(t *testing.T) { eachProgram(t, execIsTold) }

func execIsTold(t *testing.T) {
	it := open(t)
	c := startRole(t, "become")
	exec := func() uint64 {
		records, err := it.Read(nil)
		if err != nil {
			t.Fatal(err)
		}
		i, ok := slices.BinarySearchFunc(records, c.pid, func(r taskiter.Record, pid int32) int { return int(r.PID) - int(pid) })
		if !ok {
			t.Fatalf("process %d is not told of", c.pid)
		}
		return records[i].Exec
	}
	before := exec()
	if got := exec(); got != before {
		t.Errorf("exec is %d, then %d", before, got)
	}
	if _, err := c.stdin.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	c.await(t)
	if got := exec(); got == before {
		t.Errorf("exec is %d before and after an execve", got)
	}
}

// TestKernelLooksClosely: memory and CPUs are told of those tasks alone that it is asked for, and of all at first.
func TestKernelLooksClosely(t *testing.T) { eachProgram(t, looksClosely) }

func looksClosely(t *testing.T) {
	it := open(t)
	var some taskiter.Closely
	some.Add(int32(os.Getpid()))
	for _, c := range []struct {
		what string
		set  *taskiter.Closely
		want func(pid int32) bool
	}{
		{"all", nil, func(int32) bool { return true }},
		{"the own process", &some, func(pid int32) bool { return (int(pid)-os.Getpid())%8192 == 0 }},
		{"none", &taskiter.Closely{}, func(int32) bool { return false }},
	} {
		if c.set != nil {
			it.LookClosely(c.set)
		}
		records, err := it.Read(nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range records {
			r := &records[i]
			if got, want := r.Flags&taskiter.Close != 0, c.want(r.PID); got != want || got != (r.CPUs != 0) || r.RSS != 0 && !got {
				t.Errorf("%s: %d has CPUs %x and %d pages, told %v, want %v", c.what, r.PID, r.CPUs, r.RSS, got, want)
			}
		}
	}
}
