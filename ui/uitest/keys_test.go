package uitest

import (
	"strings"
	"testing"
)

func TestEncodeKey(t *testing.T) {
	for key, want := range map[string]string{
		"a": "a", "é": "é", "?": "?", ":": ":", "+": "+", "A": "A",
		"enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "esc": "\x1b", "space": " ", "backspace": "\x7f",
		"up": "\x1b[A", "shift+up": "\x1b[1;2A", "ctrl+right": "\x1b[1;5C", "ctrl+shift+home": "\x1b[1;6H",
		"delete": "\x1b[3~", "pgdown": "\x1b[6~", "alt+pgup": "\x1b[5;3~",
		"f1": "\x1bOP", "f5": "\x1b[15~", "f12": "\x1b[24~", "shift+f1": "\x1b[1;2P",
		"ctrl+c": "\x03", "ctrl+z": "\x1a", "ctrl+space": "\x00", "ctrl+\\": "\x1c", "alt+x": "\x1bx", "shift+a": "A",
		"alt+enter": "\x1b\r",
	} {
		if got, err := encodeKey(key, keyModes{}); got != want || err != nil {
			t.Errorf("encodeKey(%q) = %q, %v, want %q", key, got, err, want)
		}
	}
}

func TestEncodeKeyInModes(t *testing.T) {
	for name, test := range map[string]struct {
		key  string
		mode keyModes
		want string
	}{
		"application arrows":    {"up", keyModes{application: true}, "\x1bOA"},
		"modified arrows stay":  {"ctrl+up", keyModes{application: true}, "\x1b[1;5A"},
		"unambiguous escape":    {"esc", keyModes{kitty: true}, "\x1b[27u"},
		"other keys are legacy": {"enter", keyModes{kitty: true}, "\r"},
	} {
		if got, err := encodeKey(test.key, test.mode); got != test.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, test.want)
		}
	}
}

func TestUnknownKeys(t *testing.T) {
	for _, key := range []string{"", "dwon", "ctrl+", "ctrl+1", "f13", "hyper+a"} {
		if got, err := encodeKey(key, keyModes{}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("encodeKey(%q) = %q, %v, want an error that names the key", key, got, err)
		}
	}
}

// TestKeyboard checks that what is typed depends on what the program asked for.
func TestKeyboard(t *testing.T) {
	for name, test := range map[string]struct {
		output string
		do     func(*Terminal) error
		want   string
	}{
		"keys in order": {"", func(t *Terminal) error { return t.Send("2", "down", "enter") }, "2\x1b[B\r"},
		"text":          {"", func(t *Terminal) error { return t.Type("né\n") }, "né\r"},
		"arrow":         {"\x1b[?1h", func(t *Terminal) error { return t.Send("down") }, "\x1bOB"},
		"escape":        {"\x1b[>1u", func(t *Terminal) error { return t.Send("esc", "j") }, "\x1b[27uj"},
		"click": {
			"\x1b[?1002;1006h", func(t *Terminal) error { return t.Click(9, 4) },
			"\x1b[<0;10;5M\x1b[<0;10;5m",
		},
		"wheel": {
			"\x1b[?1003;1006h", func(t *Terminal) error { return t.Wheel(0, 0, -2) },
			"\x1b[<64;1;1M\x1b[<64;1;1M",
		},
	} {
		t.Run(name, func(t *testing.T) {
			term, sent := newTerminal(t, test.output)
			check(t, test.do(term))
			if got := sent(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMouseUnheard(t *testing.T) {
	term, sent := newTerminal(t, "")
	if err := term.Click(1, 1); err == nil || !strings.Contains(err.Error(), "does not listen") {
		t.Errorf("Click: got %v, want an error", err)
	}
	if got := sent(); got != "" {
		t.Errorf("sent %q, want nothing", got)
	}
}
