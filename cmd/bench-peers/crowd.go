package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// bench is what is measured with: the program, and the tests of package probe, which know how to make a crowd.
type bench struct {
	dir     string
	program string
	tests   string
}

// build builds both.
func build(ctx context.Context) (bench, error) {
	dir, err := os.MkdirTemp("", "bench-peers")
	if err != nil {
		return bench{}, fmt.Errorf("make a folder: %w", err)
	}
	b := bench{dir, filepath.Join(dir, "bulkhead"), filepath.Join(dir, "probe.test")}
	for _, args := range [][]string{
		{"build", "-o", b.program, "bulkhead/cmd/bulkhead"},
		{"test", "-c", "-o", b.tests, "bulkhead/probe"},
	} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			_ = os.RemoveAll(dir) // A folder of temporary files.
			return bench{}, fmt.Errorf("go %s: %w\n%s", args[0], err, said)
		}
	}
	return b, nil
}

// gather starts a crowd of sleepers, and returns what ends it.
func (b bench) gather(ctx context.Context, size int) (disperse func(), err error) {
	// The crowd outlives an interrupt: it ends with its standard input, after it has removed what it made.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), b.tests)
	cmd.Env = append(os.Environ(), "BULKHEAD_TEST_CHILD=crowd "+strconv.Itoa(size))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start sleepers: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start sleepers: %w", err)
	}
	disperse = func() {
		_ = stdin.Close() // It tells the crowd to end.
		_ = cmd.Wait()    // Its outcome says nothing.
	}
	said, _ := bufio.NewReader(stdout).ReadString('\n') // What it said in part is told.
	if !strings.HasPrefix(said, "crowd ") {
		disperse()
		return nil, fmt.Errorf("start sleepers: %s", strings.TrimSpace(said))
	}
	return disperse, nil
}
