package actions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// single is what most forms have in common: the whole file is one value.
type single struct{}

func (single) same(now, to string) bool { return now == to }

func (single) back(now, _ string) string { return now }

func (single) change(now, to string) (was, will string) { return said(now), said(to) }

// text is any line of text.
type text struct {
	single
	what string
}

func (t text) takes() string { return t.what }

func (text) shape() KnobShape { return ShapeText }

func (text) check(string) bool { return true }

// word is one of some words.
type word []string

// toggle is 0 or 1.
var toggle = word{"0", "1"}

func (w word) takes() string {
	last := len(w) - 1
	if last == 0 {
		return w[0]
	}
	return strings.Join(w[:last], ", ") + " or " + w[last]
}

func (w word) shape() KnobShape {
	if slices.Equal(w, toggle) {
		return ShapeFlag
	}
	return ShapeWord
}

func (w word) check(value string) bool { return slices.Contains(w, value) }

func (word) same(now, to string) bool { return now == to }

// back leaves out what the kernel adds: of "root invalid (cpu list in cpuset.cpus empty)" only the first word can be written.
func (word) back(now, _ string) string {
	first, _, _ := strings.Cut(now, " ")
	return first
}

func (word) change(now, to string) (was, will string) { return said(now), said(to) }

// number is a whole number.
type number struct {
	single
	low, high int64  // high is 0 where there is no bound.
	unit      string // Such as microseconds.
	or        string // A word that is taken as well, such as max; or -1.
	usual     string // What the file says in a new group.
	hex       bool   // Written as 0x10001, as well.
}

func (n number) takes() string {
	what := "a number"
	if n.unit != "" {
		what = n.unit
	}
	switch {
	case n.high == 0 && n.low > 0:
		what += fmt.Sprintf(", at least %d", n.low)
	case n.high == 0:
		what += fmt.Sprintf(" from %d on", n.low)
	default:
		what += fmt.Sprintf(" from %d to %d", n.low, n.high)
	}
	if n.or != "" {
		what += ", or " + n.or
	}
	if n.usual != "" {
		what += "; " + n.usual + " unless set"
	}
	return what
}

func (number) shape() KnobShape { return ShapeNumber }

func (n number) check(value string) bool {
	if value == n.or && value != "" {
		return true
	}
	if hex, ok := strings.CutPrefix(value, "0x"); ok && n.hex {
		v, err := strconv.ParseUint(hex, 16, 63)
		return err == nil && n.within(int64(v))
	}
	v, ok := decimalNumber(value)
	return ok && n.within(v)
}

func (n number) within(v int64) bool { return v >= n.low && (n.high == 0 || v <= n.high) }

// decimalNumber reads a number as a person writes it: without a leading 0, by which the kernel would take it for octal, and
// without a plus sign.
func decimalNumber(text string) (int64, bool) {
	v, err := strconv.ParseInt(text, 10, 64)
	return v, err == nil && strconv.FormatInt(v, 10) == text
}
