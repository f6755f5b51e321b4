package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// mostEvents is how many events are kept.
const mostEvents = 5000

// scanned takes the outcome of a scan: a failed one leaves the last picture, whose age then tells.
func (m Model) scanned(msg scannedMsg) (tea.Model, tea.Cmd) {
	m.live.scanning = false
	m.live.err = msg.err
	if msg.err == nil {
		m.live.frame.Marks = livingMarks(m.live.frame.Marks, msg.snapshot)
		m.first = livingFirst(m.first, msg.snapshot)
		m.acting = m.acting.selfThawed(msg.snapshot)
		m.live.cost = toldCost(m.live.cost, msg.snapshot.Cost.Wall)
		m.book.Take(msg.snapshot, msg.groups, m.live.interval)
		m = m.merge(msg.snapshot).rooted(msg.snapshot)
		m.live.complete = msg.facts == probe.AllFacts
	}
	m, finding := m.find()
	m, remaking := m.remake()
	next := tickCmd(m.live.interval, m.live.generation)
	if !m.live.complete || m.live.again {
		next = nil
		if msg.err != nil {
			next = tickCmd(m.live.interval, m.live.generation)
			m.live.again = false
		}
	}
	if next != nil {
		var releasing tea.Cmd
		if m.live.paused {
			m, releasing = m.release()
		}
		return m, tea.Batch(next, m.wantDetail(), finding, remaking, releasing)
	}
	scanning, cmd := m.scan()
	return scanning, tea.Batch(cmd, m.wantDetail(), finding, remaking)
}

// keepEvents appends events and forgets the oldest.
func keepEvents(events, more []probe.Event) []probe.Event {
	if len(more) == 0 {
		return events
	}
	all := append(events[:len(events):len(events)], more...)
	return all[max(0, len(all)-mostEvents):]
}

// ticked starts the scan that is due.
func (m Model) ticked(msg tickMsg) (tea.Model, tea.Cmd) {
	switch {
	case msg.generation != m.live.generation:
		return m, nil
	case m.live.paused: // The picture grows older, which its header tells.
		return m, tickCmd(m.live.interval, m.live.generation)
	}
	return m.scan()
}

// scan starts a scan, or notes that one is wanted while another runs.
func (m Model) scan() (Model, tea.Cmd) {
	if m.live.scanning {
		m.live.again = true
		return m, nil
	}
	m.live.scanning, m.live.again = true, false
	m.live.generation++
	request := m.current().Want()
	request.Facts = probe.AllFacts
	if target, ok := m.current().Selected(); ok && m.live.frame.Now != nil {
		if target.Kind == screen.Task {
			request.Watch = append(request.Watch, target.Task.PID)
		}
		request.Groups = append(request.Groups, m.freezersOf(target)...)
		request.Groups = append(request.Groups, kinOf(m.live.frame.Now, target)...)
		if target.Kind == screen.Group {
			request.Whole = append(request.Whole, target.Group)
		}
	}
	return m, scanCmd(m.ctx, m.config.Source, request)
}

// pausedOrNot stops the scans, and has the source released once none runs; or it scans again.
func (m Model) pausedOrNot() (Model, tea.Cmd) {
	switch {
	case !m.live.paused:
		return m.scan()
	case m.live.scanning:
		return m, nil
	}
	return m.release()
}

// release has the source released; no scan is made meanwhile.
func (m Model) release() (Model, tea.Cmd) {
	m.live.scanning = true
	return m, releaseCmd(m.config.Source)
}

// released goes on with a scan where one was asked for meanwhile.
func (m Model) released() (tea.Model, tea.Cmd) {
	m.live.scanning = false
	if m.live.again {
		return m.scan()
	}
	return m, nil
}

// refresh scans at once, and has a search follow.
func (m Model) refresh() (tea.Model, tea.Cmd) {
	m.live.search.wanted = true
	return m.scan()
}

// freezersOf are the groups by which what is selected may be frozen: they are read anew each time, so that a freeze shows at once.
func (m Model) freezersOf(target screen.Target) []probe.GroupKey {
	now := m.live.frame.Now
	t, ok := now.Task(leaderOf(now, target))
	if !ok {
		return nil
	}
	var keys []probe.GroupKey
	for _, h := range freezers(now) {
		if at, ok := t.Cgroups.Path(h.ID); ok && at != "/" {
			keys = append(keys, probe.GroupKey{Hierarchy: h.Label, Path: at})
		}
	}
	return keys
}

// mostKin is how many of the groups right below the selected one are read anew each time.
const mostKin = 64

// kinOf are the groups that the page of a group tells of: itself, those above it, whose limits bind it too, those right below
// it, whose use is added up, and those that count the CPU time of any of them.
func kinOf(now *probe.Snapshot, target screen.Target) []probe.GroupKey {
	g, ok := now.Group(target.Group)
	if !ok || target.Kind != screen.Group {
		return nil
	}
	var kin []*probe.Group
	for i := range now.Groups {
		if parent := now.Groups[i].Parent; parent >= 0 && &now.Groups[parent] == g && len(kin) < mostKin {
			kin = append(kin, &now.Groups[i])
		}
	}
	for kin = append(kin, g); g.Parent >= 0; kin = append(kin, g) {
		g = &now.Groups[g.Parent]
	}
	counters := now.CPUCounters()
	var keys []probe.GroupKey
	for _, g := range kin {
		keys = append(keys, g.GroupKey)
		if counter, _ := counters.Of(g); counter != nil && counter != g {
			keys = append(keys, counter.GroupKey)
		}
	}
	return keys
}

// sync hands the frame to the screen in view. The others are brought up to date when they come into view.
func (m Model) sync() Model {
	m.filter.due = false
	if m.live.frame.Now == nil {
		return m
	}
	return m.withCurrent(m.current().Sync(m.live.frame)).syncDetails()
}

// rested lets the screens out of view rest.
func (m Model) rested() Model {
	screens := slices.Clone(m.screens)
	for i, s := range screens {
		if rester, ok := s.(screen.Rester); ok && i != m.active {
			screens[i] = rester.Rest()
		}
	}
	m.screens = screens
	return m
}

// syncDialogs hands the snapshot to the dialogs that are open.
func (m Model) syncDialogs() Model {
	dialogs := slices.Clone(m.acting.dialogs)
	for i := range dialogs {
		dialogs[i].Dialog = dialogs[i].Sync(m.live.frame.Now)
	}
	m.acting.dialogs = dialogs
	return m
}

// wantDetail asks for what the details show of the selection beside the snapshot.
func (m Model) wantDetail() tea.Cmd {
	target, ok := m.current().Selected()
	switch {
	case !ok || screenOfEvents(m.active):
		return nil
	case m.aspectOf(target) == facts && target.Kind == screen.Task:
		return detailCmd(m.config.Source, target.Task)
	}
	return m.lookCmd(target)
}

// every changes the interval, from now on.
func (m Model) every(interval time.Duration) (Model, tea.Cmd) {
	m.live.interval = interval
	m.live.generation++
	if m.live.scanning {
		return m, nil
	}
	return m, tickCmd(interval, m.live.generation)
}
