package form

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// Alarm asks for which pressure in a group an alarm is to go off.
type Alarm struct {
	key        probe.GroupKey
	privileged bool
	sheet      sheet
	gone       string
}

// The controls of the form.
const (
	alarmResource = iota
	alarmKind
	alarmThreshold
	alarmWindow
)

// The kinds of pressure.
const (
	kindSome = iota
	kindFull
)

// NewAlarm returns the form for an alarm on a group, with what is usual filled in.
func NewAlarm(now *probe.Snapshot, key probe.GroupKey) dialog.Dialog {
	a := Alarm{key: key, privileged: actions.MayAnyWindow(now), gone: groupIsGone(now, key)}
	usual := actions.DefaultAlarm(a.privileged)
	resources := checks{label: "resource", one: true}
	for _, name := range actions.AlarmResources {
		resources.items = append(resources.items, check{word: name, help: name + ".pressure of the group: how long tasks waited for it", on: name == usual.Resource})
	}
	kinds := checks{label: "who waits", one: true, items: []check{
		kindSome: {word: "some", help: "some: at least one task waits", on: !usual.Full},
		kindFull: {word: "full", help: "full: all that have something to do wait at once, so that nothing is done", on: usual.Full},
	}}
	window := fmt.Sprintf("%s to %s", actions.LeastWindow, actions.MostWindow)
	if !a.privileged {
		window = fmt.Sprintf("a multiple of %s, up to %s: any other takes CAP_SYS_RESOURCE, which is missing here", actions.UnprivilegedWindow, actions.MostWindow)
	}
	a.sheet = sheet{controls: []control{
		resources, kinds,
		entry{newField(usual.Threshold.String(), "such as 150ms"), "threshold", "how long has to be waited in one window, such as 150ms"},
		entry{newField(usual.Window.String(), "such as 2s"), "window", window},
		buttons{does: "preview"},
	}}
	return a
}

// alarm is what is chosen; fault is why it is none.
func (a Alarm) alarm() (chosen actions.Alarm, fault string) {
	for _, i := range a.sheet.checks(alarmResource).chosen() {
		chosen.Resource = actions.AlarmResources[i]
	}
	for _, i := range a.sheet.checks(alarmKind).chosen() {
		chosen.Full = i == kindFull
	}
	for _, f := range []struct {
		at   int
		what string
		into *time.Duration
	}{{alarmThreshold, "threshold", &chosen.Threshold}, {alarmWindow, "window", &chosen.Window}} {
		d, err := time.ParseDuration(a.sheet.entry(f.at).value())
		if err != nil {
			return chosen, "the " + f.what + " is a time such as 150ms or 2s"
		}
		*f.into = d
	}
	if err := chosen.Check(a.privileged); err != nil {
		return chosen, err.Error()
	}
	return chosen, ""
}

// Update implements dialog.Dialog.
func (a Alarm) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	var v verdict
	a.sheet, v = a.sheet.press(msg)
	switch v {
	case closes:
		return a, dialog.Close{}, nil
	case submits:
		if chosen, fault := a.alarm(); a.gone == "" && fault == "" {
			return a, dialog.Ask{Intent: actions.SetAlarm(a.key, chosen)}, nil
		}
	case goesOn:
	}
	return a, nil, nil
}

// Sync implements dialog.Dialog.
func (a Alarm) Sync(now *probe.Snapshot) dialog.Dialog {
	a.gone = groupIsGone(now, a.key)
	return a
}

// Draw implements dialog.Dialog.
func (a Alarm) Draw(styles theme.Styles, width, height int) []string {
	_, fault := a.alarm()
	return a.sheet.box("Alarm on "+a.key.String(), a.gone, fault).draw(styles, min(width, sheetWidth+edges), height)
}
