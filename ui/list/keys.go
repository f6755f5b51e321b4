package list

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// panStep is the number of cells by which a press of a key scrolls sideways.
const panStep = 8

// KeyMap is the keys of a list, the same on every screen.
type KeyMap struct {
	Up, Down, PageUp, PageDown, HalfPageUp, HalfPageDown, Home, End, Left, Right key.Binding
}

// DefaultKeyMap returns the keys that people know from pagers and editors.
func DefaultKeyMap() KeyMap {
	return KeyMap{
		Up:           key.NewBinding(key.WithKeys("up", "k"), key.WithHelp("↑/k", "up")),
		Down:         key.NewBinding(key.WithKeys("down", "j"), key.WithHelp("↓/j", "down")),
		PageUp:       key.NewBinding(key.WithKeys("pgup", "ctrl+b"), key.WithHelp("pgup", "page up")),
		PageDown:     key.NewBinding(key.WithKeys("pgdown", "ctrl+f"), key.WithHelp("pgdn", "page down")),
		HalfPageUp:   key.NewBinding(key.WithKeys("ctrl+u"), key.WithHelp("ctrl+u", "half a page up")),
		HalfPageDown: key.NewBinding(key.WithKeys("ctrl+d"), key.WithHelp("ctrl+d", "half a page down")),
		Home:         key.NewBinding(key.WithKeys("home", "g"), key.WithHelp("home/g", "first row")),
		End:          key.NewBinding(key.WithKeys("end", "G"), key.WithHelp("end/G", "last row")),
		Left:         key.NewBinding(key.WithKeys("shift+left"), key.WithHelp("shift+←", "scroll left")),
		Right:        key.NewBinding(key.WithKeys("shift+right"), key.WithHelp("shift+→", "scroll right")),
	}
}

// Bindings are all keys, in the order of the help.
func (k KeyMap) Bindings() []key.Binding {
	return []key.Binding{
		k.Up, k.Down, k.PageUp, k.PageDown, k.HalfPageUp, k.HalfPageDown, k.Home, k.End, k.Left, k.Right,
	}
}

// SortKeyMap is the keys by which rows are sorted, the same on every screen that sorts.
type SortKeyMap struct {
	Next, Before, Reverse key.Binding
}

// DefaultSortKeyMap returns the keys that people know from process viewers.
func DefaultSortKeyMap() SortKeyMap {
	return SortKeyMap{
		Next:    key.NewBinding(key.WithKeys(">"), key.WithHelp(">", "sort: by the next column")),
		Before:  key.NewBinding(key.WithKeys("<"), key.WithHelp("<", "sort: by the column before")),
		Reverse: key.NewBinding(key.WithKeys("I"), key.WithHelp("I", "reverse: the order")),
	}
}

// Bindings are all keys, in the order of the help.
func (k SortKeyMap) Bindings() []key.Binding { return []key.Binding{k.Next, k.Before, k.Reverse} }

// Press does what the key does in a list; ok tells whether it does anything.
func (m Model) Press(msg tea.KeyPressMsg, k KeyMap, src Source) (_ Model, ok bool) {
	switch {
	case key.Matches(msg, k.Up):
		return m.Up(src), true
	case key.Matches(msg, k.Down):
		return m.Down(src), true
	case key.Matches(msg, k.PageUp):
		return m.PageUp(src), true
	case key.Matches(msg, k.PageDown):
		return m.PageDown(src), true
	case key.Matches(msg, k.HalfPageUp):
		return m.HalfPageUp(src), true
	case key.Matches(msg, k.HalfPageDown):
		return m.HalfPageDown(src), true
	case key.Matches(msg, k.Home):
		return m.Home(src), true
	case key.Matches(msg, k.End):
		return m.End(src), true
	case key.Matches(msg, k.Left):
		return m.Pan(src, -panStep), true
	case key.Matches(msg, k.Right):
		return m.Pan(src, panStep), true
	default:
		return m, false
	}
}
