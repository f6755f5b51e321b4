package cgroup

import (
	"math"
	"strconv"
	"time"

	"bulkhead/probe/reading"
)

// CostModel is what the kernel takes operations of a device to cost, so that io.weight can share it out: io.cost.model of the
// topmost group of version 2, since Linux 5.4; see "IO Interface Files" in the kernel's cgroup-v2 document.
type CostModel struct {
	Control reading.Reading[string] `json:"ctrl"` // "auto" for the kernel's own figures, "user" where they were written.
	Model   reading.Reading[string] `json:"model"`
	// What the device does in a second: bytes, and operations that follow each other or not.
	ReadBytes       reading.Reading[uint64] `json:"rbps"`
	ReadSequential  reading.Reading[uint64] `json:"rseqiops"`
	ReadRandom      reading.Reading[uint64] `json:"rrandiops"`
	WriteBytes      reading.Reading[uint64] `json:"wbps"`
	WriteSequential reading.Reading[uint64] `json:"wseqiops"`
	WriteRandom     reading.Reading[uint64] `json:"wrandiops"`
}

// CostQoS is when a device counts as busy, so that io.weight takes effect: io.cost.qos of the topmost group of version 2, since
// Linux 5.4.
type CostQoS struct {
	Enabled reading.Reading[bool]   `json:"enable"`
	Control reading.Reading[string] `json:"ctrl"`
	// It is busy where less than so many percent of the operations end within the latency. 0 percent looks at none.
	ReadPercent  reading.Reading[float64]       `json:"rpct"`
	ReadLatency  reading.Reading[time.Duration] `json:"rlat_usec"`
	WritePercent reading.Reading[float64]       `json:"wpct"`
	WriteLatency reading.Reading[time.Duration] `json:"wlat_usec"`
	// Min and Max bound, in percent of the model's figures, how much the kernel lets through.
	Min reading.Reading[float64] `json:"min"`
	Max reading.Reading[float64] `json:"max"`
}

// scale reads a share in percent that may be more than the whole.
func (c content) scale() reading.Reading[float64] {
	return parse(c, func(text []byte) (float64, bool) {
		n, err := strconv.ParseFloat(string(text), 64)
		return n, err == nil && n >= 0 && !math.IsInf(n, 0)
	})
}

// ioCosts reads what the controller takes devices to be able to do.
func (t Texts) ioCosts(table *ioTable) {
	for _, line := range t.file("io.cost.model").deviceLines() {
		v := content{text: []byte(line.rest), why: reading.Present}
		table.device(line.number).CostModel = CostModel{
			Control: v.value("ctrl").word(), Model: v.value("model").word(),
			ReadBytes: v.value("rbps").number(), ReadSequential: v.value("rseqiops").number(), ReadRandom: v.value("rrandiops").number(),
			WriteBytes: v.value("wbps").number(), WriteSequential: v.value("wseqiops").number(), WriteRandom: v.value("wrandiops").number(),
		}
	}
	for _, line := range t.file("io.cost.qos").deviceLines() {
		v := content{text: []byte(line.rest), why: reading.Present}
		table.device(line.number).CostQoS = CostQoS{
			Enabled: v.value("enable").flag(), Control: v.value("ctrl").word(),
			ReadPercent: v.value("rpct").percent(), ReadLatency: v.value("rlat").microseconds(),
			WritePercent: v.value("wpct").percent(), WriteLatency: v.value("wlat").microseconds(),
			Min: v.value("min").scale(), Max: v.value("max").scale(),
		}
	}
}
