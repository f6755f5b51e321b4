package uitest

import (
	"slices"
	"strings"
	"testing"
)

func TestSplitScript(t *testing.T) {
	for script, want := range map[string][]string{
		"":                              nil,
		"2, down ,,enter":               {"2", "down", "enter"},
		`wait:a\, b,\,,\\`:              {"wait:a, b", ",", `\`},
		"wait:Worlds,wait:net:[1],:,?,": {"wait:Worlds", "wait:net:[1]", ":", "?"},
	} {
		if got := splitScript(script); !slices.Equal(got, want) {
			t.Errorf("splitScript(%q) = %q, want %q", script, got, want)
		}
	}
}

func TestBadScripts(t *testing.T) {
	for script, want := range map[string]string{
		"down,dwon":   `script step "dwon": unknown key "dwon"`,
		"wait:":       "wait needs an argument",
		"resize:80":   `size "80" is not like 120x36`,
		"idle:fast":   "invalid duration",
		"pause:1":     "missing unit",
		"resize:0x10": "is not like 120x36",
	} {
		term, sent := newTerminal(t, "")
		if err := term.Play(t.Context(), script); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Play(%q): got error %v, want %q", script, err, want)
		}
		if got := sent(); got != "" {
			t.Errorf("Play(%q) sent %q before it found the error", script, got)
		}
	}
}

func TestPlay(t *testing.T) {
	term, sent := newTerminal(t, "Worlds\r\n世 Tasks\x1b[?1000;1006h")
	check(t, term.Play(t.Context(), `wait:Worlds,2,type:a\,b,gone:Cgroups,click:Tasks,wheel:Worlds,idle:1ms,pause:1ms,resize:20x5`))
	if w, h := term.Size(); w != 20 || h != 5 {
		t.Errorf("Size() = %d, %d, want 20, 5", w, h)
	}
	want := "2a,b" + "\x1b[<0;4;2M\x1b[<0;4;2m" + "\x1b[<65;1;1M"
	if got := sent(); got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestParseSize(t *testing.T) {
	for _, bad := range []string{"", "80", "x24", "80x", "80x24x2", "-1x5", "axb"} {
		if w, h, err := ParseSize(bad); err == nil {
			t.Errorf("ParseSize(%q) = %d, %d, want an error", bad, w, h)
		}
	}
	if w, h, err := ParseSize("120x36"); w != 120 || h != 36 || err != nil {
		t.Errorf("ParseSize(120x36) = %d, %d, %v", w, h, err)
	}
}
