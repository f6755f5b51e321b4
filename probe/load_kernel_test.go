package probe_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// loaded is a group of the test's own for a load: in version 2 one, in version 1 one for each controller.
type loaded struct {
	t       *testing.T
	scanner *probe.Scanner
	keys    map[string]probe.GroupKey // By controller, as version 1 calls it.
	dirs    map[string]string
}

var loads atomic.Int32

// underLoad makes the groups. The test fails where no hierarchy hands a controller on.
func underLoad(t *testing.T, controllers ...string) loaded {
	t.Helper()
	needRoot(t)
	l := loaded{t, live(t), map[string]probe.GroupKey{}, map[string]string{}}
	all := scan(t, l.scanner, everything).Hierarchies
	slices.SortStableFunc(all, func(a, b probe.Hierarchy) int { return a.Version - b.Version }) // A controller of version 1 is not in version 2.
	name := fmt.Sprintf("bulkhead-test-%d-load-%d", os.Getpid(), loads.Add(1))
	for _, controller := range controllers {
		i := slices.IndexFunc(all, func(h probe.Hierarchy) bool { return h.MountPoint != "" && hands(t, &h, controller) })
		if i < 0 {
			t.Fatalf("no hierarchy here gives the controller %s to groups: mount it, or hand it on in the topmost group", controller)
		}
		dir := filepath.Join(all[i].MountPoint, name)
		l.keys[controller], l.dirs[controller] = probe.GroupKey{Hierarchy: all[i].Label, Path: strings.TrimSuffix(all[i].Root, "/") + "/" + name}, dir
		if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			eventually(t, dir+" is removed", func() bool { err := syscall.Rmdir(dir); return err == nil || os.IsNotExist(err) })
		})
	}
	return l
}

// hands reports whether groups of a hierarchy below the topmost have a controller.
func hands(t *testing.T, h *probe.Hierarchy, controller string) bool {
	if h.Version == 1 {
		return slices.Contains(h.Controllers, controller)
	}
	text, err := os.ReadFile(filepath.Join(h.MountPoint, "cgroup.subtree_control"))
	if err != nil {
		t.Fatal(err)
	}
	handed := strings.Fields(string(text))
	switch controller {
	case "cpuacct":
		return slices.Contains(handed, "cpu")
	case "blkio":
		controller = "io"
	}
	return slices.Contains(handed, controller)
}

// version2 reports whether a controller is in the hierarchy of version 2.
func (l *loaded) version2(controller string) bool {
	return l.keys[controller].Hierarchy == cgroup.LabelV2
}

func (l *loaded) write(controller, file, value string) {
	l.t.Helper()
	if err := os.WriteFile(filepath.Join(l.dirs[controller], file), []byte(value), 0); err != nil {
		l.t.Fatalf("write %q: %v", value, err)
	}
}

// number returns the number of a key in a file of a group, or the one number of a file without keys.
func (l *loaded) number(controller, file, key string) uint64 {
	l.t.Helper()
	text, err := os.ReadFile(filepath.Join(l.dirs[controller], file))
	if err != nil {
		l.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if key == "" || fields[0] == key {
			if n, err := strconv.ParseUint(fields[len(fields)-1], 10, 64); err == nil {
				return n
			}
		}
	}
	l.t.Fatalf("no %s in %s, which is %q", key, file, text)
	return 0
}

// run starts a shell that joins all groups by itself before it does what it is told. It is killed when the test ends.
func (l *loaded) run(script string) *exec.Cmd {
	l.t.Helper()
	var join strings.Builder
	for _, dir := range l.dirs {
		join.WriteString("echo $$ > " + dir + "/cgroup.procs && ")
	}
	cmd := exec.Command("sh", "-c", join.String()+script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL} // Should the test not come to its end.
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // What the shell has started dies with it.
		_ = cmd.Wait()
	})
	return cmd
}

// scan reads the groups anew, and returns the snapshot with that of a controller.
func (l *loaded) scan(controller string) (*probe.Snapshot, *probe.Group) {
	l.t.Helper()
	request := probe.Request{Facts: probe.FactGroups}
	for _, key := range l.keys {
		request.Whole = append(request.Whole, key)
	}
	s := scan(l.t, l.scanner, request)
	g, ok := s.Group(l.keys[controller])
	if !ok {
		l.t.Fatalf("%s is not there", l.keys[controller])
	}
	return s, g
}

// between checks that what was read lies between what the file said before and after.
func between[T uint64 | time.Duration](t *testing.T, what string, before, got, after T) {
	t.Helper()
	if got < before || got > after {
		t.Errorf("%s: read %v, the file said %v before and %v after", what, got, before, after)
	}
}

// grewBy checks that a rate is what a count grew by in the time that passed.
func grewBy(t *testing.T, what string, rate probe.Reading[float64], took time.Duration, grew float64) {
	t.Helper()
	got := rate.Or(-1)
	if want := grew / took.Seconds(); got < 0.999*want || got > 1.001*want {
		t.Errorf("%s: got %v a second, want %v in %v", what, got, grew, took)
	}
}

// TestKernelLoadOfCPU has a busy loop under a quota of a fifth of a CPU. In each period that the kernel counts as throttled the loop
// has used up its quota, and no more than the quota in any.
func TestKernelLoadOfCPU(t *testing.T) {
	l := underLoad(t, "cpu", "cpuacct")
	quota := 20 * time.Millisecond
	usage := func() time.Duration { return time.Duration(l.number("cpuacct", "cpuacct.usage", "")) }
	waited := func() time.Duration { return time.Duration(l.number("cpu", "cpu.stat", "throttled_time")) }
	if l.version2("cpu") {
		l.write("cpu", "cpu.max", "20000 100000")
		usage = func() time.Duration {
			return time.Duration(l.number("cpu", "cpu.stat", "usage_usec")) * time.Microsecond
		}
		waited = func() time.Duration {
			return time.Duration(l.number("cpu", "cpu.stat", "throttled_usec")) * time.Microsecond
		}
	} else {
		l.write("cpu", "cpu.cfs_quota_us", "20000")
	}
	l.run("while :; do :; done")
	periods := func(key string) uint64 { return l.number("cpu", "cpu.stat", key) }
	eventually(t, "the loop is throttled", func() bool { return periods("nr_throttled") > 0 })

	wasUsed, wasWaiting := usage(), waited()
	s, first := l.scan("cpu")
	counters := s.CPUCounters()
	counted, same := counters.Of(first)
	if counted == nil || !same {
		t.Fatalf("its use is not counted by %v, %v", counted, same)
	}
	between(t, "CPU time", wasUsed, counted.Values.CPUUsage.Or(0), usage())
	between(t, "throttled", wasWaiting, first.Values.Throttled.Or(0), waited())
	begun := usage()
	throttled := periods("nr_throttled")
	eventually(t, "ten more periods are throttled", func() bool { return periods("nr_throttled") >= throttled+10 })
	ended := usage()

	s, second := l.scan("cpu")
	counters = s.CPUCounters()
	now, _ := counters.Of(second)
	took := now.ReadAt - counted.ReadAt
	grew := now.Values.CPUUsage.Or(0) - counted.Values.CPUUsage.Or(0)
	grewBy(t, "CPUs used", counters.Use(second), took, grew.Seconds())
	grewBy(t, "CPUs waited for", second.Rates.Throttled, second.ReadAt-first.ReadAt, (second.Values.Throttled.Or(0) - first.Values.Throttled.Or(0)).Seconds())
	if least := ended - begun; grew < least || least < 3*quota { // Slices of quotas are lost, many on a machine whose CPUs stand still for a while.
		t.Errorf("it used %v in all and %v in ten throttled periods of %v", grew, least, quota)
	}
	ran := second.Values.Periods.Or(0) - first.Values.Periods.Or(0)
	if most := time.Duration(ran+3) * quota * 5 / 4; grew > most {
		t.Errorf("it used %v in %d periods of %v", grew, ran, quota)
	}
	if share := second.Rates.ThrottledShare.Or(0); share <= 0.5 {
		t.Errorf("throttled in %v of the periods", share)
	}
	if limit := s.Binding(second.GroupKey).Quota; limit.By != second.GroupKey || limit.Limit.Or(0) != 0.2 {
		t.Errorf("the quota that binds is %+v", limit)
	}
}

// TestKernelLoadOfMemory has a process meet the limit of its group, between two scans.
func TestKernelLoadOfMemory(t *testing.T) {
	l := underLoad(t, "memory")
	events := "memory.oom_control"
	if l.version2("memory") {
		l.write("memory", "memory.max", "8388608")
		l.write("memory", "memory.swap.max", "0")
		events = "memory.events"
	} else {
		l.write("memory", "memory.limit_in_bytes", "8388608")
		if _, err := os.Stat(filepath.Join(l.dirs["memory"], "memory.memsw.limit_in_bytes")); err == nil {
			l.write("memory", "memory.memsw.limit_in_bytes", "8388608")
		}
	}
	_, before := l.scan("memory")
	if n := before.Values.OOMKills; n.Or(1) != 0 {
		t.Errorf("at first %+v were killed", n)
	}
	if err := l.run("exec tail /dev/zero").Wait(); err == nil {
		t.Fatal("a process took more memory than its group has")
	}
	_, after := l.scan("memory")
	want := l.number("memory", events, "oom_kill")
	if want == 0 || after.Values.OOMKills.Or(0) != want || after.Rates.OOMKills.Or(0) != want {
		t.Errorf("%+v killed, %+v of them since the last reading; the file says %d", after.Values.OOMKills, after.Rates.OOMKills, want)
	}
}

// disk returns the number of the disk that a directory lies on, which is what limits are written for: a partition has none.
func disk(t *testing.T, dir string) string {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		t.Fatal(err)
	}
	number := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	at, err := filepath.EvalSymlinks("/sys/dev/block/" + number)
	if err != nil {
		t.Fatalf("%s lies on no device; have TMPDIR lie on a disk: %v", dir, err)
	}
	if _, err := os.Stat(filepath.Join(at, "partition")); err == nil {
		whole, err := os.ReadFile(filepath.Join(filepath.Dir(at), "dev"))
		if err != nil {
			t.Fatal(err)
		}
		number = strings.TrimSpace(string(whole))
	}
	return number
}

// TestKernelLoadOfDisk has a process write as fast as it may to a disk, of which its group may write a MiB a second.
func TestKernelLoadOfDisk(t *testing.T) {
	l := underLoad(t, "blkio")
	dir := t.TempDir()
	device := disk(t, dir)
	const limit = 1 << 20
	if l.version2("blkio") {
		l.write("blkio", "io.max", fmt.Sprintf("%s wbps=%d", device, limit))
	} else {
		l.write("blkio", "blkio.throttle.write_bps_device", fmt.Sprintf("%s %d", device, limit))
	}
	l.run("while dd if=/dev/zero of=" + dir + "/written bs=64k count=16 conv=notrunc oflag=direct 2>/dev/null; do :; done")
	written := func() uint64 {
		_, g := l.scan("blkio")
		return g.Values.IOWritten.Or(0)
	}
	eventually(t, "something is written; have TMPDIR lie on a disk", func() bool { return written() > 0 })
	before := l.written(device)
	_, first := l.scan("blkio")
	between(t, "bytes written", before, first.Values.IOWritten.Or(0), l.written(device))
	eventually(t, "three MiB more are written", func() bool { return l.written(device) >= before+3*limit })

	s, second := l.scan("blkio")
	took := second.ReadAt - first.ReadAt
	grew := second.Values.IOWritten.Or(0) - first.Values.IOWritten.Or(0)
	grewBy(t, "bytes written", second.Rates.IOWritten, took, float64(grew))
	if rate := second.Rates.IOWritten.Or(0); rate > 1.5*limit {
		t.Errorf("%v bytes a second were written, of %d", rate, limit)
	}
	d, err := probe.Live.GroupDetail(s.HierarchyOf(second), second)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(d.Account.IO.Devices, func(d cgroup.IODevice) bool { return d.Number == device })
	if i < 0 || d.Account.IO.Devices[i].MaxWritten.Or(0) != limit || d.Account.IO.Devices[i].Name == "" {
		t.Errorf("the limit of %s is not among %+v", device, d.Account.IO.Devices)
	}
}

// written returns the bytes written to a device, by the file of either version.
func (l *loaded) written(device string) uint64 {
	l.t.Helper()
	file := "blkio.throttle.io_service_bytes_recursive"
	if l.version2("blkio") {
		file = "io.stat"
	}
	text, err := os.ReadFile(filepath.Join(l.dirs["blkio"], file))
	if err != nil {
		l.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		for i, field := range fields {
			value, ok := strings.CutPrefix(field, "wbytes=")
			if !ok && field == "Write" && i+1 < len(fields) {
				value, ok = fields[i+1], true
			}
			if n, err := strconv.ParseUint(value, 10, 64); ok && err == nil && fields[0] == device {
				return n
			}
		}
	}
	return 0
}
