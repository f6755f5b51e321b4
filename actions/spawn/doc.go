// Package spawn starts a command in existing namespaces (Command.Enter) or in new ones (Command.Run) and waits for it.
//
// setns(2) and unshare(2) of a user or time namespace fail in a process of many threads, as every Go program is, and of
// the others they would change one thread, which other goroutines run on later. So the work is done in a forked child.
// That child has one thread and, of the runtime, nothing that still works: it may not allocate, take a lock or grow its
// stack. Hence all thinking is done before the fork. It leaves a script, a plain list of system calls with their
// arguments, and the child does nothing but make these calls one after the other; the last one becomes the command.
//
// The files: script.go is the list and fork.go the child that goes through it; enter.go and run.go write the scripts of
// the two ways, setup.go and command.go the parts that they are made of; launch.go, prepare.go and follow.go are the
// parent's side of it; process.go, terminal.go and suspend.go are what the parent does while the command runs.
//
// Nothing here prints or ends the program.
package spawn
