package filter

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// indexFold finds a term, which is in lower case, in a text of any case, from a byte of it on.
func indexFold(text, term string, at int) (from, to int, ok bool) {
	if term == "" {
		return 0, 0, false
	}
	for at < len(text) {
		if size := prefixFold(text[at:], term); size > 0 {
			return at, at + size, true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return 0, 0, false
}

// prefixFold returns the length of the beginning of text that equals the term but for the case, or 0.
func prefixFold(text, term string) int {
	size := 0
	for _, want := range term {
		if size == len(text) {
			return 0
		}
		got, n := rune(text[size]), 1
		if got >= utf8.RuneSelf {
			got, n = utf8.DecodeRuneInString(text[size:])
		}
		if got != want && unicode.ToLower(got) != want {
			return 0
		}
		size += n
	}
	return size
}

// merge sorts ranges and joins those that touch.
func merge(ranges [][2]int) [][2]int {
	slices.SortFunc(ranges, func(a, b [2]int) int { return a[0] - b[0] })
	var joined [][2]int
	for _, r := range ranges {
		if n := len(joined); n > 0 && r[0] <= joined[n-1][1] {
			joined[n-1][1] = max(joined[n-1][1], r[1])
			continue
		}
		joined = append(joined, r)
	}
	return joined
}
