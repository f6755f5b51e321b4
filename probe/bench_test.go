package probe_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// crowdSizes are how many sleeping processes the benchmarks look at. The machine's own are looked at too.
var crowdSizes = []int{1000, 10000, 30000}

// What a scan is asked for: by the list of namespaces, and for the first picture on the screen.
var (
	namespacesOnly = probe.Request{Facts: probe.FactNamespaces | probe.FactOwners}
	firstPicture   = probe.Request{Facts: probe.FactWorlds}
)

// BenchmarkScan tells what scans cost of each process: CPU time, user and system, of all threads, and garbage. What is called
// bpf has the tasks come from the iterator, which a first scan loads.
func BenchmarkScan(b *testing.B) {
	for _, size := range crowdSizes {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			startCrowd(b, size)
			for _, source := range []probe.Source{probe.SourceProc, probe.SourceBPF} {
				b.Run(source.String(), func(b *testing.B) {
					b.Run("first-all", func(b *testing.B) { measureFirst(b, source, everything) })
					b.Run("first-namespaces", func(b *testing.B) { measureFirst(b, source, namespacesOnly) })
					b.Run("first-picture", func(b *testing.B) { measureFirst(b, source, firstPicture) })
					b.Run("steady-unwatched", func(b *testing.B) { measureSteady(b, source, 0) })
					b.Run("steady-watched", func(b *testing.B) { measureSteady(b, source, 50) })
					b.Run("memory", func(b *testing.B) { measureMemory(b, source) })
				})
			}
		})
	}
}

// measureFirst measures the first scans of scanners.
func measureFirst(b *testing.B, source probe.Source, request probe.Request) {
	measure(b, func() *probe.Snapshot {
		s := openLive(b, source)
		defer s.Close()
		return scanned(b, s, request)
	})
}

// measureSteady measures the scans of a scanner that has been at it for a while, with processes on the screen.
func measureSteady(b *testing.B, source probe.Source, watched int) {
	s := openLive(b, source)
	defer s.Close()
	request := everything
	for range probe.StaleScans {
		tasks := scanned(b, s, request).Tasks
		request.Watch = nil
		for _, task := range tasks[len(tasks)-watched:] {
			request.Watch = append(request.Watch, task.PID)
		}
	}
	measure(b, func() *probe.Snapshot { return scanned(b, s, request) })
}

// measure reports what a scan costs of each process.
func measure(b *testing.B, scan func() *probe.Snapshot) {
	scan() // The kernel makes its files of a process when they are first looked at.
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, processes := cpuTime(b), 0
	for b.Loop() {
		processes += len(scan().Tasks)
	}
	used := cpuTime(b) - start
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(used.Microseconds())/float64(processes), "µs-CPU/process")
	b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "ms-CPU/scan")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(processes), "allocs/process")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(processes), "B/process")
}

// measureMemory reports how much memory a program takes at most that does nothing but scan: once, and again and again.
func measureMemory(b *testing.B, source probe.Source) {
	c := startRole(b, fmt.Sprintf("memory %d %s", 3*probe.StaleScans, source))
	var first, last float64
	if _, err := fmt.Sscan(c.line(b), &first, &last); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(first, "MiB-first")
	b.ReportMetric(last, "MiB-steady")
}

// playMemory scans a number of times, and says the most memory that this program had at a time, in MiB: after the first
// scan, and after the last one.
func playMemory(what string) {
	scans, name, _ := strings.Cut(what, " ")
	count, _ := strconv.Atoi(scans)
	source, _ := probe.ParseSource(name)
	s, err := probe.OpenLasting(probe.Live, source)
	if err != nil {
		say(err)
		return
	}
	var first string
	for i := range count {
		if _, err := s.Scan(context.Background(), everything); err != nil {
			say(err)
			return
		}
		if i == 0 {
			first = peakMemory()
		}
	}
	say(first, peakMemory())
}

// peakMemory returns VmHWM of proc_pid_status(5) in MiB. Unlike that of getrusage(2), it is not that of the program that
// started this one.
func peakMemory() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err.Error()
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.1f", float64(kib)/1024)
}

func openLive(b *testing.B, source probe.Source) *probe.Scanner {
	b.Helper()
	s, err := probe.OpenOnce(probe.Live, source)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func scanned(b *testing.B, s *probe.Scanner, request probe.Request) *probe.Snapshot {
	b.Helper()
	snapshot, err := s.Scan(b.Context(), request)
	if err != nil {
		b.Fatal(err)
	}
	return snapshot
}

// cpuTime returns the user and system time of this program.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
