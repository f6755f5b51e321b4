package spawn

import (
	"fmt"
	"math"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// Command is what to start, much as exec.Cmd is. It has no other descriptors than the three below (on kernels before
// Linux 5.11 also those that this process was itself started with).
type Command struct {
	// Path is the program. Without a slash it is looked for in the directories of the PATH in Env, from inside: after the
	// namespaces and the root were changed.
	Path string
	Args []string // From the program's name on; that is Path where there are none.
	Env  []string // This process's own if nil.
	Dir  string   // The working directory, from inside; where it is empty, the one that Enter or Run leads to.
	// The standard files; /dev/null, as it is outside, where nil. Where Stdin is this process's terminal, the command
	// becomes a job of its own on it; see Process.
	Stdin, Stdout, Stderr *os.File
}

// defaultPath is where a command is looked for if its environment has no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// launch completes the script, starts the command and returns its process.
func (c Command) launch(l *launch) (*Process, error) {
	stdin, stdout, stderr := l.standard(c.Stdin), l.standard(c.Stdout), l.standard(c.Stderr)
	p := newProcess(stdin)
	if p.terminal != nil {
		l.lead(stdin)
	}
	for i, fd := range []int{stdin, stdout, stderr} {
		l.add("connect the standard files", unix.SYS_DUP3, uintptr(fd), uintptr(i), 0)
	}
	if c.Dir != "" {
		l.add("change directory to "+c.Dir, unix.SYS_CHDIR, l.text(c.Dir))
	}
	// Since Linux 5.11. This program marks all that it opens in this way; but it may itself have been started with more.
	l.add("close on exec", unix.SYS_CLOSE_RANGE, 3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC).may = anyErrno
	l.restoreLimit()
	l.add("", restoreSignals)
	c.exec(l)
	pid, err := l.start()
	if err != nil {
		p.close()
		return nil, err
	}
	p.pid = pid
	return p, nil
}

// standard returns a descriptor for one of the standard files.
func (l *launch) standard(f *os.File) int {
	if f != nil {
		return l.above(int(l.file(f)))
	}
	fd, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		l.fail(fmt.Errorf("open %s: %w", os.DevNull, err))
		return -1
	}
	l.opened = append(l.opened, fd)
	return l.above(fd)
}

// exec adds the calls that start the command. Only the child sees the directories in which it looks, so that it tries each.
func (c Command) exec(l *launch) {
	env, args := c.Env, c.Args
	if env == nil {
		env = os.Environ()
	}
	if len(args) == 0 {
		args = []string{c.Path}
	}
	paths := candidates(c.Path, env)
	if len(paths) == 0 {
		l.fail(&ExecError{c.Path, unix.ENOENT})
	}
	l.exec, l.path = len(l.calls), c.Path
	argv, envp := l.texts(args), l.texts(env)
	missing := oneOf(unix.ENOENT, unix.ENOTDIR)
	try := func(may errnos) {
		for _, name := range paths {
			l.add("exec", unix.SYS_EXECVE, l.text(name), argv, envp).may = may
		}
	}
	// As execvp(3) does, it goes on where one may not be executed. That comes to light in the second round, if no other could
	// be: it is a better answer than that the last one does not exist.
	try(missing | oneOf(unix.EACCES))
	try(missing)
}

// candidates are the paths that a command may have. Like package exec, it leaves out directories that are not absolute.
func candidates(name string, env []string) []string {
	if strings.Contains(name, "/") || name == "" {
		return []string{name}
	}
	var found []string
	for _, dir := range strings.Split(searchPath(env), ":") {
		if path.IsAbs(dir) {
			found = append(found, path.Join(dir, name))
		}
	}
	return found
}

// searchPath returns the PATH of an environment; as for a shell, the last one counts.
func searchPath(env []string) string {
	found := defaultPath
	for _, variable := range env {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			found = value
		}
	}
	return found
}
