package probe_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"bulkhead/probe"
)

// rowLength is how many namespaces are made in a row.
const rowLength = 200

// TestKernelNamespacesInARow has one process make one uts namespace after the other. The kernel gives the number of one that
// it left to one of the next; each of them is another one all the same: by its id, and on a kernel before Linux 6.18 since
// its descriptor is held.
func TestKernelNamespacesInARow(t *testing.T) {
	needRoot(t)
	c := startRole(t, "changer")
	scanner := live(t)
	request := probe.Request{Facts: probe.AllFacts, Watch: []int32{c.pid}}
	before := scan(t, scanner, request)
	numbers, born := map[uint64]bool{}, 0
	for range rowLength {
		change(t, c)
		after := scan(t, scanner, request)
		for _, e := range probe.Diff(before, after) {
			if e.Kind == probe.NamespaceBorn && e.Namespace.Type == probe.UTS && e.Task.PID == c.pid {
				numbers[e.Namespace.Inode] = true
				born++
			}
		}
		before = after
	}
	if born != rowLength {
		t.Errorf("%d namespaces were born, want %d", born, rowLength)
	}
	if len(numbers) == rowLength && scanner.Held() == 0 {
		t.Error("no number was given twice, though none was held: this proves nothing")
	}
	if got := scanner.Held(); got > rowLength/4 {
		t.Errorf("%d namespaces are still held, though nobody is in most of them", got)
	}
	scanner.Release()
	if got := scanner.Held(); got != 0 {
		t.Errorf("%d namespaces are held after all were let go", got)
	}
}

// change has the process make two uts namespaces, so that the second may take the number of the one that was seen, and waits
// until it sleeps and the kernel has counted how long it ran: it does when a task stops, which is a moment after it is about to
// sleep, or at a tick.
func change(t *testing.T, c *child) {
	t.Helper()
	file := func(name string) string {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", c.pid, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	ran := file("schedstat")
	c.write("\n")
	if got, want := c.line(t), "changed <nil> <nil>"; !strings.HasPrefix(got, want) {
		t.Fatalf("the child says %q, want %q", got, want)
	}
	eventually(t, "the child sleeps", func() bool {
		return strings.Contains(file("stat"), ") S ") && file("schedstat") != ran
	})
}
