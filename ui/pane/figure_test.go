package pane_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bulkhead/probe/reading"
	"bulkhead/ui/detail"
	"bulkhead/ui/history"
	"bulkhead/ui/pane"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
)

// TestGoldenFigures draws bars, a chart and a sentence in panes of the widths that there are.
func TestGoldenFigures(t *testing.T) {
	var series history.Series
	for i := range 60 {
		series.Add(history.Span+time.Duration(i)*time.Second, 2*time.Second, reading.Of(float64(i)/100))
	}
	unit := history.Unit{Write: func(n float64) string { return fmt.Sprintf("%.0f%%", 100*n) }, Least: 0.01}
	page := detail.Page{Title: "a group", Lines: []detail.Line{
		{Label: "memory", Value: "38M of its own 256M", Bar: &detail.Bar{Used: 38, Limit: 256}},
		{Label: "pids", Value: "96 of 100", Tone: detail.Bad, Bar: &detail.Bar{Used: 96, Limit: 100}},
		{Label: "cpu", Value: "59% now, 0% to 59% in 1m0s", Tone: detail.Dim, Chart: &history.Chart{
			Series: &series, End: history.Span + 59*time.Second, Unit: unit, Warn: 0.4, Bad: 0.5,
		}},
		{Value: "What binds above binds all the same.", Wide: true},
	}}
	var b strings.Builder
	for _, width := range []int{78, 40, 38, 20, 8, 3} {
		fmt.Fprintf(&b, "%d cells\n", width)
		for _, line := range (pane.Details{}).Resize(width, 12).Show(screen.Target{}, page).View(theme.Styles{}) {
			if got := text.Width(line); got != width {
				t.Errorf("%d wide, want %d: %q", got, width, line)
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	uitest.Golden(t, "figures", b.String())
}
