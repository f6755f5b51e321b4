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

// ioKnown fills in what files that were read do not name: a device without limits has none, and one that is not counted did
// nothing. Where a file could not be read it is said why. It returns whether what was done could be read.
func (t Texts) ioKnown(table *ioTable) reading.State {
	bytes, operations := t.serviceFiles()
	stat, limited := t.file("io.stat"), t.file("io.max")
	for i := range table.devices {
		d := &table.devices[i]
		for _, what := range done {
			old := bytes
			if what.operations {
				old = operations
			}
			named := what.field(d)
			*named = first(*named, unnamed(stat, reading.Of(uint64(0))), unnamed(old, reading.Of(uint64(0))))
		}
		for _, limit := range limits {
			none := reading.None[uint64](reading.Unlimited)
			named := limit.field(d)
			*named = first(*named, unnamed(limited, none), unnamed(t.file(limit.file), none))
		}
	}
	if stat.why == reading.Absent {
		return bytes.why
	}
	return stat.why
}

// unnamed is the value of what a file does not name.
func unnamed(c content, otherwise reading.Reading[uint64]) reading.Reading[uint64] {
	if c.why == reading.Present {
		return otherwise
	}
	return reading.None[uint64](c.why)
}
