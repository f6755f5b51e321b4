package ui

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"weak"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// crowd makes snapshots of a host with so many processes, as a busy server has them: 25 share their namespaces and their group,
// as children of one of them. Nothing happens between one snapshot and the next.
func crowd(count int) func() *probe.Snapshot {
	const size = 25
	var set *probe.NamespaceSet
	var in *probe.CgroupSet
	first := probe.Snapshot{Host: probe.Host{Name: "lab", Kernel: "6.18.44", User: "root", Mode: "v2"}}
	first.Hierarchies = []probe.Hierarchy{{Label: cgroup.LabelV2, Version: 2, MountPoint: "/sys/fs/cgroup", Controllers: []string{"cpu", "memory", "pids"}}}
	first.Groups = []probe.Group{{GroupKey: probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: "/"}, Parent: -1, Dir: "/sys/fs/cgroup", Values: &cgroup.Values{}}}
	for i := range int32(count) {
		if mix := int(i / size); i%size == 0 {
			path := fmt.Sprintf("/mix%06d", mix)
			set = &probe.NamespaceSet{}
			for t := range set.Inodes {
				set.Inodes[t] = reading.Of(uint64(4026531834 + t + 8*mix))
				first.Namespaces = append(first.Namespaces, probe.Namespace{
					NamespaceRef: probe.NamespaceRef{Type: probe.NamespaceTypes[t], Inode: set.Inodes[t].Or(0)},
					Processes:    size, Threads: size, Leader: i + 1,
				})
			}
			in = &probe.CgroupSet{Access: reading.Present, Memberships: []proc.Membership{{Path: path}}}
			first.Groups = append(first.Groups, probe.Group{
				GroupKey: probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: path}, Inode: uint64(mix + 2), Depth: 1, Processes: size,
				Dir: "/sys/fs/cgroup" + path, Values: &cgroup.Values{Memory: reading.Of[uint64](1 << 20)},
			})
		}
		first.Tasks = append(first.Tasks, probe.Task{
			TaskKey: probe.TaskKey{PID: i + 1, TID: i + 1, Start: uint64(i)}, Closeup: &probe.Closeup{}, Program: &probe.Program{Comm: "sleeper", Cmdline: reading.Of("sleeper 1000"), UID: reading.Of[uint32](0), User: "root"}, PPID: i/size*size + min(i%size, 1), State: 'S', Threads: 1, RSS: 1 << 20,
			Namespaces: set, Cgroups: in, Access: reading.Present,
		})
	}
	slices.SortFunc(first.Namespaces, func(a, b probe.Namespace) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Inode, b.Inode))
	})
	var worlds probe.WorldMaker
	worlds.Group(first.Tasks, probe.Partition{}, probe.WorldKey(first.Tasks[0].Namespaces.Inodes))
	first.Worlds = worlds.List()
	begin := time.Now()
	return func() *probe.Snapshot {
		next := first
		begin = begin.Add(time.Second)
		next.At, next.Cost = begin, probe.Cost{Wall: 9*time.Millisecond + time.Duration(begin.Second()%3)*time.Millisecond}
		next.Tasks = append([]probe.Task(nil), first.Tasks...)
		return &next
	}
}

// shown is a model that shows a crowd, on a screen.
func shown(t testing.TB, next func() *probe.Snapshot, index int) Model {
	t.Helper()
	m, err := New(t.Context(), Config{Interval: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	m = m.resize(200, 50)
	for range 3 { // What has just appeared is shown so for a while.
		m = refreshed(m, next())
	}
	m = send(m, press(fmt.Sprint(index+1)))
	for range 3 {
		m = refreshed(m, next())
	}
	return m
}

// refreshed is a model that took a snapshot, and drew it.
func refreshed(m Model, s *probe.Snapshot) Model {
	m = send(m, scannedMsg{snapshot: s, facts: probe.AllFacts})
	_ = m.View()
	return m
}

// TestUnchangedRefreshChangesNothing: what scans take differs each time, and so does when they were made; where nothing else
// does the picture is the same, to the last byte, so that nothing is written to the terminal.
func TestUnchangedRefreshChangesNothing(t *testing.T) {
	for i, s := range newScreens() {
		t.Run(s.Name(), func(t *testing.T) {
			next := crowd(1000)
			m := shown(t, next, i)
			want := m.View().Content
			for range 5 {
				m = refreshed(m, next())
				if got := m.View().Content; got != want {
					t.Fatalf("the picture changed:\n%s", firstDifference(want, got))
				}
			}
		})
	}
}

// firstDifference returns the first line that is not the same.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("%q\n%q", w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, before %d", len(g), len(w))
}

// TestPictureCostsNoMoreOfMany counts what drawing allocates: rows are made for what is in view, however many there are.
func TestPictureCostsNoMoreOfMany(t *testing.T) {
	for i, s := range newScreens() {
		t.Run(s.Name(), func(t *testing.T) {
			few, many := shown(t, crowd(2000), i), shown(t, crowd(20000), i)
			before := testing.AllocsPerRun(5, func() { few.View() })
			after := testing.AllocsPerRun(5, func() { many.View() })
			if after > 1.1*before+8 {
				t.Errorf("a picture of 20,000 processes takes %.0f allocations, one of 2,000 %.0f", after, before)
			}
		})
	}
}

// TestOldSnapshotsAreLetGo looks at every screen in turn while scans go on and processes come and go. In the end the last
// snapshot is there, and no other.
func TestOldSnapshotsAreLetGo(t *testing.T) {
	next := crowd(1000)
	m := shown(t, next, worldsScreen)
	var seen []weak.Pointer[probe.Task]
	for range 2 {
		for i := range m.screens {
			s := next()
			gone := len(seen) % 20
			s.Tasks = append(s.Tasks[:900+gone], s.Tasks[901+gone:]...)
			seen = append(seen, weak.Make(&s.Tasks[0]))
			m = refreshed(send(m, press(fmt.Sprint(i+1))), s)
		}
	}
	runtime.GC()
	alive := 0
	for _, p := range seen {
		if p.Value() != nil {
			alive++
		}
	}
	if alive > 1 {
		t.Errorf("%d of %d snapshots are alive, want the last one", alive, len(seen))
	}
	runtime.KeepAlive(m)
}

// asked is a Source that keeps what it was asked for, and has nothing.
type asked struct{ request probe.Request }

// Scan implements Source.
func (a *asked) Scan(_ context.Context, request probe.Request) (*probe.Snapshot, error) {
	a.request = request
	return nil, probe.ErrNotFound
}

// Detail implements Source.
func (*asked) Detail(int32, int32) probe.Detail { return probe.Detail{} }

// Release implements Source.
func (*asked) Release() {}

// TestWhatIsInViewIsReadAnew: each scan is asked to read anew what is on the screen and what is selected, and not more, however
// many there are.
func TestWhatIsInViewIsReadAnew(t *testing.T) {
	for i, s := range newScreens() {
		t.Run(s.Name(), func(t *testing.T) {
			source := &asked{}
			m := shown(t, crowd(2000), i)
			m.config.Source = source
			m = send(m, press("end"))
			_, cmd := m.ticked(tickMsg{m.live.generation})
			cmd()
			target, selected := m.current().Selected()
			var got []string
			for _, pid := range source.request.Watch {
				got = append(got, fmt.Sprint(pid))
			}
			for _, key := range source.request.Groups {
				got = append(got, key.Path)
			}
			_, inView, _ := m.current().Scroll()
			if most := inView + 2 + mostKin; len(got) > most {
				t.Errorf("%d are read anew, want at most %d with %d in view", len(got), most, inView)
			}
			want := ""
			switch target.Kind {
			case screen.Task:
				want = fmt.Sprint(target.Task.PID)
			case screen.Group:
				want = target.Group.Path
			case screen.World:
				w, _ := m.live.frame.Now.World(target.World)
				want = fmt.Sprint(w.Leader)
			case screen.Namespace:
				n, _ := m.live.frame.Now.Identified(target.Namespace)
				want = fmt.Sprint(n.Leader)
			case screen.File, screen.Nothing:
			}
			if selected && !slices.Contains(got, want) {
				t.Errorf("%s is selected and not among what is read anew: %q", want, got)
			}
		})
	}
}

// BenchmarkRefresh tells what a refresh costs in which nothing happened, the scan not counted.
func BenchmarkRefresh(b *testing.B) {
	for i, s := range newScreens() {
		for _, count := range []int{1000, 10000, 30000} {
			b.Run(fmt.Sprintf("%s/%d", s.Name(), count), func(b *testing.B) {
				next := crowd(count)
				m := shown(b, next, i)
				snapshots := []*probe.Snapshot{next(), next()}
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					s := *snapshots[n%2]
					m = refreshed(m, &s)
				}
			})
		}
	}
}

// BenchmarkKey tells what a key costs that moves the selection, and one that opens a filter and types into it.
func BenchmarkKey(b *testing.B) {
	for i, s := range newScreens() {
		b.Run(s.Name()+"/down", func(b *testing.B) {
			m := shown(b, crowd(30000), i)
			b.ReportAllocs()
			for b.Loop() {
				m = send(m, press("down"))
				_ = m.View()
			}
		})
		b.Run(s.Name()+"/filter", func(b *testing.B) {
			m := shown(b, crowd(30000), i)
			b.ReportAllocs()
			for b.Loop() {
				typed := send(m, press("/"), press("7"), typedMsg{})
				_ = typed.View()
			}
		})
	}
}
