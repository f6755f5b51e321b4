package cgroup

import (
	"strings"

	"bulkhead/probe/reading"
)

// ioField is a value of a device.
type ioField func(*IODevice) *reading.Reading[uint64]

// done are the values of io.stat of version 2, and what version 1 calls them in the files of bytes and of operations.
var done = []struct {
	key, kind  string
	operations bool
	field      ioField
}{
	{"rbytes", "Read", false, func(d *IODevice) *reading.Reading[uint64] { return &d.Read }},
	{"wbytes", "Write", false, func(d *IODevice) *reading.Reading[uint64] { return &d.Written }},
	{"dbytes", "Discard", false, func(d *IODevice) *reading.Reading[uint64] { return &d.Discarded }},
	{"rios", "Read", true, func(d *IODevice) *reading.Reading[uint64] { return &d.Reads }},
	{"wios", "Write", true, func(d *IODevice) *reading.Reading[uint64] { return &d.Writes }},
	{"dios", "Discard", true, func(d *IODevice) *reading.Reading[uint64] { return &d.Discards }},
}

// limits are the keys of io.max of version 2, and the files of version 1.
var limits = []struct {
	key, file string
	field     ioField
}{
	{"rbps", "blkio.throttle.read_bps_device", func(d *IODevice) *reading.Reading[uint64] { return &d.MaxRead }},
	{"wbps", "blkio.throttle.write_bps_device", func(d *IODevice) *reading.Reading[uint64] { return &d.MaxWritten }},
	{"riops", "blkio.throttle.read_iops_device", func(d *IODevice) *reading.Reading[uint64] { return &d.MaxReads }},
	{"wiops", "blkio.throttle.write_iops_device", func(d *IODevice) *reading.Reading[uint64] { return &d.MaxWrites }},
}

// serviceFiles returns the files of version 1 that count bytes and operations.
func (t Texts) serviceFiles() (bytes, operations content) {
	recursive := func(name string) content {
		if c := t.file(name + "_recursive"); c.why != reading.Absent {
			return c
		}
		return t.file(name)
	}
	return recursive("blkio.throttle.io_service_bytes"), recursive("blkio.throttle.io_serviced")
}

// ioDone reads what was done.
func (t Texts) ioDone(table *ioTable) {
	for _, line := range t.file("io.stat").deviceLines() {
		d, values := table.device(line.number), content{text: []byte(line.rest), why: reading.Present}
		for _, what := range done {
			*what.field(d) = values.value(what.key).number()
		}
	}
	bytes, operations := t.serviceFiles()
	for i, file := range []content{bytes, operations} {
		for _, line := range file.deviceLines() {
			d := table.device(line.number)
			kind, amount, _ := strings.Cut(line.rest, " ")
			for _, what := range done {
				if what.kind == kind && what.operations == (i == 1) {
					*what.field(d) = content{text: []byte(amount), why: reading.Present}.number()
				}
			}
		}
	}
}

// ioLimits reads what may be done.
func (t Texts) ioLimits(table *ioTable) {
	for _, line := range t.file("io.max").deviceLines() {
		d, values := table.device(line.number), content{text: []byte(line.rest), why: reading.Present}
		for _, limit := range limits {
			*limit.field(d) = values.value(limit.key).limit()
		}
	}
	for _, limit := range limits {
		for _, line := range t.file(limit.file).deviceLines() {
			*limit.field(table.device(line.number)) = content{text: []byte(line.rest), why: reading.Present}.number()
		}
	}
	for _, weight := range []struct {
		files []string
		field ioField
	}{
		{[]string{"io.weight", "blkio.weight_device"}, func(d *IODevice) *reading.Reading[uint64] { return &d.Weight }},
		{[]string{"io.bfq.weight", "blkio.bfq.weight_device"}, func(d *IODevice) *reading.Reading[uint64] { return &d.BFQWeight }},
	} {
		for _, file := range weight.files {
			for _, line := range t.file(file).deviceLines() {
				*weight.field(table.device(line.number)) = content{text: []byte(line.rest), why: reading.Present}.number()
			}
		}
	}
	for _, line := range t.file("io.latency").deviceLines() {
		d := table.device(line.number)
		d.Latency = content{text: []byte(line.rest), why: reading.Present}.value("target").microseconds()
	}
}

// ioKnown fills in what files that were read do not name: a device without limits has none, and one of which nothing is counted
// did nothing. What is missing where others of its kind are told, as on an older kernel, is not known. Where a file could not be
// read it is said why. It returns whether what was done could be read.
func (t Texts) ioKnown(table *ioTable) reading.State {
	bytes, operations := t.serviceFiles()
	stat, limited := t.file("io.stat"), t.file("io.max")
	counted, bytesOf, operationsOf, limitsOf := stat.devices(hasCount), bytes.devices(says), operations.devices(says), limited.devices(says)
	for i := range table.devices {
		d := &table.devices[i]
		for _, what := range done {
			old, named := bytes, bytesOf[d.Number]
			if what.operations {
				old, named = operations, operationsOf[d.Number]
			}
			value := what.field(d)
			*value = first(*value, unnamed(stat, reading.Of(uint64(0)), counted[d.Number]), unnamed(old, reading.Of(uint64(0)), named))
			if t.LimitedIOOnly && stat.why == reading.Absent {
				*value = Counted(*value)
			}
		}
	}
	none := reading.None[uint64](reading.Unlimited)
	for _, limit := range limits {
		old := t.file(limit.file)
		oldOf := old.devices(says)
		for i := range table.devices {
			d := &table.devices[i]
			value := limit.field(d)
			*value = first(*value, unnamed(limited, none, limitsOf[d.Number]), unnamed(old, none, oldOf[d.Number]))
		}
	}
	if stat.why == reading.Absent {
		return bytes.why
	}
	return stat.why
}

// says reports whether a line about a device says anything.
func says(rest string) bool { return rest != "" }

// hasCount reports whether a line of io.stat has a count of what was done: others there are of policies.
func hasCount(rest string) bool {
	values := content{text: []byte(rest), why: reading.Present}
	for i := range done {
		if values.value(done[i].key).why == reading.Present {
			return true
		}
	}
	return false
}

// devices returns the devices of which a line passes.
func (c content) devices(passes func(rest string) bool) map[string]bool {
	named := map[string]bool{}
	for _, line := range c.deviceLines() {
		named[line.number] = named[line.number] || passes(line.rest)
	}
	return named
}

// unnamed is the value that a file does not tell: it is known only of a device that the file does not name.
func unnamed(c content, otherwise reading.Reading[uint64], named bool) reading.Reading[uint64] {
	switch {
	case c.why != reading.Present:
		return reading.None[uint64](c.why)
	case named:
		return reading.Reading[uint64]{}
	}
	return otherwise
}
