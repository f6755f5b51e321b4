package ui_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bulkhead/ui"
	"bulkhead/ui/uitest"
)

// TestGoldenReaders draws what is opened to be read, on three sizes of screens, and without colours.
func TestGoldenReaders(t *testing.T) {
	const begin = "3,wait:▾ v2,1,wait:docker 3072,down,down,wait:▌docker 3072" // When the groups are there all has been read.
	scripts := map[string]string{
		"compare":     begin + ",=,wait:compare 22040,=,wait:beside",
		"compare-end": begin + ",=,wait:compare 22040,=,wait:beside,end",
		"posture":     begin + ",W,wait:walled off",
		"versions":    "X,wait:version 1",
		"explain":     "2,wait:Namespaces,x,wait:What it is",
	}
	for name, keys := range scripts {
		for look, options := range map[string][]uitest.Option{"dark": nil, "mono": {uitest.Env("NO_COLOR=1")}} {
			sizes := [][2]int{{40, 12}, {80, 24}, {120, 36}}
			if look == "mono" {
				sizes = sizes[1:2]
			}
			for _, size := range sizes {
				file := fmt.Sprintf("%s-%s-%dx%d", name, look, size[0], size[1])
				t.Run(file, func(t *testing.T) {
					t.Parallel()
					p, _ := startActing(t, size[0], size[1], nil, options...)
					p.Play(keys)
					box := uitest.Start(t, still(ui.Box(p.Quit())), size[0], size[1], options...)
					box.WaitFor("╰")
					uitest.Golden(t, file, box.Styled())
				})
			}
		}
	}
}

// TestCompareByKeys compares in each of the ways that there are, where nothing may be changed too.
func TestCompareByKeys(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startWith(t, ui.Config{Source: source, Interval: time.Second}, 120, 36)
	p.WaitFor("41 groups")
	p.Send("down", "down")
	p.WaitFor("▌docker 30721")
	p.Send("=")
	p.WaitFor("compare 22040 redis-server with …")
	p.Send("esc")
	p.WaitFor("nothing is compared")
	p.Send("=", "4")
	p.WaitFor("12 tasks")
	p.WaitFor("compare 22040 redis-server with …") // It waits on every screen.
	p.Send("=")
	p.WaitFor("─ 22040 redis-server beside ")
	p.WaitFor("different (")
	p.WaitFor("≠ ns net")
	p.WaitFor("may A enter B?")
	p.Send("q")
	p.WaitGone("beside")
	p.Send("2", "=") // A namespace is no task.
	p.WaitFor("select a process, a thread or a world")
	p.Send("3", "4", "=", "=") // The one that is the host's with the program itself.
	p.WaitFor("beside 900")
}

// TestCompareFollows changes one of two tasks that are compared: the open page shows it, and stays as it was once one is gone.
func TestCompareFollows(t *testing.T) {
	source, host := openHost(t, "hybrid")
	p := startWith(t, ui.Config{Source: source, Interval: 50 * time.Millisecond}, 120, 36)
	p.WaitFor("41 groups")
	p.Send("down", "down")
	p.WaitFor("▌docker 30721")
	p.Send("=", "=")
	p.WaitFor("─ 22040 redis-server beside ")
	status := filepath.Join(host.Proc, "22040", "status")
	was, err := os.ReadFile(status)
	if err != nil {
		t.Fatal(err)
	}
	const own = "Uid:\t4711\t4711\t4711\t4711\n"
	now := regexp.MustCompile(`(?m)^Uid:.*\n`).ReplaceAll(was, []byte(own))
	if err := os.WriteFile(status, now, 0o644); err != nil { //nolint:gosec // A file of /proc is read by all.
		t.Fatal(err)
	}
	p.WaitFor("4711")
	// A process goes at once, which a directory does only when it is moved away.
	if err := os.Rename(filepath.Join(host.Proc, "22040"), filepath.Join(t.TempDir(), "22040")); err != nil {
		t.Fatal(err)
	}
	p.WaitFor("gone: as it was last")
	p.WaitFor("4711")
}

// TestCompareMarked compares what is marked.
func TestCompareMarked(t *testing.T) {
	p, _ := startActing(t, 120, 36, nil)
	p.WaitFor("41 groups")
	p.Send("4")
	p.WaitFor("12 tasks")
	p.Send("down", "space")
	p.WaitFor("1 marked")
	p.Send("=")
	p.WaitFor("─ 500 ")
	p.WaitFor("beside 620 ")
	p.Send("esc", "space")
	p.WaitFor("2 marked")
	p.Send("up", "up", "=") // Whatever is selected.
	p.WaitFor("─ 500 ")
	p.WaitFor("beside 620 ")
}

// TestExplainByKey asks for what is selected on each screen, where nothing may be changed too.
func TestExplainByKey(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startWith(t, ui.Config{Source: source, Interval: time.Second}, 120, 36)
	p.WaitFor("41 groups")
	for _, step := range []struct{ keys, says string }{
		{"x", "│ world, worlds"},
		{"2 x", "│ user namespace, user"},
		{"down x", "│ namespace, namespaces"},
		{"3 x", "│ v2, version 2"},
		{"3 end x", "│ hierarchy, hierarchies"},
		{"4 x", "│ state S, sleeping"},
		{"4 W esc x", "│ process, processes"},
	} {
		p.Send(strings.Fields(step.keys)...)
		p.WaitFor("─ What it is")
		p.WaitFor(step.says)
		p.Send("esc")
		p.WaitGone("─ What it is")
	}
	p.Send("5", "x")
	p.WaitFor("select something")
}

func TestReaderScrollsAndCopies(t *testing.T) {
	p, _ := startActing(t, 80, 24, nil)
	p.WaitFor("41 groups")
	p.Send("down", "down")
	p.WaitFor("▌docker 30721")
	p.Send("=", "=")
	p.WaitFor("different (")
	p.Send("end")
	p.WaitFor("Mems_allowed_list")
	p.WaitGone("different (")
	p.Send("home")
	p.WaitFor("different (")
	p.Send("y")
	p.WaitFor("copied the page")
	p.WaitRaw("\x1b]52;c;MjIwNDAg") // "22040 "
}
