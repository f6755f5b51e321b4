package form

import (
	"slices"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/list"
)

// place is a group that tasks can be put into. The topmost one stands for its hierarchy.
type place struct {
	key       probe.GroupKey
	hierarchy *probe.Hierarchy
	group     *probe.Group // Nil for the topmost group of a hierarchy that no mount shows.
	parent    int          // Another place; -1 for the topmost.
	here      bool         // One of the tasks is in it.
}

// places are the groups of all hierarchies; they implement offer.
type places struct {
	all    []place
	filter filter.Filter
	found  []bool
	count  int
	shown  []int // The places that were found, and those above them.
	lines  []list.Line
}

// newPlaces lists the groups of a snapshot that a mount shows, and marks those that the tasks are in.
func newPlaces(now *probe.Snapshot, tasks []*probe.Task) places {
	var p places
	for i := range now.Hierarchies {
		h := &now.Hierarchies[i]
		p.addHierarchy(now, h, herePaths(h, tasks))
	}
	return p.choose(filter.Filter{})
}

// herePaths are the groups that tasks are in.
func herePaths(h *probe.Hierarchy, tasks []*probe.Task) []string {
	var paths []string
	for _, t := range tasks {
		if path, ok := t.Cgroups.Path(h.ID); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// addHierarchy adds the groups of a hierarchy, the topmost first.
func (p *places) addHierarchy(now *probe.Snapshot, h *probe.Hierarchy, here []string) {
	at := map[int]int{} // The place of each group.
	top := len(p.all)
	for i := range now.Groups {
		g := &now.Groups[i]
		if g.Hierarchy != h.Label || g.Dir == "" {
			continue
		}
		parent, ok := at[g.Parent]
		if !ok {
			parent = -1
			if len(p.all) > top {
				parent = top
			}
		}
		at[i] = len(p.all)
		p.all = append(p.all, place{
			key: g.GroupKey, hierarchy: h, group: g, parent: parent, here: slices.Contains(here, g.Path),
		})
	}
	if len(p.all) == top {
		p.all = append(p.all, place{key: probe.GroupKey{Hierarchy: h.Label, Path: "/"}, hierarchy: h, parent: -1})
	}
}

// choose shows what a filter finds, and the groups above.
func (p places) choose(f filter.Filter) places {
	p.filter, p.count, p.shown = f, 0, nil
	p.found = make([]bool, len(p.all))
	kept := make([]bool, len(p.all))
	match := f.Matcher()
	for i := range slices.Backward(p.all) {
		p.found[i] = match(p.all[i])
		kept[i] = kept[i] || p.found[i]
		if p.found[i] {
			p.count++
		}
		if up := p.all[i].parent; kept[i] && up >= 0 {
			kept[up] = true
		}
	}
	at := make([]int, len(p.all))
	for i := range p.all {
		if kept[i] {
			at[i] = len(p.shown)
			p.shown = append(p.shown, i)
		}
	}
	forest := list.NewForest(len(p.shown), func(i int) int {
		if up := p.all[p.shown[i]].parent; up >= 0 {
			return at[up]
		}
		return -1
	})
	p.lines = forest.Flatten(func(int) bool { return true })
	return p
}

// AppendField implements filter.Subject: a group is found by its name as the command line has it.
func (p place) AppendField(dst []byte, f filter.Field) []byte {
	if f == filter.Any {
		dst = append(append(append(dst, p.key.Hierarchy...), ':'), p.key.Path...)
	}
	return dst
}

func (p places) at(i int) *place { return &p.all[p.shown[p.lines[i].Index]] }

// Len implements list.Source.
func (p places) Len() int { return len(p.lines) }

// Key implements list.Source. No path holds a NUL.
func (p places) Key(i int) string { return placeKey(p.at(i).key) }

func placeKey(key probe.GroupKey) string { return key.Hierarchy + "\x00" + key.Path }

// Found implements offer.
func (p places) Found(i int) bool { return p.found[p.shown[p.lines[i].Index]] }

// Count implements offer.
func (p places) Count() (found, total int) { return p.count, len(p.all) }

// find returns a group.
func (p places) find(key string) (*place, bool) {
	for i := range p.all {
		if placeKey(p.all[i].key) == key {
			return &p.all[i], true
		}
	}
	return nil, false
}
