package actions

import (
	"fmt"
	"strings"
)

// plainBytes are those that need no quotes in a shell.
const plainBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^"

// quote writes a word so that sh(1) reads it as it is. What could do harm on the way, as a control character on a
// terminal, is written by its number through printf(1), which every shell has.
func quote(word string) string {
	if word == "" {
		return "''"
	}
	if strings.Trim(word, plainBytes) == "" {
		return word
	}
	var b strings.Builder
	for part, odd := range runs(word) {
		if odd {
			b.WriteString(`"$(printf '`)
			for _, c := range []byte(part) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
			b.WriteString(`')"`)
			continue
		}
		b.WriteString("'" + strings.ReplaceAll(part, "'", `'\''`) + "'")
	}
	return b.String()
}

// runs parts a word into what is printable and what is not.
func runs(word string) func(yield func(string, bool) bool) {
	return func(yield func(string, bool) bool) {
		for start := 0; start < len(word); {
			odd := unprintable(word[start])
			end := start + 1
			for end < len(word) && unprintable(word[end]) == odd {
				end++
			}
			if !yield(word[start:end], odd) {
				return
			}
			start = end
		}
	}
}

// unprintable reports whether a byte is a control character or no ASCII, so that bidirectional marks are told too. A newline
// stands in quotes as it is: a shell drops those at the end of what a command prints.
func unprintable(c byte) bool { return c < ' ' && c != '\n' || c >= 0x7f }

// words quotes words and joins them by blanks.
func words(all ...string) string {
	quoted := make([]string, len(all))
	for i, word := range all {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// echo is the shell text that writes a value to a file. Where shells differ in what their echo makes of the value it is
// printf(1) that does so.
func echo(value, file string) string {
	command := "echo"
	if ambiguous(value) {
		command = `printf '%s\n'`
	}
	if value != "" {
		command += " " + quote(value)
	}
	return command + " > " + quote(file)
}

// ambiguous reports whether some shells' echo would write another value: one with a backslash, or one that is taken for an
// option; see "Application Usage" of echo(1p).
func ambiguous(value string) bool {
	return strings.Contains(value, `\`) || (len(value) > 1 && value[0] == '-' && strings.Trim(value[1:], "neE") == "")
}
