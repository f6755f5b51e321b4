package origin_test

import (
	"testing"

	"bulkhead/probe/origin"
	"bulkhead/probe/proc"
)

// What naming one world costs in each scan.
func BenchmarkFromTask(b *testing.B) {
	leader := with(in(9, "nginx", "/system.slice/docker-"+scopeID+".scope"), "nginx: master process nginx -g daemon off;")
	for i := range 11 {
		leader.Cgroups = append(leader.Cgroups, proc.Membership{Hierarchy: i + 1, Path: "/docker/" + dockerID})
	}
	parent := with(in(8, "containerd-shim", "/system.slice/containerd.service"), "/usr/bin/containerd-shim-runc-v2 -namespace moby -id "+scopeID)
	b.ReportAllocs()
	for b.Loop() {
		if origin.FromTask(origin.Family{Leader: leader, Parent: parent}).Kind != origin.Docker {
			b.Fatal("not a docker container")
		}
	}
}
