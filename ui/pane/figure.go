package pane

import (
	"strings"

	"bulkhead/ui/detail"
	"bulkhead/ui/history"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// The room of the figures of a page.
const (
	chartRows = 2
	leastBar  = 6  // A bar beside its value has at least so many cells; where there are fewer it stands above it.
	mostBar   = 24 // More would tell no more.
)

// levels are how the theme draws the runs of a figure.
var levels = map[history.Level]theme.Role{
	history.Calm: theme.Good, history.Quiet: theme.Dim, history.Warn: theme.Warn, history.Bad: theme.Bad,
}

// figure returns the rows of a line that is drawn, its value among them; false where it is not, or there is no room.
func figure(line detail.Line, width int) ([]row, bool) {
	switch {
	case line.Chart != nil:
		var rows []row
		for _, runs := range line.Chart.Draw(width, chartRows) {
			rows = append(rows, row{runs: runs})
		}
		return append(rows, plain(line, width)...), true
	case line.Bar == nil:
		return nil, false
	}
	bar := func(cells int) []history.Run { return history.Bar(line.Bar.Used, line.Bar.Limit, cells) }
	value := text.Safe(line.Value)
	if room := width - text.Width(value) - 1; room >= leastBar {
		return []row{{runs: append(bar(min(room, mostBar)), history.Run{Text: " "}), value: value}}, true
	}
	return append([]row{{runs: bar(min(width, mostBar))}}, plain(line, width)...), true
}

// plain returns the rows of the value alone.
func plain(line detail.Line, width int) []row {
	parts := foldValue(line, width)
	rows := make([]row, len(parts))
	for i, part := range parts {
		rows[i].value = part
	}
	return rows
}

// drawn draws the figure of a row, and returns how wide it is.
func (r row) drawn(styles theme.Styles, ground theme.Ground) (says string, width int) {
	var b strings.Builder
	for _, run := range r.runs {
		b.WriteString(styles.On(ground, levels[run.Level]).Paint(run.Text))
		width += text.Width(run.Text)
	}
	return b.String(), width
}
