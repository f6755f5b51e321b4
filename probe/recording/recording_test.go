package recording_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/origin"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/recording"
	"bulkhead/probe/testhost"
)

func scan(t *testing.T, roots probe.Roots) *probe.Snapshot {
	t.Helper()
	scanner, err := probe.Open(roots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scanner.Close() })
	snapshot, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts, AllThreads: true})
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func write(t *testing.T, s *probe.Snapshot, sections recording.Sections) string {
	t.Helper()
	var b bytes.Buffer
	if err := recording.Write(&b, s, sections); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// checkRoundTrip writes, reads and writes again.
func checkRoundTrip(t *testing.T, s *probe.Snapshot, sections recording.Sections) {
	t.Helper()
	first := write(t, s, sections)
	if !json.Valid([]byte(first)) {
		t.Fatalf("no JSON:\n%s", first)
	}
	back, err := recording.Read(strings.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, write(t, back, sections)); diff != "" {
		t.Errorf("written again (-first +second):\n%s", diff)
	}
}

func TestRoundTrip(t *testing.T) {
	files, err := filepath.Glob("../testdata/hosts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d hosts: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			host := testhost.Load(t, file)
			checkRoundTrip(t, scan(t, probe.Roots{Proc: host.Proc, Sys: host.Sys}), recording.All)
		})
	}
	t.Run("this host", func(t *testing.T) {
		s := scan(t, probe.Live)
		checkRoundTrip(t, s, recording.All)
		for _, section := range []recording.Sections{recording.Worlds, recording.Namespaces, recording.Groups, recording.Tasks} {
			checkRoundTrip(t, s, section)
		}
	})
}

// What was read back is the same snapshot to those who look at it.
func TestReadBack(t *testing.T) {
	host := testhost.Load(t, "../testdata/hosts/v2.txtar")
	s := scan(t, probe.Roots{Proc: host.Proc, Sys: host.Sys})
	back, err := recording.Read(strings.NewReader(write(t, s, recording.All)))
	if err != nil {
		t.Fatal(err)
	}
	var before, after probe.WorldMaker
	before.Group(s.Tasks, probe.Partition{}, s.Host.Reference.Key)
	after.Group(back.Tasks, probe.Partition{}, back.Host.Reference.Key)
	if diff := cmp.Diff(before.List(), after.List(), readings); diff != "" {
		t.Errorf("worlds of the tasks (-scanned +read):\n%s", diff)
	}
	for i := range s.Groups {
		got, want := len(back.GroupMembers(&back.Groups[i])), len(s.GroupMembers(&s.Groups[i]))
		if got != want || back.Groups[i].Parent != s.Groups[i].Parent {
			t.Errorf("%s has %d members and the parent %d, want %d and %d", s.Groups[i].Path, got, back.Groups[i].Parent, want, s.Groups[i].Parent)
		}
	}
	if back.Tasks[0].Namespaces != back.Tasks[1].Namespaces {
		t.Error("equal sets of namespaces are two pointers")
	}
	if events := probe.Diff(s, back); len(events) > 0 {
		t.Errorf("%d events between the scanned and the read snapshot: %s", len(events), events[0].Text())
	}
}

var readings = cmp.Comparer(func(a, b reading.Reading[uint64]) bool { return a == b })

// unreadable is a snapshot in which everything that can be missing is, each for another reason.
func unreadable() *probe.Snapshot {
	denied := reading.None[uint64](reading.Denied)
	someDenied := &probe.NamespaceSet{}
	someDenied.Inodes[proc.Net] = reading.Of[uint64](4026531840)
	someDenied.Inodes[proc.Mnt] = denied
	someDenied.PIDForChildren = reading.None[uint64](reading.Unsupported)
	allDenied := &probe.NamespaceSet{PIDForChildren: denied, TimeForChildren: denied}
	for i := range allDenied.Inodes {
		allDenied.Inodes[i] = denied
	}
	return &probe.Snapshot{
		At: time.Unix(1763900000, 5),
		Tasks: []probe.Task{
			{
				TaskKey: probe.TaskKey{PID: 1, TID: 1}, Closeup: &probe.Closeup{}, Program: &probe.Program{Cmdline: reading.None[string](reading.Denied), UID: reading.None[uint32](reading.Denied)}, Access: reading.Denied, Namespaces: allDenied, Cgroups: &probe.CgroupSet{Access: reading.Denied},
			},
			{TaskKey: probe.TaskKey{PID: 2, TID: 2}, Closeup: &probe.Closeup{}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{}},
			{
				TaskKey: probe.TaskKey{PID: 3, TID: 3, Start: 9}, Closeup: &probe.Closeup{}, Program: &probe.Program{}, Access: reading.Present, State: 'Z', Namespaces: someDenied,
				Cgroups: &probe.CgroupSet{Access: reading.Present},
			},
		},
		Namespaces: []probe.Namespace{{
			NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 7}, ID: reading.None[uint64](reading.Unsupported), Owner: denied,
		}},
		Hierarchies: []probe.Hierarchy{{ID: -1, Label: "name=x", Version: 1}},
		Groups: []probe.Group{
			{GroupKey: probe.GroupKey{Hierarchy: "name=x", Path: "/"}, Parent: -1, Dir: "/x", Access: reading.Present, Values: &cgroup.Values{
				MemoryMax: reading.None[uint64](reading.Unlimited), CPUQuota: reading.None[float64](reading.Unlimited), PIDs: denied,
			}},
			{GroupKey: probe.GroupKey{Hierarchy: "name=x", Path: "/\xff"}, Parent: 0, Depth: 1, Access: reading.Denied, Values: &cgroup.Values{
				PIDsMax: reading.Of[uint64](1<<64 - 1), CPUQuota: reading.Of(0.5), Freezer: reading.Of(cgroup.Freezing),
			}},
		},
		Gaps: []probe.Gap{{Where: "/proc/PID/ns", Err: "permission denied", Count: 2, First: "/proc/1/ns"}},
	}
}

func TestUnknownIsNeverAValue(t *testing.T) {
	checkRoundTrip(t, unreadable(), recording.All)
	var got struct {
		Tasks, Namespaces, Groups []map[string]any
	}
	if err := json.Unmarshal([]byte(write(t, unreadable(), recording.All)), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"pid": 1.0, "unknown": map[string]any{
		"stat": "denied", "cmdline": "denied", "uid": "denied", "namespaces": "denied", "cgroups": "denied",
	}}
	if diff := cmp.Diff(want, got.Tasks[0]); diff != "" {
		t.Errorf("a process that nothing is known of (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"pid": 2.0}, got.Tasks[1]); diff != "" {
		t.Errorf("a process of which nothing was asked (-want +got):\n%s", diff)
	}
	want = map[string]any{"namespaces.mnt": "denied", "namespaces.pid_for_children": "unsupported", "rss": "absent"}
	if diff := cmp.Diff(want, got.Tasks[2]["unknown"]); diff != "" {
		t.Errorf("some namespaces (-want +got):\n%s", diff)
	}
	if got.Groups[0]["memory_max"] != "max" || got.Groups[0]["cpu_quota"] != "max" {
		t.Errorf("no limit is written %v and %v, want max", got.Groups[0]["memory_max"], got.Groups[0]["cpu_quota"])
	}
}

func TestReadRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":        "",
		"cut off":        `{"schema":1,"at":"2026-01-01T00:00:00Z","tasks":[{"pid":1`,
		"no number":      `{"schema":1,"tasks":[{"pid":"one"}]}`,
		"a type":         `{"schema":1,"namespaces":[{"type":"nets","inode":1}]}`,
		"a list of CPUs": `{"schema":1,"tasks":[{"pid":1,"cpus_allowed_list":"3-1"}]}`,
		"a freezer":      `{"schema":1,"groups":[{"hierarchy":"v2","path":"/","freezer":"cold"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := recording.Read(strings.NewReader(in)); err == nil {
				t.Errorf("read %+v, want an error", s)
			}
		})
	}
	if _, err := recording.Read(strings.NewReader(`{"schema":2}`)); !errors.Is(err, recording.ErrSchema) {
		t.Errorf("a later schema: %v, want %v", err, recording.ErrSchema)
	}
}

func TestOrigin(t *testing.T) {
	made := origin.Origin{Kind: "docker", Name: "we\xffb\n-1", ID: "30721a9d", In: "lxc \x1b[2J", From: "cgroup path /docker/30721a9d"}
	s := &probe.Snapshot{At: time.Unix(1763900000, 0), Worlds: []probe.World{{Name: "host", Host: true}, {Name: "docker web-1", Origin: made}}}
	checkRoundTrip(t, s, recording.All)
	text := write(t, s, recording.Worlds)
	back, err := recording.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := back.Worlds[1].Origin; got != made {
		t.Errorf("read back %+v, want %+v", got, made)
	}
	if got := back.Worlds[0].Origin; got != (origin.Origin{}) || strings.Count(text, `"origin"`) != 1 {
		t.Errorf("read back %+v of what is not known, want nothing, and nothing written:\n%s", got, text)
	}
}

// full is a file that takes no more.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteFails(t *testing.T) {
	if err := recording.Write(full{}, unreadable(), recording.All); !errors.Is(err, errFull) {
		t.Errorf("Write to a full file: %v, want %v", err, errFull)
	}
}
