package probe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// groupCounts are how many groups the benchmarks look at. The machine's own are looked at too.
var groupCounts = []int{100, 1000, 5000}

// BenchmarkGroups tells what the groups of a hierarchy of version 2 cost in each scan of a scanner that has been at it for a
// while, with as many of them on the screen as it has lines: CPU time, user and system, and garbage.
func BenchmarkGroups(b *testing.B) {
	for _, count := range groupCounts {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			keys := makeGroups(b, count)
			s := openLive(b, probe.SourceProc)
			defer s.Close()
			request := everything
			request.Groups = keys[:min(50, len(keys))]
			var groups int
			for range 2 * probe.StaleScans {
				groups = len(scanned(b, s, request).Groups)
			}
			b.ReportAllocs()
			start := cpuTime(b)
			for b.Loop() {
				scanned(b, s, request)
			}
			used := cpuTime(b) - start
			b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "ms-CPU/scan")
			b.ReportMetric(float64(used.Microseconds())/float64(b.N)/float64(groups), "µs-CPU/group")
		})
	}
}

// makeGroups makes groups, fifty below each of some, until the benchmark ends, and returns what a scan calls them.
func makeGroups(b *testing.B, count int) []probe.GroupKey {
	b.Helper()
	if os.Geteuid() != 0 {
		b.Skip("needs root, to make groups")
	}
	mountinfo, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		b.Fatal(err)
	}
	defer mountinfo.Close()
	mounts, err := cgroup.Mounts(mountinfo)
	if err != nil {
		b.Fatal(err)
	}
	hierarchies := cgroup.Hierarchies(mounts)
	if len(hierarchies) == 0 || hierarchies[0].Version != 2 {
		b.Skip("version 2 of control groups is mounted nowhere")
	}
	h := hierarchies[0]
	top := fmt.Sprintf("/bulkhead-test-%d-groups", os.Getpid())
	paths := []string{top}
	for i := range count {
		if i%50 == 0 {
			paths = append(paths, fmt.Sprintf("%s/%d", top, i/50))
			continue
		}
		paths = append(paths, fmt.Sprintf("%s/%d/%d", top, i/50, i))
	}
	keys := make([]probe.GroupKey, len(paths))
	for i, path := range paths {
		dir := filepath.Join(h.MountPoint, path)
		if err := os.Mkdir(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = os.Remove(dir) }) // Those made last are removed first.
		keys[i] = probe.GroupKey{Hierarchy: h.Label(), Path: path}
	}
	return keys
}
