package form

import (
	"testing"

	"bulkhead/actions"
	"bulkhead/probe"
)

func TestCPUs(t *testing.T) {
	m := scan(t, "hybrid")
	lab := probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}
	choose := func(file string) actions.Choice {
		c, err := actions.CPUs(m.now, lab, file, m.roots.Knob)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	form := NewCPUs(choose("cpuset.cpus"), lab, choose("cpuset.mems"))
	tests := map[string]struct {
		keys []string
		want string
	}{
		"box":          {[]string{"space", "enter"}, "echo 0-1 > /sys/fs/cgroup/cpuset/lab/cpuset.cpus\n"},
		"all":          {[]string{"a", "enter"}, "echo 0-1 > /sys/fs/cgroup/cpuset/lab/cpuset.cpus\n"},
		"other box":    {[]string{"space", "right", "space", "enter"}, "echo 0 > /sys/fs/cgroup/cpuset/lab/cpuset.cpus\n"},
		"list":         {[]string{"tab", "backspace", "0", "enter"}, "echo 0 > /sys/fs/cgroup/cpuset/lab/cpuset.cpus\n"},
		"list by down": {[]string{"down", ",0", "enter"}, "echo 0-1 > /sys/fs/cgroup/cpuset/lab/cpuset.cpus\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, o := press(form, test.keys...)
			if got := m.shell(t, o); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	d, o := press(form, "enter")
	if o != nil {
		t.Errorf("the outcome is %T though nothing was changed", o)
	}
	wants(t, d, "nothing was changed")
	d, _ = press(form, "space")
	wants(t, d, "list  0-1", "then  set 0-1")
}

func TestBothCPUsAndNodes(t *testing.T) {
	m := scan(t, "hybrid")
	key := probe.GroupKey{Hierarchy: "cpuset", Path: "/new"}
	var choices []actions.Choice
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		c, err := actions.CPUs(m.now, key, file, m.roots.Knob)
		if err != nil {
			t.Fatal(err)
		}
		choices = append(choices, c)
	}
	_, o := press(NewCPUs(choices[0], key, choices[1]), "a", "tab", "tab", "a", "enter")
	want := "echo 0-1 > /sys/fs/cgroup/cpuset/new/cpuset.cpus\necho 0 > /sys/fs/cgroup/cpuset/new/cpuset.mems\n"
	if got := m.shell(t, o); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCPUsRefuses(t *testing.T) {
	key := probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}
	tests := map[string]struct {
		choice actions.Choice
		keys   []string
		want   string
	}{
		"held":               {fourCPUs(t), []string{"right", "right", "space"}, "CPU 2 is held exclusively by /real-time"},
		"not allowed":        {fourCPUs(t), []string{"end", "space"}, "CPU 3 is not allowed by the group above"},
		"held, in the list":  {fourCPUs(t), []string{"tab", ",2"}, "CPU 2 is held exclusively by /real-time"},
		"no list":            {fourCPUs(t), []string{"tab", ",x"}, `"x" is no number`},
		"not there":          {manyCPUs(t), []string{"tab", ",999"}, "CPU 999 is not there"},
		"asked for in v2":    {manyCPUs(t), []string{"end", "space"}, "CPU 219: chosen, but not allowed by the group above"},
		"the cursor goes on": {manyCPUs(t), []string{"down", "down", "right"}, "CPU 33: allowed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, _ := press(NewCPUs(test.choice, key), test.keys...)
			wants(t, d, test.want)
		})
	}
}

func TestCPUsFollowTheKernel(t *testing.T) {
	m := scan(t, "hybrid")
	lab := probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}
	old := fourCPUs(t) // 0-1 are set, where the snapshot says 1.
	wants(t, NewCPUs(old, lab).Sync(m.now), "list  1", "now   set 1", "effective 1")
	d, _ := press(NewCPUs(old, lab), "space")
	wants(t, d.Sync(m.now), "list  1", "then  set 1")
	d, o := press(d.Sync(m.without(0, lab)), "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "gone: cpuset:/lab was removed")
}

func TestSignals(t *testing.T) {
	m := scan(t, "hybrid")
	for keys, want := range map[string]string{"": "kill -TERM 700\n", "kill": "kill -KILL 700\n", "19": "kill -STOP 700\n"} {
		_, o := press(NewSignals(m.now, m.tasks(t, 700)), keys, "enter")
		if got := m.shell(t, o); got != want {
			t.Errorf("%q: got %q, want %q", keys, got, want)
		}
	}
	d, o := press(NewSignals(m.now, m.tasks(t, 700)).Sync(m.without(700, probe.GroupKey{})), "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "gone: process 700 has ended")
}
