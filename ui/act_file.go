package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/detail"
	"bulkhead/ui/dialog"
	"bulkhead/ui/form"
	"bulkhead/ui/glossary"
	"bulkhead/ui/report"
	"bulkhead/ui/screen"
)

// followed leads from a line of the details: to another thing, or into a control file.
func (m Model) followed(target screen.Target) (tea.Model, tea.Cmd) {
	if target.Kind != screen.File {
		return m.jump(target)
	}
	host := m.doing().host
	at := slices.IndexFunc(m.live.group.Files, func(k probe.Knob) bool { return k.Name == target.File })
	if m.live.group.GroupKey != target.Group || at < 0 {
		return m, nil // The page is of what was selected before.
	}
	shown := m.live.group.Files[at]
	if m.config.Actions == nil || !form.Editable(shown) {
		return m.open(dialog.NewReader(fileReport(target, shown)), -1)
	}
	return m.build(func() (dialog.Dialog, error) { return fileForm(host, target) })
}

// fileForm is the form of one control file, as it says now.
func fileForm(host dialog.Host, target screen.Target) (dialog.Dialog, error) {
	g, ok := host.Now.Group(target.Group)
	switch {
	case !ok:
		return nil, errGone
	case host.Knobs == nil:
		return nil, errNoFiles
	}
	files, err := host.Knobs(g.Dir)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(files, func(k probe.Knob) bool { return k.Name == target.File })
	if at < 0 {
		return nil, errGone
	}
	return form.NewKnob(target.Group, files[at]), nil
}

// fileReport is all that there is to read of a control file.
func fileReport(target screen.Target, file probe.Knob) report.Page {
	p := report.Page{Title: target.File + " of " + target.Group.String()}
	add := func(says string) { p.Rows = append(p.Rows, report.Row{Cells: []string{says}}) }
	entry, ok := glossary.Find(file.Name)
	if ok {
		add(entry.Text)
		add("see " + entry.See)
	} else {
		add(detail.Means(file.Name))
	}
	p.Rows = append(p.Rows, report.Row{Cells: []string{"now"}, Head: true})
	says, known := file.Text.Get()
	if !known {
		add(detail.Why(file.Text.State()))
		return p
	}
	for line := range strings.SplitSeq(actions.KindOf(file.Name).Say(says), "\n") {
		add(line)
	}
	return p
}
