package dialog

import (
	"charm.land/bubbles/v2/key"
)

// KeyMap is the keys of dialogs that have no field to type in.
type KeyMap struct {
	Up, Down, PageUp, PageDown, Home, End key.Binding

	Choose key.Binding
	Button key.Binding
	Apply  key.Binding
	Thaw   key.Binding
	Copy   key.Binding
	Close  key.Binding
}

// DefaultKeyMap returns the keys, those of the lists where they do the same.
func DefaultKeyMap() KeyMap {
	return KeyMap{
		Up:       bind("↑/k", "up", "up", "k"),
		Down:     bind("↓/j", "down", "down", "j"),
		PageUp:   bind("pgup", "page up", "pgup", "ctrl+b"),
		PageDown: bind("pgdn", "page down", "pgdown", "ctrl+f"),
		Home:     bind("home/g", "to the beginning", "home", "g"),
		End:      bind("end/G", "to the end", "end", "G"),
		Choose:   bind("enter", "choose: the entry, or the button in brackets", "enter"),
		Button:   bind("tab/←/→", "other button: of cancel and apply", "tab", "shift+tab", "left", "right", "h", "l"),
		Apply:    bind("a", "apply: at once, in a preview", "a"),
		Thaw:     bind("t", "thaw by itself: after how long, in the preview of a freeze", "t", "ctrl+t"),
		Copy:     bind("y", "copy the commands: to the terminal's clipboard", "y"),
		Close:    bind("esc/q", "close: nothing is done", "esc", "q"),
	}
}

// Bindings are the keys for the help. Those that move do so as in the lists.
func (k KeyMap) Bindings() []key.Binding {
	return []key.Binding{k.Choose, k.Button, k.Apply, k.Thaw, k.Copy, k.Close}
}

func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}
