package actions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"bulkhead/probe/reading"
)

// missing says that there is no such file, and what may have been meant.
func (w *setter) missing() error {
	file := w.kind.File
	r := refuse("%s has no file %s", w.to.GroupKey, file)
	controller, _, dotted := strings.Cut(generic(file), ".")
	h := w.cpuset.hierarchy
	has := strings.Fields(w.cpuset.knob(w.to.Dir(), "cgroup.controllers").Or(""))
	switch {
	case w.kind.Means == "" || !dotted || controller == "cgroup":
	case h.Version == 1 && !slices.Contains(h.Controllers, controller):
		return r.help("choose the group in the hierarchy of %s", controller)
	case h.Version == 2 && w.cpuset.group.Parent >= 0 && !slices.Contains(has, controller):
		return r.help("the group above has to hand the controller on: write +%s to its %s", controller, fileSubtree)
	}
	if near := w.near(); len(near) > 0 {
		return r.help("did you mean %s?", word(near).takes())
	}
	return r
}

// nearNames is how many names are offered for one that is not there.
const nearNames = 3

// near returns the files of the group whose names are most like the one that is not there.
func (w *setter) near() []string {
	type name struct {
		file string
		far  int
	}
	var names []name
	for _, table := range []map[string]knob{knobs, writeOnly, resets, readOnly} {
		for file := range table {
			if far := levenshtein.ComputeDistance(file, w.kind.File); far <= len(w.kind.File)/3 || strings.HasSuffix(file, "."+w.kind.File) {
				names = append(names, name{file, far})
			}
		}
	}
	slices.SortFunc(names, func(a, b name) int { return cmp.Or(a.far-b.far, strings.Compare(a.file, b.file)) })
	var near []string
	for _, n := range names {
		if len(near) < nearNames && w.cpuset.knob(w.to.Dir(), n.file).State() != reading.Absent {
			near = append(near, n.file)
		}
	}
	return near
}
