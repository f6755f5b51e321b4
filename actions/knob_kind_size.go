package actions

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"bulkhead/probe/cgroup"
)

// suffixes are those of sizes, each 1024 times the one before; see memparse() in the kernel's lib/cmdline.c.
const suffixes = "KMGTPE"

// parseSize reads a size in bytes: a plain decimal number, with a binary suffix as in 512M or without.
func parseSize(text string) (uint64, bool) {
	digits, shift := text, 0
	if i := len(text) - 1; i > 0 {
		if n := strings.IndexByte(suffixes, text[i]&^0x20); n >= 0 {
			digits, shift = text[:i], 10*(n+1)
		}
	}
	v, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || strconv.FormatUint(v, 10) != digits || bits.Len64(v)+shift > 63 {
		return 0, false
	}
	return v << shift, true
}

// human writes a size for a person, with a suffix.
func human(size uint64) string {
	unit := 0
	for unit < len(suffixes) && size>>(10*(unit+1)) > 0 {
		unit++
	}
	if unit == 0 {
		return strconv.FormatUint(size, 10) + " bytes"
	}
	v := float64(size) / float64(uint64(1)<<(10*unit))
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) + suffixes[unit-1:unit]
}

// size is a number of bytes.
type size struct {
	none string // How no limit is written: max, or -1 in version 1; empty where the size is no limit.
}

func (s size) takes() string {
	if s.none == "" {
		return "bytes, as in 1048576 or 512M"
	}
	return "bytes, as in 1048576 or 512M, or " + s.none + " for no limit"
}

func (size) shape() KnobShape { return ShapeSize }

func (s size) check(value string) bool {
	_, ok := parseSize(value)
	return ok || (value == s.none && value != "")
}

// same compares what is meant: 512M is 536870912.
func (s size) same(now, to string) bool {
	a, ok := s.bytes(now)
	b, meant := s.bytes(to)
	return ok && meant && a == b
}

// bytes returns a size, and MaxUint64 where there is no limit.
func (s size) bytes(value string) (uint64, bool) {
	if value == s.none && value != "" {
		return math.MaxUint64, true
	}
	v, ok := parseSize(value)
	if ok && s.none == "-1" && v >= cgroup.NoLimitV1 {
		return math.MaxUint64, true
	}
	return v, ok
}

func (size) back(now, _ string) string { return now }

func (s size) change(now, to string) (was, will string) { return s.say(now), s.say(to) }

// say writes what was not written for a person beside what was: 268435456 (256M), 512M (536870912).
func (s size) say(value string) string {
	v, ok := s.bytes(value)
	switch {
	case !ok:
		return said(value)
	case v == math.MaxUint64:
		return value + " (no limit)"
	case v < 1024:
		return value
	case strings.ContainsRune("0123456789", rune(value[len(value)-1])):
		return value + " (" + human(v) + ")"
	}
	return value + " (" + strconv.FormatUint(v, 10) + ")"
}

// reclaim is how much memory.reclaim is to take, and since Linux 6.11 how readily from anonymous memory.
type reclaim struct{ single }

func (reclaim) takes() string { return "bytes, as in 512M, and if wanted swappiness=N from 0 to 200" }

func (reclaim) shape() KnobShape { return ShapeText }

func (reclaim) check(value string) bool {
	amount, how, more := strings.Cut(value, " ")
	_, ok := parseSize(amount)
	if !more {
		return ok
	}
	swappiness, named := strings.CutPrefix(how, "swappiness=")
	return ok && named && (number{high: 200}.check(swappiness) || swappiness == "max")
}
