package probe_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/probe/taskiter"
)

// lasting opens this host with a source of tasks, until the test ends.
func lasting(t testing.TB, source probe.Source) *probe.Scanner {
	t.Helper()
	s, err := probe.OpenLasting(probe.Live, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// fresh is a snapshot whose tasks were all just read from /proc.
func fresh(t *testing.T, request probe.Request) *probe.Snapshot {
	t.Helper()
	s, err := probe.Open(probe.Live)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return scan(t, s, request)
}

// named are the processes and threads, by a name.
func named(s *probe.Snapshot) map[string]*probe.Task {
	all := map[string]*probe.Task{}
	for i := range s.Tasks {
		all[fmt.Sprintf("process %d", s.Tasks[i].PID)] = &s.Tasks[i]
	}
	for i := range s.Threads {
		all[fmt.Sprintf("process %d thread %d", s.Threads[i].PID, s.Threads[i].TID)] = &s.Threads[i]
	}
	return all
}

// gist is what is to be equal of a snapshot, by a name: of each task, and of what is made of them.
func gist(s *probe.Snapshot) map[string]any {
	all := map[string]any{"reference": s.Host.Reference}
	for at, t := range named(s) {
		all[at] = []any{
			t.TaskKey, t.PPID, t.Cmdline, t.UID, t.User, t.Kernel, t.Threads, t.Access, t.Allowed,
			*t.Namespaces, t.Cgroups.Access, t.Cgroups.Memberships,
		}
		if t.Kernel { // A worker's name tells what it works on, and some of them work whenever the iterator does.
			continue
		}
		all[at+" name"] = t.Comm
		all[at+" running"] = []any{t.State, t.PSR, t.RSS}
	}
	for _, n := range s.Namespaces {
		all["namespace "+n.String()] = n
	}
	for _, w := range s.Worlds {
		all[fmt.Sprint("world ", w.Key)] = w
	}
	for _, g := range s.Groups {
		all[fmt.Sprint("group ", g.GroupKey)] = []any{g.Inode, g.Depth, g.Processes, g.Loose, g.Access}
	}
	return all
}

// comparison holds what snapshots by the iterator tell against those from /proc.
type comparison struct {
	source   probe.Source // Where tasks are to be read from,
	got      probe.Source // and were.
	churning bool         // Processes are being made that one source may still find and the other not: only those of both are compared.
	equal    map[string]bool
	unlike   map[string]int // In how many rounds running something was told otherwise than /proc did before and after.
	last     map[string]string
	used     map[string]time.Duration // The CPU time of tasks at the last round. What ran since may be told to run.
}

// mostUnlike is in how many rounds running two readings may differ: what changes and changes back in between cannot be told
// from what is wrong in one round.
const mostUnlike = 4

// all compares even what is not exported: readings have nothing else.
var all = cmp.Exporter(func(reflect.Type) bool { return true })

// round scans by the iterator, and from /proc before and after. What /proc told alike must be what the iterator tells.
func (c *comparison) round(t *testing.T, s *probe.Scanner, request probe.Request) {
	t.Helper()
	first := fresh(t, request)
	snapshot := scan(t, s, request)
	second := fresh(t, request)
	why := snapshot.Host.NoIterator
	if c.got = snapshot.Host.Source; c.got != c.source && !strings.Contains(why, taskiter.ErrLost.Error()) {
		t.Errorf("source %v, want %v: %s", c.got, c.source, why)
	}
	before, told, after := gist(first), gist(snapshot), gist(second)
	used := map[string]time.Duration{}
	for name, t := range named(snapshot) {
		used[name] = t.CPUTime
		if last, known := c.used[name]; !known || last != t.CPUTime {
			delete(before, name+" running")
		}
	}
	c.used = used
	for name, b := range before {
		a, is := after[name]
		if !is || c.churning && !strings.HasPrefix(name, "process ") || !cmp.Equal(a, b, all) {
			continue
		}
		if diff := cmp.Diff(b, told[name], all); diff != "" {
			c.unlike[name]++
			c.last[name] = diff
			continue
		}
		c.unlike[name] = 0
		c.equal[name] = true
	}
	for _, n := range snapshot.Namespaces {
		if n.Inode == 0 {
			t.Errorf("%s is no namespace", n)
		}
	}
	for i := range snapshot.Tasks {
		compareTimes(t, first, &snapshot.Tasks[i], second)
	}
	for name, rounds := range c.unlike {
		if rounds >= mostUnlike {
			t.Errorf("%s: -/proc +iterator\n%s", name, c.last[name])
		}
	}
}

// compareTimes compares the CPU time of a process. /proc cuts its two parts to hundredths of a second each.
func compareTimes(t *testing.T, before *probe.Snapshot, told *probe.Task, after *probe.Snapshot) {
	t.Helper()
	b, was := before.Find(told.TaskKey)
	a, is := after.Find(told.TaskKey)
	if was && is && (told.CPUTime < b.CPUTime || told.CPUTime >= a.CPUTime+20*time.Millisecond) {
		t.Errorf("time of %d %s: %v, /proc has %v to %v", told.PID, told.Comm, told.CPUTime, b.CPUTime, a.CPUTime)
	}
}

// TestKernelSourcesTellTheSame compares whole snapshots while processes come and go.
func TestKernelSourcesTellTheSame(t *testing.T) {
	needRoot(t)
	s := lasting(t, probe.SourceBPF)
	if got := scan(t, s, everything).Host.Source; got != probe.SourceBPF {
		t.Fatalf("source %v, want the iterator", got)
	}
	pids := map[string]int32{
		"in own namespaces": unshared(t),
		"leaderless":        startRole(t, "leaderless").pid,
		"loose":             startRole(t, "loose").pid,
		"sleeper":           start(t, exec.Command("sh", "-c", "echo ready; read line")).pid,
		"zombie":            start(t, exec.Command("true")).pid,
		"kernel thread":     2,
		"first":             1,
	}
	mover := start(t, exec.Command("sh", "-c", "echo ready; read line"))
	mover.line(t)
	move(t, scan(t, s, everything), mover)
	pids["moved"] = mover.pid
	c := comparison{source: probe.SourceBPF, equal: map[string]bool{}, unlike: map[string]int{}, last: map[string]string{}}
	for round := 0; (round < 3*probe.StaleScans || len(c.lacking(pids)) > 0) && round < 100 && !t.Failed(); round++ {
		if round == probe.StaleScans {
			churn(t)
			c.churning = true
		}
		switch round {
		case 6:
			s.Lose()
			c.source = probe.SourceProc
		case 6 + probe.StaleScans:
			c.source = probe.SourceBPF
		}
		request := everything
		request.AllStats, request.AllThreads = true, round%4 < 2
		if round%2 == 1 {
			request.Watch = []int32{pids["sleeper"], pids["moved"], int32(os.Getpid())}
		}
		c.round(t, s, request)
	}
	if c.got != probe.SourceBPF {
		t.Error("the iterator is not used again since it lost its way")
	}
	for _, name := range c.lacking(pids) {
		t.Errorf("never the same: %s", name)
	}
	t.Logf("%d things were the same", len(c.equal))
}

// lacking says what was never found equal.
func (c *comparison) lacking(pids map[string]int32) (names []string) {
	for what, pid := range pids {
		parts := []string{""}
		if what == "sleeper" || what == "moved" || what == "zombie" { // The others may run all the while.
			parts = append(parts, " name", " running")
		}
		for _, part := range parts {
			if !c.equal[fmt.Sprintf("process %d%s", pid, part)] {
				names = append(names, what+part)
			}
		}
	}
	kinds := []string{"reference", "world ", "namespace ", "group ", fmt.Sprintf("process %d thread %[1]d name", pids["loose"])}
	for name := range c.equal {
		kinds = slices.DeleteFunc(kinds, func(kind string) bool { return strings.HasPrefix(name, kind) })
	}
	return append(names, kinds...)
}

// churn starts and ends processes all the while, until the test ends.
func churn(t *testing.T) {
	t.Helper()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			default:
				_ = exec.Command("true").Run() // What becomes of it is of no interest.
			}
		}
	}()
	t.Cleanup(func() {
		close(done)
		<-ended
	})
}

// TestKernelByIterator runs again, with tasks from the iterator, what is tried of them.
func TestKernelByIterator(t *testing.T) {
	needRoot(t)
	t.Setenv(testSource, probe.SourceBPF.String())
	for name, test := range map[string]func(*testing.T){
		"all eight types":       TestKernelAllEightTypesAreOneWorld,
		"leader gone":           TestKernelLeaderGoneThreadsAlive,
		"zombie":                TestKernelZombieStaysInItsParentsWorld,
		"loose thread":          TestKernelLooseThread,
		"unshare":               TestKernelUnshareInARunningProcessIsSeen,
		"unshare after a sleep": TestKernelUnshareIsSeenAfterLongSleep,
		"move of a sleeper":     TestKernelMoveOfASleeperIsSeen,
		"owner":                 TestKernelOwnerWithoutProcessesStays,
		"more facts later":      TestKernelMoreFactsLater,
		"namespaces in a row":   TestKernelNamespacesInARow,
		"self":                  TestKernelSelf,
		"use":                   TestKernelTaskUse,
	} {
		t.Run(name, test)
	}
}

// TestKernelIteratorIsRefused: where the iterator would tell more than /proc does, or in other numbers, it is not used.
func TestKernelIteratorIsRefused(t *testing.T) {
	needRoot(t)
	for name, c := range map[string]struct {
		unshare string // What the program is started in.
		drop    []uint // Capabilities that it gives up.
		want    string
	}{
		"here":                       {"", nil, "<nil>"},
		"without CAP_SYS_PTRACE":     {"", []uint{unix.CAP_SYS_PTRACE}, "it needs CAP_SYS_PTRACE"},
		"without CAP_SYS_ADMIN, BPF": {"", []uint{unix.CAP_SYS_ADMIN, unix.CAP_BPF}, "it needs CAP_BPF and CAP_PERFMON"},
		"in a pid namespace":         {"--pid --fork --mount-proc", nil, "not in the initial pid namespace"},
		"with the /proc of others":   {"--pid --fork", nil, "not that of the program's own pid namespace"},
		"in a time namespace":        {"--time --fork", nil, "not in the initial time namespace"},
		"in a user namespace":        {"--user --map-root-user", nil, "not in the initial user namespace"},
	} {
		t.Run(name, func(t *testing.T) {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(exe)
			if c.unshare != "" {
				cmd = exec.Command("unshare", append(strings.Fields(c.unshare), exe)...)
			}
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=source %d", childRole, mask(c.drop)))
			if got := start(t, cmd).line(t); !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	for name, roots := range map[string]probe.Roots{"another path of it": {Proc: "/proc/../proc", Sys: "/sys"}, "a fixture": {Proc: t.TempDir(), Sys: "/sys"}} {
		if s, err := probe.OpenLasting(roots, probe.SourceBPF); err == nil || !strings.Contains(err.Error(), "another /proc") {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// TestKernelAutoSource: in the program the iterator is used once it is loaded, and nothing is left of it afterwards.
func TestKernelAutoSource(t *testing.T) {
	needRoot(t)
	s := lasting(t, probe.SourceAuto)
	eventually(t, "the iterator is used", func() bool { return scan(t, s, everything).Host.Source == probe.SourceBPF })
	at := scan(t, s, everything)
	for i := range at.Tasks {
		if task := &at.Tasks[i]; task.PID == int32(os.Getpid()) && task.CPU.State() != reading.Present {
			t.Errorf("CPU %v of the own process, want a value", task.CPU)
		}
	}
}

// mask returns a set of capabilities.
func mask(capabilities []uint) (set uint64) {
	for _, c := range capabilities {
		set |= 1 << c
	}
	return set
}

// playSource says whether the iterator may be used by a process that gave up some capabilities.
func playSource(drop string) {
	var without uint64
	_, _ = fmt.Sscan(drop, &without)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&header, &data[0])
	for half := range data {
		data[half].Effective &^= uint32(without >> (32 * half))
	}
	if err = errors.Join(err, unix.Capset(&header, &data[0])); err == nil {
		_, err = probe.OpenLasting(probe.Live, probe.SourceBPF)
	}
	say(err)
}
