package probe

import (
	"time"

	"bulkhead/probe/nsfs"
	"bulkhead/probe/origin"
)

// Findings is what a Finder found beyond the processes' own links, some time ago.
type Findings struct {
	At         time.Time
	Cost       Cost
	Namespaces []Finding // By type and inode: those that something beside the processes in them keeps alive.
	Origins    map[WorldKey]origin.Origin
	Gaps       []Gap // By place.
}

// Finding is a namespace that was found through what keeps it alive.
type Finding struct {
	NamespaceRef
	Info   nsfs.Info // What it said of itself; of one that could not be opened only the inode is known.
	KeptBy []Keeper
}
