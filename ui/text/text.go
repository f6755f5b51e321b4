// Package text fits foreign text into the cells of a screen.
//
// The kernel lets a process choose most of what a viewer shows: comm, the command line, the name of a control group,
// the host name. Such text may hold escape sequences, line feeds, right-to-left overrides or bytes that are no text
// at all. Every function of this package that returns a string takes the text raw and returns it safe, so that no
// caller can forget it.
//
// Widths are counted in cells. Safe text has one width only: whatever a terminal may count in its own way, such as an
// emoji put together from several characters, is written as an escape.
package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis stands for what was cut away. It is one cell wide.
const Ellipsis = "…"

// Mode says which part of a text is given up when it is too wide.
type Mode uint8

// The modes of cutting.
const (
	End    Mode = iota // Keep the beginning: names, commands.
	Left               // Keep the end: paths.
	Middle             // Keep both ends: container ids.
)

// Width is the number of cells that Safe(s) takes.
func Width(s string) int {
	return safeWidth(Safe(s))
}

// safeWidth is the width of text that is already safe. The sum over the characters is enough for it, because in safe
// text every grapheme is as wide as its characters together.
func safeWidth(s string) int {
	if cells, ok := simple(s); ok {
		return cells
	}
	return ansi.StringWidthWc(s)
}

// Truncate keeps the beginning of s, in at most width cells.
func Truncate(s string, width int) string { return shorten(s, width, End) }

// TruncateLeft keeps the end of s, in at most width cells: a path is known by its last part.
func TruncateLeft(s string, width int) string { return shorten(s, width, Left) }

// TruncateMiddle keeps both ends of s, in at most width cells.
func TruncateMiddle(s string, width int) string { return shorten(s, width, Middle) }

// Fit cuts s at its end or fills it up with spaces to exactly width cells.
func Fit(s string, width int) string { return FitMode(s, width, End) }

// FitMode is Fit with the choice of what to give up.
func FitMode(s string, width int, mode Mode) string {
	s = shorten(s, width, mode)
	return s + Spaces(width-safeWidth(s))
}

// Spaces returns n spaces, none if n is negative.
func Spaces(n int) string {
	const most = "                                                                " +
		"                                                                "
	if n <= len(most) {
		return most[:max(n, 0)]
	}
	return strings.Repeat(" ", n)
}

func shorten(s string, width int, mode Mode) string {
	s = Safe(s)
	if width <= 0 {
		return ""
	}
	head, tail := Cut(s, width, mode)
	if head == tail {
		return s
	}
	return s[:head] + Ellipsis + s[tail:]
}

// Cut tells where safe text has to be cut to take at most width cells: s[:head], the ellipsis and s[tail:] remain.
// If s fits as it is, head and tail are equal. A width below 1 leaves not even room for the ellipsis.
func Cut(s string, width int, mode Mode) (head, tail int) {
	total := safeWidth(s)
	if total <= width {
		return len(s), len(s)
	}
	room := max(width-1, 0)
	switch mode {
	case Left:
		return 0, Skip(s, total-room)
	case Middle:
		head = take(s, room-room/2)
		return head, Skip(s, total-room+safeWidth(s[:head]))
	default:
		return take(s, room), len(s)
	}
}

// Skip returns the byte offset of the first grapheme of safe text that lies wholly behind its first cells. A view that
// is scrolled to the right draws s[Skip(s, n):].
func Skip(s string, cells int) int {
	at := 0
	for at < len(s) && cells > 0 {
		cluster, width := firstCluster(s[at:])
		cells -= width
		at += len(cluster)
	}
	return at
}

// take returns the length of the longest beginning of s that is at most cells wide.
func take(s string, cells int) int {
	at := 0
	for at < len(s) {
		cluster, width := firstCluster(s[at:])
		if cells -= width; cells < 0 {
			break
		}
		at += len(cluster)
	}
	return at
}
