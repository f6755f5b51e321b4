package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"time"
)

// typist is a program with a list of processes that a text can be typed to choose from.
type typist struct {
	program
	filter string // The key that begins it.
}

// typists are those that are installed, and bulkhead from either source.
func (b bench) typists() []typist {
	var all []typist
	if _, err := exec.LookPath("htop"); err == nil {
		all = append(all, typist{program{command{"htop", []string{"htop", "-d", "10"}}, "PID"}, `\`})
	}
	for _, source := range sources() {
		command := command{"bulkhead tasks --source " + source, []string{b.program, "tasks", "--no-config", "--source", source}}
		all = append(all, typist{program{command, "PID"}, "/"})
	}
	return all
}

// typing is how long letters took from the key to the screen.
type typing struct {
	typist
	letters []time.Duration // Sorted.
}

// within is what so many of a hundred letters took at most.
func (t typing) within(percent int) time.Duration { return t.letters[(len(t.letters)-1)*percent/100] }

// script is the keys that are typed: a word and its letters erased again, ten times.
func script() (keys []string) {
	for range 10 {
		for _, letter := range "sleep" {
			keys = append(keys, string(letter))
		}
		keys = append(keys, slices.Repeat([]string{"\x7f"}, len("sleep"))...)
	}
	return keys
}

// typeInto types into the filter of a program, which goes on to scan once a second. The pauses between the keys are different
// ones, so that they do not fall in with that.
func typeInto(ctx context.Context, of typist) (typing, error) {
	took := typing{typist: of}
	t, err := start(ctx, of.program)
	if err != nil {
		return took, fmt.Errorf("%s: %w", of.name, err)
	}
	defer t.end()
	if took.letters, err = t.letters(ctx, of.filter); err != nil {
		return took, fmt.Errorf("%s: %w", of.name, err)
	}
	slices.Sort(took.letters)
	return took, nil
}

// letters types the script behind the key that begins a filter.
func (t *terminal) letters(ctx context.Context, filter string) (took []time.Duration, err error) {
	if _, err := t.settled(ctx); err != nil {
		return nil, err
	}
	defer t.pty.WriteString("\r") //nolint:errcheck // The line is left, so that the program can be.
	if _, err := t.press(ctx, filter); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // The same pauses each time.
	for _, key := range script() {
		if err := pause(ctx, time.Duration(100+random.IntN(400))*time.Millisecond); err != nil {
			return nil, err
		}
		letter, err := t.press(ctx, key)
		if err != nil {
			return nil, err
		}
		took = append(took, letter)
	}
	return took, nil
}

// press presses a key, and returns how long it took until something was written: where processes are many that may be the letter,
// and the list that it chooses from them comes later.
func (t *terminal) press(ctx context.Context, key string) (time.Duration, error) {
	begin := time.Now()
	answer := t.await()
	if _, err := t.pty.WriteString(key); err != nil {
		return 0, fmt.Errorf("press a key: %w", err)
	}
	select {
	case at := <-answer:
		return at.Sub(begin), nil
	case <-time.After(patience):
		return 0, fmt.Errorf("no answer to a key within %v", patience)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// longestPause returns for how long at most a loop that only looks at the clock was kept from it: no program can promise to
// answer sooner than this on the machine.
func longestPause(window time.Duration) (longest time.Duration) {
	for begin, last := time.Now(), time.Now(); last.Sub(begin) < window; {
		now := time.Now()
		longest, last = max(longest, now.Sub(last)), now
	}
	return longest
}
