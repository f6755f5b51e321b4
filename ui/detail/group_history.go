package detail

import (
	"fmt"
	"time"

	"bulkhead/probe"
	"bulkhead/ui/history"
	"bulkhead/ui/text"
)

// histories adds what the group used in the last two minutes, as far as it was watched.
func (p *Page) histories(g *probe.Group, counters *probe.CPUCounters, book *history.Book) {
	from := len(p.Lines)
	p.heading("last two minutes")
	v := g.Values
	if counter, same := counters.Of(g); same {
		p.history(counter, book, graph{"cpu", history.CPU, inPercent, v.CPUQuota.Or(0)})
	}
	for _, of := range []graph{
		{"throttled", history.Throttled, inPercent, 0},
		{"memory", history.Memory, inBytes, float64(v.MemoryMax.Or(0))},
		{"pids", history.PIDs, inTasks, float64(v.PIDsMax.Or(0))},
		{"io read", history.IORead, inBytesPerSecond, 0},
		{"io written", history.IOWritten, inBytesPerSecond, 0},
		{"cpu pressure", history.CPUPressure, inShare, 0},
		{"memory pressure", history.MemoryPressure, inShare, 0},
		{"io pressure", history.IOPressure, inShare, 0},
	} {
		p.history(g, book, of)
	}
	if len(p.Lines) == from+1 {
		p.Lines = p.Lines[:from]
	}
}

// The units of the histories.
var (
	inPercent = history.Unit{Write: percentOfCPU, Least: 0.01}
	inBytes   = history.Unit{Write: func(n float64) string { return text.Bytes(uint64(n)) }, Binary: true, Least: 1 << 20}
	inShare   = history.Unit{Write: func(n float64) string { return percentOfCPU(n / 100) }, Least: 1}
	inTasks   = history.Unit{Write: func(n float64) string { return text.Count(uint64(n)) }, Least: 4}

	inBytesPerSecond = history.Unit{Write: func(n float64) string { return text.Bytes(uint64(n)) + "/s" }, Binary: true, Least: 1024}
)

// percentOfCPU writes CPUs as the lists do.
func percentOfCPU(n float64) string {
	if n == 0 || n >= 0.0995 {
		return fmt.Sprintf("%.0f%%", 100*n)
	}
	return fmt.Sprintf("%.1f%%", 100*n)
}

// graph is a history as it is shown.
type graph struct {
	label string
	kind  history.Kind
	unit  history.Unit
	limit float64 // The group's own; 0 for none.
}

func (p *Page) history(g *probe.Group, book *history.Book, of graph) {
	series, end, ok := book.Of(g, of.kind)
	if !ok {
		return
	}
	r, _ := series.Range(end)
	over := r.Over.Round(time.Second).String()
	if r.High == 0 && r.Now && r.Whole() {
		p.add(of.label, fmt.Sprintf("none in %s", over), Dim)
		return
	}
	if !r.Whole() {
		over = fmt.Sprintf("%s measured of %s", r.Measured.Round(time.Second), over)
	}
	now := "not known"
	if r.Now {
		now = of.unit.Write(r.Last)
	}
	chart := history.Chart{Series: series, End: end, Unit: of.unit, Warn: of.limit * history.WarnShare, Bad: of.limit * history.BadShare}
	switch of.kind {
	case history.CPUPressure, history.MemoryPressure, history.IOPressure:
		chart.Warn, chart.Bad = history.WarnPressure, history.BadPressure
	case history.Throttled:
		chart.Warn = of.unit.Least
	default:
	}
	says := fmt.Sprintf("%s now, %s to %s in %s", now, of.unit.Write(r.Low), of.unit.Write(r.High), over)
	p.Lines = append(p.Lines, Line{Label: of.label, Value: says, Tone: Dim, Chart: &chart})
}
