package probe

import (
	"slices"
	"testing"

	"bulkhead/probe/origin"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

const (
	containerID = "30721a9d994d621f1dd65786613b585a8d175be08a6252bf51f7952b5bb4c2c8"
	containerIn = "/docker/" + containerID
)

// grouped returns a process in a group of version 2.
func grouped(t Task, path string) Task {
	t.Cgroups = &CgroupSet{Access: reading.Present, Memberships: []proc.Membership{{Path: path}}}
	return t
}

func names(worlds []World) []string {
	var all []string
	for i := range worlds {
		all = append(all, worlds[i].Name)
	}
	return all
}

func TestWorldNames(t *testing.T) {
	other := func(inode uint64) *NamespaceSet { return namespaces(map[NamespaceType]uint64{Mnt: inode}) }
	denied := deniedSet(reading.Denied)
	host := namespaces(nil)
	tasks := []Task{
		process(1, 0, "init", host),
		grouped(process(10, 1, "nginx", other(10)), containerIn),
		grouped(process(11, 10, "worker", other(11)), containerIn),
		process(12, 1, "sleep", other(12)),
		process(13, 1, "host", other(13)),
		grouped(process(14, 1, "x", other(14)), "/system.slice/host.scope"),
		process(15, 1, "not permitted", other(15)),
		grouped(process(16, 1, "\x1b[2J\xff", other(16)), "/user.slice/session-1.scope"),
		process(17, 1, "", other(17)),
		grouped(process(18, 1, "x", &denied), containerIn),
	}
	worlds := namedWorlds(tasks, WorldKey(host.Inodes))
	want := []string{
		"host", "docker 30721a9d994d", "worker (docker 30721a9d994d)", "sleep", "host 13", "host.scope", "not permitted 15",
		"\x1b[2J\xff (session 1)", "", "not permitted",
	}
	if got := names(worlds); !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	if o := worlds[1].Origin; o.Kind != origin.Docker || o.ID != containerID || o.From != "cgroup path "+containerIn {
		t.Errorf("the container's origin is %+v", o)
	}
	if o := worlds[0].Origin; o != (origin.Origin{}) {
		t.Errorf("the host's origin is %+v, want none", o)
	}
}

// Whatever others are called, host is the host's world; and without one it is nobody's.
func TestHostIsNeverAmbiguous(t *testing.T) {
	s := &Snapshot{Worlds: []World{
		{Key: WorldKey(namespaces(nil).Inodes), Name: HostWorld, Host: true, Leader: 1},
		{Key: WorldKey{reading.Of[uint64](1)}, Name: "docker host", Leader: 2},
		{Key: WorldKey{reading.Of[uint64](2)}, Name: "host", Leader: 3, Origin: origin.Origin{Kind: origin.Systemd, Name: "host"}},
		{Key: WorldKey{reading.Of[uint64](3)}, Name: "podman host", Leader: 4},
	}}
	for i := range s.Worlds {
		s.Worlds[i].Name = s.Worlds[i].label(s.Worlds[i].Name)
	}
	if got, err := s.Resolve(HostWorld, nil); err != nil || got.World != s.Worlds[0].Key {
		t.Errorf("host is %+v (%v), want the host's world", got, err)
	}
	if got, err := s.Resolve("host 3", nil); err != nil || got.World != s.Worlds[2].Key {
		t.Errorf("host 3 is %+v (%v), want the world that is called so", got, err)
	}
	s.Worlds = s.Worlds[1:]
	if got, err := s.Resolve(HostWorld, nil); err == nil {
		t.Errorf("host is %+v where the host's world is not in sight, want an error", got)
	}
}

// A name is concluded anew where the leader, or what it was concluded from, is another.
func TestNamesAreTakenOver(t *testing.T) {
	set, host := namespaces(map[NamespaceType]uint64{Mnt: 2}), namespaces(nil)
	tasks := []Task{process(1, 0, "init", host), grouped(process(10, 1, "a", set), containerIn)}
	key := WorldKey(host.Inodes)
	var w WorldMaker
	w.named(tasks, key)
	w.all[1].naming.name = "kept"
	if got := w.named(tasks, key)[1].Name; got != "kept" {
		t.Errorf("%q where nothing changed, want what was concluded before", got)
	}
	for what, change := range map[string]func(*Task){
		"its group":   func(t *Task) { *t = grouped(*t, "/system.slice/a.service") },
		"its command": func(t *Task) { t.Program = &Program{Comm: t.Comm, Cmdline: reading.Of("a --type=zygote")} },
		"itself":      func(t *Task) { t.Start++ },
	} {
		changed := slices.Clone(tasks)
		change(&changed[1])
		w.all[1].naming.name = "kept"
		if got := w.named(changed, key)[1].Name; got == "kept" {
			t.Errorf("%s changed, and the name is still the old one", what)
		}
	}
}

// Of the processes that a scan asks little of, the leaders are read for their worlds' names, and no others.
func TestNamesNeedNoFacts(t *testing.T) {
	host := testhost.Load(t, "testdata/hosts/v2.txtar")
	scanner, err := Open(Roots{Proc: host.Proc, Sys: host.Sys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scanner.Close() })
	s, err := scanner.Scan(t.Context(), Request{Facts: FactNamespaces})
	if err != nil {
		t.Fatal(err)
	}
	if read := slices.ContainsFunc(s.Tasks, func(t Task) bool { return t.Cgroups != noCgroups }); read || len(s.Worlds) > 0 {
		t.Errorf("asked for namespaces alone: groups read %v, worlds %q", read, names(s.Worlds))
	}
	for _, facts := range []Facts{FactWorlds, AllFacts, FactWorlds} {
		s, err := scanner.Scan(t.Context(), Request{Facts: facts})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"host", "systemd-udevd.service", "docker 91815d706c78", "docker 3f1c6e0cf59a",
			"conmon of podman 9fd80cfd3fa7 (uid 4242)", "podman 9fd80cfd3fa7 (uid 4242)",
		}
		if got := names(s.Worlds); !slices.Equal(got, want) {
			t.Errorf("worlds %q, want %q", got, want)
		}
		if worker, _ := s.Task(20570); facts == FactWorlds && scanner.tick == 2 && worker.Cgroups != noCgroups {
			t.Error("the groups of a process that leads nothing were read")
		}
	}
}

// A process that ended since it was listed, or that another has the number of now, names nothing.
func TestLeaderIsGone(t *testing.T) {
	host := testhost.Load(t, "testdata/hosts/v2.txtar")
	scanner, err := Open(Roots{Proc: host.Proc, Sys: host.Sys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scanner.Close() })
	reader := newTaskReader(scanner)
	for what, task := range map[string]Task{
		"gone":   {TaskKey: TaskKey{PID: 99, TID: 99, Start: 1}, Cgroups: noCgroups},
		"reused": {TaskKey: TaskKey{PID: 420, TID: 420, Start: 1}, Cgroups: noCgroups},
	} {
		var meta taskMeta
		reader.complete(&task, &meta, leaderFacts)
		if task.Cgroups != noCgroups || meta.facts != 0 || task.Start != 1 {
			t.Errorf("%s: its facts %b were read", what, meta.facts)
		}
	}
}
