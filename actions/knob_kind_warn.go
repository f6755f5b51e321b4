package actions

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe/reading"
)

const (
	fileType     = "cgroup.type" // Version 2, since Linux 4.14.
	typeThreaded = "threaded"

	fileLimit = "memory.limit_in_bytes"       // Version 1.
	fileMemsw = "memory.memsw.limit_in_bytes" // Version 1.
)

// pageSize is that of the smallest pages of any machine.
const pageSize = 4096

// warn says what the user should know of a value that the kernel takes.
func (w *setter) warn() {
	file, v := w.kind.File, w.cpuset.group.Values
	bytes, sized := parseSize(w.value)
	if w.kind.Shape == ShapeSize && sized && bytes%pageSize != 0 {
		w.plan.warn("the kernel rounds it down to whole pages")
	}
	switch file {
	case "memory.max", fileLimit:
		if used, ok := v.Memory.Get(); ok && sized && used > bytes {
			then := map[int]string{1: "the kernel refuses the limit", 2: "processes in it are killed"}[w.cpuset.hierarchy.Version]
			w.plan.warn(fmt.Sprintf("it uses %s now: what is over is reclaimed, and where that is not enough, %s", human(used), then))
		}
	case "pids.max":
		most, ok := decimalNumber(w.value)
		if now, known := v.PIDs.Get(); ok && known && now > uint64(most) {
			w.plan.warn(fmt.Sprintf("it has %s already: they stay, and none is added before there are fewer", count(int(now), "thread")))
		}
	case "devices.deny":
		w.plan.warn("the same text written to devices.allow takes it back")
	case "devices.allow":
		w.plan.warn("the same text written to devices.deny takes it back")
	}
	switch {
	case w.kind.Access == AccessReset:
		w.plan.warn("what it counted is lost: there is no way back")
	case w.kind.Access == AccessBoth && file != fileType && w.blind():
		w.plan.warn("it cannot be read, so that there is no way back")
	case w.kind.Means == "":
		w.plan.warn(file + " is not known here: the kernel alone judges the value")
	}
}

// checkSubtree refuses to hand on a controller that the group has not, or beside processes of its own, and to take back one
// that a group below hands on; see "Controlling Controllers" in the kernel's cgroup-v2 document.
func (w *setter) checkSubtree() error {
	has := strings.Fields(w.cpuset.knob(w.to.Dir(), "cgroup.controllers").Or(""))
	var add []string
	for _, f := range strings.Fields(w.value) {
		c := f[1:]
		switch {
		case f[0] == '+' && !slices.Contains(has, c):
			return w.noController(c, has)
		case f[0] == '+' && !slices.Contains(strings.Fields(w.now), c):
			add = append(add, c)
		case f[0] == '-':
			for _, below := range w.cpuset.children() {
				if slices.Contains(strings.Fields(w.cpuset.knob(below.Dir, fileSubtree).Or("")), c) {
					return refuse("%s below hands on %s itself", below.GroupKey, c).help("write -%s to its %s first", c, fileSubtree)
				}
			}
		}
	}
	if len(add) == 0 {
		return nil
	}
	m := maker{s: w.cpuset.s, knob: w.cpuset.knob}
	err := m.occupied(w.cpuset.group, add)
	w.plan.warn(m.plan.Warnings...)
	return err
}

// noController says why a group has no such controller.
func (w *setter) noController(c string, has []string) error {
	for i := range w.cpuset.s.Hierarchies {
		if h := &w.cpuset.s.Hierarchies[i]; h.Version == 1 && slices.Contains(h.Controllers, c) {
			return refuse("version 2 has no controller %s: the version 1 hierarchy %s has it", c, h.Label)
		}
	}
	r := refuse("%s has no controller %s (it has: %s)", w.to.GroupKey, c, said(strings.Join(has, " ")))
	if w.cpuset.group.Parent >= 0 {
		r = r.help("write +%s to %s of the group above first", c, fileSubtree)
	}
	return r
}

// checkType refuses to make a group threaded that the kernel would not; see "Threads" in the kernel's cgroup-v2 document.
func (w *setter) checkType() error {
	g := w.cpuset.group
	if w.now == typeThreaded {
		return refuse("%s is threaded already", w.to.GroupKey)
	}
	if n := g.Processes + g.Below; n > 0 {
		return refuse("%s in it or below it, and only an empty group becomes threaded", isAre(n)).help("move them out first")
	}
	if domain := DomainControllers(strings.Fields(w.cpuset.knob(w.to.Dir(), fileSubtree).Or(""))); len(domain) > 0 {
		return refuse("%s hands on %s, which work on whole processes", w.to.GroupKey, strings.Join(domain, " ")).
			help("write -%s to its %s first", strings.Join(domain, " -"), fileSubtree)
	}
	w.plan.warn("a threaded group cannot become a domain again: remove it and make it anew")
	if g.Parent >= 0 && w.cpuset.s.Groups[g.Parent].Parent >= 0 {
		w.plan.warn("groups beside it that are not threaded become invalid, and take nobody")
	}
	return nil
}

// checkMemsw refuses to let the limit of memory be over that of memory and swap, which the kernel answers with EINVAL; see
// section 2.4 of admin-guide/cgroup-v1/memory.rst.
func (w *setter) checkMemsw() error {
	other := fileMemsw
	if w.kind.File == fileMemsw {
		other = fileLimit
	}
	text := w.cpuset.knob(w.to.Dir(), other)
	theirs, known := limitV1.bytes(text.Or(""))
	mine, ok := limitV1.bytes(w.value)
	switch {
	case !ok || !known || text.State() != reading.Present:
	case other == fileMemsw && mine > theirs:
		return refuse("memory cannot have a higher limit than memory and swap together, which have %s", limitV1.say(text.Or(""))).
			help("raise %s first", other)
	case other != fileMemsw && mine < theirs:
		return refuse("memory and swap together cannot have a lower limit than memory, which has %s", limitV1.say(text.Or(""))).
			help("lower %s first", other)
	}
	return nil
}
