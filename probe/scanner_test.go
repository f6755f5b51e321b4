package probe_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/recording"
	"bulkhead/probe/testhost"
)

var update = flag.Bool("update", false, "write the golden files anew")

// scanHost scans a host once, threads included.
func scanHost(t *testing.T, roots probe.Roots) *probe.Snapshot {
	t.Helper()
	scanner, err := probe.Open(roots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := scanner.Close(); err != nil {
			t.Error(err)
		}
	})
	snapshot, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts, AllThreads: true})
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// steady returns a copy of a snapshot without what differs from machine to machine: the time, who reads, the names of users and the
// inode numbers of directories.
func steady(s *probe.Snapshot) *probe.Snapshot {
	c := *s
	c.At = time.Unix(1763900100, 0)
	c.Host.UID, c.Host.User = 0, "root"
	c.Tasks, c.Threads, c.Groups = slices.Clone(s.Tasks), slices.Clone(s.Threads), slices.Clone(s.Groups)
	for _, tasks := range [][]probe.Task{c.Tasks, c.Threads} {
		for i := range tasks {
			program := *tasks[i].Program
			program.User = ""
			tasks[i].Program = &program
		}
	}
	for i := range c.Groups {
		c.Groups[i].Inode = 0
	}
	return &c
}

func TestScanHosts(t *testing.T) {
	hosts, err := filepath.Glob("testdata/hosts/*.txtar")
	if err != nil || len(hosts) == 0 {
		t.Fatalf("found %d hosts: %v", len(hosts), err)
	}
	for _, archive := range hosts {
		name := strings.TrimSuffix(archive, ".txtar")
		t.Run(filepath.Base(name), func(t *testing.T) {
			host := testhost.Load(t, archive)
			compareGolden(t, scanHost(t, probe.Roots{Proc: host.Proc, Sys: host.Sys}), name+".golden.json")
		})
	}
}

// deniedPlaces are closed to the reader in the host of version 1.
const deniedPlaces = `-- denied --
proc/1/ns
proc/410
proc/820/ns
proc/3100/cgroup
proc/3100/cmdline
sys/fs/cgroup/memory/kubepods
sys/fs/cgroup/cpuset/cpuset.cpus
sys/fs/cgroup/pids
`

// What may not be read is neither dropped nor shown as something else.
func TestScanDenied(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		archive, err := os.ReadFile("testdata/hosts/v1.txtar")
		if err != nil {
			t.Fatal(err)
		}
		host := testhost.Parse(t, string(archive)+deniedPlaces)
		s := scanHost(t, probe.Roots{Proc: host.Proc, Sys: host.Sys})
		want := map[string]reading.State{
			"1 stat": reading.Present, "1 net": reading.Denied, "1 cgroup": reading.Present, "1 cmdline": reading.Present,
			"410 stat": reading.Denied, "410 net": reading.Denied, "410 cgroup": reading.Denied, "410 cmdline": reading.Denied,
			"3100 stat": reading.Present, "3100 net": reading.Present, "3100 cgroup": reading.Denied, "3100 cmdline": reading.Denied,
			"memory:/kubepods": reading.Denied, "memory:/kubepods cpus": reading.Absent,
			"cpuset:/": reading.Present, "cpuset:/ cpus": reading.Denied,
		}
		if diff := cmp.Diff(want, known(t, s)); diff != "" {
			t.Errorf("what is known (-want +got):\n%s", diff)
		}
		i := slices.IndexFunc(s.Worlds, func(w probe.World) bool { return w.Cells[probe.Net].Kind == probe.CellUnknown })
		if i < 0 || s.Worlds[i].Processes != 3 {
			t.Errorf("no world has the 3 processes whose namespaces are denied: %+v", s.Worlds)
		}
		wantGaps := []probe.Gap{
			{Where: "/proc/PID/cgroup", Err: "permission denied", Count: 1, First: "/proc/3100/cgroup"},
			{Where: "/proc/PID/cmdline", Err: "permission denied", Count: 1, First: "/proc/3100/cmdline"},
			{Where: "/proc/PID/ns", Err: "permission denied", Count: 2, First: "/proc/1/ns"},
			{Where: "/proc/PID/stat", Err: "permission denied", Count: 1, First: "/proc/410/stat"},
			{Where: "a group's directory", Err: "permission denied", Count: 1, First: "/sys/fs/cgroup/memory/kubepods"},
			{Where: "a mounted hierarchy", Err: "permission denied", Count: 1, First: "/sys/fs/cgroup/pids"},
		}
		if diff := cmp.Diff(wantGaps, s.Gaps); diff != "" {
			t.Errorf("gaps (-want +got):\n%s", diff)
		}
	})
}

// known says of the processes and groups at the denied places what is known of them.
func known(t *testing.T, s *probe.Snapshot) map[string]reading.State {
	t.Helper()
	got := map[string]reading.State{}
	for _, pid := range []int32{1, 410, 3100} {
		task, ok := s.Task(pid)
		if !ok {
			t.Fatalf("process %d is missing", pid)
		}
		got[fmt.Sprint(pid, " stat")] = task.Access
		got[fmt.Sprint(pid, " net")] = task.Namespaces.Inodes[probe.Net].State()
		got[fmt.Sprint(pid, " cgroup")] = task.Cgroups.Access
		got[fmt.Sprint(pid, " cmdline")] = task.Cmdline.State()
	}
	for _, key := range []probe.GroupKey{{Hierarchy: "memory", Path: "/kubepods"}, {Hierarchy: "cpuset", Path: "/"}} {
		group, ok := s.Group(key)
		if !ok {
			t.Fatalf("group %s is missing", key)
		}
		got[key.String()] = group.Access
		got[key.String()+" cpus"] = group.Values.CPUs.State()
	}
	return got
}

func compareGolden(t *testing.T, s *probe.Snapshot, golden string) {
	t.Helper()
	var got bytes.Buffer
	if err := recording.Write(&got, steady(s), recording.All); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v: write it with -update", err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}
