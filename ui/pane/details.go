package pane

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/detail"
	"bulkhead/ui/history"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// Details shows the page of a target. Its links can be moved through once it has the keys.
type Details struct {
	page    detail.Page
	target  screen.Target
	rows    []row // The page's lines, folded to the width.
	width   int
	height  int
	offset  int // The first row in view.
	cursor  int // The line of the page that is selected while the pane has the keys.
	focused bool
}

// row is one line on the screen.
type row struct {
	line  int // Of the page.
	label string
	runs  []history.Run // A bar or a part of a chart, before the value.
	value string
}

// Show takes the page of a target. The place is kept while the target is the same.
func (d Details) Show(target screen.Target, page detail.Page) Details {
	if target != d.target {
		d.target, d.offset, d.cursor, d.focused = target, 0, 0, false
	}
	d.page = page
	return d.fold()
}

// Resize sets the room in cells, frame not included.
func (d Details) Resize(width, height int) Details {
	d.width, d.height = width, height
	d = d.fold()
	if d.focused {
		return d.reveal()
	}
	return d
}

// Title is that of the page.
func (d Details) Title() string { return d.page.Title }

// Focused reports whether the pane has the keys.
func (d Details) Focused() bool { return d.focused }

// Focus gives the pane the keys, and selects the first link.
func (d Details) Focus() Details {
	d.focused = true
	if d.cursor < 0 || d.cursor >= len(d.page.Lines) || d.page.Lines[d.cursor].Link.Kind == screen.Nothing {
		d.cursor = -1
		return d.Move(1)
	}
	return d.reveal()
}

// Blur takes the keys away.
func (d Details) Blur() Details {
	d.focused = false
	return d
}

// Link returns where the selected line leads.
func (d Details) Link() (screen.Target, bool) {
	if !d.focused || d.cursor < 0 || d.cursor >= len(d.page.Lines) {
		return screen.Target{}, false
	}
	link := d.page.Lines[d.cursor].Link
	return link, link.Kind != screen.Nothing
}

// Move selects the next link in a direction; where there is none the view moves.
func (d Details) Move(step int) Details {
	for i := d.cursor + step; i >= 0 && i < len(d.page.Lines); i += step {
		if d.page.Lines[i].Link.Kind != screen.Nothing {
			d.cursor = i
			return d.reveal()
		}
	}
	return d.Scroll(step)
}

// Page moves the view by its height.
func (d Details) Page(direction int) Details { return d.Scroll(direction * max(1, d.height-1)) }

// Edge moves the view to the begin or the end.
func (d Details) Edge(direction int) Details { return d.Scroll(direction * len(d.rows)) }

// Scroll moves the view by lines.
func (d Details) Scroll(lines int) Details {
	d.offset = max(0, min(d.offset+lines, len(d.rows)-d.height))
	return d
}

// Click selects the link at a line of the view.
func (d Details) Click(y int) Details {
	if line, ok := d.lineAt(y); ok && d.page.Lines[line].Link.Kind != screen.Nothing {
		d.cursor = line
	}
	return d
}

// Clicked reports whether the link that is selected is the one at a line of the view.
func (d Details) Clicked(y int) bool {
	line, ok := d.lineAt(y)
	return ok && line == d.cursor
}

func (d Details) lineAt(y int) (int, bool) {
	if at := d.offset + y; y >= 0 && at < len(d.rows) {
		return d.rows[at].line, true
	}
	return 0, false
}

// reveal moves the view so that the selected line is in it.
func (d Details) reveal() Details {
	for i, r := range d.rows {
		if r.line != d.cursor {
			continue
		}
		if i < d.offset {
			d.offset = i
		}
		if i >= d.offset+d.height {
			d.offset = i - d.height + 1
		}
		break
	}
	return d.Scroll(0)
}

// gaps is the room that a line takes beside its label and value: the mark of the selection, and the arrow of a link.
const gaps = 4

// mostLabel is the widest a label may be.
const mostLabel = 15

// labelWidth returns the room for the labels of the page.
func (d Details) labelWidth() int {
	widest := 0
	for _, line := range d.page.Lines {
		if line.Tone != detail.Heading {
			widest = max(widest, text.Width(text.Safe(line.Label)))
		}
	}
	return max(0, min(widest, mostLabel, d.width/2, d.width-gaps))
}

// fold breaks the lines of the page to the width.
func (d Details) fold() Details {
	d.rows = nil
	label := d.labelWidth()
	room := max(1, d.width-label-gaps)
	for i, line := range d.page.Lines {
		room := room
		if line.Wide {
			room += label
		}
		rows, ok := figure(line, room)
		if !ok {
			rows = plain(line, room)
		}
		rows[0].label = text.Safe(line.Label)
		for at := range rows {
			rows[at].line = i
		}
		d.rows = append(d.rows, rows...)
	}
	return d.Scroll(0)
}

// foldValue breaks a value to lines of at most the given width.
func foldValue(line detail.Line, width int) []string {
	if line.Path {
		return []string{text.TruncateMiddle(line.Value, width)}
	}
	return strings.Split(ansi.Wrap(text.Safe(line.Value), width, "/"), "\n")
}

// tones are how the theme draws the values of a page.
var tones = map[detail.Tone]theme.Role{
	detail.Plain: theme.Text, detail.Heading: theme.Header, detail.Dim: theme.Dim, detail.Own: theme.Own,
	detail.Shared: theme.Letter(0), detail.Host: theme.Host, detail.Unknown: theme.Unknown, detail.Warn: theme.Warn,
	detail.Frozen: theme.Frozen, detail.Bad: theme.Bad,
}

// View returns the lines in view, each exactly the width.
func (d Details) View(styles theme.Styles) []string {
	lines := make([]string, 0, d.height)
	label := d.labelWidth()
	for i := d.offset; i < len(d.rows) && len(lines) < d.height; i++ {
		lines = append(lines, d.draw(styles, d.rows[i], label))
	}
	for len(lines) < d.height {
		lines = append(lines, text.Spaces(d.width))
	}
	return lines
}

func (d Details) draw(styles theme.Styles, r row, label int) string {
	if d.width < gaps {
		return text.Spaces(d.width)
	}
	line := d.page.Lines[r.line]
	if line.Tone == detail.Heading {
		title := text.Truncate(r.label, max(0, d.width-4))
		rule := strings.Repeat("─", max(0, d.width-text.Width(title)-2))
		return " " + styles.Paint(theme.Header, title) + styles.Paint(theme.Border, text.Fit(" "+rule, d.width-1-text.Width(title)))
	}
	if line.Wide {
		label = 0
	}
	ground, mark := theme.Page, " "
	linked := line.Link.Kind != screen.Nothing
	if d.focused && linked && r.line == d.cursor {
		ground, mark = theme.Bar, "▌"
	}
	arrow := " "
	if linked && r.label != "" {
		arrow = "›"
	}
	paint := func(role theme.Role, s string, width int) string {
		return styles.On(ground, role).Paint(text.Fit(s, width))
	}
	figure, wide := r.drawn(styles, ground)
	if wide > d.width-label-gaps {
		figure, wide = "", 0 // There is no room beside the label.
	}
	return paint(theme.Cursor, mark, 1) + paint(theme.Dim, r.label, label) + paint(theme.Dim, " "+arrow+" ", 3) + figure +
		paint(tones[line.Tone], r.value, max(0, d.width-label-gaps-wide))
}

// Frame returns the frame that the details are drawn in.
func (d Details) Frame() Frame {
	return Frame{Title: d.page.Title, Focused: d.focused, First: d.offset, Count: d.height, Total: len(d.rows)}
}
