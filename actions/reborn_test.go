package actions

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// alone runs the calling test once more as the first process of a new pid namespace, with a /proc of that, and passes its
// outcome on: there nobody else takes a number that is to be given twice. The test does nothing before it that a second run
// must not do.
func alone(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	asRoot(t)
	const variable = "BULKHEAD_TEST_ALONE"
	if os.Getenv(variable) == t.Name() {
		must(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
		must(t, unix.Mount("proc", "/proc", "proc", 0, ""))
		test(t)
		return
	}
	again := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.v", "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
	again.Env = append(os.Environ(), "GOCOVERDIR=", variable+"="+t.Name())
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	out, err := again.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()+" ") {
		t.Fatalf("in a pid namespace of its own: %v\n%s", err, out)
	}
}

// nextPID is the file by which the number of the next process is chosen: one more than it says, if that is free; see
// "ns_last_pid" in the kernel's document on sysctls, since Linux 3.3. Each pid namespace has its own.
const nextPID = "/proc/sys/kernel/ns_last_pid"

// sleepAs starts a process in a uts namespace of its own, with the number that another had before. It starts at another time
// than that, by the kernel's clock of hundredths of a second.
func sleepAs(t *testing.T, before probe.TaskKey) *exec.Cmd {
	t.Helper()
	var cmd *exec.Cmd
	await(t, "the number to be given again", func() bool {
		must(t, os.WriteFile(nextPID, []byte(strconv.Itoa(int(before.PID)-1)), 0))
		cmd = sleepApart(t)
		if key := keyOf(t, int32(cmd.Process.Pid)); key.PID == before.PID && key.Start != before.Start {
			return true
		}
		end(cmd)
		return false
	})
	return cmd
}

// sleepApart starts a process in a uts namespace of its own.
func sleepApart(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUTS, Pdeathsig: syscall.SIGKILL}
	must(t, cmd.Start())
	t.Cleanup(func() { end(cmd) })
	return cmd
}

// end kills a process. It may have ended.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// endedBy asks a process to end, and returns the signal that it ended by: another than SIGTERM was sent before.
func endedBy(t *testing.T, cmd *exec.Cmd) syscall.Signal {
	t.Helper()
	must(t, cmd.Process.Signal(unix.SIGTERM))
	_ = cmd.Wait() // It says that it was ended by a signal.
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		t.Fatalf("it ended otherwise: %v", cmd.ProcessState)
	}
	return status.Signal()
}
