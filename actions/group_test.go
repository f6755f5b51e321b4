package actions

import (
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// TestReadOnlyMount refuses what the kernel would refuse with EROFS before it is tried. To kill, signals do.
func TestReadOnlyMount(t *testing.T) {
	key := probe.GroupKey{Hierarchy: "v2", Path: "/a"}
	task := probe.Task{TaskKey: probe.TaskKey{PID: 77, TID: 77, Start: 1}, Program: &probe.Program{Comm: "sleep"}}
	s := &probe.Snapshot{
		Hierarchies: []probe.Hierarchy{{Label: "v2", Version: 2, MountPoint: "/m", Root: "/", ReadOnly: true}},
		Groups: []probe.Group{
			{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/"}, Parent: -1, Dir: "/m", Values: &cgroup.Values{}},
			{GroupKey: key, Parent: 0, Dir: "/m/a", Values: &cgroup.Values{}},
		},
		Tasks: []probe.Task{task},
	}
	knob := func(string, string) probe.Reading[string] { return reading.Of("1") }
	refusals := map[string]error{}
	for name, intent := range map[string]Intent{
		"freeze": Freeze(key, false),
		"set":    SetKnob(key, "cpu.weight", "5", false),
		"make":   MakeGroup(probe.GroupKey{Hierarchy: "v2", Path: "/a/b"}, MakeOptions{}),
		"remove": RemoveGroup(key, RemoveOptions{}),
		"move":   MoveTasks([]probe.TaskKey{task.TaskKey}, key, MoveOptions{}),
		"alarm":  SetAlarm(key, Alarm{}),
		"run":    RunCommand(RunOptions{Groups: []probe.GroupKey{key}, Command: []string{"true"}}),
	} {
		_, err := intent(s, knob)
		refusals[name] = err
	}
	_, refusals["cpus"] = CPUs(s, key, "cpuset.cpus", knob)
	_, refusals["partition"] = PartitionOf(s, key, knob)
	for name, err := range refusals {
		if err == nil || !strings.Contains(err.Error(), "the control groups at /m are mounted read-only here") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	p, err := KillGroup(key, true)(withMember(s, task, key), knob)
	if err != nil || len(p.Steps) != 1 {
		t.Fatalf("kill: %+v, %v", p.Steps, err)
	}
	if _, ok := p.Steps[0].(SignalGroup); !ok {
		t.Errorf("kill: %+v, want signals", p.Steps)
	}
}

// withMember puts a task into a group.
func withMember(s *probe.Snapshot, task probe.Task, key probe.GroupKey) *probe.Snapshot {
	task.Cgroups = &probe.CgroupSet{Memberships: []proc.Membership{{Path: key.Path}}, Access: reading.Present}
	next := *s
	next.Tasks = []probe.Task{task}
	return &next
}
