// Package filter is the language in which a user says which rows to show.
//
// A filter is terms with spaces between them; a row is shown if it matches all. A plain term is looked for anywhere in
// the text of the row, in upper or lower case. A term of the form field:value looks into that field alone, and an
// exclamation mark in front turns a term around. Quotes keep spaces together and take the meaning from colons and
// exclamation marks:
//
//	nginx                      somewhere in the row
//	!state:S                   tasks that do not sleep
//	net:4026531840             members of that network namespace; net:[4026531840] is the same
//	cg:/docker comm:"my app"   both must hold
package filter

import (
	"bytes"
	"strings"
)

// Subject is a row that can be filtered.
type Subject interface {
	// AppendField appends the values that the row has for a field to dst and returns it, as strconv.AppendUint does. A
	// row without that field appends nothing. The values are separated by NUL bytes, which cannot be asked for. Any is
	// the text that plain terms are looked for in: all that the row shows.
	AppendField(dst []byte, f Field) []byte
}

// Filter is what a user asked for. The zero value matches every row.
type Filter struct {
	source string
	terms  []term
}

// term is one condition.
type term struct {
	field  Field
	value  []byte // In lower case.
	negate bool
}

// String is the filter as it was written.
func (f Filter) String() string { return f.source }

// Empty reports whether every row matches.
func (f Filter) Empty() bool { return len(f.terms) == 0 }

// Match reports whether a row matches. For many rows, a Matcher is cheaper.
func (f Filter) Match(s Subject) bool { return f.Matcher()(s) }

// Matcher returns a function that tells whether a row matches. It reuses its memory, so each goroutine needs its own.
func (f Filter) Matcher() func(Subject) bool {
	var scratch []byte
	return func(s Subject) bool {
		for _, t := range f.terms {
			scratch = s.AppendField(scratch[:0], t.field)
			if t.in(scratch) == t.negate {
				return false
			}
		}
		return true
	}
}

// in reports whether the values of a field are what the term asks for, its negation aside. It changes the values.
func (t term) in(values []byte) bool {
	values = lower(values)
	if !t.field.exact() {
		return bytes.Contains(values, t.value)
	}
	for len(values) > 0 {
		value, rest, _ := bytes.Cut(values, []byte{0})
		if bytes.Equal(value, t.value) {
			return true
		}
		values = rest
	}
	return false
}

// lower turns text into lower case, in place where it is ASCII.
func lower(text []byte) []byte {
	for i, c := range text {
		switch {
		case c >= 0x80:
			return bytes.ToLower(text)
		case 'A' <= c && c <= 'Z':
			text[i] = c + ('a' - 'A')
		}
	}
	return text
}

// Highlights returns the byte ranges of a text in which plain terms were found, in order and apart from each other.
func (f Filter) Highlights(text string) [][2]int {
	var found [][2]int
	for _, t := range f.terms {
		if t.field != Any || t.negate {
			continue
		}
		for at := 0; ; {
			from, to, ok := indexFold(text, string(t.value), at)
			if !ok {
				break
			}
			found = append(found, [2]int{from, to})
			at = to
		}
	}
	return merge(found)
}

// Fields are the names of the fields, as they are listed to the user.
func Fields() []string {
	var list []string
	for _, f := range fields {
		list = append(list, f.name)
	}
	return list
}

func fieldList() string { return strings.Join(Fields(), ", ") }
