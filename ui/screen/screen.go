// Package screen says what a screen of bulkhead is, so that the root model can hold five of them without knowing more.
package screen

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/theme"
)

// Frame is what a screen derives its rows from.
type Frame struct {
	Now    *probe.Snapshot
	Events []probe.Event // All that are kept, the oldest first.
	Filter filter.Filter
	Marks  map[probe.TaskKey]bool // The tasks that the user marked. Nobody changes it.
	Alarms map[probe.GroupKey]Alarm
}

// Alarm is one that is set on the pressure in a group.
type Alarm struct {
	Waits string    // What it waits for, in words.
	Fired int       // How often it went off,
	Last  time.Time // and when it did last.
}

// Noter is a Screen that has more to say of its rows than how many the filter left: what else is out of sight, say. It is
// said below the list; nothing is where there is nothing to say.
type Noter interface{ Note() string }

// Backer is a Screen that can show a part of what it has. Back leads out of it; ok reports whether there was anything to
// lead out of.
type Backer interface{ Back() (back Screen, ok bool) }

// Rester is a Screen that lets go of the snapshot that it shows while it is out of view: each holds the memory of thousands of
// processes. The next Sync brings it back, with the same row selected; what happened meanwhile is not shown as new then.
type Rester interface{ Rest() Screen }

// Screen is one view of the snapshots. A screen is a value: its methods return the changed one. It holds its selection
// by key and never by index.
type Screen interface {
	// Name is the title of the screen and of its tab.
	Name() string
	// Sync derives the rows anew from a later snapshot or another filter.
	Sync(frame Frame) Screen
	// Resize sets the room of the list in cells, frame not included.
	Resize(width, height int) Screen
	// Update handles the keys that are the screen's own, and the moves of the selection.
	Update(msg tea.Msg) (Screen, tea.Cmd)
	// View draws the list: exactly its height in lines, each exactly its width.
	View(styles theme.Styles, focused bool) string
	// Click selects the row at a line of the list; the header is line 0.
	Click(line int) Screen
	// Wheel moves the view by lines, and the selection with it where it would be lost from sight.
	Wheel(lines int) Screen
	// Selected returns what the selected row stands for.
	Selected() (Target, bool)
	// Reveal selects a target, expanding what hides it, and reports whether the screen has it.
	Reveal(target Target) (Screen, bool)
	// Want returns what the next scan must read anew for the rows in view.
	Want() probe.Request
	// Count returns how many things the filter left, of how many.
	Count() (shown, total int)
	// Scroll returns the first row in view, how many are, and of how many.
	Scroll() (first, count, total int)
	// Keys are the screen's own keys, for the help.
	Keys() []key.Binding
}
