package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// output is what the command line library prints on: help, versions and completions. It passes errors of writing over, so
// that they are kept here.
type output struct {
	io.Writer
	err error
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("write output: %w", err)
	}
	return n, err //nolint:wrapcheck // The library's own printing looks at it.
}

// addLibraryCommands adds the commands that the library brings, and makes them as strict as the others: it would answer what
// it does not know with help and success.
func addLibraryCommands(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Run, cmd.RunE = nil, helpOn
		case "completion":
			cmd.Args = noArguments
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				return fmt.Errorf("%s needs to know the shell: bash, fish, powershell or zsh", cmd.CommandPath())
			}
		}
	}
}

// helpOn prints the help of a command.
func helpOn(help *cobra.Command, args []string) error {
	cmd, rest, err := help.Root().Find(args)
	if err == nil {
		err = noArguments(cmd, rest)
	}
	if err != nil {
		return err //nolint:wrapcheck // It names the command.
	}
	cmd.InitDefaultHelpFlag() // So that the help has them.
	cmd.InitDefaultVersionFlag()
	return cmd.Help() //nolint:wrapcheck // The output keeps the error.
}
