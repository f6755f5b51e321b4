package probe

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// Place is where a task is in one hierarchy. In version 1 each hierarchy is a tree of its own, so that a task has as many
// places as there are hierarchies, and they need have nothing in common; see "Cgroups version 1" in cgroups(7).
type Place struct {
	GroupKey
	Version     int
	Controllers []string // Of the hierarchy; none of a named one.
	Deleted     bool     // The group was removed, which of a task in it only a zombie is: cgroups(7) has it for version 2.
	Mounted     bool     // The hierarchy is mounted in sight.
	Seen        bool     // The group itself is in sight: outside of a cgroup namespace it may not be.
	Freeze      Freeze   // What stops the tasks in it, where Frozen.
	Frozen      bool
	Settings    []Setting // What else is set for it, beyond what a Binding has.
}

// Setting is what a control file says that is set in a group or above it.
type Setting struct {
	File string          // Such as cpu.shares.
	Text Reading[string] // As it stands there.
	By   GroupKey
}

// Places returns where a task is, in every hierarchy that it tells of, in the order of Snapshot.Hierarchies.
func (s *Snapshot) Places(t *Task) []Place {
	freezes := s.Freezes()
	places := make([]Place, 0, len(s.Hierarchies))
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		at := slices.IndexFunc(t.Cgroups.Memberships, func(m proc.Membership) bool { return m.Hierarchy == h.ID })
		if at < 0 {
			continue
		}
		m := &t.Cgroups.Memberships[at]
		p := Place{GroupKey: GroupKey{h.Label, m.Path}, Version: h.Version, Controllers: h.Controllers, Deleted: m.Deleted, Mounted: h.MountPoint != ""}
		if !m.Deleted {
			g, ok := s.Group(p.GroupKey)
			p.Seen = ok && g.Dir != "" // One that only tasks tell of has no directory.
			p.Freeze, p.Frozen = freezes.at(h.ID, m.Path)
		}
		if t.Kernel || t.Zombie() { // They go on, and what is dead has nothing to stop.
			p.Freeze, p.Frozen = Freeze{}, false
		}
		places = append(places, p)
	}
	return places
}

// placed returns the places of a task with what is set in the groups.
func (l Looker) placed(now *Snapshot, t *Task) []Place {
	all := now.Places(t)
	for i := range all {
		p := &all[i]
		for _, controller := range p.Controllers {
			chain := now.lineage(p.GroupKey)
			for _, f := range settings[p.Version][controller] {
				p.Settings = append(p.Settings, l.setting(f, chain)...)
			}
		}
	}
	return all
}

// settingFile is a control file, and how what it says in a group goes with what it says above.
type settingFile struct {
	name string
	rule settingRule
}

// settingRule is which groups count.
type settingRule uint8

const (
	byNearest settingRule = iota // The nearest one that has the file.
	byLeast                      // Each group above bounds it: the least number counts.
	byKey                        // The same, of each key that the file names.
)

// settings are the files that tell something of a place, by version and controller. Of a file for each size of pages the name
// has a star.
var settings = map[int]map[string][]settingFile{
	1: {
		"cpu": {{"cpu.shares", byNearest}}, "blkio": {{"blkio.weight", byNearest}, {"blkio.bfq.weight", byNearest}},
		"hugetlb": {{"hugetlb.*.limit_in_bytes", byLeast}}, "net_cls": {{"net_cls.classid", byNearest}}, "net_prio": {{"net_prio.ifpriomap", byNearest}},
		"rdma": {{"rdma.max", byKey}}, "misc": {{"misc.max", byKey}},
		"memory": {{"memory.memsw.limit_in_bytes", byLeast}},
	},
	2: {
		"cpu": {{"cpu.weight", byNearest}}, "io": {{"io.weight", byNearest}, {"io.bfq.weight", byNearest}}, "hugetlb": {{"hugetlb.*.max", byLeast}},
		"memory": {{"memory.high", byLeast}, {"memory.swap.max", byLeast}}, "rdma": {{"rdma.max", byKey}}, "misc": {{"misc.max", byKey}}, "dmem": {{"dmem.max", byKey}},
	},
}

// setting reads a file in the groups from the root on, the own one last. What no group limits is not told.
func (l Looker) setting(f settingFile, chain []*Group) []Setting {
	if len(chain) == 0 {
		return nil
	}
	if f.rule == byKey {
		return l.keyed(f.name, chain)
	}
	var all []Setting
	for _, name := range l.named(f.name, chain) {
		found, ok := Setting{File: name}, false
		for _, g := range slices.Backward(chain) {
			text := l.roots.Knob(g.Dir, name)
			if text.State() == reading.Absent {
				continue
			}
			next := Setting{name, text, g.GroupKey}
			if f.rule == byNearest {
				found, ok = next, true
				break
			}
			if number, limited := limitIn(text); limited || text.State() != reading.Present {
				if had, known := limitIn(found.Text); !ok || limited && (!known || number < had) {
					found, ok = next, true
				}
			}
		}
		if ok && found.Text.Or("?") != "" {
			all = append(all, found)
		}
	}
	return all
}

// named returns the files that a name with a star stands for in any of the groups: in version 2 the controller need not be
// enabled down to the own one, which the groups above limit all the same.
func (l Looker) named(name string, chain []*Group) []string {
	before, after, starred := strings.Cut(name, "*")
	if !starred {
		return []string{name}
	}
	var all []string
	for _, g := range chain {
		if g.Dir == "" {
			continue
		}
		entries, err := os.ReadDir(l.roots.Locate(g.Dir))
		if err != nil {
			continue
		}
		for _, e := range entries {
			middle, begins := strings.CutPrefix(e.Name(), before)
			middle, ends := strings.CutSuffix(middle, after)
			if begins && ends && middle != "" && !strings.Contains(middle, ".") {
				all = append(all, e.Name())
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// limitIn returns the number that a file says, if it limits anything.
func limitIn(text Reading[string]) (number uint64, limited bool) {
	number, err := strconv.ParseUint(text.Or(""), 10, 64)
	return number, err == nil && number < cgroup.NoLimitV1
}
