package cgroup

// Parts says which values of a group are read. Each part stands for files of its own, so that what nobody looks at costs
// nothing.
type Parts uint32

// The parts of Values. Those of a controller that the hierarchy does not have cost nothing either.
const (
	PartCore           Parts = 1 << iota // Type, Populated.
	PartFreezer                          // Freezer, FreezeRequested, ParentFreezing.
	PartCpuset                           // CPUs, Mems, CPUsEffective, MemsEffective.
	PartCPU                              // CPUUsage, CPUQuota, Throttled, Periods, ThrottledPeriods.
	PartPIDs                             // PIDs, PIDsMax.
	PartMemory                           // Memory, MemoryMax.
	PartSwap                             // Swap, SwapMax, MemSw, MemSwMax.
	PartMemoryHigh                       // MemoryHigh.
	PartMemoryPeak                       // MemoryPeak.
	PartMemoryEvents                     // OOMKills.
	PartIO                               // IORead, IOWritten.
	PartWeight                           // CPUWeight, CPUShares.
	PartCPUPressure                      // CPUPressure.
	PartMemoryPressure                   // MemoryPressure.
	PartIOPressure                       // IOPressure.

	// PartPressure is the pressure of all three.
	PartPressure = PartCPUPressure | PartMemoryPressure | PartIOPressure
	// DefaultParts are read where no parts are named.
	DefaultParts = PartCore | PartFreezer | PartCpuset | PartCPU | PartPIDs | PartMemory
	// AllParts is everything that Values can hold.
	AllParts = DefaultParts | PartSwap | PartMemoryHigh | PartMemoryPeak | PartMemoryEvents | PartIO | PartWeight | PartPressure
)

// OrDefault returns the parts, or the default ones where there are none.
func (p Parts) OrDefault() Parts {
	if p == 0 {
		return DefaultParts
	}
	return p
}
