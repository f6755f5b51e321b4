package taskiter_test

import (
	"testing"

	"bulkhead/probe/proc"
	"bulkhead/probe/taskiter"
)

// BenchmarkOpen tells what it costs to load the iterator.
func BenchmarkOpen(b *testing.B) {
	open(b)
	b.ReportAllocs()
	for b.Loop() {
		it, err := taskiter.Open()
		if err != nil {
			b.Fatal(err)
		}
		_ = it.Close()
	}
}

// BenchmarkRead tells what a process costs by the iterator, and, beside it, what its stat and its namespaces cost in /proc.
func BenchmarkRead(b *testing.B) {
	b.Run("iterator", func(b *testing.B) {
		it := open(b)
		var records []taskiter.Record
		b.ReportAllocs()
		for b.Loop() {
			var err error
			if records, err = it.Read(records[:0]); err != nil {
				b.Fatal(err)
			}
		}
		report(b, len(records))
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
		report(b, len(entries))
	})
}

// report says what one process costs.
func report(b *testing.B, processes int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(processes), "ns/process")
	b.ReportMetric(float64(processes), "processes")
}
