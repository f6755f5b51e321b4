package probe_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// sleepers lays out a host of processes that never run.
func sleepers(t *testing.T, count int) probe.Roots {
	t.Helper()
	var b strings.Builder
	b.WriteString("-- proc/sys/kernel/hostname --\nlab\n-- proc/self -> 1 --\n-- shared -> --\n" +
		"user:[4026531837] mnt:[4026531832] pid:[4026531836] net:[4026531833] uts:[4026531838] ipc:[4026531839]\n" +
		"cgroup:[4026531835] time:[4026531834] pid_for_children=pid:[4026531836] time_for_children=time:[4026531834]\n")
	for pid := 1; pid <= count; pid++ {
		fmt.Fprintf(&b, "-- proc/%d/ --\n", pid)
		fmt.Fprintf(&b, "stat %d (sleeper) S %d 1 1 0 -1 4194560 210 0 3 0 12 8 0 0 20 0 1 0 %d 14745600 1200 18446744073709551615%s\n",
			pid, pid/2, 30+pid, strings.Repeat(" 0", 27))
		b.WriteString("schedstat 20000000 0 9\ncgroup 0::/\ncmdline sleep\nstatus Name:\\tsleeper\\nUid:\\t0\\t0\\t0\\t0\\nGid:\\t0\\t0\\t0\\t0\n")
		fmt.Fprintf(&b, "-- proc/%d/ns -> ../../shared --\n", pid)
	}
	host := testhost.Parse(t, b.String())
	return probe.Roots{Proc: host.Proc, Sys: filepath.Join(host.Dir, "sys")}
}

// The system calls that reading one process takes.
const (
	fileCalls  = 3                             // A file is opened, read and closed.
	checkCalls = 2 + 3*fileCalls               // The directory too; stat, schedstat and cgroup.
	wholeCalls = checkCalls + 2*fileCalls + 10 // The command line, the user, eight namespaces and the two for children.
)

// TestSteadyScanCountsCalls counts what the scans of a host cost on which nothing happens. The first scans read each process
// once; from the very next one on only the turn of a StaleScans-th is looked at, and nothing of it is read again but what
// another may have changed. What is watched is read whole, and costs what it costs, however many others there are.
func TestSteadyScanCountsCalls(t *testing.T) {
	const watched = 10
	for _, count := range []int{1024, 1536} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			s, err := probe.Open(sleepers(t, count))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close() //nolint:errcheck // It was only read from.
			request := probe.Request{Facts: probe.AllFacts}
			calls := func() int {
				before := s.Calls()
				scan(t, s, request)
				return s.Calls() - before
			}
			s.Scan(t.Context(), firstPicture) //nolint:errcheck // The next one would fail as well.
			if first := calls(); first < count*(checkCalls+2*fileCalls) || first > count*wholeCalls {
				t.Errorf("the first scan made %d calls, want all facts of %d processes", first, count)
			}
			steadily := count*checkCalls/probe.StaleScans + count/1024*wholeCalls // Once in 1,024 scans nothing is taken for granted.
			total := 0
			for i := range 2 * probe.StaleScans {
				steady := calls()
				total += steady
				if steady > steadily {
					t.Errorf("scan %d made %d calls, want at most %d", i+1, steady, steadily)
				}
			}
			if least := 2 * count * checkCalls; total < least {
				t.Errorf("%d scans made %d calls, want %d: each process in %d scans", 2*probe.StaleScans, total, least, probe.StaleScans)
			}
			for pid := range int32(watched) {
				request.Watch = append(request.Watch, 2+pid)
			}
			most := steadily + watched*(wholeCalls+fileCalls) // The CPUs it may use are in status.
			if steady := calls(); steady < watched*wholeCalls || steady > most {
				t.Errorf("with %d watched a scan made %d calls, want %d to %d", watched, steady, watched*wholeCalls, most)
			}
		})
	}
}
