package namespaces

import (
	"slices"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
)

var _ screen.Screen = Model{}

// started is a screen of a usual size with the host on it.
func started(t *testing.T) screen.Screen {
	t.Helper()
	return synced(t, New().Resize(120, 60), host(), "")
}

// member is the process as a target.
func toTask(pid int32) screen.Target {
	return screen.ToTask(probe.TaskKey{PID: pid, TID: pid, Start: uint64(pid) * 10})
}

const (
	userTree = "user (3) >1837 host >>2200 >>>2300"
	pidTree  = "pid (4) >1832 host >>2102 >>2202 >>>2302"
	mntTree  = "mnt (3) >1831 host >2101 >2201"
	rest     = "net (3) >1833 host >2103 >2400 uts (2) >1834 host >2104 ipc (2) >1835 host >2105 cgroup (2) >1836 host >2106 time (1) >1837 host"
	all      = userTree + " " + mntTree + " " + pidTree + " " + rest
	byOwner  = "user:[4026531837] >mnt:[4026531831] >mnt:[4026532101] >pid:[4026531832] >pid:[4026532102] >net:[4026531833] " +
		">net:[4026532103] >uts:[4026531834] >uts:[4026532104] >ipc:[4026531835] >ipc:[4026532105] >cgroup:[4026531836] " +
		">cgroup:[4026532106] >time:[4026531837] >user:[4026532200] >>mnt:[4026532201] >>pid:[4026532202] " +
		">>user:[4026532300] >>>pid:[4026532302] owner not in sight (1) >net:[4026532400]"
)

func TestKeys(t *testing.T) {
	inner := ref(probe.User, inodeOf(inner, probe.User))
	outer := ref(probe.User, inodeOf(outer, probe.User))
	net := ref(probe.Net, inodeOf(web, probe.Net))
	tests := map[string]struct {
		from screen.Target
		keys []string
		want string
		then screen.Target // What is selected then.
	}{
		"by type":                 {net, nil, all, net},
		"by owner":                {net, []string{"o"}, byOwner, net},
		"and back":                {net, []string{"o", "o"}, all, net},
		"members":                 {inner, []string{"right"}, userTree + " >>>>3001 " + mntTree + " " + pidTree + " " + rest, inner},
		"members and namespaces":  {outer, []string{"l"}, "user (3) >1837 host >>2200 >>>3000 >>>2300 " + mntTree + " " + pidTree + " " + rest, outer},
		"members away":            {outer, []string{"l", "h"}, all, outer},
		"namespaces away":         {outer, []string{"h"}, "user (3) >1837 host >>2200 " + mntTree + " " + pidTree + " " + rest, outer},
		"namespaces back":         {outer, []string{"h", "l"}, all, outer},
		"nothing but members":     {outer, []string{"l", "h", "h"}, "user (3) >1837 host >>2200 " + mntTree + " " + pidTree + " " + rest, outer},
		"to the one above":        {inner, []string{"left"}, all, outer},
		"from a member":           {inner, []string{"right", "down", "left"}, userTree + " >>>>3001 " + mntTree + " " + pidTree + " " + rest, inner},
		"right on nothing":        {ref(probe.Net, lost), []string{"right"}, all, ref(probe.Net, lost)},
		"a heading away":          {inner, []string{"left", "left", "left", "left", "left", "left"}, "user (3) " + mntTree + " " + pidTree + " " + rest, screen.Target{}},
		"a heading back":          {inner, []string{"g", "left", "right"}, all, screen.Target{}},
		"all, and none":           {inner, []string{"*", "*"}, all, inner},
		"one, then all, and none": {inner, []string{"l", "*", "*"}, all, inner},
		"moves":                   {inner, []string{"up", "j", "k"}, all, outer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := pressed(t, reveal(t, started(t), tt.from), tt.keys...)
			if got := tree(m); got != tt.want {
				t.Errorf("got rows\n%s\nwant\n%s", got, tt.want)
			}
			if got, _ := m.Selected(); got != tt.then {
				t.Errorf("selected %v, want %v", got, tt.then)
			}
		})
	}
}

// With the members of all namespaces each process is listed once for each type.
func TestAllMembers(t *testing.T) {
	m := pressed(t, started(t), "*").(Model)
	members := 0
	for i := range m.rows.lines {
		if m.rows.at(i).kind == aMember {
			members++
		}
	}
	if want := len(host().Tasks) * len(probe.NamespaceTypes); members != want {
		t.Errorf("%d members, want %d", members, want)
	}
}

// Every key that the screen has for itself does something.
func TestOwnKeys(t *testing.T) {
	for _, binding := range New().Keys() {
		m := started(t)
		if slices.Equal(lines(m), lines(pressed(t, m, binding.Keys()[0]))) {
			t.Errorf("%s (%s) changes nothing", binding.Help().Key, binding.Help().Desc)
		}
	}
}

func TestFilter(t *testing.T) {
	tests := map[string]struct {
		filter string
		want   string
		shown  int
	}{
		"a network namespace":    {"net:4026532103", "net (1 of 3) >2103", 1},
		"any namespace":          {"ns:4026532302", "pid (1 of 4) >1832 host >>2202 >>>2302", 1},
		"a part of the number":   {"32105", "ipc (1 of 2) >2105", 1},
		"as the kernel writes":   {"uts:[4026532104]", "uts (1 of 2) >2104", 1},
		"type":                   {"type:time", "time (1 of 1) >1837 host", 1},
		"type, and who is in it": {"type:net comm:sshd", "net (1 of 3) >1833 host >>300", 1},
		"leader": {
			"type:mnt comm:nginx", "mnt (1 of 3) >2101", 1,
		},
		"user of a member": {
			"user:www-data type:user", "user (1 of 3) >1837 host >>2001", 1,
		},
		"member": {
			"sleep", "user (1 of 3) >1837 host >>2200 >>>2300 mnt (1 of 3) >2201 >>3001 pid (1 of 4) >1832 host >>2202 >>>2302 " +
				"net (1 of 3) >1833 host >>3001 uts (1 of 2) >1834 host >>3001 ipc (1 of 2) >1835 host >>3001 " +
				"cgroup (1 of 2) >1836 host >>3001 time (1 of 1) >1837 host >>3001", 8,
		},
		"not": {"!type:pid !type:user !host !nginx", "mnt (1 of 3) >2201 net (1 of 3) >2400", 2},
		"not the host's, with a member": {
			"!host comm:sleep", "user (1 of 3) >1837 host >>2200 >>>2300 mnt (1 of 3) >2201 >>3001 pid (1 of 4) >1832 host >>2202 >>>2302", 3,
		},
		"nobody":  {"comm:no-such", "", 0},
		"no task": {"net:4026532400", "net (1 of 3) >2400", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := synced(t, started(t), host(), tt.filter)
			if got := tree(m); got != tt.want {
				t.Errorf("got rows\n%s\nwant\n%s", got, tt.want)
			}
			if shown, total := m.Count(); shown != tt.shown || total != 20 {
				t.Errorf("counts %d of %d, want %d of 20", shown, total, tt.shown)
			}
			if got := tree(synced(t, m, host(), "")); got != all {
				t.Errorf("without the filter: got rows\n%s\nwant\n%s", got, all)
			}
		})
	}
}

// All members of a namespace that the filter found are shown when it is opened; of another one those that were found.
func TestFilteredMembers(t *testing.T) {
	m := pressed(t, synced(t, started(t), host(), "net:4026531833"), "right")
	if got, want := tree(m), "net (1 of 3) >1833 host >>1 >>300 >>3000 >>3001"; got != want {
		t.Errorf("got rows\n%s\nwant\n%s", got, want)
	}
	m = pressed(t, synced(t, started(t), host(), "type:net pid:300"), "left")
	if got, want := tree(m), "net (1 of 3) >1833 host"; got != want {
		t.Errorf("closed: got rows\n%s\nwant\n%s", got, want)
	}
}

// Those above what was found are dim.
func TestContextIsDim(t *testing.T) {
	m := synced(t, started(t), host(), "ns:4026532302").(Model)
	for i, want := range []bool{false, true, true, false} { // The first is the heading, which has a colour of its own.
		if got := m.rows.Row(i).Dim; got != want {
			t.Errorf("row %d is dim: %v, want %v", i, got, want)
		}
	}
}

func TestReveal(t *testing.T) {
	inner := ref(probe.User, inodeOf(inner, probe.User))
	m := pressed(t, started(t), "g", "left")
	m = reveal(t, m, inner)
	if got, _ := m.Selected(); got != inner || tree(m) != all {
		t.Errorf("selected %v, with rows\n%s\nwant %v and all open", got, tree(m), inner)
	}
	m = pressed(t, m, "right", "down")
	if got, _ := m.Selected(); got != toTask(3001) {
		t.Errorf("a member stands for %v, want the process 3001", got)
	}
	if back, ok := m.Reveal(toTask(3001)); !ok || tree(back) != tree(m) {
		t.Error("on the way back the member is not revealed")
	}
	m = reveal(t, reveal(t, m, inner), toTask(3001))
	if got, _ := m.Selected(); got != toTask(3001) {
		t.Errorf("selected %v, want the member", got)
	}
	for name, target := range map[string]screen.Target{
		"no such namespace": ref(probe.Net, 7), "a process that is not in view": toTask(2001), "a group": {Kind: screen.Group},
	} {
		if _, ok := started(t).Reveal(target); ok {
			t.Errorf("%s is revealed", name)
		}
	}
	if _, ok := synced(t, m, host(), "type:net").Reveal(inner); ok {
		t.Error("what the filter hides is revealed")
	}
}

func TestWant(t *testing.T) {
	m := synced(t, New().Resize(120, 6), host(), "")
	m = pressed(t, reveal(t, m, ref(probe.User, hostUser)), "right")
	if got, want := m.Want().Watch, []int32{1, 300, 2000}; !slices.Equal(got, want) {
		t.Errorf("watches %v, want those in view, %v", got, want)
	}
	if first, count, total := m.Scroll(); first != 0 || count != 5 || total != 32 {
		t.Errorf("scrolled to %d, %d of %d, want 0, 5 of 32", first, count, total)
	}
}

// The same namespace stays selected, and its neighbour is when it is gone.
func TestSelectionSurvives(t *testing.T) {
	web := ref(probe.Net, inodeOf(web, probe.Net))
	m := reveal(t, started(t), web)
	without := func() *probe.Snapshot {
		s := host()
		s.Tasks = slices.Delete(s.Tasks, 2, 4)
		s.Namespaces = slices.DeleteFunc(s.Namespaces, func(n probe.Namespace) bool {
			return n.Inode >= 4026532100 && n.Inode < 4026532200
		})
		return s
	}
	for range 2 {
		m = synced(t, m, without(), "")
		if got, _ := m.Selected(); got != web {
			t.Errorf("while it goes: selected %v, want %v", got, web)
		}
	}
	m = synced(t, m, without(), "")
	if got, _ := m.Selected(); got != ref(probe.Net, lost) {
		t.Errorf("when it is gone: selected %v, want the next", got)
	}
}

func TestMarks(t *testing.T) {
	second := host()
	second.Namespaces = slices.DeleteFunc(second.Namespaces, func(n probe.Namespace) bool { return n.Inode == lost })
	for i := range second.Namespaces {
		switch n := &second.Namespaces[i]; n.NamespaceRef {
		case probe.NamespaceRef{Type: probe.Net, Inode: inodeOf(hostFirst, probe.Net)}:
			n.Processes++ // Processes come and go on the host all the time.
		case probe.NamespaceRef{Type: probe.Net, Inode: inodeOf(web, probe.Net)}:
			n.Processes++
		case probe.NamespaceRef{Type: probe.Mnt, Inode: inodeOf(web, probe.Mnt)}:
			n.ID = reading.Of[uint64](77) // It only became known.
		}
	}
	born := namespace(probe.Time, 4026532900, 1)
	second.Namespaces = append(second.Namespaces, born)
	want := map[probe.NamespaceRef]list.Mark{
		{Type: probe.Net, Inode: lost}:                          list.Gone,
		{Type: probe.Net, Inode: inodeOf(hostFirst, probe.Net)}: list.NoMark,
		{Type: probe.Net, Inode: inodeOf(web, probe.Net)}:       list.Changed,
		{Type: probe.Mnt, Inode: inodeOf(web, probe.Mnt)}:       list.NoMark,
		born.NamespaceRef: list.Born,
	}
	m := synced(t, started(t), second, "")
	for _, filter := range []string{"4", "", "0", ""} {
		m = synced(t, m, second, filter)
	}
	seen := 0
	rows := m.(Model).rows
	for i := range rows.lines {
		it := rows.at(i)
		if it.kind != aNamespace {
			continue
		}
		if mark, ok := want[it.space.NamespaceRef]; ok {
			seen++
			if got := rows.Row(i).Mark; got != mark {
				t.Errorf("mark of %s is %v, want %v", it.space, got, mark)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d namespaces are shown", seen, len(want))
	}
	if _, total := m.Count(); total != len(second.Namespaces) {
		t.Errorf("counts %d, want %d: what is gone does not count", total, len(second.Namespaces))
	}
}

// What is gone stands below the heading of its type also where the filter found nothing else.
func TestGoneIsFiltered(t *testing.T) {
	now := host()
	now.Namespaces = slices.DeleteFunc(now.Namespaces, func(n probe.Namespace) bool { return n.Inode == lost })
	m := synced(t, synced(t, started(t), now, ""), now, "net:4026532400")
	if got, want := tree(m), "net (0 of 2) >2400"; got != want {
		t.Errorf("got rows\n%s\nwant\n%s", got, want)
	}
	if got := tree(synced(t, m, now, "net:4026532401")); got != "" {
		t.Errorf("got rows\n%s\nwant none", got)
	}
}

// Owners in a circle, which no kernel should tell, do no harm.
func TestCircle(t *testing.T) {
	now := host()
	for i := range now.Namespaces {
		if n := &now.Namespaces[i]; n.Inode == hostUser && n.Type == probe.User {
			n.Owner, n.Parent = reading.Of(inodeOf(inner, probe.User)), reading.Of(inodeOf(inner, probe.User))
		}
	}
	for _, order := range [][]string{nil, {"o"}} {
		m := pressed(t, synced(t, New().Resize(100, 60), now, ""), order...)
		m = reveal(t, m, ref(probe.User, inodeOf(inner, probe.User)))
		m = synced(t, m, now, "user:4026532300")
		if shown, _ := m.Count(); shown != 1 {
			t.Errorf("%d are shown, want 1", shown)
		}
	}
}

func TestClickAndWheel(t *testing.T) {
	m := synced(t, New().Resize(100, 6), host(), "").Click(3)
	if got, _ := m.Selected(); got != ref(probe.User, inodeOf(outer, probe.User)) {
		t.Errorf("a click on the third row selects %v", got)
	}
	m = m.Wheel(5)
	if first, _, _ := m.Scroll(); first != 5 {
		t.Errorf("the wheel scrolls to %d, want 5", first)
	}
}

// TestFilterKept: a namespace that no process is in is found by its name and by what keeps it.
func TestFilterKept(t *testing.T) {
	now := host()
	for i := range now.Namespaces {
		if n := &now.Namespaces[i]; n.Inode == lost {
			n.Name = "blue"
			n.KeptBy = []probe.Keeper{
				{Kind: probe.KeptByMount, Path: "/run/netns/blue", Namespace: probe.NamespaceRef{Type: probe.Mnt, Inode: inodeOf(hostFirst, probe.Mnt)}},
				{Kind: probe.KeptByDescriptor, Task: probe.TaskKey{PID: 77, TID: 77, Start: 1}, Comm: "keeper", FD: 3},
			}
		}
	}
	for words, want := range map[string]int{"blue": 1, "/run/netns": 1, "keeper": 1, "type:net keeper": 1, "!type:net keeper": 0, "green": 0} {
		m := synced(t, started(t), now, words)
		if shown, _ := m.Count(); shown != want {
			t.Errorf("%q finds %d namespaces, want %d:\n%s", words, shown, want, tree(m))
		}
	}
}
