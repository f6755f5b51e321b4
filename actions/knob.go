package actions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"bulkhead/probe/cgroup"
)

// set writes a control file and confirms what came of it.
func (k Kernel) set(ctx context.Context, s Set) (Done, error) {
	dir, err := k.open(s.Group)
	if err != nil {
		return Done{}, err
	}
	defer dir.Close() //nolint:errcheck // What was written to is closed already.
	if !s.Blind {
		now, err := readKnob(dir, s.File)
		if err != nil {
			return Done{}, err
		}
		if now != s.From {
			return Done{}, fmt.Errorf("%w: %s says %q, not %q", ErrStale, s.File, now, s.From)
		}
	}
	began := time.Now()
	if err := writeKnob(dir, s.File, s.To); err != nil {
		return Done{}, err
	}
	k.react(s)
	done := Done{Step: s, Inverse: s.Inverse()}
	done.Says, err = k.confirm(ctx, dir, s, began)
	if errors.Is(err, ErrUnsettled) {
		return k.withdraw(dir, s, done, err)
	}
	if !s.Blind && !s.Final && err == nil {
		back := Set{Group: s.Group, File: s.File, To: s.Back, Back: s.To}
		back.From, err = readKnob(dir, s.File) // What the kernel made of it.
		done.Inverse = []Step{back}
	}
	return done, err
}

// withdraw takes a freeze back that did not come to rest: left alone, it may still land long after it was given up.
func (k Kernel) withdraw(dir *os.Root, s Set, done Done, cause error) (Done, error) {
	if s.Blind || s.Final {
		return done, cause
	}
	if err := writeKnob(dir, s.File, s.Back); err != nil {
		return done, fmt.Errorf("%w, and could not be taken back: %w", cause, err)
	}
	return Done{}, fmt.Errorf("%w, and was taken back", cause)
}

// maxKnob is the most that is read of a control file.
const maxKnob = 1 << 20

// readKnob returns what a control file says, without the newline at its end.
func readKnob(dir *os.Root, file string) (string, error) {
	f, err := dir.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", file, err)
	}
	defer f.Close() //nolint:errcheck // Nothing was written.
	text, err := io.ReadAll(io.LimitReader(f, maxKnob))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", file, gone(err))
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// writeKnob writes a control file as a shell's echo does: in one call, with a newline. So the empty value too is seen by the
// kernel, to which a write of no bytes is nothing at all.
func writeKnob(dir *os.Root, file, value string) error {
	f, err := dir.OpenFile(file, os.O_WRONLY|os.O_TRUNC|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	_, err = f.WriteString(value + "\n")
	if closed := f.Close(); err == nil {
		err = closed
	}
	switch {
	case errors.Is(err, syscall.ENODEV):
		err = gone(err)
		fallthrough
	case err != nil: // ENOENT is about what was written: the file is there.
		return fmt.Errorf("write %q to %s: %w", value, file, err)
	}
	return nil
}

// confirm asks the kernel what came of a write, and waits where that takes a while.
func (k Kernel) confirm(ctx context.Context, dir *os.Root, s Set, began time.Time) (string, error) {
	switch s.File {
	case fileFreeze:
		return k.confirmFreeze(ctx, dir, freezing{"cgroup.events", s.To == "1", frozenV2, began})
	case fileFreezer:
		return k.confirmFreeze(ctx, dir, freezing{fileFreezer, s.To == stateFrozen, frozenV1, began})
	case fileKill:
		return k.confirmEmpty(ctx, dir)
	}
	if s.Blind {
		return "", nil
	}
	now, err := readKnob(dir, s.File)
	if err != nil {
		return "", err
	}
	says := fmt.Sprintf("%s is %s", s.File, said(now))
	if effective, ok := effectiveFiles[s.File]; ok {
		for _, file := range effective {
			if granted, err := readKnob(dir, file); err == nil {
				return says + ", effective " + said(granted), nil
			}
		}
	}
	return says, nil
}

// effectiveFiles name where the kernel says what it granted, in version 2 and in version 1.
var effectiveFiles = map[string][]string{
	"cpuset.cpus":           {"cpuset.cpus.effective", "cpuset.effective_cpus"},
	"cpuset.mems":           {"cpuset.mems.effective", "cpuset.effective_mems"},
	"cpuset.cpus.exclusive": {"cpuset.cpus.exclusive.effective"}, // Since Linux 6.7.
	"cpus":                  {"effective_cpus"},                  // Of a cpuset that is mounted with noprefix.
	"mems":                  {"effective_mems"},
}

// said writes what a file says for a person.
func said(value string) string {
	if value == "" {
		return "empty"
	}
	if first, _, more := strings.Cut(value, "\n"); more {
		return first + " …"
	}
	return value
}

// The files of the freezers.
const (
	fileFreeze  = "cgroup.freeze" // Version 2, since Linux 5.2.
	fileKill    = "cgroup.kill"   // Version 2, since Linux 5.14.
	fileFreezer = "freezer.state" // Version 1.

	stateFrozen = "FROZEN"
	stateThawed = "THAWED"
)

// freezing is a freeze or thaw that was asked for.
type freezing struct {
	file   string // Which says whether the group is frozen, as is reads it.
	frozen bool   // What was asked for.
	is     func(string) bool
	began  time.Time
}

// confirmFreeze waits until a group is frozen, or thawed.
func (k Kernel) confirmFreeze(ctx context.Context, dir *os.Root, f freezing) (string, error) {
	last, stopped := f.began, false
	settled, err := k.eventually(ctx, func() (bool, error) {
		// Whoever is frozen too looks again only when it is over.
		stopped = stopped || f.frozen && time.Since(last) > k.patience/2
		last = time.Now()
		text, err := readKnob(dir, f.file)
		return stopped || f.is(text) == f.frozen, err
	})
	switch {
	case err != nil:
		return "", err
	case stopped:
		return "frozen, and this program with it, until it was thawed again", nil
	case settled && f.frozen:
		return cgroup.Frozen.String(), nil
	case settled:
		return cgroup.Thawed.String(), nil
	case f.frozen:
		return "", fmt.Errorf("the freeze was %w: some task cannot be stopped", ErrUnsettled)
	}
	return "still frozen: a group above is", nil
}

func frozenV1(text string) bool { return text == stateFrozen }

func frozenV2(text string) bool { return strings.Contains(text+"\n", "frozen 1\n") }

// confirmEmpty waits until nobody lives in a group or below it.
func (k Kernel) confirmEmpty(ctx context.Context, dir *os.Root) (string, error) {
	empty, err := k.eventually(ctx, func() (bool, error) {
		text, err := readKnob(dir, "cgroup.events")
		return !strings.Contains(text+"\n", "populated 1\n"), err
	})
	if err == nil && !empty {
		return "", fmt.Errorf("the kill was %w: some task does not die", ErrUnsettled)
	}
	return "no process is left in it", err
}
