package probe_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// playHolder keeps namespaces alive that no process is in, in the way that its first argument names, and says them: a line with
// the way's own words for each, of which the first one is the link of a namespace. An error it says instead.
func playHolder(argument string) {
	way, rest, _ := strings.Cut(argument, " ")
	err := map[string]func(string) error{
		"descriptor": holdDescriptors, "mount": holdMount, "mount-over": holdMountedOver, "far-mount": holdFarMount, "socket": holdSocket,
		"thread": holdThread, "thread-mount": holdThreadMount, "children": holdForChildren, "leaderless": holdLeaderless, "kin": holdKin, "veth": holdVeth,
	}[way](rest)
	if err != nil {
		say("error:", err)
	}
	say("done")
}

// elsewhere runs a function on a thread of its own, in new namespaces that end with the thread unless something keeps them.
func elsewhere(flags int, do func() error) error {
	done := make(chan error)
	tid := 0
	go onThread(func() {
		tid = unix.Gettid()
		err := unix.Unshare(flags | unix.CLONE_FS)
		if err == nil {
			err = do()
		}
		done <- err
	})
	err := <-done
	for gone := fmt.Sprintf("/proc/self/task/%d", tid); unix.Access(gone, unix.F_OK) == nil; {
		time.Sleep(time.Millisecond)
	}
	return err
}

// onThread runs a function on a thread that is not the one that leads the process, and that ends with it.
func onThread(do func()) {
	runtime.LockOSThread() // Without an unlock the thread ends with the goroutine.
	if unix.Gettid() != os.Getpid() {
		do()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		onThread(do) // The leading one is taken.
	}()
	<-done
	runtime.UnlockOSThread()
}

// openOwn opens a namespace of the thread for good, and returns the descriptor and the link.
func openOwn(kind string) (fd int, link string, err error) {
	path := "/proc/thread-self/ns/" + kind
	if link, err = os.Readlink(path); err != nil {
		return -1, "", err
	}
	fd, err = unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	return fd, link, err
}

// holdDescriptors says "LINK FD" for each type that one thread can have for itself.
func holdDescriptors(string) error {
	return elsewhere(unix.CLONE_NEWNET|unix.CLONE_NEWUTS|unix.CLONE_NEWIPC|unix.CLONE_NEWCGROUP|unix.CLONE_NEWNS, func() error {
		for _, kind := range []string{"net", "uts", "ipc", "cgroup", "mnt"} {
			fd, link, err := openOwn(kind)
			if err != nil {
				return err
			}
			say(link, fd)
		}
		return nil
	})
}

// bindOwn mounts a namespace of the thread at a path.
func bindOwn(kind, path string) error {
	link, err := os.Readlink("/proc/thread-self/ns/" + kind)
	if err != nil {
		return err
	}
	if file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_ = file.Close() // Else it is there already.
	}
	if err := unix.Mount("/proc/thread-self/ns/"+kind, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount %s at %q: %w", kind, path, err)
	}
	say(link)
	return nil
}

// holdMount says "LINK" for a namespace that is mounted at a path of the process's own mount namespace; it is started in a new one.
func holdMount(path string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	return elsewhere(unix.CLONE_NEWNET, func() error { return bindOwn("net", path) })
}

// holdMountedOver says "LINK" for two namespaces that are mounted at the same path, the last one last.
func holdMountedOver(path string) error {
	return errors.Join(holdMount(path), elsewhere(unix.CLONE_NEWUTS, func() error { return bindOwn("uts", path) }))
}

// holdFarMount says "LINK" for a namespace that is mounted in a mount namespace that no process is in, and "LINK FD" for that one.
func holdFarMount(path string) error {
	return elsewhere(unix.CLONE_NEWNET|unix.CLONE_NEWNS, func() error {
		if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
			return err
		}
		if err := bindOwn("net", path); err != nil {
			return err
		}
		fd, link, err := openOwn("mnt")
		say(link, fd)
		return err
	})
}

// holdSocket says "LINK FD" for a network namespace and the socket that was made in it.
func holdSocket(string) error {
	return elsewhere(unix.CLONE_NEWNET, func() error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		link, err := os.Readlink("/proc/thread-self/ns/net")
		say(link, fd)
		return err
	})
}

// holdThread says "LINK TID" for each namespace that only a thread is in.
func holdThread(string) error {
	done := make(chan error)
	go onThread(func() {
		err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP | unix.CLONE_NEWNS | unix.CLONE_FS)
		for _, kind := range []string{"net", "uts", "ipc", "cgroup", "mnt"} {
			link, _ := os.Readlink("/proc/thread-self/ns/" + kind)
			say(link, unix.Gettid())
		}
		done <- err
		select {} // The thread stays.
	})
	return <-done
}

// holdThreadMount says "LINK TID" for a mount namespace that only a thread is in, and "LINK" for one that is mounted there.
func holdThreadMount(path string) error {
	ready := make(chan error)
	go onThread(func() {
		err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_FS)
		if err == nil {
			err = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		link, _ := os.Readlink("/proc/thread-self/ns/mnt")
		say(link, unix.Gettid())
		if err == nil {
			err = bindOwn("net", path)
		}
		ready <- err
		select {} // The thread stays.
	})
	return <-ready
}

// holdForChildren says "LINK" for a time namespace without any process, and a pid namespace whose first process has ended.
func holdForChildren(string) error {
	// Before it starts its first process the package os tries out what the kernel can do, in another process.
	for _, flags := range []int{0, unix.CLONE_NEWPID} {
		if err := unix.Unshare(flags); err != nil {
			return err
		}
		if err := exec.Command("true").Run(); err != nil {
			return err
		}
	}
	if err := unix.Unshare(unix.CLONE_NEWTIME); err != nil {
		return err
	}
	for _, kind := range []string{"pid_for_children", "time_for_children"} {
		link, err := os.Readlink("/proc/thread-self/ns/" + kind)
		if err != nil {
			return err
		}
		say(link)
	}
	return nil
}

// holdLeaderless ends the thread that leads the process, which goes on as one that holds descriptors and has a thread elsewhere.
func holdLeaderless(string) error {
	ready := make(chan error)
	go onThread(func() {
		ready <- errors.Join(holdDescriptors(""), holdThread(""))
		say("done")
		awaitEnd()
	})
	if err := <-ready; err != nil {
		return err
	}
	if unix.Gettid() != os.Getpid() {
		return errors.New("not the leader")
	}
	_, _, _ = unix.RawSyscall(unix.SYS_EXIT, 0, 0, 0)
	return nil
}

// holdVeth says "LINK FD" for two network namespaces that are tied by a pair of veth devices, where the kernel has any.
func holdVeth(string) error {
	var far int
	err := elsewhere(unix.CLONE_NEWNET, func() error {
		fd, link, err := openOwn("net")
		say(link, fd)
		far = fd
		return err
	})
	if err != nil {
		return err
	}
	return elsewhere(unix.CLONE_NEWNET, func() error {
		fd, link, err := openOwn("net")
		if err != nil {
			return err
		}
		pair := exec.Command("ip", "link", "add", "inner", "type", "veth", "peer", "name", "outer", "netns", fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), far))
		if text, err := pair.CombinedOutput(); err != nil && !strings.Contains(string(text), "Unknown device type") {
			return fmt.Errorf("ip link add: %w: %s", err, text)
		}
		say(link, fd)
		return nil
	})
}

// holdKin says "LINK FD" for a network namespace that is held open, and "LINK" for the three user namespaces above it, the
// innermost one first. All processes that were in any of them have ended.
func holdKin(string) error {
	nest := exec.Command("unshare", "-Ur", "unshare", "-Ur", "unshare", "-Urn", "sh", "-c", "echo ready; read line")
	stdin, err := nest.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := nest.StdoutPipe()
	if err != nil {
		return err
	}
	if err := nest.Start(); err != nil {
		return err
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		return err
	}
	dir := fmt.Sprintf("/proc/%d/ns/", nest.Process.Pid)
	link, err := os.Readlink(dir + "net")
	if err != nil {
		return err
	}
	fd, err := unix.Open(dir+"net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	say(link, fd)
	user, err := unix.Open(dir+"user", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	for err == nil {
		var st unix.Stat_t
		if err = unix.Fstat(user, &st); err != nil {
			return err
		}
		parent, up := unix.IoctlRetInt(user, unix.NS_GET_PARENT)
		_ = unix.Close(user)
		if up != nil {
			break // It is the one that this process is in.
		}
		say(fmt.Sprintf("user:[%d]", st.Ino))
		user = parent
	}
	_ = stdin.Close()
	_ = nest.Wait() // It says that there was nothing to read.
	return nil
}
