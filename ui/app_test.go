package ui_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bulkhead/ui"
)

func TestFirstPicture(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("docker 30721a9d9")
	p.WaitFor("cgroup hybrid")
	p.WaitFor("host")
}

func TestTypingNeverWaitsForAScan(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	source.hold = make(chan struct{})
	p := startApp(t, source, 120, 36)
	p.WaitFor("reading…")
	p.Send("r", "2", "1") // Each of them wants a scan: it must wait for the one that runs.
	p.Send("?")
	p.WaitFor("any other key closes")
	p.Send("esc")
	p.WaitFor("reading…")
	close(source.hold)
	p.WaitFor("docker 30721a9d9")
	if source.twice.Load() {
		t.Error("two scans ran at once")
	}
}

func TestFailedScanKeepsThePicture(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("groups")
	source.setFail(errors.New("list processes: too many open files"))
	p.WaitFor("too many open files")
	p.WaitFor("✗ scan failed")
	p.WaitFor("docker 30721a9d9")
	source.setFail(nil)
	p.WaitGone("✗ scan failed")
}

func TestPauseAndInterval(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startWith(t, ui.Config{Source: source, Interval: time.Second}, 120, 36)
	p.WaitFor("● 1s")
	p.Send("+")
	p.WaitFor("● 2s")
	p.Send("-")
	p.WaitFor("● 1s")
	p.Send("p")
	p.WaitFor("‖ paused")
	p.Send("p")
	p.WaitGone("‖ paused")
}

func TestScreensByKey(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("host")
	for key, title := range map[string]string{
		"1": "─ Worlds ─", "2": "─ Namespaces ─", "3": "─ Cgroups ─", "4": "─ Tasks ─", "5": "─ Events ─",
	} {
		p.Send(key)
		p.WaitFor(title)
	}
	p.Send("1", "tab")
	p.WaitFor("─ Namespaces ─")
	p.Send("shift+tab", "shift+tab")
	p.WaitFor("─ Events ─")
}

func TestSmallTerminal(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("host")
	p.Resize(20, 5)
	p.WaitFor("bulkhead needs")
	p.Resize(3, 1)
	p.WaitGone("needs")
	p.Resize(40, 10)
	p.WaitFor("Worlds")
}

func TestHelpNamesEveryKey(t *testing.T) {
	p, _ := startActing(t, 130, 120, nil)
	for _, screen := range []string{"1", "2", "3", "4", "5"} {
		p.Send(screen, "?")
		p.WaitFor("any other key closes")
		shown := p.Screen()
		for _, binding := range ui.Bindings() {
			h := binding.Help()
			if !strings.Contains(shown, h.Key) || !strings.Contains(shown, h.Desc) {
				t.Errorf("the help of screen %s does not say %q: %q", screen, h.Key, h.Desc)
			}
		}
		p.Send("esc")
		p.WaitGone("any other key closes")
	}
}

func TestDetailsOnALowTerminal(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {60, 12}, {80, 16}} {
		source, _ := openHost(t, "hybrid") // One for each: a scan may outlive the program that asked for it.
		p := startApp(t, source, size[0], size[1])
		p.WaitFor("host")
		p.Send("enter")
		p.WaitFor("leader")
		p.Send("esc")
		p.WaitFor("PROCS")
		p.Quit()
	}
}
