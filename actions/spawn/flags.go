package spawn

import (
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// flags are the CLONE_NEW flags by type.
var flags = [...]int{
	probe.User: unix.CLONE_NEWUSER, probe.Mnt: unix.CLONE_NEWNS, probe.PID: unix.CLONE_NEWPID,
	probe.Net: unix.CLONE_NEWNET, probe.UTS: unix.CLONE_NEWUTS, probe.IPC: unix.CLONE_NEWIPC,
	probe.Cgroup: unix.CLONE_NEWCGROUP, probe.Time: unix.CLONE_NEWTIME,
}

// Flag returns the type's CLONE_NEW flag, of which the Flags of Run are made.
func Flag(t probe.NamespaceType) int { return flags[t] }

// typeNames names the types of which flags has the flag: "user,net".
func typeNames(mask uintptr) string {
	var names []string
	for _, t := range probe.NamespaceTypes {
		if mask&uintptr(flags[t]) != 0 {
			names = append(names, t.String())
		}
	}
	return strings.Join(names, ",")
}

// newStage names the making of new namespaces: "clone user,net".
func newStage(how string, mask uintptr) string {
	if names := typeNames(mask); names != "" {
		return how + " " + names
	}
	return how
}
