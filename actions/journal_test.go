package actions

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// oddGroup has a name of bytes that are no text.
var oddGroup = Group{
	GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/a\xff\x1b[2J"}, Mount: "/sys/fs/cgroup", Below: "/a\xff\x1b[2J", Inode: 1<<63 + 7,
}

// everyStep is one step of each kind.
var everyStep = []Step{
	Set{Group: oddGroup, File: "io.max", From: "8:0 rbps=max", To: "8:0 rbps=1\\xff", Back: "8:0 rbps=max"},
	Set{Group: oddGroup, File: fileKill, To: "1", Blind: true},
	Move{Task: probe.TaskKey{PID: 7, TID: 8, Start: 1 << 60}, Comm: "a\xfe", From: oddGroup, To: Group{}, File: fileThreads},
	Make{oddGroup},
	Remove{oddGroup, []Setting{{"pids.max", "max", "10"}}},
	Signal{probe.TaskKey{PID: 7, TID: 7, Start: 9}, "x", unix.SIGCONT},
	SignalGroup{oddGroup, unix.SIGSTOP},
	Mount{"cpuset", "/mnt/a b", true},
	Unmount{"none,name=x", "/mnt", false},
}

func testJournal(t *testing.T) Journal {
	t.Helper()
	j, err := OpenJournal(t.TempDir(), probe.Live)
	must(t, err)
	return j
}

func TestJournalKeepsEveryStep(t *testing.T) {
	j := testJournal(t)
	result := Result{At: time.Now(), Plan: Plan{Title: "all\xff"}}
	for _, step := range everyStep {
		result.Done = append(result.Done, Done{Step: step, Inverse: []Step{step}, Says: "x"})
	}
	must(t, j.Add(result))
	want := EntryOf(result)
	got, _, ok, err := j.Last()
	if !ok || err != nil {
		t.Fatalf("the last change: %v, %v", ok, err)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Errorf("it is read back otherwise (-written +read):\n%s", diff)
	}
}

// addNamed adds a change that one step takes back.
func addNamed(t *testing.T, j Journal, title string) {
	t.Helper()
	must(t, j.Add(Result{
		At: time.Now(), Plan: Plan{Title: title}, Done: []Done{{Step: Make{oddGroup}, Inverse: []Step{Remove{Group: oddGroup}}}},
	}))
}

// lastIs checks which change is the next to be undone; empty for none.
func lastIs(t *testing.T, j Journal, want string) Entry {
	t.Helper()
	last, _, ok, err := j.Last()
	if err != nil || last.Title != want || ok != (want != "") {
		t.Fatalf("the last change is %q (%v, %v), want %q", last.Title, ok, err, want)
	}
	return last
}

// carriedOut is a kernel to which everything can be done, and is.
func carriedOut(plan Plan) Result {
	r := Result{At: time.Now(), Plan: plan}
	for _, step := range plan.Steps {
		r.Done = append(r.Done, Done{Step: step, Inverse: step.Inverse()})
	}
	return r
}

func TestJournalUndoGoesBack(t *testing.T) {
	j := testJournal(t)
	for _, title := range []string{"first", "second", "third"} {
		addNamed(t, j, title)
	}
	for _, want := range []string{"third", "second", "first"} {
		r, err := j.Apply(t.Context(), lastIs(t, j, want).UndoPlan(), carriedOut)
		must(t, errors.Join(r.Err, err))
	}
	lastIs(t, j, "")
}

func TestJournalPassesOverWhatIsCutOff(t *testing.T) {
	j := testJournal(t)
	addNamed(t, j, "whole")
	file, err := os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = file.WriteString(`{"at":"2026-`)
	must(t, errors.Join(err, file.Close()))
	lastIs(t, j, "whole")
}

func TestJournalOfAnotherHost(t *testing.T) {
	for name, other := range map[string]func(*Journal){
		"after a restart": func(j *Journal) { j.boot = "another" },
		"of a directory":  func(j *Journal) { j.roots = probe.Roots{Proc: "/mnt/proc", Sys: "/mnt/sys"} },
	} {
		t.Run(name, func(t *testing.T) {
			j := testJournal(t)
			there := j
			other(&there)
			addNamed(t, j, "here")
			addNamed(t, there, "there")
			lastIs(t, j, "here")
			lastIs(t, there, "there")
			all, err := j.Entries()
			if err != nil || len(all) != 2 || all[0].Foreign || !all[1].Foreign {
				t.Errorf("the log has %+v (%v), want one change of here and one of elsewhere", all, err)
			}
		})
	}
}

func TestJournalIsPrivate(t *testing.T) {
	j := testJournal(t)
	addNamed(t, j, "")
	for path, want := range map[string]os.FileMode{j.path: 0o600, filepath.Dir(j.path): 0o700} {
		info, err := os.Stat(path)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the mode %o, want %o", path, got, want)
		}
	}
}

func TestJournalAfterACutOffLine(t *testing.T) {
	j := testJournal(t)
	must(t, os.MkdirAll(filepath.Dir(j.path), 0o700))
	must(t, os.WriteFile(j.path, []byte(`{"at":"2026-`), 0o600))
	addNamed(t, j, "next")
	lastIs(t, j, "next")
}

func TestJournalOfAnotherIsNotBelieved(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"others may write": func(t *testing.T, path string) { must(t, os.Chmod(path, 0o622)) },
		"a link": func(t *testing.T, path string) {
			must(t, os.Rename(path, path+".real"))
			must(t, os.Symlink(path+".real", path))
		},
		"a pipe": func(t *testing.T, path string) {
			must(t, os.Remove(path))
			must(t, unix.Mkfifo(path, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := testJournal(t)
			addNamed(t, j, "x")
			spoil(t, j.path)
			if _, _, _, err := j.Last(); err == nil {
				t.Error("it is read, want a refusal")
			}
			if err := j.Pass(Entry{At: time.Now()}); err == nil {
				t.Error("it is written, want a refusal")
			}
		})
	}
}
