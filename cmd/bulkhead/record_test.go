package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is said of a recording is what was said of the host, but for what only /proc has of a task.
func TestRecord(t *testing.T) {
	for _, name := range hosts {
		t.Run(name, func(t *testing.T) {
			h := layOut(t, name)
			file := filepath.Join(t.TempDir(), "host.json")
			if err := os.WriteFile(file, []byte(h.succeed(t, "record", "--threads")), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"list", "worlds"},
				{"list", "namespaces"},
				{"list", "cgroups"},
				{"list", "tasks"},
				{"list", "tasks", "--threads"},
				{"list", "tasks", "--filter", "comm:nginx"},
				{"list", "cgroups", "--filter", "cg:/lab"},
				{"show", "host"},
				{"show", "pid:4026531836"},
			} {
				want := h.execute(t, args...)
				got := execute(t, append(args, "--from", file)...)
				if args[0] == "show" && strings.HasPrefix(folded(want.out), folded(got.out)) {
					want.out = got.out // What is seen and used is told by the host alone, behind the facts.
				}
				if got != want {
					t.Errorf("%v from a recording: %+v, want %+v", args, got, want)
				}
			}
		})
	}
}

// folded is a text with its columns as narrow as can be.
func folded(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestNoRecording(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, []byte("no JSON"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"/nonexistent": "no such file", garbage: "read recording"} {
		got := execute(t, "list", "tasks", "--from", file)
		if got.code != exitRefused || !strings.Contains(got.err, want) {
			t.Errorf("--from %s: %+v, want code %d and %q", file, got, exitRefused, want)
		}
	}
}
