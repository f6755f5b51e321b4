package form

import (
	"errors"

	"bulkhead/actions"
	"bulkhead/probe"
)

// follow turns on what the box that was just turned on needs: a fresh /proc is for a new pid namespace, and so on.
func (r Run) follow(before sheet) Run {
	was, now := before.checks(runOptions), r.sheet.checks(runOptions)
	for _, need := range []struct {
		option int
		wall   probe.NamespaceType
	}{{runMapRoot, probe.User}, {runProc, probe.PID}, {runProc, probe.Mnt}, {runLoop, probe.Net}} {
		if now.items[need.option].on && !was.items[need.option].on {
			r = r.turnOn(need.wall)
		}
	}
	if r.sheet.checks(runWalls).items[probe.User].on && !before.checks(runWalls).items[probe.User].on {
		r.sheet = r.sheet.with(runOptions, now.set(runMapRoot, true))
	}
	if before.entry(runHostname).value() == "" && r.hostname() != "" {
		r = r.turnOn(probe.UTS)
	}
	return r.onePerHierarchy(before)
}

func (r Run) turnOn(kind probe.NamespaceType) Run {
	r.sheet = r.sheet.with(runWalls, r.sheet.checks(runWalls).set(int(kind), true))
	return r
}

// onePerHierarchy turns off the other groups of a hierarchy when one is turned on.
func (r Run) onePerHierarchy(before sheet) Run {
	if len(r.groups) == 0 {
		return r
	}
	was, now := before.checks(runGroups), r.sheet.checks(runGroups)
	for i, key := range r.groups {
		if !now.items[i].on || was.items[i].on {
			continue
		}
		for j, other := range r.groups {
			if j != i && other.Hierarchy == key.Hierarchy {
				now = now.set(j, false)
			}
		}
	}
	r.sheet = r.sheet.with(runGroups, now)
	return r
}

// settle locks what cannot be as the other boxes are, and turns off what has lost its namespace.
func (r Run) settle() Run {
	walls, options := r.sheet.checks(runWalls), r.sheet.checks(runOptions)
	user := walls.items[probe.User].on
	unshare := r.sheet.checks(runFork).items[runUnshare].on
	options = options.lock(runProc, unshare, "the command of an unshare is not inside of the new pid namespace itself")
	options = options.set(runProc, options.items[runProc].on && walls.items[probe.PID].on && walls.items[probe.Mnt].on)
	options = options.set(runLoop, options.items[runLoop].on && walls.items[probe.Net].on)
	options = options.set(runMapRoot, options.items[runMapRoot].on && user)
	r.sheet = r.sheet.with(runOptions, options)
	return r
}

func (r Run) hostname() string { return r.sheet.entry(runHostname).value() }

// The reasons why what was chosen cannot be run.
var (
	errNothingNew = errors.New("choose at least one new namespace, or a group to run in")
	errNoHostname = errors.New("a host name of its own needs a new uts namespace")
	errNoRight    = errors.New("without a new user namespace it takes CAP_SYS_ADMIN: choose user too, in which you are root")
)

// options are what was chosen.
func (r Run) options() (actions.RunOptions, error) {
	command, err := splitWords(r.sheet.entry(runCommand).value())
	if err != nil {
		return actions.RunOptions{}, err
	}
	walls, options := r.sheet.checks(runWalls), r.sheet.checks(runOptions)
	o := actions.RunOptions{
		New: walls.walls(), Unshare: r.sheet.checks(runFork).items[runUnshare].on, Groups: r.chosenGroups(), Command: command,
		MapRoot: options.items[runMapRoot].on, Proc: options.items[runProc].on,
		Loopback: options.items[runLoop].on, Hostname: r.hostname(),
	}
	switch {
	case len(o.New) == 0 && len(o.Groups) == 0:
		return o, errNothingNew
	case o.Hostname != "" && !walls.items[probe.UTS].on:
		return o, errNoHostname
	case len(o.New) > 0 && !r.mayMake && !walls.items[probe.User].on:
		return o, errNoRight
	}
	return o, nil
}

func (r Run) chosenGroups() []probe.GroupKey {
	if len(r.groups) == 0 {
		return nil
	}
	var keys []probe.GroupKey
	for _, i := range r.sheet.checks(runGroups).chosen() {
		keys = append(keys, r.groups[i])
	}
	return keys
}
