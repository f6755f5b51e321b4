package main

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// targets completes whatever has namespaces: processes and worlds by their names; behind a type and a colon, namespaces.
// Where a path is begun, a shell completes files: a namespace may be one.
func targets(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if strings.HasPrefix(typed, "/") || strings.HasPrefix(typed, ".") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	s := seen(cmd, probe.Request{Facts: probe.FactCmdline | probe.FactWorlds})
	if s == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	offers := processes(nil, s, args, typed)
	for i := range s.Worlds {
		w := &s.Worlds[i]
		alone := !slices.ContainsFunc(s.Worlds, func(other probe.World) bool { return other.Name == w.Name && other.Key != w.Key })
		if alone && w.Leader != 0 {
			offers = offer(offers, typed, w.Name, "world of "+inAll(w.Processes))
		}
	}
	if kind, _, ok := strings.Cut(typed, ":"); ok {
		for i := range s.Namespaces {
			if n := &s.Namespaces[i]; n.Type.String() == kind {
				offers = offer(offers, typed, n.String(), inAll(n.Processes))
			}
		}
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

// inAll says how many processes there are.
func inAll(processes int) string {
	if processes == 1 {
		return "1 process"
	}
	return strconv.Itoa(processes) + " processes"
}

// groups completes the groups that a command can be about.
func groups(wanted func(*probe.Hierarchy, *probe.Group) bool) completer {
	return func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var offers []cobra.Completion
		if s := seen(cmd, probe.Request{Facts: probe.FactGroups}); s != nil {
			for i := range s.Groups {
				if g := &s.Groups[i]; g.Dir != "" && wanted(s.HierarchyOf(g), g) {
					offers = offer(offers, typed, g.String(), inAll(g.Processes+g.Below))
				}
			}
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}

func anyGroup(*probe.Hierarchy, *probe.Group) bool { return true }

// removable are all but the topmost ones.
func removable(_ *probe.Hierarchy, g *probe.Group) bool { return g.Parent >= 0 }

// populated are those in which somebody can be killed.
func populated(_ *probe.Hierarchy, g *probe.Group) bool {
	return g.Parent >= 0 && g.Processes+g.Below > 0
}

// freezable are those that can be frozen: of version 2, or of the freezer.
func freezable(h *probe.Hierarchy, g *probe.Group) bool {
	return g.Parent >= 0 && (h.Version == 2 || slices.Contains(h.Controllers, "freezer"))
}

// frozen are those that were frozen themselves.
func frozen(h *probe.Hierarchy, g *probe.Group) bool {
	return freezable(h, g) && (g.Values.FreezeRequested.Or(false) || g.Values.Freezer.Or(cgroup.Thawed) != cgroup.Thawed)
}

// parents completes the groups that a new one may be in, up to the slash behind which its name stands.
func parents(cmd *cobra.Command, _ []string, typed string) (offers []cobra.Completion, _ cobra.ShellCompDirective) {
	if s := seen(cmd, probe.Request{Facts: probe.FactGroups}); s != nil {
		for i := range s.Groups {
			if g := &s.Groups[i]; g.Dir != "" {
				offers = offer(offers, typed, strings.TrimSuffix(g.String(), "/")+"/", "a group in it")
			}
		}
	}
	return offers, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// named returns the group that a text names.
func named(cmd *cobra.Command, name string) (*probe.Snapshot, *probe.Group) {
	s := seen(cmd, probe.Request{Facts: probe.FactGroups})
	if s == nil {
		return nil, nil
	}
	key, err := s.ResolveGroup(name, statIn(rootsOf(cmd)))
	if err != nil {
		return s, nil
	}
	g, _ := s.Group(key)
	return s, g
}

// files completes the control files of the group that was named before, with what they say.
func files(cmd *cobra.Command, _ []string, typed string) (offers []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, k := range knobsOf(cmd) {
		first, _, _ := strings.Cut(k.Text.Or(""), "\n")
		offers = offer(offers, typed, k.Name, first)
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

// values completes what a control file says now, to be changed.
func values(cmd *cobra.Command, args []string, typed string) (offers []cobra.Completion, _ cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, k := range knobsOf(cmd) {
		if says, ok := k.Text.Get(); ok && k.Name == cmd.Flags().Arg(1) {
			offers = offer(offers, typed, says, "as it is")
		}
	}
	return offers, cobra.ShellCompDirectiveNoFileComp
}

// knobsOf returns the control files, of the group that is a command's first argument, that can be written.
func knobsOf(cmd *cobra.Command) []probe.Knob {
	_, g := named(cmd, cmd.Flags().Arg(0))
	if g == nil || g.Dir == "" {
		return nil
	}
	knobs, err := rootsOf(cmd).Knobs(g.Dir)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(knobs, func(k probe.Knob) bool { return !k.Writable })
}

// controllers are those that a new group may have: those of its hierarchy.
func controllers(cmd *cobra.Command, args []string) []string {
	if len(args) == 0 {
		return nil
	}
	for name := args[0]; name != "/" && name != "."; name = path.Dir(name) {
		if s, g := named(cmd, name); g != nil {
			return s.HierarchyOf(g).Controllers
		}
	}
	if s, g := named(cmd, "/"); g != nil {
		return s.HierarchyOf(g).Controllers
	}
	return nil
}
