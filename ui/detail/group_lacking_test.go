package detail

import (
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// TestUnmeasuredPressure says why a group tells no pressure, and says nothing where it does or where nobody asked for its files.
func TestUnmeasuredPressure(t *testing.T) {
	for name, test := range map[string]struct {
		version int
		files   []probe.Knob
		want    string
	}{
		"measured": {2, []probe.Knob{
			{Name: "cgroup.pressure", Text: reading.Of("1")}, {Name: "cpu.pressure", Text: reading.Of("some avg10=0.00")},
		}, ""},
		"turned off here": {2, []probe.Knob{{Name: "cgroup.pressure", Text: reading.Of("0")}}, "not measured in this group: its cgroup.pressure is 0"},
		"psi=0": {
			2,
			[]probe.Knob{{Name: "cgroup.procs"}},
			"not measured by this kernel: it takes Linux 4.20 or later with CONFIG_PSI, and psi=1 at the boot",
		},
		"psi=0, with files": {
			2,
			[]probe.Knob{{Name: "cpu.pressure", Text: reading.None[string](reading.Unsupported)}},
			"not measured by this kernel: it takes Linux 4.20 or later with CONFIG_PSI, and psi=1 at the boot",
		},
		"denied":    {2, []probe.Knob{{Name: "cpu.pressure", Text: reading.None[string](reading.Denied)}}, ""},
		"not read":  {2, nil, ""},
		"version 1": {1, []probe.Knob{{Name: "cgroup.procs"}}, ""},
	} {
		s := watched(time.Unix(1e9, 0), 1)
		s.Hierarchies[0].Version = test.version
		key := s.Groups[2].GroupKey
		p := OfGroup(s, screen.ToGroup(key), GroupView{Detail: probe.GroupDetail{GroupKey: key, Inode: 3, Files: test.files}})
		if got := said(p, "pressure"); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// TestSwitchedOff tells of a controller that the kernel was booted without.
func TestSwitchedOff(t *testing.T) {
	const says = "the memory controller is switched off by the kernel command line (cgroup_disable=memory)"
	s := watched(time.Unix(1e9, 0), 1)
	s.Host.Disabled = []string{"memory"}
	s.Hierarchies[0].Controllers, s.Hierarchies[0].MountPoint = []string{"cpu"}, "/sys/fs/cgroup"
	for i := range s.Groups {
		s.Groups[i].Values.Memory, s.Groups[i].Values.MemoryMax = probe.Reading[uint64]{}, probe.Reading[uint64]{}
	}
	s.Tasks = []probe.Task{{TaskKey: probe.TaskKey{PID: 7, TID: 7}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{}}}
	task := screen.ToTask(s.Tasks[0].TaskKey)
	u := probe.Uses{Target: task.Probe(), Task: s.Tasks[0].TaskKey}
	u.CPU.Narrowest = -1
	u.Places = []probe.Place{{GroupKey: s.Groups[2].GroupKey, Version: 2, Mounted: true, Seen: true}}
	for name, got := range map[string]string{
		"the group":             said(OfGroup(s, screen.ToGroup(s.Groups[2].GroupKey), GroupView{}), "memory"),
		"what the task may use": said(Uses(s, task, u), "memory"),
	} {
		if got != "no limit: "+says {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := said(Groups(s, task, u), "memory"); got != says {
		t.Errorf("the groups of the task: got %q", got)
	}
}

// TestNoHierarchy says that no limit can be set, and not that none is known.
func TestNoHierarchy(t *testing.T) {
	s := &probe.Snapshot{Host: probe.Host{Mode: "none"}, Tasks: []probe.Task{{TaskKey: probe.TaskKey{PID: 7, TID: 7}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{}}}}
	task := screen.ToTask(s.Tasks[0].TaskKey)
	u := probe.Uses{Target: task.Probe(), Task: s.Tasks[0].TaskKey, Told: reading.Present}
	u.CPU.Narrowest = -1
	if got := said(Uses(s, task, u), "memory"); got != "no limit: "+probe.NoHierarchy {
		t.Errorf("what it may use: got %q", got)
	}
	if got := said(Groups(s, task, u), "groups"); got != probe.NoHierarchy+", so that it is in no group" {
		t.Errorf("its groups: got %q", got)
	}
}

// TestCountedByAnother has the use of a group of cpu alone told by that of cpuacct.
func TestCountedByAnother(t *testing.T) {
	s := &probe.Snapshot{
		Hierarchies: []probe.Hierarchy{{ID: 1, Label: "cpu", Version: 1, Controllers: []string{"cpu"}}, {ID: 2, Label: "cpuacct", Version: 1, Controllers: []string{"cpuacct"}}},
		Groups: []probe.Group{
			{GroupKey: probe.GroupKey{Hierarchy: "cpu", Path: "/"}, Parent: -1, Dir: "/cpu", Values: &cgroup.Values{}},
			{GroupKey: probe.GroupKey{Hierarchy: "cpu", Path: "/a"}, Parent: 0, Dir: "/cpu/a", Values: &cgroup.Values{CPUQuota: reading.Of(0.5)}},
			{GroupKey: probe.GroupKey{Hierarchy: "cpuacct", Path: "/"}, Parent: -1, Dir: "/cpuacct", Values: &cgroup.Values{}},
			{
				GroupKey: probe.GroupKey{Hierarchy: "cpuacct", Path: "/a"}, Parent: 2, Dir: "/cpuacct/a", CPU: reading.Of(0.25),
				Values: &cgroup.Values{CPUUsage: reading.Of(time.Minute)},
			},
		},
	}
	target := screen.ToGroup(s.Groups[1].GroupKey)
	p := OfGroup(s, target, GroupView{})
	for label, want := range map[string]string{"cpu use": "25.0% of one CPU", "cpu time": "1:00.00; counted by cpuacct:/a", "cpu": "0.25 CPUs of its own 0.50 CPUs"} {
		if got := said(p, label); got != want {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
	s.Tasks = []probe.Task{{TaskKey: probe.TaskKey{PID: 7}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{Memberships: []proc.Membership{
		{Hierarchy: 1, Controllers: "cpu", Path: "/a"}, {Hierarchy: 2, Controllers: "cpuacct", Path: "/"},
	}}}}
	p = OfGroup(s, target, GroupView{})
	if got := said(p, "cpu use") + said(p, "cpu"); got != "not known: cpuacct counts other processes by this path; in cpuacct:/aat most its own 0.50 CPUs" {
		t.Errorf("of other processes: got %q", got)
	}
}
