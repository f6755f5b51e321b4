package actions

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// appArmor is what Ubuntu since 23.10 does to ordinary users.
const appArmor = "user namespaces may be shut off for ordinary users: look at kernel.apparmor_restrict_unprivileged_userns (AppArmor), kernel.unprivileged_userns_clone and user.max_user_namespaces by sysctl"

const noCommand = "there is no such command there, or its interpreter or dynamic linker is missing there"

// startCauses are the errors on the way to a command that is started in namespaces or groups, by the stage of spawn.Error.
var startCauses = []cause{
	{
		is: errNoShell, when: entersOnlyMnt, says: "the root of {entered} has no shell: none of {shells} is there, or can be started",
		help: "name a command that is there: bulkhead enter {entered} --types mnt -- COMMAND{look}",
	},
	{is: errNoShell, says: "neither the target nor this host has a shell that could be started: none of {shells}", help: "name a command"},
	{
		errno: syscall.ENOENT, when: entersOnlyMnt, says: noCommand, help: "choose a command that is in the target's root{look}",
	},
	{
		errno: syscall.ENOENT, when: entersMnt, says: noCommand,
		help: "choose a command that is in the target's root, or one of the host's, outside of the mnt namespace: bulkhead enter {entered} --types {others} -- COMMAND",
	},
	{errno: syscall.ENOENT, when: atExec, says: noCommand},
	{is: errNoRanges, says: "{user} has no ids beside the own one in /etc/subuid and /etc/subgid", help: "root gives some by usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}; the own id alone is mapped without them"},
	{is: spawn.ErrMapHelper, says: "newuidmap or newgidmap, which map the ids, refused", help: "they must be setuid root, or have CAP_SETUID and CAP_SETGID as file capabilities, and /etc/subuid and /etc/subgid must have the ids"},
	{is: exec.ErrNotFound, says: "newuidmap and newgidmap, which map the ids for {user}, are not installed", help: "install them: the package uidmap of Debian, shadow of others"},
	{errno: syscall.EACCES, when: atExec, says: "the command may not be executed there", help: "look at its mode, and for a noexec mount"},
	{errno: syscall.ENOEXEC, when: atExec, says: "the command is no program that this kernel runs", help: "start scripts through their interpreter"},
	{errno: syscall.E2BIG, when: atExec, says: "the command's arguments and environment are too long"},

	{errno: syscall.EINVAL, stages: "setns*", when: joins("user"), says: "one cannot enter the user namespace that one is in already", help: "leave out the type user"},
	{errno: syscall.EINVAL, stages: "setns*", when: joins("pid"), says: "a process can only enter its own pid namespace or one below it, not one above or beside", help: "start from the outer pid namespace"},
	{errno: syscall.EINVAL, stages: "setns*", says: "that is no namespace that can be entered from here", help: "look again: it may be of another type"},
	{errno: syscall.EPERM, stages: "setns*", says: "{user} may not enter ({stage}): it takes CAP_SYS_ADMIN in the user namespace that owns it, and in one's own for all but user", help: "enter the owning user namespace too, with the type user, or become root"},
	{errno: syscall.EUSERS, stages: "setns*", when: joins("time"), says: "a time namespace can be entered only by a process with a single thread"},
	{errno: syscall.ENOMEM, stages: "fork* clone*", says: "the pid namespace is dead: its first process has ended, so that the kernel starts nobody in it any more", help: "look again: those in it are ending"},
	{errno: syscall.ESRCH, stages: "setns*", says: "the process whose namespaces were to be entered has ended", help: "look again"},

	{errno: syscall.EPERM, stages: "clone* unshare*", when: joins("user"), says: "{user} may not make a user namespace here", help: appArmor},
	{errno: syscall.EPERM, stages: "clone* unshare*", says: "{user} may not make these namespaces ({stage})", help: "it takes CAP_SYS_ADMIN: make a user namespace too, with the type user, or become root"},
	{errno: syscall.EACCES, stages: "clone* unshare*", says: "{user} may not make these namespaces or start in that group ({stage})", help: appArmor},
	{errno: syscall.ENOSPC, stages: "clone* unshare*", says: "as many namespaces of a type as may be are there already, or they are nested too deep", help: "raise the limit by sysctl: user.max_user_namespaces and its likes; at most 32 pid and 32 user namespaces are nested"},
	{errno: syscall.EUSERS, stages: "clone* unshare*", says: "user namespaces are nested too deep: 32 at most", help: "start from further outside"},
	{errno: syscall.EINVAL, stages: "clone* unshare*", says: "this kernel does not know one of these types of namespaces, or not together ({stage})", help: "leave out the type time (Linux 5.6) or cgroup (Linux 4.6)"},
	{errno: syscall.EBUSY, stages: "clone into*", says: "the group hands on controllers, and then no process may be in it itself", help: "choose a group below it"},
	{errno: syscall.EOPNOTSUPP, stages: "clone into*", says: "the group is threaded or below a threaded one, so that no process starts in it", help: "choose another group"},
	{errno: syscall.EAGAIN, stages: "clone* fork*", says: "there may be no more processes: pids.max of a group, ulimit -u, or kernel.pid_max is reached", help: "raise that limit, or end others"},
	{errno: syscall.ENOSPC, stages: "move*", says: "a cpuset group has no CPUs or memory nodes yet, so nobody may enter it ({stage})", help: "set cpuset.cpus and cpuset.mems first"},
	{errno: syscall.EPERM, files: "uid_map gid_map setgroups", says: "{user} may not map these ids: without rights outside, one may map one's own id alone, and a group only once setgroups is denied", help: appArmor},
	{errno: syscall.EINVAL, files: "uid_map gid_map", says: "the kernel does not take these id maps: ranges must not overlap, nor reach beyond what is mapped outside", help: "look at /proc/self/uid_map"},
	{errno: syscall.EPERM, stages: "become* drop*", says: "the ids are not mapped in the user namespace, or setgroups is denied there ({stage})", help: "keep one's own ids"},
	{errno: syscall.EINVAL, stages: "become*", says: "the id is not mapped in the user namespace ({stage})", help: "look at its uid_map and gid_map"},
	{errno: syscall.EPERM, stages: "mount proc", says: "a fresh /proc cannot be mounted: parts of the present one are covered, as in a container", help: "leave out the fresh /proc"},
	{errno: syscall.EPERM, stages: "change*", says: "{user} may not change its root ({stage})", help: "it takes CAP_SYS_CHROOT in its user namespace"},
	{when: staged, says: "the kernel refused on the way to the command ({stage}): {words}"},
}

// entersMnt reports whether all was ready but the command, which is looked for in the mnt namespace of a target.
func entersMnt(f *fault) bool {
	e, ok := f.step.(Enter)
	return ok && e.through(probe.Mnt) && atExec(f)
}

// entersOnlyMnt reports whether that is the only namespace to be entered.
func entersOnlyMnt(f *fault) bool {
	e, ok := f.step.(Enter)
	return ok && len(e.Doors) == 1 && entersMnt(f)
}

// entered names what is entered as a command line does.
func (f *fault) entered() string {
	if e, ok := f.step.(Enter); ok && e.Path != "" {
		return quote(e.Path)
	}
	return decimal(f.task.TID)
}

// look tells how to see what files the target has, from outside.
func (f *fault) look() string {
	if f.task.TID == 0 {
		return "" // Its namespace is one that a mount holds: nobody shows it.
	}
	return "; its files are seen from outside by: ls /proc/" + decimal(f.task.TID) + "/root/"
}

// others names the types of namespaces that are entered beside mnt.
func (f *fault) others() string {
	var names []string
	if e, ok := f.step.(Enter); ok {
		for _, d := range e.Doors {
			if d.Type != probe.Mnt {
				names = append(names, d.Type.String())
			}
		}
	}
	return strings.Join(names, ",")
}

// joins returns whether a stage is about a namespace of a type, as "setns user,net" and "clone user" are.
func joins(kind string) func(*fault) bool {
	return func(f *fault) bool {
		types := f.stage[strings.LastIndexByte(f.stage, ' ')+1:]
		return slices.Contains(strings.Split(types, ","), kind)
	}
}

func staged(f *fault) bool { return f.stage != "" }

// atExec reports whether all was ready but the command.
func atExec(f *fault) bool {
	var exec *spawn.ExecError
	return errors.As(f.err, &exec)
}
