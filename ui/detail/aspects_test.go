package detail_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
	"bulkhead/ui/detail"
	"bulkhead/ui/screen"
	"bulkhead/ui/uitest"
)

// furnished scans the test host v2 with what is inside a container of it.
func furnished(t *testing.T) (probe.Looker, *probe.Scanner, *probe.Snapshot) {
	t.Helper()
	var archive strings.Builder
	for _, name := range []string{"hosts/v2", "inside"} {
		text, err := os.ReadFile("../../probe/testdata/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		archive.Write(text)
	}
	host := testhost.Parse(t, archive.String())
	roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
	scanner, err := probe.Open(roots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scanner.Close() }) // It was only read from.
	snapshot, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	return probe.NewLooker(roots, nil), scanner, snapshot
}

func TestAspects(t *testing.T) {
	looker, scanner, s := furnished(t)
	task := func(pid int32) screen.Target {
		found, ok := s.Task(pid)
		if !ok {
			t.Fatalf("no process %d", pid)
		}
		return screen.ToTask(found.TaskKey)
	}
	nginx, _ := s.Task(20553)
	world, _ := s.World(probe.WorldKey(nginx.Namespaces.Inodes))
	targets := []screen.Target{task(20553), task(2), task(20570), screen.ToWorld(world)}
	for _, kind := range probe.NamespaceTypes {
		targets = append(targets, screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: kind, Inode: nginx.Namespaces.Inodes[kind].Or(0)}}))
	}
	path, _ := nginx.Cgroups.Path(0)
	targets = append(targets, screen.ToGroup(probe.GroupKey{Hierarchy: "v2", Path: path}))
	var sees, uses, groups strings.Builder
	for _, target := range targets {
		var d probe.Detail
		if target.Kind == screen.Task {
			d = scanner.Detail(target.Task.PID, target.Task.TID)
		}
		sees.WriteString(write(detail.Sees(s, target, looker.Look(s, target.Probe()))) + "\n")
		may := looker.Uses(s, target.Probe(), d)
		uses.WriteString(write(detail.Uses(s, target, may)) + "\n")
		groups.WriteString(write(detail.Groups(s, target, may)) + "\n")
	}
	uitest.Golden(t, "sees", sees.String())
	uitest.Golden(t, "uses", uses.String())
	uitest.Golden(t, "groups", groups.String())
}

// TestAspectsOfAnother shows nothing of what was selected before, nor of what is gone.
func TestAspectsOfAnother(t *testing.T) {
	looker, _, s := furnished(t)
	nginx, _ := s.Task(20553)
	target, other := screen.ToTask(nginx.TaskKey), screen.ToTask(probe.TaskKey{PID: 20553, TID: 20553, Start: 1})
	for name, p := range map[string]detail.Page{
		"sees of another":    detail.Sees(s, target, looker.Look(s, other.Probe())),
		"uses of another":    detail.Uses(s, target, looker.Uses(s, other.Probe(), probe.Detail{})),
		"sees of one gone":   detail.Sees(s, other, looker.Look(s, other.Probe())),
		"groups of another":  detail.Groups(s, target, looker.Uses(s, other.Probe(), probe.Detail{})),
		"groups of one gone": detail.Groups(s, other, looker.Uses(s, other.Probe(), probe.Detail{})),
		"uses of one gone":   detail.Uses(s, other, looker.Uses(s, other.Probe(), probe.Detail{})),
	} {
		want := "reading…"
		if strings.Contains(name, "gone") {
			want = "It is no longer there."
		}
		if len(p.Lines) != 1 || p.Lines[0].Value != want {
			t.Errorf("%s: %v, want only %q", name, p.Lines, want)
		}
	}
}

// TestUsesOfHosts tells what processes may use where groups are mounted in other ways.
func TestUsesOfHosts(t *testing.T) {
	for _, name := range []string{"v1", "hybrid"} {
		host := testhost.Load(t, "../../probe/testdata/hosts/"+name+".txtar")
		roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
		scanner, err := probe.Open(roots)
		if err != nil {
			t.Fatal(err)
		}
		defer scanner.Close()
		s, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts})
		if err != nil {
			t.Fatal(err)
		}
		looker := probe.NewLooker(roots, nil)
		var all, groups strings.Builder
		for i := range s.Tasks {
			target := screen.ToTask(s.Tasks[i].TaskKey)
			d := scanner.Detail(s.Tasks[i].PID, s.Tasks[i].TID)
			may := looker.Uses(s, target.Probe(), d)
			all.WriteString(write(detail.Uses(s, target, may)) + "\n")
			groups.WriteString(write(detail.Groups(s, target, may)) + "\n")
		}
		uitest.Golden(t, "uses-"+name, all.String())
		uitest.Golden(t, "groups-"+name, groups.String())
	}
}

// TestSeesAtLeast does not count those that are not permitted to be read as none.
func TestSeesAtLeast(t *testing.T) {
	looker, _, s := furnished(t)
	host, _ := s.Task(s.Host.Reference.PID)
	ref := probe.NamespaceRef{Type: probe.PID, Inode: host.Namespaces.Inodes[probe.PID].Or(0)}
	target := screen.ToNamespace(probe.NamespaceKey{NamespaceRef: ref})
	total := looker.Look(s, target.Probe()).Own.Processes.Total
	for i := range s.Tasks {
		if t := &s.Tasks[i]; t.PID == 20553 || t.PID == 20570 { // They have numbers in a namespace below too.
			set := *t.Namespaces
			set.Inodes[probe.PID] = reading.None[uint64](reading.Denied)
			t.Namespaces = &set
		}
	}
	if all := looker.Look(s, target.Probe()).Own.Processes; all.Total != total || all.Denied != 0 {
		t.Errorf("all that /proc shows are in its own pid namespace or below: %d, and %d denied, want %d", all.Total, all.Denied, total)
	}
	s.Host.Reference.Key[probe.PID] = reading.Of[uint64](7) // As if it were one of those below.
	sight := looker.Look(s, target.Probe())
	want := fmt.Sprintf("at least %d; 2 are not permitted to be read", sight.Own.Processes.Total)
	if got := write(detail.Sees(s, target, sight)); sight.Own.Processes.Total >= total || !strings.Contains(got, want) {
		t.Errorf("want %q in\n%s", want, got)
	}
}

// TestUsesOutOfSight says of nothing that it has no limit where no mount shows the groups.
func TestUsesOutOfSight(t *testing.T) {
	looker, _, s := furnished(t)
	for i := range s.Groups {
		s.Groups[i].Dir, s.Groups[i].Values = "", &cgroup.Values{}
	}
	nginx, _ := s.Task(20553)
	target := screen.ToTask(nginx.TaskKey)
	may := looker.Uses(s, target.Probe(), probe.Detail{})
	uses, groups := write(detail.Uses(s, target, may)), write(detail.Groups(s, target, may))
	if n := strings.Count(uses, "not known: a group is out of sight"); n < 5 || strings.Contains(uses, "no limit") || strings.Contains(uses, "no group") {
		t.Errorf("said %d times that it is not known:\n%s", n, uses)
	}
	if !strings.Contains(groups, "out of sight from here") || strings.Contains(groups, "no limit") {
		t.Errorf("groups:\n%s", groups)
	}
}
