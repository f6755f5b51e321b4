package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/creack/pty"
	"github.com/prometheus/procfs"
)

// program is one that redraws itself once a second.
type program struct {
	command
	picture string // What stands in its first picture that tells of processes.
}

// programs are those that are installed, and bulkhead from either source.
func (b bench) programs() []program {
	all := []program{
		{command{"htop", []string{"htop", "-d", "10"}}, "PID"},
		{command{"top", []string{"top", "-d", "1"}}, "PID"},
		{command{"systemd-cgtop (groups only)", []string{"systemd-cgtop", "-d", "1"}}, "Tasks"},
	}
	var installed []program
	for _, p := range all {
		if _, err := exec.LookPath(p.argv[0]); err == nil {
			installed = append(installed, p)
		}
	}
	for _, source := range sources() {
		installed = append(installed, program{
			command{"bulkhead --source " + source, []string{b.program, "--no-config", "--source", source}}, "host",
		})
	}
	return installed
}

// onScreen is what a program took on a screen.
type onScreen struct {
	program
	first time.Duration // From its start to its first picture.
	cpu   float64       // CPUs that it used, once it had settled.
	mib   float64       // The most memory that it held.
	bytes float64       // That it wrote in a second.
}

// The screen that programs are watched on, and how long they may settle first.
const (
	columns, rows = 120, 36
	settle        = 5 * time.Second
	patience      = 30 * time.Second
)

// terminal is a program on a screen of its own.
type terminal struct {
	*reader
	cmd     *exec.Cmd
	pty     *os.File
	begin   time.Time
	drained sync.WaitGroup
}

// start puts a program on a screen.
func start(ctx context.Context, p program) (*terminal, error) {
	t := &terminal{reader: newReader(p.picture), cmd: exec.CommandContext(ctx, p.argv[0], p.argv[1:]...), begin: time.Now()}
	t.cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	var err error
	if t.pty, err = pty.StartWithSize(t.cmd, &pty.Winsize{Cols: columns, Rows: rows}); err != nil {
		return nil, fmt.Errorf("put it on a screen: %w", err)
	}
	t.drained.Go(func() { _, _ = io.Copy(t.reader, t.pty) }) // It ends with an error when the program does.
	return t, nil
}

// end has the program quit.
func (t *terminal) end() {
	_, _ = t.pty.WriteString("q") // All of them quit by it.
	stop := time.AfterFunc(patience, func() { _ = t.cmd.Process.Kill() })
	defer stop.Stop()
	_ = t.cmd.Wait() // How it ends says nothing of what it cost.
	_ = t.pty.Close()
	t.drained.Wait()
}

// watch puts a program on a screen for a while.
func watch(ctx context.Context, p program, window time.Duration) (onScreen, error) {
	t, err := start(ctx, p)
	if err != nil {
		return onScreen{}, fmt.Errorf("%s: %w", p.name, err)
	}
	defer t.end()
	seen, err := t.measure(ctx, window)
	if err != nil {
		return onScreen{}, fmt.Errorf("%s: %w", p.name, err)
	}
	seen.program = p
	return seen, nil
}

// reader is the terminal's side of a program.
type reader struct {
	picture []byte
	mu      sync.Mutex
	tail    []byte // Of what was written, until the picture is there.
	bytes   int
	drawn   chan time.Time // When the first picture was there.
	once    sync.Once
	answer  chan<- time.Time // Told when something is written the next time; nil where nobody waits for it.
}

func newReader(picture string) *reader {
	return &reader{picture: []byte(picture), drawn: make(chan time.Time, 1)}
}

// Write takes what the program writes.
func (r *reader) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	r.bytes += len(p)
	if r.answer != nil {
		r.answer <- now
		r.answer = nil
	}
	r.tail = append(r.tail, p...)
	if bytes.Contains(r.tail, r.picture) {
		r.once.Do(func() { r.drawn <- now })
	}
	r.tail = r.tail[max(0, len(r.tail)-len(r.picture)):]
	return len(p), nil
}

// await returns when something is written the next time.
func (r *reader) await() <-chan time.Time {
	answer := make(chan time.Time, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
	return answer
}

func (r *reader) written() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes
}

// settled waits for the first picture, lets the program settle, and returns how long it took to the picture.
func (t *terminal) settled(ctx context.Context) (time.Duration, error) {
	select {
	case at := <-t.drawn:
		return at.Sub(t.begin), pause(ctx, settle)
	case <-time.After(patience):
		return 0, fmt.Errorf("no %q on its screen within %v", t.picture, patience)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// measure watches the program once it has settled.
func (t *terminal) measure(ctx context.Context, window time.Duration) (onScreen, error) {
	var seen onScreen
	var err error
	if seen.first, err = t.settled(ctx); err != nil {
		return seen, err
	}
	pid := t.cmd.Process.Pid
	from, written := time.Now(), t.written()
	before, err := cpuSeconds(pid)
	if err != nil {
		return seen, err
	}
	if err := pause(ctx, window); err != nil {
		return seen, err
	}
	after, err := cpuSeconds(pid)
	if err != nil {
		return seen, err
	}
	took := time.Since(from).Seconds()
	seen.cpu, seen.bytes = (after-before)/took, float64(t.written()-written)/took
	seen.mib, err = peakOf(pid)
	return seen, err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cpuSeconds returns how much CPU time a process used; proc_pid_stat(5).
func cpuSeconds(pid int) (float64, error) {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return 0, fmt.Errorf("it ended: %w", err)
	}
	stat, err := p.Stat()
	if err != nil {
		return 0, fmt.Errorf("it ended: %w", err)
	}
	return stat.CPUTime(), nil
}

// peakOf returns VmHWM of proc_pid_status(5), in MiB.
func peakOf(pid int) (float64, error) {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return 0, fmt.Errorf("it ended: %w", err)
	}
	status, err := p.NewStatus()
	if err != nil {
		return 0, fmt.Errorf("it ended: %w", err)
	}
	return float64(status.VmHWM) / (1 << 20), nil
}
