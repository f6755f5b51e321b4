package actions

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"bulkhead/actions/spawn"
	"bulkhead/probe"
)

// Streams are the standard files of a command that is started.
type Streams struct{ In, Out, Err *os.File }

// Start starts the command of an Enter or Run step, which the caller waits for. Says tells what was otherwise than planned.
func (k Kernel) Start(step Step, files Streams) (p *spawn.Process, says string, err error) {
	switch step := step.(type) {
	case Enter:
		return k.enter(step, files)
	case Run:
		return k.run(step, files)
	}
	return nil, "", fmt.Errorf("%T starts no command", step)
}

// errNoShell is returned where a target has no shell to start, nor the host.
var errNoShell = errors.New("no shell can be started there")

// enter starts a command in namespaces. In place of a shell that the target's root lacks, one of the host's is started
// without going through its mnt namespace.
func (k Kernel) enter(e Enter, files Streams) (*spawn.Process, string, error) {
	if len(e.Command) > 0 {
		p, err := k.enterWith(e, e.Command, files)
		return p, "", err
	}
	p, err := k.enterShell(e, files)
	if !missing(err) || !e.through(probe.Mnt) || len(e.Doors) == 1 {
		return p, "", err
	}
	e.Doors = slices.DeleteFunc(slices.Clone(e.Doors), func(d Door) bool { return d.Type == probe.Mnt })
	p, err = k.enterShell(e, files)
	return p, "its root has no shell: this is the host's, outside of its mnt namespace", err
}

func (k Kernel) enterShell(e Enter, files Streams) (*spawn.Process, error) {
	return anyShell(func(shell []string) (*spawn.Process, error) { return k.enterWith(e, shell, files) })
}

// anyShell starts the user's own shell, else the one that every system has. The error is that of the last that was tried.
func anyShell(start func(shell []string) (*spawn.Process, error)) (*spawn.Process, error) {
	var err error
	for _, shell := range shells() {
		var p *spawn.Process
		p, err = start([]string{shell})
		if !missing(err) {
			return p, err
		}
	}
	return nil, fmt.Errorf("%w: %w", errNoShell, err)
}

// shells are the user's shell, and those that there are nearly everywhere.
func shells() []string {
	all := []string{fallbackShell}
	if own := os.Getenv("SHELL"); own != "" && own != fallbackShell {
		all = append([]string{own}, all...)
	}
	return append(all, "/bin/busybox")
}

// missing reports whether an error says that there is no such command.
func missing(err error) bool {
	var exec *spawn.ExecError
	return errors.As(err, &exec) && exec.Code() == 127
}

// enterWith starts one command in namespaces.
func (k Kernel) enterWith(e Enter, command []string, files Streams) (*spawn.Process, error) {
	var into spawn.Enter
	held, err := k.openDoors(e, &into)
	defer func() { closeAll(held) }()
	if err != nil {
		return nil, err
	}
	groups, err := k.openProcs(e.Groups)
	held = append(held, groups...)
	if err != nil {
		return nil, err
	}
	into.Cgroups, into.UID, into.GID = groups, e.UID, e.GID
	return commandOf(command, files).Enter(into) //nolint:wrapcheck // Its errors name the stage.
}

func commandOf(command []string, files Streams) spawn.Command {
	args := command
	if command[0] == "/bin/busybox" && len(command) == 1 {
		args = []string{"busybox", "sh"}
	}
	return spawn.Command{Path: command[0], Args: args, Stdin: files.In, Stdout: files.Out, Stderr: files.Err}
}

// openDoors opens the namespaces of a step, and refuses those that are others than were seen. All that is opened is
// returned, to be closed, whatever the error.
func (k Kernel) openDoors(e Enter, into *spawn.Enter) (held []*os.File, err error) {
	if e.Path != "" {
		file, err := openDoor(unix.AT_FDCWD, e.Path, e.Doors[0])
		if err != nil {
			return nil, err
		}
		into.Namespaces = []spawn.Join{{Type: e.Doors[0].Type, File: file}}
		return []*os.File{file}, nil
	}
	p, err := k.hold(e.Task)
	if err != nil {
		return nil, err
	}
	defer p.close()
	dir, err := p.dir.Open(".")
	if err != nil {
		return nil, fmt.Errorf("open process %d: %w", e.Task.TID, gone(err))
	}
	defer dir.Close() //nolint:errcheck // It was only read from.
	for _, d := range e.Doors {
		file, err := openDoor(int(dir.Fd()), "ns/"+d.Type.String(), d)
		if err != nil {
			return held, err
		}
		held = append(held, file)
		into.Namespaces = append(into.Namespaces, spawn.Join{Type: d.Type, File: file})
	}
	if e.through(probe.Mnt) {
		if into.Root, err = openPath(int(dir.Fd()), "root"); err != nil {
			return held, err
		}
		held = append(held, into.Root)
		if into.Cwd, err = openPath(int(dir.Fd()), "cwd"); err != nil {
			return held, err
		}
		held = append(held, into.Cwd)
	}
	return held, nil
}

// openDoor opens a namespace, and checks that it is the one that was seen: while it is open its number is its own.
func openDoor(dir int, path string, d Door) (*os.File, error) {
	fd, err := unix.Openat(dir, path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s namespace: %w", d.Type, gone(err))
	}
	file := os.NewFile(uintptr(fd), path)
	var st unix.Stat_t
	if err = unix.Fstat(fd, &st); err == nil && st.Ino != d.Inode {
		err = fmt.Errorf("it is %s:[%d] by now: %w", d.Type, st.Ino, ErrReplaced)
	}
	if err != nil {
		_ = file.Close() // It was only looked at.
		return nil, fmt.Errorf("open %s namespace: %w", d.Type, err)
	}
	return file, nil
}

// openPath opens a directory of a process, such as its root.
func openPath(dir int, name string) (*os.File, error) {
	fd, err := unix.Openat(dir, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open its %s: %w", name, gone(err))
	}
	return os.NewFile(uintptr(fd), name), nil
}

// openProcs opens the files by which a command moves itself into groups.
func (k Kernel) openProcs(groups []Group) ([]*os.File, error) {
	var files []*os.File
	for _, g := range groups {
		dir, err := k.open(g)
		if err != nil {
			return files, err
		}
		file, err := dir.OpenFile(fileProcs, os.O_WRONLY, 0)
		_ = dir.Close() // A directory; nothing is lost.
		if err != nil {
			return files, fmt.Errorf("open %s: %w", g.file(fileProcs), err)
		}
		files = append(files, file)
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		_ = f.Close() // The command has its own copies.
	}
}
