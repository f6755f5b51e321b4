package cgroups

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
	"bulkhead/ui/filter"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// host is a machine made by hand.
type host struct {
	hierarchies []probe.Hierarchy
	groups      []probe.Group
	tasks       []probe.Task
	sets        map[string]*probe.CgroupSet // Equal ones are one, as the scanner has it.
}

// cpulistSet is short for tables.
type cpulistSet = cpulist.Set

func of[T any](value T) probe.Reading[T] { return reading.Of(value) }

func unlimited[T any]() probe.Reading[T] { return reading.None[T](reading.Unlimited) }

func denied[T any]() probe.Reading[T] { return reading.None[T](reading.Denied) }

func cpuSet(t testing.TB, text string) probe.Reading[cpulist.Set] {
	t.Helper()
	set, err := cpulist.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return of(set)
}

// mount adds a hierarchy with its topmost group.
func (h *host) mount(label, mountPoint string, version int) *host {
	id := len(h.hierarchies) + 1
	if version == 2 {
		id = 0
	}
	h.hierarchies = append(h.hierarchies, probe.Hierarchy{
		ID: id, Label: label, Version: version, MountPoint: mountPoint, Root: "/",
	})
	return h.group(label, "/", cgroup.Values{})
}

// unmounted adds a hierarchy that only the processes tell of.
func (h *host) unmounted(label string) *host {
	h.hierarchies = append(h.hierarchies, probe.Hierarchy{ID: len(h.hierarchies) + 1, Label: label, Version: 1})
	return h
}

// group adds a group; its number of CPUs in use may follow.
func (h *host) group(label, groupPath string, values cgroup.Values, cpu ...float64) *host {
	g := probe.Group{
		GroupKey: probe.GroupKey{Hierarchy: label, Path: groupPath}, Inode: uint64(len(h.groups) + 100), Parent: -1,
		Access: reading.Present, Values: &values, Dir: "/sys/fs/cgroup" + groupPath,
	}
	if len(cpu) > 0 {
		g.CPU = of(cpu[0])
	}
	h.groups = append(h.groups, g)
	return h
}

// task adds a process in groups given as label:path.
func (h *host) task(pid int32, comm string, groups ...string) *host {
	if set, ok := h.sets[fmt.Sprint(groups)]; ok {
		return h.process(pid, comm, set)
	}
	set := &probe.CgroupSet{Access: reading.Present}
	for _, text := range groups {
		label, groupPath, _ := strings.Cut(text, ":")
		i := slices.IndexFunc(h.hierarchies, func(known probe.Hierarchy) bool { return known.Label == label })
		m := proc.Membership{Hierarchy: h.hierarchies[i].ID, Controllers: label, Path: groupPath}
		if m.Hierarchy == 0 {
			m.Controllers = ""
		}
		set.Memberships = append(set.Memberships, m)
	}
	if h.sets == nil {
		h.sets = map[string]*probe.CgroupSet{}
	}
	h.sets[fmt.Sprint(groups)] = set
	return h.process(pid, comm, set)
}

func (h *host) process(pid int32, comm string, set *probe.CgroupSet) *host {
	h.tasks = append(h.tasks, probe.Task{
		TaskKey: probe.TaskKey{PID: pid, TID: pid, Start: uint64(pid)}, Closeup: &probe.Closeup{}, Program: &probe.Program{Comm: comm, User: "root", UID: of(uint32(0))},
		State: 'S', Threads: 1, RSS: 12 << 20, Access: reading.Present, Cgroups: set, Namespaces: &probe.NamespaceSet{},
	})
	return h
}

// snapshot links parents and counts processes as the scanner does.
func (h *host) snapshot() *probe.Snapshot {
	s := &probe.Snapshot{
		At: time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC), Hierarchies: h.hierarchies, Groups: slices.Clone(h.groups),
		Tasks: h.tasks, Host: probe.Host{Mode: "hybrid", Reference: probe.Reference{Initial: true}},
	}
	place := func(label string) int {
		return slices.IndexFunc(h.hierarchies, func(known probe.Hierarchy) bool { return known.Label == label })
	}
	slices.SortStableFunc(s.Groups, func(a, b probe.Group) int {
		return cmp.Or(cmp.Compare(place(a.Hierarchy), place(b.Hierarchy)), strings.Compare(a.Path, b.Path))
	})
	index := map[probe.GroupKey]int{}
	for i := range s.Groups {
		index[s.Groups[i].GroupKey] = i
	}
	for i := range h.tasks {
		for _, m := range h.tasks[i].Cgroups.Memberships {
			if at, ok := index[probe.GroupKey{Hierarchy: probe.HierarchyLabel(&m), Path: m.Path}]; ok {
				s.Groups[at].Processes++
			}
		}
	}
	for i := len(s.Groups) - 1; i > 0; i-- {
		g := &s.Groups[i]
		up := probe.GroupKey{Hierarchy: g.Hierarchy, Path: path.Dir(g.Path)}
		if at, ok := index[up]; ok && at != i && g.Dir != "" {
			g.Parent = at
			s.Groups[at].Below += g.Processes + g.Below
		}
	}
	for i := range s.Groups {
		if p := s.Groups[i].Parent; p >= 0 {
			s.Groups[i].Depth = s.Groups[p].Depth + 1
		}
	}
	return s
}

const container = "3f1c8d994d621f1dd65786613b585a8d175be08a6252bf51f7952b5bb4c2c8aa"

// limits are the values of a group of version 2 with use beside limits.
func limits(t testing.TB) cgroup.Values {
	return cgroup.Values{
		Type: of("domain"), Populated: of(true), Freezer: of(cgroup.Thawed), FreezeRequested: of(false),
		CPUUsage: of(time.Second), CPUQuota: of(0.5), Memory: of(uint64(38 << 20)), MemoryMax: of(uint64(256 << 20)),
		PIDs: of(uint64(4)), PIDsMax: of(uint64(100)), CPUs: cpuSet(t, "0-3"), CPUsEffective: cpuSet(t, "0-1"),
	}
}

// v2Host is a machine with version 2 alone.
func v2Host(t testing.TB) *host {
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2)
	web := limits(t)
	near := limits(t)
	near.Memory, near.PIDs, near.PIDsMax = of(uint64(250<<20)), of(uint64(85)), of(uint64(100))
	frozen := limits(t)
	frozen.Freezer, frozen.FreezeRequested = of(cgroup.Frozen), of(true)
	above := frozen
	above.FreezeRequested, above.CPUQuota, above.PIDsMax = of(false), unlimited[float64](), unlimited[uint64]()
	empty := cgroup.Values{Type: of("domain"), Populated: of(false)}
	threaded := cgroup.Values{Type: of("threaded"), Populated: of(true), PIDs: denied[uint64](), PIDsMax: of(uint64(9))}
	return h.
		group("v2", "/docker", web, 0.4).
		group("v2", "/docker/"+container, near, 0.49).
		group("v2", "/lab", frozen, 0).
		group("v2", "/lab/a", above, 1.634).
		group("v2", "/lab/threads", threaded).
		group("v2", "/old", empty).
		task(1, "systemd", "v2:/").
		task(20553, "nginx", "v2:/docker/"+container).
		task(20570, "nginx", "v2:/docker/"+container).
		task(31, "sh", "v2:/lab/a").
		task(32, "sleep", "v2:/lab/threads")
}

// hybridHost is a machine with both versions, and a hierarchy that is mounted elsewhere.
func hybridHost(t testing.TB) *host {
	h := (&host{}).mount("v2", "/sys/fs/cgroup/unified", 2)
	h.mount("cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct", 1).mount("cpuset", "/sys/fs/cgroup/cpuset", 1)
	h.mount("freezer", "/sys/fs/cgroup/freezer", 1).unmounted("name=elogind")
	h.group("cpu,cpuacct", "/batch", cgroup.Values{CPUUsage: of(time.Second), CPUQuota: unlimited[float64]()}, 0.033)
	h.group("cpuset", "/lab", cgroup.Values{CPUs: cpuSet(t, ""), CPUsEffective: cpuSet(t, "")})
	h.group("cpuset", "/one", cgroup.Values{CPUs: cpuSet(t, "1"), CPUsEffective: cpuSet(t, "1")})
	h.group("freezer", "/ice", cgroup.Values{Freezer: of(cgroup.Freezing), FreezeRequested: of(true)})
	h.group("name=elogind", "/c2", cgroup.Values{})
	h.groups[len(h.groups)-1].Dir = ""
	all := []string{"v2:/", "cpu,cpuacct:/", "cpuset:/", "freezer:/"}
	return h.task(1, "init", all...).task(2, "kthreadd", all...).
		task(70, "bash", "v2:/", "cpu,cpuacct:/batch", "cpuset:/one", "freezer:/ice", "name=elogind:/c2")
}

// v1Host is a machine with version 1 alone, with names that try to break the screen.
func v1Host(testing.TB) *host {
	h := (&host{}).mount("memory", "/sys/fs/cgroup/memory", 1).mount("name=systemd", "/sys/fs/cgroup/systemd", 1)
	h.hierarchies[1].ReadOnly = true
	h.group("memory", "/a\x1b[2Jb", cgroup.Values{Memory: of(uint64(3 << 30)), MemoryMax: unlimited[uint64]()})
	h.group("memory", "/wide 日本語の名前", cgroup.Values{Memory: of(uint64(5)), MemoryMax: of(uint64(6))})
	h.group("memory", "/\u202ertl", cgroup.Values{Memory: denied[uint64](), MemoryMax: denied[uint64]()})
	return h.task(9, "evil\n\xff\x07", "memory:/a\x1b[2Jb", "name=systemd:/")
}

// open returns the screen of a snapshot.
func open(t testing.TB, s *probe.Snapshot, width, height int, expr ...string) Model {
	t.Helper()
	return sync(t, New().Resize(width, height).(Model), s, expr...)
}

func sync(t testing.TB, m Model, s *probe.Snapshot, expr ...string) Model {
	t.Helper()
	f, err := filter.Parse(strings.Join(expr, " "))
	if err != nil {
		t.Fatal(err)
	}
	return m.Sync(screen.Frame{Now: s, Filter: f}).(Model)
}

// press hands keys to the screen.
func press(t testing.TB, m Model, keys ...string) Model {
	t.Helper()
	codes := map[string]rune{"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "end": tea.KeyEnd}
	for _, key := range keys {
		msg := tea.KeyPressMsg{Code: codes[key]}
		if msg.Code == 0 {
			msg = tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
		}
		next, _ := m.Update(msg)
		m = next.(Model)
	}
	return m
}

// view is the screen without colours, and without the spaces at the ends of the lines.
func view(m Model) string {
	var lines []string
	for line := range strings.SplitSeq(ansi.Strip(m.View(theme.New(true), true)), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

func selectedID(m Model, s *probe.Snapshot) string {
	target, ok := m.Selected()
	if !ok {
		return "nothing"
	}
	return fmt.Sprint(target.ID(s))
}
