// Package theme gives every role on the screen its colour and attributes, on a dark and on a light background.
//
// Colours are written in full (24 bits); the renderer of the screen brings them down to what the terminal shows. They
// are chosen so that what has to be told apart stays apart in 256 and in 16 colours. No state is told by colour
// alone: where there is no colour at all, bold, reverse, underline and strikethrough remain, and the characters.
//
// A style of the lipgloss library costs microseconds each time it is applied, too much for thousands of cells in a
// frame. An Ink is such a style worked out once: painting with it is joining three strings.
package theme

import "charm.land/lipgloss/v2"

// Role is what a piece of text is on the screen.
type Role uint8

// The roles.
const (
	Text   Role = iota // What one reads.
	Dim                // What one may skip: units, guides, placeholders.
	Title              // The title of a pane.
	Border             // The frame of a pane.

	BorderFocus // The frame of the pane that has the keys.
	Header      // The heading of a column.
	HeaderSort  // The heading of the column that is sorted by.

	Selected         // The selected row of the pane that has the keys.
	SelectedInactive // The selected row of any other pane.
	Cursor           // The mark at the left of the selected row.

	Own     // A namespace of one's own: the wall.
	Host    // The namespace of the host: no wall.
	Unknown // Not readable.

	Born    // New since the last look.
	Changed // Changed since the last look.
	Gone    // No longer there.
	Frozen  // A frozen group or task.

	Good  // As it should be.
	Warn  // Near a limit, or worth a thought before it is done.
	Bad   // At a limit, failed or refused.
	Match // The part of a text that the filter found.

	Key       // A key in the help.
	KeyHelp   // What the key does.
	KeyOff    // A key that cannot be used now, and the reason.
	Tab       // A screen that could be shown.
	TabActive // The screen that is shown.
	Status    // The line about the host, and messages.

	firstLetter
)

// Letters is the number of colours for the letters of shared namespaces.
const Letters = 8

const roles = int(firstLetter) + Letters

// Letter is the role of the n-th letter of shared namespaces, counted from 0. The colours repeat; the letters tell on.
func Letter(n int) Role {
	return firstLetter + Role(((n%Letters)+Letters)%Letters)
}

// Ground is what a text is written on.
type Ground uint8

// The grounds.
const (
	Page      Ground = iota // The background of the terminal.
	Bar                     // The selected row of the pane that has the keys.
	QuietBar                // The selected row of another pane.
	groundEnd               // The number of grounds.
)

// Styles holds every role's style. It is small to copy. The zero value paints nothing: text stays as it is.
type Styles struct {
	dark   bool
	styles []lipgloss.Style
	inks   []Ink
}

// New returns the styles for a dark or a light background.
func New(isDark bool) Styles {
	p := light
	if isDark {
		p = dark
	}
	s := Styles{dark: isDark}
	for ground := range groundEnd {
		for role := range Role(roles) {
			style := p.style(role, ground)
			s.styles = append(s.styles, style)
			s.inks = append(s.inks, newInk(style))
		}
	}
	return s
}

// Dark reports whether the styles are those for a dark background.
func (s Styles) Dark() bool { return s.dark }

// Style is the style of a role on the page, for what is rendered rarely or needs borders and alignment.
func (s Styles) Style(r Role) lipgloss.Style {
	if int(r) >= len(s.styles) {
		return lipgloss.NewStyle()
	}
	return s.styles[r]
}

// Ink is the ink of a role on the page.
func (s Styles) Ink(r Role) Ink { return s.On(Page, r) }

// On is the ink of a role on a ground, such as the selected row, which keeps the colours of its cells.
func (s Styles) On(g Ground, r Role) Ink {
	at := int(g)*roles + int(r)
	if int(r) >= roles || at >= len(s.inks) {
		return Ink{}
	}
	return s.inks[at]
}

// Paint writes text in a role on the page. The text must be safe and of one line.
func (s Styles) Paint(r Role, text string) string { return s.Ink(r).Paint(text) }
