package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"bulkhead/probe"
)

// reopened is the log as another program opens it.
func reopened(j Journal) Journal { return Journal{j.path, j.boot, j.roots} }

// TestUndoneOnce has many programs undo at the same time: each change is taken back by one of them alone.
func TestUndoneOnce(t *testing.T) {
	j := testJournal(t)
	const changes = 5
	for i := range changes {
		addNamed(t, j, decimal(int32(i)))
	}
	var taken [changes]atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			own := reopened(j)
			for {
				last, _, ok, err := own.Last()
				if err != nil || !ok {
					return
				}
				_, err = own.Apply(t.Context(), last.UndoPlan(), func(plan Plan) Result {
					var at int
					_, _ = fmt.Sscan(last.Title, &at) // It was written above.
					taken[at].Add(1)
					return carriedOut(plan)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for i := range taken {
		if n := taken[i].Load(); n != 1 {
			t.Errorf("change %d was taken back %d times, want once", i, n)
		}
	}
	lastIs(t, j, "")
}

func TestUndoWaitsForNoFrozenOne(t *testing.T) {
	j := testJournal(t)
	addNamed(t, j, "x")
	holder, err := j.open(syscall.O_RDWR)
	must(t, err)
	defer holder.Close() //nolint:errcheck // It was only locked.
	must(t, syscall.Flock(int(holder.Fd()), syscall.LOCK_EX))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	plan := lastIs(t, j, "x").UndoPlan()
	r, err := j.Apply(ctx, plan, func(Plan) Result { t.Error("undone without the lock"); return Result{} })
	if err == nil && r.Err == nil {
		t.Error("an undo went on beside another one")
	}
	// What ends a freeze by itself goes on: it may be what thaws the other.
	plan.ByItself = "thawed by itself after 30s"
	if r, err := j.Apply(t.Context(), plan, carriedOut); err != nil || r.Err != nil || len(r.Done) != 1 {
		t.Errorf("ended by itself: %+v (%v), want it done", r, err)
	}
}

func TestUndoInPart(t *testing.T) {
	j := testJournal(t)
	result := Result{At: time.Now(), Plan: Plan{Title: "three"}}
	for i := range 3 {
		step := Set{Group: oddGroup, File: decimal(int32(i)), To: "1", Back: "0"}
		result.Done = append(result.Done, Done{Step: step, Inverse: step.Inverse()})
	}
	must(t, j.Add(result))
	busy := func(plan Plan) Result {
		r := carriedOut(plan)
		r.Done, r.Failed, r.Err = r.Done[:1], plan.Steps[1], syscall.EBUSY
		return r
	}
	before := lastIs(t, j, "three")
	r, err := j.Apply(t.Context(), before.UndoPlan(), busy)
	if err != nil || !errors.Is(r.Err, syscall.EBUSY) {
		t.Fatalf("%+v (%v), want it busy", r, err)
	}
	rest := lastIs(t, j, "three")
	if rest.State != UndoneInPart || len(rest.Undo) != 2 || rest.Undo[0].(Set).File != "1" {
		t.Errorf("left are %+v in state %q, want the two steps that were not done", rest.Undo, rest.State)
	}
	if r, _ := j.Apply(t.Context(), before.UndoPlan(), carriedOut); !errors.Is(r.Err, ErrStale) {
		t.Errorf("an undo of the whole came to %v, want %v", r.Err, ErrStale)
	}
	r, err = j.Apply(t.Context(), rest.UndoPlan(), carriedOut)
	must(t, errors.Join(r.Err, err))
	lastIs(t, j, "")
}

func TestUndoOfWhatIsGone(t *testing.T) {
	j := testJournal(t)
	addNamed(t, j, "first")
	addNamed(t, j, "second")
	gone := func(plan Plan) Result {
		return Result{At: time.Now(), Plan: plan, Failed: plan.Steps[0], Err: ErrReplaced}
	}
	second := lastIs(t, j, "second")
	_, err := j.Apply(t.Context(), second.UndoPlan(), gone)
	must(t, err)
	lastIs(t, j, "first")
	must(t, j.Pass(second))
	busy := func(plan Plan) Result {
		return Result{At: time.Now(), Plan: plan, Failed: plan.Steps[0], Err: syscall.EBUSY}
	}
	_, err = j.Apply(t.Context(), lastIs(t, j, "first").UndoPlan(), busy)
	must(t, err)
	must(t, j.Pass(lastIs(t, j, "first")))
	all, err := j.Entries()
	if err != nil || all[0].State != PassedOver || all[1].State != PassedOver {
		t.Errorf("the log is %+v (%v), want both changes passed over", all, err)
	}
}

// TestEndedByItself: a freeze that was thawed by itself is nothing to undo, whichever of the two was logged first.
func TestEndedByItself(t *testing.T) {
	const how = "thawed by itself after 30s"
	for name, late := range map[string]bool{"logged at once": false, "logged after the thaw, by who froze itself": true} {
		t.Run(name, func(t *testing.T) {
			j := testJournal(t)
			addNamed(t, j, "make")
			step := Set{Group: oddGroup, File: fileFreezer, From: stateThawed, To: stateFrozen, Back: stateThawed}
			freeze := Result{At: time.Now(), Plan: Plan{Title: "freeze"}, Done: []Done{{Step: step, Inverse: step.Inverse()}}}
			if !late {
				must(t, j.Add(freeze))
			}
			thaw := Plan{Title: "thaw", Steps: step.Inverse(), Undoes: freeze.At, ByItself: how}
			r, err := j.Apply(t.Context(), thaw, carriedOut)
			must(t, errors.Join(r.Err, err))
			if late {
				must(t, j.Add(freeze))
			}
			for name, again := range map[string]func() (Result, error){
				"an undo":      func() (Result, error) { return j.Apply(t.Context(), EntryOf(freeze).UndoPlan(), carriedOut) },
				"another thaw": func() (Result, error) { return j.Apply(t.Context(), thaw, carriedOut) },
			} {
				if r, err := again(); err != nil || !errors.Is(r.Err, ErrTakenBack) || !strings.Contains(r.Err.Error(), how) {
					t.Errorf("%s of it came to %v (%v), want %v and how it ended", name, r.Err, err, ErrTakenBack)
				}
			}
			addNamed(t, j, "later") // The undo of what came later has nothing to pass over.
			_, err = j.Apply(t.Context(), lastIs(t, j, "later").UndoPlan(), carriedOut)
			must(t, err)
			last, ended, _, err := j.Last()
			must(t, err)
			if last.Title != "make" || len(ended) != 1 || ended[0].Title != "freeze" || ended[0].EndedBy != how {
				t.Errorf("the next to undo is %q past %+v, want make, past the freeze", last.Title, ended)
			}
			all, err := j.Entries()
			must(t, err)
			if got := titlesOf(all); !slices.Equal(got, []string{"make", "freeze", "thaw", "later"}) {
				t.Errorf("the log has %q, want the thaw after its freeze", got)
			}
			_, err = j.Apply(t.Context(), last.UndoPlan(), carriedOut)
			must(t, err)
			if _, ended, _, err := j.Last(); err != nil || len(ended) != 0 {
				t.Errorf("it is said again that %+v was passed over (%v)", ended, err)
			}
		})
	}
}

func titlesOf(all []Entry) []string {
	var titles []string
	for _, e := range all {
		titles = append(titles, e.Title)
	}
	return titles
}

// TestAgainIsAChange: what takes back an undo is logged as a change, which can be undone.
func TestAgainIsAChange(t *testing.T) {
	j := testJournal(t)
	addNamed(t, j, "Make /x")
	undone, err := j.Apply(t.Context(), lastIs(t, j, "Make /x").UndoPlan(), carriedOut)
	must(t, errors.Join(undone.Err, err))
	lastIs(t, j, "")
	again, _ := undone.Undo()
	if again.Title != "Again: Make /x" || !again.Undoes.IsZero() || !again.Again.Equal(undone.At) {
		t.Errorf("the plan is %+v, want one that makes it again and takes back no change", again)
	}
	_, err = j.Apply(t.Context(), again, carriedOut)
	must(t, err)
	back := lastIs(t, j, "Again: Make /x").UndoPlan()
	if back.Title != "Undo: Make /x" {
		t.Errorf("its undo is called %q", back.Title)
	}
	all, err := j.Entries()
	if err != nil || len(all) != 2 || all[0].State != Undone || all[1].State != Stands {
		t.Errorf("the log is %+v (%v), want the change undone, and then again", all, err)
	}
}

// TestRenewal follows groups that were made again through the log.
func TestRenewal(t *testing.T) {
	g := func(inode uint64) Group {
		return Group{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/g"}, Mount: "/m", Below: "/g", Inode: inode}
	}
	at := int64(0)
	add := func(j Journal, l line) {
		at++
		l.At = time.Unix(at, 0)
		must(t, j.write(l))
	}
	remade := func(was, is uint64) line { return line{remade: []Remade{{g(is), was}}, of: time.Unix(1<<30, 0)} }
	change := func(inode uint64) line { return line{Entry: Entry{Undo: []Step{Remove{Group: g(inode)}}}} }
	for name, test := range map[string]struct {
		lines []line
		want  uint64 // The inode that the first change is about.
	}{
		"never":               {[]line{change(5)}, 5},
		"once":                {[]line{change(5), remade(5, 6)}, 6},
		"twice":               {[]line{change(5), remade(5, 6), change(6), remade(6, 7)}, 7},
		"not the same":        {[]line{change(5), remade(4, 6)}, 5},
		"by a change":         {[]line{change(5), {Entry: Entry{Undo: []Step{Remove{Group: g(6)}}}, remade: []Remade{{g(6), 5}}}}, 6},
		"by somebody else":    {[]line{change(5), remade(5, 6), change(7)}, 6},
		"before":              {[]line{remade(4, 6), remade(5, 6), change(5)}, 5},
		"to and fro":          {[]line{change(5), remade(5, 6), remade(6, 5)}, 5},
		"with an inode anew":  {[]line{change(5), remade(5, 6), change(5), remade(5, 9)}, 6},
		"of another's number": {[]line{change(5), {of: time.Unix(1<<30, 0), remade: []Remade{{g(6).child("x"), 5}}}}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			j := testJournal(t)
			for _, l := range test.lines {
				add(j, l)
			}
			all, err := j.Entries()
			must(t, err)
			if got := all[0].Undo[0].(Remove).Group.Inode; got != test.want {
				t.Errorf("it is about inode %d, want %d", got, test.want)
			}
		})
	}
}

// BenchmarkUndoOfALongLog finds and notes the last change after 10,000 lines.
func BenchmarkUndoOfALongLog(b *testing.B) {
	j, err := OpenJournal(b.TempDir(), probe.Live)
	if err != nil {
		b.Fatal(err)
	}
	step := Set{Group: oddGroup, File: "io.max", From: "8:0 rbps=max", To: "8:0 rbps=1", Back: "8:0 rbps=max"}
	for range 10_000 {
		r := carriedOut(Plan{Title: "Set io.max of /lab/inner", Steps: []Step{step, step}})
		if err := j.Add(r); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		last, _, _, err := j.Last()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := j.Apply(b.Context(), last.UndoPlan(), carriedOut); err != nil {
			b.Fatal(err)
		}
	}
}
