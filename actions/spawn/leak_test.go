package spawn_test

import (
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// TestLeaks starts commands in all ways, also in vain, and then has no descriptor, child or foreign namespace more.
func TestLeaks(t *testing.T) {
	needRoot(t)
	pid := target(t, allTypes)
	joins := joinsOf(t, pid)
	denied := spawn.Run{Flags: unix.CLONE_NEWUSER, UIDMap: []spawn.IDMap{{}}}
	starts := map[string]func(spawn.Command) (*spawn.Process, error){
		"enter":         enter(spawn.Enter{Namespaces: joins}),
		"clone":         run(spawn.Run{Flags: allTypes, UIDMap: oneself(), Monotonic: 1}),
		"unshare":       run(spawn.Run{Flags: allTypes, UIDMap: oneself(), Unshare: true, Monotonic: 1}),
		"map in vain":   run(denied),
		"setns in vain": enter(spawn.Enter{Namespaces: []spawn.Join{{Type: probe.User, File: joins[0].File}, {Type: probe.Net, File: os.Stdin}}}),
	}
	goThrough := func() {
		for name, start := range starts {
			for _, c := range []spawn.Command{shell("exit 3"), {Path: "/none"}, {Path: "sh", Dir: "/none"}} {
				_, code, err := try(t, c, start)
				if err == nil && code != 3 {
					t.Errorf("%s: code %d", name, code)
				}
			}
		}
	}
	goThrough() // What the runtime and package signal open once stays open.
	before, ours := descriptors(t), threadLinks(t)
	goThrough()
	if after := descriptors(t); !slices.Equal(before, after) {
		t.Errorf("open descriptors were %q and are %q", before, after)
	}
	if now := threadLinks(t); len(ours) != 1 || !maps.Equal(ours, now) {
		t.Errorf("namespaces of this process's threads were %v and are %v", ours, now)
	}
	expectOneChild(t, pid)
}

// joinsOf opens all namespaces of a process.
func joinsOf(t *testing.T, pid int) []spawn.Join {
	t.Helper()
	var joins []spawn.Join
	for _, kind := range probe.NamespaceTypes {
		joins = append(joins, join(t, proc(pid), kind))
	}
	return joins
}

// expectOneChild checks that this process has no other children than one; a zombie is one too.
func expectOneChild(t *testing.T, pid int) {
	t.Helper()
	var info unix.Siginfo
	check(t, unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)) // It is one.
	tasks, err := os.ReadDir("/proc/self/task")
	check(t, err)
	for _, task := range tasks {
		children, err := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
		if err == nil && len(children) > 0 && string(children) != strconv.Itoa(pid)+" " {
			t.Errorf("children of thread %s: %s, want %d alone", task.Name(), children, pid)
		}
	}
}

// descriptors lists what this process has open.
func descriptors(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	check(t, err)
	var open []string
	for _, entry := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil { // The directory itself is gone.
			open = append(open, entry.Name()+" "+target)
		}
	}
	return open
}

// threadLinks are all sets of namespaces that threads of this process are in.
func threadLinks(t *testing.T) map[string]bool {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	check(t, err)
	sets := map[string]bool{}
	for _, task := range tasks {
		set := ""
		for _, kind := range probe.NamespaceTypes {
			text, err := os.Readlink("/proc/self/task/" + task.Name() + "/ns/" + kind.String())
			check(t, err)
			set += text
		}
		sets[set] = true
	}
	return sets
}

// TestConcurrent starts many commands at once, while the garbage collector and package exec are at work.
func TestConcurrent(t *testing.T) {
	needRoot(t)
	pid := target(t, allTypes)
	e := spawn.Enter{Namespaces: joinsOf(t, pid)}
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for range 10 {
				if worker%2 == 0 {
					_ = exec.Command("true").Run()
				}
				p, err := shell("exit 3").Enter(e)
				if err != nil {
					t.Errorf("start: %v", err)
					return
				}
				if code, err := p.Wait(); code != 3 || err != nil {
					t.Errorf("code %d, %v", code, err)
				}
			}
		})
	}
	all.Wait()
}
