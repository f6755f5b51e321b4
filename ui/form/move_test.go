package form

import (
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/ui/dialog"
)

func TestMove(t *testing.T) {
	m := scan(t, "hybrid")
	tests := map[string]struct {
		keys []string
		want string
	}{
		"process":      {[]string{"cpuset:/lab", "enter"}, "echo 620 > /sys/fs/cgroup/cpuset/lab/cgroup.procs\n"},
		"thread":       {[]string{"cpuset:/lab", "ctrl+t", "enter"}, "echo 620 > /sys/fs/cgroup/cpuset/lab/tasks\n"},
		"upper case":   {[]string{"CPUSET:/LAB", "enter"}, "echo 620 > /sys/fs/cgroup/cpuset/lab/cgroup.procs\n"},
		"second found": {[]string{"lab", "down", "down", "enter"}, "echo 620 > /sys/fs/cgroup/cpuset/lab/cgroup.procs\n"},
		"already in":   {[]string{"home", "enter"}, "refused: 620 bash is in / already"},
		"quotes are text": {
			[]string{`"`, "backspace", "cpu:/lab", "enter"},
			"echo 620 > /sys/fs/cgroup/cpu/lab/cgroup.procs\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, o := press(NewMoveTo(m.now, m.tasks(t, 620)), test.keys...)
			if got := m.shell(t, o); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMoveFindsNothing(t *testing.T) {
	m := scan(t, "hybrid")
	d, o := press(NewMoveTo(m.now, m.tasks(t, 620)), "no such group", "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "no group matches", "0 of 39", "no group is selected")
}

func TestMoveKeepsItsGroup(t *testing.T) {
	m := scan(t, "hybrid")
	lab := probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}
	d, _ := press(NewMoveTo(m.now, m.tasks(t, 620)), "cpuset:/lab")
	d = d.Sync(m.without(0, probe.GroupKey{Hierarchy: "cpu", Path: "/lab"}))
	if _, o := press(d, "enter"); !strings.Contains(m.shell(t, o), "cpuset/lab") {
		t.Error("another group was selected by a scan")
	}
	d, o := press(d.Sync(m.without(0, lab)), "enter")
	if o != nil {
		t.Errorf("the outcome is %T though the group is gone", o)
	}
	wants(t, d, "gone: cpuset:/lab was removed")
	d = d.Sync(m.now)
	if _, o := press(d, "ctrl+u", "enter"); o == nil {
		t.Error("another group cannot be chosen")
	}
}

// TestMoveKeepsContext chooses a row that the filter did not find, but something below it.
func TestMoveKeepsContext(t *testing.T) {
	m := scan(t, "hybrid")
	for _, key := range []string{"home", "up"} {
		chosen, _ := press(NewMoveTo(m.now, m.tasks(t, 620)), "cpuset:/lab", key)
		_, before := press(chosen, "enter")
		_, after := press(chosen.Sync(m.now), "enter")
		if got, want := m.shell(t, after), m.shell(t, before); got != want {
			t.Errorf("%s, and a scan: got %q, want %q", key, got, want)
		}
	}
}

func TestMoveOfWhoIsGone(t *testing.T) {
	m := scan(t, "hybrid")
	d, o := press(NewMoveTo(m.now, m.tasks(t, 620)).Sync(m.without(620, probe.GroupKey{})), "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "gone: process 620 has ended")
	if _, o = press(d.Sync(m.now), "down", "enter"); o == nil {
		t.Error("it is back, and cannot be moved")
	}
	d, _ = press(NewMoveTo(m.now, m.tasks(t, 620, 1)).Sync(m.without(620, probe.GroupKey{})))
	wants(t, d, "Move 2 processes to")
}

func TestMoveIntoNewGroup(t *testing.T) {
	m := scan(t, "hybrid")
	_, o := press(NewMoveTo(m.now, m.tasks(t, 620)), "cpuset:/lab", "ctrl+n")
	open, ok := o.(dialog.Open)
	if !ok {
		t.Fatalf("the outcome is %T, want Open", o)
	}
	wants(t, open.Dialog, "New group below cpuset:/lab")
}
