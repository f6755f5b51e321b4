package worlds_test

import (
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
	"bulkhead/ui/worlds"
)

// task makes a process whose namespaces are number 1, but for the given ones.
func task(pid, ppid int32, comm, user string, other map[probe.NamespaceType]uint64) probe.Task {
	set := &probe.NamespaceSet{}
	for _, t := range probe.NamespaceTypes {
		set.Inodes[t] = reading.Of(uint64(1))
		if inode, ok := other[t]; ok {
			set.Inodes[t] = reading.Of(inode)
		}
	}
	return probe.Task{
		TaskKey: probe.TaskKey{PID: pid, TID: pid, Start: uint64(pid)}, Closeup: &probe.Closeup{}, Program: &probe.Program{Comm: comm, User: user}, PPID: ppid, State: 'S', Threads: 1,
		Namespaces: set, Cgroups: &probe.CgroupSet{},
	}
}

func snapshot(tasks ...probe.Task) *probe.Snapshot {
	host := probe.WorldKey(task(1, 0, "init", "root", nil).Namespaces.Inodes)
	var worlds probe.WorldMaker
	worlds.Group(tasks, probe.Partition{}, host)
	s := &probe.Snapshot{Tasks: tasks, Worlds: worlds.List()}
	s.Host.Reference.Key = host
	for i := range s.Worlds {
		w := &s.Worlds[i]
		leader, _ := s.Task(w.Leader)
		switch {
		case w.Host:
			w.Name = probe.HostWorld
		case w.Cells[probe.User].Kind == probe.CellUnknown:
			w.Name = "not permitted"
		default:
			w.Name = leader.Comm
		}
	}
	return s
}

func harbour() []probe.Task {
	denied := task(50, 1, "secret", "", nil)
	denied.Namespaces = &probe.NamespaceSet{}
	for i := range denied.Namespaces.Inodes {
		denied.Namespaces.Inodes[i] = reading.None[uint64](reading.Denied)
	}
	return []probe.Task{
		task(1, 0, "init", "root", nil), task(7, 1, "sshd", "root", nil),
		task(20, 1, "nginx", "www-data", map[probe.NamespaceType]uint64{probe.Mnt: 2, probe.PID: 2, probe.Net: 2, probe.UTS: 2, probe.IPC: 2}),
		task(21, 20, "nginx", "www-data", map[probe.NamespaceType]uint64{probe.Mnt: 2, probe.PID: 2, probe.Net: 2, probe.UTS: 2, probe.IPC: 2}),
		task(30, 1, "sidecar", "root", map[probe.NamespaceType]uint64{probe.Mnt: 3, probe.PID: 3, probe.Net: 2, probe.UTS: 3, probe.IPC: 3}),
		task(40, 1, "ev\x1b[2Jil\xff", "nobody", map[probe.NamespaceType]uint64{probe.User: 4}),
		denied,
	}
}

func view(s screen.Screen) string {
	return ansi.Strip(s.View(theme.New(true), true)) + "\n"
}

func TestMatrix(t *testing.T) {
	for _, width := range []int{40, 78, 120} {
		s := worlds.New().Resize(width, 9).Sync(screen.Frame{Now: snapshot(harbour()...)})
		uitest.Golden(t, "matrix-"+strconv.Itoa(width), view(s))
	}
}

func TestNewAndGoneWorldsAreMarked(t *testing.T) {
	all := harbour()
	s := worlds.New().Resize(78, 9).Sync(screen.Frame{Now: snapshot(all[:3]...)})
	s = s.Sync(screen.Frame{Now: snapshot(append(all[:2:2], all[5])...)})
	uitest.Golden(t, "new-and-gone", view(s))
	next := snapshot(append(all[:2:2], all[5])...)
	for range 3 {
		s = s.Sync(screen.Frame{Now: next})
	}
	if !strings.Contains(view(s), "-") {
		t.Error("a frame of the same snapshot aged the marks")
	}
	for range 3 {
		s = s.Sync(screen.Frame{Now: snapshot(append(all[:2:2], all[5])...)})
	}
	if strings.Contains(view(s), "nginx") {
		t.Errorf("a world that is gone is still shown after two refreshes:\n%s", view(s))
	}
}

func TestSelectionFollowsItsWorld(t *testing.T) {
	all := harbour()
	s := worlds.New().Resize(78, 9).Sync(screen.Frame{Now: snapshot(all...)})
	for range 2 {
		s, _ = s.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	}
	before, _ := s.Selected()
	earlier := task(3, 1, "earlier", "root", map[probe.NamespaceType]uint64{probe.UTS: 9})
	s = s.Sync(screen.Frame{Now: snapshot(append([]probe.Task{all[0], earlier}, all[1:]...)...)})
	after, ok := s.Selected()
	if !ok || before != after {
		t.Errorf("selected %v, after a world was born above it %v", before, after)
	}
}

func TestFilter(t *testing.T) {
	tests := map[string]struct {
		filter string
		want   int
	}{
		"name": {"nginx", 1}, "a member's pid": {"pid:21", 1}, "namespace": {"net:2", 2}, "user": {"user:root", 2},
		"not": {"!nginx", 4}, "host": {"host", 1}, "nothing": {"nosuchthing", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := filter.Parse(test.filter)
			if err != nil {
				t.Fatal(err)
			}
			s := worlds.New().Resize(78, 9).Sync(screen.Frame{Now: snapshot(harbour()...), Filter: f})
			if shown, total := s.Count(); shown != test.want || total != 5 {
				t.Errorf("%q shows %d of %d worlds, want %d of 5", test.filter, shown, total, test.want)
			}
		})
	}
}

func TestReveal(t *testing.T) {
	now := snapshot(harbour()...)
	s := worlds.New().Resize(78, 9).Sync(screen.Frame{Now: now})
	want := screen.ToWorld(&now.Worlds[2])
	s, ok := s.Reveal(want)
	if got, _ := s.Selected(); !ok || got != want {
		t.Errorf("revealed %v, selected %v, want %v", ok, got, want)
	}
	if _, ok := s.Reveal(screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 2}})); ok {
		t.Error("the worlds reveal a namespace")
	}
}
