package proc_test

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/proc"
)

// record is what a scan keeps of a process.
type record struct {
	pid     int32
	stat    proc.Stat
	links   proc.Links
	cmdline string
	uid     uint32
}

// parts are the steps of a scan, each alone with the opening of the process, and together.
var parts = map[string]func(*proc.Reader, *record) error{
	"open":    func(*proc.Reader, *record) error { return nil },
	"stat":    func(r *proc.Reader, p *record) error { return r.Stat(&p.stat) },
	"uid":     func(r *proc.Reader, p *record) (err error) { p.uid, err = r.UID(); return err },
	"links8":  func(r *proc.Reader, p *record) error { return r.Links(&p.links) },
	"links10": func(r *proc.Reader, p *record) error { return r.AllLinks(&p.links) },
	"cgroup":  func(r *proc.Reader, _ *record) error { _, err := r.Cgroup(); return err },
	"cmdline": func(r *proc.Reader, p *record) (err error) { p.cmdline, err = r.Cmdline(p.cmdline); return err },
	"status":  func(r *proc.Reader, _ *record) error { _, err := r.Status(); return err },
	"scan":    scan,
}

// scan reads what the whole view shows of a process.
func scan(r *proc.Reader, p *record) error {
	_, err := r.Cgroup()
	return errors.Join(err, r.Stat(&p.stat), r.Links(&p.links))
}

// BenchmarkScan tells the CPU time per process of each part, over BENCH_PROCESSES sleeping processes (1,000). All but
// "list" include "open". The machine's other processes are listed, but not read.
func BenchmarkScan(b *testing.B) {
	count, err := strconv.Atoi(os.Getenv("BENCH_PROCESSES"))
	if err != nil {
		count = 1000
	}
	dir, r := openProc(b)
	records := make([]record, count)
	for i, child := range startChildren(b, count, nil) {
		records[i].pid = int32(child.Process.Pid)
	}
	var entries []proc.Entry
	b.Run("list", func(b *testing.B) {
		measure(b, count, func() {
			if entries, err = dir.List(entries); err != nil {
				b.Fatal(err)
			}
		})
	})
	for name, part := range parts {
		b.Run(name, func(b *testing.B) {
			measure(b, count, func() {
				for i := range records {
					p := &records[i]
					if err := errors.Join(r.Open(p.pid), part(r, p)); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// measure runs do once to warm up, then b.N times, and reports CPU time and allocations per process.
func measure(b *testing.B, count int, do func()) {
	b.Helper()
	do()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime(b)
	for b.Loop() {
		do()
	}
	used := cpuTime(b) - start
	runtime.ReadMemStats(&after)
	each := float64(b.N) * float64(count)
	b.ReportMetric(float64(used.Nanoseconds())/1000/each, "µs-CPU/process")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/each, "allocs/process")
}

func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// A scan of what has not changed makes no garbage.
func TestScanAllocatesNothing(t *testing.T) {
	_, r := openProc(t)
	p := record{pid: startChild(t)}
	for name, part := range parts {
		if name == "status" { // It is parsed into fresh memory, for the few processes that are looked at.
			continue
		}
		do := func() {
			if err := errors.Join(r.Open(p.pid), part(r, &p)); err != nil {
				t.Fatal(err)
			}
		}
		if got := testing.AllocsPerRun(100, do); got != 0 {
			t.Errorf("%s: %v allocations, want 0", name, got)
		}
	}
	tids := make([]int32, 0, 64)
	if got := testing.AllocsPerRun(100, func() { tids, _ = r.Threads(tids) }); got != 0 || len(tids) == 0 {
		t.Errorf("threads: %v allocations and %d threads, want 0 and some", got, len(tids))
	}
}

func TestListAllocatesNothingPerProcess(t *testing.T) {
	dir, _ := openProc(t)
	startChildren(t, 100, nil)
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := testing.AllocsPerRun(10, func() { entries, _ = dir.List(entries) }); got > 4 {
		t.Errorf("%v allocations for %d processes, want at most 4", got, len(entries))
	}
}

// Goroutines share a root, each with a reader of its own.
func TestReadersSideBySide(t *testing.T) {
	dir, _ := openProc(t)
	child := startChild(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			r := dir.NewReader()
			defer r.Close()
			for range 50 {
				entries, err := dir.List(nil)
				p := record{pid: child}
				if err := errors.Join(err, r.Open(child), scan(r, &p)); err != nil || len(entries) < 2 || p.stat.PID != child {
					t.Errorf("%d processes, stat of %d, %v", len(entries), p.stat.PID, err)
				}
			}
		})
	}
	wait.Wait()
}
