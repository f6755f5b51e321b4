package probe

import (
	"strings"
	"testing"

	"bulkhead/probe/reading"
)

// namespaces returns a set in which every type has the inode number 1000, but for the given ones.
func namespaces(other map[NamespaceType]uint64) *NamespaceSet {
	var set NamespaceSet
	for _, t := range NamespaceTypes {
		set.Inodes[t] = reading.Of(uint64(1000))
		if inode, ok := other[t]; ok {
			set.Inodes[t] = reading.Of(inode)
		}
	}
	return &set
}

func process(pid, ppid int32, comm string, set *NamespaceSet) Task {
	return Task{
		TaskKey: TaskKey{PID: pid, TID: pid, Start: uint64(pid)}, Program: &Program{Comm: comm}, PPID: ppid, State: 'S', Threads: 1,
		Namespaces: set, Cgroups: noCgroups,
	}
}

// matrix writes worlds as the screen does: name, members, cells.
func matrix(worlds []World) string {
	var b strings.Builder
	for i := range worlds {
		w := &worlds[i]
		b.WriteString(w.Name + " " + strings.Repeat("*", w.Processes) + " ")
		for _, c := range w.Cells {
			switch c.Kind {
			case CellUnknown:
				b.WriteString("?")
			case CellAbsent:
				b.WriteString("-")
			case CellHost:
				b.WriteString(".")
			case CellOwn:
				b.WriteString("#")
			case CellShared:
				b.WriteString(c.Letter)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestWorlds(t *testing.T) {
	host := namespaces(nil)
	web := namespaces(map[NamespaceType]uint64{Mnt: 2, PID: 3, Net: 4, UTS: 5, IPC: 6, Cgroup: 7})
	side := namespaces(map[NamespaceType]uint64{Mnt: 8, PID: 9, Net: 4, UTS: 10, IPC: 11, Cgroup: 12})
	second := namespaces(map[NamespaceType]uint64{Net: 20})
	third := namespaces(map[NamespaceType]uint64{Net: 20, UTS: 21})
	denied := deniedSet(reading.Denied)
	zombie := &NamespaceSet{}
	zombie.Inodes[User], zombie.Inodes[PID] = reading.Of(uint64(1000)), reading.Of(uint64(3))
	lost := &NamespaceSet{}
	lost.Inodes[User], lost.Inodes[PID] = reading.Of(uint64(1000)), reading.Of(uint64(77))

	dead := process(21, 20, "gone", zombie)
	dead.State = 'Z'
	orphan := process(60, 1, "orphan", lost)
	orphan.State = 'Z'
	exiting := namespaces(map[NamespaceType]uint64{Mnt: 2, PID: 3}) // Of the first world; it lost its links on the way.
	leaving := namespaces(nil)
	for _, kind := range []NamespaceType{Net, UTS, IPC, Cgroup, Time} {
		exiting.Inodes[kind], leaving.Inodes[kind] = Reading[uint64]{}, Reading[uint64]{}
	}
	tasks := []Task{
		process(1, 0, "init", host), process(10, 1, "sh", host), process(11, 10, "true", leaving),
		process(20, 10, "nginx", web), dead, process(22, 20, "worker", web), process(23, 10, "exec", exiting),
		process(30, 1, "sidecar", side), process(40, 1, "a", second), process(41, 40, "b", third),
		process(50, 1, "secret", &denied), orphan,
	}
	want := `host *** ........
nginx **** .##A###.
sidecar * .##A###.
a * ...B....
b * ...B#...
not permitted * ????????
orphan * .-#-----
`
	if got := matrix(namedWorlds(tasks, WorldKey(host.Inodes))); got != want {
		t.Errorf("worlds:\n%swant:\n%s", got, want)
	}
}

func TestWorldLeaderIsTheTopmostMember(t *testing.T) {
	set := namespaces(map[NamespaceType]uint64{Net: 2})
	tasks := []Task{process(1, 0, "init", namespaces(nil)), process(5, 9, "child", set), process(9, 1, "leader", set)}
	tasks[1].Start, tasks[2].Start = 50, 40 // The pids wrapped around: the child has the lower one.
	worlds := namedWorlds(tasks, WorldKey(namespaces(nil).Inodes))
	if len(worlds) != 2 || worlds[1].Leader != 9 || worlds[1].Name != "leader" {
		t.Errorf("worlds: %+v, want a second one led by 9", worlds)
	}
}

func TestLetter(t *testing.T) {
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letter(n); got != want {
			t.Errorf("letter(%d) = %q, want %q", n, got, want)
		}
	}
}
