package cgroup_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// fixture writes files into a temporary directory.
func fixture(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestValuesV2(t *testing.T) {
	dir := fixture(t, map[string]string{
		"cgroup.controllers":      "cpuset cpu memory pids\n",
		"a/cgroup.type":           "domain threaded\n",
		"a/cgroup.events":         "populated 1\nfrozen 0\n",
		"a/cgroup.freeze":         "1\n",
		"a/cpu.stat":              "usage_usec 2500000\nuser_usec 1\nthrottled_usec 40\n",
		"a/cpu.max":               "50000 100000\n",
		"a/cpuset.cpus":           "\n",
		"a/cpuset.cpus.effective": "0-1,64\n",
		"a/memory.current":        "4096\n",
		"a/memory.max":            "max\n",
		"a/pids.current":          "x\n",
		"a/pids.max":              "100\n",
	})
	v := openTree(t, dir, cgroup.Mount{Version: 2}).Values("/a", 0)
	expect(t, "type", v.Type, "domain threaded")
	expect(t, "populated", v.Populated, true)
	expect(t, "freezer", v.Freezer, cgroup.Freezing)
	expect(t, "freeze requested", v.FreezeRequested, true)
	expect(t, "cpu usage", v.CPUUsage, 2500*time.Millisecond)
	expect(t, "throttled", v.Throttled, 40*time.Microsecond)
	expect(t, "cpu quota", v.CPUQuota, 0.5)
	expect(t, "memory", v.Memory, 4096)
	expect(t, "pids max", v.PIDsMax, 100)
	expectSet(t, "cpus", v.CPUs, "")
	expectSet(t, "effective cpus", v.CPUsEffective, "0-1,64")
	expectNone(t, "memory max", v.MemoryMax, reading.Unlimited)
	expectNone(t, "pids, which are no number", v.PIDs, reading.Absent)
	expectNone(t, "mems, which have no file", v.Mems, reading.Absent)
	expectNone(t, "parent freezing, of version 1", v.ParentFreezing, reading.Absent)
}

func TestValuesV1(t *testing.T) {
	dir := fixture(t, map[string]string{
		"a/freezer.state":           "FROZEN\n",
		"a/freezer.self_freezing":   "0\n",
		"a/freezer.parent_freezing": "1\n",
		"a/cpu.cfs_quota_us":        "250000\n",
		"a/cpu.cfs_period_us":       "100000\n",
		"a/cpu.stat":                "nr_periods 4\nnr_throttled 2\nthrottled_time 77\n",
		"a/cpuacct.usage":           "5000000000\n",
		"a/cpuset.cpus":             "0-3\n",
		"a/cpuset.mems":             "0\n",
		"a/cpuset.effective_cpus":   "0-1\n",
		"a/cpuset.effective_mems":   "0\n",
		"a/memory.usage_in_bytes":   "8192\n",
		"a/memory.limit_in_bytes":   "9223372036854771712\n",
		"a/pids.current":            "3\n",
		"a/pids.max":                "max\n",
	})
	all := []string{"cpuset", "cpu", "cpuacct", "blkio", "memory", "freezer", "pids", "unheard-of"}
	v := openTree(t, dir, cgroup.Mount{Version: 1, Controllers: all}).Values("/a", 0)
	expect(t, "freezer", v.Freezer, cgroup.Frozen)
	expect(t, "freeze requested", v.FreezeRequested, false)
	expect(t, "parent freezing", v.ParentFreezing, true)
	expect(t, "cpu quota", v.CPUQuota, 2.5)
	expect(t, "throttled", v.Throttled, 77*time.Nanosecond)
	expect(t, "cpu usage", v.CPUUsage, 5*time.Second)
	expect(t, "memory", v.Memory, 8192)
	expect(t, "pids", v.PIDs, 3)
	expectSet(t, "cpus", v.CPUs, "0-3")
	expectSet(t, "effective cpus", v.CPUsEffective, "0-1")
	expectSet(t, "mems", v.Mems, "0")
	expectSet(t, "effective mems", v.MemsEffective, "0")
	expectNone(t, "memory max", v.MemoryMax, reading.Unlimited)
	expectNone(t, "pids max", v.PIDsMax, reading.Unlimited)
	expectNone(t, "type, of version 2", v.Type, reading.Absent)
	expectNone(t, "populated, of version 2", v.Populated, reading.Absent)

	v = openTree(t, dir, cgroup.Mount{Version: 1, Controllers: []string{"pids"}}).Values("/a", 0)
	expect(t, "pids", v.PIDs, 3)
	expectNone(t, "memory in a hierarchy of pids", v.Memory, reading.Absent)
}

func TestValuesNoprefix(t *testing.T) {
	dir := fixture(t, map[string]string{"a/cpus": "0-3\n", "a/effective_cpus": "1\n"})
	m := cgroup.Mount{Version: 1, Controllers: []string{"cpuset"}, Options: []string{"noprefix"}}
	v := openTree(t, dir, m).Values("/a", 0)
	expectSet(t, "cpus", v.CPUs, "0-3")
	expectSet(t, "effective cpus", v.CPUsEffective, "1")
}

func TestValuesOutsideTheTree(t *testing.T) {
	dir := fixture(t, map[string]string{"pids.max": "1\n", "tree/pids.max": "2\n", "tree/a/pids.max": "3\n"})
	tree := openTree(t, filepath.Join(dir, "tree"), cgroup.Mount{Version: 1, Controllers: []string{"pids"}})
	if err := os.Symlink("..", filepath.Join(dir, "tree", "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]uint64{"/": 2, "/a": 3} {
		expect(t, path, tree.Values(path, 0).PIDsMax, want)
	}
	for _, path := range []string{"/..", "/../tree", "/a/../..", "//etc", "a", "", "/a\x00b", "/gone", "/pids.max", "/link"} {
		expectNone(t, path, tree.Values(path, 0).PIDsMax, reading.Absent)
		expectNone(t, path, tree.Procs(path), reading.Absent)
	}
}

// TestValuesOfOddFiles must neither hang nor grow without end.
func TestValuesOfOddFiles(t *testing.T) {
	dir := fixture(t, map[string]string{"pids.current": string(make([]byte, 100<<10))})
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "pids.max")); err != nil {
		t.Fatal(err)
	}
	v := openTree(t, dir, cgroup.Mount{Version: 1, Controllers: []string{"pids"}}).Values("/", 0)
	expectNone(t, "100 KiB of zeros", v.PIDs, reading.Absent)
	expectNone(t, "zeros without end", v.PIDsMax, reading.Absent)
}

func TestControllersOfV2Change(t *testing.T) {
	dir := fixture(t, map[string]string{"cgroup.controllers": "pids\n", "pids.max": "1\n", "memory.max": "2\n"})
	tree := openTree(t, dir, cgroup.Mount{Version: 2})
	expectNone(t, "memory, not offered", tree.Values("/", 0).MemoryMax, reading.Absent)
	if err := os.WriteFile(filepath.Join(dir, "cgroup.controllers"), []byte("memory pids\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refresh(t, tree, nil)
	if got := tree.Controllers(); len(got) != 2 || got[0] != "memory" || got[1] != "pids" {
		t.Errorf("controllers %q, want memory and pids", got)
	}
	expect(t, "memory", tree.Values("/", 0).MemoryMax, 2)
}

func expect[T comparable](t *testing.T, what string, got reading.Reading[T], want T) {
	t.Helper()
	if got != reading.Of(want) {
		t.Errorf("%s: got %+v, want %v", what, got, want)
	}
}

func expectSet[T interface{ String() string }](t *testing.T, what string, got reading.Reading[T], want string) {
	t.Helper()
	if set, ok := got.Get(); !ok || set.String() != want {
		t.Errorf("%s: got %q, %v; want %q", what, set.String(), got.State(), want)
	}
}

func expectNone[T any](t *testing.T, what string, got reading.Reading[T], why reading.State) {
	t.Helper()
	if got.State() != why {
		t.Errorf("%s: got %+v, want it %v", what, got, why)
	}
}
