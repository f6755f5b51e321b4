package form

import (
	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// Enter asks which namespaces are entered, and with which command.
type Enter struct {
	title  string
	target screen.Target
	sheet  sheet
	done   func(actions.EnterOptions) dialog.Outcome
	known  bool // The target was there when the form was opened.
	empty  bool // It is a namespace that no process is in, which is entered by what keeps it.
	says   string
	gone   string
}

// The controls of the form, and the boxes of its options.
const (
	enterWalls   = 0
	enterOptions = 1
	enterCommand = 2

	enterGroups = 0
	enterKeep   = 1
)

// NewEnter returns the form that asks how to enter a task, a world or a namespace. The types are those checked at first;
// where they are nil, all that differ from one's own are. A target that the snapshot does not have is taken to be there as long
// as the form is open. The title names the target.
func NewEnter(now *probe.Snapshot, title string, target screen.Target, types []probe.NamespaceType, done func(actions.EnterOptions) dialog.Outcome) dialog.Dialog {
	theirs, known := spacesOf(now, target)
	options := checks{label: "with", items: []check{
		{word: "its groups too", help: "the command joins the control groups of the target as well"},
		{word: "keep my ids", help: "in the user namespace the command is not made root"},
	}}
	e := Enter{title: title, target: target, done: done, known: known, empty: emptySpace(now, target)}
	e.sheet = sheet{controls: []control{
		doorChecks(ownSpaces(now), theirs, types),
		options,
		entry{newField("", "a shell"), "command", "quotes keep words together; a shell where nothing is written"},
		buttons{does: "preview"},
	}}
	return e.settle()
}

// settle locks what means nothing as the other boxes are.
func (e Enter) settle() Enter {
	options := e.sheet.checks(enterOptions).lock(enterGroups, e.empty, "no process is in it whose groups could be joined")
	if e.empty {
		options = options.lock(enterKeep, true, "where no process is in it you keep them anyway")
	} else {
		options = options.lock(enterKeep, !e.sheet.checks(enterWalls).items[probe.User].on,
			"without a user namespace to enter you keep them anyway")
	}
	e.sheet = e.sheet.with(enterOptions, options)
	return e
}

// emptySpace reports whether the target is a namespace that no process is in.
func emptySpace(now *probe.Snapshot, target screen.Target) bool {
	if target.Kind != screen.Namespace {
		return false
	}
	n, ok := now.Identified(target.Namespace)
	return ok && n.Leader == 0
}

// Update implements dialog.Dialog.
func (e Enter) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	var v verdict
	e.sheet, v = e.sheet.press(msg)
	e.says = ""
	e = e.settle()
	switch v {
	case closes:
		return e, dialog.Close{}, nil
	case submits:
		return e.submit()
	case goesOn:
	}
	return e, nil, nil
}

// submit hands over what was chosen.
func (e Enter) submit() (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	command, err := splitWords(e.sheet.entry(enterCommand).value())
	walls, options := e.sheet.checks(enterWalls), e.sheet.checks(enterOptions)
	switch {
	case e.gone != "":
		return e, nil, nil
	case err != nil:
		e.says = err.Error()
		return e, nil, nil
	case len(walls.chosen()) == 0:
		e.says = "choose at least one namespace to enter"
		return e, nil, nil
	}
	return e, e.done(actions.EnterOptions{
		Types: walls.walls(), Command: command, Cgroup: options.items[enterGroups].on, Keep: options.items[enterKeep].on,
	}), nil
}

// Sync implements dialog.Dialog.
func (e Enter) Sync(now *probe.Snapshot) dialog.Dialog {
	e.gone = ""
	if _, ok := spacesOf(now, e.target); e.known && !ok {
		e.gone = "gone: " + e.title + " is not there any more"
		return e
	}
	e.empty = emptySpace(now, e.target)
	return e.settle()
}

// Draw implements dialog.Dialog.
func (e Enter) Draw(styles theme.Styles, width, height int) []string {
	return e.sheet.box("Enter "+e.title, e.gone, e.says).draw(styles, min(width, sheetWidth+edges), height)
}
