package actions

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/probe"
)

// chain makes changes to one hierarchy of the running kernel that are logged, and undoes them by a log that is opened anew.
type chain struct {
	t *testing.T
	j Journal
	l lab
}

// eachHierarchy runs a test in a group of every kind of hierarchy that this kernel has mounted, with a knob of it.
func eachHierarchy(t *testing.T, test func(c chain, file, value string)) {
	t.Helper()
	asRoot(t)
	ran := false
	for label, knob := range map[string][2]string{
		"v2": {"cgroup.max.depth", "7"}, "freezer": {"notify_on_release", "1"}, "cpuset": {"cpuset.cpus", "0"},
	} {
		if mountOf(t, label) != "" {
			ran = true
			t.Run(label, func(t *testing.T) {
				l := makeLab(t, label)
				for _, file := range []string{"cpuset.cpus", "cpuset.mems"} { // A new group of version 1 has none, and nobody may enter it.
					if text, err := os.ReadFile(filepath.Join(filepath.Dir(l.dir), file)); err == nil {
						must(t, os.WriteFile(filepath.Join(l.dir, file), text, 0))
					}
				}
				test(chain{t, testJournal(t), l}, knob[0], knob[1])
			})
		}
	}
	if !ran {
		t.Fatal("no hierarchy is mounted: mount one")
	}
}

// do makes a change.
func (c chain) do(intent Intent) {
	c.t.Helper()
	r := apply(c.t, intent)
	must(c.t, errors.Join(r.Err, c.j.Add(r)))
}

// undo takes the last change back.
func (c chain) undo() Result {
	c.t.Helper()
	j := reopened(c.j)
	last, _, ok, err := j.Last()
	if err != nil || !ok {
		c.t.Fatalf("nothing is left to undo (%v)", err)
	}
	r, err := j.Apply(c.t.Context(), last.UndoPlan(), func(p Plan) Result { return NewKernel(probe.Live).Apply(c.t.Context(), p) })
	must(c.t, err)
	return r
}

// undoAll undoes until nothing is left, and returns how many changes that were.
func (c chain) undoAll() int {
	c.t.Helper()
	for n := 0; ; n++ {
		_, _, ok, err := reopened(c.j).Last()
		must(c.t, err)
		if !ok {
			return n
		}
		if r := c.undo(); r.Err != nil {
			c.t.Fatalf("%s: %v", r.Plan.Title, r.Err)
		}
	}
}

// tree is what is set in the groups below the lab, and who is in them.
func (c chain) tree() map[string]string {
	c.t.Helper()
	tree := map[string]string{}
	for _, dir := range append([]string{c.l.dir}, subdirectories(c.l.dir)...) {
		for _, file := range append([]string{fileProcs}, usualFiles()...) {
			if text, err := os.ReadFile(filepath.Join(dir, file)); err == nil {
				tree[strings.TrimPrefix(dir, c.l.dir)+"/"+file] = string(text)
			}
		}
	}
	return tree
}

func usualFiles() []string {
	var files []string
	for _, u := range usual {
		files = append(files, u.file)
	}
	return files
}

// same checks that the groups are as they were.
func (c chain) same(want map[string]string) {
	c.t.Helper()
	if diff := cmp.Diff(want, c.tree()); diff != "" {
		c.t.Errorf("it is not as it was (-before +after):\n%s", diff)
	}
}

// TestUndoAllOfAGroupsLife undoes, one by one, all that was done to a group from its making to its removal.
func TestUndoAllOfAGroupsLife(t *testing.T) {
	eachHierarchy(t, func(c chain, file, value string) {
		pid := c.l.start("exec sleep 1000")
		task, g := []probe.TaskKey{keyOf(c.t, pid)}, c.l.below("/outer/g")
		before := c.tree()
		c.do(MakeGroup(g, MakeOptions{}))
		c.do(SetKnob(g, file, value, false))
		c.do(MoveTasks(task, g, MoveOptions{}))
		within := c.tree()
		c.do(MoveTasks(task, c.l.key, MoveOptions{}))
		c.do(RemoveGroup(c.l.below("/outer"), RemoveOptions{Below: true}))
		for range 2 {
			must(c.t, c.undo().Err)
		}
		c.same(within)
		if n := c.undoAll(); n != 3 {
			c.t.Errorf("%d more changes were undone, want 3", n)
		}
		c.same(before)
	})
}

// TestUndoOfAGroupMadeTwiceAgain removes a group again after that was undone.
func TestUndoOfAGroupMadeTwiceAgain(t *testing.T) {
	eachHierarchy(t, func(c chain, file, value string) {
		before, g := c.tree(), c.l.below("/g")
		c.do(MakeGroup(g, MakeOptions{}))
		c.do(SetKnob(g, file, value, false))
		for range 2 {
			c.do(RemoveGroup(g, RemoveOptions{}))
			must(c.t, c.undo().Err)
		}
		c.do(RemoveGroup(g, RemoveOptions{}))
		if n := c.undoAll(); n != 3 {
			c.t.Errorf("%d changes were undone, want 3", n)
		}
		c.same(before)
	})
}

// TestUndoSparesWhatOthersMadeAgain: a group of the same name that somebody else made is another one.
func TestUndoSparesWhatOthersMadeAgain(t *testing.T) {
	eachHierarchy(t, func(c chain, file, value string) {
		g := c.l.below("/g")
		c.do(MakeGroup(g, MakeOptions{}))
		c.do(SetKnob(g, file, value, false))
		c.do(RemoveGroup(g, RemoveOptions{}))
		must(c.t, c.undo().Err)
		dir := filepath.Join(c.l.dir, "g")
		must(c.t, os.Remove(dir))
		must(c.t, os.Mkdir(dir, 0o755))
		before := c.tree()
		for range 2 {
			if r := c.undo(); !errors.Is(r.Err, ErrReplaced) {
				c.t.Errorf("%s came to %v, want %v", r.Plan.Title, r.Err, ErrReplaced)
			}
		}
		lastIs(c.t, c.j, "")
		c.same(before)
	})
}

// TestAgainAndBack does all again after all was undone, the first change first, as the screen can: by the results.
func TestAgainAndBack(t *testing.T) {
	eachHierarchy(t, func(c chain, file, value string) {
		before, g := c.tree(), c.l.below("/g")
		kernel := func(p Plan) Result { return NewKernel(probe.Live).Apply(c.t.Context(), p) }
		c.do(MakeGroup(g, MakeOptions{}))
		c.do(SetKnob(g, file, value, false))
		set := c.tree()
		var undone []Result
		for range 2 {
			undone = append(undone, c.undo())
		}
		for _, r := range slices.Backward(undone) {
			again, whole := r.Undo()
			r, err := reopened(c.j).Apply(c.t.Context(), again, kernel)
			if must(c.t, errors.Join(r.Err, err)); !whole {
				c.t.Errorf("%s: not all of it can be done", again.Title)
			}
		}
		c.same(set)
		if n := c.undoAll(); n != 2 {
			c.t.Errorf("%d changes were undone, want the 2 that were made again", n)
		}
		c.same(before)
	})
}

// TestBeforeAResult: what is kept in memory follows a group that is made again as the log does.
func TestBeforeAResult(t *testing.T) {
	eachHierarchy(t, func(c chain, file, value string) {
		before, g := c.tree(), c.l.below("/g")
		kernel := NewKernel(probe.Live)
		var stand []Result
		for _, intent := range []Intent{MakeGroup(g, MakeOptions{}), SetKnob(g, file, value, false)} {
			stand = append(stand, apply(c.t, intent))
		}
		removed := apply(c.t, RemoveGroup(g, RemoveOptions{}))
		undo, _ := removed.Undo()
		later := kernel.Apply(c.t.Context(), undo)
		must(c.t, errors.Join(removed.Err, later.Err))
		for _, r := range slices.Backward(stand) {
			undo, _ := r.Before(later).Undo()
			must(c.t, kernel.Apply(c.t.Context(), undo).Err)
		}
		c.same(before)
	})
}
