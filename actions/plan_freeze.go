package actions

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// Freeze stops all tasks in a group and below it, until it is thawed.
func Freeze(key probe.GroupKey, force Force) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		step, g, err := freezer(s, key, knob, true)
		if err != nil {
			return Plan{}, err
		}
		p := Plan{Title: fmt.Sprintf("Freeze %s (%s)", key, version(s, g)), Steps: []Step{step}}
		members := membersOf(s, g)
		if len(members) == 0 {
			p.Effects = []string{"nobody is in it: a process that comes in will stop"}
		} else {
			p.Effects = []string{fmt.Sprintf("%s until it is thawed: %s", stops(len(members)), roster(members))}
		}
		p.warnFrozen(s, g, members)
		p.warn(ownerOf(s, g).warning(actFreeze))
		p, err = p.guarded(guardGroup(s, key, "freezing"), force)
		if p.Guarded != "" {
			p = p.ThawsAfter(SelfThaw)
		}
		return p, err
	}
}

// stops says how many processes stop running.
func stops(n int) string {
	if n == 1 {
		return "1 process stops running"
	}
	return count(n, "process") + " stop running"
}

// warnFrozen says what a freeze of this version does beside stopping tasks.
func (p *Plan) warnFrozen(s *probe.Snapshot, g *probe.Group, members []*probe.Task) {
	if s.HierarchyOf(g).Version == 1 {
		p.warn("in version 1 a frozen process cannot be killed: the signal waits for the thaw")
	}
	kernel := func(t *probe.Task) bool { return t.Kernel }
	if slices.ContainsFunc(members, kernel) && s.HierarchyOf(g).Version == 2 {
		p.warn("kernel threads in it run on")
	}
	if g.Values.FreezeRequested.Or(false) {
		return
	}
	if g.Values.Freezer.Or(cgroup.Thawed) != cgroup.Thawed {
		p.warn("a group above is frozen already: this one then stays frozen when that is thawed")
	}
}

// Thaw lets the tasks of a frozen group run again.
func Thaw(key probe.GroupKey) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		step, g, err := freezer(s, key, knob, false)
		if err != nil {
			return Plan{}, err
		}
		p := Plan{Title: fmt.Sprintf("Thaw %s (%s)", key, version(s, g)), Steps: []Step{step}}
		if members := membersOf(s, g); len(members) > 0 {
			p.Effects = []string{fmt.Sprintf("%s may run again: %s", count(len(members), "process"), roster(members))}
		} else {
			p.Effects = []string{"nobody is in it: those that come in will run"}
		}
		p.warn(ownerOf(s, g).warning(actThaw))
		if above := frozenAbove(s, g); above != nil {
			p.warn(fmt.Sprintf("it stays frozen, since %s above is: thaw that", above.GroupKey))
		}
		return p, nil
	}
}

// ThawByItself ends a freeze that is not to last: the one that was made at a time, of the group with an inode. It is said how.
func ThawByItself(key probe.GroupKey, inode uint64, froze time.Time, how string) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		p, err := Thaw(key)(s, knob)
		if err != nil {
			return Plan{}, err
		}
		if g, ok := s.Group(key); !ok || g.Inode != inode {
			return Plan{}, refuse("%s is %v", key, ErrReplaced)
		}
		p.Undoes, p.ByItself = froze, how
		return p, nil
	}
}

// ThawByItself returns the plan that ends the freeze which a result is of, and whether there is one. It is said how.
func (r Result) ThawByItself(how string) (Plan, bool) {
	undo, _ := r.Undo()
	if _, ok := r.Plan.Freezes(); !ok || len(undo.Steps) == 0 {
		return Plan{}, false
	}
	undo.Title, undo.ByItself = "Thaw"+strings.TrimPrefix(r.Plan.Title, "Freeze"), how
	return undo, true
}

// frozenAbove returns the nearest group above that was itself asked to freeze.
func frozenAbove(s *probe.Snapshot, g *probe.Group) *probe.Group {
	for i := g.Parent; i >= 0; i = s.Groups[i].Parent {
		if s.Groups[i].Values.FreezeRequested.Or(false) {
			return &s.Groups[i]
		}
	}
	return nil
}

// freezer returns the step that freezes or thaws a group, by the version of its hierarchy.
func freezer(s *probe.Snapshot, key probe.GroupKey, knob Knobs, freeze bool) (Step, *probe.Group, error) {
	to, g, err := writable(s, key)
	if err != nil {
		return nil, nil, err
	}
	if g.Parent < 0 {
		return nil, nil, refuse("the topmost group of a hierarchy cannot be frozen").help("choose a group below it")
	}
	h := s.HierarchyOf(g)
	step := Set{Group: to, File: fileFreeze, To: digit(freeze)}
	if h.Version == 1 {
		if !slices.Contains(h.Controllers, "freezer") {
			return nil, nil, refuse("%s has no freezer", key).help("choose the group in the freezer hierarchy, or in version 2")
		}
		step.File, step.To = fileFreezer, freezerText(freeze)
	}
	state := knob(to.Dir(), step.File)
	now, ok := state.Get()
	if !ok {
		return nil, nil, unreadable(state, to, step.File, "Linux 5.2")
	}
	step.From, step.Back = now, digit(!freeze)
	if h.Version == 1 {
		step.Back = freezerText(!freeze)
	}
	return step, g, frozenAlready(g, freeze, stateNow(g, to, step.File, knob))
}

// freezeState is whether a group was asked to freeze, and whether anything, it or one above, stops its tasks.
type freezeState struct{ requested, stopped bool }

// stateNow reads the state of a group by its files: the snapshot may be older than the last freeze or thaw.
func stateNow(g *probe.Group, to Group, file string, knob Knobs) freezeState {
	text := func(file, otherwise string) string { return knob(to.Dir(), file).Or(otherwise) }
	seen := freezeState{g.Values.FreezeRequested.Or(false), g.Values.Freezer.Or(cgroup.Thawed) != cgroup.Thawed}
	if file == fileFreezer {
		stopped := text(file, freezerText(seen.stopped)) != stateThawed
		return freezeState{text("freezer.self_freezing", digit(g.Values.FreezeRequested.Or(stopped))) == "1", stopped}
	}
	return freezeState{text(file, digit(seen.requested)) == "1", strings.Contains(text("cgroup.events", "frozen "+digit(seen.stopped)), "frozen 1")}
}

// frozenAlready refuses what is so already: whether it was requested of the group itself is what its file says.
func frozenAlready(g *probe.Group, freeze bool, now freezeState) error {
	switch {
	case freeze && now.requested:
		return refuse("%s is frozen already", g.GroupKey)
	case freeze || now.requested:
		return nil
	case now.stopped:
		return refuse("%s is frozen by a group above it", g.GroupKey).help("thaw that one")
	}
	return refuse("%s is not frozen", g.GroupKey)
}

// digit is how version 2 writes a flag.
func digit(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func freezerText(freeze bool) string {
	if freeze {
		return stateFrozen
	}
	return stateThawed
}

// unreadable says why a file that a plan stands on says nothing.
func unreadable(state probe.Reading[string], g Group, file, since string) *Refusal {
	switch state.State() {
	case reading.Denied:
		return refuse("%s may not be read", g.file(file)).help("it takes root, or the owner of the group")
	case reading.Unsupported:
		return refuse("%s cannot be read in such a group", g.file(file))
	case reading.Absent, reading.Unlimited, reading.Present, reading.Unreached:
	}
	return refuse("%s has no %s", g.GroupKey, file).help("the kernel has it since %s, and not for the topmost group", since)
}

// version says which version of control groups a group is of.
func version(s *probe.Snapshot, g *probe.Group) string {
	return fmt.Sprintf("v%d", s.HierarchyOf(g).Version)
}

// guarded lets a plan pass a guard where the user overrides it, and keeps the reason for the preview.
func (p Plan) guarded(guard *Refusal, force Force) (Plan, error) {
	if guard == nil {
		return p, nil
	}
	if !force {
		return Plan{}, guard
	}
	p.Guarded = guard.Says
	return p, nil
}
