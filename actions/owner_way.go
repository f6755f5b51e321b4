package actions

import (
	"fmt"
	"strings"
)

// act is a kind of change to a group.
type act uint8

const (
	actFreeze act = iota
	actThaw
	actKill
	actCPUs // To set cpuset.cpus.
	actSet  // To set any other file.
	actMove
	actMake // A group inside it.
	actRemove
)

// ways are the owners' own commands. ID stands for the thing, BY for what the commands begin with, and other words in
// capitals for what only a person can fill in.
var ways = map[string]map[act]string{
	systemd: {
		actFreeze: "BY freeze ID", actThaw: "BY thaw ID", actKill: "BY kill --signal=SIGKILL ID", actRemove: "BY stop ID",
		actCPUs: "BY set-property --runtime ID AllowedCPUs=CPUS", actSet: "BY set-property --runtime ID PROPERTY=VALUE",
	},
	docker: {
		actFreeze: "docker pause ID", actThaw: "docker unpause ID", actKill: "docker kill ID", actRemove: "docker rm --force ID",
		actCPUs: "docker update --cpuset-cpus CPUS ID", actSet: "docker update OPTION ID", actMove: "docker exec ID COMMAND",
	},
	podman: {
		actFreeze: "podman pause ID", actThaw: "podman unpause ID", actKill: "podman kill ID", actRemove: "podman rm --force ID",
		actCPUs: "podman update --cpuset-cpus CPUS ID", actSet: "podman update OPTION ID", actMove: "podman exec ID COMMAND",
	},
	containerd: {
		actFreeze: "BY tasks pause ID", actThaw: "BY tasks resume ID", actKill: "BY tasks kill --signal SIGKILL ID",
		actRemove: "BY tasks delete --force ID", actMove: "BY tasks exec --exec-id NAME ID COMMAND",
	},
	crio: {
		actKill: "crictl stop --timeout 0 ID", actRemove: "crictl rm --force ID",
		actCPUs: "crictl update --cpuset-cpus CPUS ID", actSet: "crictl update OPTION ID", actMove: "crictl exec ID COMMAND",
	},
	kubelet: {actKill: "kubectl delete pod POD", actRemove: "kubectl delete pod POD", actMove: "kubectl exec POD -- COMMAND"},
	lxc: {
		actFreeze: "lxc-freeze -n ID", actThaw: "lxc-unfreeze -n ID", actKill: "lxc-stop --kill -n ID", actRemove: "lxc-stop -n ID",
		actCPUs: "lxc-cgroup -n ID cpuset.cpus CPUS", actSet: "lxc-cgroup -n ID FILE VALUE", actMove: "lxc-attach -n ID -- COMMAND",
	},
}

// way returns the owner's own command for an action; empty where it has none.
func (o owner) way(a act) string {
	way := ways[o.program][a]
	if o.id == "" || way == "" {
		return ""
	}
	by := o.prefix
	if by == "" {
		by = "ctr --namespace k8s.io"
	}
	return strings.NewReplacer("BY", by, "ID", o.word()).Replace(way)
}

// word is how the owner's commands call the thing. What they would take for an option is put behind two dashes.
func (o owner) word() string {
	if o.program == systemd && strings.HasPrefix(o.id, "-") {
		return "-- " + quote(o.id)
	}
	return quote(o.short())
}

// short returns the name of the thing as people write it: of the id of a container its beginning.
func (o owner) short() string {
	if isContainerID(o.id) && o.program != containerd {
		return o.id[:12]
	}
	return o.id
}

// inside returns the command that runs another one in a container.
func (o owner) inside(command string) string {
	way := o.way(actMove)
	if !strings.HasSuffix(way, "COMMAND") {
		return command
	}
	return strings.TrimSuffix(way, "COMMAND") + command
}

// risks say what an owner may make of a change that it does not know of.
var risks = map[act]string{
	actFreeze: "it may thaw the group by itself",
	actThaw:   "it may go on to say that the group is frozen",
	actKill:   "it may start the processes again",
	actCPUs:   "it may set the file back",
	actSet:    "it may set the file back",
	actMove:   "it does not know of processes that others put in, and may kill them with the rest",
	actMake:   "it may remove a group that it did not make",
	actRemove: "it may make the group again, or fail for want of it",
}

// unitRisks are those that differ with systemd; see its document on delegation of control groups.
var unitRisks = map[act]string{
	actKill: "it may start the unit again",
	actMake: "it may remove a group that it did not make, unless the unit has Delegate=yes",
	actCPUs: "a raw change may be reverted at the next daemon-reload",
	actSet:  "a raw change may be reverted at the next daemon-reload",
	actMove: "a raw move may be reverted at the next daemon-reload, and the unit then counts processes that are not its own",
}

// warning says in one sentence what may come of an action behind the owner's back, and what its own way is; empty where
// nobody is known to own the group.
func (o owner) warning(a act) string {
	if o.program == "" {
		return ""
	}
	risk := risks[a]
	if unit, ok := unitRisks[a]; ok && o.program == systemd {
		risk = unit
	}
	says := fmt.Sprintf("owned by %s: %s", o.says(), risk)
	if way := o.way(a); way != "" {
		says += fmt.Sprintf("; `%s` is the owner's way", way)
		if !o.whole {
			says += ", for all of it"
		}
	}
	return says
}

// properties are what systemd calls the files that it writes itself; see systemd.resource-control(5).
var properties = map[string]string{
	"cpu.max": "CPUQuota", "cpu.cfs_quota_us": "CPUQuota", "cpu.weight": "CPUWeight", "cpuset.mems": "AllowedMemoryNodes",
	"io.weight": "IOWeight", "pids.max": "TasksMax",
	"memory.max": "MemoryMax", "memory.limit_in_bytes": "MemoryMax", "memory.high": "MemoryHigh", "memory.low": "MemoryLow",
	"memory.min": "MemoryMin", "memory.swap.max": "MemorySwapMax",
}

// setting is the warning for setting a file other than cpuset.cpus, with what the owner calls it where that is known.
func (o owner) setting(file string) string {
	says := o.warning(actSet)
	if property, ok := properties[file]; ok && o.program == systemd {
		says = strings.Replace(says, "PROPERTY=", property+"=", 1)
	}
	return says
}

// things are what owners call what they own.
var things = map[string]string{systemd: "unit", kubelet: "pod"}

// says names the owner and the thing.
func (o owner) says() string {
	if o.id == "" {
		return o.program
	}
	thing, ok := things[o.program]
	if !ok || isContainerID(o.id) {
		thing = "container"
	}
	return fmt.Sprintf("%s (%s %s)", o.program, thing, quote(o.shown()))
}

// shown is short also where the owner's commands take whole ids alone.
func (o owner) shown() string {
	if isContainerID(o.id) {
		return o.id[:12]
	}
	return o.id
}
