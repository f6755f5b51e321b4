package probe_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/probe/testhost"
)

const detailHost = `-- proc/1/stat --
1 (init) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 2 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0
-- proc/self/mountinfo --
30 23 0:27 / /sys/fs/cgroup/blkio rw shared:9 - cgroup cgroup rw,blkio
31 23 0:28 / /dev/cpuset rw shared:9 - cgroup cgroup rw,cpuset,noprefix
-- proc/partitions --
major minor  #blocks  name

   8        0  268435456 sda
 254        0  268435456 vda
-- sys/dev/block/259:1/uevent --
MAJOR=259
MINOR=1
DEVNAME=nvme0n1p1
-- sys/dev/block/104:0 -> ../../devices/pci/block/cciss!c0d0 --
-- sys/fs/cgroup/blkio/lab/ --
blkio.throttle.io_service_bytes 254:0 Read 5\n254:0 Write 6\n254:0 Total 11\nTotal 11
blkio.throttle.read_bps_device 259:1 1024
blkio.throttle.write_bps_device 104:0 2048\n7:0 1
-- dev/cpuset/lab/ --
cpus 0-1
notify_on_release 0
`

func TestGroupDetail(t *testing.T) {
	host := testhost.Parse(t, detailHost)
	roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
	s := scanHost(t, roots)
	g, ok := s.Group(probe.GroupKey{Hierarchy: "blkio", Path: "/lab"})
	if !ok {
		t.Fatalf("no group: %+v", s.Groups)
	}
	d, err := roots.GroupDetail(s.HierarchyOf(g), g)
	if err != nil || d.Inode != g.Inode || len(d.Files) != 3 || d.GroupKey != g.GroupKey {
		t.Fatalf("detail: %+v, %v", d, err)
	}
	names := map[string]string{}
	for _, device := range d.Account.IO.Devices {
		names[device.Number] = device.Name
	}
	for number, want := range map[string]string{"254:0": "vda", "259:1": "nvme0n1p1", "104:0": "cciss/c0d0", "7:0": ""} {
		if got, ok := names[number]; !ok || got != want {
			t.Errorf("device %s is %q, %v; want %q", number, got, ok, want)
		}
	}
	g, _ = s.Group(probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"})
	d, err = roots.GroupDetail(s.HierarchyOf(g), g)
	if cpus, ok := d.Account.Cpuset.CPUs.Get(); err != nil || !ok || cpus.String() != "0-1" {
		t.Errorf("in a hierarchy without prefixes: CPUs %s, %v, %v", cpus, ok, err)
	}
}

// A group that is gone or that no mount shows has no detail, and says so; a file that may not be read says it of itself.
func TestGroupDetailOfWhatCannotBeRead(t *testing.T) {
	testhost.AsNobody(t, func(t *testing.T) {
		host := testhost.Parse(t, detailHost)
		file := filepath.Join(host.Sys, "fs/cgroup/blkio/lab/blkio.throttle.io_service_bytes")
		if err := os.Chmod(file, 0o044); err != nil { // For others than its owner, who reads it.
			t.Fatal(err)
		}
		roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
		h := &probe.Hierarchy{Label: "blkio", Version: 1}
		g := probe.Group{GroupKey: probe.GroupKey{Hierarchy: "blkio", Path: "/lab"}, Dir: "/sys/fs/cgroup/blkio/lab", Values: &cgroup.Values{}}
		d, err := roots.GroupDetail(h, &g)
		if err != nil || d.Account.IO.Stat != reading.Denied || d.Account.IO.Devices[0].Read.State() != reading.Denied {
			t.Errorf("with a file that may not be read: %+v, %v", d.Account.IO, err)
		}
		for dir, want := range map[string]error{"": fs.ErrNotExist, "/sys/fs/cgroup/blkio/gone": fs.ErrNotExist} {
			g.Dir = dir
			if d, err := roots.GroupDetail(h, &g); !errors.Is(err, want) || len(d.Files) > 0 {
				t.Errorf("at %q: %+v, %v; want %v", dir, d, err, want)
			}
		}
	})
}

// TestUncountedIO takes the 0 of a kernel that counts only what groups under a limit do for not known, and that of others for 0.
func TestUncountedIO(t *testing.T) {
	for kernel, want := range map[string]reading.State{
		"5.15.0": reading.Present, "5.16.0": reading.Unsupported, "6.1.0-56-cloud-amd64": reading.Unsupported, "6.4.3": reading.Unsupported,
		"6.5.0-rc1": reading.Present, "6.18.44": reading.Present,
	} {
		host := testhost.Parse(t, detailHost+"-- sys/fs/cgroup/blkio/idle/ --\nblkio.throttle.io_service_bytes 254:0 Read 0\\n254:0 Write 0\\nTotal 0\n"+
			"-- proc/sys/kernel/osrelease --\n"+kernel+"\n")
		roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
		scanner, err := probe.Open(roots)
		if err != nil {
			t.Fatal(err)
		}
		s := scan(t, scanner, probe.Request{Facts: probe.AllFacts, Parts: cgroup.AllParts})
		if err := scanner.Close(); err != nil {
			t.Error(err)
		}
		for path, want := range map[string]reading.State{"/idle": want, "/lab": reading.Present} {
			g, _ := s.Group(probe.GroupKey{Hierarchy: "blkio", Path: path})
			d, err := roots.GroupDetail(s.HierarchyOf(g), g)
			if err != nil {
				t.Fatal(err)
			}
			for _, device := range d.Account.IO.Devices {
				if got := device.Written.State(); device.Number == "254:0" && got != want || g.Values.IOWritten.State() != want {
					t.Errorf("Linux %s, %s: bytes written are %v in the account and %v in the list, want %v", kernel, path, got, g.Values.IOWritten.State(), want)
				}
			}
		}
	}
}
