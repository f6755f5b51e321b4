package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
)

// newScreenCmd returns a command that opens a screen. Where there is no terminal to draw on, or with --json, it prints
// instead what the screen would show.
func newScreenCmd(s streams, name, short string) *cobra.Command {
	var flags struct {
		hostFlags
		json, noColor, readOnly bool
		noConfig                bool
		filter, root            string
		interval                interval
	}
	flags.interval = interval(time.Second)
	cmd := &cobra.Command{Use: name, Short: short, Args: noArguments}
	flags.register(cmd.Flags())
	cmd.Flags().BoolVar(&flags.json, "json", false, "print JSON and exit")
	cmd.Flags().BoolVar(&flags.noColor, "no-color", false, "draw without colour; so does the variable NO_COLOR")
	cmd.Flags().StringVar(&flags.filter, "filter", "", filterHelp)
	cmd.Flags().BoolVar(&flags.readOnly, "read-only", false, "only look: take away the ability to change anything")
	cmd.Flags().BoolVar(&flags.noConfig, "no-config", false, "neither read nor keep what was chosen on the screen")
	if name == "cgroups" {
		cmd.Flags().StringVar(&flags.root, "root", "", rootHelp)
	}
	cmd.Flags().Var(&flags.interval, "interval", "time between scans")
	cmd.RunE = work(func(cmd *cobra.Command, _ []string) error {
		if !flags.json && terminal(s.in) && terminal(s.out) {
			return runScreen(cmd.Context(), screenOptions{
				roots: flags.roots, tasks: flags.tasks, interval: time.Duration(flags.interval), start: name, filter: flags.filter, root: flags.root,
				noColor: flags.noColor, readOnly: flags.readOnly, noConfig: flags.noConfig, version: versionText(),
			})
		}
		o := listOptions{source: source{hostFlags: flags.hostFlags}, json: flags.json, filter: flags.filter, root: flags.root}
		if name == "events" {
			return followEvents(cmd.Context(), s, o, time.Duration(flags.interval))
		}
		return printList(cmd.Context(), s, listsByName[name], o)
	})
	return cmd
}

// terminal reports whether a stream is a terminal that can be drawn on.
func terminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(file.Fd())
}

// lineWidth returns how wide the lines on a stream may be: the terminal's width, or 0 where they are not bound.
func lineWidth(out io.Writer) int {
	file, ok := out.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(file.Fd())
	if err != nil {
		return 0
	}
	return width
}

const rootHelp = "show only `GROUP` and those below it, such as /docker or cpuset:/lab"

const filterHelp = "show only what matches `EXPR`, such as \"nginx\", \"user:www-data\" or \"!state:S net:4026531840\""

// flagError wraps an error of a flag's value, which is one of usage.
func flagError(name string, err error) error {
	return usageError{fmt.Errorf("--%s: %w", name, err)}
}
