package compare_test

import (
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/compare"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
)

// subject is a task of which everything is known.
func subject(pid int32) rights.Subject {
	task := &probe.Task{TaskKey: probe.TaskKey{PID: pid, TID: pid}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{
		Access: reading.Present, Memberships: []proc.Membership{{Path: "/lab"}, {Hierarchy: 3, Controllers: "cpuset", Path: "/"}},
	}}
	for _, t := range probe.NamespaceTypes {
		task.Namespaces.Inodes[t] = reading.Of(uint64(100) + uint64(t))
	}
	task.Namespaces.PIDForChildren, task.Namespaces.TimeForChildren = task.Namespaces.Inodes[probe.PID], task.Namespaces.Inodes[probe.Time]
	text := reading.Of[string]
	return rights.Subject{Task: task, Detail: probe.Detail{
		Status: reading.Of(proc.Status{
			Effective: reading.Of[uint64](1), NoNewPrivs: reading.Of(false), Seccomp: reading.Of(proc.SeccompDisabled),
			CPUsAllowed: reading.Of(cpulist.Set{}),
		}),
		UIDMap: reading.Of([]proc.IDMap{{Count: 7}}), Root: text("/"), Cwd: text("/tmp"), Exe: text("/bin/x"),
		Limits: reading.Of([]probe.Limit{{Name: "processes", Soft: reading.None[uint64](reading.Unlimited)}}),
	}}
}

// find returns the line of a name.
func find(t *testing.T, c compare.Comparison, what string) compare.Line {
	t.Helper()
	for _, line := range c.Lines {
		if line.What == what {
			return line
		}
	}
	t.Fatalf("there is no line of %s", what)
	return compare.Line{}
}

// TestWorlds names the worlds of both: by the leader too where two are named alike, and not where one could not be read.
func TestWorlds(t *testing.T) {
	denied := func(s *rights.Subject) { s.Task.Namespaces.Inodes[probe.Net] = reading.None[uint64](reading.Denied) }
	other := func(s *rights.Subject) { s.Task.Namespaces.Inodes[probe.Net] = reading.Of[uint64](7) }
	for name, test := range map[string]struct {
		change   func(b *rights.Subject)
		names    [2]string
		a, b     string
		relation compare.Relation
	}{
		"same":         {func(*rights.Subject) {}, [2]string{"web", "web"}, "web", "web", compare.Same},
		"others":       {other, [2]string{"web", "db"}, "web", "db", compare.Differs},
		"named alike":  {other, [2]string{"web", "web"}, "web 1", "web 2", compare.Differs},
		"not readable": {denied, [2]string{"web", "not permitted"}, "web", "", compare.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := subject(1), subject(2)
			test.change(&b)
			s := &probe.Snapshot{Worlds: []probe.World{{Key: a.Task.Namespaces.Inodes, Name: test.names[0], Leader: 1}}}
			if b.Task.Namespaces.Inodes != a.Task.Namespaces.Inodes {
				s.Worlds = append(s.Worlds, probe.World{Key: b.Task.Namespaces.Inodes, Name: test.names[1], Leader: 2})
			}
			line := find(t, compare.Tasks(s, a, b), "world")
			if x, y := line.A.Or(""), line.B.Or(""); x != test.a || y != test.b || line.Relation != test.relation {
				t.Errorf("%q and %q are %v, want %q and %q, %v", x, y, line.Relation, test.a, test.b, test.relation)
			}
		})
	}
}

func TestRelations(t *testing.T) {
	status := func(s *rights.Subject, change func(*proc.Status)) {
		was, _ := s.Detail.Status.Get()
		change(&was)
		s.Detail.Status = reading.Of(was)
	}
	for name, test := range map[string]struct {
		what   string
		change func(b *rights.Subject)
		want   compare.Relation
	}{
		"namespace":         {"net", func(b *rights.Subject) { b.Task.Namespaces.Inodes[probe.Net] = reading.Of[uint64](7) }, compare.Differs},
		"namespace, same":   {"net", func(*rights.Subject) {}, compare.Same},
		"namespace, denied": {"net", func(b *rights.Subject) { b.Task.Namespaces.Inodes[probe.Net] = reading.None[uint64](reading.Denied) }, compare.Unknown},
		"namespace, none":   {"net", func(b *rights.Subject) { b.Task.Namespaces.Inodes[probe.Net] = reading.None[uint64](reading.Absent) }, compare.Differs},
		"for children":      {"pid_for_children", func(b *rights.Subject) { b.Task.Namespaces.PIDForChildren = reading.Of[uint64](7) }, compare.Differs},
		"group":             {"cpuset", func(b *rights.Subject) { b.Task.Cgroups.Memberships[1].Path = "/lab" }, compare.Differs},
		"group, same":       {"v2", func(*rights.Subject) {}, compare.Same},
		"group, removed":    {"v2", func(b *rights.Subject) { b.Task.Cgroups.Memberships[0].Deleted = true }, compare.Differs},
		"group, not there":  {"cpuset", func(b *rights.Subject) { b.Task.Cgroups.Memberships = b.Task.Cgroups.Memberships[:1] }, compare.Differs},
		"group, denied":     {"v2", func(b *rights.Subject) { b.Task.Cgroups = &probe.CgroupSet{Access: reading.Denied} }, compare.Unknown},
		"capabilities":      {"CapEff", func(b *rights.Subject) { status(b, func(s *proc.Status) { s.Effective = reading.Of[uint64](3) }) }, compare.Differs},
		"status, denied":    {"CapEff", func(b *rights.Subject) { b.Detail.Status = reading.None[proc.Status](reading.Denied) }, compare.Unknown},
		"status, not read":  {"no_new_privs", func(b *rights.Subject) { b.Detail = probe.Detail{} }, compare.Unknown},
		"no_new_privs":      {"no_new_privs", func(b *rights.Subject) { status(b, func(s *proc.Status) { s.NoNewPrivs = reading.Of(true) }) }, compare.Differs},
		"seccomp": {"seccomp", func(b *rights.Subject) {
			status(b, func(s *proc.Status) { s.Seccomp = reading.Of(proc.SeccompFilter) })
		}, compare.Differs},
		"user":        {"uid", func(b *rights.Subject) { status(b, func(s *proc.Status) { s.UID.Saved = 5 }) }, compare.Differs},
		"map":         {"uid_map", func(b *rights.Subject) { b.Detail.UIDMap = reading.Of([]proc.IDMap{{Outside: 5, Count: 7}}) }, compare.Differs},
		"map, denied": {"uid_map", func(b *rights.Subject) { b.Detail.UIDMap = reading.None[[]proc.IDMap](reading.Denied) }, compare.Unknown},
		"limit": {"processes", func(b *rights.Subject) {
			b.Detail.Limits = reading.Of([]probe.Limit{{Name: "processes", Soft: reading.Of[uint64](7)}})
		}, compare.Differs},
		"limit, same":        {"processes", func(*rights.Subject) {}, compare.Same},
		"limit, denied":      {"processes", func(b *rights.Subject) { b.Detail.Limits = reading.None[[]probe.Limit](reading.Denied) }, compare.Unknown},
		"cwd":                {"cwd", func(b *rights.Subject) { b.Detail.Cwd = reading.Of("/") }, compare.Differs},
		"root":               {"root", func(*rights.Subject) {}, compare.Same},
		"root, other mounts": {"root", func(b *rights.Subject) { b.Task.Namespaces.Inodes[probe.Mnt] = reading.Of[uint64](7) }, compare.Unknown},
		"program, none":      {"exe", func(b *rights.Subject) { b.Detail.Exe = probe.Reading[string]{} }, compare.Differs},
		"affinity": {"Cpus_allowed_list", func(b *rights.Subject) {
			status(b, func(s *proc.Status) { s.CPUsAllowed = reading.None[cpulist.Set](reading.Absent) })
		}, compare.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := subject(10), subject(20)
			test.change(&b)
			for way, c := range map[string]compare.Comparison{
				"A with B": compare.Tasks(&probe.Snapshot{}, a, b), "B with A": compare.Tasks(&probe.Snapshot{}, b, a),
			} {
				if got := find(t, c, test.what); got.Relation != test.want {
					t.Errorf("%s: %s: %+v, want %s", way, test.what, got, test.want)
				}
			}
		})
	}
}

func TestOrdered(t *testing.T) {
	a, b := subject(10), subject(20)
	b.Detail.Cwd, b.Detail.UIDMap = reading.Of("/"), reading.None[[]proc.IDMap](reading.Denied)
	c := compare.Tasks(&probe.Snapshot{}, a, b)
	lines := c.Ordered()
	if len(lines) != len(c.Lines) || lines[0].What != "cwd" || lines[1].What != "uid_map" || lines[2].Relation == compare.Differs {
		t.Errorf("in order: %+v", lines[:3])
	}
}
