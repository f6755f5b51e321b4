package recording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
	"bulkhead/probe/recording"
)

func TestKeepersAreRecorded(t *testing.T) {
	net := probe.NamespaceRef{Type: probe.Net, Inode: 9}
	kept := []probe.Keeper{
		{Kind: probe.KeptByThread, Task: probe.TaskKey{PID: 3, TID: 4, Start: 5}, Comm: "a\xff"},
		{Kind: probe.KeptForChildren, Task: probe.TaskKey{PID: 3, TID: 3, Start: 5}, Comm: "b"},
		{Kind: probe.KeptByDescriptor, Task: probe.TaskKey{PID: 3, TID: 3, Start: 5}, FD: 0},
		{Kind: probe.KeptByMount, Task: probe.TaskKey{PID: 3, TID: 3, Start: 5}, Path: "/run/netns/a\n", Namespace: probe.NamespaceRef{Type: probe.Mnt, Inode: 2}},
		{Kind: probe.KeptBySocket, Task: probe.TaskKey{PID: 3, TID: 3, Start: 5}, FD: 7},
		{Kind: probe.KeptByChild, Namespace: probe.NamespaceRef{Type: probe.User, Inode: 2}},
		{Kind: probe.KeptByOwned, Namespace: probe.NamespaceRef{Type: probe.IPC, Inode: 2}},
	}
	s := &probe.Snapshot{
		At: time.Unix(9, 0).UTC(), Findings: &probe.Findings{At: time.Unix(8, 0).UTC()},
		Namespaces: []probe.Namespace{{NamespaceRef: net, Name: "a\n", KeptBy: kept}},
	}
	checkRoundTrip(t, s, recording.All)
	back, err := recording.Read(strings.NewReader(write(t, s, recording.All)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(back.Namespaces[0].KeptBy, kept); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	if got, want := back.Findings.At, s.Findings.At; !got.Equal(want) {
		t.Errorf("searched at %v, want %v", got, want)
	}
}
