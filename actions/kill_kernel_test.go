package actions

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// TestKillReachesNewGroups: a group may be made, and entered, between the plan and the kill.
func TestKillReachesNewGroups(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start("exec sleep 1000")
		plan, err := KillGroup(l.key, false)(scanLive(t), probe.Live.Knob)
		must(t, err)
		l.mkdir("/late/deep")
		lab{t, l.below("/late/deep"), l.dir + "/late/deep"}.start("exec sleep 1000")
		must(t, NewKernel(probe.Live).Apply(t.Context(), plan).Err)
		await(t, "all to die", l.empty)
	})
}

// TestKillMovingBomb: processes fork, and go into groups that they make.
func TestKillMovingBomb(t *testing.T) {
	eachFreezer(t, func(t *testing.T, l lab) {
		l.start(`bomb() { while :; do for d in a b c; do mkdir -p ` + l.dir + `/$1/$d; (sh -c 'echo $$ > '` + l.dir + `/$1/$d/cgroup.procs) & done; wait; done; }; bomb x & bomb y & wait`)
		await(t, "the bomb to make groups", func() bool { return len(subdirectories(l.dir)) > 6 })
		must(t, apply(t, KillGroup(l.key, false)).Err)
		await(t, "the bomb to be quiet", l.empty)
	})
}

// empty reports whether nobody is in the lab or below it.
func (l lab) empty() bool {
	for _, dir := range append([]string{l.dir}, subdirectories(l.dir)...) {
		if text, err := os.ReadFile(filepath.Join(dir, fileProcs)); err == nil && len(text) > 0 {
			return false
		}
	}
	return true
}

// TestKillSparesOneself moves this process into a group that is to be killed, after the plan was made. Were the guard to fail,
// this test would end with it.
func TestKillSparesOneself(t *testing.T) {
	asRoot(t)
	l := makeLab(t, freezerLabel(t))
	victim := l.start("exec sleep 1000")
	plan := Plan{Steps: []Step{SignalGroup{l.group(""), unix.SIGKILL}}}
	self, ok := scanLive(t).Task(int32(os.Getpid()))
	if !ok {
		t.Fatal("this process is not in sight")
	}
	move := l.from(self.PID, "", fileProcs).(Move)
	must(t, NewKernel(probe.Live).Apply(t.Context(), Plan{Steps: []Step{move}}).Err)
	t.Cleanup(func() { must(t, NewKernel(probe.Live).Apply(context.Background(), Plan{Steps: move.Inverse()}).Err) })
	result := NewKernel(probe.Live).Apply(t.Context(), plan)
	var refusal *Refusal
	if !errors.As(result.Err, &refusal) || !strings.Contains(refusal.Says, decimal(self.PID)+"), which is bulkhead itself") {
		t.Errorf("killing a group that bulkhead has come into: %v, want a refusal that names it", result.Err)
	}
	await(t, "the other to die", func() bool { return !strings.Contains(l.says(fileProcs)+"\n", decimal(victim)+"\n") })
}

// TestKillGuests: a thread of a process that is elsewhere is in the group.
func TestKillGuests(t *testing.T) {
	asRoot(t)
	if mountOf(t, "freezer") == "" {
		t.Skip("this host does not mount the freezer of version 1")
	}
	l := makeLab(t, "freezer")
	tids := crowd(t)
	l.write(fileTasks, decimal(tids[1]))
	_, err := KillGroup(l.key, false)(scanLive(t), probe.Live.Knob)
	if err == nil || !strings.HasPrefix(err.Error(), "no whole process is in "+l.key.String()+", only threads of some that are elsewhere: "+decimal(tids[0])) {
		t.Errorf("killing a group with a thread alone: %v, want a refusal that names its process", err)
	}
	l.start("exec sleep 1000")
	plan, err := KillGroup(l.key, false)(scanLive(t), probe.Live.Knob)
	must(t, err)
	if says := strings.Join(plan.Warnings, "\n"); !strings.Contains(says, "have threads in it, and die too: "+decimal(tids[0])) {
		t.Errorf("the plan does not say who else dies: %q", says)
	}
	own, err := os.ReadDir("/proc/self/task")
	must(t, err)
	l.write(fileTasks, own[len(own)-1].Name()) // This test's own.
	t.Cleanup(func() {
		must(t, os.WriteFile(filepath.Join(mountOf(t, "freezer"), fileTasks), []byte(own[len(own)-1].Name()), 0))
	})
	var refusal *Refusal
	if _, err = KillGroup(l.key, false)(scanLive(t), probe.Live.Knob); !errors.As(err, &refusal) || !refusal.Forcible {
		t.Errorf("killing a group with a thread of bulkhead: %v, want a guard", err)
	}
}

// TestMoveToStarveIsRefused looks at a group of the running kernel that lets nobody fork.
func TestMoveToStarveIsRefused(t *testing.T) {
	l := labWith(t, "pids")
	l.write("pids.max", "1")
	self := keyOf(t, int32(os.Getpid()))
	_, err := MoveTasks([]probe.TaskKey{self}, l.key, MoveOptions{})(scanLive(t), probe.Live.Knob)
	var refusal *Refusal
	if !errors.As(err, &refusal) || !refusal.Forcible || !strings.Contains(refusal.Says, "whose pids.max is 1, with 0 tasks in it, would let no new process start") {
		t.Errorf("moving into a group of one task: %v, want a guard", err)
	}
	plan, err := MoveTasks([]probe.TaskKey{self}, l.key, MoveOptions{Force: true})(scanLive(t), probe.Live.Knob)
	if err != nil || plan.Guarded == "" {
		t.Errorf("overridden: guarded by %q, %v", plan.Guarded, err)
	}
}
