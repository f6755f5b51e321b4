package actions

import (
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe"
)

// ownerByName returns the owner that the name of a group tells, in which those above it help.
func ownerByName(s *probe.Snapshot, name string, above []string) owner {
	if o, ok := containerByName(s, name, above); ok {
		return o
	}
	if pod, ok := podOf(name, above); ok {
		return owner{program: kubelet, id: pod}
	}
	if unit := strings.TrimPrefix(name, "_"); isUnit(unit) { // systemd escapes the names that the kernel has taken.
		return owner{program: systemd, id: unit, prefix: manager(s, above)}
	}
	return owner{}
}

// scopes are how the programs name the groups of containers: before the id, and with ".scope" behind it under systemd.
var scopes = []struct{ prefix, program string }{
	{"docker-", docker},
	{"libpod-conmon-", podman},
	{"libpod-payload-", podman},
	{"libpod-", podman},
	{"cri-containerd-", containerd},
	{"crio-conmon-", crio},
	{"crio-", crio},
}

// monitors are how lxc names the groups of its containers, and of those that watch them.
var monitors = []string{"lxc.payload.", "lxc.monitor."}

func containerByName(s *probe.Snapshot, name string, above []string) (owner, bool) {
	if isContainerID(name) {
		return containerByID(s, name, above)
	}
	bare := strings.TrimSuffix(name, ".scope")
	for _, scope := range scopes {
		if id, ok := strings.CutPrefix(bare, scope.prefix); ok && isContainerID(id) {
			return owner{program: scope.program, id: id}, true
		}
	}
	for _, prefix := range monitors {
		if id, ok := strings.CutPrefix(name, prefix); ok && id != "" {
			return owner{program: lxc, id: id}, true
		}
	}
	switch top := len(above) == 0; {
	case top && name == docker:
		return owner{program: docker}, true
	case top && name == "libpod_parent":
		return owner{program: podman}, true
	case slices.Equal(above, []string{lxc}): // Before lxc 4.
		return owner{program: lxc, id: name}, true
	}
	return owner{}, false
}

// containerByID returns whose container has a group that is named by its id alone: the shim that keeps it tells, else where
// it lies.
func containerByID(s *probe.Snapshot, id string, above []string) (owner, bool) {
	if space, ok := shimOf(s, id); ok {
		if space == "moby" {
			return owner{program: docker, id: id}, true
		}
		return owner{program: containerd, id: id, prefix: words("ctr", "--namespace", space)}, true
	}
	switch {
	case len(above) > 0 && above[len(above)-1] == docker:
		return owner{program: docker, id: id}, true
	case slices.ContainsFunc(above, isKubepods):
		return owner{program: kubelet, id: id}, true
	}
	return owner{}, false
}

// shimOf returns the namespace of containerd that a container belongs to, by the process that keeps it.
func shimOf(s *probe.Snapshot, id string) (string, bool) {
	for i := range s.Tasks {
		if !strings.HasPrefix(s.Tasks[i].Comm, "containerd-shim") {
			continue
		}
		args := strings.Fields(s.Tasks[i].Cmdline.Or(""))
		if argument(args, "-id") == id {
			space := argument(args, "-namespace")
			return space, space != ""
		}
	}
	return "", false
}

// argument returns what follows a flag.
func argument(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// isContainerID reports whether a name is the id of a container: 64 hexadecimal digits.
func isContainerID(name string) bool {
	return len(name) == 64 && strings.Trim(name, "0123456789abcdef") == ""
}

func isKubepods(name string) bool {
	return name == "kubepods" || name == "kubepods.slice" || strings.HasPrefix(name, "kubepods-") && strings.HasSuffix(name, ".slice")
}

// podOf returns the pod that kubelet made a group for, empty for a group of several pods. Under systemd the dashes of a
// pod's id are underscores.
func podOf(name string, above []string) (string, bool) {
	if isKubepods(name) {
		_, pod, _ := strings.Cut(strings.TrimSuffix(name, ".slice"), "-pod")
		return strings.ReplaceAll(pod, "_", "-"), true
	}
	pod, ok := strings.CutPrefix(name, "pod")
	return pod, ok && pod != "" && slices.ContainsFunc(above, isKubepods)
}

// unitTypes are the kinds of units that have groups; see systemd.unit(5).
var unitTypes = []string{".service", ".scope", ".slice", ".socket", ".mount", ".swap"}

// isUnit reports whether a name may be that of a unit: no other byte may be in one.
func isUnit(name string) bool {
	const bytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@"
	return len(name) < 256 && strings.Trim(name, bytes) == "" && slices.ContainsFunc(unitTypes, func(suffix string) bool {
		return strings.HasSuffix(name, suffix) && name != suffix
	})
}

// manager returns the command for the systemd that has a unit: the host's, that of a user, or one in a container.
func manager(s *probe.Snapshot, above []string) string {
	for i, name := range slices.Backward(above) {
		if o, ok := containerByName(s, name, above[:i]); ok {
			return o.inside("systemctl")
		}
		instance, ok := strings.CutPrefix(name, "user@")
		if uid, err := strconv.ParseUint(strings.TrimSuffix(instance, ".service"), 10, 32); ok && err == nil {
			if uint32(uid) == s.Host.UID {
				return "systemctl --user"
			}
			return words("systemctl", "--user", "--machine="+strconv.FormatUint(uid, 10)+"@")
		}
	}
	return "systemctl"
}
