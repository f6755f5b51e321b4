package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Whoever may look into nobody else's namespaces and is in a net of its own is not told without a word that this is the host's.
func TestPrivateNetIsNotCalledTheHosts(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root makes a net namespace and gives its rights away")
	}
	cmd := program(t, "list", "worlds")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET, Credential: &syscall.Credential{Uid: 1000, Gid: 1000},
	}
	var diagnostics bytes.Buffer
	cmd.Stderr = &diagnostics
	out, err := cmd.Output()
	if err != nil || !bytes.Contains(out, []byte("host")) {
		t.Fatalf("list worlds: %v, %s\n%s", err, diagnostics.String(), out)
	}
	for _, want := range []string{"may be out of sight", "net", "host means those of the reader"} {
		if !strings.Contains(diagnostics.String(), want) {
			t.Errorf("it says %q, want %q in it", diagnostics.String(), want)
		}
	}
}

// The processes are read through a mount of their own, which hides some. It is new, as is the pid namespace that it is of.
func TestHidepidOfAnotherProc(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root mounts a proc filesystem")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
		"sh", "-c", `mount -t proc -o hidepid=2 proc "$1" && exec "$2" doctor --proc "$1"`, "sh", dir, self)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	out, err := cmd.CombinedOutput()
	if !bytes.Contains(out, []byte("mounted with hidepid=")) {
		t.Errorf("doctor says nothing of hidepid (%v):\n%s", err, out)
	}
}
