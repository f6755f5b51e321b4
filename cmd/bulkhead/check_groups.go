package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
)

// checkHierarchies says of each hierarchy where it is mounted and whether it can be written.
func checkHierarchies(e *examination) []finding {
	mode := finding{"cgroups", works, e.Host.Mode, ""}
	if e.Host.Mode == "none" || e.Host.Mode == "" {
		mode = finding{"cgroups", lacking, probe.NoHierarchy + " in sight", "mount -t cgroup2 none /sys/fs/cgroup"}
	}
	findings := []finding{mode}
	for i := range e.Hierarchies {
		findings = append(findings, checkHierarchy(e, &e.Hierarchies[i]))
	}
	if says := e.Inside(); says != "" {
		findings = append(findings, finding{"  view", partly, says, "start it on the host, or in the host's cgroup namespace (docker run --cgroupns=host)"})
	}
	return append(findings, checkControllers(e)...)
}

// checkControllers names the controllers that limit and count nothing here: those switched off at the boot, and of those that
// are told of those in no hierarchy.
func checkControllers(e *examination) []finding {
	listed, err := e.roots.Controllers()
	if err != nil {
		return nil // A /proc that shows processes only, or an older recording of one.
	}
	var findings []finding
	var unbound []string
	for _, c := range listed {
		if says, off := e.Host.SwitchedOff(c.Name); off {
			findings = append(findings, finding{"  " + c.Name, lacking, says, "boot without it"})
		} else if c.Hierarchy == 0 && slices.Contains(counted, c.Name) && !inVersion2(e, c.Name) {
			unbound = append(unbound, c.Name)
		}
	}
	if len(unbound) > 0 && len(e.Hierarchies) > 0 {
		findings = append(findings, finding{
			"  unbound", partly, strings.Join(unbound, " ") + ": in no hierarchy, so that no group limits or counts it",
			"mount version 2, or one of them in version 1 where the kernel has it there: mount -t cgroup -o NAME none DIR",
		})
	}
	return findings
}

// counted are the controllers that limit or count something which is told of groups, as /proc/cgroups names them.
var counted = []string{"blkio", "cpu", "cpuset", "memory", "pids"}

// inVersion2 reports whether a hierarchy of version 2 in sight has a controller; there blkio is called io.
func inVersion2(e *examination, controller string) bool {
	if controller == "blkio" {
		controller = "io"
	}
	h, ok := hierarchyV2(e)
	return ok && slices.Contains(h.Controllers, controller)
}

func checkHierarchy(e *examination, h *probe.Hierarchy) finding {
	f := finding{Name: "  " + h.Label, State: works}
	if h.MountPoint == "" {
		f.State, f.Text = partly, "not mounted in sight: its groups are known from the processes in them"
		f.Help = "mount -t cgroup -o " + mountOptions(h.Label) + " none DIR"
		if h.Version == 2 {
			f.Help = "mount -t cgroup2 none DIR"
		}
		return f
	}
	f.Text = h.MountPoint
	if h.Version == 2 {
		f.Text += ", " + orNone(strings.Join(h.Controllers, " "))
	}
	if h.Root != "/" {
		f.Text += ", shows " + h.Root + " and what is below"
	}
	if h.Version == 1 && slices.Contains(h.Controllers, "blkio") && e.Host.CountsLimitedIOOnly() {
		f.State, f.Text = partly, f.Text+", counts only what groups under a limit read and write"
		f.Help = "Linux 6.5 or later counts all, as does version 2"
	}
	err := unix.Access(filepath.Join(e.roots.Locate(h.MountPoint), "cgroup.procs"), unix.W_OK)
	switch {
	case h.ReadOnly || errors.Is(err, unix.EROFS):
		f.State, f.Help = partly, "it is mounted read-only: nothing in it can be changed from here"
	case errors.Is(err, unix.EACCES):
		f.State, f.Help = partly, "its topmost group may not be written by this user: root may, or groups delegated to this user"
	case err != nil:
		f.State, f.Help = unclear, "its topmost group cannot be looked at: "+reason(err)
	}
	return f
}

// mountOptions returns the options that mount a hierarchy of version 1: one that has a name and no controllers must say so.
func mountOptions(label string) string {
	if strings.HasPrefix(label, "name=") {
		return "none," + label
	}
	return label
}

func orNone(controllers string) string {
	if controllers == "" {
		return "no controllers"
	}
	return controllers
}

// checkGroupFiles looks whether groups of version 2 can be frozen and killed.
func checkGroupFiles(e *examination) []finding {
	if _, ok := hierarchyV2(e); !ok {
		return nil
	}
	return []finding{
		checkGroupFile(e, "cgroup.freeze", 5, 2),
		checkGroupFile(e, "cgroup.kill", 5, 14),
	}
}

func hierarchyV2(e *examination) (*probe.Hierarchy, bool) {
	for i := range e.Hierarchies {
		if h := &e.Hierarchies[i]; h.Version == 2 && h.MountPoint != "" {
			return h, true
		}
	}
	return nil, false
}

// checkGroupFile looks for a file in some group of version 2 below the topmost, which has no such files. Where there is no
// group yet, the kernel's release decides.
func checkGroupFile(e *examination, name string, major, minor int) finding {
	f := finding{name, works, "groups of version 2 have it", ""}
	for i := range e.Groups {
		g := &e.Groups[i]
		if e.HierarchyOf(g).Version != 2 || g.Depth == 0 || g.Dir == "" {
			continue
		}
		_, err := os.Stat(filepath.Join(e.roots.Locate(g.Dir), name))
		if errors.Is(err, os.ErrNotExist) {
			f.State, f.Text = lacking, "groups of version 2 do not have it"
			f.Help = fmt.Sprintf("Linux %d.%d or later has it", major, minor)
		}
		return f
	}
	f.Text = fmt.Sprintf("by the kernel's release, which is %d.%d or later; there is no group to look at", major, minor)
	if !e.Host.Since(major, minor) {
		f.State, f.Text = lacking, "the kernel is older than "+fmt.Sprintf("%d.%d", major, minor)
	}
	return f
}
