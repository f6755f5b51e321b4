package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersionCmd(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArguments,
		RunE: work(func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(s.out, "bulkhead %s\n%s %s/%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err //nolint:wrapcheck // Of an output there is no more to say.
		}),
	}
}

// versionText returns the version: what the linker set, else the module's version, else the commit it was built from.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	text := "devel"
	if commit := settings["vcs.revision"]; len(commit) > shortCommit {
		text += " " + commit[:shortCommit]
	}
	if settings["vcs.modified"] == "true" {
		text += " changed"
	}
	return text
}

// shortCommit is how much of a commit's name is shown.
const shortCommit = 12
