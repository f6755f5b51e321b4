package namespaces

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// Numbers of namespaces: of the host by type, of a container, and of a rootless one with another inside.
const (
	hostUser  = 4026531837
	hostFirst = 4026531830 // The others of the host are this and their type.
	web       = 4026532100 // That of the container, and its type.
	outer     = 4026532200
	inner     = 4026532300
	lost      = 4026532400 // A network namespace that no process is in and whose owner is not told.
)

func inodeOf(first uint64, t probe.NamespaceType) uint64 {
	if first == hostFirst && t == probe.User {
		return hostUser
	}
	return first + uint64(t)
}

// inside returns the host's set of namespaces with some types replaced.
func inside(first uint64, types ...probe.NamespaceType) *probe.NamespaceSet {
	set := &probe.NamespaceSet{}
	for _, t := range probe.NamespaceTypes {
		set.Inodes[t] = reading.Of(inodeOf(hostFirst, t))
	}
	for _, t := range types {
		set.Inodes[t] = reading.Of(inodeOf(first, t))
	}
	return set
}

func process(pid, ppid int32, comm, user string, set *probe.NamespaceSet) probe.Task {
	return probe.Task{
		TaskKey: probe.TaskKey{PID: pid, TID: pid, Start: uint64(pid) * 10}, Closeup: &probe.Closeup{}, Program: &probe.Program{Comm: comm, User: user, Cmdline: reading.Of("/usr/bin/" + comm + " --serve")}, PPID: ppid,
		State: 'S', Threads: 2, Access: reading.Present, Namespaces: set, Cgroups: &probe.CgroupSet{},
	}
}

// host is a machine with two containers on it, one of them rootless with another one inside.
func host() *probe.Snapshot {
	container := inside(web, probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup)
	rootless := inside(outer, probe.User, probe.Mnt, probe.PID)
	nested := inside(outer, probe.Mnt, probe.PID)
	nested.Inodes[probe.User] = reading.Of(inodeOf(inner, probe.User))
	nested.Inodes[probe.PID] = reading.Of(inodeOf(inner, probe.PID))
	s := &probe.Snapshot{Tasks: []probe.Task{
		process(1, 0, "systemd", "root", inside(0)),
		process(300, 1, "sshd", "root", inside(0)),
		process(2000, 1, "nginx", "root", container),
		process(2001, 2000, "nginx", "www-data", container),
		process(3000, 1, "evil\x1b]0;x\a\u202egpj", "日本語の名前です", rootless),
		process(3001, 3000, "sleep", "日本語の名前です", nested),
	}}
	s.Host.Reference = probe.Reference{PID: 1, Key: probe.WorldKey(inside(0).Inodes), Initial: true}
	s.Namespaces = listed(s.Tasks)
	s.Namespaces = append(s.Namespaces, probe.Namespace{
		NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: lost},
		Owner:        reading.None[uint64](reading.Denied), OwnerUID: reading.None[uint32](reading.Denied),
	})
	slices.SortFunc(s.Namespaces, func(a, b probe.Namespace) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Inode, b.Inode))
	})
	return s
}

// listed makes the namespaces that the processes are in, those of the rootless containers owned by their own.
func listed(tasks []probe.Task) []probe.Namespace {
	var all []probe.Namespace
	for i := range tasks {
		for _, t := range probe.NamespaceTypes {
			inode := tasks[i].Namespaces.Inodes[t].Or(0)
			at := slices.IndexFunc(all, func(n probe.Namespace) bool { return n.Type == t && n.Inode == inode })
			if at < 0 {
				at = len(all)
				all = append(all, namespace(t, inode, tasks[i].PID))
			}
			all[at].Processes++
			all[at].Threads += int(tasks[i].Threads)
		}
	}
	return all
}

func namespace(t probe.NamespaceType, inode uint64, leader int32) probe.Namespace {
	n := probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: t, Inode: inode}, Leader: leader}
	n.Host = inode == inodeOf(hostFirst, t)
	n.Initial = n.Host
	n.Owner, n.OwnerUID = reading.Of[uint64](hostUser), reading.Of[uint32](0)
	switch {
	case t == probe.User && n.Host:
		n.Owner = reading.None[uint64](reading.Denied)
	case inode >= inner:
		n.Owner, n.OwnerUID = reading.Of(inodeOf(inner, probe.User)), reading.Of[uint32](100000)
	case inode >= outer:
		n.Owner, n.OwnerUID = reading.Of(inodeOf(outer, probe.User)), reading.Of[uint32](1000)
	}
	if t == probe.User && inode >= inner {
		n.Owner = reading.Of(inodeOf(outer, probe.User))
	} else if t == probe.User && inode >= outer {
		n.Owner = reading.Of[uint64](hostUser)
	}
	switch t {
	case probe.User:
		n.Parent = n.Owner
	case probe.PID:
		n.Parent = reading.Of(inodeOf(hostFirst, probe.PID))
		if inode >= inner {
			n.Parent = reading.Of(inodeOf(outer, probe.PID))
		} else if n.Host {
			n.Parent = reading.None[uint64](reading.Denied)
		}
	}
	return n
}

func ref(t probe.NamespaceType, inode uint64) screen.Target {
	return screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: t, Inode: inode}})
}

// synced returns the screen with a snapshot and a filter on it.
func synced(t testing.TB, m screen.Screen, now *probe.Snapshot, expression string) screen.Screen {
	t.Helper()
	f, err := filter.Parse(expression)
	if err != nil {
		t.Fatal(err)
	}
	return m.Sync(screen.Frame{Now: now, Filter: f})
}

// pressed presses keys one after the other.
func pressed(t *testing.T, m screen.Screen, keys ...string) screen.Screen {
	t.Helper()
	named := map[string]rune{"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown}
	for _, k := range keys {
		press := tea.KeyPressMsg{Text: k, Code: []rune(k)[0]}
		if code, ok := named[k]; ok {
			press = tea.KeyPressMsg{Code: code}
		}
		m, _ = m.Update(press)
	}
	return m
}

func reveal(t *testing.T, m screen.Screen, target screen.Target) screen.Screen {
	t.Helper()
	next, ok := m.Reveal(target)
	if !ok {
		t.Fatalf("%v is not revealed", target)
	}
	return next
}

// lines returns the lines of the screen without colours and without the spaces at their ends.
func lines(m screen.Screen) []string {
	all := strings.Split(ansi.Strip(m.View(theme.New(true), true)), "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " ")
	}
	return all
}

// tree returns what is in the first column, rows parted by semicolons, without lines and signs.
func tree(m screen.Screen) string {
	rows := m.(Model).rows
	var all []string
	for i := range rows.lines {
		name := strings.TrimLeft(rows.Row(i).Cells[0].Text, "·■ ")
		all = append(all, strings.Repeat(">", rows.lines[i].Depth)+strings.TrimPrefix(name, "402653"))
	}
	return strings.Join(all, " ")
}
