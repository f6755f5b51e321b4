package text

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestFit(t *testing.T) {
	tests := map[string]struct {
		in    string
		width int
		mode  Mode
		want  string
	}{
		"fills up":               {"nginx", 8, End, "nginx   "},
		"exact":                  {"nginx", 5, End, "nginx"},
		"cuts the end":           {"nginx: master", 6, End, "nginx…"},
		"keeps the end":          {"/docker/3f1c", 6, Left, "…/3f1c"},
		"keeps both ends":        {"3f1c0a9be77d", 7, Middle, "3f1…77d"},
		"odd room":               {"3f1c0a9be77d", 6, Middle, "3f1…7d"},
		"one cell":               {"nginx", 1, Middle, "…"},
		"one cell, short":        {"n", 1, End, "n"},
		"no room":                {"nginx", 0, End, ""},
		"negative":               {"nginx", -3, Left, ""},
		"empty":                  {"", 3, End, "   "},
		"wide fits":              {"日本語", 6, End, "日本語"},
		"wide does not halve":    {"日本語", 4, End, "日… "},
		"wide from the left":     {"日本語", 4, Left, "…語 "},
		"combining stays whole":  {"e\u0301e\u0301e\u0301", 2, End, "e\u0301…"},
		"symbols":                {"■·A", 5, End, "■·A  "},
		"control is written out": {"a\x1b[2J", 6, End, `a\x1b…`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := FitMode(tt.in, tt.width, tt.mode); got != tt.want {
				t.Errorf("FitMode(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.want)
			}
		})
	}
}

func TestTruncateDoesNotFill(t *testing.T) {
	for name, got := range map[string]string{
		"end":    Truncate("init", 9),
		"left":   TruncateLeft("init", 9),
		"middle": TruncateMiddle("init", 9),
	} {
		if got != "init" {
			t.Errorf("%s: got %q, want it unchanged", name, got)
		}
	}
}

func TestSkip(t *testing.T) {
	tests := map[string]struct {
		in    string
		cells int
		want  string
	}{
		"nothing":    {"abc", 0, "abc"},
		"some":       {"abc", 2, "c"},
		"all":        {"abc", 9, ""},
		"half wide":  {"日本", 1, "本"},
		"whole wide": {"日本", 2, "本"},
		"negative":   {"abc", -1, "abc"},
	}
	for name, tt := range tests {
		if got := tt.in[Skip(tt.in, tt.cells):]; got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestSpaces(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 127, 128, 129, 500} {
		if got, want := Spaces(n), strings.Repeat(" ", max(n, 0)); got != want {
			t.Errorf("Spaces(%d) has length %d", n, len(got))
		}
	}
}

// FuzzFit holds every way of cutting against the promise: exactly that wide in both ways of counting, and safe.
func FuzzFit(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		width %= 300
		for mode := End; mode <= Middle; mode++ {
			got := FitMode(s, width, mode)
			wantWidth(t, got, max(width, 0))
			wantSafe(t, got)
			short := shorten(s, width, mode)
			if w := Width(short); w > max(width, 0) || w < min(Width(s), width)-1 {
				t.Errorf("mode %d of %q in %d cells is %q, %d wide", mode, s, width, short, w)
			}
		}
	})
}

func wantWidth(t *testing.T, s string, want int) {
	t.Helper()
	if g, w, own := ansi.StringWidth(s), ansi.StringWidthWc(s), Width(s); g != want || w != want || own != want {
		t.Errorf("%q is %d wide by graphemes, %d by characters, %d by Width, want %d", s, g, w, own, want)
	}
}

func BenchmarkFit(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": "/usr/sbin/nginx: worker", "symbol": "■", "wide": "日本語 process", "control": "evil\x1b[2J name",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = Fit(s, 20)
			}
		})
	}
}
