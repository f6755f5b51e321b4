package actions

import "testing"

func TestSay(t *testing.T) {
	for file, says := range map[string]map[string]string{
		"memory.max":                      {"268435456": "268435456 bytes (256M)", "max": "max (no limit)", "0": "0 bytes"},
		"memory.limit_in_bytes":           {"9223372036854771712": "9223372036854771712 (no limit)", "4096": "4096 bytes (4K)"},
		"memory.current":                  {"8192": "8192 bytes (8K)"},
		"memory.swap.peak":                {"8192": "8192 bytes (8K)"},
		"memory.max_usage_in_bytes":       {"8192": "8192 bytes (8K)"},
		"hugetlb.2MB.rsvd.current":        {"2097152": "2097152 bytes (2M)"},
		"cpu.max":                         {"50000 100000": "50000 100000 microseconds", "max 100000": "max 100000"},
		"cpu.cfs_quota_us":                {"-1": "-1 (no limit)", "50000": "50000 microseconds"},
		"cpuacct.usage":                   {"1234567890": "1234567890 nanoseconds (1.235s)"},
		"cpuacct.usage_percpu":            {"12 34": "12 34 nanoseconds"},
		"cpu.uclamp.min":                  {"12.50": "12.50 percent"},
		"pids.current":                    {"3": "3 threads"},
		"pids.max":                        {"max": "max (no limit)", "100": "100"},
		"cpuset.cpus":                     {"0-3": "0-3", "": "empty"},
		"cpu.weight":                      {"100": "100"},
		"cpuset.sched_relax_domain_level": {"-1": "-1"},
		"no.such.file":                    {"17": "17", "a\nb": "a\nb"},
	} {
		for text, want := range says {
			if got := KindOf(file).Say(text); got != want {
				t.Errorf("%s says %q: got %q, want %q", file, text, got, want)
			}
		}
	}
}
