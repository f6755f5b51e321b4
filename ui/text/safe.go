package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxMarks bounds the combining marks on one character. Living languages need three; a tower of them is drawn over
// the lines above and below.
const maxMarks = 4

// Safe returns s with everything that a terminal might act on written out: `\n`, `\x1b`, `\u202e`, `\xff` for a byte
// that is no UTF-8. It does so for control characters, format characters (among them the bidi controls and the
// zero-width ones), line and paragraph separators, private use, unassigned and invisible characters, combining marks
// without a base, and sequences which terminals count differently, such as emoji with a skin tone.
//
// A backslash stays as it is, so that Safe(Safe(s)) equals Safe(s). Text without any of these is returned as it came.
func Safe(s string) string {
	if _, ok := simple(s); ok {
		return s
	}
	for at := 0; at < len(s); {
		cluster, _ := firstCluster(s[at:])
		if !sound(cluster) {
			return escapeFrom(s, at)
		}
		at += len(cluster)
	}
	return s
}

// simple returns the number of cells of s if each of its characters takes one and combines with no other, which is
// the case for almost all that is drawn: ASCII, Latin, punctuation, arrows, lines and blocks.
func simple(s string) (cells int, ok bool) {
	for i := 0; i < len(s); cells++ {
		if s[i]-0x20 <= 0x7e-0x20 {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !simpleRune(r) {
			return 0, false
		}
		i += size
	}
	return cells, true
}

func simpleRune(r rune) bool {
	switch {
	case r < 0x7f:
		return r >= 0x20
	case r < 0x300:
		return r > 0xa0 && r != 0xad
	default:
		return r >= 0x2010 && r <= 0x2027 || r >= 0x2190 && r <= 0x21ff || r >= 0x2500 && r <= 0x25fc
	}
}

// escapeFrom copies s, which is sound up to the offset at, and escapes what is not sound behind it.
func escapeFrom(s string, at int) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:at])
	for at < len(s) {
		cluster, _ := firstCluster(s[at:])
		at += len(cluster)
		if sound(cluster) {
			b.WriteString(cluster)
			continue
		}
		escapeCluster(&b, cluster)
	}
	return b.String()
}

// escapeCluster keeps the base of an unsound cluster if it is sound by itself, which leaves an emoji or a letter to be
// recognised, and escapes the rest.
func escapeCluster(b *strings.Builder, cluster string) {
	_, size := utf8.DecodeRuneInString(cluster)
	if base := cluster[:size]; sound(base) {
		b.WriteString(base)
		cluster = cluster[size:]
	}
	for len(cluster) > 0 {
		r, size := utf8.DecodeRuneInString(cluster)
		b.WriteString(escape(r, cluster[:size]))
		cluster = cluster[size:]
	}
}

// firstCluster returns the first grapheme cluster of s, which is not empty, and the width of its characters together.
func firstCluster(s string) (cluster string, cells int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return s[:1], 1
	}
	return ansi.FirstGraphemeCluster(s, ansi.WcWidth)
}

// sound reports whether a grapheme cluster can be drawn as it is.
func sound(cluster string) bool {
	if _, ok := simple(cluster); ok {
		return true
	}
	marks := 0
	for i, r := range cluster {
		if !visible(r) || r == utf8.RuneError && !strings.HasPrefix(cluster[i:], "\ufffd") {
			return false
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		}
		if marks > maxMarks || marks > 0 && i == 0 {
			return false
		}
	}
	return sameWidth(cluster)
}

// visible reports whether a character leaves a trace of its own on the screen and has a meaning that fonts agree on.
func visible(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0x20 && r < 0x7f
	}
	return unicode.IsGraphic(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// sameWidth reports whether both kinds of terminals, those that count characters and those that count graphemes, give
// the cluster the same width, whatever stands before and behind it.
func sameWidth(cluster string) bool {
	width := ansi.StringWidthWc(cluster)
	return width > 0 && width == ansi.StringWidth(cluster) && width+2 == ansi.StringWidth("x"+cluster+"x")
}

// escape writes one character, or one byte that is no UTF-8, in the way of Go's string literals.
func escape(r rune, raw string) string {
	if r == utf8.RuneError && len(raw) == 1 {
		return `\x` + hex(uint32(raw[0]), 2)
	}
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return `\x` + hex(uint32(r), 2)
	case r < 0x10000:
		return `\u` + hex(uint32(r), 4)
	default:
		return `\U` + hex(uint32(r), 8)
	}
}

func hex(n uint32, digits int) string {
	s := strconv.FormatUint(uint64(n), 16)
	return strings.Repeat("0", max(digits-len(s), 0)) + s
}
