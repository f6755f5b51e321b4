package actions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestCPUs(t *testing.T) {
	hosts := map[string]*view{"v1": viewOf(t, "v1"), "v2": viewOf(t, "v2")}
	tests := map[string]struct{ host, group, file, want string }{
		"version 1":          {"v1", "cpuset:/lab", "cpuset.cpus", "cpuset.cpus v1: 0-1, effective 0-1, of 0-3 allowed, 0-3 online; 3 cpuset:/held"},
		"version 1, inner":   {"v1", "cpuset:/lab/inner", "cpuset.cpus", "cpuset.cpus v1: 1, effective 1, of 0-1 allowed, 0-3 online"},
		"version 1, nodes":   {"v1", "cpuset:/lab", "cpuset.mems", "cpuset.mems v1: 0, effective 0, of 0-1 allowed, 0-1 online; 1 cpuset:/held"},
		"version 1, topmost": {"v1", "cpuset:/", "cpuset.cpus", "the topmost group has all CPUs and memory nodes, for good; choose a group below it"},
		"no such group":      {"v1", "cpuset:/gone", "cpuset.cpus", "there is no group cpuset:/gone"},
		"no cpuset":          {"v1", "pids:/lab", "cpuset.cpus", "pids:/lab has no cpuset.cpus; the version 1 hierarchy at /sys/fs/cgroup/cpuset has the controller: choose a group there"},
		"no list":            {"v1", "cpuset:/lab", "cpuset.cpu_exclusive", "cpuset.cpu_exclusive is no list of CPUs or memory nodes of a group"},
		"version 2, topmost": {"v2", "/", "cpuset.cpus", "/ has no cpuset.cpus; the kernel has it since Linux 5.0 in version 2, and not for the topmost group"},
		"version 2":          {"v2", "/spare", "cpuset.cpus", "cpuset.cpus v2 member: 2, effective 2, of 0-2 allowed, 0-3 online; 3 /part"},
		"version 2, narrow":  {"v2", "/lab/busy", "cpuset.cpus", "cpuset.cpus v2 member: 1-3, effective 1, of 0-1 allowed, 0-3 online"},
		"version 2, nodes":   {"v2", "/lab/busy", "cpuset.mems", "cpuset.mems v2 member: , effective 0-1, of 0-1 allowed, 0-1 online"},
		"partition":          {"v2", "/part", "cpuset.cpus", "cpuset.cpus v2 root: 3, effective 3, of 0-2 allowed, 0-3 online"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			on := hosts[test.host]
			c, err := CPUs(on.s, keyNamed(test.group), test.file, on.knob)
			got := strings.Replace(fmt.Sprintf("%s v%d %s: %s, effective %s, of %s allowed, %s online",
				c.File, c.Version, c.Partition, c.Set, c.Effective, c.Allowed, c.Online), " :", ":", 1)
			for _, n := range slices.Sorted(maps.Keys(c.Exclusive)) {
				got += fmt.Sprintf("; %d %s", n, c.Exclusive[n])
			}
			var refusal *Refusal
			if errors.As(err, &refusal) {
				got = refusal.Error()
			} else if err != nil {
				t.Fatalf("%T is no refusal: %v", err, err)
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestCPUsNotHandedOn: a group of version 2 has the files only where the one above hands the controller on.
func TestCPUsNotHandedOn(t *testing.T) {
	on := viewOf(t, "v2")
	_, err := CPUs(on.s, keyNamed("/spare"), fileCPUs, on.saying(map[string]string{"/spare/cgroup.controllers": "cpu io", "/spare/cpuset.cpus": ""}))
	want := "/spare has no cpuset.cpus; the group above has to hand the controller on: write +cpuset to its cgroup.subtree_control"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
