package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
)

// actKeys is the keys that change something, or lead to what does.
type actKeys struct {
	Menu    key.Binding
	Mark    key.Binding
	Enter   key.Binding
	Move    key.Binding
	CPUs    key.Binding
	Freeze  key.Binding
	New     key.Binding
	Kill    key.Binding
	Remove  key.Binding
	Write   key.Binding
	Mount   key.Binding
	Unmount key.Binding
	Alarm   key.Binding
	Undo    key.Binding
	Log     key.Binding
}

func defaultActKeys() actKeys {
	return actKeys{
		Menu:    bind("a", "act: all that can be done to what is selected", "a"),
		Mark:    bind("space", "mark: a process or thread, for an action on several", "space"),
		Enter:   bind("e", "enter: the namespaces of what is selected", "e"),
		Move:    bind("m", "move: to another group", "m"),
		CPUs:    bind("c", "CPUs: and memory nodes of the group, and its partition", "c"),
		Freeze:  bind("f", "freeze: the group, or thaw it", "f"),
		New:     bind("n", "new: a group, or a command in new namespaces", "n"),
		Kill:    bind("K", "kill: the group, or signal the process", "K"),
		Remove:  bind("D", "remove: the group, and those below it", "D"),
		Write:   bind("w", "write: a control file of the group", "w"),
		Mount:   bind("v", "mount: a hierarchy of version 1", "v"),
		Unmount: bind("V", "unmount: the selected hierarchy of version 1", "V"),
		Alarm:   bind("A", "alarm: on pressure in the group, or end it", "A"),
		Undo:    bind("u", "undo: the last change of this session", "u"),
		Log:     bind("L", "log: all changes of this session", "L"),
	}
}

// bindings are the keys that do anything in this build, in the order of the help.
func (k actKeys) bindings() []key.Binding {
	all := []key.Binding{k.Menu, k.Mark}
	for _, a := range acts {
		if binding := a.key(k); a.there() && !slices.ContainsFunc(all, func(b key.Binding) bool { return b.Help() == binding.Help() }) {
			all = append(all, binding)
		}
	}
	return append(all, k.Undo, k.Log)
}
