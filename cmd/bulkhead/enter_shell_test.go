package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestEnterWithoutShell enters the mnt namespace of a process whose root holds one program, which is no shell.
func TestEnterWithoutShell(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
	needTool(t, "busybox", "busybox-static")
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "sleep"), image, 0o755); err != nil {
		t.Fatal(err)
	}
	target := exec.Command("/sleep", "1000")
	target.Dir = "/"
	target.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if err := target.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = target.Process.Kill()
		_ = target.Wait() // It was killed.
	})
	pid := strconv.Itoa(target.Process.Pid)
	for name, test := range map[string]struct {
		command []string
		code    int
		says    string
	}{
		"a shell":     {nil, 127, "bulkhead: the root of " + pid + " has no shell: none of "},
		"no command":  {[]string{"--", "ls"}, 127, "bulkhead: there is no such command there, or its interpreter or dynamic linker is missing there; choose a command that is in the target's root; its files are seen from outside by: ls /proc/" + pid + "/root/ ["},
		"its command": {[]string{"--", "/sleep", "0"}, 0, ""},
		"a failure":   {[]string{"--", "/sleep", "x"}, 1, "sleep: invalid number 'x'"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := program(t, append([]string{"enter", pid, "--types", "mnt"}, test.command...)...)
			out, _ := cmd.CombinedOutput() // Its code says how it ended.
			if code := cmd.ProcessState.ExitCode(); code != test.code || !strings.HasPrefix(string(out), test.says) {
				t.Errorf("code %d and %q, want %d and %q", code, out, test.code, test.says)
			}
		})
	}
}
