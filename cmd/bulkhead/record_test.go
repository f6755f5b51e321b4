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
				if got := execute(t, append(args, "--from", file)...); got != want {
					t.Errorf("%v from a recording: %+v, want %+v", args, got, want)
				}
			}
		})
	}
}

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
