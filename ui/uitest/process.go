package uitest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// drainTime is how long Wait lets the last output arrive after the program's
// exit. A child left behind may hold the terminal open for ever.
const drainTime = 500 * time.Millisecond

// Process is a real program with a Terminal of its own, behind a pseudo
// terminal (pty(7)).
type Process struct {
	*Terminal
	cmd     *exec.Cmd
	master  *os.File
	before  unix.Termios
	exited  chan struct{} // Closed when the program has been waited for.
	drained chan struct{} // Closed when all its output is on the screen.
}

// Run starts cmd in a terminal of width by height cells, as leader of a session
// of its own. A nil cmd.Env is this process's own without what describes the
// terminal outside; TERM and COLORTERM are added unless cmd.Env names them.
// The program is killed when the context that cmd was made with ends. Close
// must be called.
func Run(cmd *exec.Cmd, width, height int, opts ...Option) (*Process, error) {
	s := newSetup(opts)
	cmd.Env = append(environment(cmd.Env), s.env...)
	master, tty, err := openPTY()
	if err != nil {
		return nil, fmt.Errorf("run %s in a terminal: %w", cmd.Path, err)
	}
	p := &Process{cmd: cmd, master: master, exited: make(chan struct{}), drained: make(chan struct{})}
	if err = errors.Join(p.setSize(width, height), p.saveTermios()); err == nil {
		err = startOn(cmd, tty)
	}
	if err := errors.Join(err, tty.Close()); err != nil {
		return nil, fmt.Errorf("run %s in a terminal: %w", cmd.Path, errors.Join(err, master.Close()))
	}
	p.Terminal = New(width, height, p.master)
	p.resized = p.setSize
	s.colors(p.Terminal)
	go p.reap()
	go p.show()
	return p, nil
}

// openPTY opens both ends of a new pseudo terminal. The Go runtime polls the
// file that it returns as master: that of the pty package is in blocking mode,
// and closing it would not end a read.
func openPTY() (master, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	defer blocking.Close()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open a pseudo terminal: %w", errors.Join(err, tty.Close()))
	}
	return os.NewFile(uintptr(fd), blocking.Name()), tty, nil
}

// startOn starts cmd as leader of a session whose controlling terminal is tty.
func startOn(cmd *exec.Cmd, tty *os.File) error {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid, cmd.SysProcAttr.Setctty = true, true
	return cmd.Start()
}

// reap waits for the program, so that it does not stay behind as a zombie.
func (p *Process) reap() {
	defer close(p.exited)
	_ = p.cmd.Wait() // The state tells all that is of interest.
}

// show copies the program's output to the screen until the last holder of the
// terminal is gone, which reads as EIO.
func (p *Process) show() {
	defer close(p.drained)
	defer p.end()
	_, _ = io.Copy(p.Terminal, p.master)
}

// PID returns the process id of the program.
func (p *Process) PID() int {
	return p.cmd.Process.Pid
}

// Signal sends a signal to the program.
func (p *Process) Signal(sig os.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil {
		return fmt.Errorf("signal %s to %s: %w", sig, p.cmd.Path, err)
	}
	return nil
}

// Exit waits for the end of the program and returns its exit code: 128 plus the
// signal if one killed it, as shells do. Its last output is then on the screen.
func (p *Process) Exit(ctx context.Context) (int, error) {
	ctx, cancel := withPatience(ctx)
	defer cancel()
	select {
	case <-p.exited:
	case <-ctx.Done():
		return 0, fmt.Errorf("wait for the end of %s: %w; screen:\n%s", p.cmd.Path, ctx.Err(), p.Screen())
	}
	select {
	case <-p.drained:
	case <-time.After(drainTime):
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return p.cmd.ProcessState.ExitCode(), nil
}

// Leftovers names every state of the terminal that the program has changed and
// not restored, the line discipline's (termios(3)) included.
func (p *Process) Leftovers() []string {
	left := p.Terminal.Leftovers()
	now, err := p.termios()
	switch {
	case err != nil:
		left = append(left, fmt.Sprintf("termios unknown: %v", err))
	case now.Lflag != p.before.Lflag || now.Iflag != p.before.Iflag || now.Oflag != p.before.Oflag:
		left = append(left, "termios changed (raw mode or no echo)")
	}
	return left
}

// Close kills the program if it still runs, and the processes of its group, and
// frees the terminal.
func (p *Process) Close() error {
	select {
	case <-p.exited:
	default:
		_ = unix.Kill(-p.PID(), unix.SIGKILL)
		<-p.exited
	}
	err := p.master.Close() // The kernel hangs up what else runs in the session.
	<-p.drained
	return errors.Join(err, p.Terminal.Close())
}

// setSize tells the program the new size by TIOCSWINSZ (SIGWINCH).
func (p *Process) setSize(width, height int) error {
	size := unix.Winsize{Col: uint16(width), Row: uint16(height)}
	return p.control(func(fd int) error { return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &size) })
}

// saveTermios is called before the program can change anything.
func (p *Process) saveTermios() (err error) {
	p.before, err = p.termios()
	return err
}

func (p *Process) termios() (unix.Termios, error) {
	var state unix.Termios
	err := p.control(func(fd int) error {
		got, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err == nil {
			state = *got
		}
		return err
	})
	return state, err
}

// control calls f with the descriptor and leaves it in non-blocking mode, which
// os.File.Fd would not.
func (p *Process) control(f func(fd int) error) error {
	conn, err := p.master.SyscallConn()
	if err != nil {
		return fmt.Errorf("pty: %w", err)
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return fmt.Errorf("pty: %w", err)
	}
	return inner
}

// outer are variables that describe the terminal this process runs in.
var outer = []string{
	"COLORFGBG", "COLUMNS", "LINES", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "SSH_TTY",
	"TERM", "TERM_PROGRAM", "TMUX", "TMUX_PANE", "STY", "WT_SESSION",
}

func environment(env []string) []string {
	if env == nil {
		env = slices.DeleteFunc(os.Environ(), func(s string) bool {
			name, _, _ := strings.Cut(s, "=")
			return slices.Contains(outer, name)
		})
	}
	return append([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}, env...)
}
