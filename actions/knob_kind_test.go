package actions

import (
	"testing"
)

func TestKindOf(t *testing.T) {
	tests := map[string]struct {
		takes  string
		shape  KnobShape
		access KnobAccess
	}{
		"cpu.weight":             {"a number from 1 to 10000; 100 unless set", ShapeNumber, AccessBoth},
		"cpu.weight.nice":        {"a number from -20 to 19; 0 unless set", ShapeNumber, AccessBoth},
		"cpu.shares":             {"a number from 2 to 262144; 1024 unless set", ShapeNumber, AccessBoth},
		"cpu.max":                {"QUOTA or QUOTA PERIOD in microseconds, as in 50000 100000, from 1000 on and the period up to 1000000; max is no quota", ShapePair, AccessBoth},
		"memory.max":             {"bytes, as in 1048576 or 512M, or max for no limit", ShapeSize, AccessBoth},
		"memory.limit_in_bytes":  {"bytes, as in 1048576 or 512M, or -1 for no limit", ShapeSize, AccessBoth},
		"cpuset.cpus":            {"CPUs, as in 0-3,5, or nothing", ShapeCPUs, AccessBoth},
		"cpus":                   {"CPUs, as in 0-3,5, or nothing", ShapeCPUs, AccessBoth},
		"cpuset.mems":            {"memory nodes, as in 0-1,3, or nothing", ShapeNodes, AccessBoth},
		"cpuset.cpus.partition":  {"member, root or isolated", ShapeWord, AccessBoth},
		"cgroup.pressure":        {"0 or 1", ShapeFlag, AccessBoth},
		"io.max":                 {"MAJOR:MINOR and rbps=… wbps=… riops=… wiops=…, as in 8:16 rbps=1048576 wiops=max", ShapeKeyed, AccessBoth},
		"io.weight":              {"MAJOR:MINOR and a number from 1 to 10000, as in 8:16 200, or default and a number", ShapeKeyed, AccessBoth},
		"hugetlb.2MB.max":        {"bytes, as in 1048576 or 512M, or max for no limit", ShapeSize, AccessBoth},
		"hugetlb.1GB.rsvd.max":   {"bytes, as in 1048576 or 512M, or max for no limit", ShapeSize, AccessBoth},
		"cgroup.kill":            {"1", ShapeWord, AccessWrite},
		"memory.failcnt":         {"0", ShapeWord, AccessReset},
		"memory.stat":            {"nothing: it can only be read", ShapeText, AccessRead},
		"hugetlb.2MB.events":     {"nothing: it can only be read", ShapeText, AccessRead},
		"cpuset.effective_cpus":  {"nothing: it can only be read", ShapeText, AccessRead},
		"something.new":          {"a line of text: what it means is not known here", ShapeText, AccessBoth},
		"hugetlb":                {"a line of text: what it means is not known here", ShapeText, AccessBoth},
		"cgroup.subtree_control": {"controllers, each with + to hand it on or - to stop that, as in +cpu -memory", ShapeText, AccessBoth},
	}
	for file, test := range tests {
		t.Run(file, func(t *testing.T) {
			k := KindOf(file)
			if k.File != file || k.Takes != test.takes || k.Shape != test.shape || k.Access != test.access {
				t.Errorf("KindOf(%q) = %q, %q, shape %d, access %d; want %q, shape %d, access %d",
					file, k.File, k.Takes, k.Shape, k.Access, test.takes, test.shape, test.access)
			}
		})
	}
}

// checks are values that are taken, and such that are not, by file.
var checks = map[string]struct{ good, bad []string }{
	"cpu.weight":       {[]string{"1", "100", "10000"}, []string{"0", "10001", "-1", "+5", "010", "0x5", "1.5", "", "max", "5 ", "\t5", "5\n"}},
	"cpu.weight.nice":  {[]string{"-20", "0", "19"}, []string{"-21", "20", "-0"}},
	"cpu.shares":       {[]string{"2", "262144"}, []string{"1", "262145"}},
	"pids.max":         {[]string{"0", "max", "4194304"}, []string{"-1", "4194305", "MAX", "1K"}},
	"cpu.max":          {[]string{"max", "50000", "50000 100000", "max 1000"}, []string{"", "999", "-1", "50000 999", "50000 1000001", "50000 100000 1", "50000  100000", "1 max"}},
	"cpu.cfs_quota_us": {[]string{"-1", "1000", "2000000"}, []string{"999", "0", "-2", "max"}},
	"cpu.uclamp.min":   {[]string{"0", "12.5", "99.99", "100", "max"}, []string{"100.01", "-1", "1e1", "12.345", "12.", ".5", "NaN", "012"}},
	"memory.max":       {[]string{"0", "4096", "512M", "1g", "2T", "1P", "max"}, []string{"-1", "1.5G", "M", "", "5X", "0512M", "9999999999999999999", "8E", "1 M", "1MB"}},
	"memory.limit_in_bytes": {
		[]string{"-1", "0", "9223372036854771712"}, []string{"max", "-2"},
	},
	"cpuset.cpus":           {[]string{"", "0", "0-3,5", "0-9:1/2"}, []string{"all", "3-1", "0x1", "01", "1,,2", "a"}},
	"cpuset.cpus.partition": {[]string{"member", "root", "isolated"}, []string{"root invalid", "1", ""}},
	"cgroup.type":           {[]string{"threaded"}, []string{"domain", "domain threaded"}},
	"io.max":                {[]string{"8:0 rbps=1 wbps=max", "8:16 riops=5", "8:0 rbps=max wbps=max riops=max wiops=max"}, []string{"8:0", "8:0 rbps", "8:0 rbps=1M", "8 rbps=1", "x:0 rbps=1", "8:0 speed=1", "8:0 5", "8:-1 rbps=1", ""}},
	"io.weight":             {[]string{"100", "default 100", "8:0 200", "8:0 default"}, []string{"0", "default", "8:0", "8:0 0", "8:0 1 2"}},
	"io.latency":            {[]string{"8:0 target=100", "8:0 target=max"}, []string{"8:0 100", "8:0 target=-1"}},
	"misc.max":              {[]string{"res_a 3", "res_a max"}, []string{"res_a", "3", "res_a 1 2"}},
	"rdma.max":              {[]string{"mlx4_0 hca_handle=2", "mlx4_0 hca_handle=max hca_object=max"}, []string{"mlx4_0 2", "mlx4_0"}},
	"net_cls.classid":       {[]string{"0", "0x10001", "1048577"}, []string{"1:1", "0x", "0xfffffffff", "-1"}},
	"devices.allow":         {[]string{"a", "c 1:3 rwm", "b *:* m", "a *:* rwm"}, []string{"", "d 1:3 r", "c 1:3", "c 1:3 x", "c 1 r", "c 1:3 rwmr"}},
	"memory.reclaim":        {[]string{"1G", "1G swappiness=60"}, []string{"max", "1G 60", "1G swappiness=201"}},
	"cgroup.subtree_control": {
		[]string{"+cpu", "+cpu -memory"}, []string{"", "cpu", "+", "+cpu memory", "+CPU"},
	},
	"memory.oom_control": {[]string{"0", "1"}, []string{"oom_kill_disable 0", "2"}},
	"memory.stat":        {nil, []string{"0", ""}},
	"something.new":      {[]string{"", "anything at all"}, []string{"two\nlines", "\x1b[2J", " x"}},
}

func TestCheck(t *testing.T) {
	for file, test := range checks {
		for _, value := range test.good {
			if err := KindOf(file).Check(value); err != nil {
				t.Errorf("%s does not take %q: %v", file, value, err)
			}
		}
		for _, value := range test.bad {
			if err := KindOf(file).Check(value); err == nil {
				t.Errorf("%s takes %q", file, value)
			}
		}
	}
}

func TestHuman(t *testing.T) {
	for bytes, want := range map[uint64]string{0: "0 bytes", 1023: "1023 bytes", 1024: "1K", 1536: "1.5K", 268435456: "256M", 50000000: "47.7M", 1 << 40: "1T", 1<<63 - 1: "8E"} {
		if got := human(bytes); got != want {
			t.Errorf("human(%d) = %q, want %q", bytes, got, want)
		}
	}
}
