package actions

import (
	"fmt"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

var (
	deepLimit = map[string]string{"v2/lab/cgroup.max.depth": "0", "v2/lab/cgroup.max.descendants": "max"}
	wideLimit = map[string]string{"v2/lab/cgroup.max.depth": "max", "v2/lab/cgroup.max.descendants": "1", "v2/lab/cgroup.stat": "nr_descendants 1\nnr_dying_descendants 0"}
)

var groupFaults = map[string]explained{
	"there": {step: Make{in("v2", "/lab")}, err: met("mkdirat", syscall.EEXIST), says: "/cg/v2/lab is there already: a group, or a control file of /", help: "choose another name"},
	"too deep": {
		step: Make{in("v2", "/lab/new")}, err: met("mkdirat", syscall.EAGAIN), files: deepLimit,
		says: "/lab allows no group that deep below it: its cgroup.max.depth is 0", help: "raise cgroup.max.depth of /lab, or make the group further up",
	},
	"too many": {
		step: Make{in("v2", "/lab/new")}, err: met("mkdirat", syscall.EAGAIN), files: wideLimit,
		says: "/lab allows no more groups below it: its cgroup.max.descendants is 1", help: "raise cgroup.max.descendants of /lab, or remove other groups",
	},
	"too many or too deep": {
		step: Make{in("v2", "/lab/new")}, err: met("mkdirat", syscall.EAGAIN),
		says: "a group above limits how deep or how many groups may be below it", help: "look at cgroup.max.depth and cgroup.max.descendants of the groups above",
	},
	"nothing above": {step: Make{in("v2", "/no/new")}, err: met("mkdirat", syscall.ENOENT), says: "/no, the group above, is not there", help: "make that first"},
	"may not make": {
		step: Make{in("v2", "/lab/new")}, err: met("mkdirat", syscall.EACCES), says: "anna may not make a group in /lab", help: "it takes root, or the user to whom /lab was delegated",
	},
	"read-only": {
		step: Make{in("v2", "/lab/new")}, err: met("mkdirat", syscall.EROFS),
		says: "the control groups at /cg/v2 are mounted read-only here, as in most containers", help: "do it from the host, or mount them writable",
	},
	"newline":      {step: Make{in("v2", "/a\nb")}, err: met("mkdirat", syscall.EINVAL), says: "the kernel takes no group of the name 'a\nb'", help: "choose a name without a newline"},
	"groups below": {step: Remove{Group: in("v2", "/lab")}, err: met("unlinkat", syscall.EBUSY), says: "/lab has 1 group below it", help: "remove those first, from the bottom up", way: true},
	"members": {
		step: Remove{Group: in("v2", "/rival")}, err: met("unlinkat", syscall.EBUSY), files: map[string]string{"v2/rival/cgroup.procs": "20\n21\n22"},
		says: "/rival has 3 processes in it", help: "move them to the group above first", way: true,
	},
	"busy": {
		step: Remove{Group: in("v2", "/rival")}, err: met("unlinkat", syscall.EBUSY),
		says: "/rival is still in use, though nobody seems to be in it: one that has just died may be on its way out, or belong to another pid namespace", help: "try again in a moment",
	},
	"may not remove": {
		step: Remove{Group: in("v2", "/lab/in")}, err: met("unlinkat", syscall.EACCES), says: "anna may not remove a group of /lab", help: "it takes root, or the user to whom /lab was delegated",
	},
}

func TestExplainGroup(t *testing.T) { check(t, groupFaults) }

var (
	killSleep   = Signal{Task: probe.TaskKey{PID: 20, TID: 20}, Comm: "sleep", Signal: unix.SIGKILL}
	mountCPUSet = Mount{Options: "cpuset", Dir: "/mnt/cpuset"}
	mountMemory = Mount{Options: "memory", Dir: "/mnt/memory"}
)

var otherFaults = map[string]explained{
	"another's": {step: killSleep, err: fmt.Errorf("signal process 20: %w", syscall.EPERM), says: "sleep (20) belongs to another user than anna, or to another user namespace", help: "it takes CAP_KILL over it, as root has"},
	"dead":      {step: killSleep, err: fmt.Errorf("signal process 20: %w", syscall.ESRCH), says: "sleep (20) has ended meanwhile", help: "look again"},
	"all of a group": {
		step: SignalGroup{in("v2", "/lab"), unix.SIGKILL}, err: fmt.Errorf("signal: %w", syscall.EPERM),
		says: "the group /lab belongs to another user than anna, or to another user namespace", help: "it takes CAP_KILL over it, as root has",
	},
	"mounted": {
		step: mountCPUSet, err: fmt.Errorf("mount: %w", syscall.EBUSY), says: "a hierarchy with some of cpuset is mounted already: cpuset at /cg/cpuset",
		help: "mount exactly that combination, or use it where it is",
	},
	"used by version 2": {
		step: mountMemory, err: fmt.Errorf("mount: %w", syscall.EBUSY),
		says: "memory cannot be mounted: version 2 hands it on, or it is part of another hierarchy, or /mnt/memory is one's mount point already",
		help: "take it from every cgroup.subtree_control first (write -NAME, from the bottom up)",
	},
	"no such controller": {
		step: mountMemory, err: fmt.Errorf("mount: %w", syscall.EINVAL), says: "this kernel has no version 1 controller memory, or it is turned off",
		help: "look at /proc/cgroups, and for cgroup_disable= and cgroup_no_v1= in /proc/cmdline",
	},
	"may not mount": {
		step: mountMemory, err: fmt.Errorf("mount: %w", syscall.EPERM), says: "anna may not mount control groups here",
		help: "it takes CAP_SYS_ADMIN in the user namespace that the system booted with, as root of the host has",
	},
	"directory there": {step: mountMemory, err: met("mkdir", syscall.EEXIST), says: "/mnt/memory is there already", help: "mount on it as it is, or choose another directory"},
	"in use":          {step: Unmount(mountCPUSet), err: fmt.Errorf("unmount: %w", syscall.EBUSY), says: "some process has /mnt/cpuset open, or works in it", help: "have those leave it first: fuser -vm /mnt/cpuset names them"},
	"not mounted":     {step: Unmount(mountCPUSet), err: fmt.Errorf("unmount: %w", syscall.EINVAL), says: "nothing is mounted at /mnt/cpuset (any more)", help: "look again"},
}

func TestExplainSignalAndMount(t *testing.T) { check(t, otherFaults) }
