package cgroup_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

// program loads a program that permits everything.
func program(t *testing.T, name string, kind ebpf.ProgramType) *ebpf.Program {
	t.Helper()
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: name, Type: kind, License: "GPL", Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 1), asm.Return()},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// attach attaches a program to a group, by the call that takes flags. It goes with the group.
func attach(t *testing.T, dir string, p *ebpf.Program, point ebpf.AttachType, flags uint32) {
	t.Helper()
	group, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer group.Close()
	err = link.RawAttachProgram(link.RawAttachProgramOptions{Target: int(group.Fd()), Program: p, Attach: point, Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
}

// TestKernelPrograms attaches programs to a group, and looks for them there and in the group below.
func TestKernelPrograms(t *testing.T) {
	m, ok := mounted(t)[cgroup.LabelV2]
	if !ok {
		t.Skip("version 2 is not mounted here")
	}
	g := makeLab(t, m)
	g.mkdir("/below")
	before, ok := cgroup.Programs(g.dir).Get()
	if !ok || slices.ContainsFunc(before, func(p cgroup.Program) bool { return p.Here }) {
		t.Fatalf("of a new group: %+v, %v", before, ok)
	}
	devices, traffic := program(t, "bulkhead_dev", ebpf.CGroupDevice), program(t, "", ebpf.CGroupSKB)
	attach(t, g.dir, devices, ebpf.AttachCGroupDevice, 2)
	attach(t, g.dir+"/below", devices, ebpf.AttachCGroupDevice, 2)
	attach(t, g.dir, traffic, ebpf.AttachCGroupInetEgress, 1)

	all := cgroup.Programs(g.dir + "/below").Or(nil)
	own := cgroup.OfDevices(all)
	if len(own) != 2+len(cgroup.OfDevices(before)) || len(all) != len(before)+3 {
		t.Fatalf("has %+v, of devices %+v", all, own)
	}
	expect(t, "flags of its own", own[0].Flags, "multi")
	expectNone(t, "flags of one above", own[1].Flags, reading.Absent)
	if !own[0].Here || own[1].Here || own[0].ID != own[1].ID {
		t.Errorf("of devices: %+v", own)
	}
	expect(t, "name", own[1].Name, "bulkhead_dev")
	expect(t, "uid", own[0].UID, 0)
	if since := time.Since(own[0].Loaded.Or(time.Time{})); since < -2*time.Second || since > time.Minute {
		t.Errorf("loaded %v ago", since)
	}
	if tag := own[0].Tag.Or(""); len(tag) != 16 {
		t.Errorf("tag %q", tag)
	}
	at := slices.IndexFunc(cgroup.Programs(g.dir).Or(nil), func(p cgroup.Program) bool {
		return p.Attach == "cgroup_inet_egress" && p.Here && p.Flags == reading.Of("override") && p.Name == reading.Of("")
	})
	if at < 0 {
		t.Errorf("the program of packets is missing: %+v", cgroup.Programs(g.dir))
	}
	if got := cgroup.Programs(t.TempDir()); got.State() != reading.Absent {
		t.Errorf("of a directory that is no group: %+v", got)
	}
}

// TestKernelProgramsDenied asks without rights.
func TestKernelProgramsDenied(t *testing.T) {
	mountinfo, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	defer mountinfo.Close()
	mounts, err := cgroup.Mounts(mountinfo)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(mounts, func(m cgroup.Mount) bool { return m.Version == 2 })
	if at < 0 {
		t.Skip("version 2 is not mounted here")
	}
	testhost.AsNobody(t, func(t *testing.T) {
		if got := cgroup.Programs(mounts[at].MountPoint); got.State() != reading.Denied {
			t.Errorf("as nobody: %+v, want denied", got)
		}
	})
}
