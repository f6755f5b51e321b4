package origin

import (
	"path/filepath"
	"strconv"
	"strings"
)

// fromSandbox recognises the processes that a browser, or what was built of one, puts into namespaces of their own: it calls
// itself once more, and says in an argument what the process is for.
func fromSandbox(leader Facts) (Origin, bool) {
	line := leader.Cmdline
	kind, at := Chromium, typeFlag(line)
	if at < 0 {
		kind, at = Firefox, strings.Index(line, " -contentproc ")
	}
	if at < 0 {
		return Origin{}, false
	}
	program, _, _ := strings.Cut(line[:at], " -")
	return Origin{
		Kind: kind, Name: filepath.Base(program), From: "argument " + firstWord(line[at+1:]) + ofLeader(leader),
	}, true
}

// chromiumTypes are what Chromium sandboxes; content/public/common/content_switches.cc and its kin.
var chromiumTypes = map[string]bool{
	"zygote": true, "renderer": true, "utility": true, "gpu-process": true, "ppapi": true, "nacl-loader": true,
	"sandbox-ipc": true, "broker": true,
}

// typeFlag returns where the blank before --type=TYPE is, or -1.
func typeFlag(line string) int {
	const flag = " --type="
	at := strings.Index(line, flag)
	if at < 0 || !chromiumTypes[firstWord(line[at+len(flag):])] {
		return -1
	}
	return at
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}

func ofLeader(leader Facts) string { return " of " + strconv.Itoa(int(leader.PID)) + " " + leader.Comm }

// launcher is a program that makes namespaces and runs a command in them.
type launcher struct {
	kind  string
	takes map[string]int // How many arguments those of its options take that take any, beside what follows a "=".
}

// launchers by their comm, with the options of bwrap(1), firejail(1), unshare(1) and nsenter(1).
var launchers = map[string]launcher{
	"bwrap": {Bubblewrap, map[string]int{
		"--args": 1, "--argv0": 1, "--level-prefix": 0, "--userns": 1, "--userns2": 1, "--pidns": 1, "--uid": 1, "--gid": 1,
		"--hostname": 1, "--chdir": 1, "--setenv": 2, "--unsetenv": 1, "--lock-file": 1, "--sync-fd": 1, "--bind": 2,
		"--bind-try": 2, "--dev-bind": 2, "--dev-bind-try": 2, "--ro-bind": 2, "--ro-bind-try": 2, "--bind-fd": 2,
		"--ro-bind-fd": 2, "--remount-ro": 1, "--overlay-src": 1, "--overlay": 3, "--tmp-overlay": 1, "--ro-overlay": 1,
		"--exec-label": 1, "--file-label": 1, "--proc": 1, "--dev": 1, "--tmpfs": 1, "--mqueue": 1, "--dir": 1, "--file": 2,
		"--bind-data": 2, "--ro-bind-data": 2, "--symlink": 2, "--seccomp": 1, "--add-seccomp-fd": 1, "--block-fd": 1,
		"--userns-block-fd": 1, "--info-fd": 1, "--json-status-fd": 1, "--cap-add": 1, "--cap-drop": 1, "--perms": 1,
		"--size": 1, "--chmod": 2,
	}},
	"firejail": {Firejail, nil},
	"unshare": {Unshare, map[string]int{
		"-R": 1, "--root": 1, "-w": 1, "--wd": 1, "-S": 1, "--setuid": 1, "-G": 1, "--setgid": 1, "-l": 1, "--load-interp": 1,
		"--propagation": 1, "--setgroups": 1, "--map-user": 1, "--map-group": 1, "--map-users": 1, "--map-groups": 1,
		"--monotonic": 1, "--boottime": 1, "--owner": 1,
	}},
	"nsenter": {Nsenter, map[string]int{
		"-t": 1, "--target": 1, "-S": 1, "--setuid": 1, "-G": 1, "--setgid": 1, "-N": 1, "--net-socket": 1,
	}},
}

// fromLauncher recognises a world by the program that made it: the leader itself, which waits for its command, or the
// leader's parent. One that has become its command (unshare without --fork) leaves no trace.
func fromLauncher(f Family) (Origin, bool) {
	if l, ok := launchers[f.Leader.Comm]; ok {
		return Origin{
			Kind: l.kind, Name: l.command(strings.Fields(f.Leader.Cmdline)), From: "command" + ofLeader(f.Leader),
		}, true
	}
	if l, ok := launchers[f.Parent.Comm]; ok {
		return Origin{
			Kind: l.kind, Name: f.Leader.Comm, From: "command of the parent " + strconv.Itoa(int(f.Parent.PID)) + " " + f.Parent.Comm,
		}, true
	}
	return Origin{}, false
}

// command returns the program that a launcher runs, by the name it was given if there is one. Arguments with blanks in them
// cannot be told apart here, so that the name may be a part of one: it is a name to show and no more.
func (l *launcher) command(args []string) string {
	for i := 1; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--" && i+1 < len(args):
			return filepath.Base(args[i+1])
		case l.kind == Firejail && strings.HasPrefix(arg, "--name="):
			return arg[len("--name="):]
		case !strings.HasPrefix(arg, "-"):
			return filepath.Base(arg)
		case l.takes[arg] > 0:
			i += l.takes[arg]
		}
	}
	return ""
}
