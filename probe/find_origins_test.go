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
	found := newOriginFinder(Roots{Proc: files.Proc, Sys: files.Sys}).origins(t.Context(), s, nil)
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

// A world that is named after its own network keeps its leader's name. In another network it has no such name.
func TestFindNetworks(t *testing.T) {
	host := namespaces(nil)
	tasks := []Task{
		process(1, 0, "init", host), process(10, 1, "dhcp", namespaces(map[NamespaceType]uint64{Net: 10})),
		process(11, 1, "sleep", namespaces(map[NamespaceType]uint64{Net: 11})),
	}
	s := &Snapshot{Tasks: tasks, Worlds: namedWorlds(tasks, WorldKey(host.Inodes))}
	mounted := func(inode uint64, path string) Finding {
		return Finding{NamespaceRef: NamespaceRef{Net, inode}, KeptBy: []Keeper{{Kind: KeptByMount, Path: path}}}
	}
	files := testhost.Parse(t, "-- run/netns/blue --\n")
	finder := newOriginFinder(Roots{Proc: files.Proc, Sys: files.Sys})
	found := finder.origins(t.Context(), s, []Finding{mounted(10, "/run/netns/blue"), mounted(11, "/tmp/red")})
	if got := s.Worlds[1].made(found[s.Worlds[1].Key], "dhcp").Name; got != "dhcp (netns blue)" {
		t.Errorf("the world is called %q, want the name of its network with it", got)
	}
	if o := found[s.Worlds[1].Key]; o.Kind != origin.Process {
		t.Errorf("its origin is %+v", o)
	}
	if o, ok := found[s.Worlds[2].Key]; ok {
		t.Errorf("the other network has a name: %+v", o)
	}
}
