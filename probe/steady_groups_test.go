package probe_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/testhost"
)

// manyGroups lays out a host of one process and so many groups below the topmost one.
func manyGroups(t *testing.T, count int) probe.Roots {
	t.Helper()
	var b strings.Builder
	b.WriteString("-- proc/sys/kernel/hostname --\nlab\n-- proc/self -> 1 --\n-- proc/1/ --\n" +
		"stat 1 (init) S 0 1 1 0 -1 4194560 210 0 3 0 12 8 0 0 20 0 1 0 30 14745600 1200 18446744073709551615" + strings.Repeat(" 0", 27) + "\n" +
		"cgroup 0::/\ncmdline init\n-- proc/1/mountinfo --\n" +
		"30 23 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw\n" +
		"-- sys/fs/cgroup/ --\ncgroup.controllers cpu memory pids\ncgroup.procs 1\n")
	for i := range count {
		fmt.Fprintf(&b, "-- sys/fs/cgroup/%03d/ --\n", i)
		b.WriteString("cgroup.controllers cpu memory pids\ncgroup.procs\ncgroup.events populated 0\\nfrozen 0\n" +
			"cpu.stat usage_usec 100\\nuser_usec 60\\nsystem_usec 40\nmemory.current 4096\npids.current 0\n")
	}
	host := testhost.Parse(t, b.String())
	return probe.Roots{Proc: host.Proc, Sys: host.Sys}
}

// TestGroupsAreReadInTurn counts whose values a scan reads: of the groups that are asked for, which are those on the screen, in
// each scan, and of the rest a part in turn, so that each is read within StaleScans.
func TestGroupsAreReadInTurn(t *testing.T) {
	const count, asked = 400, 20
	s, err := probe.Open(manyGroups(t, count))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // It was only read from.
	request := probe.Request{Facts: probe.AllFacts}
	for i := range asked {
		request.Groups = append(request.Groups, probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: fmt.Sprintf("/%03d", i)})
	}
	last := map[string]time.Duration{}
	waited := map[string]int{} // How many scans ago each was read.
	for n := range 3 * probe.StaleScans {
		read := 0
		for _, g := range scan(t, s, request).Groups {
			waited[g.Path]++
			if g.ReadAt != last[g.Path] {
				last[g.Path], waited[g.Path] = g.ReadAt, 0
				read++
			}
			if wanted := g.Path != "/" && g.Path < fmt.Sprintf("/%03d", asked); wanted && waited[g.Path] > 0 {
				t.Errorf("scan %d did not read %s, which was asked for", n, g.Path)
			}
			if waited[g.Path] >= probe.StaleScans {
				t.Errorf("scan %d: %s was not read for %d scans", n, g.Path, waited[g.Path])
			}
		}
		if most := asked + count/4; n > 0 && read > most {
			t.Errorf("scan %d read %d of %d groups, want at most %d", n, read, count, most)
		}
	}
	if len(last) != count+1 {
		t.Errorf("%d groups, want %d and the topmost one", len(last), count)
	}
}
