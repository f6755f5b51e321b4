package dialog

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// wrap parts a text into lines of at most the width. The first begins with a sign, below which the others are indented.
func wrap(role theme.Role, sign, raw string, width int) []line {
	indent := text.Width(sign)
	var lines []line
	for piece := range strings.SplitSeq(ansi.Wrap(text.Safe(raw), max(1, width-indent), ""), "\n") {
		lines = append(lines, line{{text: sign, role: role}, {text: piece, role: role}})
		sign = text.Spaces(indent)
	}
	return lines
}

// further is what stands before a command that goes on in another line.
const further = "    "

// shell parts the text of commands into lines: those that do not fit go on, indented, behind a backslash. What stands
// before the first command is as wide as what stands before the others.
func shell(role theme.Role, sign, script string, width int) []line {
	indent := text.Width(sign)
	var lines []line
	for command := range strings.SplitSeq(strings.TrimSuffix(script, "\n"), "\n") {
		rest := text.Safe(command)
		for deeper := ""; ; deeper = further {
			head, tail := breakAt(rest, max(1, width-indent-len(deeper)))
			l := line{{text: sign, role: theme.Dim}, {text: deeper + head, role: role}}
			sign = text.Spaces(indent)
			if tail == "" {
				lines = append(lines, l)
				break
			}
			lines = append(lines, append(l, part{text: "\\", role: theme.Dim}))
			rest = tail
		}
	}
	return lines
}

// breakAt parts safe text so that its head and a backslash take at most the room: before a word that the next line can hold,
// else before a part of a path, else anywhere. The tail is empty where all of it fits.
func breakAt(safe string, room int) (head, tail string) {
	if text.Width(safe) <= room {
		return safe, ""
	}
	at, _ := text.Cut(safe, room, text.End)
	if at == 0 {
		at = text.Skip(safe, 1)
	}
	if blank := strings.LastIndexByte(safe[:at], ' ') + 1; blank > 0 {
		word, _, _ := strings.Cut(safe[blank:], " ")
		if text.Width(word) <= room-len(further) {
			return safe[:blank], safe[blank:]
		}
	}
	if slash := strings.LastIndexByte(safe[:at], '/'); slash > at/2 {
		at = slash
	}
	return safe[:at], safe[at:]
}
