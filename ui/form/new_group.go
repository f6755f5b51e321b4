package form

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// Group asks for the name of a new group, and for the controllers it is to have.
type Group struct {
	parent      probe.GroupKey
	now         *probe.Snapshot
	controllers []string
	sheet       sheet
	tried       bool // Enter was pressed: what is missing is told only then.
	gone        string
}

// The controls of the form.
const (
	groupName        = 0
	groupControllers = 1
)

// NewGroup returns the form for a group below another one. In version 2 it offers the controllers of the hierarchy.
func NewGroup(now *probe.Snapshot, parent probe.GroupKey) dialog.Dialog {
	g := Group{now: now, parent: parent, gone: groupIsGone(now, parent)}
	h := hierarchyOf(now, parent)
	controls := []control{entry{newField("", "such as lab, or lab/one"), "name", "slashes make groups within the new one"}}
	if h.Version == 2 && len(h.Controllers) > 0 {
		g.controllers = h.Controllers
		controls = append(controls, controllerChecks(h.Controllers))
	}
	g.sheet = sheet{controls: append(controls, buttons{does: "preview"})}
	return g
}

// hierarchyOf returns the hierarchy of a group, whether or not that is there.
func hierarchyOf(now *probe.Snapshot, key probe.GroupKey) *probe.Hierarchy {
	return now.HierarchyOf(&probe.Group{GroupKey: key})
}

func controllerChecks(controllers []string) checks {
	c := checks{label: "controllers"}
	for _, name := range controllers {
		c.items = append(c.items, check{word: name, help: name + ": all groups above the new one hand it on, as far as they do not yet"})
	}
	return c
}

// Update implements dialog.Dialog.
func (g Group) Update(msg tea.Msg) (dialog.Dialog, dialog.Outcome, tea.Cmd) {
	var v verdict
	g.sheet, v = g.sheet.press(msg)
	switch v {
	case closes:
		return g, dialog.Close{}, nil
	case submits:
		g.tried = true
		if g.gone != "" || g.fault() != "" {
			return g, nil, nil
		}
		return g, dialog.Ask{Intent: actions.MakeGroup(g.key(), actions.MakeOptions{Controllers: g.chosen()})}, nil
	case goesOn:
	}
	return g, nil, nil
}

// name is what was typed. A slash at its begin or end means nothing.
func (g Group) name() string { return strings.Trim(g.sheet.entry(groupName).value(), "/") }

// key is the group that is to be made.
func (g Group) key() probe.GroupKey {
	return probe.GroupKey{Hierarchy: g.parent.Hierarchy, Path: strings.TrimSuffix(g.parent.Path, "/") + "/" + g.name()}
}

// chosen are the controllers that are checked.
func (g Group) chosen() []string {
	if len(g.controllers) == 0 {
		return nil
	}
	var names []string
	for _, i := range g.sheet.checks(groupControllers).chosen() {
		names = append(names, g.controllers[i])
	}
	return names
}

// longestName is the most bytes that the name of a file may have.
const longestName = 255

// fault is why the name cannot be that of a group.
func (g Group) fault() string {
	if g.name() == "" {
		return "the new group needs a name"
	}
	for _, part := range strings.Split(g.name(), "/") {
		switch {
		case slices.Contains([]string{"", ".", ".."}, part):
			return fmt.Sprintf("%q cannot be the name of a group", part)
		case len(part) > longestName:
			return fmt.Sprintf("a name has at most %d bytes, not %d", longestName, len(part))
		}
	}
	if _, ok := g.now.Group(g.key()); ok {
		return g.key().String() + " is there already"
	}
	return ""
}

// Sync implements dialog.Dialog.
func (g Group) Sync(now *probe.Snapshot) dialog.Dialog {
	g.now, g.gone = now, groupIsGone(now, g.parent)
	return g
}

// Draw implements dialog.Dialog.
func (g Group) Draw(styles theme.Styles, width, height int) []string {
	fault := ""
	if g.tried || g.name() != "" {
		fault = g.fault()
	}
	return g.sheet.box("New group below "+g.parent.String(), g.gone, fault).draw(styles, min(width, sheetWidth+edges), height)
}
