package uitest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// patience is how long a wait lasts whose context has no deadline: long enough
// for a first scan on a loaded host.
const patience = time.Minute

// ErrEnded is met by who waits for a screen of a program that is gone.
var ErrEnded = errors.New("the program has ended")

// WaitFor waits until text is on the screen. See Wait.
func (t *Terminal) WaitFor(ctx context.Context, text string) error {
	return t.Wait(ctx, fmt.Sprintf("%q", text), func(screen string) bool {
		return strings.Contains(screen, text)
	})
}

// WaitGone waits until text is no longer on the screen. See Wait.
func (t *Terminal) WaitGone(ctx context.Context, text string) error {
	return t.Wait(ctx, fmt.Sprintf("%q to go", text), func(screen string) bool {
		return !strings.Contains(screen, text)
	})
}

// Wait waits until ok holds for the screen. It gives up at the deadline of ctx
// (a minute from now if there is none) or when the program has ended
// (ErrEnded); the error shows what was waited for and the screen.
func (t *Terminal) Wait(ctx context.Context, what string, ok func(screen string) bool) error {
	ctx, cancel := withPatience(ctx)
	defer cancel()
	for {
		changed, ended := t.watch()
		screen := t.Screen()
		if ok(screen) {
			return nil
		}
		if ended {
			return fmt.Errorf("wait for %s: %w; screen:\n%s", what, ErrEnded, screen)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w; screen:\n%s", what, ctx.Err(), screen)
		}
	}
}

// WaitRaw waits until the program has written a sequence, which a screen need not show. See Wait.
func (t *Terminal) WaitRaw(ctx context.Context, sequence string) error {
	return t.Wait(ctx, fmt.Sprintf("the output %q", sequence), func(string) bool {
		return strings.Contains(string(t.Raw()), sequence)
	})
}

// WaitIdle waits until nothing was written for the time quiet, or the program
// has ended.
func (t *Terminal) WaitIdle(ctx context.Context, quiet time.Duration) error {
	ctx, cancel := withPatience(ctx)
	defer cancel()
	for {
		changed, ended := t.watch()
		if ended {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(quiet):
			return nil
		case <-ctx.Done():
			return fmt.Errorf("wait for %s without output: %w; screen:\n%s", quiet, ctx.Err(), t.Screen())
		}
	}
}

// watch returns a channel that is closed at the next change. It is taken before
// the screen is read, so that no change falls between the two.
func (t *Terminal) watch() (changed <-chan struct{}, ended bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.changed, t.ended
}

func withPatience(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, patience)
}
