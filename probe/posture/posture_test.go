package posture_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/mounts"
	"bulkhead/probe/posture"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// tight is a container in namespaces of its own of all types, with a filter and without rights, on a made-up host.
func tight() posture.Facts {
	s := &probe.Snapshot{}
	task := &probe.Task{TaskKey: probe.TaskKey{PID: 7, TID: 7}, Program: &probe.Program{}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{}}
	for _, t := range probe.NamespaceTypes {
		s.Host.Reference.Key[t] = reading.Of(uint64(1 + t))
		task.Namespaces.Inodes[t] = reading.Of(uint64(100 + t))
	}
	host := []mounts.Mount{{Device: "8:1", Root: "/", Point: "/", Type: "ext4", Source: "/dev/sda1"}}
	own := []mounts.Mount{
		{Device: "0:50", Root: "/", Point: "/", Type: "overlay", Source: "overlay"},
		{Device: "0:51", Root: "/", Point: "/proc", Type: "proc", Source: "proc"},
		{Device: "0:51", Root: "/sys", Point: "/proc/sys", Type: "proc", Source: "proc", ReadOnly: true},
		{Device: "0:52", Root: "/", Point: "/sys", Type: "sysfs", Source: "sysfs", ReadOnly: true},
		{Device: "0:53", Root: "/docker/3f", Point: "/sys/fs/cgroup", Type: "cgroup2", Source: "cgroup", ReadOnly: true},
		{Device: "8:1", Root: "/var/lib/docker/3f/hosts", Point: "/etc/hosts", Type: "ext4", Source: "/dev/sda1"},
	}
	return posture.Facts{
		Snapshot: s, Task: task,
		Detail: probe.Detail{Root: reading.Of("/"), Status: reading.Of(proc.Status{
			Seccomp: reading.Of(proc.SeccompFilter), NoNewPrivs: reading.Of(true), Permitted: reading.Of[uint64](0),
		})},
		Around: probe.Surroundings{
			Mounts: reading.Of(own), HostMounts: reading.Of(host), Devices: reading.Of([]string{"c 1:3 rwm", "c *:* m"}), DevicesIn: "/d/devices.list",
		},
	}
}

// The changes that the cases below are made of.
func shared(types ...probe.NamespaceType) func(*posture.Facts) {
	return func(f *posture.Facts) {
		for _, t := range types {
			f.Task.Namespaces.Inodes[t] = f.Snapshot.Host.Reference.Key[t]
		}
	}
}

func status(change func(*proc.Status)) func(*posture.Facts) {
	return func(f *posture.Facts) {
		s, _ := f.Detail.Status.Get()
		change(&s)
		f.Detail.Status = reading.Of(s)
	}
}

func caps(numbers ...uint) func(*posture.Facts) {
	return status(func(s *proc.Status) {
		mask := uint64(0)
		for _, n := range numbers {
			mask |= 1 << n
		}
		s.Permitted = reading.Of(mask)
	})
}

func mount(m mounts.Mount) func(*posture.Facts) {
	return func(f *posture.Facts) { f.Around.Mounts = reading.Of(append(f.Around.Mounts.Or(nil), m)) }
}

// cases are what is changed about the tight container, and what is found then.
var cases = map[string]struct {
	changes []func(*posture.Facts)
	want    string
}{
	"tight":              {nil, ""},
	"host user":          {[]func(*posture.Facts){shared(probe.User)}, "no user namespace of its own"},
	"host pid net ipc":   {[]func(*posture.Facts){shared(probe.PID, probe.Net, probe.IPC)}, "the host's pid namespace; the host's net namespace; the host's ipc namespace"},
	"host mnt":           {[]func(*posture.Facts){shared(probe.Mnt), mount(mounts.Mount{Point: "/run/docker.sock"})}, "the host's mnt namespace"},
	"admin":              {[]func(*posture.Facts){shared(probe.User), caps(unix.CAP_SYS_ADMIN)}, "no user namespace of its own; CAP_SYS_ADMIN"},
	"admin of its own":   {[]func(*posture.Facts){caps(unix.CAP_SYS_ADMIN, unix.CAP_SYS_MODULE, unix.CAP_BPF)}, ""},
	"net admin, own net": {[]func(*posture.Facts){shared(probe.User), caps(unix.CAP_NET_ADMIN, unix.CAP_SYS_PTRACE)}, "no user namespace of its own"},
	"net admin, host's": {
		[]func(*posture.Facts){shared(probe.User, probe.Net), caps(unix.CAP_NET_ADMIN)},
		"no user namespace of its own; the host's net namespace; CAP_NET_ADMIN",
	},
	"no filter": {[]func(*posture.Facts){status(func(s *proc.Status) { s.Seccomp = reading.Of(proc.SeccompDisabled) })}, "no seccomp filter"},
	"new privs": {[]func(*posture.Facts){status(func(s *proc.Status) { s.NoNewPrivs = reading.Of(false) })}, "no_new_privs is off"},
	"privileged": {[]func(*posture.Facts){shared(probe.User), caps(
		unix.CAP_SYS_ADMIN, unix.CAP_SYS_MODULE, unix.CAP_SYS_RAWIO, unix.CAP_SYS_PTRACE, unix.CAP_NET_ADMIN, unix.CAP_DAC_READ_SEARCH, unix.CAP_MKNOD,
	), status(func(s *proc.Status) { s.Seccomp = reading.Of(proc.SeccompDisabled) })}, "no user namespace of its own; privileged; CAP_SYS_ADMIN; " +
		"CAP_SYS_MODULE; CAP_SYS_RAWIO; CAP_DAC_READ_SEARCH; CAP_MKNOD; no seccomp filter"},
	"docker socket": {[]func(*posture.Facts){mount(mounts.Mount{Device: "0:35", Root: "/docker.sock", Point: "/run/docker.sock", Type: "tmpfs"})}, "the socket of a container engine"},
	"hidden socket": {[]func(*posture.Facts){mount(mounts.Mount{Device: "0:35", Point: "/run/docker.sock", Hidden: true})}, ""},
	"host root":     {[]func(*posture.Facts){mount(mounts.Mount{Device: "8:1", Root: "/", Point: "/host", Type: "ext4", Source: "/dev/sda1"})}, "the host's root directory"},
	"disk":          {[]func(*posture.Facts){mount(mounts.Mount{Device: "8:2", Root: "/", Point: "/data", Type: "ext4", Source: "/dev/sda2"})}, "a whole block device"},
	"host dev":      {[]func(*posture.Facts){mount(mounts.Mount{Device: "0:6", Root: "/", Point: "/dev", Type: "devtmpfs"})}, "the host's /dev"},
	"written":       {[]func(*posture.Facts){mount(mounts.Mount{Root: "/", Point: "/s", Type: "sysfs"})}, ""},
	"written by the host's root": {
		[]func(*posture.Facts){
			shared(probe.User), mount(mounts.Mount{Root: "/", Point: "/s", Type: "sysfs"}), mount(mounts.Mount{Root: "/", Point: "/p", Type: "proc"}),
			mount(mounts.Mount{Root: "/", Point: "/c1", Type: "cgroup"}), mount(mounts.Mount{Root: "/", Point: "/c2", Type: "cgroup2"}),
		},
		"no user namespace of its own; /sys can be written; /proc/sys can be written; control groups that can be written",
	},
	"all devices": {[]func(*posture.Facts){func(f *posture.Facts) { f.Around.Devices = reading.Of([]string{"a *:* rwm"}) }}, "every device"},
}

func TestFindings(t *testing.T) {
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			f := tight()
			for _, change := range test.changes {
				change(&f)
			}
			r := posture.Of(f)
			var got []string
			for _, found := range r.Findings {
				got = append(got, found.What)
				if !strings.HasSuffix(found.Allows, ".") || found.Source == "" || len(found.Evidence) == 0 || found.Evidence[0].File == "" || found.Evidence[0].Value == "" {
					t.Errorf("without evidence, sentence or source: %+v", found)
				}
			}
			if strings.Join(got, "; ") != test.want || r.None != "" || len(r.Unknown) != 0 {
				t.Errorf("found %q, want %q; none %q, unknown %q", got, test.want, r.None, r.Unknown)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	f := tight()
	f.Detail.Status = reading.None[proc.Status](reading.Denied)
	f.Task.Namespaces.Inodes[probe.Net] = reading.None[uint64](reading.Denied)
	f.Around = probe.Surroundings{Mounts: reading.None[[]mounts.Mount](reading.Denied)}
	r := posture.Of(f)
	want := []string{
		"the net namespace: not permitted", "its rights (/proc/7/status): not permitted", "what is mounted (/proc/7/mountinfo): not permitted",
		"which devices it may use: in version 2 of control groups a BPF program says that, which cannot be read",
	}
	if !slices.Equal(r.Unknown, want) || len(r.Findings) != 0 {
		t.Errorf("unknown %q, want %q; found %v", r.Unknown, want, r.Findings)
	}
}

// TestDevicesNotRead blames no program of version 2 where the rules of version 1 decide and were not read, as of a recording.
func TestDevicesNotRead(t *testing.T) {
	f := tight()
	f.Snapshot.Hierarchies = []probe.Hierarchy{{Version: 2, Label: "v2"}, {Version: 1, Label: "cpu,devices"}}
	f.Around.Devices, f.Around.DevicesIn = reading.None[[]string](reading.Absent), ""
	got, want := posture.Of(f).Unknown, []string{"which devices it may use: devices.list of its group was not read"}
	if !slices.Equal(got, want) {
		t.Errorf("unknown %q, want %q", got, want)
	}
}

func TestNoWalls(t *testing.T) {
	f := tight()
	shared(probe.NamespaceTypes[:]...)(&f)
	status(func(s *proc.Status) { s.Seccomp = reading.Of(proc.SeccompDisabled) })(&f)
	if got := posture.Of(f); got.None != "nothing is walled off: it is the host" || len(got.Findings) != 0 {
		t.Errorf("on the host: %+v", got)
	}
	f.Detail.Root = reading.Of("/srv/jail")
	if got := posture.Of(f); got.None != "" || len(got.Walls) != 1 || got.Walls[0].Value != "/srv/jail" {
		t.Errorf("in another root: %+v", got)
	}
	f.Task.Kernel = true
	if got := posture.Of(f); got.None == "" || len(got.Walls) != 0 {
		t.Errorf("a thread of the kernel: %+v", got)
	}
}
