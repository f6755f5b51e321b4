package cgroup_test

import (
	"slices"
	"testing"
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// accountOf returns what files say.
func accountOf(files map[string]string) cgroup.Account { return textsOf(files).Account() }

func textsOf(files map[string]string) cgroup.Texts {
	texts := cgroup.Texts{
		Files:  map[string]reading.Reading[string]{},
		Device: func(number string) string { return map[string]string{"8:0": "sda", "254:0": "vda"}[number] },
	}
	for name, text := range files {
		texts.Files[name] = reading.Of(text)
	}
	return texts
}

func TestAccountOfCore(t *testing.T) {
	a := accountOf(map[string]string{
		"cgroup.type": "domain threaded", "cgroup.events": "populated 1\nfrozen 1", "cgroup.freeze": "1", "cgroup.pressure": "0",
		"cgroup.controllers": "cpu memory", "cgroup.subtree_control": "", "cgroup.max.depth": "max", "cgroup.max.descendants": "12",
		"cgroup.stat": "nr_descendants 3\nnr_subsys_cpu 4\nnr_dying_descendants 2\nnr_dying_subsys_cpu 1", "cgroup.stat.local": "frozen_usec 70",
	})
	c := a.Core
	expect(t, "type", c.Type, "domain threaded")
	expect(t, "populated", c.Populated, true)
	expect(t, "pressure", c.PressureOn, false)
	expectNone(t, "depth", c.MaxDepth, reading.Unlimited)
	expect(t, "descendants may be", c.MaxDescendants, 12)
	expect(t, "descendants", c.Descendants, 3)
	expect(t, "dying", c.Dying, 2)
	if got := c.Controllers.Or(nil); !slices.Equal(got, []string{"cpu", "memory"}) {
		t.Errorf("controllers: %q", got)
	}
	if got, ok := c.SubtreeControl.Get(); !ok || len(got) != 0 {
		t.Errorf("an empty subtree control: %q, %v", got, ok)
	}
	if want := []cgroup.Count{{Name: "nr_subsys_cpu", Value: 4}, {Name: "nr_dying_subsys_cpu", Value: 1}}; !slices.Equal(c.Subsystems, want) {
		t.Errorf("subsystems: %v", c.Subsystems)
	}
	expect(t, "freezer", a.Freezer.State, cgroup.Frozen)
	expect(t, "freezing asked for", a.Freezer.Requested, true)
	expect(t, "frozen for", a.Freezer.Frozen, 70*time.Microsecond)

	a = accountOf(map[string]string{
		"cgroup.clone_children": "0", "notify_on_release": "1", "release_agent": "/sbin/agent -x", "freezer.state": "FREEZING",
		"freezer.self_freezing": "0", "freezer.parent_freezing": "1", "pids.current": "3", "pids.max": "max", "pids.events": "max 5",
	})
	expect(t, "clone children", a.Core.CloneChildren, false)
	expect(t, "notify on release", a.Core.NotifyOnRelease, true)
	expect(t, "release agent", a.Core.ReleaseAgent, "/sbin/agent -x")
	expect(t, "freezer", a.Freezer.State, cgroup.Freezing)
	expect(t, "parent freezing", a.Freezer.ParentFreezing, true)
	expect(t, "pids", a.PIDs.Current, 3)
	expectNone(t, "pids max", a.PIDs.Max, reading.Unlimited)
	expect(t, "pids refused", a.PIDs.Refused, 5)
	expectNone(t, "pids peak", a.PIDs.Peak, reading.Absent)
}

func TestAccountOfCPU(t *testing.T) {
	c := accountOf(map[string]string{
		"cpu.stat":       "usage_usec 10\nuser_usec 7\nsystem_usec 3\nnice_usec 1\ncore_sched.force_idle_usec 2\nnr_periods 4\nnr_throttled 2\nthrottled_usec 9\nnr_bursts 1\nburst_usec 6",
		"cpu.stat.local": "throttled_usec 8", "cpu.max": "50000 100000", "cpu.max.burst": "20", "cpu.weight": "100", "cpu.weight.nice": "-3",
		"cpu.idle": "0", "cpu.uclamp.min": "max", "cpu.uclamp.max": "max",
	}).CPU
	expect(t, "usage", c.Usage, 10*time.Microsecond)
	expect(t, "user", c.User, 7*time.Microsecond)
	expect(t, "system", c.System, 3*time.Microsecond)
	expect(t, "nice", c.Nice, time.Microsecond)
	expect(t, "forced idle", c.ForcedIdle, 2*time.Microsecond)
	expect(t, "quota", c.Quota, 50*time.Millisecond)
	expect(t, "period", c.Period, 100*time.Millisecond)
	expect(t, "cpus", c.CPUs, 0.5)
	expect(t, "burst", c.Burst, 20*time.Microsecond)
	expect(t, "periods", c.Periods, 4)
	expect(t, "throttled periods", c.ThrottledPeriods, 2)
	expect(t, "throttled", c.Throttled, 9*time.Microsecond)
	expect(t, "throttled here", c.ThrottledHere, 8*time.Microsecond)
	expect(t, "bursts", c.Bursts, 1)
	expect(t, "burst time", c.BurstTime, 6*time.Microsecond)
	expect(t, "weight", c.Weight, 100)
	expect(t, "weight as a nice value", c.WeightNice, -3)
	expect(t, "idle", c.Idle, false)
	expect(t, "uclamp min", c.UclampMin, 100)
	expectNone(t, "uclamp max", c.UclampMax, reading.Unlimited)

	c = accountOf(map[string]string{
		"cpuacct.usage": "5000", "cpuacct.usage_user": "3000", "cpuacct.usage_sys": "2000", "cpuacct.usage_percpu": "4000 1000 ",
		"cpu.stat": "nr_periods 4\nnr_throttled 2\nthrottled_time 9\nnr_bursts 1\nburst_time 6", "cpu.stat.local": "throttled_time 8",
		"cpu.cfs_quota_us": "-1", "cpu.cfs_period_us": "100000", "cpu.cfs_burst_us": "7", "cpu.shares": "1024", "cpu.rt_runtime_us": "-1", "cpu.rt_period_us": "1000000",
		"cpu.uclamp.min": "0.00", "cpu.uclamp.max": "62.50",
	}).CPU
	expect(t, "usage", c.Usage, 5*time.Microsecond)
	expect(t, "user", c.User, 3*time.Microsecond)
	expect(t, "system", c.System, 2*time.Microsecond)
	if got := c.PerCPU.Or(nil); !slices.Equal(got, []time.Duration{4000, 1000}) {
		t.Errorf("usage of each CPU: %v", got)
	}
	expectNone(t, "quota", c.Quota, reading.Unlimited)
	expectNone(t, "cpus", c.CPUs, reading.Unlimited)
	expect(t, "burst", c.Burst, 7*time.Microsecond)
	expect(t, "throttled", c.Throttled, 9*time.Nanosecond)
	expect(t, "throttled here", c.ThrottledHere, 8*time.Nanosecond)
	expect(t, "burst time", c.BurstTime, 6*time.Nanosecond)
	expect(t, "shares", c.Shares, 1024)
	expectNone(t, "weight, of version 2", c.Weight, reading.Absent)
	expectNone(t, "runtime of real-time tasks", c.RTRuntime, reading.Unlimited)
	expect(t, "uclamp min", c.UclampMin, 0)
	expect(t, "uclamp max", c.UclampMax, 62.5)
}

func TestAccountOfOddCPU(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		state reading.State
	}{
		"no period":   {map[string]string{"cpu.max": "50000"}, reading.Absent},
		"zero period": {map[string]string{"cpu.max": "50000 0"}, reading.Absent},
		"max alone":   {map[string]string{"cpu.max": "max"}, reading.Unlimited},
		"v1, zero":    {map[string]string{"cpu.cfs_quota_us": "1000", "cpu.cfs_period_us": "0"}, reading.Absent},
		"v1, none":    {map[string]string{"cpu.cfs_quota_us": "1000"}, reading.Absent},
		"no number":   {map[string]string{"cpu.max": "x 100000"}, reading.Absent},
	} {
		expectNone(t, name, accountOf(test.files).CPU.CPUs, test.state)
	}
}

func TestAccountOfCpuset(t *testing.T) {
	c := accountOf(map[string]string{
		"cpuset.cpus": "0-3", "cpuset.cpus.effective": "0-1", "cpuset.mems": "", "cpuset.mems.effective": "0", "cpuset.cpus.exclusive": "2",
		"cpuset.cpus.exclusive.effective": "3", "cpuset.cpus.isolated": "1",
	}).Cpuset
	expectSet(t, "cpus", c.CPUs, "0-3")
	expectSet(t, "effective", c.CPUsEffective, "0-1")
	expectSet(t, "mems", c.Mems, "")
	expectSet(t, "effective mems", c.MemsEffective, "0")
	expectSet(t, "exclusive", c.Exclusive, "2")
	expectSet(t, "exclusive, effective", c.ExclusiveEffective, "3")
	expectSet(t, "isolated", c.Isolated, "1")

	c = accountOf(map[string]string{
		"cpuset.effective_cpus": "1", "cpuset.effective_mems": "0", "cpuset.cpu_exclusive": "1", "cpuset.mem_exclusive": "0", "cpuset.mem_hardwall": "1",
		"cpuset.memory_migrate": "0", "cpuset.memory_spread_page": "1", "cpuset.memory_spread_slab": "0", "cpuset.sched_load_balance": "1",
		"cpuset.sched_relax_domain_level": "-1", "cpuset.memory_pressure": "17",
	}).Cpuset
	expectSet(t, "effective", c.CPUsEffective, "1")
	expectSet(t, "effective mems", c.MemsEffective, "0")
	for name, got := range map[string]reading.Reading[bool]{
		"cpu exclusive": c.CPUExclusive, "hardwall": c.MemHardwall, "spread page": c.SpreadPage, "balance": c.SchedLoadBalance,
	} {
		expect(t, name, got, true)
	}
	for name, got := range map[string]reading.Reading[bool]{"mem exclusive": c.MemExclusive, "migrate": c.MemoryMigrate, "spread slab": c.SpreadSlab} {
		expect(t, name, got, false)
	}
	expect(t, "relax domain level", c.RelaxDomainLevel, -1)
	expect(t, "memory pressure", c.MemoryPressure, 17)
}

func TestAccountOfPartition(t *testing.T) {
	for text, want := range map[string]reading.Reading[cgroup.Partition]{
		"member":   reading.Of(cgroup.Partition{Kind: "member"}),
		"isolated": reading.Of(cgroup.Partition{Kind: "isolated"}),
		"root invalid (Cpu list in cpuset.cpus not exclusive)": reading.Of(cgroup.Partition{
			Kind: "root", Invalid: true, Reason: "Cpu list in cpuset.cpus not exclusive",
		}),
		"root invalid": reading.Of(cgroup.Partition{Kind: "root", Invalid: true}),
		"":             {},
		"root odd":     {},
	} {
		if got := accountOf(map[string]string{"cpuset.cpus.partition": text}).Cpuset.Partition; got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestAccountOfPressure(t *testing.T) {
	texts := textsOf(map[string]string{
		"cpu.pressure": "some avg10=1.00 avg60=2.00 avg300=3.00 total=4\nfull avg10=0.50 avg60=0.25 avg300=0.00 total=2",
		"irq.pressure": "full avg10=0.00 avg60=0.00 avg300=0.00 total=9",
	})
	texts.Files["io.pressure"] = reading.None[string](reading.Unsupported)
	p := texts.Account().Pressure
	expect(t, "some of 10 s", p.CPU.Some.Avg10, 1)
	expect(t, "some of 60 s", p.CPU.Some.Avg60, 2)
	expect(t, "some of 300 s", p.CPU.Some.Avg300, 3)
	expect(t, "some in all", p.CPU.Some.Total, 4*time.Microsecond)
	expect(t, "full of 60 s", p.CPU.Full.Avg60, 0.25)
	expect(t, "interrupts", p.IRQ.Full.Total, 9*time.Microsecond)
	expectNone(t, "some, of interrupts", p.IRQ.Some.Total, reading.Absent)
	expectNone(t, "io, with PSI off", p.IO.Full.Avg10, reading.Unsupported)
	expectNone(t, "memory, without a file", p.Memory.Some.Avg10, reading.Absent)
}

func TestAccountOfLists(t *testing.T) {
	a := accountOf(map[string]string{
		"devices.list": "a *:* rwm\nc 1:3 rw\nb 8:* r\nx 1:1 r\nc 1 r\n", "net_cls.classid": "1048577", "net_prio.ifpriomap": "lo 0\neth0 5\nodd",
	})
	all := reading.None[uint64](reading.Unlimited)
	want := []cgroup.DeviceRule{
		{Type: "a", Major: all, Minor: all, Access: "rwm"},
		{Type: "c", Major: reading.Of(uint64(1)), Minor: reading.Of(uint64(3)), Access: "rw"},
		{Type: "b", Major: reading.Of(uint64(8)), Minor: all, Access: "r"},
	}
	if got := a.Devices.Or(nil); !slices.Equal(got, want) {
		t.Errorf("devices: got %+v, want %+v", got, want)
	}
	expect(t, "class", a.NetClass, 0x100001)
	if got := a.NetPrio.Or(nil); !slices.Equal(got, []cgroup.InterfaceValue{{"lo", 0}, {"eth0", 5}}) {
		t.Errorf("priorities: %+v", got)
	}
	if got, ok := accountOf(map[string]string{"devices.list": ""}).Devices.Get(); !ok || len(got) != 0 {
		t.Errorf("an empty list is %v, %v: nothing may be used", got, ok)
	}
	expectNone(t, "devices without a list", accountOf(nil).Devices, reading.Absent)
}

func TestAccountWithoutPrefix(t *testing.T) {
	texts := textsOf(map[string]string{"cpus": "0-1", "effective_cpus": "1", "notify_on_release": "1", "cgroup.clone_children": "1"})
	texts.Noprefix = true
	a := texts.Account()
	expectSet(t, "cpus", a.Cpuset.CPUs, "0-1")
	expectSet(t, "effective cpus", a.Cpuset.CPUsEffective, "1")
	expect(t, "notify on release", a.Core.NotifyOnRelease, true)
	expect(t, "clone children, which is of no controller", a.Core.CloneChildren, true)
}
