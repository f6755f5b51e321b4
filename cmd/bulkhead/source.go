package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"bulkhead/probe"
	"bulkhead/probe/recording"
)

// hostFlags are the flags that say which host is read, and how.
type hostFlags struct {
	roots probe.Roots
	tasks probe.Source
}

func (f *hostFlags) register(flags *pflag.FlagSet) {
	f.roots = probe.Live
	flags.Var(&procFlag{&f.roots}, "proc", "read processes from `DIR`, such as another container's /proc")
	flags.StringVar(&f.roots.Sys, "sys", probe.Live.Sys, "read control groups below `DIR`; with --proc, its neighbour sys")
	flags.Var((*sourceFlag)(&f.tasks), "source", sourceHelp)
}

const sourceHelp = "read tasks from `SOURCE`: proc, bpf (the kernel's task iterator, quicker where tasks are many), or auto: bpf where it loads and pays"

// sourceFlag is where tasks are read from.
type sourceFlag probe.Source

// String writes the flag.
func (f *sourceFlag) String() string { return probe.Source(*f).String() }

// Type names the flag's value in the help.
func (*sourceFlag) Type() string { return "SOURCE" }

// Set reads the flag.
func (f *sourceFlag) Set(name string) error {
	source, ok := probe.ParseSource(name)
	if !ok {
		return fmt.Errorf("%q is none of proc, bpf and auto", name)
	}
	*f = sourceFlag(source)
	return nil
}

// procFlag is the root of the processes. The groups of the same host are read beside it, where they are: those of this
// host would not belong to the processes.
type procFlag struct{ roots *probe.Roots }

// String writes the flag.
func (p *procFlag) String() string {
	if p.roots == nil {
		return ""
	}
	return p.roots.Proc
}

// Type names the flag's value in the help.
func (p *procFlag) Type() string { return "DIR" }

// Set reads the flag.
func (p *procFlag) Set(dir string) error {
	p.roots.Proc = dir
	beside := filepath.Join(filepath.Dir(filepath.Clean(dir)), "sys")
	if info, err := os.Stat(beside); err == nil && info.IsDir() && p.roots.Sys == probe.Live.Sys {
		p.roots.Sys = beside
	}
	return nil
}

// source is where a snapshot comes from: a host, or a file that has one.
type source struct {
	hostFlags
	from string
}

func (s *source) register(flags *pflag.FlagSet) {
	s.hostFlags.register(flags)
	flags.StringVar(&s.from, "from", "", "read the recording in `FILE` in place of a host")
}

// snapshot reads a recording, or scans a host once. The snapshot is the caller's alone, who may change it.
func (s *source) snapshot(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if s.from == "" {
		return s.scan(ctx, request)
	}
	file, err := os.Open(s.from)
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	defer file.Close()
	snapshot, err := recording.Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.from, err)
	}
	return snapshot, nil
}

// details returns what is known of a task beyond its snapshot, which a recording has not.
func (s *source) details(task probe.TaskKey) []probe.Detail {
	if s.from != "" {
		return nil
	}
	scanner, err := probe.Open(s.roots)
	if err != nil {
		return nil // The scan before would have told.
	}
	defer scanner.Close() //nolint:errcheck // It was only read from.
	return []probe.Detail{scanner.Detail(task.PID, task.TID)}
}

// scanOnce scans a host one time, by whichever source of tasks is best.
func scanOnce(ctx context.Context, roots probe.Roots, request probe.Request) (*probe.Snapshot, error) {
	return (&hostFlags{roots: roots}).scan(ctx, request)
}

// scan scans the host one time.
func (f *hostFlags) scan(ctx context.Context, request probe.Request) (*probe.Snapshot, error) {
	if _, err := os.Stat(f.roots.Sys); err != nil && f.roots.Sys != probe.Live.Sys {
		return nil, fmt.Errorf("open sys: %w", err)
	}
	scanner, err := probe.OpenOnce(f.roots, f.tasks)
	if err != nil {
		return nil, err
	}
	snapshot, err := scanner.Scan(ctx, request)
	if err == nil && len(snapshot.Tasks) == 0 {
		err = fmt.Errorf("%s: no process is in it: it is no /proc", f.roots.Proc)
	}
	if closed := scanner.Close(); err == nil {
		err = closed
	}
	return snapshot, err
}

// surroundings returns what a task finds around itself, which a recording has not.
func (s *source) surroundings(now *probe.Snapshot, task *probe.Task) probe.Surroundings {
	if s.from != "" {
		return probe.Surroundings{}
	}
	scanner, err := probe.Open(s.roots)
	if err != nil {
		return probe.Surroundings{} // The scan before would have told.
	}
	defer scanner.Close() //nolint:errcheck // It was only read from.
	return scanner.Surroundings(now, task)
}
