package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"bulkhead/actions"
	"bulkhead/probe"
)

// freeze is a freeze that is to be thawed by itself: of this group, made at this time.
type freeze struct {
	group actions.Group
	at    time.Time
}

// thawer is what the flags of thaw say where a freeze is to be thawed by itself.
type thawer struct {
	after time.Duration
	froze time.Time // When the freeze was made; zero where a user thaws.
	inode uint64    // Of the group that was frozen.
}

func (t *thawer) register(flags *pflag.FlagSet) {
	flags.DurationVar(&t.after, "after", 0, "wait for this time first, and do nothing where it is thawed meanwhile")
	flags.TimeVar(&t.froze, "froze", time.Time{}, []string{time.RFC3339Nano}, "end the freeze of this time, by itself")
	flags.Uint64Var(&t.inode, "inode", 0, "the inode of the group that was frozen")
	for _, own := range []string{"froze", "inode"} {
		flags.Lookup(own).Hidden = true // They are between this program and itself.
	}
}

// intend is the intent to thaw: the user's, or by itself.
func (t *thawer) intend(key probe.GroupKey) actions.Intent {
	if t.froze.IsZero() {
		return actions.Thaw(key)
	}
	return actions.ThawByItself(key, t.inode, t.froze, thawedAfter(t.after))
}

// thawedAfter says how a freeze came to its end.
func thawedAfter(d time.Duration) string { return "thawed by itself after " + lasting(d) }

// lasting writes a time without the zeros behind it: 5m, not 5m0s.
func lasting(d time.Duration) string {
	says := d.String()
	if strings.HasSuffix(says, "m0s") {
		says = strings.TrimSuffix(says, "0s")
	}
	if strings.HasSuffix(says, "h0m") {
		says = strings.TrimSuffix(says, "0m")
	}
	return says
}

// thawAfter waits, or is interrupted, and takes a freeze back that was not taken back meanwhile.
func (a actor) thawAfter(froze actions.Result, after time.Duration) error {
	how := thawedAfter(after)
	select {
	case <-a.ctx.Done():
		how = "thawed by itself when bulkhead was interrupted"
	case <-time.After(after):
	}
	plan, ok := froze.ThawByItself(how)
	if !ok {
		return nil // The freeze did not stand.
	}
	result, logErr := applyPlan(context.WithoutCancel(a.ctx), a.flags.roots, plan)
	if errors.Is(result.Err, actions.ErrTakenBack) {
		return nil
	}
	if err := a.tell(result, nil, logErr); err != nil {
		return refusal{fmt.Errorf("thaw: %w", err)}
	}
	return nil
}

// startThawer starts a process outside of a group, in the topmost one of its hierarchy, that thaws the group after a time where
// that freeze lasts until then. It lives on when this program ends. What is returned ends it.
func startThawer(ctx context.Context, roots probe.Roots, f freeze, after time.Duration) (giveUp func(), err error) {
	args := []string{
		"thaw", f.group.Dir(), "--yes", "--after", after.String(),
		"--froze", f.at.Format(time.RFC3339Nano), "--inode", strconv.FormatUint(f.group.Inode, 10),
	}
	if roots != probe.Live {
		args = append(args, "--proc", roots.Proc, "--sys", roots.Sys)
	}
	thawer := exec.CommandContext(context.WithoutCancel(ctx), "/proc/self/exe", args...)
	thawer.Args[0] = "bulkhead" // As others see it.
	thawer.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := thawer.Start(); err != nil {
		return nil, fmt.Errorf("start what thaws it again: %w", err)
	}
	pid := int32(thawer.Process.Pid)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = thawer.Wait() // What it did is seen in the group; nobody else may be there to reap it.
	}()
	giveUp = func() {
		_ = thawer.Process.Kill() // It may have ended by itself.
		<-ended
	}
	if err := moveOut(ctx, roots, pid, f.group); err != nil {
		giveUp() // Nothing is frozen, and so there is nothing to thaw.
		return nil, fmt.Errorf("what would thaw it again cannot be moved out of it: %w", err)
	}
	return giveUp, nil
}

// moveOut moves a process that would freeze too into the topmost group of the hierarchy.
func moveOut(ctx context.Context, roots probe.Roots, pid int32, group actions.Group) error {
	snapshot, err := scanOnce(ctx, roots, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		return err
	}
	task, ok := snapshot.Task(pid)
	if !ok {
		return fmt.Errorf("process %d: %w", pid, actions.ErrGone)
	}
	path, _ := task.Cgroups.Path(snapshot.HierarchyOf(&probe.Group{GroupKey: group.GroupKey}).ID)
	if !(probe.GroupKey{Hierarchy: group.Hierarchy, Path: path}).Within(group.GroupKey) {
		return nil // It is outside of the group as it is.
	}
	top := probe.GroupKey{Hierarchy: group.Hierarchy, Path: "/"}
	plan, err := actions.MoveTasks([]probe.TaskKey{task.TaskKey}, top, actions.MoveOptions{})(snapshot, roots.Knob)
	if err != nil {
		return err
	}
	return actions.NewKernel(roots).Apply(ctx, plan).Err
}

// lookPeriod is how often it is looked whether a freeze that is to be taken back later still lasts.
const lookPeriod = 100 * time.Millisecond

// awaitThaw waits for a time, and reports whether there is then still something to thaw: somebody else may have thawed the
// group meanwhile, and have frozen it anew for reasons of his own.
func awaitThaw(ctx context.Context, roots probe.Roots, group string, after time.Duration) (due bool, err error) {
	dir, err := dirOf(ctx, roots, group)
	if err != nil {
		return false, err
	}
	end := time.NewTimer(after)
	defer end.Stop()
	look := time.NewTicker(lookPeriod)
	defer look.Stop()
	for was := false; ; {
		now := asksToFreeze(roots, dir)
		if was && !now {
			return false, nil
		}
		was = now
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("wait to thaw: %w", ctx.Err())
		case <-end.C:
			return true, nil
		case <-look.C:
		}
	}
}

// dirOf returns the directory of a group that is written as on the command line; none where its hierarchy is not mounted.
func dirOf(ctx context.Context, roots probe.Roots, text string) (string, error) {
	now, err := scanOnce(ctx, roots, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		return "", err
	}
	key, err := now.ResolveGroup(text, statIn(roots))
	if err != nil {
		return "", err
	}
	if g, ok := now.Group(key); ok {
		return g.Dir, nil
	}
	return "", fmt.Errorf("there is no group %s: %w", key, actions.ErrGone)
}

// asksToFreeze reports whether a group itself, rather than one above it, was asked to freeze: by cgroup.freeze of version 2, and
// freezer.self_freezing of version 1.
func asksToFreeze(roots probe.Roots, dir string) bool {
	for _, file := range []string{"cgroup.freeze", "freezer.self_freezing"} {
		if says, ok := roots.Knob(dir, file).Get(); ok {
			return says == "1"
		}
	}
	return false
}
