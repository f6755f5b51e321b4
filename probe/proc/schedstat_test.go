package proc_test

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"bulkhead/probe/proc"
)

func TestSchedstat(t *testing.T) {
	tests := map[string]struct {
		text  string
		want  proc.Schedstat
		known bool
		fails bool
	}{
		"counted":           {"244727284 57844307 446\n", proc.Schedstat{Run: 244727284, Slices: 446}, true, false},
		"not counted":       {"0 0 0\n", proc.Schedstat{}, false, false},
		"not yet accounted": {"0 129262 1\n", proc.Schedstat{Slices: 1}, false, false},
		"cut":               {"244727284 578\n", proc.Schedstat{}, false, true},
		"no numbers":        {"a b c\n", proc.Schedstat{}, false, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, r := openRoot(t, layOut(t, map[string]string{"7/stat": statLine, "7/schedstat": test.text}))
			open(t, r, 7)
			got, err := r.Schedstat()
			if got != test.want || got.Known() != test.known || (err != nil) != test.fails {
				t.Errorf("schedstat %+v, known %v, %v, want %+v, %v", got, got.Known(), err, test.want, test.known)
			}
		})
	}
}

func TestSchedstatMissing(t *testing.T) {
	_, r := openRoot(t, layOut(t, map[string]string{"7/stat": statLine}))
	open(t, r, 7)
	if got, err := r.Schedstat(); err == nil || errors.Is(err, proc.ErrGone) {
		t.Errorf("schedstat %+v, %v, want an error that is not %v", got, err, proc.ErrGone)
	}
}

// The figures stay as they are while the process sleeps, and change when it runs, however briefly.
func TestSchedstatTellsWhoRan(t *testing.T) {
	_, r := openProc(t)
	child := startChild(t)
	open(t, r, child)
	read := func() proc.Schedstat {
		t.Helper()
		s, err := r.Schedstat()
		if err != nil || !s.Known() {
			t.Fatalf("schedstat %+v, %v, want figures: the kernel needs CONFIG_SCHED_INFO", s, err)
		}
		return s
	}
	eventually(t, func() bool {
		var s proc.Stat
		return r.Stat(&s) == nil && s.State == 'S'
	})
	before := read()
	for range 3 {
		if again := read(); again != before {
			t.Fatalf("a sleeper's figures went from %+v to %+v", before, again)
		}
	}
	process, err := os.FindProcess(int(child))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(process.Signal(syscall.SIGSTOP), process.Signal(syscall.SIGCONT)); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return read() != before })
}

func TestStatOf(t *testing.T) {
	_, r := openProc(t)
	child := startChild(t)
	var direct, opened proc.Stat
	if err := r.StatOf(child, &direct); err != nil {
		t.Fatal(err)
	}
	open(t, r, child)
	if err := r.Stat(&opened); err != nil {
		t.Fatal(err)
	}
	if direct.PID != child || direct.Start != opened.Start || direct.Comm != opened.Comm {
		t.Errorf("stat %+v without opening, %+v with", direct, opened)
	}
	if got := testing.AllocsPerRun(100, func() { _ = r.StatOf(child, &direct) }); got != 0 {
		t.Errorf("%v allocations, want 0", got)
	}
}

func TestStatOfNobody(t *testing.T) {
	_, r := openRoot(t, layOut(t, map[string]string{"7/stat": "7 (a) S\n"}))
	var s proc.Stat
	if err := r.StatOf(8, &s); !errors.Is(err, proc.ErrGone) {
		t.Errorf("stat of nobody: %v, want %v", err, proc.ErrGone)
	}
	if err := r.StatOf(7, &s); err == nil || errors.Is(err, proc.ErrGone) {
		t.Errorf("malformed stat: %v, want an error that is not %v", err, proc.ErrGone)
	}
}
