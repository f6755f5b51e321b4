package uitest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// keyModes are the modes that change what a key sends.
type keyModes struct {
	application bool // Arrow keys send SS3 instead of CSI (DECCKM).
	kitty       bool // The program asked for unambiguous keys: Escape sends CSI 27 u.
}

// Modifiers as xterm counts them: the parameter is one more than their sum.
const (
	shift = 1 << iota
	alt
	ctrl
)

var modifiers = map[string]int{"shift": shift, "alt": alt, "ctrl": ctrl}

// letterKeys end in a letter: CSI A, SS3 P, with modifiers CSI 1 ; 5 A.
var letterKeys = map[string]byte{
	"up": 'A', "down": 'B', "right": 'C', "left": 'D', "end": 'F', "home": 'H',
	"f1": 'P', "f2": 'Q', "f3": 'R', "f4": 'S',
}

// tildeKeys are numbered: CSI 5 ~, with modifiers CSI 5 ; 5 ~.
var tildeKeys = map[string]int{
	"insert": 2, "delete": 3, "pgup": 5, "pgdown": 6,
	"f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24,
}

// plainKeys send one byte.
var plainKeys = map[string]rune{"enter": '\r', "tab": '\t', "space": ' ', "backspace": 0x7f, "esc": 0x1b}

// encodeKey returns the bytes that a key sends.
func encodeKey(key string, m keyModes) (string, error) {
	mods, name := splitModifiers(key)
	if final, ok := letterKeys[name]; ok {
		return encodeLetter(final, mods, m), nil
	}
	if number, ok := tildeKeys[name]; ok {
		if mods == 0 {
			return fmt.Sprintf("\x1b[%d~", number), nil
		}
		return fmt.Sprintf("\x1b[%d;%d~", number, 1+mods), nil
	}
	switch key {
	case "shift+tab":
		return "\x1b[Z", nil
	case "esc":
		if m.kitty {
			return "\x1b[27u", nil
		}
	}
	return encodeRune(key, name, mods)
}

// splitModifiers takes "ctrl+shift+up" apart; "+" and "ctrl++" are keys too.
func splitModifiers(key string) (mods int, name string) {
	for {
		prefix, rest, found := strings.Cut(key, "+")
		mod, known := modifiers[prefix]
		if !found || !known || rest == "" {
			return mods, key
		}
		mods, key = mods|mod, rest
	}
}

func encodeLetter(final byte, mods int, m keyModes) string {
	switch {
	case mods != 0:
		return fmt.Sprintf("\x1b[1;%d%c", 1+mods, final)
	case final >= 'P' || m.application:
		return fmt.Sprintf("\x1bO%c", final)
	}
	return fmt.Sprintf("\x1b[%c", final)
}

// encodeRune encodes keys that send a character.
func encodeRune(key, name string, mods int) (string, error) {
	r, named := plainKeys[name]
	if !named {
		var size int
		if r, size = utf8.DecodeRuneInString(name); size == 0 || size != len(name) {
			return "", fmt.Errorf("unknown key %q", key)
		}
	}
	if mods&shift != 0 {
		r = unicode.ToUpper(r)
	}
	if mods&ctrl != 0 {
		c := unicode.ToUpper(r)
		if c != ' ' && (c < '@' || c > '_') {
			return "", fmt.Errorf("no terminal sends key %q", key)
		}
		r = c & 0x1f
	}
	if mods&alt != 0 {
		return "\x1b" + string(r), nil
	}
	return string(r), nil
}
