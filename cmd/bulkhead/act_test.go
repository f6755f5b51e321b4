package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bulkhead/ui/uitest"
)

// TestDryRun prints plans of every command that changes something, and changes nothing.
func TestDryRun(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	hosts := laidOut{}
	for name, test := range map[string]struct {
		host string
		args []string
	}{
		"freeze":      {"v2", []string{"freeze", "/lab"}},
		"freeze-v1":   {"hybrid", []string{"freeze", "freezer:/lab"}},
		"thaw":        {"v2", []string{"thaw", "/lab/frozen"}},
		"kill":        {"v2", []string{"kill", "/lab/frozen"}},
		"kill-v1":     {"hybrid", []string{"kill", "freezer:/lab"}},
		"make":        {"v2", []string{"group", "make", "/lab/a/b", "--controllers", "cpuset,pids"}},
		"make-v1":     {"hybrid", []string{"group", "make", "cpuset:/lab/inner"}},
		"remove":      {"hybrid", []string{"group", "remove", "cpuset:/lab", "--members"}},
		"move":        {"hybrid", []string{"move", "710", "720", "--to", "cpuset:/lab"}},
		"move-thread": {"hybrid", []string{"move", "720/722", "--to", "cpuset:/lab", "--thread"}},
		"set":         {"hybrid", []string{"set", "cpuset:/lab", "cpuset.cpus", "0-1"}},
		"signal":      {"hybrid", []string{"signal", "stop", "710"}},
	} {
		h := hosts.get(t, test.host)
		t.Run(name, func(t *testing.T) {
			uitest.Golden(t, "dry-"+name, h.succeed(t, append(test.args, "--dry-run")...))
			if got := h.execute(t, append(test.args, "--read-only")...); got.code != exitRefused || !strings.Contains(got.err, "--read-only") {
				t.Errorf("with --read-only: %+v, want a refusal", got)
			}
			if got := h.execute(t, test.args...); got.code != exitUsage || !strings.Contains(got.err, "--yes") {
				t.Errorf("without a terminal to ask on: %+v, want wrong usage", got)
			}
		})
	}
}

func TestPlanAsJSON(t *testing.T) {
	h := layOut(t, "hybrid")
	var got struct {
		Schema int
		Plan   struct {
			Title       string
			Steps, Undo []string
		}
	}
	document := h.succeed(t, "freeze", "freezer:/lab", "--dry-run", "--json")
	if err := json.Unmarshal([]byte(document), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != 1 || len(got.Plan.Steps) != 1 || len(got.Plan.Undo) != 1 {
		t.Errorf("the plan is %+v, want one step and its undo, in schema 1", got)
	}
}

func TestActUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no group":         {[]string{"freeze"}, "freeze needs a GROUP"},
		"nothing to do":    {[]string{"group"}, "make or remove"},
		"no value":         {[]string{"set", "/lab", "cpuset.cpus"}, "set needs a VALUE"},
		"no pid":           {[]string{"move", "--to", "/lab"}, "move needs a PID"},
		"nowhere":          {[]string{"move", "1"}, "move needs --to GROUP"},
		"no signal":        {[]string{"signal"}, "signal needs a SIGNAL"},
		"unknown signal":   {[]string{"signal", "NOPE", "1"}, `"NOPE" is no signal`},
		"unknown type":     {[]string{"enter", "1", "--types", "nett"}, `"nett" is no type of namespace`},
		"no dash":          {[]string{"enter", "1", "ls"}, "a command stands behind --"},
		"no dash, run":     {[]string{"run", "ls"}, "a command stands behind --"},
		"fork mode":        {[]string{"run", "--fork-mode", "vfork", "--", "ls"}, "neither clone nor unshare"},
		"map":              {[]string{"run", "--new", "user", "--uid-map", "0-1000", "--", "ls"}, "INSIDE:OUTSIDE:COUNT"},
		"mount nothing":    {[]string{"mount", "cpuset"}, "mount needs a DIR"},
		"undo takes none":  {[]string{"undo", "1"}, `undo takes no argument: "1"`},
		"log takes none":   {[]string{"log", "1"}, `log takes no argument: "1"`},
		"too many to kill": {[]string{"kill", "/a", "/b"}, `"/b" is too many`},
	} {
		t.Run(name, func(t *testing.T) {
			got := execute(t, test.args...)
			if got.code != exitUsage || !strings.Contains(got.err, test.want) {
				t.Errorf("got %+v, want code %d and %q", got, exitUsage, test.want)
			}
		})
	}
}

func TestNothingToUndo(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	got := execute(t, "undo")
	if got.code != exitRefused || !strings.Contains(got.err, errNothingToUndo.Error()) {
		t.Errorf("got %+v, want code %d and %q", got, exitRefused, errNothingToUndo)
	}
}

// TestExitCodes runs commands in new namespaces, whose exit codes are passed on.
func TestExitCodes(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -TERM $$": 128 + 15} {
		got := program(t, "run", "--", "sh", "-c", script)
		if err := got.Run(); got.ProcessState.ExitCode() != want {
			t.Errorf("%s: exit code %d (%v), want %d", script, got.ProcessState.ExitCode(), err, want)
		}
	}
	missing := program(t, "run", "--", "no-such-command")
	if out, _ := missing.CombinedOutput(); missing.ProcessState.ExitCode() != 127 || !strings.Contains(string(out), "no-such-command") {
		t.Errorf("a command that is not there: exit code %d and %q, want 127 and its name", missing.ProcessState.ExitCode(), out)
	}
}

// TestChangeAndUndo makes a group, moves a process, freezes it, and undoes all of that, one after the other.
func TestChangeAndUndo(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	mount, group := freezerGroup(t)
	dir := filepath.Join(mount, "bulkhead-test-"+strconv.Itoa(os.Getpid()))
	sleeper := exec.Command("sleep", "1000")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = sleeper.Process.Kill() // It ends here.
		_ = sleeper.Wait()
	})
	pid := strconv.Itoa(sleeper.Process.Pid)
	for _, args := range [][]string{{"group", "make", group}, {"move", pid, "--to", group}, {"freeze", group}} {
		if got := execute(t, append(args, "--yes")...); got.code != exitDone {
			t.Fatalf("%v: %+v", args, got)
		}
	}
	for _, want := range []string{"Undo: Freeze " + group, "process " + pid, "removed"} {
		if got := execute(t, "undo", "--yes"); got.code != exitDone || !strings.Contains(got.out, want) {
			t.Errorf("undo: %+v, want %q", got, want)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if got := execute(t, "log"); strings.Count(got.out, "(undone)") != 3 {
		t.Errorf("the log is\n%s\nwant three changes undone", got.out)
	}
}

// freezerGroup returns where a hierarchy that can freeze is mounted, and how a new group in it is written.
func freezerGroup(t *testing.T) (mount, group string) {
	t.Helper()
	name := "/bulkhead-test-" + strconv.Itoa(os.Getpid())
	for _, c := range []struct{ label, prefix string }{{"v2", ""}, {"freezer", "freezer:"}} {
		var hosts struct {
			Hierarchies []struct {
				Label      string
				MountPoint string `json:"mount_point"`
			}
		}
		if err := json.Unmarshal([]byte(execute(t, "list", "cgroups", "--json").out), &hosts); err != nil {
			t.Fatal(err)
		}
		for _, h := range hosts.Hierarchies {
			if h.Label == c.label && h.MountPoint != "" {
				return h.MountPoint, c.prefix + name
			}
		}
	}
	t.Fatal("neither version 2 nor the freezer of version 1 is mounted: mount one of them")
	return "", ""
}

// TestAsksBeforeItActs answers the question on a terminal.
func TestAsksBeforeItActs(t *testing.T) {
	h := layOut(t, "v2")
	for answer, want := range map[string]int{"n": exitRefused, "": exitRefused} {
		p := inTerminal(t, 100, 30, "freeze", "/lab", "--proc", h.Proc, "--sys", h.Sys)
		script := "wait:[y/N],enter"
		if answer != "" {
			script = "wait:[y/N],type:" + answer + ",enter"
		}
		play(t, p, script)
		code, err := p.Exit(t.Context())
		if err != nil || code != want {
			t.Errorf("answered %q: exit code %d (%v), want %d", answer, code, err, want)
		}
		state, err := os.ReadFile(filepath.Join(h.Sys, "fs/cgroup/lab/cgroup.freeze"))
		if err != nil || string(state) != "0\n" {
			t.Errorf("answered %q: cgroup.freeze says %q (%v), want it untouched", answer, state, err)
		}
	}
}

// TestFreezeForAWhile thaws by itself.
func TestFreezeForAWhile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	_, group := freezerGroup(t)
	if got := execute(t, "group", "make", group, "--yes"); got.code != exitDone {
		t.Fatalf("%+v", got)
	}
	begin := time.Now()
	got := execute(t, "freeze", group, "--for", "50ms", "--yes")
	if got.code != exitDone || got.out != "frozen\nthawed\n" || time.Since(begin) < 50*time.Millisecond {
		t.Errorf("after %s: %+v, want frozen, then thawed", time.Since(begin), got)
	}
	if got := execute(t, "log"); !strings.Contains(got.out, "(v1) (thawed by itself after 50ms)") && !strings.Contains(got.out, "(v2) (thawed by itself after 50ms)") {
		t.Errorf("the log is\n%s\nwant the freeze to have thawed by itself", got.out)
	}
	got = execute(t, "undo", "--yes")
	if got.code != exitDone || !strings.Contains(got.err, "passed over: Freeze") || !strings.Contains(got.err, ": thawed by itself after 50ms") || !strings.Contains(got.out, "removed") {
		t.Errorf("undo: %+v, want the freeze passed over, and the group removed", got)
	}
}

// TestFreezeForAWhileWithoutALog thaws although the change could not be logged.
func TestFreezeForAWhileWithoutALog(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	mount, group := freezerGroup(t)
	if got := execute(t, "group", "make", group, "--yes"); got.code != exitDone {
		t.Fatalf("%+v", got)
	}
	defer func() {
		if got := execute(t, "group", "remove", group, "--yes"); got.code != exitDone {
			t.Errorf("%+v", got)
		}
	}()
	home := os.Getenv("XDG_STATE_HOME")
	t.Setenv("XDG_STATE_HOME", "/dev/null")
	got := execute(t, "freeze", group, "--for", "50ms", "--yes")
	if got.code != exitRefused || !strings.Contains(got.err, "could not be logged") {
		t.Errorf("got %+v, want code %d and that it could not be logged", got, exitRefused)
	}
	if frozenNow(t, filepath.Join(mount, filepath.Base(group))) {
		t.Error("it is still frozen")
	}
	t.Setenv("XDG_STATE_HOME", home)
}

// TestErrorsAreSafe: the names in an error may hold any bytes, and the terminal must not obey them.
func TestErrorsAreSafe(t *testing.T) {
	got := execute(t, "freeze", "/\x1b]0;title\a\x1b[31m", "--yes")
	if got.code != exitRefused || strings.ContainsAny(got.err, "\x1b\a") || !strings.Contains(got.err, "title") {
		t.Errorf("got %+v, want code %d and the name without its control characters", got, exitRefused)
	}
}
