package cgroup

import (
	"bytes"
	"math"

	"bulkhead/probe/reading"
)

// blkioV1 are the files of the version 1 blkio controller; see admin-guide/cgroup-v1/blkio-controller. Kernels before the
// first one came count the group without those below.
var blkioV1 = []file{
	{"blkio.throttle.io_service_bytes_recursive", PartIO, func(v *Values, c content) {
		v.IORead, v.IOWritten = c.service("Read"), c.service("Write")
	}},
	{"blkio.throttle.io_service_bytes", PartIO, func(v *Values, c content) {
		if v.IORead.State() == reading.Absent {
			v.IORead, v.IOWritten = c.service("Read"), c.service("Write")
		}
	}},
}

// ioV2 are the files of the version 2 io controller.
var ioV2 = []file{
	{"io.stat", PartIO, func(v *Values, c content) { v.IORead, v.IOWritten = c.transferred("rbytes"), c.transferred("wbytes") }},
}

// Counted returns what a kernel of version 1 that does not count every group has counted: 0 may be anything there.
func Counted(r reading.Reading[uint64]) reading.Reading[uint64] {
	if n, ok := r.Get(); ok && n == 0 {
		return reading.None[uint64](reading.Unsupported)
	}
	return r
}

// service sums up what devices did in a file of version 1, "8:0 Read 4096". The sum over all kinds at the end has no device.
// A device that is not named did nothing.
func (c content) service(kind string) reading.Reading[uint64] {
	return c.sum(func(line []byte) ([]byte, bool) {
		_, rest, _ := bytes.Cut(line, []byte{' '})
		name, amount, ok := bytes.Cut(rest, []byte{' '})
		return amount, ok && string(name) == kind
	})
}

// transferred sums up what devices did in io.stat, "8:0 rbytes=4096 wbytes=0". A device that is not named, or without that
// key, did nothing.
func (c content) transferred(key string) reading.Reading[uint64] {
	return c.sum(func(line []byte) ([]byte, bool) {
		_, rest, _ := bytes.Cut(line, []byte{' '})
		amount := content{text: rest, why: reading.Present}.value(key)
		return amount.text, amount.why == reading.Present
	})
}

// sum adds up the numbers that a function picks from the lines. One that is no number spoils the sum.
func (c content) sum(pick func(line []byte) (number []byte, ok bool)) reading.Reading[uint64] {
	return parse(c, func(text []byte) (uint64, bool) {
		total := uint64(0)
		for rest := text; len(rest) > 0; {
			var line []byte
			line, rest, _ = bytes.Cut(rest, []byte{'\n'})
			picked, ok := pick(line)
			if !ok {
				continue
			}
			n, ok := parseNumber(bytes.TrimSpace(picked))
			if !ok || n > math.MaxUint64-total {
				return 0, false
			}
			total += n
		}
		return total, true
	})
}
