package actions

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// SignalGroup sends a signal to all that are in a group itself when the step is applied.
type SignalGroup struct {
	Group  Group
	Signal unix.Signal
}

// Shell implements Step.
func (s SignalGroup) Shell() string {
	return fmt.Sprintf("kill -%s $(cat %s)", signalName(s.Signal), quote(s.Group.file(fileProcs)))
}

// Inverse implements Step.
func (s SignalGroup) Inverse() []Step {
	if opposite, ok := opposites[s.Signal]; ok {
		return []Step{SignalGroup{s.Group, opposite}}
	}
	return nil
}

// signalGroup signals all that are in a group, and goes on until nobody is in it that has not got the signal: those that
// were forked meanwhile get it too.
func (k Kernel) signalGroup(ctx context.Context, s SignalGroup) (Done, error) {
	dir, err := k.open(s.Group)
	if errors.Is(err, ErrGone) {
		return Done{Step: s, Says: "the group is gone, and with it all that were in it"}, nil
	}
	if err != nil {
		return Done{}, err
	}
	defer dir.Close() //nolint:errcheck // It was only read from.
	sent := map[probe.TaskKey]error{}
	done := Done{Step: s, Inverse: s.Inverse()}
	all, err := k.eventually(ctx, func() (bool, error) {
		more, err := k.signalNew(dir, s.Signal, sent)
		return !more, err
	})
	done.Says = fmt.Sprintf("SIG%s sent to %s", signalName(s.Signal), count(len(sent), "process"))
	for _, refused := range sent {
		err = errors.Join(err, refused)
	}
	if err == nil && !all {
		err = fmt.Errorf("signalling all was %w: they fork faster", ErrUnsettled)
	}
	if len(sent) == 0 && err != nil {
		return Done{}, err
	}
	return done, err
}

// signalNew signals those in a group that have not got the signal, and reports whether there were any.
func (k Kernel) signalNew(dir *os.Root, sig unix.Signal, sent map[probe.TaskKey]error) (bool, error) {
	pids, err := procsIn(dir)
	if err != nil {
		return false, err
	}
	more := false
	for _, pid := range pids {
		p, err := k.holdAny(pid)
		if _, has := sent[p.key]; err != nil || has {
			p.close()
			continue // It has ended, or has it.
		}
		// Whether it is still in the group is asked while it is held: the number is then its own.
		if now, err := procsIn(dir); err == nil && slices.Contains(now, pid) {
			sent[p.key], more = p.send(sig), true
		}
		p.close()
	}
	return more, nil
}

// procsIn lists the processes in a group.
func procsIn(dir *os.Root) ([]int32, error) {
	text, err := readKnob(dir, fileProcs)
	if err != nil {
		return nil, err
	}
	var pids []int32
	for field := range strings.FieldsSeq(text) {
		pid, err := strconv.ParseInt(field, 10, 32)
		if err == nil && pid > 0 {
			pids = append(pids, int32(pid))
		}
	}
	return pids, nil
}
