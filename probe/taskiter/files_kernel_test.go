package taskiter_test

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe/taskiter"
)

func openFiles(tb testing.TB) *taskiter.FileIterator {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Skip("needs root, or CAP_BPF and CAP_PERFMON")
	}
	it, err := taskiter.OpenFiles()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := it.Close(); err != nil {
			tb.Error(err)
		}
	})
	return it
}

// foreignSocket returns a socket of another network namespace than this program's.
func foreignSocket(t *testing.T) int {
	t.Helper()
	made := make(chan int)
	go makeForeignSocket(made)
	fd := <-made
	if fd < 0 {
		t.Fatal("no socket in a new network namespace can be had")
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// makeForeignSocket goes to a new network namespace on a thread that ends with the goroutine. That is never the leading one, which
// goes on for the whole program.
func makeForeignSocket(made chan<- int) {
	runtime.LockOSThread()
	if unix.Gettid() == os.Getpid() {
		other := make(chan int)
		go makeForeignSocket(other) // This goroutine holds the leading thread until it has an answer.
		fd := <-other
		runtime.UnlockOSThread()
		made <- fd
		return
	}
	fd := -1
	if unix.Unshare(unix.CLONE_NEWNET) == nil {
		fd, _ = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	}
	made <- fd
}

// TestKernelFilesOfInterest has this program hold one of each kind.
func TestKernelFilesOfInterest(t *testing.T) {
	namespace, err := os.Open("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.Close()
	own, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	socket := foreignSocket(t)
	it := openFiles(t)
	for range 2 { // The second reading begins anew.
		files, err := it.Read(nil)
		if err != nil {
			t.Fatal(err)
		}
		got := map[int32]taskiter.FileKind{}
		for _, f := range files {
			if int(f.TGID) == os.Getpid() && f.Kind != taskiter.FileOther {
				got[f.FD] = f.Kind
			}
		}
		want := map[int32]taskiter.FileKind{int32(namespace.Fd()): taskiter.FileNamespace, int32(socket): taskiter.FileSocket}
		if len(got) != 2 || got[int32(namespace.Fd())] != want[int32(namespace.Fd())] || got[int32(socket)] != want[int32(socket)] {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// TestKernelFilesAgreeWithProc holds the iterator against the links of /proc/PID/fd: of each task that has descriptors there is a
// record, and each namespace among them is told.
func TestKernelFilesAgreeWithProc(t *testing.T) {
	namespace, err := os.Open("/proc/self/ns/uts")
	if err != nil {
		t.Fatal(err)
	}
	defer namespace.Close()
	it := openFiles(t)
	before := listed(t)
	files, err := it.Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	after := listed(t)
	if !slices.IsSortedFunc(files, func(a, b taskiter.File) int { return int(a.PID) - int(b.PID) }) {
		t.Error("the records are not sorted")
	}
	told, namespaces := map[int32]bool{}, map[[2]int32]bool{}
	for _, f := range files {
		told[f.TGID] = true
		if f.Kind == taskiter.FileNamespace {
			namespaces[[2]int32{f.TGID, f.FD}] = true
		}
	}
	for pid, links := range before {
		if pid == 1 || after[pid] == nil {
			continue // It is gone by now, or one that a kernel may keep from the iterator.
		}
		if len(links) > 0 && !told[pid] {
			t.Errorf("process %d has %d descriptors and was not told", pid, len(links))
		}
		for fd, link := range links {
			kept := strings.Contains(link, ":[") && !strings.HasPrefix(link, "socket:") && !strings.HasPrefix(link, "pipe:") &&
				!strings.HasPrefix(link, "anon_inode:")
			if after[pid][fd] == link && kept != namespaces[[2]int32{pid, fd}] {
				t.Errorf("process %d, descriptor %d is %s: told as a namespace: %v", pid, fd, link, !kept)
			}
		}
	}
	if !namespaces[[2]int32{int32(os.Getpid()), int32(namespace.Fd())}] {
		t.Error("the namespace that this program holds open was not told")
	}
}

// listed returns the links of all descriptors of all processes.
func listed(t *testing.T) map[int32]map[int32]string {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*/fd")
	if err != nil {
		t.Fatal(err)
	}
	all := map[int32]map[int32]string{}
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(strings.Split(dir, "/")[2])
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // It is gone, or denied.
		}
		links := map[int32]string{}
		for _, e := range entries {
			fd, _ := strconv.Atoi(e.Name())
			if link, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
				links[int32(fd)] = link
			}
		}
		all[int32(pid)] = links
	}
	return all
}

func BenchmarkReadFiles(b *testing.B) {
	it := openFiles(b)
	var files []taskiter.File
	for b.Loop() {
		var err error
		if files, err = it.Read(files[:0]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(files)), "records")
}

func BenchmarkOpenFiles(b *testing.B) {
	for b.Loop() {
		it, err := taskiter.OpenFiles()
		if err != nil {
			b.Fatal(err)
		}
		_ = it.Close()
	}
}
