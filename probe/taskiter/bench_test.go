package taskiter_test

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/proc"
	"bulkhead/probe/taskiter"
)

// BenchmarkOpen tells what it costs to load the iterator.
func BenchmarkOpen(b *testing.B) {
	open(b)
	b.ReportAllocs()
	start := used(b)
	for b.Loop() {
		it, err := taskiter.Open()
		if err != nil {
			b.Fatal(err)
		}
		_ = it.Close()
	}
	b.ReportMetric(float64((used(b)-start).Microseconds())/1000/float64(b.N), "ms-CPU/op")
}

// BenchmarkRead tells what a process costs by the iterator, and, beside it, what its stat and its namespaces cost in /proc.
func BenchmarkRead(b *testing.B) {
	b.Run("iterator", func(b *testing.B) {
		it := open(b)
		var records []taskiter.Record
		b.ReportAllocs()
		start := used(b)
		for b.Loop() {
			var err error
			if records, err = it.Read(records[:0]); err != nil {
				b.Fatal(err)
			}
		}
		report(b, len(records), start)
	})
	b.Run("proc", func(b *testing.B) {
		dir, err := proc.Open("/proc")
		if err != nil {
			b.Fatal(err)
		}
		defer dir.Close()
		r := dir.NewReader()
		defer r.Close()
		var entries []proc.Entry
		var stat proc.Stat
		var links proc.Links
		b.ReportAllocs()
		start := used(b)
		for b.Loop() {
			if entries, err = dir.List(entries[:0]); err != nil {
				b.Fatal(err)
			}
			for _, e := range entries {
				if r.Open(e.PID) == nil && r.Stat(&stat) == nil {
					_ = r.AllLinks(&links) // Of a process that is gone nothing is told.
				}
			}
		}
		report(b, len(entries), start)
	})
}

// report says what one process costs, in CPU time of the whole program since start.
func report(b *testing.B, processes int, start time.Duration) {
	b.ReportMetric(float64((used(b)-start).Nanoseconds())/float64(b.N)/float64(processes), "ns-CPU/process")
	b.ReportMetric(float64(processes), "processes")
}

// used returns the user and system time of the program.
func used(b *testing.B) time.Duration {
	b.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
