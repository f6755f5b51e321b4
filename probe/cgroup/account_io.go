package cgroup

import (
	"slices"
	"strings"
	"time"

	"bulkhead/probe/reading"
)

// IOAccount is what a group and those below did with block devices, and may do: the controllers io of version 2 and blkio of
// version 1. See "IO" in the kernel's cgroup-v2 document, and admin-guide/cgroup-v1/blkio-controller.
type IOAccount struct {
	Devices []IODevice `json:"devices"` // By number.
	// Stat is whether what was done could be read, and if not, why: the state of io.stat, or of its twin of version 1.
	Stat reading.State `json:"-" why:"devices"`
	// Weight is the group's part beside its siblings: the default in io.weight of version 2, by the cost model; BFQWeight in
	// io.bfq.weight and blkio.bfq.weight, by the BFQ scheduler; blkio.weight of version 1 on kernels with CFQ, before 5.0.
	Weight    reading.Reading[uint64] `json:"weight"`
	BFQWeight reading.Reading[uint64] `json:"bfq_weight"`
	// Priority is io.prio.class of version 2 and blkio.prio.class of version 1, since Linux 5.14: how the priorities of requests are changed.
	Priority reading.Reading[string] `json:"prio_class"`
}

// IODevice is what a group did with one device, and may do.
type IODevice struct {
	Number string `json:"device"` // Major and minor number, such as 8:0.
	Name   string `json:"name"`   // Such as sda; empty where nothing tells.

	// In bytes: rbytes, wbytes and dbytes in io.stat of version 2; in version 1 Read, Write and Discard in
	// blkio.throttle.io_service_bytes_recursive, or without those below where the kernel has no such file.
	Read      reading.Reading[uint64] `json:"rbytes"`
	Written   reading.Reading[uint64] `json:"wbytes"`
	Discarded reading.Reading[uint64] `json:"dbytes"`
	// How often: rios, wios and dios, or the same in blkio.throttle.io_serviced_recursive.
	Reads    reading.Reading[uint64] `json:"rios"`
	Writes   reading.Reading[uint64] `json:"wios"`
	Discards reading.Reading[uint64] `json:"dios"`

	// Limits, each per second: io.max of version 2, blkio.throttle.*_device of version 1.
	MaxRead    reading.Reading[uint64] `json:"rbps_max"`
	MaxWritten reading.Reading[uint64] `json:"wbps_max"`
	MaxReads   reading.Reading[uint64] `json:"riops_max"`
	MaxWrites  reading.Reading[uint64] `json:"wiops_max"`

	// Weight and BFQWeight are the group's part of this device, where it has one of its own.
	Weight    reading.Reading[uint64] `json:"weight"`
	BFQWeight reading.Reading[uint64] `json:"bfq_weight"`
	// Latency is what the group shall not have to wait longer for: target in io.latency of version 2, since Linux 4.19.
	Latency reading.Reading[time.Duration] `json:"latency_target_usec"`

	CostModel CostModel `json:"cost_model"`
	CostQoS   CostQoS   `json:"cost_qos"`
}

// ioTable collects devices from files that each tell something of some of them.
type ioTable struct {
	devices []IODevice
	name    func(string) string
}

// device returns a device of the table, and adds it where it is missing.
func (i *ioTable) device(number string) *IODevice {
	at := slices.IndexFunc(i.devices, func(d IODevice) bool { return d.Number == number })
	if at < 0 {
		at, i.devices = len(i.devices), append(i.devices, IODevice{Number: number})
		if i.name != nil {
			i.devices[at].Name = i.name(number)
		}
	}
	return &i.devices[at]
}

// isDevice reports whether a word is the number of a device.
func isDevice(word string) bool {
	major, minor, ok := strings.Cut(word, ":")
	_, first := parseNumber([]byte(major))
	_, second := parseNumber([]byte(minor))
	return ok && first && second
}

// deviceLine is a line of a file that tells something of a device.
type deviceLine struct{ number, rest string }

// deviceLines reads such a file; other lines are left out.
func (c content) deviceLines() []deviceLine {
	return eachLine(c, func(line string) (deviceLine, bool) {
		number, rest, _ := strings.Cut(line, " ")
		return deviceLine{number, strings.TrimSpace(rest)}, isDevice(number)
	}).Or(nil)
}

func (t Texts) io() IOAccount {
	table := ioTable{name: t.Device}
	a := IOAccount{
		Weight:    first(t.file("io.weight").defaultWeight(), t.file("blkio.weight").number()),
		BFQWeight: first(t.file("io.bfq.weight").defaultWeight(), t.file("blkio.bfq.weight").defaultWeight()),
		Priority:  first(t.file("io.prio.class").word(), t.file("blkio.prio.class").word()),
	}
	t.ioDone(&table)
	t.ioLimits(&table)
	t.ioCosts(&table)
	a.Stat = t.ioKnown(&table)
	a.Devices = table.devices
	slices.SortFunc(a.Devices, func(x, y IODevice) int { return compareDevices(x.Number, y.Number) })
	return a
}

// compareDevices orders 8:16 before 254:0.
func compareDevices(a, b string) int {
	of := func(number string) []uint64 {
		major, minor, _ := strings.Cut(number, ":")
		x, _ := parseNumber([]byte(major))
		y, _ := parseNumber([]byte(minor))
		return []uint64{x, y}
	}
	return slices.Compare(of(a), of(b))
}

// defaultWeight reads "default 100", or the number alone as version 1 writes it.
func (c content) defaultWeight() reading.Reading[uint64] {
	return first(c.flat("default").number(), c.number())
}
