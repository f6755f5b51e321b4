package cgroup

// pidsFiles are the files of the pids controller, since Linux 4.3, the same in both versions; see
// admin-guide/cgroup-v1/pids. The topmost group has neither.
var pidsFiles = []file{
	{"pids.current", PartPIDs, func(v *Values, c content) { v.PIDs = c.number() }},
	{"pids.max", PartPIDs, func(v *Values, c content) { v.PIDsMax = c.limit() }},
}
