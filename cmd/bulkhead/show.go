package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/recording"
	"bulkhead/ui/detail"
	"bulkhead/ui/history"
	"bulkhead/ui/text"
)

func newShowCmd(s streams) *cobra.Command {
	var from source
	var parts showParts
	cmd := &cobra.Command{
		Use:   "show TARGET",
		Short: "Print everything known about a process, thread, namespace, group or world",
		Long: `Print everything known about one thing. TARGET is

  20553                a process, or 20553/20560 a thread of it
  net:[4026531840]     a namespace; the inode number alone or a path such as /run/netns/blue or ./blue will do
  cpuset:/lab          a control group; /lab in version 2, or the directory itself
  nginx                a world, by its name`,
		Args: oneArgument("TARGET"),
		RunE: work(func(cmd *cobra.Command, args []string) error {
			if parts.posture {
				return showPosture(cmd.Context(), s.out, &from, args[0], parts.json)
			}
			return show(cmd, s, &from, args[0], parts)
		}),
	}
	from.register(cmd.Flags())
	cmd.Flags().BoolVar(&parts.json, "json", false, "print JSON")
	cmd.Flags().BoolVar(&parts.sees, "sees", false, "print only what it sees by its namespaces, or what is in the namespace")
	cmd.Flags().BoolVar(&parts.uses, "uses", false, "print only what it may use by its groups")
	cmd.Flags().BoolVar(&parts.groups, "groups", false, "print only its group in every hierarchy, and what binds there")
	cmd.Flags().BoolVar(&parts.posture, "posture", false, "print only what weakens the walls around a process, with the evidence")
	return cmd
}

func show(cmd *cobra.Command, s streams, from *source, name string, parts showParts) error {
	if err := recordedOnly(from, parts); err != nil {
		return err
	}
	snapshot, target, err := find(cmd.Context(), from, name)
	if err != nil {
		return err
	}
	c := from.look(snapshot, target)
	if parts.json {
		only, sections := subset(snapshot, target)
		return recording.WriteClose(s.out, only, sections, c.recorded(parts))
	}
	return writePages(s.out, c.pages(snapshot, target, parts))
}

// find returns what a text names, in a snapshot of all that is known of it. Of a group that holds threads without their
// processes these are read by a second scan, since only the first tells whose they are.
func find(ctx context.Context, from *source, name string) (*probe.Snapshot, probe.Target, error) {
	request := probe.TargetRequest(name)
	if strings.Contains(name, "/") && len(request.Watch) == 0 { // It may be a group: of one all is told.
		request.Parts = cgroup.AllParts
	}
	for {
		snapshot, err := from.snapshot(ctx, request)
		if err != nil {
			return nil, probe.Target{}, err
		}
		if snapshot, err = from.search(ctx, snapshot); err != nil {
			return nil, probe.Target{}, err
		}
		target, err := snapshot.Resolve(placed(name), statIn(from.roots))
		if err != nil {
			return snapshot, target, err
		}
		group, ok := snapshot.Group(target.Group)
		if target.Kind != probe.TargetGroup || !ok || len(request.Threads) > 0 || from.from != "" {
			return snapshot, target, nil
		}
		if request.Threads = group.Loose.Or(nil); len(request.Threads) == 0 {
			return snapshot, target, nil
		}
	}
}

// placed returns the name of a target with a path from the working directory on, such as ./blue, written from the root on. Only
// what begins with a dot is one: lab alone may be a world.
func placed(name string) string {
	if first, _, _ := strings.Cut(name, "/"); first != "." && first != ".." {
		return name
	}
	whole, err := filepath.Abs(name)
	if err != nil {
		return name // It is looked for as it is, which says that it is not found.
	}
	return whole
}

// statIn returns the function that looks at the paths of a target: those of the host that is read.
func statIn(roots probe.Roots) probe.StatFunc {
	return func(path string) (probe.File, error) {
		file := probe.File{Path: path}
		if below, ok := strings.CutPrefix(path, probe.Live.Proc+"/"); ok {
			path = filepath.Join(roots.Proc, below)
		}
		var st unix.Stat_t
		if err := unix.Stat(path, &st); err != nil {
			return file, &os.PathError{Op: "stat", Path: path, Err: err}
		}
		file.Device, file.Inode = st.Dev, st.Ino
		if plain, err := filepath.EvalSymlinks(path); err == nil {
			file.Path = plain
		}
		return file, nil
	}
}

// page returns what the screen shows of a target.
func page(s *probe.Snapshot, target probe.Target, details []probe.Detail) detail.Page {
	var d probe.Detail
	if len(details) > 0 {
		d = details[0]
	}
	return detail.For(s, screenTarget(target), d)
}

// writePages writes pages with a line between them.
func writePages(out io.Writer, pages []detail.Page) error {
	for i, p := range pages {
		if i > 0 {
			if _, err := fmt.Fprintln(out); err != nil {
				return fmt.Errorf("write page: %w", err)
			}
		}
		if err := writePage(out, p); err != nil {
			return err
		}
	}
	return nil
}

// mostLabel is the widest a label of the column may be.
const mostLabel = 20

// barCells is how long the bars are that are printed.
const barCells = 20

// barOf is the bar before the value of a line, where there is one.
func barOf(line detail.Line) string {
	if line.Bar == nil {
		return ""
	}
	return history.Plain(history.Bar(line.Bar.Used, line.Bar.Limit, barCells)) + " "
}

// writePage writes a page with its labels in a column.
func writePage(out io.Writer, p detail.Page) error {
	wide := 0
	for _, line := range p.Lines {
		if width := text.Width(line.Label); width <= mostLabel { // A single long name does not widen the column for all.
			wide = max(wide, width)
		}
	}
	w := bufio.NewWriter(out)
	_, err := fmt.Fprintln(w, text.Safe(p.Title))
	for _, line := range p.Lines {
		if err != nil {
			break
		}
		if line.Tone == detail.Heading {
			_, err = fmt.Fprintf(w, "\n%s\n", text.Safe(line.Label))
			continue
		}
		wide := wide
		switch {
		case line.Wide:
			wide = -2
		case text.Width(line.Label) > wide:
			wide = text.Width(line.Label)
		}
		_, err = fmt.Fprintln(w, strings.TrimRight("  "+text.Fit(line.Label, wide)+text.Spaces(min(wide+2, 2))+barOf(line)+text.Safe(line.Value), " "))
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}
