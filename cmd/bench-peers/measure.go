package main

import (
	"context"
	"time"

	"bulkhead/probe"
)

// measured is what was measured beside one crowd.
type measured struct {
	size      int
	oneShots  []oneShot
	screens   []onScreen
	refreshes []refresh
	typing    []typing
	pause     time.Duration // See longestPause.
}

// sources are where a running program may read tasks from here.
func sources() []string {
	if probe.Live.TryIterator() != nil {
		return []string{"proc"}
	}
	return []string{"proc", "bpf"}
}

// measure measures everything beside one crowd.
func (b bench) measure(ctx context.Context, size int, o options) (measured, error) {
	m := measured{size: size}
	disperse, err := b.gather(ctx, size)
	if err != nil {
		return m, err
	}
	defer disperse()
	if m.oneShots, err = b.runAll(ctx, o.rounds); err != nil {
		return m, err
	}
	for _, source := range sources() {
		r, err := refreshes(ctx, source)
		if err != nil {
			return m, err
		}
		m.refreshes = append(m.refreshes, r)
	}
	if o.window <= 0 {
		return m, nil
	}
	err = b.onScreens(ctx, &m, o.window)
	return m, err
}

// onScreens measures the programs that redraw themselves.
func (b bench) onScreens(ctx context.Context, m *measured, window time.Duration) error {
	for _, p := range b.programs() {
		seen, err := watch(ctx, p, window)
		if err != nil {
			return err
		}
		m.screens = append(m.screens, seen)
	}
	for _, t := range b.typists() {
		took, err := typeInto(ctx, t)
		if err != nil {
			return err
		}
		m.typing = append(m.typing, took)
	}
	m.pause = longestPause(min(window, settle))
	return ctx.Err() //nolint:wrapcheck // It was interrupted.
}

// cpuOf returns the median CPU time of a command; 0 where it was not run.
func (m *measured) cpuOf(name string) time.Duration {
	for i := range m.oneShots {
		if m.oneShots[i].name == name {
			return median(m.oneShots[i].cpu)
		}
	}
	return 0
}
