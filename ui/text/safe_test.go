package text

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// hostile are texts that a process, a group or a host may really bear as its name.
var hostile = []string{
	"", "kworker/0:1-events", `C:\path`, "a\x1b[2J", "\x1b]52;c;aGk=\a", "two\nlines\r\t", "\x7f\u0085\u009b31m", "gpj.\u202etxt",
	"\u2066x\u2069\u061c\u200e", "zero\u200bwidth\ufeff\u2060", "\xff\xfe", "half\xe6\x97", "\ufffd", "\ue000\U000f0000", "日本語",
	"e\u0301", "\u0301 alone", "z\u0300\u0301\u0302\u0303\u0304\u0305", "👍🏽", "🇩🇪🇩", "👨\u200d👩", "☁\ufe0f", "👑\xa8\u200d👩", "नमस्ते", "한국", "\u1112\u1161\u11ab",
	"\u3164", "ﾊﾟ", "\u0d4ea", "\u0600", "\u2028\u2029", "\U000e0041", "\u00a0\u3000", "a\u0378", "1\ufe0f\u20e3", "กำ", "\r\n", "x\x00y",
}

func TestSafe(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":               {"kworker/0:1-events", "kworker/0:1-events"},
		"backslash":           {`C:\x`, `C:\x`},
		"escape sequence":     {"a\x1b[2Jb", `a\x1b[2Jb`},
		"lines":               {"a\nb\r\tc", `a\nb\r\tc`},
		"carriage and feed":   {"\r\n", `\r\n`},
		"nul":                 {"x\x00y", `x\x00y`},
		"delete and C1":       {"\x7f\u009b", `\x7f\u009b`},
		"bidi override":       {"gpj.\u202etxt", `gpj.\u202etxt`},
		"bidi isolates":       {"\u2066\u2069", `\u2066\u2069`},
		"bidi marks":          {"\u200e\u200f\u061c", `\u200e\u200f\u061c`},
		"zero width":          {"a\u200bb\ufeff", `a\u200bb\ufeff`},
		"separators":          {"\u2028\u2029", `\u2028\u2029`},
		"invisible letter":    {"\u3164", `\u3164`},
		"not UTF-8":           {"a\xffb", `a\xffb`},
		"half a character":    {"\xe6\x97", `\xe6\x97`},
		"replacement itself":  {"\ufffd", "\ufffd"},
		"private use":         {"\ue000\U000f0000", `\ue000\U000f0000`},
		"tag":                 {"\U000e0041", `\U000e0041`},
		"wide":                {"日本語", "日本語"},
		"right to left":       {"שלום", "שלום"},
		"combining":           {"e\u0301", "e\u0301"},
		"combining, no base":  {"\u0301x", `\u0301x`},
		"tower of marks":      {"z\u0300\u0301\u0302\u0303\u0304!", `z\u0300\u0301\u0302\u0303\u0304!`},
		"emoji":               {"🦀", "🦀"},
		"skin tone":           {"👍🏽", `👍\U0001f3fd`},
		"family":              {"👨\u200d👩", `👨\u200d\U0001f469`},
		"emoji presentation":  {"☁\ufe0f", `☁\ufe0f`},
		"counted differently": {"का", `क\u093e`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Safe(tt.in); got != tt.want {
				t.Errorf("Safe(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSafeDoesNotAllocate(t *testing.T) {
	for _, s := range []string{"", "nginx: worker process", "■ own · host – none…", "café"} {
		if n := testing.AllocsPerRun(10, func() { _ = Safe(s) }); n != 0 {
			t.Errorf("Safe(%q) allocates %v times", s, n)
		}
	}
}

// The characters let through without a closer look keep what simple promises of them, in any company.
func TestSimpleRunes(t *testing.T) {
	for r := rune(0); r < 0x10000; r++ {
		if !simpleRune(r) {
			continue
		}
		for _, s := range []string{string(r), string(r) + string(r), "a" + string(r) + "─"} {
			want := utf8.RuneCountInString(s)
			if g, w := ansi.StringWidth(s), ansi.StringWidthWc(s); g != want || w != want {
				t.Errorf("%U in %q: width %d and %d, want %d", r, s, g, w, want)
			}
		}
		if !visible(r) {
			t.Errorf("%U is simple but not visible", r)
		}
	}
}

// Every character, behind a letter and behind an escape, is safe and counted the same in both ways. The ranges leave
// out ideographs, Hangul syllables and planes without characters, which are all alike.
func TestSafeEveryRune(t *testing.T) {
	for _, span := range [][2]rune{{0, 0x3500}, {0xa800, 0xad00}, {0xd700, 0xd800}, {0xf800, 0x11400}, {0x1f000, 0x1f800}, {0xe0000, 0xe0200}} {
		for r := span[0]; r < span[1]; r++ {
			wantSafe(t, Safe("a"+string(r)))
			wantSafe(t, Safe(string(r)+"\x1b"+string(r)))
		}
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Safe(s)
		wantSafe(t, once)
		if twice := Safe(once); twice != once {
			t.Errorf("Safe(%q) = %q, and that once more = %q", s, once, twice)
		}
		wantWidth(t, once, Width(s))
	})
}

// wantSafe fails if a terminal could act on s, or could count it in more than one way.
func wantSafe(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%q is not UTF-8", s)
	}
	for _, r := range s {
		if !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cc) {
			t.Errorf("%q holds %U", s, r)
		}
	}
	if g, w := ansi.StringWidth(s), ansi.StringWidthWc(s); g != w {
		t.Errorf("%q is %d wide by graphemes and %d by characters", s, g, w)
	}
}
