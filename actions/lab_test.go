package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"bulkhead/probe"
)

// lab is a group of the running kernel that was made for one test.
type lab struct {
	t   *testing.T
	key probe.GroupKey
	dir string
}

var labs atomic.Int32

// eachFreezer runs a test in a group of every kind that can be frozen, of those that this kernel has mounted.
func eachFreezer(t *testing.T, test func(t *testing.T, l lab)) {
	t.Helper()
	asRoot(t)
	ran := false
	for _, label := range []string{"v2", "freezer"} {
		if mountOf(t, label) != "" {
			ran = true
			t.Run(label, func(t *testing.T) { test(t, makeLab(t, label)) })
		}
	}
	if !ran {
		t.Fatal("neither version 2 nor the freezer of version 1 is mounted: mount one of them")
	}
}

// asRoot skips a test that takes root.
func asRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
}

// scanLive reads the running kernel.
func scanLive(t *testing.T) *probe.Snapshot {
	t.Helper()
	scanner, err := probe.Open(probe.Live)
	must(t, err)
	defer scanner.Close() //nolint:errcheck // It was only read from.
	s, err := scanner.Scan(context.Background(), probe.Request{Facts: probe.AllFacts})
	must(t, err)
	return s
}

// mountOf returns where a hierarchy is mounted, by its label or one of its controllers; empty where it is not.
func mountOf(t *testing.T, label string) string {
	t.Helper()
	for _, h := range scanLive(t).Hierarchies {
		if (h.Label == label || slices.Contains(h.Controllers, label) && h.Version == 1) && !h.ReadOnly {
			return h.MountPoint
		}
	}
	return ""
}

// makeLab makes a group, and removes it with all that is below it when the test ends.
func makeLab(t *testing.T, label string) lab {
	t.Helper()
	if label == "cpuset" {
		lockCPUs(t, syscall.LOCK_SH)
	}
	return newLab(t, label)
}

// lockCPUs has the runs of these tests agree who may have cpusets of version 1 with CPUs meanwhile: many, or one for itself
// alone, which would take the CPUs from the others.
func lockCPUs(t *testing.T, how int) {
	t.Helper()
	top, err := os.Open(mountOf(t, "cpuset"))
	must(t, err)
	t.Cleanup(func() { must(t, top.Close()) })
	must(t, syscall.Flock(int(top.Fd()), how))
}

// newLab makes a group as makeLab does, whoever has CPUs for itself.
func newLab(t *testing.T, label string) lab {
	t.Helper()
	mount := mountOf(t, label)
	name := fmt.Sprintf("bulkhead-test-%d-%d", os.Getpid(), labs.Add(1))
	l := lab{t, probe.GroupKey{Hierarchy: label, Path: "/" + name}, filepath.Join(mount, name)}
	if s := scanLive(t); label != "v2" {
		for _, h := range s.Hierarchies {
			if h.Version == 1 && slices.Contains(h.Controllers, label) {
				l.key.Hierarchy = h.Label
			}
		}
	}
	t.Cleanup(func() { removeTree(t, l.dir) })
	must(t, os.Mkdir(l.dir, 0o755))
	return l
}

// removeTree removes a group and those below it. A group stays busy for a moment after its last process died.
func removeTree(t *testing.T, dir string) {
	t.Helper()
	for _, below := range slices.Backward(append([]string{dir}, subdirectories(dir)...)) {
		await(t, "removal of "+below, func() bool {
			err := syscall.Rmdir(below)
			return err == nil || errors.Is(err, syscall.ENOENT)
		})
	}
}

func subdirectories(dir string) []string {
	var all []string
	entries, _ := os.ReadDir(dir) // It may be gone already.
	for _, e := range entries {
		if e.IsDir() {
			path := filepath.Join(dir, e.Name())
			all = append(append(all, path), subdirectories(path)...)
		}
	}
	return all
}

// await waits until a condition holds.
func await(t *testing.T, what string, met func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !met(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// says returns what a file of the group says.
func (l lab) says(file string) string {
	l.t.Helper()
	text, err := os.ReadFile(filepath.Join(l.dir, file))
	must(l.t, err)
	return strings.TrimSuffix(string(text), "\n")
}

// below returns the key of a group below.
func (l lab) below(path string) probe.GroupKey {
	return probe.GroupKey{Hierarchy: l.key.Hierarchy, Path: l.key.Path + path}
}

// start runs a shell command in the group until the test ends, and returns its pid. It is killed whatever state it is in.
func (l lab) start(script string) int32 {
	l.t.Helper()
	cmd := exec.Command("sh", "-c", "echo $$ > "+quote(filepath.Join(l.dir, fileProcs))+" && { "+script+"\n}")
	must(l.t, cmd.Start())
	pid := int32(cmd.Process.Pid)
	l.t.Cleanup(func() {
		_ = cmd.Process.Kill() // It may have ended by itself.
		l.thaw()
		_ = cmd.Wait() // It was killed.
	})
	await(l.t, "the process to be in its group", func() bool { return slices.Contains(strings.Fields(l.says(fileProcs)), decimal(pid)) })
	if program, ok := strings.CutPrefix(script, "exec "); ok {
		program, _, _ = strings.Cut(program, " ")
		await(l.t, "the shell to become "+program, func() bool {
			comm, err := os.ReadFile("/proc/" + decimal(pid) + "/comm")
			return err != nil || strings.TrimSpace(string(comm)) == program
		})
	}
	return pid
}

// thaw thaws the group, so that what was killed in it can die.
func (l lab) thaw() {
	_ = os.WriteFile(filepath.Join(l.dir, fileFreezer), []byte(stateThawed), 0) // One of the two is there.
	_ = os.WriteFile(filepath.Join(l.dir, fileFreeze), []byte("0"), 0)
}

// apply plans and applies an intent.
func apply(t *testing.T, intent Intent) Result {
	t.Helper()
	plan, err := intent(scanLive(t), probe.Live.Knob)
	must(t, err)
	return NewKernel(probe.Live).Apply(t.Context(), plan)
}

// keyOf returns the key of a living process.
func keyOf(t *testing.T, pid int32) probe.TaskKey {
	t.Helper()
	task, ok := scanLive(t).Task(pid)
	if !ok {
		t.Fatalf("there is no process %d", pid)
	}
	return task.TaskKey
}
