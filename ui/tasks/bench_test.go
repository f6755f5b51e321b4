package tasks

import (
	"fmt"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// crowd is a machine with many processes, most of them children of a few, as on a busy server.
func crowd(n int, used float64) *probe.Snapshot {
	s := &probe.Snapshot{Host: probe.Host{Reference: probe.Reference{Key: probe.WorldKey(hostSet.Inodes)}}}
	for i := range int32(n) { //nolint:gosec // A count.
		ppid := i / 40
		s.Tasks = append(s.Tasks, process(i+1, ppid, fmt.Sprintf("worker-%d", i%977), func(t *probe.Task) {
			t.CPU = reading.Of(used * float64(i*7919%1000))
			t.Cmdline = reading.Of(fmt.Sprintf("/usr/bin/worker-%d --config=/etc/worker/%d.conf --verbose", i%977, i))
		}))
	}
	return s
}

func BenchmarkSync(b *testing.B) {
	snapshots := []*probe.Snapshot{crowd(10_000, 0.001), crowd(10_000, 0.002)}
	sorts := map[string]order{
		"tree": {}, "tree by cpu": {column: 3, descending: true}, "flat by cpu": {flat: true, column: 3, descending: true},
		"flat by user": {flat: true, column: 1}, "flat by command": {flat: true, column: 9},
	}
	for name, o := range sorts {
		b.Run(name, func(b *testing.B) {
			m := New()
			m.order = o
			var s screen.Screen = m.Resize(120, 40)
			s = s.Sync(screen.Frame{Now: snapshots[1]})
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				s = s.Sync(screen.Frame{Now: snapshots[i%2]})
			}
		})
	}
}

func BenchmarkFilter(b *testing.B) {
	now := crowd(10_000, 0.001)
	for _, expression := range []string{"worker-77", "comm:no-such", "net:4026531833"} {
		b.Run(expression, func(b *testing.B) {
			s := New().Resize(120, 40)
			b.ReportAllocs()
			for b.Loop() {
				s = synced(b, s, now, expression)
			}
		})
	}
}

func BenchmarkView(b *testing.B) {
	s := New().Resize(120, 40).Sync(screen.Frame{Now: crowd(10_000, 0.001)})
	styles := theme.New(true)
	b.ReportAllocs()
	for b.Loop() {
		s.View(styles, true)
	}
}
