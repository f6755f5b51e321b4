package actions

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bulkhead/probe"
)

// numberKnob makes a group with a control file that takes any number, and returns the file.
func numberKnob(t *testing.T) (l lab, file string) {
	t.Helper()
	asRoot(t)
	for _, c := range [][2]string{{"v2", "cgroup.max.descendants"}, {"pids", "pids.max"}} {
		if mountOf(t, c[0]) != "" {
			return makeLab(t, c[0]), c[1]
		}
	}
	t.Skip("this host mounts neither version 2 nor pids of version 1")
	return l, ""
}

// planned returns the plan of an intent as things are now.
func planned(t *testing.T, intent Intent) Plan {
	t.Helper()
	plan, err := intent(scanLive(t), probe.Live.Knob)
	must(t, err)
	return plan
}

// TestTwoWriters: of two that were shown the same value the second is refused, and so is an undo after a third one wrote.
func TestTwoWriters(t *testing.T) {
	l, file := numberKnob(t)
	first, second := planned(t, SetKnob(l.key, file, "11", false)), planned(t, SetKnob(l.key, file, "12", false))
	kernel := NewKernel(probe.Live)
	won := kernel.Apply(t.Context(), first)
	must(t, won.Err)
	lost := kernel.Apply(t.Context(), second)
	expectStale(t, lost, file, "11")
	if got := l.says(file); got != "11" {
		t.Errorf("%s says %q, want what the first wrote, 11", file, got)
	}
	must(t, os.WriteFile(filepath.Join(l.dir, file), []byte("13"), 0))
	undo, _ := won.Undo()
	expectStale(t, kernel.Apply(t.Context(), undo), file, "13")
	if got := l.says(file); got != "13" {
		t.Errorf("%s says %q, want what somebody else wrote, 13", file, got)
	}
}

// expectStale demands that nothing was written, since the file says something else by now, and that this is what is said.
func expectStale(t *testing.T, result Result, file, now string) {
	t.Helper()
	if !errors.Is(result.Err, ErrStale) || len(result.Done) != 0 {
		t.Fatalf("%v, %d steps stand; want %v and none", result.Err, len(result.Done), ErrStale)
	}
	why := Explain(result.Err, result.Failed, scanLive(t), probe.Live.Knob)
	if !strings.HasPrefix(why.Says, file+" of ") || !strings.HasSuffix(why.Says, "was changed by somebody else since it was shown: it says "+now+" by now") {
		t.Errorf("it says %q, want that %s says %s by now", why.Says, file, now)
	}
}

// TestManyWriters lets many write at once what they were shown before. Who is refused has not written, and what stands was
// written by one who was not.
func TestManyWriters(t *testing.T) {
	l, file := numberKnob(t)
	const writers = 16
	plans := make([]Plan, writers)
	results := make([]Result, writers)
	shown := scanLive(t)
	for i := range plans {
		var err error
		plans[i], err = SetKnob(l.key, file, strconv.Itoa(100+i), false)(shown, probe.Live.Knob)
		must(t, err)
	}
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range plans {
		all.Go(func() {
			<-begin
			results[i] = NewKernel(probe.Live).Apply(t.Context(), plans[i])
		})
	}
	close(begin)
	all.Wait()
	var wrote []string
	for i, result := range results {
		switch {
		case result.Err == nil:
			wrote = append(wrote, strconv.Itoa(100+i))
		case !errors.Is(result.Err, ErrStale):
			t.Errorf("a writer came to %v, want %v", result.Err, ErrStale)
		}
	}
	if got := l.says(file); !slices.Contains(wrote, got) {
		t.Errorf("%s says %q, want one of %q, which were written", file, got, wrote)
	}
}

// TestMovedOnSincePreview: a task that somebody else moved meanwhile stays where it is.
func TestMovedOnSincePreview(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		for _, path := range []string{"/b", "/c"} {
			must(t, apply(t, MakeGroup(l.below(path), MakeOptions{})).Err)
		}
		pid := l.start("exec sleep 1000")
		plan := planned(t, MoveTasks([]probe.TaskKey{keyOf(t, pid)}, l.below("/b"), MoveOptions{}))
		must(t, os.WriteFile(l.dir+"/c/cgroup.procs", []byte(decimal(pid)), 0))
		result := NewKernel(probe.Live).Apply(t.Context(), plan)
		why := Explain(result.Err, result.Failed, scanLive(t), probe.Live.Knob)
		if want := "sleep (" + decimal(pid) + ") is not in the group any more in which it was shown: somebody else has moved it"; !errors.Is(result.Err, ErrStale) || why.Says != want {
			t.Errorf("%v, told as %q; want %v and %q", result.Err, why.Says, ErrStale, want)
		}
		if got := procsOf(t, l.dir+"/c"); !slices.Equal(got, []string{decimal(pid)}) {
			t.Errorf("in the group that another chose are %q, want %d", got, pid)
		}
	})
}

// doublingBomb starts processes that each start two more, five deep, over and over.
const doublingBomb = `bomb() { [ "$1" -gt 0 ] && { bomb $(($1 - 1)) & bomb $(($1 - 1)) & }; wait; }; while :; do bomb 5; done`

// TestDoublingBomb freezes what doubles: then nobody is born or dies. Then it is killed, and nobody escapes.
func TestDoublingBomb(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start(doublingBomb)
		await(t, "the bomb to go off", func() bool { return len(procsOf(t, l.dir)) > 8 })
		must(t, apply(t, Freeze(l.key, false)).Err)
		before := procsOf(t, l.dir)
		if len(before) == 0 {
			t.Error("nobody is in the frozen group")
		}
		for range 100 {
			if now := procsOf(t, l.dir); !slices.Equal(now, before) {
				t.Fatalf("frozen, and yet %q became %q", before, now)
			}
		}
		must(t, apply(t, Thaw(l.key)).Err)
		must(t, apply(t, KillGroup(l.key, false)).Err)
		await(t, "the bomb to be quiet", func() bool { return len(procsOf(t, l.dir)) == 0 })
	})
}
