package uitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Program is a Bubble Tea program that runs inside the test with a Terminal of
// its own. Its methods end the test on failure, and it is stopped when the test
// ends.
type Program struct {
	*Terminal
	t        testing.TB
	tea      *tea.Program
	in       *os.File // The program's input, and the other end of that pipe.
	keyboard *os.File
	done     chan struct{} // Closed when model and err are set.
	model    tea.Model
	err      error
}

// quitKey is a key that no program uses. Pressed as the very last input, it ends
// the program when everything before it has been handled; tea.Program.Quit
// would overtake the terminal's last answers, and Bubble Tea's reader would
// then wait for ever to deliver them.
const (
	quitKey = tea.KeyF35
	quitSeq = "\x1b[57398u"
)

// Start runs model on a screen of width by height cells: a terminal with
// 24-bit colours, on which the model's environment says nothing else.
func Start(t testing.TB, model tea.Model, width, height int, opts ...Option) *Program {
	t.Helper()
	// A real pipe, because Bubble Tea can end a read only of a real file.
	in, keyboard, err := os.Pipe()
	if err != nil {
		t.Fatalf("open a pipe for the keyboard: %v", err)
	}
	p := &Program{Terminal: New(width, height, keyboard), t: t, in: in, keyboard: keyboard, done: make(chan struct{})}
	// No line discipline below turns line feeds into new lines.
	if _, err := p.Terminal.emu.WriteString(ansi.SetModeLineFeedNewLine); err != nil {
		t.Fatalf("set up the screen: %v", err)
	}
	s := newSetup(opts)
	s.colors(p.Terminal)
	p.tea = tea.NewProgram(model, append(p.options(s.env), s.tea...)...)
	p.resized = func(width, height int) error {
		p.tea.Send(tea.WindowSizeMsg{Width: width, Height: height})
		return nil
	}
	go p.run()
	t.Cleanup(p.stop)
	return p
}

func (p *Program) options(env []string) []tea.ProgramOption {
	width, height := p.Size()
	return []tea.ProgramOption{
		tea.WithInput(p.in),
		tea.WithOutput(p.Terminal),
		tea.WithWindowSize(width, height),
		// Leaves Ctrl-C of the test run to the test run.
		tea.WithoutSignalHandler(),
		// TTY_FORCE: the output is no file, but it is a terminal.
		tea.WithEnvironment(append([]string{"TERM=xterm-256color", "COLORTERM=truecolor", "TTY_FORCE=1"}, env...)),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg {
			if key, ok := msg.(tea.KeyPressMsg); ok && key.Code == quitKey {
				return tea.QuitMsg{}
			}
			return msg
		}),
	}
}

func (p *Program) run() {
	defer close(p.done)
	defer p.end()
	p.model, p.err = p.tea.Run()
}

// quit silences the terminal first, so that no answer can follow the key.
func (p *Program) quit() error {
	if err := p.Terminal.Close(); err != nil {
		return fmt.Errorf("close the terminal: %w", err)
	}
	if _, err := p.keyboard.WriteString(quitSeq); err != nil {
		return fmt.Errorf("press the last key: %w", err)
	}
	return nil
}

// stop ends the program if it still runs and frees everything.
func (p *Program) stop() {
	p.t.Helper()
	err := p.quit()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Errorf("the program does not quit; screen:\n%s", p.Screen())
		p.tea.Kill()
	}
	if err := errors.Join(err, p.in.Close(), p.keyboard.Close()); err != nil {
		p.t.Errorf("free the terminal: %v", err)
	}
}

// Send presses keys. See Terminal.Send for their names.
func (p *Program) Send(keys ...string) {
	p.t.Helper()
	p.check(p.Terminal.Send(keys...))
}

// Type types text.
func (p *Program) Type(text string) {
	p.t.Helper()
	p.check(p.Terminal.Type(text))
}

// Click clicks on a cell. See Terminal.Click.
func (p *Program) Click(x, y int) {
	p.t.Helper()
	p.check(p.Terminal.Click(x, y))
}

// Wheel turns the mouse wheel. See Terminal.Wheel.
func (p *Program) Wheel(x, y, n int) {
	p.t.Helper()
	p.check(p.Terminal.Wheel(x, y, n))
}

// Play runs a script. See Terminal.Play for its language.
func (p *Program) Play(script string) {
	p.t.Helper()
	p.check(p.Terminal.Play(p.t.Context(), script))
}

// Resize changes the size of the screen.
func (p *Program) Resize(width, height int) {
	p.t.Helper()
	p.check(p.Terminal.Resize(width, height))
}

// WaitFor waits until text is on the screen.
func (p *Program) WaitFor(text string) {
	p.t.Helper()
	p.check(p.Terminal.WaitFor(p.t.Context(), text))
}

// WaitGone waits until text is no longer on the screen.
func (p *Program) WaitGone(text string) {
	p.t.Helper()
	p.check(p.Terminal.WaitGone(p.t.Context(), text))
}

// WaitRaw waits until the program has written a sequence, which a screen need not show.
func (p *Program) WaitRaw(sequence string) {
	p.t.Helper()
	p.check(p.Terminal.WaitRaw(p.t.Context(), sequence))
}

// Post sends a message to the model, past the keyboard.
func (p *Program) Post(msg tea.Msg) {
	p.tea.Send(msg)
}

// Quit ends the program from outside, when it has handled all keys pressed so
// far, and returns the last model. No key can be pressed afterwards.
func (p *Program) Quit() tea.Model {
	p.t.Helper()
	p.check(p.quit())
	return p.Final()
}

// Final waits until the program has ended by itself and returns the last model.
func (p *Program) Final() tea.Model {
	p.t.Helper()
	ctx, cancel := withPatience(p.t.Context())
	defer cancel()
	select {
	case <-p.done:
	case <-ctx.Done():
		p.t.Fatalf("the program does not end: %v; screen:\n%s", context.Cause(ctx), p.Screen())
	}
	p.check(p.err)
	return p.model
}

func (p *Program) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}
