// Package dialog has what opens over a screen: the menu of actions, the forms that ask what to do, and the preview that
// asks whether to do it. A dialog decides nothing by itself: it returns an Outcome, which the root model carries out.
package dialog

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/theme"
)

// Dialog is one box over the screen. It is a value: Update returns the changed one.
type Dialog interface {
	// Update handles a key, a paste, a Room, a Ready, and the messages of its own commands. The outcome is nil where the
	// dialog just goes on.
	Update(msg tea.Msg) (Dialog, Outcome, tea.Cmd)
	// Sync takes a later snapshot. A dialog keeps what it stands on, or says that it is gone.
	Sync(now *probe.Snapshot) Dialog
	// Draw draws the box with its frame, no larger than the given room; every line has the same width.
	Draw(styles theme.Styles, width, height int) []string
}

// Keyed is a Dialog that tells its keys, for the last line of the screen.
type Keyed interface{ Keys() []key.Binding }

// Room is the message that says how large a dialog may be: when it opens, and when that changes.
type Room struct{ Width, Height int }

// Ready is the message that a dialog has been in sight long enough for a key to be meant for it. One that changes
// something does nothing before: it may have opened by itself, under the fingers of the user.
type Ready struct{}

// Outcome is what the root model is to do for a dialog.
type Outcome interface{ outcome() }

// Close closes the dialog.
type Close struct{}

// Ask has a plan made of an intent, and shows its preview in the place of the dialog, which comes back where the preview
// is cancelled. A refusal is said in the dialog's stead.
type Ask struct{ Intent actions.Intent }

// Apply applies a plan that was previewed, and closes all dialogs.
type Apply struct{ Plan actions.Plan }

// Undo has the inverse of a change of this session previewed, by its place in the log.
type Undo struct{ Entry int }

// Copy puts a text on the terminal's clipboard.
type Copy struct{ Text, Says string }

// Open opens another dialog over this one.
type Open struct{ Dialog Dialog }

// Build opens a dialog that is made in a command, since it is made from files. An error is said in its stead.
type Build struct{ Make func() (Dialog, error) }

func (Close) outcome() {}
func (Ask) outcome()   {}
func (Apply) outcome() {}
func (Undo) outcome()  {}
func (Copy) outcome()  {}
func (Open) outcome()  {}
func (Build) outcome() {}
