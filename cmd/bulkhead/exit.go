package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"bulkhead/ui/text"
)

// The exit codes.
const (
	exitDone    = 0
	exitRefused = 1 // The kernel or a guard refused, or there is no such thing.
	exitUsage   = 2
)

// streams are what a run of the program reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run runs the program with its arguments and returns its exit code.
func run(ctx context.Context, args []string, s streams) int {
	root := newRootCmd(s)
	out := &output{Writer: s.out}
	root.SetOut(out)
	addLibraryCommands(root)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if out.err != nil {
		err = refusal{out.err}
	}
	if message := explain(cmd, err); message != "" {
		_, _ = fmt.Fprintln(s.err, "bulkhead: "+message) // Where even this cannot be said, the code says it.
	}
	return exitCode(err)
}

// refusal is an error met while a command did its work. All others are errors of usage, which the command line library
// and the arguments' checks find before.
type refusal struct{ error }

// Unwrap returns the error itself.
func (r refusal) Unwrap() error { return r.error }

// usageError is an error of usage found only while a command worked.
type usageError struct{ error }

// Unwrap returns the error itself.
func (u usageError) Unwrap() error { return u.error }

// work makes what a command does its RunE.
func work(do func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := do(cmd, args)
		var usage usageError
		if err == nil || errors.As(err, &usage) {
			return err
		}
		return refusal{err}
	}
}

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var refused refusal
	var status exitStatus
	var unstarted startFailure
	switch {
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &unstarted):
		return unstarted.code
	case err == nil, quiet(err):
		return exitDone
	case errors.As(err, &refused):
		return exitRefused
	}
	return exitUsage
}

// quiet reports whether an error is none to the user, who has seen enough of the output. On the standard output the Go
// runtime ends the program before that by SIGPIPE, as other tools end.
func quiet(err error) bool { return errors.Is(err, syscall.EPIPE) }

// explain returns what to say of an error, in one line, or more where commands are suggested.
func explain(cmd *cobra.Command, err error) string {
	var status exitStatus
	if err == nil || quiet(err) || errors.As(err, &status) {
		return ""
	}
	// Errors name processes, groups and files, whose names may hold any bytes.
	message := text.Safe(strings.TrimPrefix(strings.TrimRight(err.Error(), "\n"), cmd.Root().Name()+" "))
	var refused refusal
	if !errors.As(err, &refused) {
		message += fmt.Sprintf("\nSee %s --help.", cmd.CommandPath())
	}
	return message
}
