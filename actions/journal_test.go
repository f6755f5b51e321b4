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
	j, err := OpenJournal(t.TempDir())
	must(t, err)
	return j
}

func TestJournalKeepsEveryStep(t *testing.T) {
	j := testJournal(t)
	result := Result{At: time.Now(), Plan: Plan{Title: "all\xff"}}
	for _, step := range everyStep {
		result.Done = append(result.Done, Done{Step: step, Inverse: []Step{step}, Says: "x"})
	}
	want, err := j.Add(result)
	must(t, err)
	got, ok, err := j.Last()
	if !ok || err != nil {
		t.Fatalf("the last change: %v, %v", ok, err)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Errorf("it is read back otherwise (-written +read):\n%s", diff)
	}
}

func TestJournalUndoGoesBack(t *testing.T) {
	j := testJournal(t)
	for i, title := range []string{"first", "second", "third"} {
		_, err := j.Add(Result{
			At:   time.Unix(int64(i), 0),
			Plan: Plan{Title: title}, Done: []Done{{Step: Make{oddGroup}, Inverse: []Step{Remove{Group: oddGroup}}}},
		})
		must(t, err)
	}
	for _, want := range []string{"third", "second", "first"} {
		last, ok, err := j.Last()
		if !ok || err != nil || last.Title != want {
			t.Fatalf("the last change is %q (%v, %v), want %q", last.Title, ok, err, want)
		}
		must(t, j.MarkUndone(last.At))
	}
	if last, ok, err := j.Last(); ok || err != nil {
		t.Errorf("all are undone, and yet %q is left (%v)", last.Title, err)
	}
}

func TestJournalPassesOverWhatIsCutOff(t *testing.T) {
	j := testJournal(t)
	_, err := j.Add(Result{At: time.Now(), Plan: Plan{Title: "whole"}, Done: []Done{{Step: Make{oddGroup}, Inverse: []Step{Remove{Group: oddGroup}}}}})
	must(t, err)
	file, err := os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = file.WriteString(`{"at":"2026-`)
	must(t, errors.Join(err, file.Close()))
	if last, ok, err := j.Last(); !ok || err != nil || last.Title != "whole" {
		t.Errorf("the last change is %q (%v, %v), want the whole one", last.Title, ok, err)
	}
}

func TestJournalOfAnotherBoot(t *testing.T) {
	j := testJournal(t)
	_, err := j.Add(Result{At: time.Now(), Plan: Plan{Title: "before"}, Done: []Done{{Step: Make{oddGroup}, Inverse: []Step{Remove{Group: oddGroup}}}}})
	must(t, err)
	j.boot = "another"
	if last, ok, _ := j.Last(); ok {
		t.Errorf("%q is of another boot, and cannot be undone", last.Title)
	}
}

func TestJournalIsPrivate(t *testing.T) {
	j := testJournal(t)
	_, err := j.Add(Result{At: time.Now(), Done: []Done{{Step: Make{oddGroup}}}})
	must(t, err)
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
	_, err := j.Add(Result{At: time.Now(), Plan: Plan{Title: "next"}, Done: []Done{{Step: Make{oddGroup}, Inverse: []Step{Remove{Group: oddGroup}}}}})
	must(t, err)
	if last, ok, err := j.Last(); !ok || err != nil || last.Title != "next" {
		t.Errorf("the last change is %q (%v, %v), want the next one", last.Title, ok, err)
	}
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
			_, err := j.Add(Result{At: time.Now(), Done: []Done{{Step: Make{oddGroup}, Inverse: []Step{Remove{Group: oddGroup}}}}})
			must(t, err)
			spoil(t, j.path)
			if _, _, err := j.Last(); err == nil {
				t.Error("it is read, want a refusal")
			}
			if err := j.MarkUndone(time.Now()); err == nil {
				t.Error("it is written, want a refusal")
			}
		})
	}
}
