package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe/cpulist"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// partitionBlock is the kinds of partition that a group may be.
type partitionBlock struct {
	about actions.Partition
	kinds checks
}

// kindHelp says what each kind is.
var kindHelp = map[string]string{
	actions.PartitionMember:   "member: no partition, it has what the group above lets it have",
	actions.PartitionRoot:     "root: it takes its CPUs away from all groups that are not in it",
	actions.PartitionIsolated: "isolated: root, and no task is moved among its CPUs to balance them",
}

func newPartitionBlock(p actions.Partition) partitionBlock {
	b := partitionBlock{about: p, kinds: checks{one: true}}
	for i, kind := range actions.PartitionKinds {
		b.kinds.items = append(b.kinds.items, check{word: kind, help: kindHelp[kind], on: kind == b.was()})
		if kind == b.was() {
			b.kinds.at = i
		}
		if kind == actions.PartitionIsolated && p.Unknown != "" {
			b.kinds.items[i].locked = p.Unknown
		}
	}
	return b
}

// there reports whether the group may be a partition.
func (b partitionBlock) there() bool { return len(b.kinds.items) > 0 }

// file is the control file.
func (b partitionBlock) file() string { return "cpuset.cpus.partition" }

// was is the kind that the file says, without what the kernel adds to it.
func (b partitionBlock) was() string {
	kind, _, _ := strings.Cut(b.about.Now, " ")
	return kind
}

// kind is the chosen kind.
func (b partitionBlock) kind() string {
	for _, i := range b.kinds.chosen() {
		return b.kinds.items[i].word
	}
	return b.was()
}

// changed reports whether another kind is chosen than the file says.
func (b partitionBlock) changed() bool { return b.there() && b.kind() != b.was() }

// refused says why the kernel would not take the chosen kind.
func (b partitionBlock) refused(cpus cpulist.Set) string {
	if !b.changed() {
		return ""
	}
	return b.about.Refused(b.kind(), cpus)
}

// invalid says why a kind would not come into force.
func (b partitionBlock) invalid(kind string, cpus cpulist.Set) string {
	if kind == actions.PartitionMember {
		return ""
	}
	return b.about.Invalid(cpus)
}

// press moves among the kinds; space chooses one.
func (b partitionBlock) press(k tea.KeyPressMsg) partitionBlock {
	if c, ok := b.kinds.press(k); ok {
		b.kinds, _ = c.(checks)
	}
	return b
}

// draw draws the kinds, what the file says now, and what the chosen kind would come to. The room for that is the same for all
// kinds, so that the box keeps its size.
func (b partitionBlock) draw(p pen, cpus cpulist.Set, focused bool) (lines []string, focus int) {
	lines = append(lines, p.line(part{text: " " + b.file(), role: theme.Header}))
	rows, at := b.kinds.draw(max(1, p.width-2), focused)
	focus = len(lines) + at
	for i, row := range rows {
		mark := part{text: " "}
		if focused && i == at {
			mark = part{text: "▌", role: theme.Cursor}
		}
		lines = append(lines, p.line(append([]part{mark}, row...)...))
	}
	role := theme.Text
	if strings.Contains(b.about.Now, " ") {
		role = theme.Warn // It is invalid.
	}
	lines = append(lines, b.said(p, "now", role, b.about.Now)...)
	then, longest := b.then(p, b.kind(), cpus), 0
	for _, kind := range actions.PartitionKinds {
		longest = max(longest, len(b.then(p, kind, cpus)))
	}
	for len(then) < longest {
		then = append(then, p.blank())
	}
	return append(append(lines, then...), p.blank()), focus
}

// then says what a kind would come to.
func (b partitionBlock) then(p pen, kind string, cpus cpulist.Set) []string {
	if why := b.about.Refused(kind, cpus); why != "" {
		return b.said(p, "then", theme.Bad, kind+" refused: "+why)
	}
	if why := b.invalid(kind, cpus); why != "" {
		return b.said(p, "then", theme.Warn, kind+" invalid: "+why)
	}
	if kind == actions.PartitionMember {
		return b.said(p, "then", theme.Text, kind)
	}
	return b.said(p, "then", theme.Text, kind+", with CPUs "+said(b.about.Takes(cpus), "none")+" for itself")
}

// said draws a text behind a word at the left, in as many lines as it needs.
func (b partitionBlock) said(p pen, when string, role theme.Role, says string) []string {
	var lines []string
	for _, row := range wrap(says, p.width-listLabel-2) {
		lines = append(lines, p.line(part{text: " " + text.Fit(when, listLabel), role: theme.Dim}, part{text: row, role: role}))
		when = ""
	}
	return lines
}
