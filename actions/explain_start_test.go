package actions

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

var atStage = func(name string, errno syscall.Errno) error {
	return fmt.Errorf("start: %w", &spawn.Error{Stage: name, Err: errno})
}

var noSuchCommand = &spawn.ExecError{Path: "x", Err: unix.ENOENT}

// enterTypes enters some of the namespaces of process 20.
func enterTypes(types ...probe.NamespaceType) Enter {
	e := Enter{Task: probe.TaskKey{PID: 20, TID: 20}}
	for _, t := range types {
		e.Doors = append(e.Doors, Door{Type: t})
	}
	return e
}

var startFaults = map[string]explained{
	"own user namespace": {step: Enter{}, err: atStage("setns user", unix.EINVAL), says: "one cannot enter the user namespace that one is in already", help: "leave out the type user"},
	"outer pid namespace": {
		step: Enter{}, err: atStage("setns pid", unix.EINVAL), says: "a process can only enter its own pid namespace or one below it, not one above or beside", help: "start from the outer pid namespace",
	},
	"no right": {
		step: Enter{}, err: atStage("setns net", unix.EPERM),
		says: "anna may not enter (setns net): it takes CAP_SYS_ADMIN in the user namespace that owns it, and in one's own for all but user",
		help: "enter the owning user namespace too, with the type user, or become root",
	},
	"time": {step: Enter{}, err: atStage("setns time", unix.EUSERS), says: "a time namespace can be entered only by a process with a single thread"},
	"dead pid namespace": {
		step: Enter{}, err: atStage("fork into the pid namespace", unix.ENOMEM),
		says: "the pid namespace is dead: its first process has ended, so that the kernel starts nobody in it any more", help: "look again: those in it are ending",
	},
	"AppArmor":     {step: Run{}, err: atStage("clone user,net", unix.EPERM), says: "anna may not make a user namespace here", help: appArmor},
	"uid map":      {step: Run{}, err: fmt.Errorf("prepare namespaces: %w", &fs.PathError{Op: "write", Path: "/proc/7/uid_map", Err: unix.EPERM}), says: "anna may not map these ids: without rights outside, one may map one's own id alone, and a group only once setgroups is denied", help: appArmor},
	"unprivileged": {step: Run{}, err: atStage("unshare uts", unix.EPERM), says: "anna may not make these namespaces (unshare uts)", help: "it takes CAP_SYS_ADMIN: make a user namespace too, with the type user, or become root"},
	"limit":        {step: Run{}, err: atStage("clone user", unix.ENOSPC), says: "as many namespaces of a type as may be are there already, or they are nested too deep", help: "raise the limit by sysctl: user.max_user_namespaces and its likes; at most 32 pid and 32 user namespaces are nested"},
	"no shell":     {step: Enter{}, err: fmt.Errorf("enter: %w", errNoShell), says: "neither the target nor this host has a shell that could be started: none of /bin/fish, /bin/sh, /bin/busybox", help: "name a command"},
	"no shell, in its root alone": {
		step: enterTypes(probe.Mnt), err: fmt.Errorf("%w: %w", errNoShell, noSuchCommand), says: "the root of 20 has no shell: none of /bin/fish, /bin/sh, /bin/busybox is there, or can be started",
		help: "name a command that is there: bulkhead enter 20 --types mnt -- COMMAND; its files are seen from outside by: ls /proc/20/root/",
	},
	"no command in its root": {
		step: enterTypes(probe.Mnt, probe.Net, probe.PID), err: noSuchCommand, says: noCommand,
		help: "choose a command that is in the target's root, or one of the host's, outside of the mnt namespace: bulkhead enter 20 --types net,pid -- COMMAND",
	},
	"no command in a root alone": {
		step: enterTypes(probe.Mnt), err: noSuchCommand, says: noCommand, help: "choose a command that is in the target's root; its files are seen from outside by: ls /proc/20/root/",
	},
	"no command in a mount's root": {
		step: Enter{Path: "/run/mnt", Doors: []Door{{Type: probe.Mnt}}}, err: noSuchCommand, says: noCommand, help: "choose a command that is in the target's root",
	},
	"no command": {step: Enter{}, err: noSuchCommand, says: noCommand},
	"no ranges": {
		step: Run{}, err: fmt.Errorf("%w: /etc/subuid has no range for anna", errNoRanges),
		says: "anna has no ids beside the own one in /etc/subuid and /etc/subgid",
		help: "root gives some by usermod --add-subuids 100000-165535 --add-subgids 100000-165535 anna; the own id alone is mapped without them",
	},
	"map helper": {
		step: Run{}, err: fmt.Errorf("run newuidmap: %w: exit status 1", spawn.ErrMapHelper), says: "newuidmap or newgidmap, which map the ids, refused",
		help: "they must be setuid root, or have CAP_SETUID and CAP_SETGID as file capabilities, and /etc/subuid and /etc/subgid must have the ids",
	},
	"no map helper": {
		step: Run{}, err: fmt.Errorf("run newuidmap: %w", &exec.Error{Name: "newuidmap", Err: exec.ErrNotFound}),
		says: "newuidmap and newgidmap, which map the ids for anna, are not installed", help: "install them: the package uidmap of Debian, shadow of others",
	},
	"any stage":      {step: Run{}, err: atStage("set lo up", unix.EXDEV), says: "the kernel refused on the way to the command (set lo up): invalid cross-device link (EXDEV)"},
	"namespace gone": {step: Enter{Task: probe.TaskKey{PID: 20, TID: 20}}, err: fmt.Errorf("open process 20: %w", gone(unix.ENOENT)), says: "process 20 is gone since it was shown", help: "look again"},
}

func TestExplainStart(t *testing.T) {
	t.Setenv("SHELL", "/bin/fish")
	check(t, startFaults)
}

var (
	freezeLab = setOf("v2", "/lab", fileFreeze, "1")
	frozenLab = map[string]string{"v2/lab/cgroup.events": "populated 1\nfrozen 1", "v2/lab/cgroup.freeze": "1"}
)

var fateFaults = map[string]explained{
	"none":    {step: freezeLab},
	"refusal": {step: freezeLab, err: fmt.Errorf("plan: %w", refuse("it must not").help("choose another")), says: "it must not", help: "choose another"},
	"stale": {
		step: freezeLab, err: fmt.Errorf("%w: cgroup.freeze", ErrStale), files: frozenLab,
		says: "cgroup.freeze of /lab was changed by somebody else since it was shown: it says 1 by now", help: "look at the new value, and decide anew",
	},
	"thawer stays inside": {
		step: freezeLab, err: fmt.Errorf("what would thaw it again: %w", &stepError{moveInto(in("v2", "/"), fileProcs), met("write", syscall.EBUSY)}),
		files: map[string]string{"v2/cgroup.subtree_control": "io"},
		says:  "nothing was frozen, since what thaws it again could not be moved out of it: / hands on io to the groups below it, and then no process may be in it itself",
		help:  "choose a group below it that hands on nothing, such as /lab",
	},
	"the step itself": {
		step: freezeLab, err: &stepError{freezeLab, met("openat", syscall.EACCES)}, says: "anna may not write /cg/v2/lab/cgroup.freeze",
		help: "it takes root, or the user to whom the group was delegated",
	},
	"unsettled freeze": {
		step: freezeLab, err: fmt.Errorf("the freeze was %w", ErrUnsettled),
		says: "/lab was asked to freeze, but some task in it could not be stopped in time, as one that waits for a disk or is a vfork's parent", help: "look for tasks in state D in it, and try again",
	},
	"unsettled kill": {
		step: SignalGroup{in("v2", "/lab"), unix.SIGKILL}, err: fmt.Errorf("the kill was %w", ErrUnsettled), files: frozenLab,
		says: "the processes in /lab were signalled, but do not die in time: they are frozen", help: "thaw it: they die then", way: true,
	},
	"unsettled": {
		step: setOf("v2", "/lab", fileKill, "1"), err: fmt.Errorf("the kill was %w", ErrUnsettled),
		says: "the kernel took it, but did not carry it out in time", help: "look again in a while: some task may be in an uninterruptible wait (state D)",
	},
	"replaced":          {step: freezeLab, err: fmt.Errorf("open group: %w", ErrReplaced), says: "the group /lab is not the one that was shown: another has taken its name or number", help: "look again, and choose anew"},
	"called off":        {step: freezeLab, err: fmt.Errorf("not begun: %w", context.Canceled), says: "it was called off before it was done"},
	"no memory":         {step: freezeLab, err: met("write", syscall.ENOMEM), says: "the kernel has no memory left to write 1 to cgroup.freeze of /lab"},
	"not of the kernel": {step: freezeLab, err: errors.New("a \x1b[2J surprise"), says: "it was not possible to write 1 to cgroup.freeze of /lab: a ?[2J surprise"},
}

func TestExplainOtherErrors(t *testing.T) { check(t, fateFaults) }
