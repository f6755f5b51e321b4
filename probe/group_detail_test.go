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
