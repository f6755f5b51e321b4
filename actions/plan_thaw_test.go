package actions

import (
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
)

func TestThawsAfter(t *testing.T) {
	freezing := func(mount, file, to, back string) Plan {
		group := Group{GroupKey: probe.GroupKey{Hierarchy: "x", Path: "/lab"}, Mount: mount, Below: "/lab"}
		return Plan{Steps: []Step{Set{Group: group, File: file, From: back, To: to, Back: back}}}
	}
	freeze := freezing("/sys/fs/cgroup", "cgroup.freeze", "1", "0")
	old := freezing("/sys/fs/cgroup/freezer", "freezer.state", "FROZEN", "THAWED")
	guarded, oldGuarded := freeze, old
	guarded.Guarded, oldGuarded.Guarded = "it is the terminal", "it is the terminal"
	other := Plan{Title: "other", Steps: []Step{Make{}}}
	const file = "/sys/fs/cgroup/lab/cgroup.freeze"
	tests := map[string]struct {
		plan  Plan
		after time.Duration
		want  string // The line before the freeze.
	}{
		"never":              {freeze, 0, ""},
		"after a while":      {freeze, 5 * time.Minute, "(sleep 300; echo 0 > " + file + ") &\n"},
		"guarded":            {guarded, 10 * time.Second, "sh -c 'echo $$ > /sys/fs/cgroup/cgroup.procs; sleep 10; echo 0 > " + file + "' &\n"},
		"less than seconds":  {freeze, time.Millisecond, "(sleep 1; echo 0 > " + file + ") &\n"},
		"version 1":          {old, time.Minute, "(sleep 60; echo THAWED > /sys/fs/cgroup/freezer/lab/freezer.state) &\n"},
		"version 1, guarded": {oldGuarded, time.Minute, "sh -c 'echo $$ > /sys/fs/cgroup/freezer/cgroup.procs; sleep 60; echo THAWED > /sys/fs/cgroup/freezer/lab/freezer.state' &\n"},
		"no freeze":          {other, time.Minute, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.plan.ThawsAfter(test.after).Shell()
			if want := test.want + test.plan.Shell(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	if p := guarded.ThawsAfter(SelfThaw).ThawsAfter(0); p.ThawAfter != SelfThaw {
		t.Errorf("a freeze that overrides a guard thaws after %s, want %s in any case", p.ThawAfter, SelfThaw)
	}
}

// TestGuardedFreezeThaws: what overrides a guard is never left frozen.
func TestGuardedFreezeThaws(t *testing.T) {
	on := viewOf(t, "v2")
	for i := range on.s.Groups {
		g := &on.s.Groups[i]
		plan, err := Freeze(g.GroupKey, true)(on.s, on.knob)
		if err != nil || plan.Guarded == "" {
			continue
		}
		if plan.ThawAfter != SelfThaw || !strings.HasPrefix(plan.Shell(), "sh -c ") {
			t.Errorf("%s: thaws after %s by %q", g.GroupKey, plan.ThawAfter, plan.Shell())
		}
		return
	}
	t.Fatal("no group of the host is guarded")
}
