package ui

import (
	"strings"
	"sync"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/detail"
	"bulkhead/ui/screen"
)

// aspect is what the details tell of what is selected: each is a page of its own.
type aspect int

// The aspects.
const (
	facts aspect = iota
	sees
	uses
	groups
	aspects
)

var aspectNames = [aspects]string{"facts", "sees", "uses", "groups"}

// Looker reads what a task sees and may use, and what is inside namespaces. It may be called beside a scan.
type Looker interface {
	Look(now *probe.Snapshot, target probe.Target) probe.Sight
	Uses(now *probe.Snapshot, target probe.Target, d probe.Detail) probe.Uses
}

// lookout has one look at a time. It is shared by the commands of a program; of those that wait, only the latest looks.
type lookout struct {
	busy   sync.Mutex
	latest atomic.Uint64
}

// sightMsg and usesMsg bring what was looked at.
type (
	sightMsg struct{ sight probe.Sight }
	usesMsg  struct{ uses probe.Uses }
)

// lookCmd looks at a target. It returns no message where another look is wanted by the time that it is its turn.
func (m Model) lookCmd(target screen.Target) tea.Cmd {
	now, looker, source, shown := m.live.frame.Now, m.config.Looker, m.config.Source, m.aspect
	if shown == facts || looker == nil || now == nil {
		return nil
	}
	serial := m.lookout.latest.Add(1)
	return func() tea.Msg {
		m.lookout.busy.Lock()
		defer m.lookout.busy.Unlock()
		switch {
		case m.lookout.latest.Load() != serial:
			return nil
		case shown == sees:
			return sightMsg{looker.Look(now, target.Probe())}
		}
		var d probe.Detail
		if task, ok := now.About(target.Probe()); ok {
			d = source.Detail(task.PID, task.TID)
		}
		return usesMsg{looker.Uses(now, target.Probe(), d)}
	}
}

// page is what the details show of a target.
func (m Model) page(target screen.Target) detail.Page {
	now := m.live.frame.Now
	switch m.aspect {
	case sees:
		return detail.Sees(now, target, m.live.sight)
	case uses:
		return detail.Uses(now, target, m.live.uses)
	case groups:
		return detail.Groups(now, target, m.live.uses)
	case facts, aspects:
	}
	return detail.For(now, target, m.live.detail)
}

// turn brings another aspect into view, and the details too where they are not.
func (m Model) turn(step aspect) (tea.Model, tea.Cmd) {
	if screenOfEvents(m.active) || m.config.Looker == nil {
		return m, nil
	}
	m.aspect = (m.aspect + step + aspects) % aspects
	if m.layout == hidden {
		m.layout = automatic
	}
	m = m.syncDetails()
	if _, room := m.rooms(); room.width == 0 {
		m.details = m.details.Focus()
	}
	return m.arrange(), m.wantDetail()
}

// aspectNote names the aspects, the one in view in brackets.
func (m Model) aspectNote() string {
	if m.config.Looker == nil {
		return ""
	}
	names := aspectNames
	names[m.aspect] = "[" + names[m.aspect] + "]"
	return strings.Join(names[:], " ")
}
