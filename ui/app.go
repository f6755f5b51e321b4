// Package ui is the screen of bulkhead: it draws snapshots and turns keys into moves between them.
//
// The root model only routes: each screen derives its rows from the frame it is given and keeps its own selection.
// Nothing here reads a file or calls the kernel; snapshots come from a Source.
package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/filter"
	"bulkhead/ui/history"
	"bulkhead/ui/pane"
	"bulkhead/ui/screen"
	"bulkhead/ui/settings"
	"bulkhead/ui/theme"
)

// Config is what the program is started with.
type Config struct {
	Source   Source
	Searcher Searcher      // Nil where only the links of processes are looked at.
	Interval time.Duration // Between scans.
	Start    string        // The name of the screen to begin with, such as "cgroups".
	Filter   string        // The filter to begin with.
	Version  string
	// Settings are what was kept of an earlier session, and SettingsSay is what is to be told of them: that they could not be
	// understood, say. Save keeps others, and returns where they are now.
	Settings    settings.Settings
	SettingsSay []string
	Save        func(settings.Settings) (kept string, err error)
	// Kept says where Save keeps what is chosen, or why nothing is kept.
	Kept string
	// Root finds the group that is to be the root of the groups in view, in a snapshot that has groups; nil for all.
	Root    func(*probe.Snapshot) (probe.GroupKey, error)
	Actions Actions // What changes the host; nil where it is only looked at.
	// Knobs lists the control files of a group's directory, and Knob reads one: for the forms, which need them in commands.
	Knobs func(dir string) ([]probe.Knob, error)
	Knob  actions.Knobs
	// Controllers lists the controllers of the kernel, and MountPoint looks at a directory: for the form of a mount.
	Controllers func() ([]probe.Controller, error)
	MountPoint  func(dir string) (actions.MountPoint, error)
	// Looker looks into namespaces and at what groups allow; where it is nil the details tell the facts alone.
	Looker Looker
}

// Model is the root of the screen.
type Model struct {
	config  Config
	ctx     context.Context //nolint:containedctx // The program's own: scans end with it.
	keys    keyMap
	styles  theme.Styles
	width   int
	height  int
	screens []screen.Screen
	active  int
	details pane.Details
	aspect  aspect // What the details tell.
	lookout *lookout
	book    *history.Book // What the groups on the screen used. It is shared by all copies: it is about snapshots.
	layout  placement
	history []place
	live    live
	filter  filterLine
	help    helpPage
	acting  acting
	keeping *keeping      // Of the settings; nil where no screen has any.
	first   probe.TaskKey // What waits to be compared with another; zero for nothing.
	notice  string        // Said in the footer until the next key.
	role    theme.Role    // Of the notice.
}

// live is the state of the scanning.
type live struct {
	frame      screen.Frame
	interval   time.Duration
	generation int
	paused     bool
	scanning   bool
	again      bool            // A scan is wanted as soon as the one that runs has ended.
	scan       *probe.Snapshot // The last one as it was scanned; the frame has it with what was found beside it.
	cost       time.Duration   // What the header says of what a scan takes.
	search     search
	complete   bool // All facts have been asked for; the first scan asks for those of the first picture only.
	err        error
	detail     probe.Detail
	sight      probe.Sight
	uses       probe.Uses
	group      probe.GroupDetail
	groupErr   error // Why its files could not be read.
}

// filterLine is the filter and the line it is typed in.
type filterLine struct {
	input   textinput.Model
	editing bool
	err     error
	due     bool // The screen is still to be brought up to date with what was typed.
}

// place is where the user was, to go back to.
type place struct {
	screen int
	target screen.Target
	filter string
}

// New returns the root model. Scans end with ctx.
func New(ctx context.Context, config Config) (Model, error) {
	m := Model{
		config: config, ctx: ctx, styles: theme.New(true), screens: newScreens(),
		live:   live{interval: config.Interval, scanning: true}, // Init starts the first scan.
		filter: filterLine{input: newInput()}, lookout: &lookout{}, book: history.NewBook(),
	}
	names := make([]string, len(m.screens))
	for i, s := range m.screens {
		names[i] = s.Name()
		if lower(s.Name()) == config.Start {
			m.active = i
		}
	}
	m.keys = defaultKeys(names)
	parsed, err := filter.Parse(config.Filter)
	if err != nil {
		return Model{}, err //nolint:wrapcheck // It names the term that is wrong.
	}
	m.live.frame.Filter = parsed
	m.filter.input.SetValue(config.Filter)
	return m.withSettings(config.Settings, config.SettingsSay), nil
}

// firstFacts are those that the first picture needs; all others are read right after it.
const firstFacts = probe.FactWorlds

// Init asks for the first scan and for the terminal's colours.
func (m Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, scanCmd(m.ctx, m.config.Source, probe.Request{Facts: firstFacts}))
}

// Update handles a message.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return m.resize(msg.Width, msg.Height), nil
	case tea.BackgroundColorMsg:
		m.styles = theme.New(msg.IsDark())
		return m, nil
	case scannedMsg:
		return m.scanned(msg)
	case releasedMsg:
		return m.released()
	case typedMsg:
		return m.refiltered(), nil
	case foundMsg:
		return m.searched(msg)
	case tickMsg:
		return m.ticked(msg)
	case detailMsg:
		m.live.detail = msg.detail
		return m.syncDetails(), nil
	case sightMsg:
		m.live.sight = msg.sight
		return m.syncDetails(), nil
	case usesMsg:
		m.live.uses = msg.uses
		return m.syncDetails(), nil
	case groupMsg:
		return m.groupRead(msg), nil
	case tea.KeyPressMsg:
		return m.pressed(msg)
	case tea.PasteMsg:
		return m.pasted(msg)
	case tea.MouseClickMsg, tea.MouseWheelMsg:
		return m.refiltered().mouse(msg)
	case tea.ResumeMsg:
		return m.refresh()
	case plannedMsg:
		return m.planned(msg)
	case builtMsg:
		return m.built(msg)
	case judgedMsg:
		return m.toldOne(msg.serial, msg.verdicts)
	case remadeMsg:
		return m.remade(msg)
	case readyMsg:
		return m.toldOne(msg.serial, dialog.Ready{})
	case appliedMsg:
		return m.applied(msg)
	case savedMsg:
		return m.saved(msg), nil
	case alarmSetMsg:
		return m.alarmSet(msg)
	case alarmMsg:
		return m.alarmed(msg)
	}
	return m.toldAll(msg)
}

// current returns the active screen.
func (m Model) current() screen.Screen { return m.screens[m.active] }

// withCurrent returns the model with the active screen changed.
func (m Model) withCurrent(s screen.Screen) Model {
	screens := append([]screen.Screen{}, m.screens...)
	screens[m.active] = s
	m.screens = screens
	return m
}
