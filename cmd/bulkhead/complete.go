package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/text"
)

// completer offers what an argument may be. A shell asks it while somebody types: it reads no more than it offers, and where it
// can read nothing it offers nothing and says nothing.
type completer func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective)

// addCompletions has the shells complete what is there now: processes, worlds, namespaces, groups and their files.
func addCompletions(root *cobra.Command) {
	for name, complete := range map[string]completer{
		"show":         after(targets, nothing),
		"compare":      after(targets, after(targets, nothing)),
		"enter":        after(targets, anyFile),
		"move":         tasks,
		"signal":       after(signals, tasks),
		"freeze":       after(groups(freezable), nothing),
		"thaw":         after(groups(frozen), nothing),
		"kill":         after(groups(populated), nothing),
		"set":          after(groups(anyGroup), after(files, values)),
		"group make":   after(parents, nothing),
		"group remove": after(groups(removable), nothing),
		"mount":        after(nothing, anyFile),
	} {
		subcommand(root, name).ValidArgsFunction = cobra.CompletionFunc(complete)
	}
	for name, complete := range map[string]completer{
		"move --to":                groups(anyGroup),
		"run --in":                 groups(anyGroup),
		"cgroups --root":           groups(anyGroup),
		"list cgroups --root":      groups(anyGroup),
		"run --new":                listed(types),
		"enter --types":            listed(types),
		"run --fork-mode":          fixed("clone", "unshare"),
		"group make --controllers": listed(controllers),
	} {
		of, flag, _ := strings.Cut(name, " --")
		// It fails for a flag that is not there, or has a function: neither can be, which a test holds.
		_ = subcommand(root, of).RegisterFlagCompletionFunc(flag, cobra.CompletionFunc(complete))
	}
	for _, cmd := range root.Commands() {
		if cmd.ValidArgsFunction == nil && !cmd.HasSubCommands() && cmd.Name() != "run" { // Which takes a command, that is a file.
			cmd.ValidArgsFunction = nothing
		}
	}
}

// subcommand returns the command of a name, such as "group make"; root where there is none.
func subcommand(root *cobra.Command, name string) *cobra.Command {
	cmd, _, err := root.Find(strings.Fields(name))
	if err != nil {
		return root
	}
	return cmd
}

// nothing completes what has no end of possible words.
func nothing(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// anyFile leaves it to the shell to complete files, as for a command that is to be started.
func anyFile(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// after completes the first argument in one way, and those that follow in another.
func after(first, rest completer) completer {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return first(cmd, args, typed)
		}
		return rest(cmd, args[1:], typed)
	}
}

// listed completes the last of several words that are parted by commas, with those that are not there yet.
func listed(words func(cmd *cobra.Command, args []string) []string) completer {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		var offers []cobra.Completion
		for _, word := range words(cmd, args) {
			if !slices.Contains(strings.Split(before, ","), word) {
				offers = offer(offers, typed, before+word, "")
			}
		}
		return offers, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
}

// fixed completes words that are always the same.
func fixed(words ...string) completer {
	return func(_ *cobra.Command, _ []string, typed string) (offers []cobra.Completion, _ cobra.ShellCompDirective) {
		for _, word := range words {
			offers = offer(offers, typed, word, "")
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}

// offer adds a word, and what it is, where it goes on as was typed. A shell prints completions as they are, a line for each: a
// word that would break one, or that a terminal might obey, is left out.
func offer(offers []cobra.Completion, typed, word, is string) []cobra.Completion {
	if !strings.HasPrefix(word, typed) || word == "" || text.Safe(word) != word {
		return offers
	}
	if is = text.Safe(is); is == "" {
		return append(offers, word)
	}
	return append(offers, cobra.CompletionWithDesc(word, text.Truncate(is, longestOffer)))
}

// longestOffer is how much is said about a word, in cells.
const longestOffer = 60

// types are those of namespaces.
func types(*cobra.Command, []string) []string {
	var names []string
	for _, t := range probe.NamespaceTypes {
		names = append(names, t.String())
	}
	return names
}

// signals completes the names of signals.
func signals(_ *cobra.Command, _ []string, typed string) (offers []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, s := range actions.Signals {
		offers = offer(offers, typed, s.Name, s.Use)
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

// seen scans what the flags of a command name: a host, or a recording of one; nil where nothing can be read.
func seen(cmd *cobra.Command, request probe.Request) *probe.Snapshot {
	from := source{hostFlags: hostFlags{roots: rootsOf(cmd)}}
	if flag := cmd.Flags().Lookup("from"); flag != nil {
		from.from = flag.Value.String()
	}
	s, err := from.snapshot(cmd.Context(), request)
	if err != nil {
		return nil
	}
	return s
}

// rootsOf returns the roots that the flags of a command name.
func rootsOf(cmd *cobra.Command) probe.Roots {
	roots := probe.Live
	if flag := cmd.Flags().Lookup("proc"); flag != nil {
		roots.Proc = flag.Value.String()
	}
	if flag := cmd.Flags().Lookup("sys"); flag != nil {
		roots.Sys = flag.Value.String()
	}
	return roots
}

// tasks completes pids, with what runs by them. The kernel's own threads take no signal, and are not looked for.
func tasks(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	s := seen(cmd, probe.Request{Facts: probe.FactCmdline})
	if s == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return processes(nil, s, args, typed), cobra.ShellCompDirectiveNoFileComp
}

// processes offers the pids that are not there yet.
func processes(offers []cobra.Completion, s *probe.Snapshot, args []string, typed string) []cobra.Completion {
	for i := range s.Tasks {
		t := &s.Tasks[i]
		pid := strconv.Itoa(int(t.PID))
		if t.Kernel || t.Zombie() || t.PID == s.Host.Self || slices.Contains(args, pid) {
			continue
		}
		offers = offer(offers, typed, pid, t.Cmdline.Or(t.Comm))
	}
	return offers
}
