package taskiter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/taskiter"
)

// follower keeps what is known of all processes by their changes.
type follower struct {
	it      *taskiter.Iterator
	t       *testing.T
	records map[int32]taskiter.Record
}

// read brings the records up to date, and returns them all. Memory and CPUs are not known of those that were not told of anew.
func (f *follower) read([]taskiter.Record) ([]taskiter.Record, error) {
	changed, same, err := f.it.ReadChanged(nil, nil)
	if err != nil {
		return nil, err
	}
	before := f.records
	f.records = make(map[int32]taskiter.Record, len(changed)+len(same))
	all := changed
	for _, pid := range same {
		r, known := before[pid]
		if !known {
			f.t.Errorf("%d is told to be the same, but was not told of", pid)
			continue
		}
		r.Flags &^= taskiter.Close
		all = append(all, r)
	}
	for _, r := range all {
		f.records[r.PID] = r
	}
	slices.SortFunc(all, func(a, b taskiter.Record) int { return int(a.PID) - int(b.PID) })
	return all, nil
}

// changed reads what changed, and returns the record of a process if it did.
func changed(t *testing.T, it *taskiter.Iterator, pid int32) *taskiter.Record {
	t.Helper()
	records, same, err := it.ReadChanged(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(same) || !slices.IsSortedFunc(records, func(a, b taskiter.Record) int { return int(a.PID) - int(b.PID) }) {
		t.Error("not sorted")
	}
	if it.Met() < len(records)+len(same) {
		t.Errorf("%d processes, but only %d threads were met", len(records)+len(same), it.Met())
	}
	at := slices.IndexFunc(records, func(r taskiter.Record) bool { return r.PID == pid })
	if _, still := slices.BinarySearch(same, pid); still == (at >= 0) {
		t.Fatalf("%d is told to be the same: %v, and told of: %v", pid, still, at >= 0)
	}
	if at < 0 {
		return nil
	}
	return &records[at]
}

// rests waits until a process is told to be the same.
func rests(t *testing.T, it *taskiter.Iterator, pid int32) {
	t.Helper()
	eventually(t, "a process that sleeps is told to be the same", func() bool { return changed(t, it, pid) == nil })
}

// changesOf returns an iterator that looks closely at none, and a process that sleeps and is the same.
func changesOf(t *testing.T) (*taskiter.Iterator, *child) {
	t.Helper()
	it := open(t)
	it.LookClosely(&taskiter.Closely{})
	c := startRole(t, "asleep")
	rests(t, it, c.pid)
	return it, c
}

// TestKernelMovesAreTold: a process that sleeps and is moved to another group is told of once, in every hierarchy.
func TestKernelMovesAreTold(t *testing.T) { eachProgram(t, movesAreTold) }

func movesAreTold(t *testing.T) {
	entered := 0
	for _, h := range hierarchies(t) {
		t.Run(h.Label(), func(t *testing.T) {
			it, c := changesOf(t)
			it.Forget()
			before := changed(t, it, c.pid)
			rests(t, it, c.pid)
			if before == nil {
				t.Fatal("it is told to be the same though all was forgotten")
			}
			if !enter(t, h, c) {
				return
			}
			entered++
			if r := changed(t, it, c.pid); r == nil || r.GroupClass() == before.GroupClass() {
				t.Errorf("told %+v", r)
			}
			rests(t, it, c.pid)
		})
	}
	if entered == 0 {
		t.Error("no group could be entered")
	}
}

// TestKernelCloseOnesAreTold: what is looked at closely is told of each time.
func TestKernelCloseOnesAreTold(t *testing.T) { eachProgram(t, closeOnesAreTold) }

func closeOnesAreTold(t *testing.T) {
	it, c := changesOf(t)
	var look taskiter.Closely
	look.Add(c.pid)
	it.LookClosely(&look)
	for range 3 {
		if r := changed(t, it, c.pid); r == nil || r.Flags&taskiter.Close == 0 {
			t.Errorf("told %+v", r)
		}
	}
	it.LookClosely(&taskiter.Closely{})
	rests(t, it, c.pid)
	if _, err := it.Read(nil); err != nil {
		t.Fatal(err)
	}
	if r := changed(t, it, c.pid); r != nil {
		t.Errorf("all were read, and it is another one: %+v", r)
	}
}

// TestKernelSignalsAreTold: a process that is stopped, goes on and ends is told of, and one that has exited in each reading.
func TestKernelSignalsAreTold(t *testing.T) { eachProgram(t, signalsAreTold) }

func signalsAreTold(t *testing.T) {
	it, c := changesOf(t)
	for _, act := range []struct {
		signal unix.Signal
		state  byte
	}{{unix.SIGSTOP, 'T'}, {unix.SIGCONT, 'S'}, {unix.SIGKILL, 'Z'}} {
		rests(t, it, c.pid)
		if err := unix.Kill(int(c.pid), act.signal); err != nil {
			t.Fatal(err)
		}
		eventually(t, fmt.Sprintf("%v is told", act.signal), func() bool {
			r := changed(t, it, c.pid)
			return r != nil && r.State() == act.state
		})
	}
	if changed(t, it, c.pid) == nil {
		t.Error("one that has exited, and whose groups may go, is told to be the same")
	}
}

// TestKernelParentIsTold: a process whose parent ends has another one.
func TestKernelParentIsTold(t *testing.T) { eachProgram(t, parentIsTold) }

func parentIsTold(t *testing.T) {
	it := open(t)
	it.LookClosely(&taskiter.Closely{})
	parent := startRole(t, "asleep below")
	line, err := parent.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var pid int32
	if _, err := fmt.Sscan(strings.TrimSpace(line), &pid); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Kill(int(pid), unix.SIGKILL) }()
	rests(t, it, pid)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if r := changed(t, it, pid); r == nil || r.PPID == parent.pid {
		t.Errorf("told %+v", r)
	}
}
