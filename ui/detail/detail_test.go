package detail_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
	"bulkhead/ui/detail"
	"bulkhead/ui/screen"
	"bulkhead/ui/uitest"
)

// open scans a test host, threads included.
func open(t *testing.T, name string) (*probe.Scanner, *probe.Snapshot) {
	t.Helper()
	host := testhost.Load(t, filepath.Join("../../probe/testdata/hosts", name+".txtar"))
	scanner, err := probe.Open(probe.Roots{Proc: host.Proc, Sys: host.Sys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scanner.Close() }) // It was only read from.
	snapshot, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts, AllThreads: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range snapshot.Tasks {
		program := *snapshot.Tasks[i].Program
		program.User = "someone" // Whose name it is differs from machine to machine.
		snapshot.Tasks[i].Program = &program
	}
	return scanner, snapshot
}

// write writes a page as text: links end in an arrow.
func write(p detail.Page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q\n", p.Title)
	for _, line := range p.Lines {
		arrow := ""
		if line.Link.Kind != screen.Nothing {
			arrow = " ->"
		}
		fmt.Fprintf(&b, "%-18s %q tone %d%s\n", line.Label, line.Value, line.Tone, arrow)
	}
	return b.String()
}

func TestPages(t *testing.T) {
	for _, name := range []string{"hybrid", "v2", "odd", "container"} {
		t.Run(name, func(t *testing.T) {
			scanner, s := open(t, name)
			var all strings.Builder
			for i := range s.Worlds {
				all.WriteString(write(detail.For(s, screen.ToWorld(&s.Worlds[i]), probe.Detail{})) + "\n")
			}
			for i := range s.Namespaces {
				all.WriteString(write(detail.For(s, screen.ToNamespace(s.Namespaces[i].Key()), probe.Detail{})) + "\n")
			}
			for i := range s.Groups {
				all.WriteString(write(detail.For(s, screen.ToGroup(s.Groups[i].GroupKey), probe.Detail{})) + "\n")
			}
			for i := range s.Tasks {
				task := &s.Tasks[i]
				d := scanner.Detail(task.PID, task.TID)
				all.WriteString(write(detail.For(s, screen.ToTask(task.TaskKey), d)) + "\n")
			}
			uitest.Golden(t, name, all.String())
		})
	}
}

func TestGone(t *testing.T) {
	_, s := open(t, "hybrid")
	targets := map[string]screen.Target{
		"process of another start time": screen.ToTask(probe.TaskKey{PID: 1, TID: 1, Start: 99999}),
		"namespace":                     screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 12345}}),
		"group":                         screen.ToGroup(probe.GroupKey{Hierarchy: "v2", Path: "/no/such"}),
	}
	for name, target := range targets {
		if page := detail.For(s, target, probe.Detail{}); page.Title != "gone" {
			t.Errorf("%s: page %q, want one that says it is gone", name, page.Title)
		}
	}
}

func TestDetailOfAnotherTaskIsNotShown(t *testing.T) {
	scanner, s := open(t, "hybrid")
	other := scanner.Detail(900, 900)
	task, _ := s.Task(1)
	for _, line := range detail.For(s, screen.ToTask(task.TaskKey), other).Lines {
		if line.Label == "rights" {
			t.Error("the page of process 1 shows the rights of process 900")
		}
	}
}
