package probe

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"bulkhead/probe/reading"
)

// Knob is one file of a group.
type Knob struct {
	Name     string          // Such as cpuset.cpus.
	Text     Reading[string] // What it says, without the newline at its end; absent where it can only be written.
	Writable bool            // Its mode lets somebody write it: not necessarily the reader.
	uid      uint32          // Who owns it.
}

// Knobs lists the files of a group's directory, as the host names it, by name. The kernel gives a file of controls that
// nobody may read no right to be read, and one that nobody may write none to be written.
func (r Roots) Knobs(dir string) ([]Knob, error) {
	if dir == "" { // It would be the current directory.
		return nil, fmt.Errorf("list knobs: the group is not mounted in sight: %w", os.ErrNotExist)
	}
	entries, err := os.ReadDir(r.Locate(dir))
	if err != nil {
		return nil, fmt.Errorf("list knobs: %w", err)
	}
	var knobs []Knob
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue // A group below, or a file that has just gone.
		}
		k := Knob{Name: e.Name(), Writable: info.Mode().Perm()&0o222 != 0, uid: ownerOf(info)}
		if info.Mode().Perm()&0o444 != 0 {
			k.Text = r.Knob(dir, k.Name)
		}
		knobs = append(knobs, k)
	}
	return knobs, nil
}

// maxKnob is the most that is read of a knob.
const maxKnob = 1 << 20

// Knob reads one file of a group's directory, as the host names it. Of a group that is not mounted in sight, which has no
// directory, it is unreached.
func (r Roots) Knob(dir, name string) Reading[string] {
	if dir == "" { // It would be the current directory.
		return reading.None[string](reading.Unreached)
	}
	file, err := os.Open(filepath.Join(r.Locate(dir), name))
	if err != nil {
		return reading.None[string](reading.Why(err))
	}
	defer file.Close() //nolint:errcheck // Nothing was written.
	text, err := io.ReadAll(io.LimitReader(file, maxKnob))
	return reading.From(strings.TrimSuffix(string(text), "\n"), err)
}
