package probe_test

import (
	"os"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// TestKernelTaskUse watches this process: what is counted has a rate from the second reading on, and is read only where it is asked for.
func TestKernelTaskUse(t *testing.T) {
	s, own := live(t), int32(os.Getpid()) //nolint:gosec // A pid fits.
	use := func(request probe.Request) *probe.TaskUse {
		t.Helper()
		task, ok := scan(t, s, request).Task(own)
		if !ok {
			t.Fatal("own process is not in the snapshot")
		}
		return task.Use
	}
	watching := probe.Request{Facts: probe.FactUser, Watch: []int32{own}, Parts: cgroup.DefaultParts | cgroup.PartIO}
	first := use(watching)
	if first == nil || first.Peak.Or(0) < 1<<20 || !first.Swap.Known() {
		t.Fatalf("at first: %+v", first)
	}
	if first.IORead.State() != reading.Absent || first.IOWritten.State() != reading.Absent {
		t.Errorf("at first there is a rate already: %+v", first)
	}
	if second := use(watching); second.IORead.Or(-1) < 0 || second.IOWritten.Or(-1) < 0 {
		t.Errorf("there is no rate: %+v", second)
	}
	watching.Parts = 0
	if none := use(watching); none != nil {
		t.Errorf("nobody asked for it: %+v", none)
	}
	watching.Parts = cgroup.PartSwap
	if without := use(watching); without == nil || without.IORead.Known() || !without.Peak.Known() {
		t.Errorf("without the bytes: %+v", without)
	}
	if none := use(probe.Request{Facts: probe.AllFacts, AllStats: true}); none != nil && none.IORead.Known() {
		t.Errorf("of a process that nobody watches: %+v", none)
	}
}

// TestKernelTaskUseDenied watches the first process, into which an ordinary user may not look.
func TestKernelTaskUseDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		task, ok := scan(t, live(t), probe.Request{Facts: probe.FactUser, Watch: []int32{1}, Parts: cgroup.PartIO}).Task(1)
		if !ok || task.Use == nil {
			t.Fatal("the first process is not watched")
		}
		if task.Use.IORead.State() != reading.Denied || task.Use.IOWritten.State() != reading.Denied || task.Use.Swap.State() == reading.Denied {
			t.Errorf("got %+v, want the bytes to be denied and the swap not", task.Use)
		}
	})
}
