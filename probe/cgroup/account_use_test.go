package cgroup_test

import (
	"slices"
	"testing"
	"time"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

func TestAccountOfMemoryV2(t *testing.T) {
	m := accountOf(map[string]string{
		"memory.current": "100", "memory.peak": "200", "memory.min": "0", "memory.low": "max", "memory.high": "300", "memory.max": "400",
		"memory.swap.current": "5", "memory.swap.high": "6", "memory.swap.max": "max", "memory.swap.peak": "7", "memory.swap.events": "high 1\nmax 2\nfail 3",
		"memory.zswap.current": "8", "memory.zswap.max": "9", "memory.zswap.writeback": "1", "memory.oom.group": "1",
		"memory.events":       "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6",
		"memory.events.local": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 1",
		"memory.stat":         "anon 10\nfile 20\nkernel 30\nkernel_stack 31\npagetables 32\npercpu 33\nsock 34\nshmem 21\nfile_mapped 22\nfile_dirty 23\nfile_writeback 24\nswapcached 11\nslab_reclaimable 35\nslab_unreclaimable 36\nslab 71\npgfault 500\npgmajfault 4\nodd x\n",
	}).Memory
	expect(t, "current", m.Current, 100)
	expect(t, "peak", m.Peak, 200)
	expect(t, "min", m.Min, 0)
	expectNone(t, "low", m.Low, reading.Unlimited)
	expect(t, "high", m.High, 300)
	expect(t, "max", m.Max, 400)
	expect(t, "swap", m.Swap.Current, 5)
	expect(t, "swap high", m.SwapHigh, 6)
	expectNone(t, "swap max", m.Swap.Max, reading.Unlimited)
	expect(t, "swap peak", m.Swap.Peak, 7)
	expect(t, "swap refused by the limit", m.SwapMaxEvents, 2)
	expect(t, "swap refused", m.SwapFailures, 3)
	expect(t, "zswap max", m.Zswap.Max, 9)
	expect(t, "zswap writeback", m.ZswapWriteback, true)
	expect(t, "oom group", m.OOMGroup, true)
	want := cgroup.MemoryEvents{
		Low: reading.Of(uint64(1)), High: reading.Of(uint64(2)), Max: reading.Of(uint64(3)), OOM: reading.Of(uint64(4)),
		OOMKill: reading.Of(uint64(5)), OOMGroupKill: reading.Of(uint64(6)),
	}
	if m.Events != want {
		t.Errorf("events: %+v", m.Events)
	}
	expect(t, "local kills", m.LocalEvents.OOMKill, 1)
	expectNone(t, "local group kills, on an older kernel", m.LocalEvents.OOMGroupKill, reading.Absent)
	p := m.Parts
	for name, test := range map[string]struct {
		got  reading.Reading[uint64]
		want uint64
	}{
		"anon": {p.Anon, 10}, "file": {p.File, 20}, "shmem": {p.Shmem, 21}, "mapped": {p.FileMapped, 22}, "dirty": {p.FileDirty, 23},
		"writeback": {p.FileWriteback, 24}, "swapcached": {p.SwapCached, 11}, "kernel": {p.Kernel, 30}, "stack": {p.KernelStack, 31},
		"pagetables": {p.PageTables, 32}, "percpu": {p.Percpu, 33}, "sock": {p.Sock, 34}, "reclaimable": {p.SlabReclaimable, 35},
		"unreclaimable": {p.SlabUnreclaimable, 36}, "slab": {p.Slab, 71}, "faults": {p.Faults, 500}, "major": {p.MajorFaults, 4},
	} {
		expect(t, name, test.got, test.want)
	}
	expectNone(t, "unevictable, which is not told", p.Unevictable, reading.Absent)
	if stat := m.Stat.Or(nil); len(stat) != 17 || stat[0] != (cgroup.Count{Name: "anon", Value: 10}) {
		t.Errorf("stat: %v", stat)
	}
}

func TestAccountOfMemoryV1(t *testing.T) {
	m := accountOf(map[string]string{
		"memory.usage_in_bytes": "100", "memory.max_usage_in_bytes": "200", "memory.limit_in_bytes": "9223372036854771712", "memory.failcnt": "3",
		"memory.soft_limit_in_bytes": "50", "memory.memsw.usage_in_bytes": "110", "memory.memsw.limit_in_bytes": "400", "memory.memsw.failcnt": "1",
		"memory.kmem.usage_in_bytes": "7", "memory.kmem.tcp.limit_in_bytes": "9223372036854771712", "memory.oom_control": "oom_kill_disable 1\nunder_oom 0\noom_kill 2",
		"memory.swappiness": "60", "memory.use_hierarchy": "1",
		"memory.stat": "cache 1\nrss 2\nshmem 3\ndirty 4\ntotal_cache 10\ntotal_rss 20\ntotal_shmem 30\ntotal_dirty 40\ntotal_pgfault 50\nmapped_file 6",
	}).Memory
	expect(t, "current", m.Current, 100)
	expect(t, "peak", m.Peak, 200)
	expectNone(t, "max", m.Max, reading.Unlimited)
	expect(t, "failures", m.Failures, 3)
	expect(t, "soft limit", m.SoftLimit, 50)
	expect(t, "memory and swap", m.MemSw.Current, 110)
	expect(t, "memory and swap, max", m.MemSw.Max, 400)
	expect(t, "memory and swap, failures", m.MemSw.Failures, 1)
	expectNone(t, "swap alone", m.Swap.Current, reading.Absent)
	expect(t, "kernel memory", m.Kernel.Current, 7)
	expectNone(t, "TCP, max", m.TCP.Max, reading.Unlimited)
	expect(t, "no kill", m.OOMKillDisable, true)
	expect(t, "under oom", m.UnderOOM, false)
	expect(t, "kills", m.Events.OOMKill, 2)
	expectNone(t, "events of version 2", m.Events.OOM, reading.Absent)
	expect(t, "swappiness", m.Swappiness, 60)
	expect(t, "hierarchy", m.UseHierarchy, true)
	expect(t, "anon, with those below", m.Parts.Anon, 20)
	expect(t, "file, with those below", m.Parts.File, 10)
	expect(t, "shmem, with those below", m.Parts.Shmem, 30)
	expect(t, "dirty, with those below", m.Parts.FileDirty, 40)
	expect(t, "faults, with those below", m.Parts.Faults, 50)
	expect(t, "mapped, of a group without the sum", m.Parts.FileMapped, 6)
	expectNone(t, "slab, of version 2", m.Parts.Slab, reading.Absent)
}

func TestAccountOfIOV2(t *testing.T) {
	a := accountOf(map[string]string{
		"io.stat":   "254:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=3 dios=4\n8:16 \nodd",
		"io.max":    "8:0 rbps=max wbps=1048576 riops=max wiops=120",
		"io.weight": "default 100\n8:0 200", "io.bfq.weight": "default 50", "io.latency": "254:0 target=75000", "io.prio.class": "no-change",
	}).IO
	var got []string
	for _, d := range a.Devices {
		got = append(got, d.Number+" "+d.Name)
	}
	if want := []string{"8:0 sda", "8:16 ", "254:0 vda"}; !slices.Equal(got, want) {
		t.Fatalf("devices %q, want %q", got, want)
	}
	idle, none, busy := a.Devices[0], a.Devices[1], a.Devices[2]
	expect(t, "read", busy.Read, 10)
	expect(t, "written", busy.Written, 20)
	expect(t, "reads", busy.Reads, 1)
	expect(t, "writes", busy.Writes, 2)
	expect(t, "discarded", busy.Discarded, 3)
	expect(t, "discards", busy.Discards, 4)
	expect(t, "latency", busy.Latency, 75*time.Millisecond)
	expectNone(t, "a limit of a device that io.max does not name", busy.MaxRead, reading.Unlimited)
	expectNone(t, "max", idle.MaxRead, reading.Unlimited)
	expect(t, "bytes written at most", idle.MaxWritten, 1<<20)
	expectNone(t, "max", idle.MaxReads, reading.Unlimited)
	expect(t, "writes at most", idle.MaxWrites, 120)
	expect(t, "weight of a device", idle.Weight, 200)
	expect(t, "read, of a device that io.stat does not name", idle.Read, 0)
	expect(t, "read, of a device without values", none.Read, 0)
	partly := accountOf(map[string]string{
		"io.stat": "8:0 rbytes=10 wbytes=? rios=1\n8:16 cost.usage=5", "io.max": "8:0 rbps=7 wbps=?\n254:0 rbps=7",
	}).IO.Devices
	expectNone(t, "discarded, on a kernel that does not count it", partly[0].Discarded, reading.Absent)
	expectNone(t, "written, in a form that is not known", partly[0].Written, reading.Absent)
	expectNone(t, "a limit in a form that is not known", partly[0].MaxWritten, reading.Absent)
	expectNone(t, "a limit that a line of io.max lacks", partly[0].MaxReads, reading.Absent)
	expect(t, "read, of a device with other keys", partly[1].Read, 0)
	expectNone(t, "limit of a device without a line", partly[1].MaxRead, reading.Unlimited)
	expectNone(t, "weight of a device without one", none.Weight, reading.Absent)
	expect(t, "weight", a.Weight, 100)
	expect(t, "weight of BFQ", a.BFQWeight, 50)
	expect(t, "priority", a.Priority, "no-change")
}

func TestAccountOfIOV1(t *testing.T) {
	files := map[string]string{
		"blkio.throttle.io_service_bytes_recursive": "8:0 Read 10\n8:0 Write 20\n8:0 Sync 30\n8:0 Async 0\n8:0 Discard 5\n8:0 Total 35\nTotal 35",
		"blkio.throttle.io_serviced_recursive":      "8:0 Read 1\n8:0 Write 2\n8:0 Discard 3\n8:0 Total 6\nTotal 6",
		"blkio.throttle.io_service_bytes":           "8:0 Read 1\nTotal 1",
		"blkio.throttle.read_bps_device":            "8:0 1048576", "blkio.throttle.write_bps_device": "", "blkio.throttle.read_iops_device": "254:0 7",
		"blkio.throttle.write_iops_device": "", "blkio.bfq.weight": "100", "blkio.bfq.weight_device": "default 100\n8:0 300",
	}
	a := accountOf(files).IO
	if len(a.Devices) != 2 || a.Devices[1].Name != "vda" {
		t.Fatalf("devices: %+v", a.Devices)
	}
	d, other := a.Devices[0], a.Devices[1]
	expect(t, "read", d.Read, 10)
	expect(t, "written", d.Written, 20)
	expect(t, "discarded", d.Discarded, 5)
	expect(t, "reads", d.Reads, 1)
	expect(t, "writes", d.Writes, 2)
	expect(t, "discards", d.Discards, 3)
	expect(t, "bytes read at most", d.MaxRead, 1<<20)
	expectNone(t, "bytes written at most", d.MaxWritten, reading.Unlimited)
	expect(t, "weight of BFQ of a device", d.BFQWeight, 300)
	expect(t, "weight of BFQ", a.BFQWeight, 100)
	expect(t, "reads at most", other.MaxReads, 7)
	expect(t, "read, of a device that is not named", other.Read, 0)

	delete(files, "blkio.throttle.io_service_bytes_recursive")
	a = accountOf(files).IO
	expect(t, "read, on an old kernel", a.Devices[0].Read, 1)

	expectNone(t, "written, of a device with other kinds", a.Devices[0].Written, reading.Absent)

	texts := textsOf(files)
	texts.Files["blkio.throttle.io_service_bytes"] = reading.None[string](reading.Denied)
	a = texts.Account().IO
	expectNone(t, "read, denied", a.Devices[0].Read, reading.Denied)
	if a.Stat != reading.Denied {
		t.Errorf("what was done is %v, want denied", a.Stat)
	}
}

func TestAccountOfResources(t *testing.T) {
	a := accountOf(map[string]string{
		"rdma.current": "mlx4_0 hca_handle=2 hca_object=2000", "rdma.max": "mlx4_0 hca_handle=3 hca_object=max\nocrdma1 hca_handle=1 hca_object=max",
		"misc.capacity": "sev 50\nsev_es 10", "misc.current": "sev 3\nsev_es 0", "misc.max": "sev max\nsev_es 4", "misc.peak": "sev 9\nsev_es 0",
		"misc.events":   "sev.max 0\nsev_es.max 2",
		"dmem.capacity": "drm/0000:03:00.0/vram0 8514437120", "dmem.current": "drm/0000:03:00.0/vram0 12550144", "dmem.max": "drm/0000:03:00.0/vram0 max",
		"dmem.min": "drm/0000:03:00.0/vram0 0", "dmem.low": "drm/0000:03:00.0/vram0 max",
	})
	unlimited := reading.None[uint64](reading.Unlimited)
	of := func(n uint64) reading.Reading[uint64] { return reading.Of(n) }
	for name, test := range map[string]struct{ got, want []cgroup.Resource }{
		"rdma": {a.RDMA, []cgroup.Resource{
			{Name: "mlx4_0 hca_handle", Current: of(2), Max: of(3)},
			{Name: "mlx4_0 hca_object", Current: of(2000), Max: unlimited},
			{Name: "ocrdma1 hca_handle", Max: of(1)},
			{Name: "ocrdma1 hca_object", Max: unlimited},
		}},
		"misc": {a.Misc, []cgroup.Resource{
			{Name: "sev", Capacity: of(50), Current: of(3), Peak: of(9), Max: unlimited, Failures: of(0)},
			{Name: "sev_es", Capacity: of(10), Current: of(0), Peak: of(0), Max: of(4), Failures: of(2)},
		}},
		"dmem": {a.Dmem, []cgroup.Resource{
			{Name: "drm/0000:03:00.0/vram0", Capacity: of(8514437120), Current: of(12550144), Min: of(0), Low: unlimited, Max: unlimited},
		}},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, test.got, test.want)
		}
	}
}

func TestAccountOfHugePages(t *testing.T) {
	a := accountOf(map[string]string{
		"hugetlb.2MB.current": "4194304", "hugetlb.2MB.max": "max", "hugetlb.2MB.events": "max 7", "hugetlb.2MB.rsvd.current": "2097152", "hugetlb.2MB.rsvd.max": "8388608",
		"hugetlb.1GB.usage_in_bytes": "0", "hugetlb.1GB.limit_in_bytes": "9223372035781033984", "hugetlb.1GB.max_usage_in_bytes": "1073741824", "hugetlb.1GB.failcnt": "2",
		"hugetlb.64KB.current": "0", "hugetlb.64KB.max": "65536", "hugetlb.16KB.limit_in_bytes": "9223372036854759424", "hugetlb.odd.max": "1", "hugetlb.0MB.max": "1",
	}).Hugetlb
	var names []string
	for _, h := range a {
		names = append(names, h.Name)
	}
	if !slices.Equal(names, []string{"16KB", "64KB", "2MB", "1GB"}) {
		t.Fatalf("sizes: %q", names)
	}
	small, two, one := a[1], a[2], a[3]
	expectNone(t, "max of the smallest", a[0].Max, reading.Unlimited)
	expect(t, "max", small.Max, 65536)
	expect(t, "used", two.Current, 4<<20)
	expectNone(t, "max", two.Max, reading.Unlimited)
	expect(t, "failures", two.Failures, 7)
	expect(t, "reserved", two.Reserved.Current, 2<<20)
	expect(t, "reserved at most", two.Reserved.Max, 8<<20)
	expectNone(t, "max of version 1", one.Max, reading.Unlimited)
	expect(t, "peak of version 1", one.Peak, 1<<30)
	expect(t, "failures of version 1", one.Failures, 2)
	if two.Size != 2<<20 || one.Size != 1<<30 {
		t.Errorf("sizes %d and %d", two.Size, one.Size)
	}
}
