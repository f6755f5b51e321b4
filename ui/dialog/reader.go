package dialog

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/pane"
	"bulkhead/ui/report"
	"bulkhead/ui/theme"
)

// Reader shows a page to be read. Nothing in it is chosen: it scrolls, below the headings of its columns.
type Reader struct {
	page   report.Page
	again  Remake // nil for a page that nothing changes.
	gone   bool   // What it tells of is no longer there: the page stays as it was last.
	keys   KeyMap
	room   Room
	offset int
}

// Remake makes a page anew from a later snapshot. It may read files: it is called in commands only.
type Remake func(now *probe.Snapshot) (report.Page, error)

// Remade is the message that brings a Reader its page made anew, or the error where what it tells of is gone.
type Remade struct {
	Page report.Page
	Err  error
}

// NewReader returns the dialog that shows a page.
func NewReader(page report.Page) Reader { return Reader{page: page, keys: DefaultKeyMap()} }

// Following returns the reader with a page that is made again after every scan.
func (r Reader) Following(again Remake) Reader {
	r.again = again
	return r
}

// Again returns how the page is made anew, and false for one that is not.
func (r Reader) Again() (Remake, bool) { return r.again, r.again != nil && !r.gone }

// copyWidth is the width that a page is copied in.
const copyWidth = 100

// Update implements Dialog.
func (r Reader) Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd) {
	switch msg := msg.(type) {
	case Room:
		r.room = msg
	case Remade:
		if msg.Err != nil {
			r.gone = true
			return r, nil, nil
		}
		r.page = msg.Page
	case tea.KeyPressMsg:
		head, b := r.lines(r.room.Width)
		if offset, ok := b.scrolled(msg, r.keys, r.room.Height-len(head)); ok {
			r.offset = offset
			return r, nil, nil
		}
		switch {
		case key.Matches(msg, r.keys.Close, r.keys.Choose):
			return r, Close{}, nil
		case key.Matches(msg, r.keys.Copy):
			return r, Copy{Text: r.text(), Says: "copied the page"}, nil
		}
	}
	return r, nil, nil
}

// Sync implements Dialog. A page that follows the host is brought by Remade: files are read for it.
func (r Reader) Sync(*probe.Snapshot) Dialog { return r }

// Keys implements Keyed.
func (r Reader) Keys() []key.Binding {
	return []key.Binding{bind("↑/↓", "scroll", "up", "down"), bind("y", "copy", "y"), bind("esc/q", "close", "esc", "q")}
}

// text is the whole page as plain text.
func (r Reader) text() string {
	var b strings.Builder
	b.WriteString(r.page.Title + "\n")
	for _, l := range append(r.page.Head(copyWidth), r.page.Body(copyWidth)...) {
		b.WriteString(l.Plain() + "\n")
	}
	return b.String()
}

// mostHead is how many lines the headings of the columns may take.
const mostHead = 2

// lines lays the page out for a box of an outer width.
func (r Reader) lines(width int) (head []line, b box) {
	room := inner(width)
	for _, l := range r.page.Head(room) {
		if len(head) < mostHead {
			head = append(head, toLine(l))
		}
	}
	b = box{title: r.page.Title, offset: r.offset}
	for _, l := range r.page.Body(room) {
		b.body = append(b.body, toLine(l))
	}
	return head, b
}

func toLine(from report.Line) line {
	l := make(line, len(from))
	for i, p := range from {
		l[i] = part{text: p.Text, role: p.Role}
	}
	return l
}

// Draw implements Dialog.
func (r Reader) Draw(styles theme.Styles, width, height int) []string {
	if width < edges+2*margin || height < edges {
		return nil
	}
	head, b := r.lines(width)
	head = head[:min(len(head), max(0, height-edges-1))]
	shown := b.shown(height - len(head))
	first := max(0, min(b.offset, len(b.body)-shown))
	content := make([]string, 0, len(head)+shown)
	for _, l := range append(head, b.body[first:first+shown]...) {
		content = append(content, l.draw(styles, width-edges))
	}
	frame := pane.Frame{Title: b.title, Focused: true, First: first, Count: shown, Total: len(b.body)}
	if r.gone {
		frame.Note = "gone: as it was last"
	}
	return frame.Draw(styles, content, width, len(content)+edges)
}
