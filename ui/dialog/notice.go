package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// Notice says what is too long for the last line of the screen.
type Notice struct {
	title, says string
	keys        KeyMap
	room        Room
	offset      int
}

// NewNotice returns a notice.
func NewNotice(title, says string) Notice {
	return Notice{title: title, says: says, keys: DefaultKeyMap()}
}

// Update implements Dialog.
func (n Notice) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		n.room = msg
	case tea.KeyPressMsg:
		if offset, ok := n.box(n.room.Width).scrolled(msg, n.keys, n.room.Height); ok {
			n.offset = offset
			return n, nil, nil
		}
		if key.Matches(msg, n.keys.Close, n.keys.Choose) {
			return n, Close{}, nil
		}
	}
	return n, nil, nil
}

// Sync implements Dialog.
func (n Notice) Sync(*probe.Snapshot) Dialog { return n }

// Keys implements Keyed.
func (n Notice) Keys() []key.Binding { return []key.Binding{n.keys.Close} }

// Draw implements Dialog.
func (n Notice) Draw(styles theme.Styles, width, height int) []string {
	width = n.box(width).narrow(width)
	return n.box(width).draw(styles, width, height)
}

func (n Notice) box(width int) box {
	return box{title: n.title, body: wrap(theme.Bad, "✗ ", n.says, inner(width)), offset: n.offset}
}
