package cgroup_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// withController returns a group of the test's own in the hierarchy that has a controller, of whichever version. The test
// fails where no hierarchy can give the controller to a group.
func withController(t *testing.T, controller string) lab {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
	all := mounted(t)
	for _, m := range all {
		if m.Version == 1 && contains(m.Controllers, controller) {
			return makeLab(t, m)
		}
	}
	if m, ok := all[cgroup.LabelV2]; ok {
		text, err := os.ReadFile(filepath.Join(m.MountPoint, "cgroup.subtree_control"))
		if err == nil && contains(strings.Fields(string(text)), controller) {
			return makeLab(t, m)
		}
	}
	t.Fatalf("no hierarchy here gives the controller %s to groups: mount it, or hand it on in the topmost group", controller)
	return lab{}
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// run starts a shell in a group: it joins the group itself, and then does what it is told.
func (g lab) run(script string) *exec.Cmd {
	g.tb.Helper()
	cmd := exec.Command("sh", "-c", "echo $$ > "+g.dir+"/cgroup.procs && "+script)
	if err := cmd.Start(); err != nil {
		g.tb.Fatal(err)
	}
	g.tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// text reads a file of the group.
func (g lab) text(file string) string {
	text, err := os.ReadFile(filepath.Join(g.dir, file))
	if err != nil {
		return ""
	}
	return string(text)
}

// account reads all files of the group, as the page of one group does.
func (g lab) account() cgroup.Account {
	g.tb.Helper()
	entries, err := os.ReadDir(g.dir)
	if err != nil {
		g.tb.Fatal(err)
	}
	texts := cgroup.Texts{Files: map[string]reading.Reading[string]{}}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o444 != 0 {
			text, err := os.ReadFile(filepath.Join(g.dir, e.Name()))
			texts.Files[e.Name()] = reading.From(string(text), err)
		}
	}
	return texts.Account()
}

// keyed returns the number of a key in a text, -1 where there is none.
func keyed(text, key string) int64 {
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == key {
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				return n
			}
		}
	}
	return -1
}

// A busy loop under a quota of a tenth of a CPU is throttled.
func TestKernelThrottled(t *testing.T) {
	g := withController(t, "cpu")
	if g.mount.Version == 1 {
		g.write("/cpu.cfs_quota_us", "10000")
		g.write("/cpu.shares", "512")
	} else {
		g.write("/cpu.max", "10000 100000")
		g.write("/cpu.weight", "50")
	}
	cmd := g.run("while :; do :; done")
	tree := g.tree()
	var v cgroup.Values
	waitFor(t, "three throttled periods", func() bool {
		v = tree.Values("/", cgroup.AllParts)
		return v.ThrottledPeriods.Or(0) >= 3
	})
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // It says that it was killed.
	if waited, ok := v.Throttled.Get(); !ok || waited <= 0 {
		t.Errorf("throttled for %v, %v", waited, v.Throttled.State())
	}
	if v.Periods.Or(0) < v.ThrottledPeriods.Or(1) {
		t.Errorf("throttled in %v of %v periods", v.ThrottledPeriods, v.Periods)
	}
	expect(t, "quota", v.CPUQuota, 0.1)
	var a cgroup.Account
	var stat string
	waitFor(t, "cpu.stat to stand still", func() bool {
		before := g.text("cpu.stat")
		a, v = g.account(), tree.Values("/", cgroup.AllParts)
		stat = g.text("cpu.stat")
		return before == stat
	})
	for name, r := range map[string]reading.Reading[uint64]{
		"nr_periods": v.Periods, "nr_throttled": v.ThrottledPeriods, "nr_periods ": a.CPU.Periods, "nr_throttled ": a.CPU.ThrottledPeriods,
	} {
		if want := keyed(stat, strings.TrimSpace(name)); int64(r.Or(0)) != want {
			t.Errorf("%s: got %+v, the file says %d", name, r, want)
		}
	}
	expect(t, "quota of the account", a.CPU.CPUs, 0.1)
	if a.CPU.Throttled != v.Throttled {
		t.Errorf("throttled: %v in the account, %v in the list", a.CPU.Throttled, v.Throttled)
	}
	if g.mount.Version == 1 {
		expect(t, "shares", v.CPUShares, 512)
	} else {
		expect(t, "weight", v.CPUWeight, 50)
	}
}

// A process that takes more memory than its group may is killed, and counted.
func TestKernelMemoryHog(t *testing.T) {
	g := withController(t, "memory")
	limit, kills := "/memory.max", "memory.events"
	if g.mount.Version == 1 {
		limit, kills = "/memory.limit_in_bytes", "memory.oom_control"
	}
	g.write(limit, "8388608")
	for _, swap := range []string{"/memory.swap.max", "/memory.memsw.limit_in_bytes"} {
		if _, err := os.Stat(g.dir + swap); err == nil {
			g.write(swap, map[string]string{"/memory.swap.max": "0", "/memory.memsw.limit_in_bytes": "16777216"}[swap])
		}
	}
	tree := g.tree()
	before := tree.Values("/", cgroup.AllParts)
	expect(t, "kills at first", before.OOMKills, 0)
	// tail keeps the last lines in memory, and this one has no end.
	if err := g.run("exec tail /dev/zero").Wait(); err == nil {
		t.Fatal("a process took more memory than its group has")
	}
	after := tree.Values("/", cgroup.AllParts)
	if n := after.OOMKills.Or(0); n < 1 || int64(n) != keyed(g.text(kills), "oom_kill") {
		t.Errorf("%+v kills, the file says %q", after.OOMKills, g.text(kills))
	}
	if peak, ok := after.MemoryPeak.Get(); ok && (peak < 4<<20 || peak > 8<<20) {
		t.Errorf("the peak was %d bytes of 8 MiB", peak)
	}
	a := g.account().Memory
	expect(t, "limit", a.Max, 8<<20)
	if a.Events.OOMKill != after.OOMKills || a.Peak != after.MemoryPeak {
		t.Errorf("the account has %+v, the list %+v and %+v", a.Events, after.OOMKills, after.MemoryPeak)
	}
	hits := max(a.Failures.Or(0), a.MemSw.Failures.Or(0), a.Events.Max.Or(0))
	if hits == 0 {
		t.Errorf("the limit was never met: %+v, %+v", a.Failures, a.Events)
	}
	if stat := a.Stat.Or(nil); len(stat) < 10 {
		t.Errorf("memory.stat has %d lines", len(stat))
	}
}

// What is written past the page cache is counted by the device.
func TestKernelBytesWritten(t *testing.T) {
	controller := "blkio"
	if _, ok := mounted(t)["blkio"]; !ok {
		controller = "io"
	}
	g := withController(t, controller)
	file := filepath.Join(t.TempDir(), "written")
	expect(t, "written at first", g.tree().Values("/", cgroup.PartIO).IOWritten, 0)
	if err := g.run("exec dd if=/dev/zero of=" + file + " bs=64k count=16 oflag=direct conv=fsync 2>/dev/null").Wait(); err != nil {
		t.Fatalf("the filesystem of %s takes no direct writes; have TMPDIR lie on a disk: %v", file, err)
	}
	v := g.tree().Values("/", cgroup.PartIO)
	written, _ := v.IOWritten.Get()
	if written == 0 {
		t.Fatal("nothing written was counted; have TMPDIR lie on a disk")
	}
	if written < 1<<20 {
		t.Errorf("%d bytes were written, want 1 MiB at least", written)
	}
	var sum, operations uint64
	for _, d := range g.account().IO.Devices {
		sum += d.Written.Or(0)
		operations += d.Writes.Or(0)
		expectNone(t, "limit of "+d.Number, d.MaxWritten, reading.Unlimited)
	}
	if sum != written || operations == 0 {
		t.Errorf("devices wrote %d bytes in %d operations, the group %d bytes", sum, operations, written)
	}
}

// Pressure is told of every group of version 2, unless PSI is off.
func TestKernelPressure(t *testing.T) {
	g := inHierarchy(t, cgroup.LabelV2)
	if _, err := os.ReadFile(filepath.Join(g.dir, "cpu.pressure")); err != nil {
		v := g.tree().Values("/", cgroup.PartPressure)
		expectNone(t, "pressure where the file says "+err.Error(), v.CPUPressure.Some, reading.Why(err))
		return
	}
	v := g.tree().Values("/", cgroup.PartPressure)
	for name, p := range map[string]cgroup.Pressure{"cpu": v.CPUPressure, "memory": v.MemoryPressure, "io": v.IOPressure} {
		expect(t, name+", some", p.Some, 0)
		expect(t, name+", full", p.Full, 0)
	}
	var busy []*exec.Cmd
	for range 2 { // More than one to a CPU, so that one of them waits.
		busy = append(busy, g.run("exec taskset -c 0 sh -c 'while :; do :; done'"))
	}
	waitFor(t, "some of them to wait for the CPU", func() bool {
		some := g.account().Pressure.CPU.Some.Total
		return some.Or(0) > 0
	})
	for _, cmd := range busy {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	a := g.account()
	if want := fmt.Sprintf("total=%d", a.Pressure.CPU.Some.Total.Or(0).Microseconds()); !strings.Contains(g.text("cpu.pressure"), want) {
		t.Errorf("cpu.pressure is %q, the account has %s", g.text("cpu.pressure"), want)
	}
	g.write("/cgroup.pressure", "0")
	v = g.tree().Values("/", cgroup.PartPressure)
	if v.CPUPressure.Some.Known() || g.account().Core.PressureOn != reading.Of(false) {
		t.Errorf("with cgroup.pressure 0: %+v, %+v", v.CPUPressure, g.account().Core.PressureOn)
	}
}
