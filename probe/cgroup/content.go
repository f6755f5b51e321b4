package cgroup

import (
	"bytes"
	"math"
	"strconv"
	"time"

	"bulkhead/probe/reading"
)

// content is what a control file says, or why it could not be read. A text that is not of the form expected has no value
// that is known, so that its reading is absent.
type content struct {
	text []byte
	why  reading.State // Present where the text was read.
	sets setCache
}

// parse returns what parser makes of the text, without the white space around it.
func parse[T any](c content, parser func([]byte) (T, bool)) reading.Reading[T] {
	if c.why != reading.Present {
		return reading.None[T](c.why)
	}
	value, ok := parser(bytes.TrimSpace(c.text))
	if !ok {
		return reading.None[T](reading.Absent)
	}
	return reading.Of(value)
}

// number reads a decimal number.
func (c content) number() reading.Reading[uint64] { return parse(c, parseNumber) }

// limit reads a decimal number, or "max" for no limit.
func (c content) limit() reading.Reading[uint64] {
	if c.why == reading.Present && string(bytes.TrimSpace(c.text)) == "max" {
		return reading.None[uint64](reading.Unlimited)
	}
	return c.number()
}

// flag reads 0 or 1.
func (c content) flag() reading.Reading[bool] {
	return parse(c, func(text []byte) (bool, bool) {
		return string(text) == "1", string(text) == "0" || string(text) == "1"
	})
}

// nanoseconds reads a time span.
func (c content) nanoseconds() reading.Reading[time.Duration] { return c.duration(time.Nanosecond) }

// microseconds reads a time span.
func (c content) microseconds() reading.Reading[time.Duration] { return c.duration(time.Microsecond) }

// duration reads a time span. One of more than 292 years, as a thousand CPUs use in four months, is not told.
func (c content) duration(unit time.Duration) reading.Reading[time.Duration] {
	return parse(c, func(text []byte) (time.Duration, bool) {
		n, ok := parseNumber(text)
		if !ok || n > math.MaxInt64/uint64(unit) {
			return 0, false
		}
		return time.Duration(n) * unit, true
	})
}

// words are the texts that are met so often that each need not be kept anew.
var words = [...]string{"domain", "threaded", "domain threaded", "domain invalid"}

// word reads a text.
func (c content) word() reading.Reading[string] {
	return parse(c, func(text []byte) (string, bool) {
		for _, word := range words {
			if string(text) == word {
				return word, true
			}
		}
		return string(text), len(text) > 0
	})
}

// flat returns the value of a key in a flat-keyed file, one "KEY VALUE" on a line; see "Format" in the kernel's
// cgroup-v2 document.
func (c content) flat(key string) content {
	if c.why != reading.Present {
		return c
	}
	for rest := c.text; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if len(line) > len(key) && line[len(key)] == ' ' && string(line[:len(key)]) == key {
			return content{text: line[len(key)+1:], why: reading.Present, sets: c.sets}
		}
	}
	return content{why: reading.Absent}
}

// parseNumber parses a decimal number of digits alone.
func parseNumber(text []byte) (uint64, bool) {
	n, err := strconv.ParseUint(string(text), 10, 64)
	return n, err == nil
}
