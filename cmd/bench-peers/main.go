// Command bench-peers measures what bulkhead costs beside the tools people have, on one machine and in one run. As root:
//
//	go run ./cmd/bench-peers -plot peers.svg 100 1000 10000 30000
//
// For each number of processes it starts as many sleepers, in one mix of fresh namespaces and one group of control groups
// version 2 for every 25 of them. Then it runs each command that is installed -r times, in turn, so that what else the machine
// does hits all alike; measures the scans of the running program alone; puts each program that redraws itself on a screen of
// 120x36 for as long as -screen says; and types into the filters of those that have one. It prints tables in Markdown:
// medians, and how many times as much its peers take. The machine's own processes are looked at too. Compare the ratios of
// one run, not the times of two: machines drift.
//
// It needs go, unshare (util-linux) and time, measures lsns, ps, htop, top and systemd-cgtop where they are installed, and
// changes nothing but its own processes and groups, which it ends and removes, also when it is interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench-peers:", err)
		os.Exit(1)
	}
}

// errUsage is met when the command line is wrong and that has been said.
var errUsage = errors.New("wrong usage")

// options are the command line.
type options struct {
	rounds int
	window time.Duration // How long a program is watched on a screen; 0 for not at all.
	plot   string        // The file to draw to; empty for none.
	sizes  []int
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench-peers", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: bench-peers [flags] [PROCESSES]...\n\nMeasures bulkhead beside its peers, 100, 1000 and 10000 processes without arguments.\n\nFlags:")
		flags.PrintDefaults()
	}
	flags.IntVar(&o.rounds, "r", 5, "run each command so many `times`")
	flags.DurationVar(&o.window, "screen", 20*time.Second, "watch each program on a screen for so `long`, and type into it; 0 for not at all")
	flags.StringVar(&o.plot, "plot", "", "draw CPU time against the number of processes, as SVG in `FILE`")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err //nolint:wrapcheck // It was said.
	} else if err != nil {
		return o, errUsage
	}
	for _, arg := range flags.Args() {
		size, err := strconv.Atoi(arg)
		if err != nil || size < 1 {
			fmt.Fprintf(stderr, "bench-peers: %q is no number of processes\n", arg)
			return o, errUsage
		}
		o.sizes = append(o.sizes, size)
	}
	if len(o.sizes) == 0 {
		o.sizes = []int{100, 1000, 10000}
	}
	if o.rounds < 1 {
		fmt.Fprintln(stderr, "bench-peers: -r must be at least 1")
		return o, errUsage
	}
	return o, nil
}

// run measures, and prints as it goes.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return errors.New("needs root, to make namespaces and groups")
	}
	bench, err := build(ctx)
	if err != nil {
		return err
	}
	defer os.RemoveAll(bench.dir) //nolint:errcheck // A folder of temporary files.
	printMachine(stdout)
	var all []measured
	for _, size := range o.sizes {
		m, err := bench.measure(ctx, size, o)
		if err != nil {
			return fmt.Errorf("%d processes: %w", size, err)
		}
		m.print(stdout)
		all = append(all, m)
	}
	printSlope(stdout, all)
	if o.plot == "" {
		return nil
	}
	if err := os.WriteFile(o.plot, []byte(plot(all)), 0o644); err != nil {
		return fmt.Errorf("write the plot: %w", err)
	}
	return nil
}
