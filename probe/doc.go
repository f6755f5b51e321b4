// Package probe reads what walls Linux has built between the processes of a host: its namespaces and control groups.
//
// A Scanner reads the kernel's files into a Snapshot, which nobody changes afterwards. Worlds, events and rates are pure
// functions of snapshots. Nothing here writes to the kernel, and every fact that could not be read says why.
//
// The readers of single places are packages of their own: proc for /proc/PID, nsfs for namespace descriptors and cgroup
// for the control group hierarchies.
package probe
