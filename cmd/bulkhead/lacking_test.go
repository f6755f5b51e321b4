package main

import (
	"strings"
	"testing"

	"bulkhead/probe/testhost"
)

// oneProcess is a host with one process, which is in the groups and sees the mounts that follow.
const oneProcess = `
-- proc/sys/kernel/osrelease --
6.1.0-56-cloud-amd64
-- sys/devices/system/cpu/online --
0-3
-- proc/self -> 1 --
-- proc/1/ --
stat 1 (init) S 0 1 1 0 -1 4194560 210 0 3 0 210 330 0 0 20 0 1 0 30 38092800 3100 18446744073709551615 1 1 0 0 0 0 0 4096 16384 0 0 0 17 2 0 0 0 0 0 0 0 0 0 0 0 0 0
cmdline init\x00
status Name:\tinit\nState:\tS (sleeping)\nTgid:\t1\nPid:\t1\nPPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nNSpid:\t1\nThreads:\t1\nCapEff:\t000001ffffffffff\nCpus_allowed_list:\t0-3\nMems_allowed_list:\t0
-- proc/1/ns -> --
user:[4026531837] mnt:[4026531841] pid:[4026531836] net:[4026531840]
uts:[4026531838] ipc:[4026531839] cgroup:[4026531835] time:[4026531834]
`

const noGroups = oneProcess + `
-- proc/cgroups --
#subsys_name	hierarchy	num_cgroups	enabled
cpuset	0	1	1
memory	0	1	1
-- proc/1/cgroup --
-- proc/1/mountinfo --
21 1 0:19 / /proc rw,relatime - proc proc rw
`

const withoutMemory = oneProcess + `
-- proc/cgroups --
#subsys_name	hierarchy	num_cgroups	enabled
cpuset	0	2	1
cpu	0	2	1
blkio	0	2	1
memory	0	1	0
freezer	0	2	1
pids	0	2	1
-- proc/1/cgroup --
0::/lab
-- proc/1/mountinfo --
21 1 0:19 / /proc rw,relatime - proc proc rw
30 1 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
-- sys/fs/cgroup/ --
cgroup.procs
cgroup.controllers cpu io pids
-- sys/fs/cgroup/lab/ --
cgroup.procs 1
cgroup.controllers cpu io pids
cpu.max max 100000
pids.current 1
pids.max max
`

// TestWithoutHierarchies says that there are none, rather than printing nothing.
func TestWithoutHierarchies(t *testing.T) {
	h := host{testhost.Parse(t, noGroups)}
	const says = "no hierarchy of control groups is mounted"
	for name, test := range map[string]struct {
		args []string
		code int
		out  string
		err  string
	}{
		"list":               {[]string{"list", "cgroups"}, exitDone, "PROCS BELOW", "bulkhead: " + says + "\n"},
		"list in JSON":       {[]string{"list", "cgroups", "--json"}, exitDone, `"groups":[]`, ""},
		"doctor":             {[]string{"doctor"}, exitDone, "no       cgroups          " + says, ""},
		"a controller":       {[]string{"show", "cpuset:/lab"}, exitRefused, "", "not found: " + says},
		"version 2":          {[]string{"show", "/lab"}, exitRefused, "", says},
		"what a process may": {[]string{"show", "1", "--uses"}, exitDone, "memory        no limit: " + says, ""},
		"groups of it":       {[]string{"show", "1", "--groups"}, exitDone, says + ", so that it is in no group", ""},
	} {
		got := h.execute(t, test.args...)
		if got.code != test.code || !strings.Contains(got.out, test.out) || !strings.Contains(got.err, test.err) {
			t.Errorf("%s: got %d\n%s%s\nwant %d\n%s%s", name, got.code, got.out, got.err, test.code, test.out, test.err)
		}
	}
}

// TestSwitchedOffAtTheBoot says of a controller why there is none.
func TestSwitchedOffAtTheBoot(t *testing.T) {
	h := host{testhost.Parse(t, withoutMemory)}
	const says = "the memory controller is switched off by the kernel command line (cgroup_disable=memory)"
	for name, test := range map[string]struct {
		args []string
		code int
		text string
	}{
		"doctor":             {[]string{"doctor"}, exitDone, "no         memory         " + says},
		"doctor, unbound":    {[]string{"doctor"}, exitDone, "partly     unbound        cpuset: in no hierarchy"},
		"a group":            {[]string{"show", "/lab"}, exitDone, "no limit: " + says},
		"its hierarchy":      {[]string{"show", "memory:/lab"}, exitRefused, "memory:/lab: not found: " + says},
		"what a process may": {[]string{"show", "1", "--uses"}, exitDone, "memory        no limit: " + says},
		"groups of it":       {[]string{"show", "1", "--groups"}, exitDone, "in no tree\n  memory      " + says},
		"JSON":               {[]string{"list", "cgroups", "--json"}, exitDone, `"controllers_disabled":["memory"]`},
		"pressure":           {[]string{"doctor"}, exitDone, "is not measured by this kernel"},
		"pressure, a group":  {[]string{"show", "/lab"}, exitDone, "not measured by this kernel: it takes"},
	} {
		got := h.execute(t, test.args...)
		if got.code != test.code || !strings.Contains(got.out+got.err, test.text) {
			t.Errorf("%s: got %d\n%s%s\nwant %d\n%s", name, got.code, got.out, got.err, test.code, test.text)
		}
	}
}
