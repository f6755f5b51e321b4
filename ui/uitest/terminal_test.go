package uitest

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// syncBuffer is a program's input that a test may read while it is written.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// newTerminal returns a terminal that shows output, and what it has sent to the
// program once it is closed.
func newTerminal(t *testing.T, output string) (term *Terminal, sent func() string) {
	t.Helper()
	host := &syncBuffer{}
	term = New(12, 3, host)
	t.Cleanup(func() { _ = term.Close() })
	write(t, term, output)
	return term, func() string {
		if err := term.Close(); err != nil {
			t.Errorf("close the terminal: %v", err)
		}
		return host.buf.String()
	}
}

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestScreen(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"empty":           {"", "\n\n"},
		"trailing spaces": {"ab  \r\n  c  ", "ab\n  c\n"},
		"wide":            {"日本|", "日本|\n\n"},
		"combining":       {"e\u0301|", "e\u0301|\n\n"},
		"coloured spaces": {"a\x1b[41m  \x1b[m", "a\n\n"},
		"half a frame":    {"old\x1b[?2026h\x1b[1Gnew", "old\n\n"},
		"a whole frame":   {"old\x1b[?2026h\x1b[1Gnew\x1b[?2026l", "new\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			term, _ := newTerminal(t, test.output)
			if got := term.Screen(); got != test.want {
				t.Errorf("Screen() = %q, want %q", got, test.want)
			}
			if got := string(term.Raw()); got != test.output {
				t.Errorf("Raw() = %q, want %q", got, test.output)
			}
		})
	}
}

func TestCells(t *testing.T) {
	term, _ := newTerminal(t, "\x1b[1;3;4;9;31mx\x1b[0;2;7;48;2;1;2;3m世\x1b[0;8my")
	row := term.Cells()[0]
	for name, test := range map[string]struct{ got, want Cell }{
		"many attributes": {row[0], Cell{"x", 1, Style{FG: ansi.Red, Bold: true, Italic: true, Underline: true, Strike: true}}},
		"wide":            {row[1], Cell{"世", 2, Style{BG: color.RGBA{1, 2, 3, 255}, Faint: true, Reverse: true}}},
		"behind wide":     {row[2], Cell{}},
		"concealed":       {row[3], Cell{Text: " ", Width: 1}},
		"blank":           {row[4], Cell{Text: " ", Width: 1}},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, test.got, test.want)
		}
	}
	if _, _, found := term.Find("y"); found {
		t.Error("Find(y) found a concealed character")
	}
}

func TestFindCountsColumns(t *testing.T) {
	term, _ := newTerminal(t, "\r\n世e\u0301x")
	if x, y, found := term.Find("x"); x != 3 || y != 1 || !found {
		t.Errorf("Find(x) = %d, %d, %v, want 3, 1, true", x, y, found)
	}
	if _, _, found := term.Find("no"); found {
		t.Errorf("Find(no) found something")
	}
}

func TestAnswers(t *testing.T) {
	for name, test := range map[string]struct{ query, want string }{
		"background":           {"\x1b]11;?\a", "\x1b]11;rgb:1616/1818/1d1d\a"},
		"foreground":           {"\x1b]10;?\a", "\x1b]10;rgb:dddd/dddd/dddd\a"},
		"synchronized updates": {"\x1b[?2026$p", "\x1b[?2026;2$y"},
		"cursor position":      {"ab\x1b[6n", "\x1b[1;3R"},
	} {
		t.Run(name, func(t *testing.T) {
			term, sent := newTerminal(t, "")
			term.SetColors(color.RGBA{0xdd, 0xdd, 0xdd, 255}, color.RGBA{0x16, 0x18, 0x1d, 255})
			write(t, term, test.query)
			if got := sent(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLeftovers(t *testing.T) {
	for name, test := range map[string]struct {
		output string
		want   []string
	}{
		"nothing":  {"hello", nil},
		"restored": {"\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[>1u\x1b[<u\x1b[?1002l\x1b[?25h\x1b[?1049l", nil},
		"all left": {
			"\x1b[?1049h\x1b[?25l\x1b[?1002;1006h\x1b[?2004h\x1b[>4;2m\x1b[>1u",
			[]string{
				"alternate screen in use", "bracketed paste on (mode 2004)", "cursor hidden",
				"keyboard protocol not popped", "modifyOtherKeys on",
				"mouse coordinates in SGR form (mode 1006)", "mouse on (mode 1002)",
			},
		},
		"popped on the wrong screen": {"\x1b[?1049h\x1b[>1u\x1b[?1049l\x1b[<u", []string{"keyboard protocol not popped"}},
	} {
		t.Run(name, func(t *testing.T) {
			term, _ := newTerminal(t, test.output)
			if got := term.Leftovers(); !slices.Equal(got, test.want) {
				t.Errorf("Leftovers() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestModesAndCursor(t *testing.T) {
	term, _ := newTerminal(t, "ab\x1b[?25l\x1b[?2004h")
	if got, want := term.Modes(), []int{7, 2004}; !slices.Equal(got, want) {
		t.Errorf("Modes() = %v, want %v", got, want)
	}
	if x, y, visible := term.Cursor(); x != 2 || y != 0 || visible {
		t.Errorf("Cursor() = %d, %d, %v, want 2, 0, false", x, y, visible)
	}
}

func TestWait(t *testing.T) {
	term, _ := newTerminal(t, "one")
	go func() { _, _ = term.Write([]byte("\r\ntwo")) }()
	check(t, term.WaitFor(t.Context(), "two"))

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := term.WaitGone(ctx, "one")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), `wait for "one" to go`) ||
		!strings.Contains(err.Error(), "one\ntwo") {
		t.Errorf("WaitGone: got error %v, want the deadline, the text and the screen", err)
	}

	check(t, term.WaitIdle(t.Context(), time.Millisecond))
	term.end()
	if err := term.WaitFor(t.Context(), "three"); !errors.Is(err, ErrEnded) {
		t.Errorf("WaitFor after the end: got %v, want %v", err, ErrEnded)
	}
}

// TestHostGone checks that a query does not block when the program's input is
// closed.
func TestHostGone(t *testing.T) {
	r, w := io.Pipe()
	check(t, r.Close())
	term := New(10, 2, w)
	for range 3 {
		write(t, term, "\x1b[6n")
	}
	check(t, term.Close())
	if err := term.Send("x"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Send after Close: got %v, want %v", err, io.ErrClosedPipe)
	}
}
