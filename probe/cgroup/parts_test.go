package cgroup_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// richV2 is a group of version 2 with something in all files that values are read from.
var richV2 = map[string]string{
	"cgroup.controllers":    "cpuset cpu io memory pids\n",
	"a/cgroup.type":         "domain\n",
	"a/cgroup.events":       "populated 1\nfrozen 0\n",
	"a/cgroup.freeze":       "0\n",
	"a/cpu.stat":            "usage_usec 9\nnr_periods 40\nnr_throttled 8\nthrottled_usec 1200\nnr_bursts 0\nburst_usec 0\n",
	"a/cpu.max":             "max 100000\n",
	"a/cpu.weight":          "200\n",
	"a/cpu.pressure":        "some avg10=12.50 avg60=1.00 avg300=0.00 total=77\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=5\n",
	"a/memory.pressure":     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=100.00 avg60=0.00 avg300=0.00 total=0\n",
	"a/io.pressure":         "some avg10=3.07 avg60=0.00 avg300=0.00 total=1\n",
	"a/io.stat":             "8:0 rbytes=100 wbytes=20 rios=1 wios=1 dbytes=0 dios=0\n8:16 \n254:0 rbytes=5 wbytes=7 rios=1 wios=1 cost.usage=3\n",
	"a/memory.current":      "4096\n",
	"a/memory.max":          "8192\n",
	"a/memory.high":         "max\n",
	"a/memory.peak":         "12288\n",
	"a/memory.swap.current": "0\n",
	"a/memory.swap.max":     "max\n",
	"a/memory.events":       "low 0\nhigh 5\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n",
	"a/cpuset.cpus":         "0\n",
	"a/pids.current":        "1\n",
}

func TestValuesOfAllPartsV2(t *testing.T) {
	v := openTree(t, fixture(t, richV2), cgroup.Mount{Version: 2}).Values("/a", cgroup.AllParts)
	expect(t, "periods", v.Periods, 40)
	expect(t, "throttled periods", v.ThrottledPeriods, 8)
	expect(t, "weight", v.CPUWeight, 200)
	expect(t, "memory", v.Memory, 4096)
	expectNone(t, "memory high", v.MemoryHigh, reading.Unlimited)
	expect(t, "memory peak", v.MemoryPeak, 12288)
	expect(t, "swap", v.Swap, 0)
	expectNone(t, "swap max", v.SwapMax, reading.Unlimited)
	expect(t, "oom kills", v.OOMKills, 1)
	expect(t, "read", v.IORead, 105)
	expect(t, "written", v.IOWritten, 27)
	expect(t, "cpu pressure, some", v.CPUPressure.Some, 12.5)
	expect(t, "cpu pressure, full", v.CPUPressure.Full, 0.25)
	expect(t, "memory pressure, full", v.MemoryPressure.Full, 100)
	expect(t, "io pressure, some", v.IOPressure.Some, 3.07)
	expectNone(t, "io pressure, full, which is not told", v.IOPressure.Full, reading.Absent)
	expectNone(t, "shares, of version 1", v.CPUShares, reading.Absent)
	expectNone(t, "memory and swap, of version 1", v.MemSw, reading.Absent)
}

func TestValuesOfAllPartsV1(t *testing.T) {
	dir := fixture(t, map[string]string{
		"a/cpu.stat":                                  "nr_periods 4\nnr_throttled 2\nthrottled_time 77\n",
		"a/cpu.shares":                                "1024\n",
		"a/memory.memsw.usage_in_bytes":               "8192\n",
		"a/memory.memsw.limit_in_bytes":               "9223372036854771712\n",
		"a/memory.max_usage_in_bytes":                 "16384\n",
		"a/memory.oom_control":                        "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
		"a/blkio.throttle.io_service_bytes_recursive": "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\n8:16 Read 1\n8:16 Write 2\n8:16 Total 3\nTotal 33\n",
		"a/blkio.throttle.io_service_bytes":           "8:0 Read 1\n8:0 Write 1\n8:0 Total 2\nTotal 2\n",
		"b/blkio.throttle.io_service_bytes":           "8:0 Read 4\n8:0 Write 5\n8:0 Total 9\nTotal 9\n",
		"b/memory.oom_control":                        "oom_kill_disable 0\nunder_oom 0\n",
		"b/memory.memsw.limit_in_bytes":               "4096\n",
		"c/blkio.throttle.io_service_bytes_recursive": "Total 0\n",
	})
	tree := openTree(t, dir, cgroup.Mount{Version: 1, Controllers: []string{"cpu", "memory", "blkio"}})
	v := tree.Values("/a", cgroup.AllParts)
	expect(t, "periods", v.Periods, 4)
	expect(t, "throttled periods", v.ThrottledPeriods, 2)
	expect(t, "shares", v.CPUShares, 1024)
	expect(t, "memory and swap", v.MemSw, 8192)
	expectNone(t, "memory and swap max", v.MemSwMax, reading.Unlimited)
	expect(t, "memory peak", v.MemoryPeak, 16384)
	expect(t, "oom kills", v.OOMKills, 3)
	expect(t, "read", v.IORead, 11)
	expect(t, "written", v.IOWritten, 22)
	expectNone(t, "weight, of version 2", v.CPUWeight, reading.Absent)
	expectNone(t, "swap, of version 2", v.Swap, reading.Absent)
	expectNone(t, "pressure, of version 2", v.CPUPressure.Some, reading.Absent)

	v = tree.Values("/b", cgroup.AllParts)
	expect(t, "read, on an old kernel", v.IORead, 4)
	expect(t, "written, on an old kernel", v.IOWritten, 5)
	expect(t, "memory and swap max", v.MemSwMax, 4096)
	expectNone(t, "oom kills, on an old kernel", v.OOMKills, reading.Absent)

	v = tree.Values("/c", cgroup.AllParts)
	expect(t, "read, of no device", v.IORead, 0)
	expectNone(t, "peak, without the file", v.MemoryPeak, reading.Absent)
}

// TestValuesReadsOnlyItsParts gives each file to the reader alone, and asks for all parts but its own: then it must not count.
func TestValuesReadsOnlyItsParts(t *testing.T) {
	parts := map[string]cgroup.Parts{
		"cgroup.type": cgroup.PartCore, "cgroup.events": cgroup.PartCore | cgroup.PartFreezer, "cgroup.freeze": cgroup.PartCore | cgroup.PartFreezer,
		"cpu.stat": cgroup.PartCPU, "cpu.max": cgroup.PartCPU, "cpu.weight": cgroup.PartWeight,
		"cpu.pressure": cgroup.PartCPUPressure, "memory.pressure": cgroup.PartMemoryPressure, "io.pressure": cgroup.PartIOPressure,
		"io.stat": cgroup.PartIO, "memory.current": cgroup.PartMemory, "memory.max": cgroup.PartMemory, "memory.high": cgroup.PartMemoryHigh,
		"memory.peak": cgroup.PartMemoryPeak, "memory.swap.current": cgroup.PartSwap, "memory.swap.max": cgroup.PartSwap,
		"memory.events": cgroup.PartMemoryEvents, "cpuset.cpus": cgroup.PartCpuset, "pids.current": cgroup.PartPIDs,
	}
	tree := openTree(t, fixture(t, nil), cgroup.Mount{Version: 2})
	nothing := tree.Values("/", cgroup.AllParts)
	for name, text := range richV2 {
		below, ok := strings.CutPrefix(name, "a/")
		if !ok {
			continue
		}
		part, ok := parts[below]
		if !ok {
			t.Errorf("no part is known for %s", below)
		}
		dir := fixture(t, map[string]string{"cgroup.controllers": richV2["cgroup.controllers"], name: text})
		tree := openTree(t, dir, cgroup.Mount{Version: 2})
		if v := tree.Values("/a", cgroup.AllParts&^part); !equal(v, nothing) {
			t.Errorf("%s was read although its part was not asked for: %+v", below, v)
		}
		if v := tree.Values("/a", part); equal(v, nothing) {
			t.Errorf("%s was not read although its part was asked for", below)
		}
		if v := tree.Values("/a", 0); equal(v, nothing) != (part&cgroup.DefaultParts == 0) {
			t.Errorf("%s: what is read by default is %+v", below, v)
		}
	}
}

// equal compares values by the text of all of their fields, sets among them.
func equal(a, b cgroup.Values) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

func TestValuesDenied(t *testing.T) {
	dir := fixture(t, richV2)
	for _, name := range []string{"io.stat", "memory.events", "cpu.pressure", "memory.swap.max"} {
		chmod(t, filepath.Join(dir, "a", name), 0)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	tree := openTree(t, dir, cgroup.Mount{Version: 2})
	asNobody(t, func() {
		v := tree.Values("/a", cgroup.AllParts)
		expectNone(t, "read", v.IORead, reading.Denied)
		expectNone(t, "oom kills", v.OOMKills, reading.Denied)
		expectNone(t, "pressure, some", v.CPUPressure.Some, reading.Denied)
		expectNone(t, "pressure, full", v.CPUPressure.Full, reading.Denied)
		expectNone(t, "swap max", v.SwapMax, reading.Denied)
	})
}
