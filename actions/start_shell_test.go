package actions

import (
	"os/exec"
	"strings"
	"testing"

	"bulkhead/probe"
)

// TestStartShell types what the steps that start a command print, and sees what it comes to.
func TestStartShell(t *testing.T) {
	asRoot(t)
	l := makeLab(t, freezerLabel(t))
	key := walled(t, "--net")
	group := probe.GroupKey{Hierarchy: l.key.Hierarchy, Path: l.key.Path}
	for name, c := range map[string]struct {
		intent Intent
		want   string
	}{
		"enter": {EnterTask(key, EnterOptions{Command: []string{"readlink", "/proc/self/ns/net"}}), netOf(t, key)},
		"run":   {RunCommand(RunOptions{New: []probe.NamespaceType{probe.PID}, Command: []string{"sh", "-c", "echo $$"}}), "1"},
		"run with a host name": {RunCommand(RunOptions{
			New: []probe.NamespaceType{probe.UTS}, Hostname: "a-b", Command: []string{"hostname"},
		}), "a-b"},
		"run in a group": {RunCommand(RunOptions{Groups: []probe.GroupKey{group}, Command: []string{"grep", "-o", l.key.Path, "/proc/self/cgroup"}}), l.key.Path},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := c.intent(scanLive(t), probe.Live.Knob)
			must(t, err)
			out, err := exec.CommandContext(t.Context(), "sh", "-c", plan.Shell()).CombinedOutput()
			if got := strings.TrimSpace(string(out)); got != c.want || err != nil {
				t.Errorf("%s prints %q (%v), want %q", plan.Shell(), got, err, c.want)
			}
		})
	}
}

// freezerLabel is a hierarchy that every kernel has in one version or the other.
func freezerLabel(t *testing.T) string {
	t.Helper()
	if mountOf(t, "v2") != "" {
		return "v2"
	}
	return "freezer"
}

func netOf(t *testing.T, key probe.TaskKey) string {
	t.Helper()
	task, _ := scanLive(t).Task(key.PID)
	inode, _ := task.Namespaces.Inodes[probe.Net].Get()
	return probe.NamespaceRef{Type: probe.Net, Inode: inode}.String()
}
