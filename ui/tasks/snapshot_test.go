package tasks

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// namespaces returns a set that is the host's but for the types given.
func namespaces(own ...probe.NamespaceType) *probe.NamespaceSet {
	set := &probe.NamespaceSet{}
	for t := range set.Inodes {
		set.Inodes[t] = reading.Of(4026531830 + uint64(t))
	}
	for _, t := range own {
		set.Inodes[t] = reading.Of(4026532000 + uint64(t))
	}
	return set
}

var (
	hostSet = namespaces()
	noGroup = &probe.CgroupSet{Access: reading.Present}
)

// process makes a process of root's that sleeps, and lets the caller change it.
func process(pid, ppid int32, comm string, change ...func(*probe.Task)) probe.Task {
	t := probe.Task{
		TaskKey: probe.TaskKey{PID: pid, TID: pid, Start: uint64(pid) * 10}, Closeup: &probe.Closeup{}, Program: &probe.Program{Comm: comm, UID: reading.Of[uint32](0), User: "root", Cmdline: reading.Of("/usr/bin/" + comm)},
		PPID: ppid, State: 'S', Threads: 1,
		Access: reading.Present, Namespaces: hostSet, Cgroups: noGroup, CPU: reading.Of(0.0), RSS: uint64(pid) * 4096, PSR: pid % 4,
	}
	for _, f := range change {
		f(&t)
	}
	return t
}

func kernel(t *probe.Task) {
	t.Kernel, t.State, t.RSS, t.Cmdline = true, 'I', 0, probe.Reading[string]{}
}

func user(name string, uid uint32) func(*probe.Task) {
	return func(t *probe.Task) { t.User, t.UID = name, reading.Of(uid) }
}

func command(line string) func(*probe.Task) {
	return func(t *probe.Task) { t.Cmdline = reading.Of(line) }
}

func walled(own ...probe.NamespaceType) func(*probe.Task) {
	return func(t *probe.Task) { t.Namespaces = namespaces(own...) }
}

func allowed(t *testing.T, cpus string) func(*probe.Task) {
	t.Helper()
	set, err := cpulist.Parse(cpus)
	if err != nil {
		t.Fatal(err)
	}
	return func(task *probe.Task) { task.Closeup = &probe.Closeup{Allowed: reading.Of(set)} }
}

// denied is a process that the reader may not look at, as with the mount option hidepid=1.
func denied(t *probe.Task) {
	set := &probe.NamespaceSet{}
	for i := range set.Inodes {
		set.Inodes[i] = reading.None[uint64](reading.Denied)
	}
	*t = probe.Task{
		TaskKey: t.TaskKey, Closeup: &probe.Closeup{}, Program: &probe.Program{UID: reading.None[uint32](reading.Denied), Cmdline: reading.None[string](reading.Denied)}, Access: reading.Denied, Namespaces: set, Cgroups: noGroup,
	}
}

func zombie(t *probe.Task) {
	set := &probe.NamespaceSet{}
	set.Inodes[probe.User], set.Inodes[probe.PID] = hostSet.Inodes[probe.User], hostSet.Inodes[probe.PID]
	t.State, t.RSS, t.Cmdline, t.Namespaces = 'Z', 0, probe.Reading[string]{}, set
}

// host is a small machine with all kinds of processes on it.
func host(t *testing.T) *probe.Snapshot {
	t.Helper()
	web := []probe.NamespaceType{probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup}
	online, err := cpulist.Parse("0-3")
	if err != nil {
		t.Fatal(err)
	}
	s := &probe.Snapshot{
		Host: probe.Host{CPUs: reading.Of(online), Reference: probe.Reference{PID: 2, Key: probe.WorldKey(hostSet.Inodes)}},
		Tasks: []probe.Task{
			process(1, 0, "systemd", command("/usr/lib/systemd/systemd --switched-root"), allowed(t, "0-3")),
			process(2, 0, "kthreadd", kernel),
			process(17, 2, "kworker/0:1-eve", kernel),
			process(409, 1, "journald\xff\x1b[2J", command("/lib/a\nb --title=\x1b]0;pwned\a \u202etxt.exe")),
			process(812, 1, "containerd", func(t *probe.Task) { t.Threads, t.CPU = 12, reading.Of(0.237) }),
			process(20553, 812, "nginx", walled(web...), command("nginx: master process"), allowed(t, "0-1")),
			process(20570, 20553, "nginx", walled(web...), user("www-data", 33), command("nginx: worker process"),
				func(t *probe.Task) { t.State, t.CPU, t.RSS = 'R', reading.Of(12.5), 3<<30 }, allowed(t, "1")),
			process(20571, 20553, "nginx", walled(web...), user("www-data", 33), zombie),
			process(21000, 1, "日本語サーバー", user("日本語の名前です", 1000), walled(probe.User, probe.Mnt), command("日本語サーバー --起動する")),
			process(30000, 1, "", denied),
		},
	}
	for tid := range int32(3) {
		thread := process(812, 1, fmt.Sprintf("runc:%d", tid), allowed(t, "0-3"))
		thread.TID, thread.PSR, thread.Threads = 812+tid, tid, 12
		s.Threads = append(s.Threads, thread)
	}
	return s
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

// started is a screen of a usual size with a snapshot on it.
func started(t *testing.T, now *probe.Snapshot) screen.Screen {
	t.Helper()
	return synced(t, New().Resize(120, 20), now, "")
}

// pressed presses keys one after the other.
func pressed(t *testing.T, m screen.Screen, keys ...string) screen.Screen {
	t.Helper()
	named := map[string]rune{"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown}
	for _, k := range keys {
		press := tea.KeyPressMsg{Text: k}
		if code, ok := named[k]; ok {
			press = tea.KeyPressMsg{Code: code}
		} else {
			press.Code = []rune(k)[0]
		}
		m, _ = m.Update(press)
	}
	return m
}

// look returns the lines of the screen without colours and without the spaces at their ends.
func lines(m screen.Screen) []string {
	all := strings.Split(ansi.Strip(m.View(theme.New(true), true)), "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " ")
	}
	return all
}

// order returns the pids, and tids of threads, in the order of their rows.
func ids(m screen.Screen) []int32 {
	rows := m.(Model).rows
	var all []int32
	for i := range rows.lines {
		all = append(all, rows.at(i).task.TID)
	}
	return all
}

// selectedID returns the selected pid or tid.
func selectedID(t *testing.T, m screen.Screen) int32 {
	t.Helper()
	target, ok := m.Selected()
	if !ok {
		t.Fatal("nothing is selected")
	}
	return target.Task.TID
}

func reveal(t *testing.T, m screen.Screen, pid, tid int32) screen.Screen {
	t.Helper()
	next, ok := m.Reveal(screen.ToTask(probe.TaskKey{PID: pid, TID: tid, Start: uint64(pid) * 10}))
	if !ok {
		t.Fatalf("%d/%d is not revealed", pid, tid)
	}
	return next
}
