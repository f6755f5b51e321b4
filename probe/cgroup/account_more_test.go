package cgroup_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

func TestAccountOfCosts(t *testing.T) {
	devices := accountOf(map[string]string{
		"io.cost.model": "8:0 ctrl=auto model=linear rbps=174019176 rseqiops=41708 rrandiops=370 wbps=178075866 wseqiops=42705 wrandiops=378",
		"io.cost.qos":   "8:0 enable=1 ctrl=user rpct=95.00 rlat=75000 wpct=0.00 wlat=150000 min=50.00 max=150.00\n254:0 enable=0 ctrl=auto",
	}).IO.Devices
	if len(devices) != 2 || devices[0].Name != "sda" {
		t.Fatalf("devices: %+v", devices)
	}
	model, qos := devices[0].CostModel, devices[0].CostQoS
	for what, got := range map[string]reading.Reading[uint64]{
		"174019176": model.ReadBytes, "41708": model.ReadSequential, "370": model.ReadRandom,
		"178075866": model.WriteBytes, "42705": model.WriteSequential, "378": model.WriteRandom,
	} {
		expect(t, what, got, map[string]uint64{
			"174019176": 174019176, "41708": 41708, "370": 370, "178075866": 178075866, "42705": 42705, "378": 378,
		}[what])
	}
	expect(t, "model", model.Model, "linear")
	expect(t, "who made the model", model.Control, "auto")
	expect(t, "enabled", qos.Enabled, true)
	expect(t, "who set it", qos.Control, "user")
	expect(t, "percent of reads", qos.ReadPercent, 95.0)
	expect(t, "latency of reads", qos.ReadLatency, 75*time.Millisecond)
	expect(t, "percent of writes", qos.WritePercent, 0.0)
	expect(t, "latency of writes", qos.WriteLatency, 150*time.Millisecond)
	expect(t, "least", qos.Min, 50.0)
	expect(t, "most", qos.Max, 150.0)
	expect(t, "enabled on the other", devices[1].CostQoS.Enabled, false)
	expectNone(t, "model of the other", devices[1].CostModel.Model, reading.Absent)
}

func TestAccountOfNodes(t *testing.T) {
	page := uint64(os.Getpagesize())
	none := reading.Reading[uint64]{}
	for name, test := range map[string]struct {
		text string
		want []cgroup.NodeStat
	}{
		"version 2": {"anon N0=4096 N1=0\nfile N0=1 N1=2\nodd N0=x\nodder M=\n", []cgroup.NodeStat{
			{Name: "anon", Total: none, Nodes: []cgroup.NodeAmount{{Node: 0, Value: 4096}, {Node: 1, Value: 0}}},
			{Name: "file", Total: none, Nodes: []cgroup.NodeAmount{{Node: 0, Value: 1}, {Node: 1, Value: 2}}},
		}},
		"version 1": {"total=3 N0=1 N1=2\nhierarchical_total=7 N0=7 N1=0\nanon=x N0=1", []cgroup.NodeStat{
			{Name: "total", Total: reading.Of(3 * page), Nodes: []cgroup.NodeAmount{{Node: 0, Value: page}, {Node: 1, Value: 2 * page}}},
			{Name: "hierarchical_total", Total: reading.Of(7 * page), Nodes: []cgroup.NodeAmount{{Node: 0, Value: 7 * page}, {Node: 1, Value: 0}}},
		}},
		"empty": {"", []cgroup.NodeStat{}},
	} {
		got, ok := accountOf(map[string]string{"memory.numa_stat": test.text}).Memory.Nodes.Get()
		same := func(a, b cgroup.NodeStat) bool {
			return a.Name == b.Name && a.Total == b.Total && slices.Equal(a.Nodes, b.Nodes)
		}
		if !ok || !slices.EqualFunc(got, test.want, same) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, ok, test.want)
		}
	}
	huge := accountOf(map[string]string{"hugetlb.2MB.max": "max", "hugetlb.2MB.numa_stat": "total=2097152 N0=2097152 N1=0"}).Hugetlb[0]
	if all := huge.Nodes.Or(nil); len(all) != 1 || all[0].Total != reading.Of[uint64](2097152) || all[0].Nodes[0].Value != 2097152 {
		t.Errorf("of huge pages: %+v", huge.Nodes)
	}
	expectNone(t, "where there is no file", accountOf(nil).Memory.Nodes, reading.Absent)
}

func TestAccountOfLocalEvents(t *testing.T) {
	a := accountOf(map[string]string{
		"misc.current": "sev 1", "misc.events": "sev.max 5", "misc.events.local": "sev.max 2",
		"hugetlb.2MB.max": "max", "hugetlb.2MB.events": "max 4", "hugetlb.2MB.events.local": "max 1",
	})
	expect(t, "misc", a.Misc[0].Failures, 5)
	expect(t, "misc, here", a.Misc[0].FailuresHere, 2)
	expect(t, "huge pages", a.Hugetlb[0].Failures, 4)
	expect(t, "huge pages, here", a.Hugetlb[0].FailuresHere, 1)
}

// TestAccountOfTheRestOfV1 reads what only version 1 has, and cpuacct.stat where a kernel has nothing finer.
func TestAccountOfTheRestOfV1(t *testing.T) {
	files := map[string]string{
		"cpuacct.stat": "user 250\nsystem 3", "net_prio.prioidx": "7", "cpuset.memory_pressure_enabled": "1", "memory.move_charge_at_immigrate": "3",
	}
	a := accountOf(files)
	expect(t, "user", a.CPU.User, 2500*time.Millisecond)
	expect(t, "system", a.CPU.System, 30*time.Millisecond)
	expect(t, "index", a.NetPrioIndex, 7)
	expect(t, "pressure is counted", a.Cpuset.PressureEnabled, true)
	expect(t, "move charge", a.Memory.MoveCharge, 3)
	files["cpuacct.usage_user"] = "2512345678"
	expect(t, "user, in nanoseconds", accountOf(files).CPU.User, 2512345678*time.Nanosecond)
}
