package form

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/actions"
	"bulkhead/probe"
)

func TestRun(t *testing.T) {
	m := scan(t, "hybrid")
	lab := []probe.GroupKey{{Hierarchy: "cpuset", Path: "/lab"}, {Hierarchy: "cpuset", Path: "/new"}, {Hierarchy: "freezer", Path: "/lab"}}
	tests := map[string]struct {
		ordinary bool
		keys     []string
		want     actions.RunOptions
	}{
		"proc brings pid and mnt": {
			false,
			[]string{"down", "down", "right", "space", "enter"},
			actions.RunOptions{New: []probe.NamespaceType{probe.Mnt, probe.PID}, Proc: true},
		},
		"without pid no proc": {
			false,
			[]string{"down", "down", "right", "space", "up", "up", "right", "right", "space", "enter"},
			actions.RunOptions{New: []probe.NamespaceType{probe.Mnt}},
		},
		"with unshare no proc": {
			false,
			[]string{"down", "down", "right", "space", "up", "right", "space", "down", "space", "enter"},
			actions.RunOptions{New: []probe.NamespaceType{probe.Mnt, probe.PID}, Unshare: true},
		},
		"ordinary users are root inside": {true, []string{"enter"}, actions.RunOptions{New: []probe.NamespaceType{probe.User}, MapRoot: true}},
		"user brings its map":            {false, []string{"space", "enter"}, actions.RunOptions{New: []probe.NamespaceType{probe.User}, MapRoot: true}},
		"host name brings uts": {
			false,
			[]string{"down", "down", "down", "box", "down", "sleep 9", "enter"},
			actions.RunOptions{New: []probe.NamespaceType{probe.UTS}, Hostname: "box", Command: []string{"sleep", "9"}},
		},
		"one group of a hierarchy": {
			false,
			[]string{"tab", "tab", "tab", "tab", "tab", "space", "right", "space", "right", "space", "enter"},
			actions.RunOptions{Groups: lab[1:]},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			now := *m.now
			now.Host.Caps = nil
			if !test.ordinary {
				now.Host.Caps = []string{"cap_sys_admin"}
			}
			var got actions.RunOptions
			press(NewRun(&now, lab, keep(&got)), test.keys...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	m := scan(t, "hybrid")
	now := *m.now
	now.Host.Caps = nil
	var got actions.RunOptions
	d, _ := press(NewRun(&now, []probe.GroupKey{{Hierarchy: "cpuset", Path: "/lab"}}, keep(&got)), "space", "enter")
	wants(t, d, "choose at least one new namespace")
	d, _ = press(d, "right", "space", "enter")
	wants(t, d, "it takes CAP_SYS_ADMIN")
	d, _ = press(d.Sync(m.without(0, probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"})), "tab", "tab", "tab", "tab", "tab")
	wants(t, d, "gone: cpuset:/lab was removed")
	if got.New != nil {
		t.Errorf("it was run: %v", got)
	}
}
