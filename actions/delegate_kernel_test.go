package actions

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
)

// within names the variable by which a test tells its child that it is in a control group namespace of its own.
const within = "BULKHEAD_TEST_WITHIN"

// TestExplainNamespaceWalls meets the walls of a control group namespace, which count where version 2 is mounted with nsdelegate;
// see "Delegation" in the kernel's cgroup-v2 document.
func TestExplainNamespaceWalls(t *testing.T) {
	asRoot(t)
	if os.Getenv(within) != "" {
		meetWalls(t)
		return
	}
	s := scanLive(t)
	i := slices.IndexFunc(s.Hierarchies, func(h probe.Hierarchy) bool { return h.Version == 2 && slices.Contains(h.Options, "nsdelegate") })
	if i < 0 {
		t.Skip("this host does not mount version 2 with nsdelegate")
	}
	l := makeLab(t, "v2")
	l.mkdir("/ns")
	l.mkdir("/beside")
	self := decimal(int32(os.Getpid()))
	task, _ := s.Task(s.Host.Self)
	home, _ := task.Cgroups.Path(0)
	child := exec.Command(os.Args[0], "-test.run=^TestExplainNamespaceWalls$", "-test.v")
	child.Env = append(os.Environ(), within+"=yes")
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWCGROUP, Pdeathsig: syscall.SIGKILL}
	l.write("ns/"+fileProcs, self) // The group that this process is in becomes the topmost one of the namespace.
	out, err := child.CombinedOutput()
	must(t, os.WriteFile(s.Hierarchies[i].MountPoint+home+"/"+fileProcs, []byte(self), 0))
	if err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("inside: %v\n%s", err, out)
	}
}

// meetWalls is the part of the child. It sees the hierarchy as it was mounted outside of its namespace.
func meetWalls(t *testing.T) {
	t.Helper()
	top, beside := targetOf(t, v2("/")), targetOf(t, v2("/../beside"))
	fails(t, Set{Group: top, File: "cgroup.max.depth", From: "max", To: "1", Back: "max"}, syscall.EPERM,
		top.Path+" is the topmost group of this control group namespace, and with nsdelegate its cgroup.max.depth is set from outside alone",
		"set it in a group below, or from outside of the namespace")
	self := keyOf(t, int32(os.Getpid()))
	top.Path = "/" // As /proc has it.
	fails(t, Move{Task: self, Comm: "test", From: top, To: beside, File: fileProcs}, syscall.ENOENT,
		"test ("+decimal(self.PID)+") and "+beside.Path+" are not both inside the same control group namespace, whose walls count since nsdelegate is on",
		"move it from outside of that namespace")
}
