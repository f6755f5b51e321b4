package form

import (
	"errors"
	"strings"
)

// errOpenQuote is returned for a command in which a quote does not end.
var errOpenQuote = errors.New("a quote in the command is not closed")

// splitWords parts a command into words as a shell does: at blanks outside of quotes. A backslash keeps the meaning from the
// character after it, but not within single quotes. Nothing else has a meaning: for more, ask a shell, as with sh -c.
func splitWords(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			begun, escaped = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			begun, quote = true, r
		case quote == 0 && (r == ' ' || r == '\t'):
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	if quote != 0 || escaped {
		return nil, errOpenQuote
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}
