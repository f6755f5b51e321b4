package actions

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe/cpulist"
)

// resourceProvocations are those of memory and devices in version 1.
var resourceProvocations = map[string]provocation{
	"a limit below what is used": {
		"memory", func(l lab) Step {
			fifo := l.t.TempDir() + "/fifo"
			must(l.t, syscall.Mkfifo(fifo, 0o600))
			l.start(`x=$(head -c 8000000 /dev/zero | tr '\0' x); read y <` + fifo) // It waits for a writer.
			await(l.t, "memory to be used", func() bool { return l.number("memory.usage_in_bytes") > 8000000 })
			if swaps, err := os.ReadFile("/proc/swaps"); err == nil && strings.Count(string(swaps), "\n") > 1 {
				l.write("memory.swappiness", "0") // Else it is swapped out.
			}
			return l.setting("", fileLimit, "1M")
		}, syscall.EBUSY, "LAB uses more than 1M, and the kernel could not free enough", nil,
	},
	"memory and swap below memory": {
		"memory", func(l lab) Step {
			if _, err := os.Stat(l.dir + "/" + fileMemsw); err != nil {
				return nil // CONFIG_SWAP, or swapaccount=0.
			}
			l.write(fileLimit, "64M")
			return l.setting("", fileMemsw, "32M")
		}, syscall.EINVAL, "memory and swap together must be allowed at least as much as memory alone", nil,
	},
	"memory over memory and swap": {
		"memory", func(l lab) Step {
			if _, err := os.Stat(l.dir + "/" + fileMemsw); err != nil {
				return nil
			}
			l.write(fileLimit, "64M")
			l.write(fileMemsw, "64M")
			return l.setting("", fileLimit, "128M")
		}, syscall.EINVAL, "memory and swap together must be allowed at least as much as memory alone", nil,
	},
	"no swappiness": {
		"memory", func(l lab) Step { return l.setting("", "memory.swappiness", "300") }, syscall.EINVAL, "300 is no value for memory.swappiness", nil,
	},
	"no size": {"memory", func(l lab) Step { return l.setting("", fileLimit, "much") }, syscall.EINVAL, "much is no value for memory.limit_in_bytes", nil},
	"no such disk": {
		"blkio", func(l lab) Step { return slowed(l, "4095:9 1000") }, syscall.ENODEV, "there is no block device 4095:9", nil,
	},
	"no disk at all": {
		"blkio", func(l lab) Step { return slowed(l, "disk 1000") }, syscall.EINVAL, "disk 1000 is no value for blkio.throttle.read_bps_device", nil,
	},
	"a device that the group above lacks": {
		"devices", func(l lab) Step {
			l.mkdir("/in")
			l.write("devices.deny", "c 1:3 rwm")
			return Set{Group: l.group("/in"), File: "devices.allow", To: "c 1:3 rwm", Blind: true}
		}, syscall.EPERM, "a group cannot allow a device that LAB, the group above, does not, and only CAP_SYS_ADMIN may change it", nil,
	},
	"no device": {
		"devices", func(l lab) Step { return Set{Group: l.group(""), File: "devices.deny", To: "null", Blind: true} },
		syscall.EINVAL, "null is no value for devices.deny", nil,
	},
}

// slowed limits reads of a disk, where the kernel can do so (CONFIG_BLK_DEV_THROTTLING).
func slowed(l lab, value string) Step {
	const file = "blkio.throttle.read_bps_device"
	if _, err := os.Stat(l.dir + "/" + file); err != nil {
		return nil
	}
	return l.setting("", file, value)
}

// number returns what a file says that holds one.
func (l lab) number(file string) int {
	l.t.Helper()
	n, err := strconv.Atoi(l.says(file))
	must(l.t, err)
	return n
}

// TestExplainExclusiveCPUs has a group hold a CPU for itself alone. For that moment no other test has cpusets.
func TestExplainExclusiveCPUs(t *testing.T) {
	asRoot(t)
	if mountOf(t, "cpuset") == "" {
		t.Skip("this host does not mount cpuset of version 1")
	}
	online := scanLive(t).Host.CPUs.Or(cpulist.Set{}).All()
	last := strconv.Itoa(online[len(online)-1])
	lockCPUs(t, syscall.LOCK_EX)
	for name, p := range map[string]provocation{
		"a CPU that a group beside holds": {step: func(l lab) Step {
			l.write("side/cpuset.cpus", "")
			l.write("in/cpuset.cpu_exclusive", "1")
			return l.setting("/side", "cpuset.cpus", last)
		}},
		"a CPU that a group beside has too": {step: func(l lab) Step { return l.setting("/side", "cpuset.cpu_exclusive", "1") }},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, "cpuset")
			l.cpus("", last)
			if err := l.set("cpuset.cpu_exclusive", "1"); err != nil {
				t.Skipf("other groups of this host have that CPU: %v", err)
			}
			for _, path := range []string{"/in", "/side"} {
				l.cpus(path, last)
			}
			p.err = syscall.EINVAL
			p.says = "groups beside LAB/side have some of that, and one of them is, or would be, exclusive: LAB/in has " + last
			p.provoke(t, l, p.step(l))
		})
	}
}
