package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/ui/uitest"
)

// cpusets returns the hierarchy that has the controller cpuset, of either version, and the CPUs of its topmost group. Version 2
// has no cpuset.cpus there: what is effective is all there is.
func cpusets(t *testing.T) (h probe.Hierarchy, cpus string) {
	t.Helper()
	s := scanned(t)
	i := slices.IndexFunc(s.Hierarchies, func(h probe.Hierarchy) bool {
		return slices.Contains(h.Controllers, "cpuset") && h.MountPoint != "" && !h.ReadOnly
	})
	if i < 0 {
		t.Fatal("this host mounts the controller cpuset nowhere: mount it, of version 1 or 2")
	}
	h = s.Hierarchies[i]
	file := map[int]string{1: "cpuset.cpus", 2: "cpuset.cpus.effective"}[h.Version]
	return h, textOf(t, filepath.Join(h.MountPoint, file))
}

// scanned is all of this host.
func scanned(t *testing.T) *probe.Snapshot {
	t.Helper()
	s, err := scanOnce(t.Context(), probe.Live, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// textOf is what a file of the kernel says, without the end of its last line.
func textOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// withController is how a controller is chosen in the form of a new group: version 2 has a box for each.
func withController(h probe.Hierarchy, controller string) (script string) {
	if h.Version == 1 {
		return ""
	}
	return ",tab" + strings.Repeat(",right", slices.Index(h.Controllers, controller)) + ",space,wait:[x] " + controller
}

// asTyped is a text in a script, where a comma parts the steps.
func asTyped(text string) string { return strings.ReplaceAll(text, ",", `\,`) }

// busyLoop starts a process that never rests, until the test ends.
func busyLoop(t *testing.T) (pid string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "while :; do :; done")
	startFor(t, cmd)
	return strconv.Itoa(cmd.Process.Pid)
}

// columnOf returns what the screen says of a process in a column.
func columnOf(p *uitest.Process, pid, column string) string {
	at := -1
	for line := range strings.Lines(p.Screen()) {
		fields := strings.Fields(strings.NewReplacer("│", " ", "▌", " ", "▲", "").Replace(line))
		if at < 0 {
			at = slices.Index(fields, column)
		} else if len(fields) > at && fields[0] == pid {
			return fields[at]
		}
	}
	return ""
}

// chosenCPU is the CPU that the tutorials choose, 2, or 1 where there is no other.
func chosenCPU(t *testing.T, cpus string) int {
	t.Helper()
	set, err := cpulist.Parse(cpus)
	for _, cpu := range []int{2, 1} {
		if err == nil && set.Contains(cpu) {
			return cpu
		}
	}
	t.Fatalf("there are only the CPUs %s (%v): it takes two, to see one chosen", cpus, err)
	return 0
}

// removeAfter removes groups that the test may have left, when it ends: those that it made in others first.
func removeAfter(t *testing.T, dirs ...string) {
	t.Helper()
	t.Cleanup(func() { // What was in them has been killed, and may be about to end.
		for _, dir := range dirs {
			eventually(t, func() string {
				if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
					return err.Error()
				}
				return ""
			})
		}
	})
}

// TestTutorial walks through what every tutorial on cpusets does, on the real screen by keys alone: it makes a group, moves a busy
// loop into it, gives the group CPU 2 as the tutorials do, or CPU 1 where there is no other, sees the loop run there, and undoes all
// of it.
func TestTutorial(t *testing.T) {
	asRoot(t)
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	h, cpus := cpusets(t)
	cpu := chosenCPU(t, cpus)
	chosen := strconv.Itoa(cpu)
	name := fmt.Sprintf("bulkhead-test-%d-tutorial", os.Getpid())
	dir := filepath.Join(h.MountPoint, name)
	removeAfter(t, dir)
	label, top := asTyped(h.Label), asTyped(probe.GroupKey{Hierarchy: h.Label, Path: "/"}.String())
	key := top + name

	p := inTerminal(t, 160, 60, "cgroups", "--filter", h.MountPoint) // However many groups there are.
	play(t, p, "wait:"+label+"  /,click:"+label+"  /,wait:"+label+" /,n,wait:New group below "+top)
	play(t, p, "type:"+name+withController(h, "cpuset")+",enter,wait:mkdir "+dir+",wait:]   apply,a,wait:✓ Make "+key)
	pid := busyLoop(t) // Only now: where CPUs are few it takes from the screen what it burns.
	play(t, p, "esc,gone:filter: ,4,wait:PSR,/,type:pid:"+pid+",enter,wait:─ "+pid+" sh ─,m,wait:Move "+pid+",type:"+name[len("bulkhead-test-"):]+",wait:▌  └─ "+name+",enter")
	play(t, p, "wait:echo "+pid+" > "+dir+"/cgroup.procs,wait:]   apply,a,wait:process "+pid+" is in "+key)
	play(t, p, "wait:› /"+name+",c,wait:CPUs of "+key+",0"+strings.Repeat(",right", cpu)+
		",space,wait:then  "+map[int]string{1: "set", 2: "requested"}[h.Version]+" "+chosen+" ,enter,wait:echo "+chosen+" > "+dir+"/cpuset.cpus,wait:]   apply,a,wait:effective "+chosen+" ")
	eventually(t, func() string {
		if psr := columnOf(p, pid, "PSR"); psr != chosen || !strings.Contains(p.Screen(), "may run on        "+chosen+" ") {
			return fmt.Sprintf("the screen says that it ran on CPU %q last, want %d alone:\n%s", psr, cpu, p.Screen())
		}
		return ""
	})
	play(t, p, "u,wait:Undo: Set cpuset.cpus,wait:]   apply,a,wait:effective "+asTyped(cpus)+" ")
	play(t, p, "u,wait:Undo: Move "+pid+",wait:]   apply,a,wait:process "+pid+" is in "+top+" ")
	play(t, p, "u,wait:Undo: Make "+key+",wait:]   apply,a,wait:✓ Undo: Make "+key+",q")
	ended(t, p, exitDone)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if got := execute(t, "log"); strings.Count(got.out, "(undone)") != 3 {
		t.Errorf("the log is\n%s\nwant three changes undone", got.out)
	}
}
