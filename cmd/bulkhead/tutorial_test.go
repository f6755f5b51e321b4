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

// cpusets returns the hierarchy of version 1 that has the controller cpuset.
func cpusets(t *testing.T) probe.Hierarchy {
	t.Helper()
	s, err := scanOnce(t.Context(), probe.Live, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.Hierarchies, func(h probe.Hierarchy) bool {
		return h.Version == 1 && slices.Contains(h.Controllers, "cpuset") && h.MountPoint != "" && !h.ReadOnly
	})
	if i < 0 {
		t.Skip("this host does not mount cpuset of version 1")
	}
	return s.Hierarchies[i]
}

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

// TestTutorial walks through what every tutorial on cpusets does, on the real screen by keys alone: it makes a group, moves a busy
// loop into it, gives the group CPU 2 as the tutorials do, or CPU 1 where there is no other, sees the loop run there, and undoes all
// of it.
func TestTutorial(t *testing.T) {
	asRoot(t)
	h := cpusets(t)
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	all, err := os.ReadFile(filepath.Join(h.MountPoint, "cpuset.cpus"))
	if err != nil {
		t.Fatal(err)
	}
	cpus := strings.TrimSpace(string(all))
	set, err := cpulist.Parse(cpus)
	cpu := 2
	if err == nil && !set.Contains(cpu) {
		cpu = 1
	}
	if err != nil || !set.Contains(cpu) {
		t.Skipf("there are only the CPUs %s (%v)", cpus, err)
	}
	chosen := strconv.Itoa(cpu)
	name := fmt.Sprintf("bulkhead-test-%d-tutorial", os.Getpid())
	dir := filepath.Join(h.MountPoint, name)
	t.Cleanup(func() { // The undo has removed it, unless the test failed; the loop has been killed.
		eventually(t, func() string {
			if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err.Error()
			}
			return ""
		})
	})
	pid := busyLoop(t)
	label := strings.ReplaceAll(h.Label, ",", `\,`) // A comma parts the steps of a script.
	key := label + ":/" + name

	p := inTerminal(t, 160, 60, "cgroups", "--filter", h.MountPoint) // However many groups there are.
	play(t, p, "wait:"+label+"  /,click:"+label+"  /,wait:"+label+" /,n,wait:New group below "+label+":/")
	play(t, p, "type:"+name+",enter,wait:mkdir "+dir+",wait:]   apply,a,wait:✓ Make "+key)
	play(t, p, "esc,gone:filter: ,4,wait:PSR,/,type:pid:"+pid+",enter,wait:─ "+pid+" sh ─,m,wait:Move "+pid+",type:"+name[len("bulkhead-test-"):]+",wait:▌  └─ "+name+",enter")
	play(t, p, "wait:echo "+pid+" > "+dir+"/cgroup.procs,wait:]   apply,a,wait:process "+pid+" is in "+key)
	play(t, p, "wait:› /"+name+",c,wait:CPUs of "+key+",0"+strings.Repeat(",right", cpu)+
		",space,wait:then  set "+chosen+" ,enter,wait:echo "+chosen+" > "+dir+"/cpuset.cpus,wait:]   apply,a,wait:effective "+chosen+" ")
	eventually(t, func() string {
		if psr := columnOf(p, pid, "PSR"); psr != chosen || !strings.Contains(p.Screen(), "may run on        "+chosen+" ") {
			return fmt.Sprintf("the screen says that it ran on CPU %q last, want %d alone:\n%s", psr, cpu, p.Screen())
		}
		return ""
	})
	play(t, p, "u,wait:Undo: Set cpuset.cpus,wait:]   apply,a,wait:effective "+strings.ReplaceAll(cpus, ",", `\,`)+" ")
	play(t, p, "u,wait:Undo: Move "+pid+",wait:]   apply,a,wait:process "+pid+" is in "+label+":/ ")
	play(t, p, "u,wait:Undo: Make "+key+",wait:]   apply,a,wait:✓ Undo: Make "+key+",q")
	ended(t, p, exitDone)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if got := execute(t, "log"); strings.Count(got.out, "(undone)") != 3 {
		t.Errorf("the log is\n%s\nwant three changes undone", got.out)
	}
}
