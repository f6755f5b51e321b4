package taskiter_test

import (
	"errors"
	"os"
	"slices"
	"testing"

	"bulkhead/probe/taskiter"
)

// TestKernelManyThreads: all threads are told of where they are so many that they are not told of at once.
func TestKernelManyThreads(t *testing.T) { eachProgram(t, manyThreads) }

func manyThreads(t *testing.T) {
	it := open(t)
	c := startRole(t, "threads 1500")
	told := threadsTold(t, it, c.pid)
	for tries := 0; ; tries++ { // Its runtime starts one more now and then.
		records, err := it.Read(nil)
		if err != nil {
			t.Fatal(err)
		}
		met, before := it.Met(), told
		if told = threadsTold(t, it, c.pid); told != before && tries < 100 {
			continue
		}
		i, ok := slices.BinarySearchFunc(records, c.pid, func(r taskiter.Record, pid int32) int { return int(r.PID) - int(pid) })
		if !ok || int(records[i].Threads) != told || !records[i].Even() {
			t.Errorf("told of its process: %v, with as many threads as were read: %v; %d were told of", ok, ok && records[i].Even(), told)
		}
		if told < 1500 || met < told+len(records)-1 {
			t.Errorf("%d threads are told of, want 1500 and more; %d were met, with those of %d others", told, met, len(records)-1)
		}
		return
	}
}

// threadsTold counts the threads that are told of a process, each once.
func threadsTold(t *testing.T, it *taskiter.Iterator, pid int32) int {
	t.Helper()
	records, err := it.ReadThreads(nil)
	if err != nil {
		t.Fatal(err)
	}
	told := map[int32]bool{}
	for i := range records {
		if r := &records[i]; r.TGID == pid {
			if told[r.PID] {
				t.Errorf("thread %d is told of twice", r.PID)
			}
			told[r.PID] = true
		}
	}
	return len(told)
}

// TestKernelLostWay: where the task is gone from which the reading was to go on, all are told of anew, each once.
func TestKernelLostWay(t *testing.T) {
	it, c := changesOf(t)
	it.Lose(2)
	records, same, err := it.ReadChanged(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	told := map[int32]int{}
	for i := range records {
		told[records[i].PID]++
	}
	for pid, times := range told {
		if times != 1 {
			t.Errorf("process %d is told of %d times", pid, times)
		}
	}
	if told[c.pid] == 0 || len(same) > 0 {
		t.Errorf("told of the process that is the same: %d times; as the same: %v", told[c.pid], same)
	}
	rests(t, it, c.pid)
	it.Lose(1 << 20)
	if _, _, err := it.ReadChanged(nil, nil); !errors.Is(err, taskiter.ErrLost) {
		t.Errorf("its way was lost each time: %v, want %v", err, taskiter.ErrLost)
	}
	it.Lose(1)
	kept := taskiter.Record{PID: 1 << 30}
	if records, err = it.Read([]taskiter.Record{kept}); err == nil {
		t.Error("it was to lose its way still")
	} else if records[0] != kept {
		t.Errorf("the record that was there is now %+v", records[0])
	}
}

// TestKernelGoesOnFromTheSame: the walk does not go on from a process that was given the number of the one it met last.
func TestKernelGoesOnFromTheSame(t *testing.T) {
	if !slices.Contains(taskiter.Programs(), "walk") {
		return // An older kernel; its iterator looks for the next number.
	}
	it := open(t)
	records, err := it.Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		if r := &records[i]; r.PID == int32(os.Getpid()) { //nolint:gosec // It is no larger.
			if err := it.GoOn(r, 0); err != nil {
				t.Errorf("from the same process: %v", err)
			}
			if err := it.GoOn(r, 1); !errors.Is(err, taskiter.ErrLost) {
				t.Errorf("from another process: %v, want %v", err, taskiter.ErrLost)
			}
			return
		}
	}
	t.Error("the own process is not told of")
}
