// Package uitest drives terminal programs as a user would and shows what the
// user would see. Terminal is the emulated screen and keyboard, Process runs a
// real program behind a pseudo terminal, Program runs a Bubble Tea model inside
// the test. Only tests and the screenshot tool import it.
package uitest

import (
	"bytes"
	"errors"
	"image/color"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Terminal is an emulated xterm with 24-bit colour: the program writes to it,
// the test reads its screen and presses its keys. All methods may be called
// from any goroutine.
type Terminal struct {
	pumped chan struct{} // Closed when the pump has ended.

	mu      sync.Mutex
	emu     *vt.Emulator
	modes   modes
	frozen  uv.Lines // The last whole frame while a synchronized update is under way.
	raw     bytes.Buffer
	changed chan struct{} // Closed and replaced at every change.
	ended   bool
	resized func(width, height int) error // Tells the program, set by its driver.
}

// New makes a terminal of width by height cells. What the user types and what
// the terminal answers to queries is written to host, the program's input.
// Close must be called.
func New(width, height int, host io.Writer) *Terminal {
	t := &Terminal{
		emu:     vt.NewEmulator(width, height),
		modes:   newModes(),
		changed: make(chan struct{}),
		pumped:  make(chan struct{}),
	}
	t.watchModes()
	go t.pump(host)
	// A mode once reset is reported as known. So programs use synchronized
	// updates, which tell a whole frame from half of one, and count columns by
	// grapheme as the emulator does.
	_, _ = t.emu.WriteString(ansi.ResetModeSynchronizedOutput + ansi.ResetModeUnicodeCore)
	return t
}

// pump hands the terminal's answers to the program. The emulator's pipe has no
// buffer, so it must be drained even after the program is gone: otherwise the
// next query would block the writer for ever.
func (t *Terminal) pump(host io.Writer) {
	defer close(t.pumped)
	if _, err := io.Copy(host, t.emu); err != nil {
		_, _ = io.Copy(io.Discard, t.emu)
	}
}

// Write lets the program print p on the screen.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raw.Write(p)
	n, err := t.emu.Write(p)
	t.notify()
	return n, err
}

// Raw returns every byte that the program has written, escape sequences too.
func (t *Terminal) Raw() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.raw.Bytes())
}

// Screen returns the plain text of the screen: one line per row, spaces at
// their ends cut off.
func (t *Terminal) Screen() string {
	return trimLines(t.frame().String())
}

// Styled returns the screen as text with its colours and attributes as SGR
// escape sequences, for golden files that hold colours too.
func (t *Terminal) Styled() string {
	return trimLines(t.frame().Render())
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// Size returns the width and height in cells.
func (t *Terminal) Size() (width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.Width(), t.emu.Height()
}

// Cursor returns the cell under the cursor, counted from 0, and whether the
// cursor is shown.
func (t *Terminal) Cursor() (x, y int, visible bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.emu.CursorPosition()
	return at.X, at.Y, t.modes.set[ansi.ModeTextCursorEnable]
}

// SetColors chooses the default colours, which are also the answers to the
// queries by which programs tell a dark terminal from a light one (OSC 10, 11).
func (t *Terminal) SetColors(fg, bg color.Color) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emu.SetDefaultForegroundColor(fg)
	t.emu.SetDefaultBackgroundColor(bg)
}

// Resize changes the size and tells the program so.
func (t *Terminal) Resize(width, height int) error {
	t.mu.Lock()
	t.emu.Resize(width, height)
	t.notify()
	tell := t.resized
	t.mu.Unlock()
	if tell == nil {
		return nil
	}
	return tell(width, height)
}

// Close ends the keyboard and frees the terminal; the screen can still be read.
func (t *Terminal) Close() error {
	// Only the pipe is closed: the emulator's own Close races with the pump.
	pipe, ok := t.emu.InputPipe().(io.Closer)
	if !ok {
		return errors.New("close terminal: the emulator's input cannot be closed")
	}
	err := pipe.Close()
	<-t.pumped
	return err
}

// end marks the program as gone, so that nobody waits for it any longer.
func (t *Terminal) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.notify()
}

// notify wakes everybody who waits for a change; t.mu is held.
func (t *Terminal) notify() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// frame returns a copy of the last whole frame.
func (t *Terminal) frame() uv.Lines {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frozen != nil {
		return t.frozen
	}
	return t.copyLines()
}

// copyLines copies the emulator's cells; t.mu is held.
func (t *Terminal) copyLines() uv.Lines {
	lines := make(uv.Lines, t.emu.Height())
	for y := range lines {
		lines[y] = make(uv.Line, t.emu.Width())
		for x := range lines[y] {
			if c := t.emu.CellAt(x, y); c != nil {
				lines[y][x] = *c
			}
		}
	}
	return lines
}

// Leftovers names every state that the program has changed and not restored,
// which would spoil the user's shell after the program's exit.
func (t *Terminal) Leftovers() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := t.modes.leftovers()
	if t.emu.IsAltScreen() {
		left = append(left, "alternate screen in use")
	}
	return slices.Sorted(slices.Values(left))
}

// Modes returns the numbers of the DEC private modes that are set, sorted, as
// in "CSI ? 1049 h".
func (t *Terminal) Modes() []int {
	t.mu.Lock()
	defer t.mu.Unlock()
	var set []int
	for mode := range maps.Keys(t.modes.set) {
		if dec, ok := mode.(ansi.DECMode); ok && t.modes.set[mode] {
			set = append(set, int(dec))
		}
	}
	slices.Sort(set)
	return set
}
