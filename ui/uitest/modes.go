package uitest

import (
	"fmt"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// modes is what the program has switched on. The emulator keeps some of it,
// but per screen (the cursor) or not at all (the keyboard protocols).
type modes struct {
	set        map[ansi.Mode]bool
	kitty      [2]int // Depth of the keyboard protocol's stack on the main and the alternate screen.
	modifyKeys bool   // xterm's modifyOtherKeys.
}

// leftover says in words what a mode means that a program should not leave set.
var leftover = map[ansi.Mode]string{
	ansi.ModeCursorKeys:         "application cursor keys on",
	ansi.ModeMouseX10:           "mouse on",
	ansi.ModeMouseNormal:        "mouse on",
	ansi.ModeMouseButtonEvent:   "mouse on",
	ansi.ModeMouseAnyEvent:      "mouse on",
	ansi.ModeMouseExtSgr:        "mouse coordinates in SGR form",
	ansi.ModeFocusEvent:         "focus reports on",
	ansi.ModeBracketedPaste:     "bracketed paste on",
	ansi.ModeSynchronizedOutput: "synchronized update not ended",
	ansi.ModeUnicodeCore:        "grapheme width mode on",
}

func newModes() modes {
	return modes{set: map[ansi.Mode]bool{ansi.ModeTextCursorEnable: true, ansi.ModeAutoWrap: true}}
}

func (m *modes) leftovers() []string {
	var left []string
	for mode, words := range leftover {
		if m.set[mode] {
			left = append(left, fmt.Sprintf("%s (mode %d)", words, mode.Mode()))
		}
	}
	if !m.set[ansi.ModeTextCursorEnable] {
		left = append(left, "cursor hidden")
	}
	if m.kitty != [2]int{} {
		left = append(left, "keyboard protocol not popped")
	}
	if m.modifyKeys {
		left = append(left, "modifyOtherKeys on")
	}
	return left
}

// watchModes keeps t.modes up to date. The emulator calls back from within its
// Write, so t.mu is held.
func (t *Terminal) watchModes() {
	t.emu.SetCallbacks(vt.Callbacks{
		EnableMode: func(mode ansi.Mode) {
			t.modes.set[mode] = true
			if mode == ansi.ModeSynchronizedOutput {
				t.frozen = t.copyLines()
			}
		},
		DisableMode: func(mode ansi.Mode) {
			t.modes.set[mode] = false
			if mode == ansi.ModeSynchronizedOutput {
				t.frozen = nil
			}
		},
	})
	t.emu.RegisterCsiHandler(ansi.Command('>', 0, 'u'), func(ansi.Params) bool {
		*t.kittyDepth()++
		return true
	})
	t.emu.RegisterCsiHandler(ansi.Command('<', 0, 'u'), func(p ansi.Params) bool {
		n, _, _ := p.Param(0, 1)
		*t.kittyDepth() = max(0, *t.kittyDepth()-n)
		return true
	})
	t.emu.RegisterCsiHandler(ansi.Command('>', 0, 'm'), func(p ansi.Params) bool {
		resource, _, _ := p.Param(0, 0)
		value, _, _ := p.Param(1, 0)
		t.modes.modifyKeys = resource == 4 && value != 0
		return true
	})
}

// kittyDepth is the stack depth of the screen in use: each has its own.
func (t *Terminal) kittyDepth() *int {
	if t.emu.IsAltScreen() {
		return &t.modes.kitty[1]
	}
	return &t.modes.kitty[0]
}
