package cgroup

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"bulkhead/probe/reading"
)

// AttachDevice is where a program is attached that decides which devices the tasks of a group may use: in version 2 it stands in
// for the list that the controller devices of version 1 has.
const AttachDevice = "cgroup_device"

// Program is a BPF program that the kernel runs for what the tasks of a group do; see "Device controller" in the kernel's
// cgroup-v2 document, and bpf(2).
type Program struct {
	Attach string `json:"attach_type"` // As bpftool-cgroup(8) writes it, such as AttachDevice.
	ID     uint32 `json:"id"`
	Here   bool   `json:"attached_here"` // To the group itself; else to one above, which hands it on.
	// Flags is what the group lets those below it attach: "multi" programs of their own beside it, one that is put in its place
	// ("override"), or "none". It is absent where the program is attached above.
	Flags reading.Reading[string] `json:"attach_flags"`
	// What follows is of the program itself. The kernel tells it to whoever has CAP_SYS_ADMIN.
	Name   reading.Reading[string]    `json:"name"` // Empty where it was given none. Since Linux 4.15.
	Tag    reading.Reading[string]    `json:"tag"`  // A digest of its instructions, by which programs without a name are told apart.
	Loaded reading.Reading[time.Time] `json:"loaded_at"`
	UID    reading.Reading[uint32]    `json:"uid"` // Who loaded it.
}

// attachPoints are where programs are attached to a group, by their numbers in linux/bpf.h and their names in bpftool.
var attachPoints = []struct {
	number ebpf.AttachType
	name   string
}{
	{ebpf.AttachCGroupDevice, AttachDevice},
	{ebpf.AttachCGroupInetIngress, "cgroup_inet_ingress"},
	{ebpf.AttachCGroupInetEgress, "cgroup_inet_egress"},
	{ebpf.AttachCGroupInetSockCreate, "cgroup_inet_sock_create"},
	{ebpf.AttachCgroupInetSockRelease, "cgroup_inet_sock_release"},
	{ebpf.AttachCGroupSockOps, "cgroup_sock_ops"},
	{ebpf.AttachCGroupInet4Bind, "cgroup_inet4_bind"},
	{ebpf.AttachCGroupInet6Bind, "cgroup_inet6_bind"},
	{ebpf.AttachCGroupInet4PostBind, "cgroup_inet4_post_bind"},
	{ebpf.AttachCGroupInet6PostBind, "cgroup_inet6_post_bind"},
	{ebpf.AttachCGroupInet4Connect, "cgroup_inet4_connect"},
	{ebpf.AttachCGroupInet6Connect, "cgroup_inet6_connect"},
	{ebpf.AttachCgroupUnixConnect, "cgroup_unix_connect"},
	{ebpf.AttachCgroupInet4GetPeername, "cgroup_inet4_getpeername"},
	{ebpf.AttachCgroupInet6GetPeername, "cgroup_inet6_getpeername"},
	{ebpf.AttachCgroupUnixGetpeername, "cgroup_unix_getpeername"},
	{ebpf.AttachCgroupInet4GetSockname, "cgroup_inet4_getsockname"},
	{ebpf.AttachCgroupInet6GetSockname, "cgroup_inet6_getsockname"},
	{ebpf.AttachCgroupUnixGetsockname, "cgroup_unix_getsockname"},
	{ebpf.AttachCGroupUDP4Sendmsg, "cgroup_udp4_sendmsg"},
	{ebpf.AttachCGroupUDP6Sendmsg, "cgroup_udp6_sendmsg"},
	{ebpf.AttachCgroupUnixSendmsg, "cgroup_unix_sendmsg"},
	{ebpf.AttachCGroupUDP4Recvmsg, "cgroup_udp4_recvmsg"},
	{ebpf.AttachCGroupUDP6Recvmsg, "cgroup_udp6_recvmsg"},
	{ebpf.AttachCgroupUnixRecvmsg, "cgroup_unix_recvmsg"},
	{ebpf.AttachCGroupSysctl, "cgroup_sysctl"},
	{ebpf.AttachCGroupGetsockopt, "cgroup_getsockopt"},
	{ebpf.AttachCGroupSetsockopt, "cgroup_setsockopt"},
	{ebpf.AttachLSMCgroup, "lsm_cgroup"},
}

// Programs asks the kernel which BPF programs run for the tasks of a group of version 2, by its directory: those of devices
// first. An empty list means that there is none. It is denied without CAP_NET_ADMIN or CAP_SYS_ADMIN in the initial user
// namespace, unsupported by a kernel without CONFIG_CGROUP_BPF or before Linux 4.15, and absent where the directory is that of no
// group, as in a tree that was laid out.
func Programs(dir string) reading.Reading[[]Program] {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return reading.None[[]Program](reading.Why(err))
	}
	defer unix.Close(fd) //nolint:errcheck // Nothing was written.
	all := []Program{}
	for i, point := range attachPoints {
		found, err := programsAt(fd, point.number)
		switch {
		case err != nil && i > 0 && reading.Why(err) == reading.Unsupported:
			continue // An older kernel, which runs nothing there.
		case err != nil:
			return reading.None[[]Program](reading.Why(err))
		}
		for _, p := range found {
			p.Attach = point.name
			all = append(all, p)
		}
	}
	describe(all)
	return reading.Of(all)
}

// programsAt returns the programs of one kind that run for a group, in the order in which they run.
func programsAt(dir int, point ebpf.AttachType) ([]Program, error) {
	effective, _, err := queryPrograms(dir, point, queryEffective)
	if err != nil || len(effective) == 0 {
		return nil, fail("query the programs of a group", err)
	}
	own, flags, err := queryPrograms(dir, point, 0)
	if err != nil {
		return nil, fail("query the programs of a group", err)
	}
	found := make([]Program, len(effective))
	for i, id := range effective {
		found[i].ID = id
		if at := slices.Index(own, id); at >= 0 { // The same program may be attached above too: the group's own runs first.
			own = slices.Delete(own, at, at+1)
			found[i].Here, found[i].Flags = true, reading.Of(attachFlags(flags))
		}
	}
	return found, nil
}

func fail(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// attachFlags names BPF_F_ALLOW_OVERRIDE and BPF_F_ALLOW_MULTI as bpftool-cgroup(8) does.
func attachFlags(flags uint32) string {
	switch {
	case flags&2 != 0:
		return "multi"
	case flags&1 != 0:
		return "override"
	}
	return "none"
}

// describe adds what the programs are, each asked for once.
func describe(all []Program) {
	known := map[uint32]Program{}
	booted := bootedAt()
	for i := range all {
		p := &all[i]
		about, ok := known[p.ID]
		if !ok {
			about = programOf(p.ID, booted)
			known[p.ID] = about
		}
		p.Name, p.Tag, p.Loaded, p.UID = about.Name, about.Tag, about.Loaded, about.UID
	}
}

// programOf asks what a program is. One that has gone meanwhile is absent.
func programOf(id uint32, booted reading.Reading[time.Time]) (p Program) {
	program, err := ebpf.NewProgramFromID(ebpf.ProgramID(id))
	if err == nil {
		defer program.Close() //nolint:errcheck // A descriptor that was only asked.
		var info *ebpf.ProgramInfo
		if info, err = program.Info(); err == nil {
			p.Name, p.Tag = reading.Of(info.Name), reading.Of(info.Tag)
			if uid, ok := info.CreatedByUID(); ok {
				p.UID = reading.Of(uid)
			}
			if after, ok := info.LoadTime(); ok {
				p.Loaded = reading.Map(booted, func(t time.Time) time.Time { return t.Add(after).Round(time.Second) })
			}
			return p
		}
	}
	why := reading.Why(err)
	if errors.Is(err, ebpf.ErrNotSupported) {
		why = reading.Unsupported
	}
	p.Name, p.Tag = reading.None[string](why), reading.None[string](why)
	p.Loaded, p.UID = reading.None[time.Time](why), reading.None[uint32](why)
	return p
}

// bootedAt returns when the clock began by which the kernel dates programs: CLOCK_BOOTTIME.
func bootedAt() reading.Reading[time.Time] {
	var since unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &since)
	return reading.From(time.Now().Add(-time.Duration(since.Nano())), err)
}

// OfDevices returns the programs that decide about devices.
func OfDevices(all []Program) []Program {
	return slices.DeleteFunc(slices.Clone(all), func(p Program) bool { return p.Attach != AttachDevice })
}
