package uitest

import (
	"fmt"
	"io"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// escPause is the silence by which programs tell the Escape key from the start
// of a longer sequence: they wait 50 ms, curses programs too if ESCDELAY is
// set so. Nothing on the screen says when it is over.
const escPause = 100 * time.Millisecond

// Send presses keys one after the other. A key is one character or a name as
// Bubble Tea prints it: enter, esc, tab, space, backspace, delete, insert, up,
// down, left, right, home, end, pgup, pgdown, f1 to f12, with ctrl+, alt+ and
// shift+ before it.
func (t *Terminal) Send(keys ...string) error {
	for _, key := range keys {
		seq, err := encodeKey(key, t.keyModes())
		if err != nil {
			return err
		}
		if err := t.input(seq); err != nil {
			return fmt.Errorf("press %s: %w", key, err)
		}
		if seq == "\x1b" {
			time.Sleep(escPause)
		}
	}
	return nil
}

// Type types text as it is; a line feed in it is the Enter key.
func (t *Terminal) Type(text string) error {
	for _, r := range text {
		key := string(r)
		if r == '\n' {
			key = "enter"
		}
		if err := t.Send(key); err != nil {
			return err
		}
	}
	return nil
}

// Click presses and releases the left mouse button on the cell x, y, counted
// from 0. It fails if the program does not listen to the mouse.
func (t *Terminal) Click(x, y int) error {
	return t.mouse(ansi.MouseSgr(0, x, y, false) + ansi.MouseSgr(0, x, y, true))
}

// Wheel turns the mouse wheel over the cell x, y: down by n notches, up where n
// is negative. It fails if the program does not listen to the mouse.
func (t *Terminal) Wheel(x, y, n int) error {
	button := byte(65)
	if n < 0 {
		button, n = 64, -n
	}
	for range n {
		if err := t.mouse(ansi.MouseSgr(button, x, y, false)); err != nil {
			return err
		}
	}
	return nil
}

// mouse sends a mouse report, which a terminal does only when asked to.
func (t *Terminal) mouse(seq string) error {
	t.mu.Lock()
	set := t.modes.set
	listens := set[ansi.ModeMouseExtSgr] &&
		(set[ansi.ModeMouseNormal] || set[ansi.ModeMouseButtonEvent] || set[ansi.ModeMouseAnyEvent])
	t.mu.Unlock()
	if !listens {
		return fmt.Errorf("mouse: the program does not listen to the mouse in SGR form")
	}
	return t.input(seq)
}

// input sends bytes to the program. It is called without t.mu, because the
// pipe is unbuffered and its reader may be busy.
func (t *Terminal) input(seq string) error {
	_, err := io.WriteString(t.emu.InputPipe(), seq)
	return err
}

// keyModes returns what the encoding of keys depends on.
func (t *Terminal) keyModes() keyModes {
	t.mu.Lock()
	defer t.mu.Unlock()
	return keyModes{
		application: t.modes.set[ansi.ModeCursorKeys],
		kitty:       *t.kittyDepth() > 0,
	}
}
