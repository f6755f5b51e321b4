package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// Kernel applies plans to a host: the running kernel, or one that is laid out below other directories.
type Kernel struct {
	roots    probe.Roots
	patience time.Duration // How long is waited for what the kernel does by and by.
	forced   bool          // The plan overrides a guard.
	react    func(Step)    // Plays the kernel's part on a host that is laid out in a directory; the running kernel needs none.
}

// patience is how long a freeze or the removal of a group may take. A freezer that has not come to rest by then has met a
// task that it cannot stop, such as one in an uninterruptible wait.
const patience = 3 * time.Second

// NewKernel returns the kernel of a host.
func NewKernel(roots probe.Roots) Kernel {
	return Kernel{roots: roots, patience: patience, react: func(Step) {}}
}

// What may have happened to a target between the plan and its step.
var (
	// ErrGone is returned where the target is there no more.
	ErrGone = errors.New("gone since it was shown")
	// ErrReplaced is returned where another process or group has taken the name of the target.
	ErrReplaced = errors.New("not the one that was shown: another has taken its name")
	// ErrStale is returned where a file says something else than the plan stands on.
	ErrStale = errors.New("changed since it was shown")
	// ErrUnsettled is returned where the kernel took a change, but did not carry it out in time.
	ErrUnsettled = errors.New("not carried out in time")
)

// Done is a step that was applied.
type Done struct {
	Step    Step
	Inverse []Step // What takes it back, as it stands now; none where nothing can.
	Says    string // What the kernel says came of it.
}

// Result is what came of a plan.
type Result struct {
	At     time.Time
	Plan   Plan
	Done   []Done // The steps that stand.
	Failed Step   // The step that failed; nil where none did.
	Err    error  // Why it failed.
}

// Undo returns the plan that takes back the steps that stand, and whether all of them can be taken back. What takes back an
// undo does the same again: it is a change of its own.
func (r Result) Undo() (undo Plan, whole bool) {
	undo.Title, undo.Undoes, whole = undoTitle(r.Plan.Title), r.At, true
	if !r.Plan.Undoes.IsZero() {
		undo.Undoes, undo.Again = time.Time{}, r.At
	}
	if r.Plan.Final && r.Err == nil {
		return undo, false
	}
	for i := len(r.Done) - 1; i >= 0; i-- {
		undo.Steps = append(undo.Steps, r.Done[i].Inverse...)
		whole = whole && len(r.Done[i].Inverse) > 0
	}
	return undo, whole && len(undo.Steps) > 0
}

// Says tells what came of the plan, in one line.
func (r Result) Says() string {
	if r.Err != nil {
		return r.Err.Error()
	}
	var says []string
	for _, done := range r.Done {
		if done.Says != "" {
			says = append(says, done.Says)
		}
	}
	return strings.Join(says, "; ")
}

// Apply carries out a plan step by step, and stops at the first that fails or when ctx ends. The steps before that stand:
// the result says which, and how to take them back.
func (k Kernel) Apply(ctx context.Context, plan Plan) Result {
	r := Result{At: time.Now(), Plan: plan}
	k.forced = plan.Guarded != ""
	so := sofar{made: map[string]uint64{}, moved: map[placed]Group{}}
	for _, step := range plan.Steps {
		done, err := k.step(ctx, so.settle(step))
		if done.Step != nil {
			r.Done = append(r.Done, done)
			so.note(done.Step)
		}
		if err != nil && len(plan.Steps) > 1 && ended(step, err) {
			r.Done = append(r.Done, Done{Step: step, Says: "it has ended"})
			continue
		}
		if err != nil {
			r.Failed, r.Err = step, &stepError{step, err}
			r.Done = append(r.Done, k.release(ctx, r.Done, plan.Steps)...)
			break
		}
	}
	return r
}

// stepError is the error of a step, and says which one: the plan that failed may itself have been a step on the way to another.
type stepError struct {
	step Step
	err  error
}

// Error implements error.
func (e *stepError) Error() string { return e.step.Shell() + ": " + e.err.Error() }

// Unwrap returns why the step failed.
func (e *stepError) Unwrap() error { return e.err }

// ended reports whether a step failed because the one process that it is about has ended: the others are not spared for that.
func ended(step Step, err error) bool {
	switch step.(type) {
	case Move, Signal:
		return errors.Is(err, ErrGone)
	}
	return false
}

// release thaws what a plan froze and would have thawed later on: a plan that fails in between must not leave it frozen. Of
// both then nothing is left to be taken back.
func (k Kernel) release(ctx context.Context, done []Done, steps []Step) []Done {
	var thawed []Done
	for i := range done {
		froze, ok := done[i].Step.(Set)
		if !ok || harms(froze) != "freezing" {
			continue
		}
		for _, step := range steps {
			thaw, ok := step.(Set)
			if !ok || thaw.Group.Dir() != froze.Group.Dir() || thaw.File != froze.File || thaw.To != froze.Back {
				continue
			}
			if d, err := k.step(context.WithoutCancel(ctx), thaw); err == nil {
				d.Inverse, done[i].Inverse = nil, nil
				thawed = append(thawed, d)
			}
		}
	}
	return thawed
}

// step applies one step. A step that the kernel took but did not carry out is both done and an error.
func (k Kernel) step(ctx context.Context, step Step) (Done, error) {
	if err := ctx.Err(); err != nil {
		return Done{}, fmt.Errorf("not begun: %w", err)
	}
	switch step := step.(type) {
	case Set:
		return k.set(ctx, step)
	case Move:
		return k.move(ctx, step)
	case Make:
		return k.makeGroup(step)
	case Remove:
		return k.removeGroup(ctx, step)
	case Signal:
		return k.signal(step)
	case SignalGroup:
		return k.signalGroup(ctx, step)
	case Mount:
		return k.mount(step)
	case Unmount:
		return k.unmount(ctx, step)
	}
	return Done{}, fmt.Errorf("%T is no step to be applied", step)
}

// open opens a group: the one that was seen, or none. Nothing outside of its hierarchy can be reached through it.
func (k Kernel) open(g Group) (*os.Root, error) {
	hierarchy, err := k.openHierarchy(g)
	if err != nil {
		return nil, err
	}
	defer hierarchy.Close() //nolint:errcheck // It was not written to.
	dir, err := hierarchy.OpenRoot("." + g.Below)
	if err != nil {
		return nil, fmt.Errorf("open group: %w", gone(err))
	}
	inode, err := inodeOf(dir, ".")
	if err == nil && inode != g.Inode {
		err = ErrReplaced
	}
	if err != nil {
		_ = dir.Close()
		return nil, fmt.Errorf("open group %s: %w", g.GroupKey, err)
	}
	return dir, nil
}

// openHierarchy opens the mount point of a group's hierarchy. On the running kernel it must be one: a plan may come from a
// log, and nothing else is written to by it.
func (k Kernel) openHierarchy(g Group) (*os.Root, error) {
	path := k.roots.Locate(g.Mount)
	hierarchy, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open hierarchy: %w", gone(err))
	}
	if k.roots == probe.Live && !cgroupFS(path) {
		_ = hierarchy.Close()
		return nil, fmt.Errorf("open hierarchy %s: %w", path, errNoHierarchy)
	}
	return hierarchy, nil
}

// errNoHierarchy is returned for a directory on which no control groups are mounted.
var errNoHierarchy = errors.New("no control groups are mounted there")

// cgroupFS reports whether a path lies on a filesystem of control groups.
func cgroupFS(path string) bool { return onFS(path, unix.CGROUP2_SUPER_MAGIC, unix.CGROUP_SUPER_MAGIC) }

// onFS reports whether a path lies on a filesystem of one of some types; see statfs(2).
func onFS(path string, types ...int64) bool {
	var fs unix.Statfs_t
	return unix.Statfs(path, &fs) == nil && slices.Contains(types, int64(fs.Type)) //nolint:unconvert // Its size differs by machine.
}

// gone says of a path that is not there that it was when the plan was made. The kernel answers ENODEV for the files of a
// group that was removed while they were open.
func gone(err error) error {
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENODEV) {
		return fmt.Errorf("%w: %w", ErrGone, err)
	}
	return err
}

func inodeOf(dir *os.Root, name string) (uint64, error) {
	info, err := dir.Stat(name)
	if err != nil {
		return 0, fmt.Errorf("stat group: %w", gone(err))
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, fmt.Errorf("stat %s: no inode", name)
	}
	return st.Ino, nil
}

// eventually asks until a condition is met, as long as the kernel is given time. It reports whether it was met.
func (k Kernel) eventually(ctx context.Context, met func() (bool, error)) (bool, error) {
	deadline := time.Now().Add(k.patience)
	pause := time.Millisecond
	for {
		ok, err := met()
		if ok || err != nil || !time.Now().Before(deadline) {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(2*pause, 50*time.Millisecond)
	}
}
