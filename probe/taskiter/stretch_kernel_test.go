package taskiter_test

import (
	"testing"

	"bulkhead/probe/taskiter"
)

// TestKernelManyThreads: all threads are told of where they are so many that they are not told of at once.
func TestKernelManyThreads(t *testing.T) { eachProgram(t, manyThreads) }

func manyThreads(t *testing.T) {
	it := open(t)
	c := startRole(t, "threads 1500")
	records, err := it.ReadThreads(nil)
	if err != nil {
		t.Fatal(err)
	}
	told := map[int32]int{}
	for i := range records {
		if r := &records[i]; r.TGID == c.pid {
			told[r.PID]++
		}
	}
	for tid, times := range told {
		if times != 1 {
			t.Errorf("thread %d is told of %d times", tid, times)
		}
	}
	if len(told) < 1500 {
		t.Errorf("%d threads are told of, want 1500 and more", len(told))
	}
	records, err = it.Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		if r := &records[i]; r.PID == c.pid && (int(r.Threads) != len(told) || !r.Even()) {
			t.Errorf("%d threads are counted, and read of all: %v; want %d", r.Threads, r.Even(), len(told))
		}
	}
	if it.Met() < len(told)+len(records)-1 {
		t.Errorf("%d threads were met, want %d and those of %d others", it.Met(), len(told), len(records)-1)
	}
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
	if _, _, err := it.ReadChanged(nil, nil); err == nil {
		t.Error("it read to the end, though its way was lost each time")
	}
	it.Lose(1)
	kept := taskiter.Record{PID: 1 << 30}
	if records, err = it.Read([]taskiter.Record{kept}); err == nil {
		t.Error("it was to lose its way still")
	} else if records[0] != kept {
		t.Errorf("the record that was there is now %+v", records[0])
	}
}
