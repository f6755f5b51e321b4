package actions

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"bulkhead/probe/cgroup"
)

// The units of Unit.
const (
	inBytes        = "bytes"
	inMicroseconds = "microseconds"
	inNanoseconds  = "nanoseconds"
)

// Unit returns what all numbers in the file count; empty where they count different things, or nothing that has a unit. What
// is written tells it, else the name: the kernel ends the names of its files so.
func (k KnobKind) Unit() string {
	switch f := k.form.(type) {
	case size:
		return inBytes
	case quota:
		return inMicroseconds
	case percent:
		return "percent"
	case number:
		if f.unit == inMicroseconds {
			return inMicroseconds
		}
	}
	controller, name, _ := strings.Cut(k.File, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	held := slices.Contains([]string{"current", "peak"}, last)
	switch {
	case strings.HasSuffix(name, "_in_bytes"), held && slices.Contains([]string{"memory", "hugetlb"}, controller):
		return inBytes
	case controller == "cpuacct" && strings.HasPrefix(name, "usage") && name != "usage_all":
		return inNanoseconds
	case held && controller == "pids":
		return "threads"
	}
	return ""
}

// Say writes what a file says for a person, where that is one value: its number with its unit, and in a form that can be read.
func (k KnobKind) Say(text string) string {
	unit := k.Unit()
	n, err := strconv.ParseUint(text, 10, 64)
	switch {
	case text == "":
		return "empty"
	case text == "max", text == k.none():
		return text + " (no limit)"
	case err != nil && unit != "" && !strings.ContainsAny(text, "\nabcdefghijklmnopqrstuvwxyz"):
		return text + " " + unit
	case err != nil || unit == "":
		return text
	case unit == inBytes && n >= cgroup.NoLimitV1 && k.Shape == ShapeSize:
		return text + " (no limit)"
	case unit == inBytes && n >= 1024:
		return text + " bytes (" + human(n) + ")"
	case unit == inNanoseconds && n < 1<<62:
		return text + " nanoseconds (" + time.Duration(n).Round(time.Millisecond).String() + ")" //nolint:gosec // It fits.
	}
	return text + " " + unit
}

// none is how a file says that there is no limit; empty where it has none.
func (k KnobKind) none() string {
	switch f := k.form.(type) {
	case size:
		return f.none
	case number:
		return f.or
	}
	return ""
}
