package ui

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"bulkhead/ui/cgroups"
	"bulkhead/ui/dialog"
	"bulkhead/ui/screen"
	"bulkhead/ui/settings"
	"bulkhead/ui/text"
	"bulkhead/ui/theme"
)

// savedMsg says that settings were kept, and where, or why not.
type savedMsg struct {
	kept string
	err  error
}

// keeping is what is known of what is kept. It is shared by all copies of the model.
type keeping struct {
	begun settings.Settings // What the screens made of the settings of the file, before anything was chosen.
	busy  sync.Mutex        // Held while settings are kept.
	asked int               // How often that was asked for; only Update asks.
	done  int               // The last of these that was tried.
}

// saveCmd keeps settings. Commands run beside each other: of two, the one asked for later wins, whichever runs first.
func (k *keeping) saveCmd(save func(settings.Settings) (string, error), s settings.Settings) tea.Cmd {
	k.asked++
	nth := k.asked
	return func() tea.Msg {
		k.busy.Lock()
		defer k.busy.Unlock()
		if nth < k.done {
			return nil // The later one has all of this and says what came of it.
		}
		k.done = nth
		kept, err := save(s)
		return savedMsg{kept, err}
	}
}

// groups returns the screen of the groups.
func (m Model) groups() (cgroups.Model, bool) {
	groups, ok := m.screens[cgroupsScreen].(cgroups.Model)
	return groups, ok
}

// withGroups returns the model with another screen of the groups.
func (m Model) withGroups(s screen.Screen) Model {
	m.screens = slices.Clone(m.screens)
	m.screens[cgroupsScreen] = s
	return m
}

// withSettings puts in force what was kept, and tells what of it is not understood until the first key.
func (m Model) withSettings(kept settings.Settings, says []string) Model {
	groups, ok := m.groups()
	if !ok {
		return m
	}
	groups, unknown := groups.WithSettings(kept.Cgroups)
	m = m.withGroups(groups)
	m.keeping = &keeping{begun: settings.Settings{Cgroups: groups.Settings()}}
	for _, name := range unknown {
		says = append(says, "there is no column "+name)
	}
	if len(says) == 0 {
		return m
	}
	return m.saying(theme.Warn, text.Safe("‼ settings: "+strings.Join(says, "; ")))
}

// arrangeColumns asks which columns a screen is to have.
func (m Model) arrangeColumns(s screen.Arranger) (tea.Model, tea.Cmd) {
	columns := s.Columns()
	if len(columns.All) == 0 {
		return m.saying(theme.Status, "nothing was read yet that has columns"), nil
	}
	return m.open(dialog.NewColumns(columns, m.keptSay()), -1)
}

// arranged has the screen in view take the columns that were chosen, keeps them, and has read what they show.
func (m Model) arranged(chosen screen.Columns) (tea.Model, tea.Cmd) {
	columned, ok := m.current().(screen.Arranger)
	if !ok {
		return m, nil
	}
	m = m.withCurrent(columned.WithColumns(chosen)).syncDetails()
	scanning, scan := m.scan()
	return scanning, tea.Batch(scan, scanning.keepCmd())
}

// keepCmd keeps what is chosen now; it is nil where nothing is kept.
func (m Model) keepCmd() tea.Cmd {
	groups, ok := m.groups()
	if !ok || m.config.Save == nil {
		return nil
	}
	// What nobody chose is kept as it was written, though a screen would write it otherwise: with the groups among the columns.
	chosenNow := settings.Merge(m.keeping.begun, settings.Settings{Cgroups: groups.Settings()}, m.config.Settings)
	return m.keeping.saveCmd(m.config.Save, chosenNow)
}

// chose reports whether a key changed what is kept.
func (m Model) chose(before Model) bool {
	now, ok := m.groups()
	was, had := before.groups()
	return ok && had && !reflect.DeepEqual(now.Settings(), was.Settings())
}

// keptSay says where a choice is kept.
func (m Model) keptSay() string {
	switch {
	case m.config.Kept != "":
		return text.Safe(m.config.Kept)
	case m.config.Save == nil:
		return "for this session: nothing is kept"
	}
	return "enter keeps them"
}

// saved says what came of keeping settings.
func (m Model) saved(msg savedMsg) Model {
	if msg.err != nil {
		return m.saying(theme.Bad, text.Safe("✗ not kept: "+msg.err.Error()))
	}
	return m.saying(theme.Status, text.Safe("kept in "+msg.kept))
}
