package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// palette is the colours of one background. Those named bar… are for the selected row.
type palette struct {
	text, dim, faint, border string
	accent                   string
	own, unknown, frozen     string
	good, changed, warn, bad string
	match                    string
	letters                  [Letters]string
	bar, barText, barDim     string
	quietBar                 string
}

// The two palettes. Each colour is held by the tests to a contrast that can be read, and to what becomes of it among
// 16 colours.
var (
	dark = palette{
		text: "#d5dbe6", dim: "#949494", faint: "#6c6c6c", border: "#4b5565",
		accent: "#7aa2f7",
		own:    "#e3cf65", unknown: "#b48ead", frozen: "#8fdede",
		good: "#87d787", changed: "#56d4dd", warn: "#ffb35c", bad: "#ff7b72",
		match: "#e8dc6a",
		letters: [Letters]string{
			"#56d4dd", "#d58be0", "#8ed88e", "#82aaff", "#ff8787", "#5fafaf", "#b48ead", "#9fb35a",
		},
		bar: "#2f4a7d", barText: "#ffffff", barDim: "#b2b2b2",
		quietBar: "#303030",
	}
	light = palette{
		text: "#24292f", dim: "#57606a", faint: "#7c8798", border: "#7c8798",
		accent: "#0550ae",
		own:    "#a56a00", unknown: "#875f87", frozen: "#0a6ebd",
		good: "#1a7f37", changed: "#1b7c83", warn: "#b35900", bad: "#cf222e",
		match: "#a56a00",
		letters: [Letters]string{
			"#1b7c83", "#a626a4", "#1a7f37", "#0550ae", "#cf222e", "#c63fcf", "#8f3a00", "#5f5f00",
		},
		bar: "#c5d5ea", barText: "#000000", barDim: "#303030",
		quietBar: "#e4e4e4",
	}
)

// style is the style of a role on a ground.
func (p palette) style(r Role, g Ground) lipgloss.Style {
	fg, style := p.color(r), attributes(r)
	switch g {
	case Bar:
		// Reverse video with the colours exchanged looks the same as a background, and is still a bar where colours
		// are switched off. Bold is left out: some terminals draw bold in another shade, here that of the bar.
		return style.Bold(false).Reverse(true).Foreground(lipgloss.Color(p.bar)).Background(p.onBar(r))
	case QuietBar:
		return style.Background(lipgloss.Color(p.quietBar)).Foreground(fg)
	case Page, groundEnd:
	}
	switch r {
	case Selected:
		return p.style(Text, Bar)
	case SelectedInactive:
		return p.style(Text, QuietBar)
	case Text:
		// The user chose this colour; it can be read even where the background was guessed wrong.
		return style
	default:
		return style.Foreground(fg)
	}
}

// attributes are what remains of a role where there is no colour.
func attributes(r Role) lipgloss.Style {
	style := lipgloss.NewStyle()
	switch r {
	case Title, HeaderSort, Own, Born, Bad, Key, Cursor:
		return style.Bold(true)
	case TabActive:
		return style.Bold(true).Underline(true)
	case Match:
		return style.Bold(true).Underline(true)
	case Gone:
		return style.Strikethrough(true)
	default:
		return style
	}
}

// onBar is the colour of a role on the selected row: colours that mean something stay, chrome becomes readable.
func (p palette) onBar(r Role) color.Color {
	switch r {
	case Dim, Host, Gone, Header, Border, KeyHelp, KeyOff, Tab, Status:
		return lipgloss.Color(p.barDim)
	case Text, Title, Selected, SelectedInactive, Cursor, HeaderSort, BorderFocus, Key, TabActive:
		return lipgloss.Color(p.barText)
	default:
		return p.color(r)
	}
}

// color is the colour of a role on the page.
func (p palette) color(r Role) color.Color {
	if r >= firstLetter {
		return lipgloss.Color(p.letters[r-firstLetter])
	}
	return lipgloss.Color(p.hex(r))
}

func (p palette) hex(r Role) string {
	switch r {
	case Dim, Header, KeyHelp, Tab, Status:
		return p.dim
	case Host, Gone, KeyOff:
		return p.faint
	case Border:
		return p.border
	case Title, BorderFocus, HeaderSort, Cursor, Key, TabActive:
		return p.accent
	case Own:
		return p.own
	case Unknown:
		return p.unknown
	case Frozen:
		return p.frozen
	case Born, Good:
		return p.good
	case Changed:
		return p.changed
	case Warn:
		return p.warn
	case Bad:
		return p.bad
	case Match:
		return p.match
	default:
		return p.text
	}
}
