package probe

import (
	"testing"

	"bulkhead/probe/origin"
	"bulkhead/probe/testhost"
)

// A search finds the names that an engine keeps, for the worlds of a container and for those that were made inside of it.
func TestFindOrigins(t *testing.T) {
	other := func(inode uint64) *NamespaceSet { return namespaces(map[NamespaceType]uint64{Mnt: inode}) }
	host := namespaces(nil)
	tasks := []Task{
		process(1, 0, "init", host),
		grouped(process(10, 1, "nginx", other(10)), containerIn),
		grouped(process(11, 10, "worker", other(11)), containerIn),
		process(12, 1, "sleep", other(12)),
	}
	s := &Snapshot{Tasks: tasks, Worlds: namedWorlds(tasks, WorldKey(host.Inodes))}
	files := testhost.Parse(t, "-- var/lib/docker/containers/"+containerID+"/config.v2.json --\n{\"Name\":\"/host\"}\n")
	found := newOriginFinder(Roots{Proc: files.Proc, Sys: files.Sys}).origins(t.Context(), s)
	if len(found) != 2 {
		t.Errorf("found %d origins, want those of the container and of what is inside", len(found))
	}
	for i, want := range []string{"host", "docker host", "worker (docker host)", "sleep"} {
		w := s.Worlds[i]
		if o, ok := found[w.Key]; ok {
			leader, _ := s.Task(w.Leader)
			w = w.made(o, leader.Comm)
		}
		if w.Name != want {
			t.Errorf("world %d is called %q, want %q", i, w.Name, want)
		}
	}
	if got := s.Worlds[1].Origin.Name; got != "" {
		t.Errorf("the search changed the snapshot: the container is called %q in it", got)
	}
}

// A world in a network that has a name tells that name, also where it was made after the search. In another network it has no such
// name.
func TestNetworksNameWorlds(t *testing.T) {
	host := namespaces(nil)
	tasks := []Task{
		process(1, 0, "init", host), process(10, 1, "dhcp", namespaces(map[NamespaceType]uint64{Net: 10})),
		process(11, 1, "sleep", namespaces(map[NamespaceType]uint64{Net: 11})),
		process(12, 1, "sh", namespaces(map[NamespaceType]uint64{Net: 10, Mnt: 12})),
	}
	s := &Snapshot{Tasks: tasks, Worlds: namedWorlds(tasks, WorldKey(host.Inodes))}
	mounted := func(inode uint64, path string) Finding {
		return Finding{NamespaceRef: NamespaceRef{Net, inode}, KeptBy: []Keeper{{Kind: KeptByMount, Path: path}}}
	}
	for inode := range uint64(2) {
		s.Namespaces = append(s.Namespaces, Namespace{NamespaceRef: NamespaceRef{Net, 10 + inode}, Processes: 1})
	}
	s = s.With(&Findings{Namespaces: []Finding{mounted(10, "/run/netns/blue"), mounted(11, "/tmp/red")}})
	for i, want := range []string{"host", "dhcp (netns blue)", "sleep", "sh (netns blue)"} {
		if got := s.Worlds[i].Name; got != want {
			t.Errorf("world %d is called %q, want %q", i, got, want)
		}
	}
	if o := s.Worlds[1].Origin; o.Kind != origin.Process {
		t.Errorf("its origin is %+v", o)
	}
}
