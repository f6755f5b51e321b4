package probe_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/nsfs"
	"bulkhead/probe/origin"
	"bulkhead/probe/reading"
)

// ref makes a reference to a network namespace.
func netRef(inode uint64) probe.NamespaceRef {
	return probe.NamespaceRef{Type: probe.Net, Inode: inode}
}

// keyOf makes the key of a process.
func keyOf(pid int32, start uint64) probe.TaskKey {
	return probe.TaskKey{PID: pid, TID: pid, Start: start}
}

// oneShell is a snapshot of one process in one network namespace.
func oneShell() *probe.Snapshot {
	set := &probe.NamespaceSet{}
	set.Inodes[probe.Net] = reading.Of(uint64(10))
	return &probe.Snapshot{
		At:    time.Unix(100, 0),
		Tasks: []probe.Task{{TaskKey: keyOf(7, 70), Program: &probe.Program{Comm: "sh"}, Namespaces: set}},
		Namespaces: []probe.Namespace{
			{NamespaceRef: netRef(10), ID: reading.Of(uint64(1)), Processes: 1, Leader: 7},
		},
		Worlds: []probe.World{{Key: probe.WorldKey(set.Inodes), Name: "sh", Leader: 7, Processes: 1}},
	}
}

func heldNet(inode, id uint64, kept ...probe.Keeper) probe.Finding {
	return probe.Finding{NamespaceRef: netRef(inode), Info: nsfs.Info{Inode: inode, ID: reading.Of(id)}, KeptBy: kept}
}

func TestWith(t *testing.T) {
	mount := probe.Keeper{Kind: probe.KeptByMount, Path: "/run/netns/blue", Namespace: probe.NamespaceRef{Type: probe.Mnt, Inode: 3}}
	descriptor := probe.Keeper{Kind: probe.KeptByDescriptor, Task: keyOf(7, 70), Comm: "sh", FD: 4}
	ended := probe.Keeper{Kind: probe.KeptByDescriptor, Task: keyOf(7, 69), Comm: "sh", FD: 4}
	for name, c := range map[string]struct {
		found  []probe.Finding
		want   map[uint64]int // How many keepers each namespace has.
		worlds []string
	}{
		"a mount of a namespace with processes": {[]probe.Finding{heldNet(10, 1, mount)}, map[uint64]int{10: 1}, []string{"sh (netns blue)"}},
		"a namespace that no process is in":     {[]probe.Finding{heldNet(11, 2, mount)}, map[uint64]int{10: 0, 11: 1}, []string{"sh", "netns blue"}},
		"a descriptor":                          {[]probe.Finding{heldNet(11, 2, descriptor)}, map[uint64]int{10: 0, 11: 1}, []string{"sh", "net:[11]"}},
		"a descriptor of a process that is gone": {
			[]probe.Finding{heldNet(11, 2, ended)}, map[uint64]int{10: 0}, []string{"sh"},
		},
		"a number that is another namespace's by now": {[]probe.Finding{heldNet(10, 9, mount)}, map[uint64]int{10: 0}, []string{"sh"}},
		"kept by something unknown":                   {[]probe.Finding{heldNet(11, 2)}, map[uint64]int{10: 0, 11: 0}, []string{"sh"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := oneShell()
			s := before.With(&probe.Findings{Namespaces: c.found})
			got := map[uint64]int{}
			for i := range s.Namespaces {
				got[s.Namespaces[i].Inode] = len(s.Namespaces[i].KeptBy)
			}
			var worlds []string
			for i := range s.Worlds {
				worlds = append(worlds, s.Worlds[i].Name)
			}
			if diff := cmp.Diff(got, c.want) + cmp.Diff(worlds, c.worlds); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
			if len(before.Namespaces) != 1 || len(before.Namespaces[0].KeptBy) != 0 || len(before.Worlds) != 1 {
				t.Error("the snapshot itself was changed")
			}
		})
	}
}

func TestWithKin(t *testing.T) {
	s := oneShell()
	user := func(inode, parent uint64) probe.Namespace {
		return probe.Namespace{
			NamespaceRef: probe.NamespaceRef{Type: probe.User, Inode: inode},
			Owner:        reading.Of(parent), Parent: reading.Of(parent),
		}
	}
	s.Namespaces[0].Owner = reading.Of(uint64(22))
	s.Namespaces = append([]probe.Namespace{user(21, 1), user(22, 21)}, s.Namespaces...)
	s = s.With(&probe.Findings{})
	got := map[string][]string{}
	for i := range s.Namespaces {
		for k := range s.Namespaces[i].KeptBy {
			name := s.Namespaces[i].String()
			got[name] = append(got[name], s.Namespaces[i].KeptBy[k].Text())
		}
	}
	want := map[string][]string{"user:[21]": {"its child user:[22]"}, "user:[22]": {"it owns net:[10]"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
}

func TestWithOrigins(t *testing.T) {
	s := oneShell()
	key := s.Worlds[0].Key
	s = s.With(&probe.Findings{Origins: map[probe.WorldKey]origin.Origin{key: {Kind: "docker", Name: "web-1"}}})
	if got, want := s.Worlds[0].Name, "docker web-1"; got != want {
		t.Errorf("the world is called %q, want %q", got, want)
	}
}

func TestFoundEvents(t *testing.T) {
	mount := probe.Keeper{Kind: probe.KeptByMount, Path: "/run/netns/blue"}
	none, one := &probe.Findings{}, &probe.Findings{Namespaces: []probe.Finding{heldNet(11, 2, mount)}}
	for name, c := range map[string]struct {
		before, after *probe.Findings
		want          []probe.EventKind
	}{
		"the first search":   {nil, one, nil},
		"found by the next":  {none, one, []probe.EventKind{probe.NamespaceFound}},
		"gone from the next": {one, none, []probe.EventKind{probe.NamespaceGone}},
		"the same":           {one, one, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []probe.EventKind
			for _, e := range probe.Diff(oneShell().With(c.before), oneShell().With(c.after)) {
				got = append(got, e.Kind)
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

// TestWithUnopened says of a namespace that could not be opened that what all have is out of reach, and nothing of a parent.
func TestWithUnopened(t *testing.T) {
	mount := probe.Keeper{Kind: probe.KeptByMount, Path: "/run/blue", Namespace: probe.NamespaceRef{Type: probe.Mnt, Inode: 3}}
	found := []probe.Finding{{NamespaceRef: netRef(11), Info: nsfs.Info{Inode: 11}, KeptBy: []probe.Keeper{mount}}}
	user := probe.NamespaceRef{Type: probe.User, Inode: 12}
	found = append(found, probe.Finding{NamespaceRef: user, Info: nsfs.Info{Inode: 12}, KeptBy: []probe.Keeper{mount}})
	s := oneShell().With(&probe.Findings{Namespaces: found})
	for ref, parent := range map[probe.NamespaceRef]reading.State{netRef(11): reading.Absent, user: reading.Unreached} {
		n, ok := s.Namespace(ref)
		if !ok {
			t.Fatalf("%s is missing", ref)
		}
		got := [...]reading.State{n.ID.State(), n.Owner.State(), n.OwnerUID.State(), n.Parent.State()}
		if want := [...]reading.State{reading.Unreached, reading.Unreached, reading.Unreached, parent}; got != want {
			t.Errorf("%s: id, owner, owner uid, parent %v, want %v", ref, got, want)
		}
	}
}

// TestWithMountOfOneGone sees a mount through another process of its mount namespace where the one that it was seen through ended.
func TestWithMountOfOneGone(t *testing.T) {
	in := probe.NamespaceRef{Type: probe.Mnt, Inode: 3}
	s := oneShell()
	s.Namespaces = append([]probe.Namespace{{NamespaceRef: in, Processes: 1, Leader: 7}}, s.Namespaces...)
	mount := probe.Keeper{Kind: probe.KeptByMount, Task: keyOf(6, 60), Comm: "gone", Path: "/run/netns/blue", Namespace: in}
	n, ok := s.With(&probe.Findings{Namespaces: []probe.Finding{heldNet(11, 2, mount)}}).Namespace(netRef(11))
	if !ok || len(n.KeptBy) != 1 || n.KeptBy[0].Task != keyOf(7, 70) || n.KeptBy[0].Comm != "sh" {
		t.Errorf("got %+v, want it kept by a mount that process 7 sees", n)
	}
}
