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
	files
	aspects
)

var aspectNames = [aspects]string{"facts", "sees", "uses", "groups", "files"}

// fits reports whether there is such a page of a target: only groups have files.
func (a aspect) fits(target screen.Target) bool { return a != files || target.Kind == screen.Group }

// aspectOf is what is shown of a target: the chosen aspect, or the facts where it has none such.
func (m Model) aspectOf(target screen.Target) aspect {
	if m.aspect.fits(target) {
		return m.aspect
	}
	return facts
}

// Looker reads what a task sees and may use, and what is inside namespaces. It may be called beside a scan.
type Looker interface {
	Look(now *probe.Snapshot, target probe.Target) probe.Sight
	Uses(now *probe.Snapshot, target probe.Target, d probe.Detail) probe.Uses
	GroupDetail(now *probe.Snapshot, key probe.GroupKey) (probe.GroupDetail, error)
}

// lookout has one look at a time. It is shared by the commands of a program; of those that wait, only the latest looks.
type lookout struct {
	busy   sync.Mutex
	latest atomic.Uint64
}

// sightMsg, usesMsg and groupMsg bring what was looked at.
type (
	sightMsg struct{ sight probe.Sight }
	usesMsg  struct{ uses probe.Uses }
	groupMsg struct {
		group probe.GroupDetail
		err   error
	}
)

// groupRead takes over what was read of the selected group.
func (m Model) groupRead(msg groupMsg) Model {
	m.live.group, m.live.groupErr = msg.group, msg.err
	if msg.err == nil {
		m.book.Count(msg.group.GroupKey, msg.group.Inode, detail.Counts(msg.group))
	}
	return m.syncDetails()
}

// lookCmd looks at a target. It returns no message where another look is wanted by the time that it is its turn.
func (m Model) lookCmd(target screen.Target) tea.Cmd {
	now, looker := m.live.frame.Now, m.config.Looker
	look := m.lookAt(target)
	if look == nil || looker == nil || now == nil {
		return nil
	}
	serial := m.lookout.latest.Add(1)
	return func() tea.Msg {
		m.lookout.busy.Lock()
		defer m.lookout.busy.Unlock()
		if m.lookout.latest.Load() != serial {
			return nil
		}
		return look()
	}
}

// lookAt returns what is to be looked at for what is shown of a target; nil where the snapshot has it all.
func (m Model) lookAt(target screen.Target) func() tea.Msg {
	now, looker, source := m.live.frame.Now, m.config.Looker, m.config.Source
	group := target.Kind == screen.Group
	switch shown := m.aspectOf(target); {
	case shown == uses, shown == groups:
		return func() tea.Msg {
			var d probe.Detail
			if task, ok := now.About(target.Probe()); ok {
				d = source.Detail(task.PID, task.TID)
			}
			return usesMsg{looker.Uses(now, target.Probe(), d)}
		}
	case shown == sees && !group:
		return func() tea.Msg { return sightMsg{looker.Look(now, target.Probe())} }
	case group && shown != sees:
		return func() tea.Msg {
			group, err := looker.GroupDetail(now, target.Group)
			return groupMsg{group, err}
		}
	}
	return nil
}

// page is what the details show of a target.
func (m Model) page(target screen.Target) detail.Page {
	now := m.live.frame.Now
	switch m.aspectOf(target) {
	case sees:
		return detail.Sees(now, target, m.live.sight)
	case uses:
		return detail.Uses(now, target, m.live.uses)
	case groups:
		return detail.Groups(now, target, m.live.uses)
	case files:
		return detail.Files(now, target, m.groupView())
	case facts, aspects:
	}
	if target.Kind == screen.Group {
		return detail.OfGroup(now, target, m.groupView())
	}
	return detail.For(now, target, m.live.detail)
}

// groupView is what is known of the selected group beside the snapshot.
func (m Model) groupView() detail.GroupView {
	return detail.GroupView{Detail: m.live.group, Err: m.live.groupErr, Book: m.book}
}

// turn brings another aspect into view, and the details too where they are not.
func (m Model) turn(step aspect) (tea.Model, tea.Cmd) {
	if screenOfEvents(m.active) || m.config.Looker == nil {
		return m, nil
	}
	target, _ := m.current().Selected()
	for m.aspect = (m.aspectOf(target) + step + aspects) % aspects; !m.aspect.fits(target); {
		m.aspect = (m.aspect + step + aspects) % aspects
	}
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
	target, _ := m.current().Selected()
	var names []string
	for a := range aspects {
		switch {
		case !a.fits(target):
		case a == m.aspectOf(target):
			names = append(names, "["+aspectNames[a]+"]")
		default:
			names = append(names, aspectNames[a])
		}
	}
	return strings.Join(names, " ")
}
