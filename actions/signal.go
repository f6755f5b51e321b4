package actions

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// Signal sends a signal to a process.
type Signal struct {
	Task   probe.TaskKey
	Comm   string
	Signal unix.Signal
}

// Shell implements Step.
func (s Signal) Shell() string { return words("kill", "-"+signalName(s.Signal), decimal(s.Task.PID)) }

// Inverse implements Step: only stopping and continuing undo each other.
func (s Signal) Inverse() []Step {
	if opposite, ok := opposites[s.Signal]; ok {
		return []Step{Signal{s.Task, s.Comm, opposite}}
	}
	return nil
}

// opposites are the signals that undo each other.
var opposites = map[unix.Signal]unix.Signal{unix.SIGSTOP: unix.SIGCONT, unix.SIGCONT: unix.SIGSTOP}

// signalName returns the name of a signal without SIG, or the number of a realtime one.
func signalName(s unix.Signal) string {
	if name := strings.TrimPrefix(unix.SignalName(s), "SIG"); name != "" {
		return name
	}
	return strconv.Itoa(int(s))
}

// NamedSignal is a signal a person may choose.
type NamedSignal struct {
	Name   string
	Number unix.Signal
	Use    string // What it does to a process that has not asked otherwise.
}

// Signals are those that people send, the most usual first; see signal(7).
var Signals = []NamedSignal{
	{"TERM", unix.SIGTERM, "asks it to end"},
	{"KILL", unix.SIGKILL, "ends it, whatever it does"},
	{"HUP", unix.SIGHUP, "hangs up: ends it, or has a server read its settings again"},
	{"INT", unix.SIGINT, "interrupts it, as ctrl-C does"},
	{"QUIT", unix.SIGQUIT, "ends it with a core dump"},
	{"STOP", unix.SIGSTOP, "stops it until CONT"},
	{"CONT", unix.SIGCONT, "lets it go on"},
	{"USR1", unix.SIGUSR1, "means what the program makes of it"},
	{"USR2", unix.SIGUSR2, "means what the program makes of it"},
}

// SignalNamed returns the signal of a name, with or without SIG, or of a number.
func SignalNamed(text string) (unix.Signal, bool) {
	name := strings.ToUpper(text)
	if number, err := strconv.Atoi(name); err == nil {
		return unix.Signal(number), number >= 0 && number <= maxSignal
	}
	number := unix.SignalNum("SIG" + strings.TrimPrefix(name, "SIG"))
	return number, number != 0
}

// maxSignal is the last of the realtime signals.
const maxSignal = 64

func decimal(n int32) string { return strconv.FormatInt(int64(n), 10) }
