package uitest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// counter is a tiny program: up and down count, the mouse and the background
// are told, q quits.
type counter struct {
	n          int
	size       tea.WindowSizeMsg
	last, back string
}

// loadedMsg sets the count from outside.
type loadedMsg int

func (c counter) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (c counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		c.size = msg
	case tea.BackgroundColorMsg:
		c.back = map[bool]string{true: "dark", false: "light"}[msg.IsDark()]
	case tea.MouseClickMsg:
		c.last = fmt.Sprintf("click %d,%d", msg.X, msg.Y)
	case tea.MouseWheelMsg:
		c.last = fmt.Sprintf("%s %d,%d", msg.Button, msg.X, msg.Y)
	case loadedMsg:
		c.n = int(msg)
	case tea.KeyPressMsg:
		c.last = msg.String()
		switch c.last {
		case "up":
			c.n++
		case "down":
			c.n--
		case "q":
			return c, tea.Quit
		}
	}
	return c, nil
}

func (c counter) View() tea.View {
	title := lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("#ff8800")).Render("counter")
	body := fmt.Sprintf("%s\nn=%d\nlast: %s\n%s %dx%d", title, c.n, c.last, c.back, c.size.Width, c.size.Height)
	v := tea.NewView(lipgloss.NewStyle().Border(lipgloss.RoundedBorder()).Width(24).Render(body))
	v.AltScreen, v.MouseMode = true, tea.MouseModeCellMotion
	return v
}

func TestProgram(t *testing.T) {
	p := Start(t, counter{}, 30, 7)
	p.Send("up", "up", "down")
	p.WaitFor("last: down")
	p.WaitFor("dark 30x7")
	Golden(t, "counter", p.Screen())
	Golden(t, "counter-styled", p.Styled())
}

func TestProgramInput(t *testing.T) {
	p := Start(t, counter{}, 30, 7)
	p.WaitFor("30x7")
	for key := range map[string]bool{
		"ctrl+z": true, "shift+tab": true, "f5": true, "alt+x": true, "home": true, "space": true,
		"pgdown": true, "ctrl+right": true, "backspace": true, "?": true, "é": true, "delete": true, "f1": true,
	} {
		p.Send(key)
		p.WaitFor("last: " + key)
	}
	p.Send("esc", "j", "esc")
	p.WaitFor("last: esc")
	p.Type("xyz")
	p.WaitFor("last: z")
	p.Click(3, 2)
	p.WaitFor("last: click 3,2")
	p.Wheel(1, 1, 1)
	p.WaitFor("last: wheeldown 1,1")
	p.Play("click:counter,wait:click 1\\,1,up,wait:n=1")
	p.Post(loadedMsg(42))
	p.WaitFor("n=42")
	p.Resize(50, 9)
	p.WaitFor("50x9")
	p.WaitGone("30x7")
}

func TestProgramQuits(t *testing.T) {
	p := Start(t, counter{}, 30, 7)
	p.WaitFor("30x7")
	if left := p.Leftovers(); len(left) == 0 {
		t.Error("a running program has changed nothing on the terminal")
	}
	p.Send("up", "q")
	if got, ok := p.Final().(counter); !ok || got.n != 1 {
		t.Errorf("last model: got %+v, want n 1", got)
	}
	if left := p.Leftovers(); left != nil {
		t.Errorf("Leftovers() = %q, want none", left)
	}
}

func TestProgramOptions(t *testing.T) {
	for name, test := range map[string]struct {
		opts            []Option
		back, has, lack string
	}{
		"dark":      {nil, "dark", "\x1b[38;2;255;136;0;1m", "none"},
		"light":     {[]Option{Light}, "light", "\x1b[38;2;255;136;0;1m", "none"},
		"no colour": {[]Option{Env("NO_COLOR=1")}, "dark", "\x1b[1m", ";2;"},
		"256":       {[]Option{Tea(tea.WithColorProfile(colorprofile.ANSI256))}, "dark", "\x1b[38;5;208;1m", ";2;"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Start(t, counter{}, 30, 7, test.opts...)
			p.WaitFor(test.back + " 30x7")
			if got := p.Styled(); !strings.Contains(got, test.has) || strings.Contains(got, test.lack) {
				t.Errorf("screen %q: want %q in it, and not %q", got, test.has, test.lack)
			}
			if got, ok := p.Quit().(counter); !ok || got.back != test.back {
				t.Errorf("last model: got %+v, want %s", got, test.back)
			}
		})
	}
}

// TestNoLeaks checks that a finished test leaves no goroutine and no descriptor.
func TestNoLeaks(t *testing.T) {
	t.Run("warm up", func(t *testing.T) { Start(t, counter{}, 30, 7).WaitFor("n=0") })
	goroutines, files := runtime.NumGoroutine(), countFiles(t)
	for range 3 {
		t.Run("program", func(t *testing.T) { Start(t, counter{}, 30, 7).WaitFor("n=0") })
		t.Run("process", func(t *testing.T) { check(t, runShell(t, "echo hello; read x").WaitFor(t.Context(), "hello")) })
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > goroutines && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if got := runtime.NumGoroutine(); got > goroutines {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines, want %d:\n%s", got, goroutines, stacks[:runtime.Stack(stacks, true)])
	}
	if got := countFiles(t); got > files {
		t.Errorf("%d open files, want %d", got, files)
	}
}

func countFiles(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	check(t, err)
	return len(names)
}

// failing records what a test would have failed with.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Fatalf(string, ...any) { f.failed = true }

func TestGolden(t *testing.T) {
	for name, test := range map[string]struct {
		got    string
		failed bool
	}{
		"same":      {"a\n  ■", false},
		"different": {"a\n  □", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			check(t, os.Mkdir("testdata", 0o755))
			check(t, os.WriteFile(filepath.Join("testdata", "x.golden"), []byte("a\n  ■\n"), 0o644))
			f := &failing{TB: t}
			Golden(f, "x", test.got)
			// With -update the file is made equal first.
			if want := test.failed && flag.Lookup("update").Value.String() == "false"; f.failed != want {
				t.Errorf("failed: got %v, want %v", f.failed, want)
			}
		})
	}
}
