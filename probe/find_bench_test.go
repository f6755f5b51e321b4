package probe_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"bulkhead/probe"
)

// BenchmarkFind tells what it costs to look for namespaces beyond the processes' own links: CPU time of the thread that looks,
// garbage, and how much memory a program takes at most that scans and looks.
func BenchmarkFind(b *testing.B) {
	for _, size := range crowdSizes {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			startCrowd(b, size)
			b.Run("first", func(b *testing.B) { measureFind(b, false) })
			b.Run("steady", func(b *testing.B) { measureFind(b, true) })
			b.Run("memory", measureFindMemory)
		})
	}
}

// measureFind measures the searches of new finders, or of one that has been at it for a while.
func measureFind(b *testing.B, steady bool) {
	scanner := openLive(b, probe.SourceProc)
	defer scanner.Close()
	s := scanned(b, scanner, everything)
	f := openFinder(b)
	defer func() { _ = f.Close() }()
	for range 16 { // The kernel makes its files of a process when they are first looked at, and sockets are asked in turn.
		found(b, f, s)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var cost probe.Cost
	for b.Loop() {
		if !steady {
			_ = f.Close()
			f = openFinder(b)
		}
		last := found(b, f, s).Cost
		cost.CPU, cost.Read = cost.CPU+last.CPU, cost.Read+last.Read
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(cost.CPU.Microseconds())/1000/float64(b.N), "ms-CPU/find")
	b.ReportMetric(float64(cost.CPU.Microseconds())/float64(cost.Read), "µs-CPU/process")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/1024, "KiB/find")
}

func openFinder(b *testing.B) *probe.Finder {
	b.Helper()
	f, err := probe.OpenFinder(probe.Live)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

func found(b *testing.B, f *probe.Finder, s *probe.Snapshot) *probe.Findings {
	b.Helper()
	found, err := f.Find(b.Context(), s)
	if err != nil {
		b.Fatal(err)
	}
	return found
}

func measureFindMemory(b *testing.B) {
	c := startRole(b, fmt.Sprintf("find-memory %d", 3*probe.StaleScans))
	var scanned, last float64
	if _, err := fmt.Sscan(c.line(b), &scanned, &last); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(scanned, "MiB-scanned")
	b.ReportMetric(last, "MiB-found")
}

// playFindMemory scans a number of times, and then looks beside it as often. It says the most memory that this program had at a
// time before and after, in MiB.
func playFindMemory(times string) {
	count, _ := strconv.Atoi(times)
	scanner, err := probe.Open(probe.Live)
	if err != nil {
		say(err)
		return
	}
	finder, err := probe.OpenFinder(probe.Live)
	if err != nil {
		say(err)
		return
	}
	before := ""
	for i := range 2 * count {
		s, err := scanner.Scan(context.Background(), everything)
		if i == count {
			before = peakMemory()
		}
		if err == nil && i >= count {
			_, err = finder.Find(context.Background(), s)
		}
		if err != nil {
			say(err)
			return
		}
	}
	say(before, peakMemory())
}
