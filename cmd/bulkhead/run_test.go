package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"bulkhead/probe/testhost"
)

// asProgram is the variable that makes the test's own binary the program.
const asProgram = "BULKHEAD_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if role, ok := roles[os.Getenv(asProgram)]; ok {
		os.Exit(playRole(role))
	}
	switch os.Getenv(asProgram) {
	case "":
	case thatPanics:
		err := showScreen(context.Background(), panicSource{}, nil, screenOptions{interval: time.Second})
		os.Exit(exitCode(refusal{err}))
	default:
		main()
	}
	os.Exit(m.Run())
}

// program returns the real program as a process yet to be started.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// outcome is what a run left.
type outcome struct {
	code     int
	out, err string
}

// execute runs the program within the test.
func execute(t *testing.T, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &err})
	return outcome{code, out.String(), err.String()}
}

// host is a host of the scanner's tests.
type host struct{ testhost.Host }

func layOut(t *testing.T, name string) host {
	t.Helper()
	return host{testhost.Load(t, "../../probe/testdata/hosts/"+name+".txtar")}
}

// execute runs the program on the host.
func (h host) execute(t *testing.T, args ...string) outcome {
	t.Helper()
	return execute(t, append(args, "--proc", h.Proc, "--sys", h.Sys)...)
}

// succeed runs the program on the host and returns what it printed.
func (h host) succeed(t *testing.T, args ...string) string {
	t.Helper()
	got := h.execute(t, args...)
	for _, note := range []string{"bulkhead: the host's own namespaces are out of sight", "bulkhead: control groups are seen from inside"} {
		if strings.HasPrefix(got.err, note) {
			_, got.err, _ = strings.Cut(got.err, "\n") // That holds in a container.
		}
	}
	if got.code != exitDone || got.err != "" {
		t.Fatalf("%v: exit code %d: %s", args, got.code, got.err)
	}
	return got.out
}

func TestUsage(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown command":    {[]string{"namspaces"}, `unknown command "namspaces" for bulkhead, did you mean namespaces?`},
		"nothing like it":    {[]string{"xyzzy"}, `unknown command "xyzzy" for bulkhead` + "\n"},
		"nothing to list":    {[]string{"list"}, "worlds, namespaces, cgroups or tasks"},
		"unknown list":       {[]string{"list", "task"}, `unknown command "task" for bulkhead list, did you mean tasks?`},
		"too much":           {[]string{"list", "tasks", "7"}, `list tasks takes no argument: "7"`},
		"no target":          {[]string{"show"}, "bulkhead: show needs a TARGET"},
		"two targets":        {[]string{"show", "1", "2"}, `show takes one TARGET: "2" is too many`},
		"unknown shell":      {[]string{"completion", "foo"}, `unknown command "foo" for bulkhead completion`},
		"no shell":           {[]string{"completion"}, "completion needs to know the shell"},
		"unknown help":       {[]string{"help", "nosuch"}, `unknown command "nosuch" for bulkhead`},
		"unknown help below": {[]string{"help", "list", "task"}, `unknown command "task" for bulkhead list, did you mean tasks?`},
		"unknown flag":       {[]string{"list", "tasks", "--jsno"}, "unknown flag: --jsno"},
		"flag of another":    {[]string{"list", "worlds", "--threads"}, "unknown flag: --threads"},
		"flag without value": {[]string{"list", "tasks", "--proc"}, "flag needs an argument: --proc"},
		"bad filter":         {[]string{"list", "tasks", "--filter", "pid:x"}, `--filter: pid: takes a number, not "x"`},
		"bad filter, screen": {[]string{"tasks", "--filter", "pid:x"}, `--filter: pid: takes a number, not "x"`},
		"bad interval":       {[]string{"events", "--interval", "soon"}, `"soon" is no duration such as 2s or 500ms`},
		"short interval":     {[]string{"events", "--interval", "1ms"}, "1ms is shorter than 100ms"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := execute(t, test.args...)
			if got.code != exitUsage || got.out != "" {
				t.Errorf("exit code %d, output %q; want %d and none", got.code, got.out, exitUsage)
			}
			if !strings.HasPrefix(got.err, "bulkhead: ") || !strings.Contains(got.err, test.want) || !strings.Contains(got.err, "--help.") {
				t.Errorf("said %q, want %q in it and where help is", got.err, test.want)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"no process":   {[]string{"show", "99999"}, "bulkhead: 99999: not found: no process in sight has this pid\n"},
		"no thread":    {[]string{"show", "720/1"}, "bulkhead: 720/1: not found: process 720 has no thread 1\n"},
		"no namespace": {[]string{"show", "net:[1]"}, "bulkhead: net:[1]: not found: no namespace in sight is it\n"},
		"no group":     {[]string{"show", "cpuset:/x"}, "bulkhead: cpuset:/x: not found: there is no group /x in the hierarchy cpuset\n"},
		"no world":     {[]string{"show", "x"}, "bulkhead: x: not found: it is neither a pid, a namespace, a group nor the name of a world\n"},
	}
	hybrid := layOut(t, "hybrid")
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := hybrid.execute(t, test.args...); got != (outcome{exitRefused, "", test.want}) {
				t.Errorf("got %+v, want code %d and %q", got, exitRefused, test.want)
			}
		})
	}
	got := execute(t, "list", "tasks", "--proc", "/nonexistent")
	if got.code != exitRefused || got.err != "bulkhead: open proc: open /nonexistent: no such file or directory\n" {
		t.Errorf("without /proc: %+v, want code %d", got, exitRefused)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"--help"}, {"help", "list"}, {"list", "--help"}, {"show", "-h"}, {"completion", "bash"}, {"--version"}} {
		if got := execute(t, args...); got.code != exitDone || got.err != "" || got.out == "" {
			t.Errorf("%v: %+v, want help and code %d", args, got, exitDone)
		}
	}
	if got := execute(t, "version"); got.code != exitDone || !strings.HasPrefix(got.out, "bulkhead "+versionText()+"\ngo1.") {
		t.Errorf("version: %+v", got)
	}
}
