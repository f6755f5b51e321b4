package actions

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"bulkhead/probe"
)

// Journal is the log of changes of one user: a file of JSON lines, to which is only ever added.
type Journal struct {
	path  string
	boot  string
	roots probe.Roots
}

// OpenJournal returns the log below a user's state directory, such as $XDG_STATE_HOME, of changes to a host. Nothing is made
// before the first change. The kernel tells its boot_id, which is another after each start, in proc(5).
func OpenJournal(state string, roots probe.Roots) (Journal, error) {
	boot, err := os.ReadFile(filepath.Join(probe.Live.Proc, "sys/kernel/random/boot_id"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Journal{}, fmt.Errorf("read boot id: %w", err)
	}
	return Journal{filepath.Join(state, "bulkhead", "changes.jsonl"), string(boot[:max(0, len(boot)-1)]), roots}, nil
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

// Add adds the outcome of a plan that made a change. No lock is taken for that: whoever holds it may be frozen.
func (j Journal) Add(r Result) error {
	return j.write(line{Entry: EntryOf(r), boot: j.boot, roots: j.roots, remade: r.Remade()})
}

// write adds a line in one call, so that two programs that write at once keep their lines whole.
func (j Journal) write(l line) error {
	text, err := json.Marshal(l)
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
		text = append([]byte{'\n'}, text...)
	}
	_, err = file.Write(append(text, '\n'))
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
