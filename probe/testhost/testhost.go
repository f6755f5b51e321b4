// Package testhost lays out a host's /proc and /sys in a temporary directory, from a txtar archive that can be read and
// changed in any editor. Only tests import it.
//
// An archive says what a host looks like in entries of these forms; parent directories are made as needed:
//
//	-- proc/1/cgroup --                   a file, with the lines that follow
//	-- proc/1/cmdline = "init\x00" --     a file with exactly these bytes, written as a Go string
//	-- sys/fs/cgroup/lab/ --              a directory, with a file for each line that follows: NAME CONTENT, where \n in the
//	                                      content parts its lines and a last one is added; NAME alone is an empty file
//	-- proc/self -> 1 --                  a symbolic link
//	-- proc/1/ns -> --                    a directory of links, which follow, parted by blanks: NAME=TARGET each,
//	                                      or for a link to TYPE:[INODE] that is named TYPE only that
//	-- denied --                          paths, one a line, which nobody may read
//
// A name with blanks or odd bytes, and a target with odd bytes, is written as a Go string in quotes.
//
// Permissions do not bind root, so that no archive can deny it anything. A test of what is denied runs as another user,
// through AsNobody.
package testhost

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Host is a host laid out in a directory. The paths are what a scanner takes as its roots.
type Host struct {
	Dir  string // What holds both.
	Proc string
	Sys  string
}

// Load lays out the archive in a file. The test fails if it cannot, and removes the host when it ends.
func Load(t testing.TB, file string) Host {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("read archive: %v", err)
	}
	return Parse(t, string(text))
}

// Parse lays out an archive given as text. The test fails if it cannot, and removes the host when it ends.
func Parse(t testing.TB, archive string) Host {
	t.Helper()
	dir := t.TempDir()
	h := Host{Dir: dir, Proc: filepath.Join(dir, "proc"), Sys: filepath.Join(dir, "sys")}
	for _, d := range []string{h.Proc, h.Sys} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatalf("make %s: %v", d, err)
		}
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if f.Name == deniedName {
			h.deny(t, strings.Fields(string(f.Data)))
			continue
		}
		if err := h.lay(f); err != nil {
			t.Fatalf("lay out %q: %v", f.Name, err)
		}
	}
	return h
}

// deniedName is the entry that lists what nobody may read.
const deniedName = "denied"

// deny takes all rights from files and directories, until the test ends: then they must be removable again.
func (h Host) deny(t testing.TB, names []string) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Fatal("root is denied nothing: run the test through testhost.AsNobody")
	}
	for _, name := range names {
		path := filepath.Join(h.Dir, name)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatalf("deny %s: %v", name, err)
		}
		t.Cleanup(func() { _ = os.Chmod(path, 0o700) }) // Where it fails, removing the directory says so.
	}
}
