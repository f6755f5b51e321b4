package cgroup

import (
	"time"

	"bulkhead/probe/reading"
)

// PressureAccount is how much time the tasks of a group lost by waiting; see Pressure, and accounting/psi.
type PressureAccount struct {
	CPU    Stalls `json:"cpu"`
	Memory Stalls `json:"memory"`
	IO     Stalls `json:"io"`
	IRQ    Stalls `json:"irq"` // Only in full: the time that interrupts took. Since Linux 6.1.
}

// Stalls is one file of PSI.
type Stalls struct {
	Some Stall `json:"some"` // At least one task waited.
	Full Stall `json:"full"` // All tasks that were not idle waited at once.
}

// Stall is one line of it.
type Stall struct {
	// In percent of the last 10, 60 and 300 seconds.
	Avg10  reading.Reading[float64] `json:"avg10"`
	Avg60  reading.Reading[float64] `json:"avg60"`
	Avg300 reading.Reading[float64] `json:"avg300"`
	// Total is the time since the group was made.
	Total reading.Reading[time.Duration] `json:"total_usec"`
}

func (t Texts) pressure() PressureAccount {
	return PressureAccount{
		CPU: t.file("cpu.pressure").stalls(), Memory: t.file("memory.pressure").stalls(), IO: t.file("io.pressure").stalls(),
		IRQ: t.file("irq.pressure").stalls(),
	}
}

func (c content) stalls() Stalls { return Stalls{c.flat("some").stall(), c.flat("full").stall()} }

func (c content) stall() Stall {
	return Stall{
		Avg10: c.value("avg10").percent(), Avg60: c.value("avg60").percent(), Avg300: c.value("avg300").percent(),
		Total: c.value("total").microseconds(),
	}
}
