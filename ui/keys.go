package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"bulkhead/ui/dialog"
	"bulkhead/ui/list"
)

// keyMap is the keys that work on every screen. The footer, the help and the README's table are made from it.
type keyMap struct {
	Screens []key.Binding
	NextTab key.Binding
	PrevTab key.Binding
	Move    list.KeyMap
	Left    key.Binding
	Right   key.Binding
	Follow  key.Binding
	Back    key.Binding
	Pane    key.Binding
	Next    key.Binding
	Prev    key.Binding
	Filter  key.Binding
	Clear   key.Binding
	Copy    key.Binding
	Pause   key.Binding
	Refresh key.Binding
	Slower  key.Binding
	Faster  key.Binding
	Help    key.Binding
	Gaps    key.Binding
	Suspend key.Binding
	Quit    key.Binding
	Look    lookKeys
	Act     actKeys
}

func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

// defaultKeys returns the keys of the root model. Those of the lists are handled by the screens themselves and stand
// here for the help.
func defaultKeys(screens []string) keyMap {
	k := keyMap{
		NextTab: bind("tab", "next screen", "tab"),
		PrevTab: bind("shift+tab", "screen before", "shift+tab"),
		Move:    list.DefaultKeyMap(),
		Left:    bind("←/h", "collapse, leave the details", "left", "h"),
		Right:   bind("→/l", "expand", "right", "l"),
		Follow:  bind("enter", "follow: a member to its task, a row into its details, a link", "enter"),
		Back:    bind("bksp", "back: out of a subtree, or to where you were", "backspace"),
		Pane:    bind("d", "details: beside, below, off", "d"),
		Next:    bind("]", "page: of the details: facts, what it sees, what it may use, its groups, its files", "]"),
		Prev:    bind("[", "page before: of the details", "["),
		Filter:  bind("/", "filter", "/"),
		Clear:   bind("esc", "clear: the marks, then the filter, then the subtree; or close", "esc"),
		Copy:    bind("y", "copy: the selected id, to the terminal's clipboard", "y"),
		Pause:   bind("p", "pause", "p"),
		Refresh: bind("r", "refresh now", "r"),
		Slower:  bind("+", "refresh less often", "+"),
		Faster:  bind("-", "refresh more often", "-"),
		Help:    bind("?", "help", "?"),
		Gaps:    bind("!", "gaps: what could not be read, and what would help", "!"),
		Suspend: bind("ctrl+z", "suspend", "ctrl+z"),
		Quit:    bind("q", "quit", "q", "ctrl+c"),
		Look:    defaultLookKeys(),
		Act:     defaultActKeys(),
	}
	for i, name := range screens {
		number := string(rune('1' + i))
		k.Screens = append(k.Screens, bind(number, name, number))
	}
	return k
}

// section is a titled part of the help.
type section struct {
	title string
	keys  []key.Binding
}

// sections returns all keys for the help, the active screen's own among them; those that act only where anything can be
// changed.
func (k keyMap) sections(screenName string, own []key.Binding, acting bool) []section {
	all := []section{
		{"Screens", append(append([]key.Binding{}, k.Screens...), k.NextTab, k.PrevTab)},
		{"Move", append(k.Move.Bindings(), k.Left, k.Right)},
		{"Find", []key.Binding{k.Follow, k.Back, k.Filter, k.Clear, k.Copy, k.Pane, k.Next, k.Prev}},
		{"Read", k.Look.bindings()},
		{"Live", []key.Binding{k.Pause, k.Refresh, k.Slower, k.Faster}},
		{"Program", []key.Binding{k.Help, k.Gaps, k.Suspend, k.Quit}},
	}
	if acting {
		all = slices.Insert(all, 3, section{"Act", k.Act.bindings()}, section{"In a dialog", dialog.DefaultKeyMap().Bindings()})
	}
	if len(own) > 0 {
		all = append(all, section{screenName, own})
	}
	return all
}
