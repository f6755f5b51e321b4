package proc_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// told returns what Descriptors finds, sorted.
func told(t *testing.T, r *proc.Reader) []string {
	t.Helper()
	var got []string
	_, more, err := r.Descriptors(1<<20, func(fd int32, kind []byte, inode uint64) {
		got = append(got, fmt.Sprintf("%d %s %d", fd, kind, inode))
	})
	if more || err != nil {
		t.Errorf("more %v, error %v", more, err)
	}
	slices.Sort(got)
	return got
}

func TestDescriptorsOfFixture(t *testing.T) {
	root := layOut(t, map[string]string{
		"7/stat":   statLine,
		"7/fd/0":   "-> /dev/null",
		"7/fd/1":   "-> pipe:[812]",
		"7/fd/12":  "-> net:[4026532300]",
		"7/fd/13":  "-> socket:[99]",
		"7/fd/14":  "-> anon_inode:[eventpoll]",
		"7/fd/15":  "-> /tmp/net:[12]",
		"7/fd/16":  "a file",
		"7/fd/x":   "-> net:[5]",
		"8/stat":   statLine,
		"9/stat":   statLine,
		"9/fd/3":   "-> net:[6]",
		"7/fd/100": "-> net:[18446744073709551615]",
	})
	_, r := openRoot(t, root)
	open(t, r, 7)
	want := []string{"1 pipe 812", "100 net 18446744073709551615", "12 net 4026532300", "13 socket 99", "15 /tmp/net 12"}
	if got := told(t, r); !slices.Equal(got, want) {
		t.Errorf("descriptors %q, want %q", got, want)
	}
	if looked, more, err := r.Descriptors(3, func(int32, []byte, uint64) {}); looked != 3 || !more || err != nil {
		t.Errorf("looked at %d, more %v, error %v, want 3 and more", looked, more, err)
	}
	open(t, r, 9)
	if looked, more, err := r.Descriptors(1, func(int32, []byte, uint64) {}); looked != 1 || more || err != nil {
		t.Errorf("looked at %d, more %v, error %v, want the only one", looked, more, err)
	}
	open(t, r, 8)
	if _, _, err := r.Descriptors(1, nil); !errors.Is(err, os.ErrNotExist) || errors.Is(err, proc.ErrGone) {
		t.Errorf("of a process without fd: %v, want %v", err, os.ErrNotExist)
	}
}

// Of more descriptors than one read of the directory brings none is left out, and none told twice.
func TestDescriptorsOfSelf(t *testing.T) {
	net, err := os.Open("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	link, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for range 500 {
		again, err := os.Open("/proc/self/ns/net")
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		want[fmt.Sprintf("%d %s", again.Fd(), link)] = true
	}
	_, r := openProc(t)
	open(t, r, int32(os.Getpid()))
	for _, line := range told(t, r) {
		var fd, inode uint64
		var kind string
		if _, err := fmt.Sscan(line, &fd, &kind, &inode); err == nil && kind == "net" {
			delete(want, fmt.Sprintf("%d %s:[%d]", fd, kind, inode))
		}
	}
	if len(want) > 0 {
		t.Errorf("%d of 500 descriptors were not told", len(want))
	}
}

func TestEachMount(t *testing.T) {
	long := "30 28 0:5 / /long rw - overlay overlay lowerdir=" + strings.Repeat("/a/very/long/way/to/a/layer:", 5000)
	lines := []string{"28 1 8:1 / / rw - ext4 /dev/sda1 rw", "", long}
	for i := range 2000 {
		lines = append(lines, fmt.Sprintf("%d 28 0:4 net:[%d] /run/netns/%d rw - nsfs nsfs rw", i+100, i+1, i))
	}
	root := layOut(t, map[string]string{"7/stat": statLine, "7/mountinfo": strings.Join(lines, "\n") + "\nno newline, so no line"})
	_, r := openRoot(t, root)
	open(t, r, 7)
	for range 2 { // The second time there is room at once.
		var got []string
		if err := r.EachMount(func(line []byte) { got = append(got, string(line)) }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, lines) {
			t.Errorf("%d lines, want %d, each as it stands there", len(got), len(lines))
		}
	}
}

func TestEachMountOfSelf(t *testing.T) {
	_, r := openProc(t)
	open(t, r, int32(os.Getpid()))
	want, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	if err := r.EachMount(func(line []byte) { got.Write(append(line, '\n')) }); err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("mounts\n%s\nwant\n%s", got.String(), want)
	}
}

// A thread's own links are the same as all of them, but for those in which it cannot differ.
func TestThreadLinks(t *testing.T) {
	_, r := openProc(t)
	if err := r.OpenThread(int32(os.Getpid()), int32(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	var got, want proc.Links
	if err := errors.Join(r.ThreadLinks(&got), r.AllLinks(&want)); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []proc.NamespaceType{proc.User, proc.PID, proc.Time} {
		want[kind] = reading.Reading[uint64]{}
	}
	if got != want {
		t.Errorf("links %v, want %v", got, want)
	}
}
