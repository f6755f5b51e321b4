package filter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Parse reads a filter. The error is a sentence for the user, who may be in the middle of typing: the filter that held
// before should stay in force.
func Parse(expr string) (Filter, error) {
	f := Filter{source: expr}
	for rest := strings.TrimSpace(expr); rest != ""; rest = strings.TrimSpace(rest) {
		var w word
		w, rest = next(rest)
		t, err := w.term()
		if err != nil {
			return Filter{}, err
		}
		f.terms = append(f.terms, t)
	}
	return f, nil
}

// word is a term taken apart.
type word struct {
	negate bool
	field  string // Empty for a plain term.
	value  string
	quoted bool
}

// next takes the first word off a text that begins with one.
func next(s string) (w word, rest string) {
	if s[0] == '!' {
		w.negate = true
		s = s[1:]
	}
	if name, after, ok := strings.Cut(s, ":"); ok && letters(name) {
		w.field = strings.ToLower(name)
		s = after
	}
	w.value, w.quoted, rest = unquote(s)
	return w, rest
}

// unquote takes a value off: up to a space outside of quotes. In quotes a backslash stands before a quote or another
// backslash. A quote that is still open ends with the text.
func unquote(s string) (value string, quoted bool, rest string) {
	var b strings.Builder
	inside := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			inside, quoted = !inside, true
		case inside && c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case !inside && strings.ContainsRune(" \t\n\r\v\f", rune(c)):
			return b.String(), quoted, s[i:]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), quoted, ""
}

// letters reports whether a word could be the name of a field: a colon in a path or an address means itself.
func letters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

var errNothingToNegate = errors.New(`"!" needs a term behind it, such as !state:S`)

// term finds out what a word asks for.
func (w word) term() (term, error) {
	if w.field == "" {
		if w.value == "" && !w.quoted {
			return term{}, errNothingToNegate
		}
		return w.ask(Any, w.value), nil
	}
	for _, f := range fields {
		if f.name != w.field {
			continue
		}
		if w.value == "" {
			return term{}, fmt.Errorf("%s: needs a value behind the colon", w.field)
		}
		if number, ok := inode(w.field, w.value); ok && f.namespace != Any {
			return w.ask(f.namespace, number), nil
		}
		return w.plain(f.plain)
	}
	return term{}, fmt.Errorf("no field %q: there are %s; put the text in quotes to look for it as it is", w.field, fieldList())
}

// plain makes a term of a word that asks for no namespace, and checks its value.
func (w word) plain(f Field) (term, error) {
	if f == User && digits(w.value) {
		f = UID
	}
	value := strings.ToLower(w.value)
	switch {
	case f == Any:
		return term{}, w.takes("the inode number of a namespace, such as %s:4026531840", w.field)
	case f.number() && !digits(value):
		return term{}, w.takes("a number")
	case f.number():
		value = trimZeros(value)
	case f == NamespaceType && !slices.Contains(types, value):
		return term{}, w.takes("one of %s", strings.Join(types, ", "))
	case f == State && len(value) != 1:
		return term{}, w.takes("one letter, such as R, S, D, T or Z")
	}
	return w.ask(f, value), nil
}

func (w word) ask(f Field, value string) term {
	return term{field: f, value: []byte(strings.ToLower(value)), negate: w.negate}
}

// takes is the error for a value of the wrong kind.
func (w word) takes(format string, args ...any) error {
	return fmt.Errorf("%s: takes %s, not %q", w.field, fmt.Sprintf(format, args...), w.value)
}

// leastInode is the number of digits of the smallest inode number that the kernel gives to a namespace, 0xEFFFFFF8. A
// process id has at most seven.
const leastInode = 10

// inode reads the number of a namespace, with or without the brackets that the kernel writes. Where the field can mean
// nothing else, any number will do.
func inode(field, value string) (string, bool) {
	bare := strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	if !digits(bare) {
		return "", false
	}
	double := field == "pid" || field == "user"
	if double && bare == value && len(bare) < leastInode {
		return "", false
	}
	return trimZeros(bare), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func trimZeros(s string) string {
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}
