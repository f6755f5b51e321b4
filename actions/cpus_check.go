package actions

import (
	"fmt"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
)

// checkList refuses a list of CPUs or memory nodes that the kernel would, and says what it will make of one that it takes.
// See validate_change() in the kernel's kernel/cgroup/cpuset.c, and "Cpuset Interface Files" in its cgroup-v2 document.
func (w *setter) checkList() error {
	c := &w.cpuset
	c.mems = generic(w.kind.File) == fileMems
	want, err := cpulist.Parse(w.value)
	if err != nil {
		return refuse("%v", err)
	}
	if c.topmost() {
		return errTopmost
	}
	if err := w.checkOnline(want); err != nil {
		return err
	}
	if generic(w.kind.File) == "cpuset.cpus.exclusive" {
		return w.checkHeld(want)
	}
	if want.Len() == 0 {
		if err := w.checkEmptied(); err != nil {
			return err
		}
	}
	if !c.lenient() {
		return w.checkWalls(want)
	}
	w.warnGranted(want)
	return nil
}

// checkOnline refuses what the machine has not: the kernel answers ERANGE, and EINVAL for memory nodes. Version 2 takes a CPU
// that is switched off, and grants it when it is on; one beyond all others is taken for a slip.
func (w *setter) checkOnline(want cpulist.Set) error {
	c := &w.cpuset
	online := c.online()
	absent := without(want, online)
	if online.Len() == 0 || absent.Len() == 0 {
		return nil
	}
	all := online.All()
	off := pick(absent, func(n int) bool { return n < all[len(all)-1] })
	if c.lenient() && !c.mems && off.Len() == absent.Len() {
		w.plan.warn(fmt.Sprintf("%s %s off now", c.nouns(absent), is(absent)))
		return nil
	}
	return refuse("%s %s not online: there %s %s", c.nouns(absent), is(absent), is(online), c.nouns(online))
}

// checkEmptied refuses to take the last CPU or memory node from tasks, which the kernel answers with ENOSPC.
func (w *setter) checkEmptied() error {
	c := &w.cpuset
	members := membersOf(c.s, c.group)
	if len(members) == 0 {
		return nil
	}
	r := refuse("%s in it or below it, and would be left without %s: %s", isAre(len(members)), c.nouns(cpulist.Set{}), roster(members))
	if c.lenient() {
		return r.help("write what the group above has: %s", said(c.allowed().String()))
	}
	return r.help("move them out first")
}

// checkWalls refuses what version 1 does: more than the parent has (EACCES), less than a child has (EBUSY), and what a group
// beside holds for itself, or this one would (EINVAL).
func (w *setter) checkWalls(want cpulist.Set) error {
	c := &w.cpuset
	if up := c.parent(); up != nil {
		if over := without(want, c.asked(up)); over.Len() > 0 {
			return refuse("the group above, %s, has not %s: its %s is %s", up.GroupKey, c.nouns(over), c.name(c.file()), said(c.asked(up).String())).
				help("set it there first")
		}
	}
	for _, g := range c.children() {
		if short := without(c.asked(g), want); short.Len() > 0 {
			return refuse("%s below it has %s, and no group has more than the one above it", g.GroupKey, c.nouns(short)).
				help("set %s of %s first", c.name(c.file()), g.GroupKey)
		}
	}
	if err := w.checkHeld(want); err != nil {
		return err
	}
	if c.text(c.group, c.exclusiveFile()).Or("") == "1" {
		return c.overlap(want)
	}
	return nil
}

// checkHeld refuses what a group beside holds for itself.
func (w *setter) checkHeld(want cpulist.Set) error {
	if g, shared := w.cpuset.holder(want); g != nil {
		return refuse("%s beside it holds %s for itself", g.GroupKey, w.cpuset.nouns(shared)).
			help("choose others, or take %s from that group first", w.cpuset.nouns(shared))
	}
	return nil
}

// overlap refuses to hold for itself what a group beside has too.
func (c cpuset) overlap(want cpulist.Set) error {
	for _, g := range c.siblings() {
		if shared := common(c.asked(g), want); shared.Len() > 0 {
			return refuse("%s is 1, and %s beside it has %s too", c.name(c.exclusiveFile()), g.GroupKey, c.nouns(shared)).
				help("take %s from that group first", c.nouns(shared))
		}
	}
	return nil
}

// checkExclusive refuses cpuset.cpu_exclusive and cpuset.mem_exclusive where the parent is not so (EACCES), where groups
// beside have some of the same (EINVAL), and to give it up while a child is so (EBUSY).
func (w *setter) checkExclusive() error {
	c := &w.cpuset
	c.mems = generic(w.kind.File) == "cpuset.mem_exclusive"
	if c.topmost() {
		return errTopmost
	}
	flagged := func(g *probe.Group) bool { return c.text(g, c.exclusiveFile()).Or("") == "1" }
	if w.value == "0" {
		for _, g := range c.children() {
			if flagged(g) {
				return refuse("%s of %s below it is 1", w.kind.File, g.GroupKey).help("set it to 0 there first")
			}
		}
		return nil
	}
	if up := c.parent(); up != nil && !flagged(up) {
		return refuse("%s of the group above, %s, is 0", w.kind.File, up.GroupKey).help("set it to 1 there first")
	}
	return c.overlap(c.asked(c.group))
}
