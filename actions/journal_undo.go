package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// ErrTakenBack is returned where a change that is to be undone was taken back already, or came to its end by itself.
var ErrTakenBack = errors.New("taken back already")

// Pass notes that a change is to be passed over.
func (j Journal) Pass(e Entry) error {
	return j.write(line{Entry: Entry{At: time.Now(), State: PassedOver}, of: e.At, boot: j.boot, roots: j.roots})
}

// Apply applies a plan by a function, and logs what comes of it. The error is that of the log, which stops no change.
//
// What takes a change back is noted beside it. Meanwhile no other program can take any change back; one that was taken back
// since the plan was made is refused with ErrTakenBack. What ends a change by itself is logged as what it is, and never taken
// back. All others are changes, also what takes back an undo.
func (j Journal) Apply(ctx context.Context, plan Plan, apply func(Plan) Result) (Result, error) {
	switch {
	case plan.ByItself != "":
		return j.end(plan, apply)
	case !plan.Undoes.IsZero():
		return j.undo(ctx, plan, apply)
	case !plan.Again.IsZero():
		return j.again(plan, apply)
	}
	return j.logged(plan, nil, nil, apply)
}

func (j Journal) undo(ctx context.Context, plan Plan, apply func(Plan) Result) (Result, error) {
	unlock, err := j.lock(ctx)
	if ctx.Err() != nil {
		return notBegun(plan, fmt.Errorf("not begun: %w", ctx.Err())), nil
	}
	if errors.Is(err, errLocked) {
		return notBegun(plan, refuse("%v", errLocked).help("try again when it is done; a frozen one has to be thawed first")), nil
	}
	if err != nil {
		return apply(plan), err
	}
	defer unlock()
	e, since, err := j.find(plan.Undoes)
	if err != nil {
		return apply(plan), err
	}
	if err := e.takenBack(plan); err != nil {
		return notBegun(plan, err), nil
	}
	plan.Steps = since.steps(plan.Steps)
	r := apply(plan)
	return r, j.noteUndo(r)
}

// again applies a plan that takes an undo back, to the groups that were made again since.
func (j Journal) again(plan Plan, apply func(Plan) Result) (Result, error) {
	h, err := j.read()
	for l := h.next(); l != nil; l = h.next() {
		if l.At.Equal(plan.Again) {
			break
		}
	}
	return j.logged(plan, h.renewed, err, apply)
}

// end applies a plan that brings a change to its end by itself. It waits for no other program, which may be frozen: it may be
// what thaws it.
func (j Journal) end(plan Plan, apply func(Plan) Result) (Result, error) {
	e, since, err := j.find(plan.Undoes)
	if e.State == Undone || e.State == Ended {
		return notBegun(plan, e.takenBack(plan)), err
	}
	return j.logged(plan, since, err, apply)
}

// logged applies a plan to the groups as they were made again since, and adds what comes of it.
func (j Journal) logged(plan Plan, since renewal, err error, apply func(Plan) Result) (Result, error) {
	plan.Steps = since.steps(plan.Steps)
	r := apply(plan)
	if len(r.Done) > 0 || plan.ByItself != "" {
		err = errors.Join(err, j.Add(r))
	}
	return r, err
}

// takenBack refuses an undo of a change of which not all is left that the plan would take back.
func (e Entry) takenBack(plan Plan) error {
	says := string(e.State)
	switch {
	case e.At.IsZero(), e.State == PassedOver: // It is not in the log, or the user wants it undone all the same.
		return nil
	case e.State == Ended:
		says = e.EndedBy
	case e.State == Undone:
	case len(e.Undo) != len(plan.Steps):
		return fmt.Errorf("%w in part: %w", ErrStale, refuse("a part of %q was undone meanwhile", e.Title).help("look again"))
	default:
		return nil
	}
	return fmt.Errorf("%w: %w", ErrTakenBack, refuse("%q was %s already", e.Title, says))
}

func notBegun(plan Plan, err error) Result {
	r := Result{At: time.Now(), Plan: plan, Err: err}
	if len(plan.Steps) > 0 {
		r.Failed = plan.Steps[0]
	}
	return r
}

// NothingLeft reports whether a result is that of an undo which found nothing to take back: its targets are gone, or were
// replaced, or it was taken back already. It is then no use to try again.
func (r Result) NothingLeft() bool {
	gone := errors.Is(r.Err, ErrGone) || errors.Is(r.Err, ErrReplaced) || errors.Is(r.Err, ErrTakenBack)
	return gone && !r.Plan.Undoes.IsZero() && len(r.Done) == 0
}

// noteUndo notes what an undo came to.
func (j Journal) noteUndo(r Result) error {
	note := line{Entry: Entry{At: r.At, State: Stands}, of: r.Plan.Undoes, remade: r.Remade(), boot: j.boot, roots: j.roots}
	note.back = min(len(r.Done), len(r.Plan.Steps))
	switch {
	case r.NothingLeft():
		note.State = PassedOver
	case note.back == 0:
		return nil
	case note.back == len(r.Plan.Steps):
		note.State = Undone
	}
	return j.write(note)
}

// errLocked is returned where another program undoes for long.
var errLocked = errors.New("another bulkhead undoes a change at this moment")

// lockPatience is how long an undo waits for that of another program: a few steps that the kernel takes its time for.
const lockPatience = 4 * patience

// lock locks the log against other programs that undo, by flock(2). The kernel unlocks it where this program ends. A log that
// is not there yet is not locked.
func (j Journal) lock(ctx context.Context) (unlock func(), err error) {
	file, err := j.open(os.O_RDWR)
	if errors.Is(err, os.ErrNotExist) {
		return func() {}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lock log: %w", err)
	}
	locked, err := Kernel{patience: lockPatience}.eventually(ctx, func() (bool, error) {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
			return false, nil
		}
		return err == nil, err //nolint:wrapcheck // It is wrapped below.
	})
	if err == nil && !locked {
		err = errLocked
	}
	if err != nil {
		_ = file.Close() // Nothing was written.
		return nil, fmt.Errorf("lock log: %w", err)
	}
	return func() { _ = file.Close() }, nil // Nothing was written.
}
