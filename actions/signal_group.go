package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// SignalGroup sends a signal to all that are in a group and below it when the step is applied, in groups too that were made
// after the plan. What bulkhead stands on is spared, unless the plan overrides that guard.
type SignalGroup struct {
	Group  Group
	Signal unix.Signal
}

// Shell implements Step.
func (s SignalGroup) Shell() string {
	return fmt.Sprintf("kill -%s $(find %s -name %s -exec cat {} +)", signalName(s.Signal), quote(s.Group.Dir()), fileProcs)
}

// Inverse implements Step.
func (s SignalGroup) Inverse() []Step {
	if opposite, ok := opposites[s.Signal]; ok {
		return []Step{SignalGroup{s.Group, opposite}}
	}
	return nil
}

// signalGroup signals all that are in a group and below it, and goes on until nobody is there that has not got the signal:
// those that were forked meanwhile get it too.
func (k Kernel) signalGroup(ctx context.Context, s SignalGroup) (Done, error) {
	dir, err := k.open(s.Group)
	if errors.Is(err, ErrGone) {
		return Done{Step: s, Says: "the group is gone, and with it all that were in it"}, nil
	}
	if err != nil {
		return Done{}, err
	}
	defer dir.Close() //nolint:errcheck // It was only read from.
	v := volley{k: k, signal: s.Signal, sent: map[probe.TaskKey]error{}, spared: map[int32]string{}}
	if err := v.look(ctx); err != nil {
		return Done{}, err
	}
	all, err := k.eventually(ctx, func() (bool, error) {
		more, err := v.below(dir)
		return !more, err
	})
	done := Done{Step: s, Inverse: s.Inverse(), Says: fmt.Sprintf("SIG%s sent to %s", signalName(s.Signal), count(len(v.sent), "process"))}
	for _, refused := range v.sent {
		err = errors.Join(err, refused)
	}
	if len(v.spared) > 0 {
		err = errors.Join(err, refuse("%s was in %s by now, and got no signal", toll(v.now, v.spared), s.Group.GroupKey).help("move it elsewhere first"))
	}
	if err == nil && !all {
		err = fmt.Errorf("signalling all was %w: they fork faster", ErrUnsettled)
	}
	if len(v.sent) == 0 && err != nil {
		return Done{}, err
	}
	return done, err
}

// volley is a signal that goes to many.
type volley struct {
	k         Kernel
	signal    unix.Signal
	sent      map[probe.TaskKey]error
	now       *probe.Snapshot
	protected map[int32]string // What bulkhead stands on, as it is now.
	spared    map[int32]string // Those of them that were met.
}

// look finds what bulkhead stands on, which may have come into the group after the plan was made.
func (v *volley) look(ctx context.Context) error {
	if v.k.forced || v.signal == unix.SIGCONT {
		return nil
	}
	scanner, err := probe.Open(v.k.roots)
	if err != nil {
		return fmt.Errorf("look who must be spared: %w", err)
	}
	defer scanner.Close() //nolint:errcheck // It was only read from.
	if v.now, err = scanner.Scan(ctx, probe.Request{Facts: probe.FactUser}); err != nil {
		return fmt.Errorf("look who must be spared: %w", err)
	}
	v.protected = protected(v.now)
	return nil
}

// below signals those in a group and in all below it that have not got the signal, and reports whether there were any. Who is
// moved meanwhile from a group that is still to come to one that was gone through is met the next time.
func (v *volley) below(dir *os.Root) (more bool, err error) {
	if more, err = v.in(dir); err != nil {
		return more, err
	}
	self, err := dir.Open(".")
	if err != nil {
		return more, fmt.Errorf("list groups: %w", gone(err))
	}
	entries, err := self.ReadDir(-1)
	_ = self.Close() // It was only read from.
	if err != nil {
		return more, fmt.Errorf("list groups: %w", gone(err))
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		group, err := dir.OpenRoot(e.Name())
		if err != nil {
			continue // It was removed, and is so only when it is empty.
		}
		further, err := v.below(group)
		_ = group.Close() // It was only read from.
		switch {
		case errors.Is(err, ErrGone), errors.Is(err, syscall.EOPNOTSUPP): // It was removed; or it is threaded, and the group above lists its processes.
		case err != nil:
			return more, err
		}
		more = more || further
	}
	return more, nil
}

// heldAtOnce is how many processes are held open at a time.
const heldAtOnce = 64

// in signals those in one group.
func (v *volley) in(dir *os.Root) (more bool, err error) {
	pids, err := procsIn(dir)
	if err != nil {
		return false, err
	}
	for some := range slices.Chunk(pids, heldAtOnce) {
		further, err := v.shoot(dir, some)
		if err != nil {
			return more, err
		}
		more = more || further
	}
	return more, nil
}

// shoot signals processes of a group. Whether they are still in it is asked while they are held: the numbers are then theirs.
func (v *volley) shoot(dir *os.Root, pids []int32) (more bool, err error) {
	var held []process
	defer func() {
		for _, p := range held {
			p.close()
		}
	}()
	for _, pid := range pids {
		if p, err := v.k.holdAny(pid); err == nil { // Else it has ended.
			held = append(held, p)
		}
	}
	still, err := procsIn(dir)
	if err != nil {
		return false, err
	}
	for _, p := range held {
		_, has := v.sent[p.key]
		switch why, spare := v.protected[p.key.PID]; {
		case has || !slices.Contains(still, p.key.PID):
		case spare:
			v.spared[p.key.PID] = why
		default:
			err := p.send(v.signal)
			if errors.Is(err, syscall.ESRCH) {
				err = nil // It was quicker to end.
			}
			v.sent[p.key], more = err, true
		}
	}
	return more, nil
}

// procsIn lists the processes in a group.
func procsIn(dir *os.Root) ([]int32, error) {
	text, err := readKnob(dir, fileProcs)
	pids, _ := numbersIn(text)
	return pids, err
}
