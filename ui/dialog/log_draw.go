package dialog

import (
	"fmt"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// mostCommands is how many lines of commands a change shows in the log. All of them can be copied.
const mostCommands = 4

// indent is what stands before all lines of a change but the first: where there is room they begin below its title.
func indent(width int) string {
	if width < roomy {
		return "      "
	}
	return "            "
}

// roomy is the width of the text from which on there is room to spare.
const roomy = 60

// box is the log in a box of some size, scrolled so that the selected change is in view.
func (l Log) box(width, height int) box {
	room := inner(width)
	b := box{title: "Changes of this session"}
	if len(l.changes) == 0 {
		b.body = []line{plain(theme.Dim, "nothing was changed yet")}
		return b
	}
	from, to := 0, 0
	for i := range l.changes {
		if i == l.at {
			from = len(b.body)
		}
		b.body = append(b.body, l.change(i, room)...)
		if i == l.at {
			to = len(b.body)
		}
	}
	shown := b.shown(height)
	b.offset = max(0, min(from, max(to-shown, from-shown/2)))
	return b
}

// change draws a change: when, what and what came of it, then the commands that stand and what takes them back.
func (l Log) change(i, width int) []line {
	c := l.changes[len(l.changes)-1-i]
	mark, ground := " ", theme.Page
	if i == l.at {
		mark, ground = "▌", theme.Bar
	}
	at := c.At.Format("15:04:05 ")
	says := at + c.sign() + c.Plan.Title + ": " + c.came()
	var more []line
	if text.Width(says) > width-1 {
		says, more = at+c.sign()+c.Plan.Title, wrap(c.Role(), indent(width), c.came(), width)
	}
	lines := append([]line{{
		{text: mark, role: theme.Cursor, ground: ground},
		{text: text.Fit(says, max(0, width-1)), role: c.Role(), ground: ground},
	}}, more...)
	lines = append(lines, some(shell(theme.Text, indent(width), c.doneShell(), width), width)...)
	return append(lines, l.inverse(c, width)...)
}

// inverse says what takes a change back, or that this was done.
func (l Log) inverse(c Change, width int) []line {
	undo := c.undoShell()
	switch {
	case starts(c.Plan):
		return nil
	case c.Over != "":
		return wrap(theme.Dim, indent(width), c.Over, width)
	case len(c.Done) == 0:
		return []line{plain(theme.Dim, indent(width)+"nothing was changed")}
	case undo == "":
		return []line{plain(theme.Warn, indent(width)[2:]+"! cannot be undone")}
	}
	return some(shell(theme.Dim, indent(width)[6:]+"undo: ", undo, width), width)
}

// some keeps the first lines and says how many there are more.
func some(lines []line, width int) []line {
	if more := len(lines) - mostCommands; more > 1 {
		return append(lines[:mostCommands:mostCommands], plain(theme.Dim, fmt.Sprintf("%s… %d lines more", indent(width), more)))
	}
	return lines
}
