package detail

import (
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

func TestDelegation(t *testing.T) {
	files := probe.Delegated(2)
	for name, test := range map[string]struct {
		of   probe.Delegation
		want string
	}{
		"laid out":         {probe.Delegation{}, ""},
		"root's":           {probe.Delegation{UID: reading.Of[uint32](0), User: "root", Files: files}, ""},
		"root's, marked":   {probe.Delegation{UID: reading.Of[uint32](0), User: "root", Files: files, Marked: reading.Of(true)}, "as root, marked by systemd"},
		"alice's":          {probe.Delegation{UID: reading.Of[uint32](1000), User: "alice", Files: files}, "to alice (uid 1000): may make groups below"},
		"nobody knows who": {probe.Delegation{UID: reading.Of[uint32](7777), User: "7777", Files: files, Marked: reading.Of(true)}, "to uid 7777, marked by systemd (Delegate=): may"},
		"in part": {
			probe.Delegation{UID: reading.Of[uint32](1000), User: "alice", Files: files[:1]},
			"in part to alice (uid 1000): owns the directory, but not cgroup.threads, cgroup.subtree_control",
		},
	} {
		s := watched(time.Unix(0, 0), 1)
		g := &s.Groups[2]
		d := probe.GroupDetail{GroupKey: g.GroupKey, Inode: g.Inode, Delegation: test.of}
		got := said(OfGroup(s, screen.ToGroup(g.GroupKey), GroupView{Detail: d}), "delegated")
		if !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
