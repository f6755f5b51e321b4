package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// complete asks, as a shell does, what the last of the arguments may become. It returns the words with what is said of each, and
// what the shell is to do besides.
func (h host) complete(t *testing.T, args ...string) (offers map[string]string, directive cobra.ShellCompDirective) {
	t.Helper()
	at := len(args) - 1
	for _, flag := range []string{"--proc=" + h.Proc, "--sys=" + h.Sys} {
		args = slices.Insert(args, 1, flag)
		at++
	}
	got := execute(t, append([]string{"__complete"}, args...)...)
	if got.code != exitDone || !strings.HasPrefix(got.err, "Completion ended with directive: ") || strings.Count(got.err, "\n") != 1 {
		t.Fatalf("complete %q: %+v, want no error", args, got)
	}
	lines := strings.Split(strings.TrimSuffix(got.out, "\n"), "\n")
	number, err := strconv.Atoi(strings.TrimPrefix(lines[len(lines)-1], ":"))
	if err != nil {
		t.Fatalf("complete %q ends with %q, want a directive", args, lines[len(lines)-1])
	}
	offers = map[string]string{}
	for _, line := range lines[:len(lines)-1] {
		word, is, _ := strings.Cut(line, "\t")
		offers[word] = is
		if !strings.HasPrefix(word, args[at]) {
			t.Errorf("complete %q offers %q", args, word)
		}
	}
	return offers, cobra.ShellCompDirective(number)
}

func TestComplete(t *testing.T) {
	hosts := laidOut{}
	for name, test := range map[string]struct {
		host string
		args []string // Those without --proc and --sys.
		want string   // All that is offered.
		says string   // What is said of the first.
		then cobra.ShellCompDirective
	}{
		"show: a pid":          {"hybrid", []string{"show", "7"}, "700 710 720", "sh -c while :; do :; done", cobra.ShellCompDirectiveNoFileComp},
		"show: a world":        {"hybrid", []string{"show", "h"}, "host", "world of 10 processes", cobra.ShellCompDirectiveNoFileComp},
		"show: a namespace":    {"hybrid", []string{"show", "net:"}, "net:[4026531833] net:[4026536781]", "11 processes", cobra.ShellCompDirectiveNoFileComp},
		"show: a path":         {"hybrid", []string{"show", "/run/netns/"}, "", "", cobra.ShellCompDirectiveDefault},
		"show: no more":        {"hybrid", []string{"show", "700", ""}, "", "", cobra.ShellCompDirectiveNoFileComp},
		"compare: the other":   {"hybrid", []string{"compare", "host", "7"}, "700 710 720", "sh -c while :; do :; done", cobra.ShellCompDirectiveNoFileComp},
		"compare: no more":     {"hybrid", []string{"compare", "host", "700", ""}, "", "", cobra.ShellCompDirectiveNoFileComp},
		"freeze":               {"hybrid", []string{"freeze", "freezer:/l"}, "freezer:/lab freezer:/lab/stop", "1 process", cobra.ShellCompDirectiveNoFileComp},
		"freeze: no cpuset":    {"hybrid", []string{"freeze", "cpuset:"}, "", "", cobra.ShellCompDirectiveNoFileComp},
		"freeze: version 2":    {"v2", []string{"freeze", "/l"}, "/lab /lab/empty /lab/frozen", "1 process", cobra.ShellCompDirectiveNoFileComp},
		"thaw":                 {"v2", []string{"thaw", ""}, "/lab/frozen", "1 process", cobra.ShellCompDirectiveNoFileComp},
		"kill: not the empty":  {"v2", []string{"kill", "/l"}, "/lab /lab/frozen", "1 process", cobra.ShellCompDirectiveNoFileComp},
		"set: a group":         {"hybrid", []string{"set", "cpuset:/n"}, "cpuset:/new", "0 processes", cobra.ShellCompDirectiveNoFileComp},
		"set: a file":          {"hybrid", []string{"set", "cpuset:/lab", "cpuset.m"}, "cpuset.mem_exclusive cpuset.mems", "0", cobra.ShellCompDirectiveNoFileComp},
		"set: a value":         {"hybrid", []string{"set", "cpuset:/lab", "cpuset.cpus", ""}, "1", "as it is", cobra.ShellCompDirectiveNoFileComp},
		"set: no more":         {"hybrid", []string{"set", "cpuset:/lab", "cpuset.cpus", "1", ""}, "", "", cobra.ShellCompDirectiveNoFileComp},
		"set: no group":        {"hybrid", []string{"set", "cpuset:/none", ""}, "", "", cobra.ShellCompDirectiveNoFileComp},
		"move: others":         {"hybrid", []string{"move", "710", "7"}, "700 720", "sh -c while :; do :; done", cobra.ShellCompDirectiveNoFileComp},
		"move: to":             {"hybrid", []string{"move", "710", "--to", "cpuset:/l"}, "cpuset:/lab", "1 process", cobra.ShellCompDirectiveNoFileComp},
		"make":                 {"hybrid", []string{"group", "make", "cpuset:/l"}, "cpuset:/lab/", "a group in it", cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp},
		"make: controllers":    {"v2", []string{"group", "make", "/lab/new", "--controllers", "pids,c"}, "pids,cpu pids,cpuset", "", cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp},
		"remove: not the top":  {"v2", []string{"group", "remove", "/lab/"}, "/lab/empty /lab/frozen", "0 processes", cobra.ShellCompDirectiveNoFileComp},
		"signal":               {"hybrid", []string{"signal", "K"}, "KILL", "ends it, whatever it does", cobra.ShellCompDirectiveNoFileComp},
		"signal: a pid":        {"hybrid", []string{"signal", "KILL", "71"}, "710", "sleep 1000", cobra.ShellCompDirectiveNoFileComp},
		"nothing for a screen": {"hybrid", []string{"tasks", ""}, "", "", cobra.ShellCompDirectiveNoFileComp},
		"nothing for undo":     {"hybrid", []string{"undo", ""}, "", "", cobra.ShellCompDirectiveNoFileComp},
	} {
		h := hosts.get(t, test.host)
		t.Run(name, func(t *testing.T) {
			offers, then := h.complete(t, test.args...)
			words := slices.Sorted(maps.Keys(offers))
			if got := strings.Join(words, " "); got != test.want || then != test.then {
				t.Fatalf("offered are %q, directive %d; want %q and %d", got, then, test.want, test.then)
			}
			if len(words) > 0 && offers[words[0]] != test.says {
				t.Errorf("of %s it says %q, want %q", words[0], offers[words[0]], test.says)
			}
		})
	}
}

// TestCompleteFlags completes the flags of commands that start others, which are always about this host.
func TestCompleteFlags(t *testing.T) {
	for line, want := range map[string]string{
		"enter 1 --types net,m": "net,mnt",
		"run --new p":           "pid",
		"run --new pid,p":       "",
		"run --fork-mode ":      "clone unshare",
	} {
		got := execute(t, append([]string{"__complete"}, strings.Split(line, " ")...)...)
		var words []string
		for word := range strings.Lines(got.out) {
			words = append(words, strings.TrimSpace(word))
		}
		if offered := strings.Join(words[:len(words)-1], " "); offered != want {
			t.Errorf("%s: offered are %q, want %q", line, offered, want)
		}
	}
	got := execute(t, "__complete", "run", "--in", "/")
	if !strings.HasPrefix(got.out, "/\t") && !strings.HasPrefix(got.out, ":4") { // Nothing where version 2 is not mounted.
		t.Errorf("run --in: %+v, want the topmost group of version 2 first", got)
	}
}

// awaitComm waits until a process has become a program.
func awaitComm(t *testing.T, pid, want string) {
	t.Helper()
	eventually(t, func() string {
		comm, err := os.ReadFile("/proc/" + pid + "/comm")
		if err != nil || strings.TrimSpace(string(comm)) != want {
			return fmt.Sprintf("process %s is %s (%v), want %s", pid, comm, err, want)
		}
		return ""
	})
}

// TestCompleteHere offers what runs here: a process by its pid, and its net namespace.
func TestCompleteHere(t *testing.T) {
	pid := strconv.Itoa(sleeper(t))
	awaitComm(t, pid, "sleep")
	link, err := os.Readlink("/proc/" + pid + "/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{pid: pid + "\tsleep 1000\n", link[:len("net:[")]: link + "\t1 process\n"} {
		if got := execute(t, "__complete", "enter", typed); !strings.Contains(got.out, want) {
			t.Errorf("enter %s: %+v, want %q among what is offered", typed, got, want)
		}
	}
}

// TestCompleteIsSafe: names may hold any bytes, and what is offered is a line for each, which the terminal need not fear.
func TestCompleteIsSafe(t *testing.T) {
	for _, name := range []string{"odd", "container", "v1"} {
		h := layOut(t, name)
		for _, args := range [][]string{{"show", ""}, {"move", ""}, {"freeze", ""}, {"kill", ""}, {"set", ""}, {"set", "/", ""}, {"group", "make", ""}} {
			offers, _ := h.complete(t, args...)
			for word, is := range offers {
				if text := word + is; word == "" || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
					t.Errorf("%s: complete %q offers %q, %q", name, args, word, is)
				}
			}
		}
	}
}

// TestCompleteIsSilent: whoever types is not told what cannot be read.
func TestCompleteIsSilent(t *testing.T) {
	var nowhere host
	nowhere.Proc, nowhere.Sys = t.TempDir(), t.TempDir()
	for _, args := range [][]string{{"show", ""}, {"move", ""}, {"move", "1", "--to", ""}, {"freeze", ""}, {"set", "/", ""}, {"set", "/", "x", ""}, {"group", "make", ""}} {
		if offers, then := nowhere.complete(t, args...); len(offers) > 0 || then&cobra.ShellCompDirectiveError != 0 {
			t.Errorf("complete %q on a host that is not there: %q, directive %d", args, offers, then)
		}
	}
}
