package cgroup_test

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// sleeper starts a process that sleeps until the test ends, and puts it into a group.
func (g lab) sleeper(path string) int {
	g.tb.Helper()
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		g.tb.Fatal(err)
	}
	g.tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		if g.mount.Version == 1 { // A frozen process of version 1 dies only when it thaws.
			_ = os.WriteFile(g.dir+path+"/freezer.state", []byte("THAWED"), 0)
		}
		_ = cmd.Wait()
	})
	g.write(path+"/cgroup.procs", strconv.Itoa(cmd.Process.Pid))
	return cmd.Process.Pid
}

func TestKernelV2(t *testing.T) {
	g := inHierarchy(t, cgroup.LabelV2)
	g.mkdir("/in")
	tree := openTree(t, g.mount.MountPoint, g.mount)
	v := tree.Values(g.path, 0)
	expect(t, "type", v.Type, "domain")
	expect(t, "populated", v.Populated, false)
	expect(t, "freezer", v.Freezer, cgroup.Thawed)
	expect(t, "cpu usage of an empty group", v.CPUUsage, 0)

	pid := g.sleeper("/in")
	v = tree.Values(g.path, 0)
	expect(t, "populated, with a sleeper below", v.Populated, true)
	if got := tree.Procs(g.path + "/in").Or(nil); !slices.Equal(got, []int32{int32(pid)}) {
		t.Errorf("processes %v, want %d alone", got, pid)
	}
	if used, ok := tree.Values(g.path+"/in", 0).CPUUsage.Get(); !ok || used < 0 {
		t.Errorf("cpu usage %v, %v", used, ok)
	}
	root := tree.Values("/", 0)
	expectNone(t, "type of the topmost group", root.Type, reading.Absent)
	expectNone(t, "freezer of the topmost group", root.Freezer, reading.Absent)
	if used, ok := root.CPUUsage.Get(); !ok || used <= 0 {
		t.Errorf("cpu usage of the topmost group is %v, %v", used, root.CPUUsage.State())
	}

	g.write("/cgroup.freeze", "1")
	waitFor(t, "cgroup.events to say frozen", func() bool { return tree.Values(g.path+"/in", 0).Freezer == reading.Of(cgroup.Frozen) })
	expect(t, "freezing of the upper group asked for", tree.Values(g.path, 0).FreezeRequested, true)
	expect(t, "freezing of the lower group asked for", tree.Values(g.path+"/in", 0).FreezeRequested, false)
	g.write("/cgroup.freeze", "0")
	waitFor(t, "it to thaw", func() bool { return tree.Values(g.path+"/in", 0).Freezer == reading.Of(cgroup.Thawed) })
}

func TestKernelThreaded(t *testing.T) {
	g := inHierarchy(t, cgroup.LabelV2)
	g.mkdir("/threads")
	g.write("/threads/cgroup.type", "threaded")
	tree := g.tree()
	expect(t, "type", tree.Values("/threads", 0).Type, "threaded")
	expect(t, "type of the group above", tree.Values("/", 0).Type, "domain threaded")
	expectNone(t, "processes of a threaded group", tree.Procs("/threads"), reading.Unsupported)
	g.mkdir("/spoilt")
	expect(t, "type of its sibling", tree.Values("/spoilt", 0).Type, "domain invalid")
}

func TestKernelFreezerV1(t *testing.T) {
	g := inHierarchy(t, "freezer")
	g.mkdir("/in")
	tree := g.tree()
	v := tree.Values("/in", 0)
	expect(t, "freezer", v.Freezer, cgroup.Thawed)
	expect(t, "freeze requested", v.FreezeRequested, false)
	g.sleeper("/in")
	g.write("/freezer.state", "FROZEN")
	waitFor(t, "the group to freeze", func() bool { return tree.Values("/in", 0).Freezer == reading.Of(cgroup.Frozen) })
	v = tree.Values("/in", 0)
	expect(t, "freezing of the lower group asked for", v.FreezeRequested, false)
	expect(t, "freezing of the upper group asked for", v.ParentFreezing, true)
	expect(t, "freezing of the upper group asked for, by itself", tree.Values("/", 0).FreezeRequested, true)
	g.write("/freezer.state", "THAWED")
	waitFor(t, "the group to thaw", func() bool { return tree.Values("/in", 0).Freezer == reading.Of(cgroup.Thawed) })
	expectNone(t, "freezer of the topmost group", openTree(t, g.mount.MountPoint, g.mount).Values("/", 0).Freezer, reading.Absent)
}

// TestKernelLimits sets limits in every hierarchy that has the controller, and reads them back.
func TestKernelLimits(t *testing.T) {
	tests := map[string]struct {
		write map[string]string // File to value.
		check func(t *testing.T, before, after cgroup.Values)
	}{
		"pids": {map[string]string{"pids.max": "5"}, func(t *testing.T, before, after cgroup.Values) {
			expect(t, "pids", before.PIDs, 0)
			expectNone(t, "pids max at first", before.PIDsMax, reading.Unlimited)
			expect(t, "pids max", after.PIDsMax, 5)
		}},
		"memory": {map[string]string{"memory.limit_in_bytes": "16M"}, func(t *testing.T, before, after cgroup.Values) {
			expectNone(t, "memory max at first", before.MemoryMax, reading.Unlimited)
			expect(t, "memory max", after.MemoryMax, 16<<20)
			expect(t, "memory", after.Memory, 0)
		}},
		"cpu": {map[string]string{"cpu.cfs_quota_us": "150000"}, func(t *testing.T, before, after cgroup.Values) {
			expectNone(t, "cpu quota at first", before.CPUQuota, reading.Unlimited)
			expect(t, "cpu quota", after.CPUQuota, 1.5)
			expect(t, "throttled", after.Throttled, 0)
		}},
		"cpuacct": {nil, func(t *testing.T, _, after cgroup.Values) { expect(t, "cpu usage", after.CPUUsage, 0) }},
		"cpuset": {map[string]string{"cpuset.cpus": "0", "cpuset.mems": "0"}, func(t *testing.T, before, after cgroup.Values) {
			expectSet(t, "cpus at first", before.CPUs, "")
			expectSet(t, "cpus", after.CPUs, "0")
			expectSet(t, "mems", after.Mems, "0")
			expectSet(t, "effective cpus", after.CPUsEffective, "0")
		}},
	}
	tried := 0
	for label, m := range mounted(t) {
		test, ok := tests[label]
		if !ok || m.Version != 1 {
			continue
		}
		tried++
		t.Run(label, func(t *testing.T) {
			g := makeLab(t, m)
			tree := g.tree()
			before := tree.Values("/", 0)
			for file, value := range test.write {
				g.write("/"+file, value)
			}
			test.check(t, before, tree.Values("/", 0))
		})
	}
	if tried == 0 {
		t.Skip("this host mounts none of these controllers in version 1")
	}
}

// TestKernelProcs holds the processes of the topmost groups against /proc/PID/cgroup.
func TestKernelProcs(t *testing.T) {
	for label, m := range mounted(t) {
		text, err := os.ReadFile("/proc/self/cgroup")
		if err != nil {
			t.Fatal(err)
		}
		path := ""
		for line := range strings.Lines(string(text)) {
			parts := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
			if parts[1] == label || (parts[1] == "" && label == cgroup.LabelV2) {
				path = parts[2]
			}
		}
		procs, ok := openTree(t, m.MountPoint, m).Procs(path).Get()
		if !ok || !slices.Contains(procs, int32(os.Getpid())) {
			t.Errorf("we are in %s:%s by /proc/self/cgroup, but not among its %d processes", label, path, len(procs))
		}
	}
}
