package form

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// Run asks in which new namespaces and groups a command is started.
type Run struct {
	groups  []probe.GroupKey
	sheet   sheet
	mayMake bool // New namespaces may be made without a new user namespace.
	done    func(actions.RunOptions) dialog.Outcome
	says    string
}

// The controls of the form. The groups stand before the buttons, where there are any.
const (
	runWalls = iota
	runFork
	runOptions
	runHostname
	runCommand
	runGroups
)

// The boxes of the options, and of the ways to fork.
const (
	runMapRoot = 0
	runProc    = 1
	runLoop    = 2

	runClone   = 0
	runUnshare = 1
)

// NewRun returns the form that asks how to run a command in new namespaces. Of the groups it offers, the command can be
// started in one of each hierarchy.
func NewRun(now *probe.Snapshot, groups []probe.GroupKey, done func(actions.RunOptions) dialog.Outcome) dialog.Dialog {
	r := Run{groups: groups, done: done, mayMake: slices.Contains(now.Host.Caps, "cap_sys_admin")}
	walls := wallChecks("new").set(int(probe.User), !r.mayMake)
	options := checks{label: "with", items: []check{
		{word: "map root", on: true, help: "your own user is root in the new user namespace"},
		{word: "fresh /proc", help: "a /proc that shows the new pid namespace, in a new mnt namespace"},
		{word: "loopback up", help: "the new net namespace has a loopback interface that works"},
	}}
	controls := []control{
		walls, forkChecks(), options,
		entry{newField("", "unchanged"), "host name", "of the new uts namespace"},
		entry{newField("", "a shell"), "command", "quotes keep words together; a shell where nothing is written"},
	}
	if len(groups) > 0 {
		controls = append(controls, groupChecks(groups))
	}
	r.sheet = sheet{controls: append(controls, buttons{does: "preview"})}
	return r.settle()
}

// forkChecks is the choice that the tutorials about pid namespaces stumble over.
func forkChecks() checks {
	return checks{label: "fork by", one: true, tells: true, items: []check{
		{word: "clone", on: true, help: "clone: the command is pid 1 of a new pid namespace"},
		{word: "unshare", help: "unshare: the command stays outside of a new pid namespace; only its children are in it"},
	}}
}

func groupChecks(groups []probe.GroupKey) checks {
	c := checks{label: "in groups"}
	for _, key := range groups {
		c.items = append(c.items, check{word: key.String(), help: "it is in " + key.String() + " from its first instruction"})
	}
	return c
}

// Update implements dialog.Dialog.
func (r Run) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	before := r.sheet
	var v verdict
	r.sheet, v = r.sheet.press(msg)
	r.says = ""
	r = r.follow(before).settle()
	switch v {
	case closes:
		return r, dialog.Close{}, nil
	case submits:
		return r.submit()
	case goesOn:
	}
	return r, nil, nil
}

// submit hands over what was chosen.
func (r Run) submit() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	o, err := r.options()
	if err != nil {
		r.says = err.Error()
		return r, nil, nil
	}
	return r, r.done(o), nil
}

// Sync implements dialog.Dialog. A group that is gone can no longer be chosen.
func (r Run) Sync(now *probe.Snapshot) dialog.Dialog {
	if len(r.groups) == 0 {
		return r
	}
	boxes := r.sheet.checks(runGroups)
	for i, key := range r.groups {
		why := groupIsGone(now, key)
		boxes = boxes.lock(i, why != "", why)
	}
	r.sheet = r.sheet.with(runGroups, boxes)
	return r
}

// Draw implements dialog.Dialog.
func (r Run) Draw(styles theme.Styles, width, height int) []string {
	return r.sheet.box("Run in new namespaces", r.says).draw(styles, min(width, sheetWidth+edges), height)
}
