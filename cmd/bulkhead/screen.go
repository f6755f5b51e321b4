package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"golang.org/x/sys/unix"

	"bulkhead/actions"
	"bulkhead/actions/spawn"
	"bulkhead/probe"
	"bulkhead/ui"
)

// How often the screen is drawn at most. A key waits for the next frame, which leaves of 50 ms what the key and the picture take:
// most where tasks are many, of which the kernel's count of threads tells at no cost. Looking for something to draw, 25 times a second,
// is nearly half of what an idle screen costs; at Bubble Tea's own 60 it would be as much again.
const (
	framesPerSecond = 25
	framesOfMany    = 45
	manyThreads     = 20000
)

// frames returns how often a host with so many threads is drawn at most.
func frames(threads int) int {
	if threads >= manyThreads {
		return framesOfMany
	}
	return framesPerSecond
}

// screenOptions is what the screen is started with.
type screenOptions struct {
	roots    probe.Roots
	tasks    probe.Source
	interval time.Duration
	start    string // The name of the screen to begin with.
	filter   string
	root     string // The group that is the root of the view of groups; empty for all.
	noColor  bool
	readOnly bool
	noConfig bool
	version  string
	threads  int // How many there are on the host as it is opened; 0 where that is not known.
}

// runScreen shows the screen of a host until the user quits.
func runScreen(ctx context.Context, o screenOptions) error {
	scanner, err := probe.OpenLasting(o.roots, o.tasks)
	if err != nil {
		return fmt.Errorf("open the host: %w", err)
	}
	finder, err := probe.OpenFinder(o.roots)
	if err != nil {
		return fmt.Errorf("open the host: %w", err)
	}
	o.threads, _ = scanner.ThreadsOfAll() // Of what cannot be read the scans tell.
	return showScreen(ctx, scanner, finder, o)
}

// showScreen shows a source until the user quits. A signal that ends the program, SIGHUP among them, restores the terminal
// first, and so does a panic.
func showScreen(ctx context.Context, source ui.Source, searcher ui.Searcher, o screenOptions) error {
	config := ui.Config{
		Source: &collecting{Source: source}, Searcher: searcher, Looker: probe.NewLooker(o.roots, spawn.Visit),
		Interval: o.interval, Start: o.start, Filter: o.filter, Version: o.version,
	}
	withConfig(&config, o)
	if o.root != "" {
		config.Root = func(now *probe.Snapshot) (probe.GroupKey, error) { return now.ResolveGroup(o.root, statIn(o.roots)) }
	}
	if !o.readOnly {
		config.Actions, config.Knob, config.Knobs = screenActions{o.roots}, o.roots.Knob, o.roots.Knobs
		config.Controllers = o.roots.Controllers
		config.MountPoint = func(dir string) (actions.MountPoint, error) { return actions.LookAtMountPoint(o.roots, dir) }
	}
	model, err := ui.New(ctx, config)
	if err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(frames(o.threads)), tea.WithoutSignalHandler()}
	if o.noColor {
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	program := tea.NewProgram(model, options...)
	signaled := quitOnSignal(program)
	_, err = program.Run()
	if err != nil && !signaled() {
		return fmt.Errorf("screen: %w", err)
	}
	return nil // Where the user, or the system, ended it, that is no failure of the program.
}

// endingSignals are those that end a program which does not handle them, and that another sends to have it end.
var endingSignals = []os.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM}

// quitOnSignal lets the signals that end a program end the screen as the key does: Bubble Tea's own way leaves the terminal's
// reader running while it closes what that reads from, and does not know SIGHUP. The function that it returns stops this
// and reports whether there was such a signal.
func quitOnSignal(program *tea.Program) func() bool {
	ctx, stop := signal.NotifyContext(context.Background(), endingSignals...)
	go func() {
		<-ctx.Done()
		program.Quit()
	}()
	return func() bool {
		defer stop()
		return ctx.Err() != nil
	}
}
