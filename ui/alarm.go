package ui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/form"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// Alarmer is an Actions that sets alarms of pressure.
type Alarmer interface {
	Watch(step actions.Watch) (Alarm, error)
}

// Alarm is one that is set: Next waits until it goes off, and fails with actions.ErrGone once the group is gone, and with
// actions.ErrUnmeasured once its pressure is not measured any more. Close ends it, while Next waits too.
type Alarm interface {
	Next() error
	Close() error
}

// standing is an alarm that is set.
type standing struct {
	serial int
	step   actions.Watch
	Alarm
}

// alarmSetMsg brings an alarm that was set.
type alarmSetMsg struct {
	alarm   Alarm
	step    actions.Watch
	applied appliedMsg
}

// alarmMsg says that an alarm went off, or why it ended.
type alarmMsg struct {
	serial int
	at     time.Time
	err    error
}

// watchOf returns the step of a plan that sets an alarm.
func watchOf(plan actions.Plan) (actions.Watch, bool) {
	if len(plan.Steps) != 1 {
		return actions.Watch{}, false
	}
	step, ok := plan.Steps[0].(actions.Watch)
	return step, ok
}

// setAlarm sets the alarm of a plan. What is returned tells as any other change does what came of it.
func setAlarm(a Alarmer, plan actions.Plan, step actions.Watch, undoes int) tea.Msg {
	result := actions.Result{At: time.Now(), Plan: plan}
	alarm, err := a.Watch(step)
	if err != nil {
		result.Failed, result.Err = step, err
		return appliedMsg{dialog.Report{Result: result}, undoes, time.Now()}
	}
	result.Done = []actions.Done{{Step: step, Says: "it is set: " + step.Alarm.String()}}
	return alarmSetMsg{alarm, step, appliedMsg{dialog.Report{Result: result}, undoes, time.Now()}}
}

func waitAlarm(s standing) tea.Cmd {
	return func() tea.Msg {
		err := s.Next()
		return alarmMsg{s.serial, time.Now(), err}
	}
}

// alarmSet keeps an alarm, and waits for it.
func (m Model) alarmSet(msg alarmSetMsg) (tea.Model, tea.Cmd) {
	key := msg.step.Group.GroupKey
	m.acting.serial++
	one := standing{m.acting.serial, msg.step, msg.alarm}
	ended := m.without(key)
	ended.acting.alarms = maps.Clone(ended.acting.alarms)
	if ended.acting.alarms == nil {
		ended.acting.alarms = map[probe.GroupKey]standing{}
	}
	ended.acting.alarms[key] = one
	m = ended.showAlarm(key, screen.Alarm{Waits: msg.step.Alarm.String()})
	next, cmd := m.applied(msg.applied)
	return next, tea.Batch(cmd, waitAlarm(one))
}

// showAlarm hands the state of an alarm to the screens.
func (m Model) showAlarm(key probe.GroupKey, a screen.Alarm) Model {
	shown := maps.Clone(m.live.frame.Alarms)
	if shown == nil {
		shown = map[probe.GroupKey]screen.Alarm{}
	}
	shown[key] = a
	m.live.frame.Alarms = shown
	return m.sync()
}

// without ends the alarm on a group, if there is one.
func (m Model) without(key probe.GroupKey) Model {
	one, ok := m.acting.alarms[key]
	if !ok {
		return m
	}
	_ = one.Close() // Its descriptors are gone whatever it says.
	m.acting.alarms, m.live.frame.Alarms = maps.Clone(m.acting.alarms), maps.Clone(m.live.frame.Alarms)
	delete(m.acting.alarms, key)
	delete(m.live.frame.Alarms, key)
	return m.sync()
}

// alarmed takes what an alarm says: it went off, or it is over. Those that go off in every window are one event until they are
// quiet for two.
func (m Model) alarmed(msg alarmMsg) (tea.Model, tea.Cmd) {
	for key, one := range m.acting.alarms {
		if one.serial != msg.serial {
			continue
		}
		switch {
		case errors.Is(msg.err, context.Canceled):
			return m.without(key), nil
		case msg.err != nil:
			return m.without(key).saying(theme.Warn, fmt.Sprintf("the alarm on %s is over: %s", key, whyOver(msg.err))), nil
		}
		return m.wentOff(key, one, msg.at), waitAlarm(one)
	}
	return m, nil // It was ended.
}

// whyOver says why an alarm ended by itself.
func whyOver(err error) string {
	var why *actions.Refusal
	switch {
	case errors.Is(err, actions.ErrGone):
		return "the group is gone"
	case errors.Is(err, actions.ErrUnmeasured) && errors.As(err, &why):
		return actions.ErrUnmeasured.Error() + "; " + why.Help
	}
	return err.Error()
}

// wentOff tells of an alarm that went off.
func (m Model) wentOff(key probe.GroupKey, one standing, at time.Time) Model {
	a := m.live.frame.Alarms[key]
	first := a.Fired == 0 || at.Sub(a.Last) > 2*one.step.Alarm.Window
	a.Fired, a.Last = a.Fired+1, at
	if first {
		event := probe.Event{At: at, Kind: probe.GroupPressed, Group: key, From: one.step.Alarm.String()}
		m.live.frame.Events = keepEvents(m.live.frame.Events, []probe.Event{event})
		m = m.saying(theme.Bad, "⚑ "+event.Text())
	}
	return m.showAlarm(key, a)
}

// hasAlarm reports whether an alarm is set on the selected group.
func (m Model) hasAlarm() bool {
	target, ok := m.current().Selected()
	_, set := m.acting.alarms[target.Group]
	return ok && target.Kind == screen.Group && set
}

// endAlarm ends the alarm on the selected group.
func (m Model) endAlarm() Model {
	target, _ := m.current().Selected()
	one := m.acting.alarms[target.Group]
	return m.without(target.Group).saying(theme.Status, fmt.Sprintf("the alarm on %s has ended: %s", target.Group, one.step.Alarm))
}

// alarmForm asks for the alarm on a group of version 2.
func alarmForm(host dialog.Host, on dialog.Subject) (dialog.Dialog, error) {
	key := on.Target.Group
	g, ok := host.Now.Group(key)
	switch {
	case !ok:
		return nil, errGone
	case host.Knob == nil:
		return nil, errNoFiles
	}
	usual := actions.DefaultAlarm(actions.MayAnyWindow(host.Now))
	if _, err := actions.SetAlarm(g.GroupKey, usual)(host.Now, host.Knob); err != nil {
		return nil, err //nolint:wrapcheck // It is a refusal, which says all.
	}
	return form.NewAlarm(host.Now, key), nil
}
