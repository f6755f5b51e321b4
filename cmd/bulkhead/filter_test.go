package main

import (
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
)

// withReader is a host on which the program itself, process 9, leads a world of its own, and sleep is in another one. A network
// namespace is kept by a mount.
func withReader() *probe.Snapshot {
	s := &probe.Snapshot{Host: probe.Host{Self: 9}}
	for i, comm := range []string{"sleep", "bulkhead"} {
		pid, set := int32(8+i), &probe.NamespaceSet{}
		for _, kind := range probe.NamespaceTypes {
			inode := uint64(100*(i+1)) + uint64(kind)
			set.Inodes[kind] = reading.Of(inode)
			s.Namespaces = append(s.Namespaces, probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: kind, Inode: inode}, Processes: 1, Leader: pid})
		}
		s.Tasks = append(s.Tasks, probe.Task{
			TaskKey: probe.TaskKey{PID: pid, TID: pid, Start: 1}, Program: &probe.Program{Comm: comm, Cmdline: reading.Of(comm + " --filter blue")}, Namespaces: set, Cgroups: &probe.CgroupSet{},
		})
		s.Worlds = append(s.Worlds, probe.World{Key: probe.WorldKey(set.Inodes), Name: "w", Leader: pid, Processes: 1})
	}
	s.Namespaces = append(s.Namespaces, probe.Namespace{
		NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 999}, Name: "green",
		KeptBy: []probe.Keeper{{Kind: probe.KeptByMount, Path: "/run/netns/green", Namespace: probe.NamespaceRef{Type: probe.Mnt, Inode: 101}}},
	})
	return s
}

// TestFilterLeavesReaderOut: the words that are looked for stand in the program's own command line, by which nothing is found;
// a namespace is found by its name and by what keeps it.
func TestFilterLeavesReaderOut(t *testing.T) {
	for words, want := range map[string]struct{ worlds, namespaces int }{
		"blue":       {1, len(probe.NamespaceTypes)}, // Where sleep is.
		"bulkhead":   {0, 0},
		"green":      {0, 1},
		"/run/netns": {0, 1},
		"net:999":    {0, 1},
	} {
		expression, err := filter.Parse(words)
		if err != nil {
			t.Fatal(err)
		}
		worlds, namespaces := withReader(), withReader()
		filterWorlds(worlds, expression)
		filterNamespaces(namespaces, expression)
		if len(worlds.Worlds) != want.worlds || len(namespaces.Namespaces) != want.namespaces {
			t.Errorf("%q finds %d worlds and %d namespaces, want %d and %d",
				words, len(worlds.Worlds), len(namespaces.Namespaces), want.worlds, want.namespaces)
		}
	}
}
