package ui_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/testhost"
	"bulkhead/ui"
	"bulkhead/ui/uitest"
)

// newFake is an Actions that applies nothing, for a test host.
func newFake(host testhost.Host) *ui.FakeActions {
	return &ui.FakeActions{Roots: probe.Roots{Proc: host.Proc, Sys: host.Sys}}
}

// startActing shows the hybrid host, on which anything can be done.
func startActing(t *testing.T, width, height int, prepare func(*ui.FakeActions), options ...uitest.Option) (*uitest.Program, *ui.FakeActions) {
	t.Helper()
	source, host := openHost(t, "hybrid")
	source.whole = true // Keys act on groups at once, where the first picture has none yet.
	fake := newFake(host)
	if prepare != nil {
		prepare(fake)
	}
	p := startWith(t, ui.Config{
		Source: source, Interval: time.Second, Actions: fake, Knob: fake.Roots.Knob, Knobs: fake.Roots.Knobs,
		Controllers: fake.Roots.Controllers, MountPoint: func(dir string) (actions.MountPoint, error) { return actions.MountPoint{Dir: dir}, nil },
		Kept: "enter keeps them in ~/.config/bulkhead/config.toml",
	}, width, height, options...)
	p.WaitFor("docker")
	p.WaitFor("3 worlds")
	return p, fake
}

func TestFreezeLookThawInThreeKeys(t *testing.T) {
	p, fake := startActing(t, 120, 36, func(f *ui.FakeActions) { f.Writes = true })
	p.Send("down", "down")
	p.WaitFor("▌docker 30721a9d9")
	p.Send("f")
	p.WaitFor("─ Freeze /docker/")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("cgroup.freeze is 1")
	p.Send("f")
	p.WaitFor("cgroup.freeze is 0")
	if got := fake.Applied(); len(got) != 2 || !strings.HasPrefix(got[1].Title, "Thaw") {
		t.Errorf("applied %v, want a freeze and a thaw", titles(got))
	}
	p.Send("u") // The thaw took the freeze back: nothing is left to undo.
	p.WaitFor("nothing of this session is left to undo")
}

func titles(plans []actions.Plan) []string {
	var all []string
	for _, p := range plans {
		all = append(all, p.Title)
	}
	return all
}

func TestPreviewBeginsOnCancel(t *testing.T) {
	p, fake := startActing(t, 120, 36, nil)
	p.Send("down", "down", "f")
	p.WaitFor("[ cancel ]")
	p.Send("enter")
	p.WaitGone("─ Freeze")
	p.Send("f")
	p.WaitFor("[ cancel ]")
	p.Send("right")
	p.WaitFor("[ apply ]")
	p.Send("tab")
	p.WaitFor("[ cancel ]")
	p.Send("l", "q")
	p.WaitGone("─ Freeze")
	if got := fake.Applied(); len(got) != 0 {
		t.Errorf("applied %v", titles(got))
	}
	p.Send("f")
	p.WaitFor("[ cancel ]")
	p.Send("right")
	p.WaitFor("[ apply ]")
	p.Send("enter")
	p.WaitFor("✓ Freeze")
	if got := fake.Applied(); len(got) != 1 {
		t.Errorf("applied %v, want one plan", titles(got))
	}
}

func TestCopyTheCommands(t *testing.T) {
	p, _ := startActing(t, 120, 36, nil)
	p.Send("3")
	p.WaitFor("▾ v2")
	p.Send("down", "down", "D")
	p.WaitFor("[ cancel ]")
	p.Send("y")
	p.WaitFor("copied the commands")
	p.WaitRaw("\x1b]52;c;ZWNobyAyMjA0MCA+") // echo 22040 >
}

func TestMenuSaysWhyNot(t *testing.T) {
	p, _ := startActing(t, 120, 36, nil)
	p.Send("3")
	p.WaitFor("▾ v2")
	p.Send("a")
	p.WaitFor("✗ the topmost group holds the system itself")
	p.Send("K") // It is refused: its reason is said in full, and nothing else happens.
	p.WaitFor("choose a group below it ")
	p.Send("esc", "down", "down", "a")
	p.WaitFor("kill all processes in it")
	p.Send("down", "down", "down", "enter")
	p.WaitFor("─ Kill /docker/")
	p.WaitFor("! cannot be undone")
	p.Send("esc") // One dialog is closed by it.
	p.WaitFor("kill all processes in it")
	p.Send("esc")
	p.WaitGone("kill all processes in it")
}

func TestRefusalInTheLastLine(t *testing.T) {
	p, _ := startActing(t, 120, 36, nil)
	p.Send("4")
	p.WaitFor("─ Tasks ─")
	p.Send("f")
	p.WaitFor("✗ the topmost group of a hierarchy cannot be frozen")
	p.Send("D")
	p.WaitFor("select a group")
	p.Send("1")
	p.WaitFor("─ Worlds ─")
	p.Send("space")
	p.WaitFor("select a process or thread to mark it")
}

func TestRefusalTooLongForTheLastLine(t *testing.T) {
	p, _ := startActing(t, 40, 12, nil)
	p.Send("4")
	p.WaitFor("Tasks")
	p.Send("f")
	p.WaitFor("─ Not possible")
	p.WaitFor("choose a group")
	p.Send("esc")
	p.WaitGone("Not possible")
}

func TestHalfFailed(t *testing.T) {
	p, fake := startActing(t, 120, 36, func(f *ui.FakeActions) { f.Fail = 2 })
	p.Send("3")
	p.WaitFor("▾ v2")
	p.Send("down", "down", "D")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("─ Stopped: Remove")
	p.WaitFor("✓ echo 22040 > /sys/fs/cgroup/unified/docker/cgroup.procs")
	p.WaitFor("✗ rmdir ")
	p.WaitFor("undo what stands")
	p.Send("enter")
	p.WaitFor("─ Undo: Remove")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("✓ Undo: Remove")
	if got := fake.Applied(); len(got) != 2 || len(got[1].Steps) != 1 {
		t.Errorf("applied %v", titles(got))
	}
	p.Send("L")
	p.WaitFor("undone")
}

func TestFailureInWords(t *testing.T) {
	p, fake := startActing(t, 120, 36, func(f *ui.FakeActions) {
		f.Fail = 1
		f.Why = actions.Explanation{Says: "somebody is in it", Help: "move those first", Way: actions.Thaw(probe.GroupKey{Hierarchy: "freezer", Path: "/lab/stop"})}
	})
	p.Send("down", "down", "f")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("─ Not done: Freeze")
	p.WaitFor("✗ somebody is in it")
	p.WaitFor("→ move those first")
	p.WaitFor("t try what would help")
	p.Send("t")
	p.WaitFor("─ Thaw freezer:/lab/stop")
	if got := fake.Applied(); len(got) != 1 {
		t.Errorf("applied %v", titles(got))
	}
}

func TestUndoAndLog(t *testing.T) {
	p, fake := startActing(t, 120, 36, nil)
	p.Send("L")
	p.WaitFor("nothing was changed yet")
	p.Send("esc", "down", "down", "f")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("u undoes it")
	p.Send("u")
	p.WaitFor("─ Undo: Freeze")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("✓ Undo: Freeze")
	p.Send("u")
	p.WaitFor("nothing of this session is left to undo")
	p.Send("L")
	p.WaitFor("14:03:22 ✓ Undo: Freeze")
	p.WaitFor("14:03:22 ✓ Freeze")
	p.Send("down", "enter")
	p.WaitFor("that is undone already")
	p.Send("up", "enter") // What took back is taken back: the group is frozen again.
	p.WaitFor("─ Again: Freeze")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("✓ Again: Freeze")
	p.Send("u")
	p.WaitFor("─ Undo: Freeze")
	if got := fake.Applied(); len(got) != 3 {
		t.Errorf("applied %v", titles(got))
	}
}

func TestMarks(t *testing.T) {
	p, _ := startActing(t, 120, 36, nil)
	p.Send("4")
	p.WaitFor("12 tasks")
	p.Send("down", "space")
	p.WaitFor("1 marked · 12 tasks")
	p.WaitFor("│*    500 root")
	p.Send("space")
	p.WaitFor("2 marked")
	p.Send("up")
	p.WaitFor("│◆    620 root")
	p.Send("K")
	p.WaitFor("2 processes")
	p.Send("esc", "up", "space")
	p.WaitFor("1 marked")
	p.Send("esc")
	p.WaitGone("marked")
}

// The row of a process that is gone is shown for a while, and cannot be marked: nothing could be done to it.
func TestMarkOfWhatIsGone(t *testing.T) {
	p, fake := startActing(t, 120, 36, nil)
	p.Send("4")
	p.WaitFor("12 tasks")
	p.Send("down")
	p.WaitFor("│▌    500 root")
	if err := os.RemoveAll(filepath.Join(fake.Roots.Proc, "500")); err != nil {
		t.Fatal(err)
	}
	p.Send("r")
	p.WaitFor("11 tasks")
	p.Send("space")
	p.WaitFor("it is gone")
}

func TestReadOnly(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 100)
	p.WaitFor("3 worlds")
	if strings.Contains(p.Screen(), "f freeze") {
		t.Error("the last line names a key that does nothing")
	}
	p.Send("a", "f", "L", "u", "space", "K")
	p.Send("?")
	p.WaitFor("any other key closes")
	for _, gone := range []string{"Act", "In a dialog", "freeze:", "undo:"} {
		if strings.Contains(p.Screen(), gone) {
			t.Errorf("the help says %q, which cannot be done", gone)
		}
	}
}
