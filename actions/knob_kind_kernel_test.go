package actions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bulkhead/probe"
)

// TestKindsOfThisKernel holds the tables against the files of every hierarchy that this kernel has mounted: each is known,
// can be read and written as the kernel's modes say, and what it says now is a value that it takes.
func TestKindsOfThisKernel(t *testing.T) {
	asRoot(t)
	for _, h := range scanLive(t).Hierarchies {
		if h.MountPoint == "" || h.ReadOnly {
			continue
		}
		t.Run(h.Label, func(t *testing.T) {
			if h.Version == 2 {
				handOnFor(t, h.MountPoint, h.Controllers...)
			}
			l := makeLab(t, h.Label)
			knobs, err := probe.Live.Knobs(l.dir)
			must(t, err)
			for _, k := range knobs {
				checkKind(t, filepath.Join(l.dir, k.Name), k)
			}
		})
	}
}

// checkKind holds what is known of a file against the file.
func checkKind(t *testing.T, path string, knob probe.Knob) {
	t.Helper()
	kind := KindOf(knob.Name)
	info, err := os.Stat(path)
	must(t, err)
	if kind.Means == "" {
		checkUnknown(t, knob.Name, kind)
		return
	}
	readable := info.Mode().Perm()&0o444 != 0
	if !knob.Writable && kind.Access != AccessRead || !readable && kind.Access != AccessWrite && info.Mode().Perm() != 0 || readable && kind.Access == AccessWrite {
		t.Errorf("%s has the mode %v, and is said to be of access %d", knob.Name, info.Mode(), kind.Access)
	}
	if knob.Writable && kind.Access == AccessRead && !strings.HasSuffix(knob.Name, ".pressure") && !strings.HasSuffix(knob.Name, ".peak") {
		t.Errorf("%s can be written", knob.Name)
	}
	text, ok := knob.Text.Get()
	if !ok || text == "" || kind.Access != AccessBoth || knob.Name == fileType {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		if kind.Shape == ShapeKeyed {
			line = kind.form.back(text, line)
		} else {
			line = kind.form.back(text, "")
		}
		if err := kind.Check(line); err != nil {
			t.Errorf("what takes %s back is not taken: %v", knob.Name, err)
		}
	}
}

// releasedKernel is set where the kernel is known to be as its makers released it, so that all of its files are to be known.
const releasedKernel = "BULKHEAD_TEST_RELEASED_KERNEL"

// checkUnknown demands of a file that others have added to their kernel that it takes whatever that kernel takes.
func checkUnknown(t *testing.T, file string, kind KnobKind) {
	t.Helper()
	if os.Getenv(releasedKernel) != "" {
		t.Errorf("%s is not known", file)
	}
	if err := kind.Check("some text"); err != nil || kind.Access != AccessBoth {
		t.Errorf("%s, which is not known, is of access %d and refuses a text with %v", file, kind.Access, err)
	}
}
