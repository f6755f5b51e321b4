package uitest

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runShell starts a shell script in a terminal of 40x6.
func runShell(t *testing.T, script string) *Process {
	t.Helper()
	return run(t, exec.CommandContext(t.Context(), "sh", "-c", script))
}

func run(t *testing.T, cmd *exec.Cmd) *Process {
	t.Helper()
	p, err := Run(cmd, 40, 6)
	check(t, err)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close the process: %v", err)
		}
	})
	return p
}

func TestProcess(t *testing.T) {
	p := runShell(t, `printf 'name? '; read name; echo "hello $name"; stty size; exit 3`)
	check(t, p.WaitFor(t.Context(), "name?"))
	check(t, p.Type("ship\n"))
	code, err := p.Exit(t.Context())
	check(t, err)
	if code != 3 {
		t.Errorf("exit code: got %d, want 3", code)
	}
	if got, want := p.Screen(), "name? ship\nhello ship\n6 40\n\n\n"; got != want {
		t.Errorf("screen: got %q, want %q", got, want)
	}
	if got := string(p.Raw()); !strings.Contains(got, "hello ship\r\n") {
		t.Errorf("Raw() = %q, want hello ship in it", got)
	}
	if left := p.Leftovers(); left != nil {
		t.Errorf("Leftovers() = %q, want none", left)
	}
	if err := p.WaitFor(t.Context(), "more"); !errors.Is(err, ErrEnded) {
		t.Errorf("WaitFor after the end: got %v, want %v", err, ErrEnded)
	}
}

func TestProcessResize(t *testing.T) {
	p := runShell(t, `trap 'stty size' WINCH; echo ready; while :; do read x; done`)
	check(t, p.Play(t.Context(), "wait:ready,resize:33x5,wait:5 33"))
}

func TestProcessSignal(t *testing.T) {
	p := runShell(t, `trap 'echo got hup; exit 7' HUP; echo ready; while :; do read x; done`)
	check(t, p.WaitFor(t.Context(), "ready"))
	check(t, p.Signal(syscall.SIGHUP))
	code, err := p.Exit(t.Context())
	check(t, err)
	if code != 7 || !strings.Contains(p.Screen(), "got hup") {
		t.Errorf("got code %d and screen %q, want 7 and the trap's words", code, p.Screen())
	}
}

func TestProcessKilled(t *testing.T) {
	p := runShell(t, `echo ready; exec sleep 60`)
	check(t, p.WaitFor(t.Context(), "ready"))
	check(t, p.Signal(os.Kill))
	if code, err := p.Exit(t.Context()); code != 137 || err != nil {
		t.Errorf("Exit() = %d, %v, want 137", code, err)
	}
}

func TestProcessLeftovers(t *testing.T) {
	p := runShell(t, `stty raw -echo; printf '\033[?1049h\033[?25l'`)
	_, err := p.Exit(t.Context())
	check(t, err)
	want := "alternate screen in use; cursor hidden; termios changed (raw mode or no echo)"
	if got := strings.Join(p.Leftovers(), "; "); got != want {
		t.Errorf("Leftovers() = %q, want %q", got, want)
	}
}

// TestProcessReply checks that a program gets the terminal's answers.
func TestProcessReply(t *testing.T) {
	p := runShell(t, `stty raw -echo; printf 'ab\033[6n'; dd bs=1 count=6 2>/dev/null | od -An -c; stty -raw`)
	check(t, p.WaitFor(t.Context(), `033   [   1   ;   3   R`))
}

// TestProcessJobs runs an interactive shell: Ctrl-Z stops its child and fg
// continues it.
func TestProcessJobs(t *testing.T) {
	p := run(t, exec.CommandContext(t.Context(), "bash", "--norc", "--noediting", "-i"))
	// Written in two parts, so that the echo of the line is not the prompt.
	check(t, p.Play(t.Context(), `type:PS1=rea''dy@,enter,wait:ready@,type:cat,enter,type:one,enter`))
	twice := func(word string) {
		t.Helper()
		check(t, p.Wait(t.Context(), word+" twice", func(screen string) bool {
			return strings.Count(screen, word) == 2 // The echo and cat's copy.
		}))
	}
	twice("one")
	check(t, p.Play(t.Context(), "ctrl+z,wait:Stopped,wait:cat\nready@,type:fg,enter"))
	check(t, p.WaitFor(t.Context(), "fg\ncat\n")) // The shell's own word for what it continues.
	check(t, p.Type("two\n"))
	twice("two")
	check(t, p.Play(t.Context(), "ctrl+d,type:exit 5,enter"))
	if code, err := p.Exit(t.Context()); code != 5 || err != nil {
		t.Errorf("Exit() = %d, %v, want 5; screen:\n%s", code, err, p.Screen())
	}
}

// TestProcessLeftBehind checks that a child which outlives the program and
// keeps the terminal does not keep us.
func TestProcessLeftBehind(t *testing.T) {
	p := runShell(t, `trap '' HUP; setsid sleep 60 & echo pid=$!. ; exit 0`)
	start := time.Now()
	code, err := p.Exit(t.Context())
	check(t, err)
	if code != 0 || time.Since(start) > patience/2 {
		t.Errorf("Exit() = %d after %s, want 0 soon", code, time.Since(start))
	}
	killPrinted(t, p.Screen())
}

// killPrinted ends the process that the screen names as "pid=N.".
func killPrinted(t *testing.T, screen string) {
	t.Helper()
	_, rest, _ := strings.Cut(screen, "pid=")
	pid, _, found := strings.Cut(rest, ".")
	if !found {
		t.Fatalf("no pid on the screen:\n%s", screen)
	}
	if out, err := exec.CommandContext(t.Context(), "kill", "-KILL", pid).CombinedOutput(); err != nil {
		t.Errorf("kill %s: %v: %s", pid, err, out)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	t.Setenv("KEPT", "yes")
	const report = `echo "$TERM/$COLORTERM/$NO_COLOR/$KEPT"`
	p := runShell(t, report)
	check(t, p.WaitFor(t.Context(), "xterm-256color/truecolor//yes"))

	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", report)
	cmd.Env = []string{"TERM=dumb", "NO_COLOR=1"}
	p, err := Run(cmd, 40, 6, Env("KEPT=no"), Light)
	check(t, err)
	check(t, p.WaitFor(t.Context(), "dumb/truecolor/1/no"))
	check(t, p.Close())
}

func TestNoSuchProgram(t *testing.T) {
	if _, err := Run(exec.CommandContext(t.Context(), "/no/such/program"), 10, 2); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Run: got %v, want %v", err, os.ErrNotExist)
	}
}
