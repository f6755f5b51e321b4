package theme

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestInk(t *testing.T) {
	s := New(true)
	if got, want := s.Ink(Own).Open, "\x1b[1;38;2;227;207;101m"; got != want {
		t.Errorf("the ink of Own opens with %q, want %q", got, want)
	}
	for role := range Role(roles) {
		if got, want := s.Paint(role, "w"), s.Style(role).Render("w"); got != want {
			t.Errorf("role %d: Paint gives %q, the style %q", role, got, want)
		}
		if s.Paint(role, "") != "" {
			t.Errorf("role %d: paints nothing with sequences", role)
		}
	}
}

func TestZeroValue(t *testing.T) {
	var s Styles
	if got := s.Paint(Bad, "web") + s.On(Bar, Own).Paint("1") + s.Style(Title).Render("2"); got != "web12" {
		t.Errorf("zero styles paint %q", got)
	}
	if got := New(true).Ink(Role(250)); got != (Ink{}) {
		t.Errorf("a role that does not exist has the ink %q", got)
	}
}

func TestDark(t *testing.T) {
	for _, isDark := range []bool{true, false} {
		if got := New(isDark).Dark(); got != isDark {
			t.Errorf("New(%v).Dark() = %v", isDark, got)
		}
	}
	if New(true).Ink(Dim) == New(false).Ink(Dim) {
		t.Error("dim text has the same ink on dark and on light")
	}
}

func TestLetterRepeats(t *testing.T) {
	if Letter(0) == Letter(1) || Letter(0) != Letter(Letters) || Letter(-1) != Letter(Letters-1) {
		t.Errorf("letters 0, 1, %d, -1 are roles %d %d %d %d", Letters, Letter(0), Letter(1), Letter(Letters), Letter(-1))
	}
}

// Without colour, what matters still looks different from what is beside it.
func TestToldWithoutColour(t *testing.T) {
	s := New(true)
	for name, pair := range map[string][2]Ink{
		"selected row":      {s.On(Bar, Text), s.Ink(Text)},
		"selected, own":     {s.On(Bar, Own), s.Ink(Own)},
		"tab":               {s.Ink(TabActive), s.Ink(Tab)},
		"sorted column":     {s.Ink(HeaderSort), s.Ink(Header)},
		"match":             {s.Ink(Match), s.Ink(Text)},
		"match, selected":   {s.On(Bar, Match), s.On(Bar, Text)},
		"gone":              {s.Ink(Gone), s.Ink(Text)},
		"gone and selected": {s.On(Bar, Gone), s.On(Bar, Text)},
		"born":              {s.Ink(Born), s.Ink(Text)},
		"bad":               {s.Ink(Bad), s.Ink(Warn)},
	} {
		if a, b := mono(pair[0]), mono(pair[1]); a == b {
			t.Errorf("%s: both are %q without colour", name, a)
		}
	}
}

var colours = regexp.MustCompile(`;?[34]8;2;\d+;\d+;\d+`)

func mono(k Ink) string { return colours.ReplaceAllString(k.Open, "") }

// The renderer brings the colours down to what the terminal has, so that the inks may be written in full.
func TestRendererDownsamples(t *testing.T) {
	tests := map[string]struct {
		env            []string
		wall, selected string
	}{
		"truecolor": {
			[]string{"TERM=xterm-256color", "COLORTERM=truecolor"},
			"\x1b[38;2;227;207;101;1mwall\x1b[m", "\x1b[38;2;47;74;125;48;2;255;255;255;7mselected\x1b[m",
		},
		"256 colours": {
			[]string{"TERM=xterm-256color"},
			"\x1b[38;5;185;1mwall\x1b[m", "\x1b[38;5;24;48;5;231;7mselected\x1b[m",
		},
		"16 colours": {
			[]string{"TERM=xterm"},
			"\x1b[93;1mwall\x1b[m", "\x1b[34;107;7mselected\x1b[m",
		},
		"no colour": {
			[]string{"TERM=xterm-256color", "NO_COLOR=1"},
			"\x1b[1mwall\x1b[m", "\x1b[7mselected\x1b[m",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := draw(t, append(tt.env, "TTY_FORCE=1"))
			for _, want := range []string{tt.wall, tt.selected} {
				if !strings.Contains(got, want) {
					t.Errorf("the screen got %q, want %q in it", got, want)
				}
			}
		})
	}
}

// draw runs a program that shows an own wall and a selected row, and returns all that it wrote.
func draw(t *testing.T, env []string) string {
	t.Helper()
	out := &output{}
	p := tea.NewProgram(picture{}, tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(40, 3),
		tea.WithoutSignals(), tea.WithEnvironment(env), tea.WithContext(t.Context()))
	done := make(chan error, 1)
	go func() { _, err := p.Run(); done <- err }()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), "finis"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nothing was drawn within 10 s: %q", out.String())
		}
	}
	p.Quit()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return out.String()
}

type picture struct{}

func (picture) Init() tea.Cmd                         { return nil }
func (p picture) Update(tea.Msg) (tea.Model, tea.Cmd) { return p, nil }
func (picture) View() tea.View {
	s := New(true)
	return tea.NewView(s.Paint(Own, "wall") + "\n" + s.On(Bar, Text).Paint("selected") + "\nfinis")
}

type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

var _ io.Writer = (*output)(nil)

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
