package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/ui/uitest"
)

// inTerminal runs the real program in a terminal.
func inTerminal(t *testing.T, width, height int, args ...string) *uitest.Process {
	t.Helper()
	cmd := program(t, args...)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor")
	if os.Getenv("XDG_CONFIG_HOME") == "" {
		cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+t.TempDir()) // What somebody chose here is not what is tested.
	}
	p, err := uitest.Run(cmd, width, height)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() }) // It may have ended by itself.
	return p
}

// play sends keys and waits as a script says.
func play(t *testing.T, p *uitest.Process, script string) {
	t.Helper()
	if err := p.Play(t.Context(), script); err != nil {
		t.Fatal(err)
	}
}

// ended waits for the end and checks the exit code, and that the terminal was left as it was found.
func ended(t *testing.T, p *uitest.Process, want int) {
	t.Helper()
	code, err := p.Exit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if code != want {
		t.Errorf("exit code %d, want %d; screen:\n%s", code, want, p.Screen())
	}
	if left := p.Leftovers(); len(left) > 0 {
		t.Errorf("the terminal was not restored: %q", left)
	}
}

func TestScreenInATerminal(t *testing.T) {
	for name, size := range map[string][2]int{"40x10": {40, 10}, "80x24": {80, 24}, "200x50": {200, 50}} {
		t.Run(name, func(t *testing.T) {
			p := inTerminal(t, size[0], size[1])
			play(t, p, "wait:host,2,wait:─ Namespaces,3,wait:─ Cgroups,4,wait:─ Tasks,5,wait:─ Events,1,wait:─ Worlds")
			play(t, p, "?,wait:any other key closes,esc,gone:any other key closes,q")
			ended(t, p, exitDone)
		})
	}
}

func TestCommandsOpenTheirScreen(t *testing.T) {
	for command, title := range map[string]string{
		"worlds": "─ Worlds", "namespaces": "─ Namespaces", "cgroups": "─ Cgroups", "tasks": "─ Tasks", "events": "─ Events",
	} {
		t.Run(command, func(t *testing.T) {
			p := inTerminal(t, 100, 30, command)
			play(t, p, "wait:"+title+",ctrl+c")
			ended(t, p, exitDone)
		})
	}
}

func TestSignalsRestoreTheTerminal(t *testing.T) {
	for name, signal := range map[string]unix.Signal{"SIGTERM": unix.SIGTERM, "SIGHUP": unix.SIGHUP, "SIGINT": unix.SIGINT, "SIGQUIT": unix.SIGQUIT} {
		t.Run(name, func(t *testing.T) {
			p := inTerminal(t, 80, 24)
			play(t, p, "wait:host")
			if err := p.Signal(os.Signal(signal)); err != nil {
				t.Fatal(err)
			}
			ended(t, p, exitDone)
		})
	}
}

func TestOwnProcessIsOnTheScreen(t *testing.T) {
	p := inTerminal(t, 120, 30, "tasks", "--filter", "pid:"+strconv.Itoa(os.Getpid()))
	play(t, p, "wait:bulkhead.test,q")
	ended(t, p, exitDone)
}

// thatPanics is the value of asProgram that makes the program come to a fault while it scans.
const thatPanics = "that panics"

// panicSource is a source with a fault in it.
type panicSource struct{}

func (panicSource) Scan(context.Context, probe.Request) (*probe.Snapshot, error) {
	panic("a fault in the scanner")
}

func (panicSource) Detail(int32, int32) probe.Detail { return probe.Detail{} }

func (panicSource) Release() {}

func TestPanicRestoresTheTerminal(t *testing.T) {
	cmd := program(t)
	cmd.Env = append(cmd.Env, asProgram+"="+thatPanics, "TERM=xterm-256color")
	p, err := uitest.Run(cmd, 100, 30)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() }) // It has ended by itself.
	ended(t, p, exitRefused)
	if !strings.Contains(string(p.Raw()), "a fault in the scanner") {
		t.Errorf("the fault is not told:\n%s", p.Screen())
	}
}
