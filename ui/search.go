package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
)

// Searcher finds what the links of processes do not tell: the namespaces that no process is in, what keeps each one alive,
// and what made the worlds. It takes longer than a scan, and runs beside the scans.
type Searcher interface {
	Find(ctx context.Context, now *probe.Snapshot) (*probe.Findings, error)
}

// search is the state of the searching.
type search struct {
	findings *probe.Findings // The last ones.
	running  bool
	wanted   bool // The user asked for one.
}

// foundMsg brings the outcome of a search.
type foundMsg struct {
	findings *probe.Findings
	err      error
}

func findCmd(ctx context.Context, searcher Searcher, now *probe.Snapshot) tea.Cmd {
	return func() tea.Msg {
		findings, err := searcher.Find(ctx, now)
		return foundMsg{findings, err}
	}
}

// How often a search is made: it may take about a thousandth of one CPU, and is not older than a few minutes.
const (
	searchShare = 1000
	leastWait   = 10 * time.Second
	mostWait    = 5 * time.Minute
)

// due reports whether it is time for a search.
func (s search) due(at time.Time) bool {
	switch {
	case s.running:
		return false
	case s.findings == nil, s.wanted:
		return true
	}
	wait := min(max(searchShare*s.findings.Cost.CPU, leastWait), mostWait)
	return at.Sub(s.findings.At) >= wait
}

// find starts a search where one is due.
func (m Model) find() (Model, tea.Cmd) {
	if m.config.Searcher == nil || !m.live.complete || !m.live.search.due(m.live.scan.At) {
		return m, nil
	}
	m.live.search.running, m.live.search.wanted = true, false
	return m, findCmd(m.ctx, m.config.Searcher, m.live.scan)
}

// searched takes the outcome of a search. One that failed leaves the last one, whose age then tells.
func (m Model) searched(msg foundMsg) (tea.Model, tea.Cmd) {
	m.live.search.running = false
	if msg.err != nil || m.live.scan == nil {
		return m, nil
	}
	m.live.search.findings = msg.findings
	return m.merge(m.live.scan), nil
}

// merge shows a snapshot with what the last search found.
func (m Model) merge(scanned *probe.Snapshot) Model {
	next := scanned.With(m.live.search.findings)
	if m.live.complete && m.live.scan != nil {
		m.live.frame.Events = keepEvents(m.live.frame.Events, probe.Diff(m.live.frame.Now, next))
	}
	m.live.scan, m.live.frame.Now = scanned, next
	return m.rested().sync().syncDialogs()
}
