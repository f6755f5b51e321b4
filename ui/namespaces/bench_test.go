package namespaces

import (
	"fmt"
	"testing"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// crowd is a machine with 10,000 processes, half of them in 500 containers.
func crowd() *probe.Snapshot {
	s := host()
	s.Tasks = nil
	for i := range 500 {
		set := inside(4026540000+uint64(10*i), probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup)
		for range 10 {
			pid := int32(len(s.Tasks) + 1) //nolint:gosec // A count.
			s.Tasks = append(s.Tasks, process(pid, 0, fmt.Sprintf("worker-%d", i), "root", set),
				process(pid+1, 0, fmt.Sprintf("daemon-%d", i), "root", inside(0)))
		}
	}
	host := inside(0)
	for i := range s.Tasks {
		if s.Tasks[i].Namespaces.Inodes == host.Inodes {
			s.Tasks[i].Namespaces = host // A scanner keeps one copy of each set.
		}
	}
	s.Namespaces = listed(s.Tasks)
	return s
}

func BenchmarkSync(b *testing.B) {
	first, second := crowd(), crowd()
	for name, m := range map[string]Model{
		"type": New(), "owner": {byOwner: true, tracker: New().tracker, list: New().list, keys: New().keys},
	} {
		b.Run(name, func(b *testing.B) {
			s := m.Resize(120, 40).Sync(screen.Frame{Now: second})
			frames := []screen.Frame{{Now: first}, {Now: second}}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				s = s.Sync(frames[i%2])
			}
		})
	}
}

func BenchmarkFilter(b *testing.B) {
	now := crowd()
	for _, expression := range []string{"worker-77", "no-such-thing", "net:4026540003", "type:net no-such-thing"} {
		b.Run(expression, func(b *testing.B) {
			s := New().Resize(120, 40)
			b.ReportAllocs()
			for b.Loop() {
				s = synced(b, s, now, expression)
			}
		})
	}
}

// BenchmarkMembers shows the members of all namespaces: 80,000 rows.
func BenchmarkMembers(b *testing.B) {
	m := New()
	m.folds.members = m.folds.members.SetAll(true)
	now := crowd()
	s := m.Resize(120, 40)
	b.ReportAllocs()
	for b.Loop() {
		s = synced(b, s, now, "")
	}
}
