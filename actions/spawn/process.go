package spawn

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// Process is a command that runs.
//
// Where its standard input is the terminal of this process, which is in the foreground there, the command is in a process
// group of its own and has the foreground in its place, as a job of a shell: what is typed, ctrl-C too, goes to the command
// alone. Otherwise it is in this process's group.
type Process struct {
	pid      int
	terminal *terminal // nil where the command has no job of its own.
	signals  chan os.Signal
	children chan os.Signal
}

// passedOn are the signals that are meant for the command.
var passedOn = []os.Signal{
	unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGWINCH,
}

// newProcess prepares for a command that will have a standard input. From here on no signal is lost; close undoes it.
func newProcess(stdin int) *Process {
	p := &Process{
		terminal: foreground(stdin),
		// Waiting may be interrupted for long, by the user's ctrl-Z, and more than a few signals at once say nothing new.
		signals: make(chan os.Signal, 16),
		// One that waits stands for all: each has this process look after the command anew.
		children: make(chan os.Signal, 1),
	}
	signal.Notify(p.children, unix.SIGCHLD)
	// What this process was started to ignore, as by nohup(1), the command ignores as well.
	wanted := slices.DeleteFunc(slices.Clone(passedOn), signal.Ignored)
	if p.terminal != nil {
		wanted = append(wanted, unix.SIGCONT)
	}
	if len(wanted) > 0 {
		signal.Notify(p.signals, wanted...)
	}
	return p
}

func (p *Process) close() {
	signal.Stop(p.signals)
	signal.Stop(p.children)
	if p.terminal != nil {
		p.terminal.close()
		p.terminal = nil
	}
}

// Wait returns the command's exit code once it has ended: 128+n if signal n has killed it. It must be called, and once.
//
// Meanwhile the command gets the signals that this process gets: SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 and
// SIGWINCH; not those that the terminal sends to both. pid 1 of a pid namespace obeys no signal that it has no handler for.
// Where the command has a job of its own and is stopped, as by ctrl-Z, this process's group is stopped too, and continues
// the command when it is continued. In the end the terminal is as it was.
func (p *Process) Wait() (code int, err error) {
	defer p.close()
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(p.pid, &status, unix.WNOHANG|p.options(), nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 0, fmt.Errorf("wait for process %d: %w", p.pid, err)
		case pid == 0:
			p.attend()
		case status.Stopped():
			p.suspend()
		case status.Signaled():
			return 128 + int(status.Signal()), nil
		default:
			return status.ExitStatus(), nil
		}
	}
}

func (p *Process) options() int {
	if p.terminal != nil {
		return unix.WUNTRACED
	}
	return 0
}

// attend waits for something to happen and passes signals on. Only Wait's own loop frees the number of the command, so that
// no signal reaches another process.
func (p *Process) attend() {
	select {
	case <-p.children:
	case s := <-p.signals:
		switch {
		case s == unix.SIGCONT:
			p.resume()
		case !p.fromTerminal(s):
			_ = unix.Kill(p.pid, s.(syscall.Signal)) // It fails for a process of another user, who may ignore this one.
		}
	}
}
