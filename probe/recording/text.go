package recording

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is a text of the kernel, of any bytes; the package comment says how it is written.
type Text string

// MarshalJSON writes the text as a JSON string.
func (t Text) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, len(t)+2)
	b = append(b, '"')
	for i := 0; i < len(t); {
		r, size := utf8.DecodeRuneInString(string(t[i:]))
		switch {
		case r == utf8.RuneError && size == 1:
			b = fmt.Appendf(b, `\\x%02x`, t[i])
		case r == '\\' && escapeAt(string(t[i:])):
			b = append(b, `\\x5c`...)
		default:
			b = appendRune(b, r)
		}
		i += size
	}
	return append(b, '"'), nil
}

// appendRune appends a character as it stands in a JSON string.
func appendRune(b []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(b, '\\', byte(r))
	case r == '\n':
		return append(b, `\n`...)
	case r == '\t':
		return append(b, `\t`...)
	case r == ' ' || unicode.IsGraphic(r):
		return utf8.AppendRune(b, r)
	case r > 0xffff:
		high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
		return fmt.Appendf(b, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(b, `\u%04x`, r)
}

// escapeAt reports whether a text begins with an escape of this package: \x5c, or \x80 to \xff.
func escapeAt(s string) bool {
	if len(s) < 4 || s[0] != '\\' || s[1] != 'x' {
		return false
	}
	high, low := strings.IndexByte(digits, s[2]), strings.IndexByte(digits, s[3])
	return low >= 0 && (high >= 8 || s[2:4] == "5c")
}

const digits = "0123456789abcdef"

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Text) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("read text: %w", err)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if !escapeAt(s[i:]) {
			b.WriteByte(s[i])
			continue
		}
		b.WriteByte(byte(strings.IndexByte(digits, s[i+2])<<4 | strings.IndexByte(digits, s[i+3])))
		i += 3
	}
	*t = Text(b.String())
	return nil
}
