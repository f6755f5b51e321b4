package main

import (
	"errors"
	"fmt"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/probe/recording"
	"bulkhead/ui/detail"
	"bulkhead/ui/screen"
)

// errRecorded is returned where a recording is asked for what only a host can tell.
var errRecorded = errors.New("a recording does not tell what is seen and what may be used: it takes the host itself")

// closeUp is what is known of a target beyond the snapshot.
type closeUp struct {
	details []probe.Detail
	sight   *probe.Sight // nil for a group, which is nothing that sees.
	uses    *probe.Uses  // nil for a namespace, which limits nothing.
	group   detail.GroupView
}

// look reads what is known of a target beyond the snapshot; of a recording that is nothing.
func (s *source) look(snapshot *probe.Snapshot, target probe.Target) (c closeUp) {
	if s.from != "" {
		return c
	}
	var d probe.Detail
	if key, ok := snapshot.About(target); ok {
		details := s.details(key)
		if len(details) > 0 {
			d = details[0]
		}
		if target.Kind == probe.TargetTask {
			c.details = details
		}
	}
	looker := probe.NewLooker(s.roots, spawn.Visit)
	if target.Kind != probe.TargetGroup {
		sight := looker.Look(snapshot, target)
		c.sight = &sight
	}
	if target.Kind == probe.TargetGroup {
		c.group.Detail, c.group.Err = looker.GroupDetail(snapshot, target.Group)
	}
	if target.Kind != probe.TargetNamespace {
		uses := looker.Uses(snapshot, target, d)
		c.uses = &uses
	}
	return c
}

// showParts says what is printed: all, unless some of it was asked for.
type showParts struct{ json, sees, uses, groups, posture bool }

// pages are what the screen shows of a target in its pages, each with a title of its own.
func (c *closeUp) pages(s *probe.Snapshot, target probe.Target, parts showParts) (pages []detail.Page) {
	to := screenTarget(target)
	all := parts.all()
	add := func(p detail.Page, says string) {
		p.Title += says
		pages = append(pages, p)
	}
	group := target.Kind == probe.TargetGroup
	switch {
	case all && group:
		add(detail.OfGroup(s, to, c.group), "")
	case all:
		add(page(s, target, c.details), "")
	}
	if parts.sees || (all && (c.sight != nil || group)) {
		says := ": what it sees"
		switch {
		case target.Kind == probe.TargetNamespace:
			says = ": what is in it"
		case group:
			says = ": from inside"
		}
		add(detail.Sees(s, to, orZero(c.sight)), says)
	}
	switch beside := detail.UsesBeside(s, to, orZero(c.uses)); {
	case parts.uses:
		add(detail.Uses(s, to, orZero(c.uses)), ": what it may use")
	case all && c.uses != nil && len(beside.Lines) > 0:
		add(beside, ": what it may use")
	}
	if parts.groups || (all && c.uses != nil && !group) {
		add(detail.Groups(s, to, orZero(c.uses)), ": its groups")
	}
	if all && group && c.uses != nil {
		add(detail.Files(s, to, c.group), ": its files")
	}
	return pages
}

// all reports whether no part was asked for.
func (p showParts) all() bool { return !p.sees && !p.uses && !p.groups }

func orZero[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

// recorded is the same for JSON.
func (c *closeUp) recorded(parts showParts) recording.Close {
	all := parts.all()
	r := recording.Close{Details: c.details}
	if c.sight != nil && (all || parts.sees) {
		r.Sees = &c.sight.Own
	}
	if c.uses != nil && (all || parts.uses || parts.groups) {
		r.Uses = c.uses
	}
	if all && len(c.group.Detail.Files) > 0 {
		r.Group = &c.group.Detail
	}
	return r
}

// screenTarget returns a target as the screen has it.
func screenTarget(target probe.Target) screen.Target {
	kinds := map[probe.TargetKind]screen.Kind{
		probe.TargetTask: screen.Task, probe.TargetNamespace: screen.Namespace, probe.TargetGroup: screen.Group, probe.TargetWorld: screen.World,
	}
	return screen.Target{
		Kind: kinds[target.Kind], World: target.World, Namespace: target.Namespace, Group: target.Group, Task: target.Task,
	}
}

// recordedOnly refuses parts that a recording has not.
func recordedOnly(from *source, parts showParts) error {
	if from.from != "" && !parts.all() {
		return fmt.Errorf("%s: %w", from.from, errRecorded)
	}
	return nil
}
