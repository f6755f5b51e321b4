package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// roles are what the test's own binary does when it is started by inRole: it prepares, writes a line, and stays until its
// standard input ends.
var roles = map[string]func() (says string, err error){
	"thread":    playThread,
	"container": playContainer,
}

// playRole plays a role and returns the exit code.
func playRole(role func() (string, error)) int {
	runtime.LockOSThread() // What a role changes of its thread must hold for as long as it is played.
	says, err := role()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(says)
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // Whoever started it wants it to end, or has ended.
	return 0
}

// inRole starts the test's own binary in a role, in new namespaces, until the test ends. It returns its pid and what it said.
func inRole(t *testing.T, role string, namespaces uintptr, env ...string) (pid int, says string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(append(os.Environ(), asProgram+"="+role, "GOCOVERDIR="), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces, Pdeathsig: syscall.SIGKILL}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("in the role of a %s: %v", role, err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("in the role of a %s it says nothing: %v", role, err)
	}
	return cmd.Process.Pid, strings.TrimSpace(line)
}

// playThread has one thread in a net namespace of its own, and says its number.
func playThread() (string, error) {
	said, failed := make(chan string), make(chan error)
	go func() {
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			failed <- err
			return
		}
		said <- fmt.Sprint(unix.Gettid())
		select {}
	}()
	select {
	case says := <-said:
		return says, nil
	case err := <-failed:
		return "", err
	}
}

// containerRoot is the variable that names the directory which becomes the root of a container.
const containerRoot = "BULKHEAD_TEST_ROOT"

// playContainer does what container engines do in the new namespaces that they start a command in: it makes a root of its own,
// in which the programs of this host are, mounts a /proc, changes into it, and takes a host name.
func playContainer() (string, error) {
	root := os.Getenv(containerRoot)
	if err := layRoot(root); err != nil {
		return "", err
	}
	if err := os.Chdir(root); err != nil {
		return "", err
	}
	return "ready", errors.Join(
		unix.PivotRoot(".", "."), // The old root lies on top of the new one, as in pivot_root(2).
		unix.Unmount(".", unix.MNT_DETACH),
		os.Chdir("/harbour"),
		unix.Sethostname([]byte("walled")),
	)
}

// layRoot mounts a root with the programs of this host.
func layRoot(root string) error {
	err := errors.Join(
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("root", root, "tmpfs", 0, ""),
		os.Mkdir(root+"/proc", 0o755), os.Mkdir(root+"/harbour", 0o755),
		unix.Mount("proc", root+"/proc", "proc", 0, ""),
	)
	for _, dir := range []string{"/usr", "/bin", "/sbin", "/lib", "/lib64"} {
		info, missing := os.Lstat(dir)
		switch {
		case missing != nil:
		case info.Mode()&fs.ModeSymlink != 0:
			link, unread := os.Readlink(dir)
			err = errors.Join(err, unread, os.Symlink(link, root+dir))
		default:
			err = errors.Join(err, os.Mkdir(root+dir, 0o755), unix.Mount(dir, root+dir, "", unix.MS_BIND|unix.MS_REC, ""))
		}
	}
	return err
}
