package cgroup

import (
	"bytes"
	"strconv"

	"bulkhead/probe/reading"
)

// Pressure is how much of the last ten seconds tasks of a group, or of those below, stood waiting for something, in percent:
// avg10 of the files *.pressure of version 2, since Linux 4.20; see accounting/psi. Where PSI is built in but off the kernel
// has no such files, or says that it does not support them; those of a group whose cgroup.pressure is 0 are gone as well.
type Pressure struct {
	// Some is while at least one task waited.
	Some reading.Reading[float64]
	// Full is while all tasks that were not idle waited at once. cpu.pressure has had it since Linux 5.13.
	Full reading.Reading[float64]
}

// pressureFiles are there in every group of version 2, whatever its controllers.
var pressureFiles = []file{
	{"cpu.pressure", PartCPUPressure, func(v *Values, c content) { v.CPUPressure = c.pressure() }},
	{"memory.pressure", PartMemoryPressure, func(v *Values, c content) { v.MemoryPressure = c.pressure() }},
	{"io.pressure", PartIOPressure, func(v *Values, c content) { v.IOPressure = c.pressure() }},
}

// pressure reads the shares of the last ten seconds in a file of PSI: "some avg10=0.12 avg60=0.05 avg300=0.01 total=123456".
func (c content) pressure() Pressure {
	return Pressure{
		Some: c.flat("some").value("avg10").percent(),
		Full: c.flat("full").value("avg10").percent(),
	}
}

// value returns the value of a key in the values of a line of a nested-keyed file, "KEY=VALUE KEY=VALUE".
func (c content) value(key string) content {
	if c.why != reading.Present {
		return c
	}
	for rest := c.text; len(rest) > 0; {
		var pair []byte
		pair, rest, _ = bytes.Cut(rest, []byte{' '})
		if len(pair) > len(key) && pair[len(key)] == '=' && string(pair[:len(key)]) == key {
			return content{text: pair[len(key)+1:], why: reading.Present}
		}
	}
	return content{why: reading.Absent}
}

// percent reads a share in percent, as 12.34.
func (c content) percent() reading.Reading[float64] {
	return parse(c, func(text []byte) (float64, bool) {
		share, err := strconv.ParseFloat(string(text), 64)
		return share, err == nil && share >= 0 && share <= maxPercent
	})
}

// maxPercent is above what rounding in the kernel makes of a hundred.
const maxPercent = 101
