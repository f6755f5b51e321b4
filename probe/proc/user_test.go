package proc_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

const nobody = 65534

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("this needs root: it makes groups or becomes another user")
	}
}

// The owner of /proc/PID must be the effective user that status tells, for every process there is.
func TestUIDIsThatOfStatus(t *testing.T) {
	dir, r := openProc(t)
	startChild(t)
	entries, err := dir.List(nil)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, entry := range entries {
		err := r.Open(entry.PID)
		uid, err1 := r.UID()
		status, err2 := r.Status()
		if errors.Is(errors.Join(err, err1, err2), proc.ErrGone) {
			continue
		}
		if err := errors.Join(err, err1, err2); err != nil || uid != status.UID.Effective {
			t.Errorf("pid %d: uid %d, %v, status says %d", entry.PID, uid, err, status.UID.Effective)
		}
		compared++
	}
	if compared < 2 {
		t.Errorf("%d of %d processes compared", compared, len(entries))
	}
}

// A program that its user may not read makes a process that is not dumpable: the files in /proc/PID then belong to root.
func TestUIDOfAProcessThatIsNotDumpable(t *testing.T) {
	needRoot(t)
	program := copyProgram(t, "cat", 0o711)
	child := startChildren(t, 1, func(c *exec.Cmd) {
		c.Path = program
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	})[0]
	_, r := openProc(t)
	open(t, r, int32(child.Process.Pid))
	info, err := os.Stat(fmt.Sprintf("/proc/%d/stat", child.Process.Pid))
	if err != nil || info.Sys().(*syscall.Stat_t).Uid != 0 {
		t.Fatalf("the process is dumpable, the test is void: %+v, %v", info, err)
	}
	if uid, err := r.UID(); err != nil || uid != nobody {
		t.Errorf("uid = %d, %v, want %d", uid, err, nobody)
	}
}

// copyProgram copies a program to where every user may run it.
func copyProgram(t *testing.T, name string, mode os.FileMode) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	folder := t.TempDir()
	to, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE, mode)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(to, from)
	// Above t.TempDir stands a folder that only its owner may enter.
	err = errors.Join(err, to.Chmod(mode), to.Close(), os.Chmod(folder, 0o755), os.Chmod(filepath.Dir(folder), 0o755))
	if err != nil {
		t.Fatal(err)
	}
	return to.Name()
}

// asNobody runs a function on a thread of its own, which is another user without capabilities from then on and ends
// with the function.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // Never unlocked, so that the thread is not used again.
		keep := ^uintptr(0)
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, keep, nobody, keep); errno != 0 {
			done <- errno
			return
		}
		do()
		done <- nil
	}()
	if err := <-done; err != nil {
		t.Fatalf("become user %d: %v", nobody, err)
	}
}

func TestDenied(t *testing.T) {
	needRoot(t)
	_, r := openProc(t)
	pid := startChild(t)
	asNobody(t, func() {
		var links proc.Links
		if err := errors.Join(r.Open(pid), r.AllLinks(&links)); err != nil {
			t.Errorf("links of another user: %v", err)
		}
		for i, link := range links {
			if link.State() != reading.Denied {
				t.Errorf("link %v of another user is %v, want denied", proc.NamespaceType(i), link.State())
			}
		}
		if got := r.Exe().State(); got != reading.Denied {
			t.Errorf("exe of another user is %v, want denied", got)
		}
		var s proc.Stat
		if err := r.Stat(&s); err != nil || s.Comm != "cat" {
			t.Errorf("stat of another user: %+v, %v", s, err)
		}
		if uid, err := r.UID(); err != nil || uid != 0 {
			t.Errorf("uid of another user: %d, %v", uid, err)
		}
	})
}
