package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// command is one that prints and ends.
type command struct {
	name string // As it is printed.
	argv []string
}

// The names of those that others are compared with.
const (
	lsns = "lsns"
	ps   = "ps -eo pid,pidns,…,cgroup,psr,comm"
)

// oneShots are the commands that print and end: those of the peers that are installed, and bulkhead's.
func (b bench) oneShots() []command {
	var installed []command
	for _, c := range []command{
		{lsns, []string{"lsns"}},
		{ps, []string{"ps", "-eo", "pid,pidns,netns,mntns,utsns,ipcns,userns,cgroup,psr,comm"}},
		{"ps aux", []string{"ps", "aux"}},
	} {
		if _, err := exec.LookPath(c.argv[0]); err == nil {
			installed = append(installed, c)
		}
	}
	for _, args := range []string{
		"list namespaces", "list namespaces --quick", "list namespaces --quick --source proc", "list worlds", "list tasks --json",
	} {
		installed = append(installed, command{"bulkhead " + args, append([]string{b.program}, strings.Fields(args)...)})
	}
	return installed
}

// oneShot is what a command took.
type oneShot struct {
	command
	cpu, wall []time.Duration // Of each round.
	mib       float64
}

// runAll runs each command as often as there are rounds, in turn.
func (b bench) runAll(ctx context.Context, rounds int) ([]oneShot, error) {
	var all []oneShot
	for _, c := range b.oneShots() {
		// The kernel makes its files of a process when they are first looked at: in this round.
		mib, err := b.peak(ctx, c)
		if err != nil {
			return nil, err
		}
		all = append(all, oneShot{command: c, mib: mib})
	}
	for range rounds {
		for i := range all {
			if err := all[i].run(ctx); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// run runs the command once.
func (o *oneShot) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, o.argv[0], o.argv[1:]...)
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", o.name, err)
	}
	o.wall = append(o.wall, time.Since(begin))
	o.cpu = append(o.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	return nil
}

// peak returns the most memory that a command held, in MiB. time(1) starts it: what getrusage(2) tells of a child is never less
// than what its parent held.
func (b bench) peak(ctx context.Context, c command) (float64, error) {
	file := filepath.Join(b.dir, "peak")
	cmd := exec.CommandContext(ctx, "/usr/bin/time", append([]string{"-f", "%M", "-o", file}, c.argv...)...)
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("/usr/bin/time %s: %w", c.name, err)
	}
	return readMiB(file)
}

// readMiB reads a file that has a number of KiB.
func readMiB(file string) (float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, fmt.Errorf("read what time said: %w", err)
	}
	kib, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return kib / 1024, nil
}

// median returns the middle one, or the mean of the two in the middle; of none it is 0.
func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
