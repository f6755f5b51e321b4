package actions

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// Entry is one change in the log: a plan that was applied, wholly or in part.
type Entry struct {
	At      time.Time
	Boot    string // boot_id of the kernel it was applied to: after a restart nothing of it is left to be undone.
	Title   string
	Shell   string // The steps that stand, as a person would type them.
	Outcome string // What the kernel said, or why the plan failed.
	Failed  bool
	Undo    []Step // What takes it back, in order; empty where nothing can.
	Undone  bool
}

// UndoPlan returns the plan that takes the change back.
func (e Entry) UndoPlan() Plan { return Plan{Title: "Undo: " + e.Title, Steps: e.Undo, Undoes: e.At} }

// Journal is the log of changes of one user: a file of JSON lines, to which is only ever added.
type Journal struct {
	path string
	boot string
}

// OpenJournal returns the log below a user's state directory, such as $XDG_STATE_HOME. Nothing is made before the first change.
func OpenJournal(state string) (Journal, error) {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Journal{}, fmt.Errorf("read boot id: %w", err)
	}
	return Journal{filepath.Join(state, "bulkhead", "changes.jsonl"), string(boot[:max(0, len(boot)-1)])}, nil
}

// StateDir returns where a user's programs keep their state, by the XDG base directory specification.
func StateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the state directory: %w", err)
	}
	return filepath.Join(home, ".local", "state"), nil
}

// Add adds the outcome of a plan.
func (j Journal) Add(r Result) (Entry, error) {
	e := EntryOf(r)
	e.Boot = j.boot
	return e, j.write(e)
}

// MarkUndone notes that the change that was made at a time was taken back, or is to be passed over.
func (j Journal) MarkUndone(at time.Time) error { return j.write(Entry{At: at, Undone: true}) }

// write adds a line in one call, so that two programs that write at once keep their lines whole.
func (j Journal) write(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(j.path), 0o700); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	file, err := j.open(os.O_RDWR | os.O_APPEND | os.O_CREATE)
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	if cutOff(file) {
		line = append([]byte{'\n'}, line...)
	}
	_, err = file.Write(append(line, '\n'))
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return nil
}

// errForeignLog is returned for a log that another user may have written: what it says is done by undo.
var errForeignLog = errors.New("not a file of this user alone")

// open opens the log, which must be a plain file of this user that nobody else may write to.
func (j Journal) open(flags int) (*os.File, error) {
	file, err := os.OpenFile(j.path, flags|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err //nolint:wrapcheck // Its callers say what the file is.
	}
	info, err := file.Stat()
	if err == nil {
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok || !info.Mode().IsRegular() || int(st.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
			err = fmt.Errorf("%s: %w", j.path, errForeignLog)
		}
	}
	if err != nil {
		_ = file.Close() // Nothing was done with it.
		return nil, err
	}
	return file, nil
}

// cutOff reports whether a log does not end with a line, as where the disk was full.
func cutOff(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	var last [1]byte
	_, err = file.ReadAt(last[:], info.Size()-1)
	return err == nil && last[0] != '\n'
}

// Entries reads the log, the oldest change first. A line that is not understood, as one that was cut off, is passed over.
func (j Journal) Entries() ([]Entry, error) {
	file, err := j.open(os.O_RDONLY)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	var all []Entry
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		var e Entry
		if len(line) > 0 && json.Unmarshal(line, &e) == nil {
			all = merge(all, e)
		}
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, fmt.Errorf("read log: %w", err)
		}
	}
}

// merge adds an entry, or the note that one was undone.
func merge(all []Entry, e Entry) []Entry {
	i := slices.IndexFunc(all, func(known Entry) bool { return known.At.Equal(e.At) })
	switch {
	case i >= 0 && e.Undone:
		all[i].Undone = true
		return all
	case e.Undone:
		return all
	}
	return append(all, e)
}

// Last returns the last change that can be undone, of this boot.
func (j Journal) Last() (Entry, bool, error) {
	all, err := j.Entries()
	for _, e := range slices.Backward(all) {
		if !e.Undone && len(e.Undo) > 0 && e.Boot == j.boot {
			return e, true, err
		}
	}
	return Entry{}, false, err
}

// EntryOf returns what the log keeps of a result.
func EntryOf(r Result) Entry {
	e := Entry{At: r.At, Title: r.Plan.Title, Failed: r.Err != nil, Outcome: r.Says()}
	var stand Plan
	for _, done := range r.Done {
		stand.Steps = append(stand.Steps, done.Step)
	}
	e.Shell = stand.Shell()
	undo, _ := r.Undo()
	e.Undo = undo.Steps
	return e
}
