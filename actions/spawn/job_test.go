package spawn_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"bulkhead/ui/uitest"
)

// A job is a program built on this package that is started from an interactive shell in a terminal, and in turn starts a
// command. The shell is a real one, so that what is checked is what its user meets.

// interactive starts a shell in which `job COMMAND...` is such a program.
func interactive(t *testing.T, env ...string) *uitest.Process {
	t.Helper()
	p := inTerminal(t, exec.Command("sh", "-i"), env...)
	check(t, p.WaitFor(t.Context(), ">"))
	return p
}

func inTerminal(t *testing.T, cmd *exec.Cmd, env ...string) *uitest.Process {
	t.Helper()
	exe, err := os.Executable()
	check(t, err)
	cmd.Env = append(os.Environ(), roleName+"=job", "GOCOVERDIR="+t.TempDir(), "TERM=dumb", "PS1=> ", "ENV=", "JOB="+exe)
	cmd.Env = append(cmd.Env, env...)
	p, err := uitest.Run(cmd, 100, 30)
	check(t, err)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close the terminal: %v", err)
		}
	})
	return p
}

// prompt is what the shell writes when it is ready, on a line of its own.
const prompt = "\n> "

// dialog types lines, or keys, and waits for the answer to each. What is waited for is never part of what is typed, which
// the terminal shows as well.
func dialog(t *testing.T, p *uitest.Process, lines ...[2]string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, line := range lines {
		text := line[0]
		if !strings.HasPrefix(text, "^") {
			text += "\n"
		} else {
			text = string(text[1] - '@') // ^C is the third control character.
		}
		before := len(p.Raw())
		check(t, p.Type(text))
		err := p.Wait(ctx, fmt.Sprintf("%q after %q", line[1], text), func(string) bool {
			return strings.Contains(strings.ReplaceAll(string(p.Raw()[before:]), "\r", ""), line[1])
		})
		check(t, err)
	}
}

func expectEnd(t *testing.T, p *uitest.Process) {
	t.Helper()
	dialog(t, p, [2]string{"stty -a | grep -cw '[-]echo'; echo echo-$?", "echo-1" + prompt})
	check(t, p.Type("exit 4\n"))
	if code, err := p.Exit(t.Context()); code != 4 || err != nil {
		t.Errorf("the shell's code is %d, %v", code, err)
	}
	if left := p.Leftovers(); left != nil {
		t.Errorf("left behind: %q", left)
	}
}

// reader is a command that reads from its terminal without echo, and says what it gets.
const reader = `$JOB sh -c 'stty -echo; echo rea""dy $(ps -o tpgid= -p $$ | grep -cw $$); while read x; do echo g""ot $x; done'`

func TestJob(t *testing.T) {
	p := interactive(t)
	dialog(t, p,
		[2]string{reader + "; echo code $?", "ready 1"},
		[2]string{"one", "got one"},
		[2]string{"^D", "code 0" + prompt},
		[2]string{"$JOB sh -c 'exit 9'; echo code $?", "code 9" + prompt},
		[2]string{"$JOB /none; echo code $?", "code 127" + prompt},
	)
	expectEnd(t, p)
}

// TestJobInterrupt types ctrl-C, which only the command gets, and ctrl-\ .
func TestJobInterrupt(t *testing.T) {
	p := interactive(t)
	dialog(t, p,
		[2]string{`$JOB sh -c 'trap "echo c""aught; exit 5" INT; echo rea""dy; while :; do :; done'; echo code $?`, "ready"},
		[2]string{"^C", "caught\ncode 5" + prompt},
		[2]string{`$JOB sh -c 'ulimit -c 0; echo re""ady again; exec cat'; echo c""ode2 $?`, "ready again"},
		[2]string{"^C", "code2 130" + prompt},
		[2]string{`$JOB sh -c 'ulimit -c 0; echo re""ady thrice; exec cat'; echo c""ode3 $?`, "ready thrice"},
		[2]string{"^\\", "code3 131" + prompt},
	)
	expectEnd(t, p)
}

// TestJobStop types ctrl-Z, whereupon the shell has its terminal back, and continues the job, in the foreground and in the
// background.
func TestJobStop(t *testing.T) {
	p := interactive(t)
	dialog(t, p,
		[2]string{reader, "ready 1"},
		[2]string{"^Z", "Stopped"},
		[2]string{"stty -a | grep -cw '[-]echo'; echo shell-$?", "shell-1" + prompt},
		[2]string{"fg", "JOB}"},
		[2]string{"two", "got two"},
		[2]string{"^Z", "Stopped"},
		[2]string{"bg; echo b''usy", "busy"},
		// The command reads, which stops it in the background, and the job with it.
		[2]string{"until ps --ppid $$ -o stat=,args= | grep -q '^T.*read'; do :; done; echo h''alted", "halted"},
	)
	dialog(t, p,
		[2]string{"fg", "JOB}"},
		[2]string{"three", "got three"},
		[2]string{"^C", "> "},
	)
	expectEnd(t, p)
}

// TestJobOfScript stops a job whose caller is a script. The shell sees the whole of it stopped.
func TestJobOfScript(t *testing.T) {
	p := interactive(t)
	dialog(t, p,
		[2]string{"sh -c '$JOB sh -c \"echo re''ady; while read x; do echo g''ot \\$x; done\"; echo c''ode $?'", "ready"},
		[2]string{"one", "got one"},
		[2]string{"^Z", "Stopped"},
		[2]string{"echo sh''ell", "shell" + prompt},
		[2]string{"fg", "JOB sh"},
		[2]string{"two", "got two"},
		[2]string{"^D", "code 0" + prompt},
	)
	expectEnd(t, p)
}

// TestJobWithoutShell types ctrl-Z where nobody could ever continue this process. It goes on.
func TestJobWithoutShell(t *testing.T) {
	p := inTerminal(t, exec.Command("/proc/self/exe", "sh", "-c", `echo rea""dy; read x; echo got $x; exit 6`))
	check(t, p.WaitFor(t.Context(), "ready"))
	dialog(t, p, [2]string{"^Z", "^Z"}, [2]string{"more", "got more"})
	if code, err := p.Exit(t.Context()); code != 6 || err != nil {
		t.Errorf("code %d, %v", code, err)
	}
}

func TestJobResize(t *testing.T) {
	p := interactive(t)
	dialog(t, p, [2]string{`$JOB sh -c 'trap "stty size" WINCH; echo rea""dy; while :; do :; done'`, "ready"})
	check(t, p.Resize(90, 25))
	check(t, p.WaitFor(t.Context(), "25 90"))
	dialog(t, p, [2]string{"^C", "> "})
}

// TestJobKilled ends the command where it has changed the terminal and the foreground.
func TestJobKilled(t *testing.T) {
	p := interactive(t)
	dialog(t, p,
		[2]string{`$JOB sh -c 'stty raw -echo; echo rea""dy; kill -KILL $$'; echo code $?`, "code 137" + prompt},
	)
	expectEnd(t, p)
}

// TestJobInPIDNamespace has pid 1 of a pid namespace on the terminal: it has a number of its own for its group.
func TestJobInPIDNamespace(t *testing.T) {
	needRoot(t)
	p := interactive(t, "JOB_IN_PID_NAMESPACE=1")
	dialog(t, p,
		[2]string{`$JOB sh -c 'trap "echo c""aught; exit 5" INT; echo rea""dy $$; read x; echo g""ot $x; while :; do :; done'; echo code $?`, "ready 1"},
		[2]string{"one", "got one"},
		[2]string{"^C", "code 5" + prompt},
	)
	expectEnd(t, p)
}

// TestNoJob has a standard input that is no terminal, on a terminal. ctrl-C goes to both, and the command gets it once: a
// second time would come before the signal that it has this process pass on.
func TestNoJob(t *testing.T) {
	p := interactive(t)
	const script = `trap "echo c\"\"aught; kill -USR1 $PPID" INT; trap "exit 7" USR1; echo rea""dy; while :; do :; done`
	dialog(t, p,
		[2]string{": | $JOB sh -c '" + script + "'; echo code $?", "ready"},
		[2]string{"^C", "code 7" + prompt},
	)
	if n := strings.Count(p.Screen(), "caught\n"); n != 1 {
		t.Errorf("the command was interrupted %d times:\n%s", n, p.Screen())
	}
}
