package main

import (
	"os"
	"path/filepath"
	"testing"

	"bulkhead/probe"
)

// TestManyAreDrawnMoreOften counts the threads of a host as it is opened for a screen.
func TestManyAreDrawnMoreOften(t *testing.T) {
	for loadavg, want := range map[string]int{
		"0.00 0.01 0.05 1/19999 30000\n": framesPerSecond,
		"0.00 0.01 0.05 2/20000 30000\n": framesOfMany,
		"nonsense\n":                     framesPerSecond,
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, "loadavg"), []byte(loadavg), 0o600); err != nil {
			t.Fatal(err)
		}
		scanner, err := probe.Open(probe.Roots{Proc: root})
		if err != nil {
			t.Fatal(err)
		}
		threads, err := scanner.ThreadsOfAll()
		if known := err == nil; known != (loadavg != "nonsense\n") {
			t.Errorf("%q: %d threads, %v", loadavg, threads, err)
		}
		if got := frames(threads); got != want {
			t.Errorf("%q: %d frames, want %d", loadavg, got, want)
		}
		if err := scanner.Close(); err != nil {
			t.Error(err)
		}
	}
}
