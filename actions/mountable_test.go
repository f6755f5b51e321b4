package actions

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// mounts is a host with some hierarchies.
func mounts(hierarchies ...probe.Hierarchy) *probe.Snapshot {
	s := &probe.Snapshot{Hierarchies: hierarchies}
	s.Host.Caps = []string{"cap_sys_admin"}
	return s
}

var (
	seenV2      = probe.Hierarchy{Label: "v2", Version: 2, Controllers: []string{"hugetlb", "pids"}, MountPoint: "/sys/fs/cgroup/unified"}
	seenMemory  = probe.Hierarchy{Label: "memory", Version: 1, Controllers: []string{"memory"}, MountPoint: "/sys/fs/cgroup/memory"}
	unseenCPUs  = probe.Hierarchy{Label: "cpu,cpuacct", Version: 1, Controllers: []string{"cpu", "cpuacct"}}
	seenSystemd = probe.Hierarchy{Label: "name=systemd", Version: 1, MountPoint: "/sys/fs/cgroup/systemd", Options: []string{"xattr"}}
	seenCPUSet  = probe.Hierarchy{Label: "cpuset", Version: 1, Controllers: []string{"cpuset"}, MountPoint: "/dev/cpuset", Options: []string{"noprefix"}}
)

// handsOn is the files of a topmost group that hands on a controller.
func handsOn(dir, file string) probe.Reading[string] {
	if dir == seenV2.MountPoint && file == fileSubtree {
		return reading.Of("pids")
	}
	return probe.Reading[string]{}
}

func TestMountables(t *testing.T) {
	listed := []probe.Controller{
		{Name: "memory", Hierarchy: 4, Enabled: true},
		{Name: "cpuset", Enabled: true},
		{Name: "rdma"},
		{Name: "pids", Enabled: true},
		{Name: "cpu", Hierarchy: 2, Enabled: true},
	}
	want := `cpu: v1; it is in the version 1 hierarchy cpu,cpuacct, which is mounted nowhere in sight
cpuacct: v1; it is in the version 1 hierarchy cpu,cpuacct, which is mounted nowhere in sight
cpuset: free; no hierarchy in sight has it
hugetlb: v2; version 2 has it but does not use it: it is taken away from that
memory: v1; ! it is mounted already, as memory at /sys/fs/cgroup/memory
pids: v2, used; ! version 2 uses it: it is in the cgroup.subtree_control of its topmost group
rdma: off; ! it was turned off when the system booted, by cgroup_disable=
`
	var got strings.Builder
	for _, m := range Mountables(mounts(seenV2, seenMemory, unseenCPUs), listed, handsOn) {
		says := m.Says
		if m.Refused != "" {
			says = "! " + m.Refused
		}
		fmt.Fprintf(&got, "%s: %s; %s\n", m.Name, m.Bound, says)
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

func TestUsualMountPoint(t *testing.T) {
	for want, s := range map[string]*probe.Snapshot{
		"/sys/fs/cgroup/lab": mounts(seenV2, seenMemory), "/run/cgroup-lab": mounts(seenV2), "/dev/lab": mounts(seenCPUSet, seenMemory),
	} {
		if got := UsualMountPoint(s, "lab"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestUnmount(t *testing.T) {
	ordinary := mounts(seenMemory)
	ordinary.Host.Caps = nil
	grouped := mounts(seenMemory)
	grouped.Groups = []probe.Group{{GroupKey: probe.GroupKey{Hierarchy: "memory", Path: "/"}, Parent: -1}, {GroupKey: probe.GroupKey{Hierarchy: "memory", Path: "/a"}}}
	other := mounts(seenSystemd, seenMemory)
	other.Tasks = []probe.Task{{TaskKey: probe.TaskKey{PID: 1, TID: 1}, Program: &probe.Program{Comm: "runit"}}}
	booted := mounts(seenSystemd, seenMemory)
	booted.Tasks = []probe.Task{{TaskKey: probe.TaskKey{PID: 1, TID: 1}, Program: &probe.Program{Comm: "systemd"}}}
	twice := mounts(seenMemory)
	twice.Hierarchies[0].Also = []string{"/mnt/b"}
	tests := map[string]struct {
		s     *probe.Snapshot
		label string
		force Force
		want  string // The refusal, or the commands, their undo and the warnings.
	}{
		"empty":         {mounts(seenMemory), "memory", false, "umount /sys/fs/cgroup/memory; mount -t cgroup -o memory cgroup /sys/fs/cgroup/memory; no group is in it: it ends, and version 2 gets memory back"},
		"with groups":   {grouped, "memory", false, "umount /sys/fs/cgroup/memory; mount -t cgroup -o memory cgroup /sys/fs/cgroup/memory; its group lives on with its limits, and can be changed only when it is mounted again"},
		"noprefix":      {mounts(seenCPUSet), "cpuset", false, "umount /dev/cpuset; mount -t cgroup -o cpuset,noprefix cgroup /dev/cpuset; no group is in it: it ends, and version 2 gets cpuset back"},
		"named, forced": {mounts(seenSystemd), "name=systemd", true, "umount /sys/fs/cgroup/systemd; mount -t cgroup -o none,name=systemd,xattr cgroup /sys/fs/cgroup/systemd; no group is in it: it ends"},
		"systemd":       {mounts(seenSystemd), "name=systemd", false, "systemd keeps its units in name=systemd"},
		"systemd's":     {mounts(seenSystemd, seenMemory), "memory", false, "systemd keeps its units in memory"},
		"of its boot":   {booted, "memory", false, "systemd keeps its units in memory"},
		"of another":    {other, "memory", false, "umount /sys/fs/cgroup/memory; mount -t cgroup -o memory cgroup /sys/fs/cgroup/memory; no group is in it: it ends, and version 2 gets memory back"},
		"twice":         {twice, "memory", false, "memory is mounted at /sys/fs/cgroup/memory and at /mnt/b; bulkhead unmount /sys/fs/cgroup/memory takes it off there"},
		"one of two":    {twice, "/mnt/b", false, "umount /mnt/b; mount -t cgroup -o memory cgroup /mnt/b; "},
		"by its path":   {mounts(seenCPUSet), "/dev/cpuset", false, "umount /dev/cpuset; mount -t cgroup -o cpuset,noprefix cgroup /dev/cpuset; no group is in it: it ends, and version 2 gets cpuset back"},
		"unseen":        {mounts(unseenCPUs), "cpu,cpuacct", false, "cpu,cpuacct is mounted nowhere in sight"},
		"version 2":     {mounts(seenV2), "v2", false, "there is no version 1 hierarchy v2"},
		"not root":      {ordinary, "memory", false, "unmounting takes CAP_SYS_ADMIN; as root it works"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := UnmountV1(test.label, test.force)(test.s, handsOn)
			var refusal *Refusal
			got := ""
			switch {
			case errors.As(err, &refusal):
				got = refusal.Error()
			case err != nil:
				t.Fatal(err)
			default:
				undo, _ := p.Undo()
				got = strings.ReplaceAll(p.Shell()+undo.Shell(), "\n", "; ") + strings.Join(p.Warnings, "; ")
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
