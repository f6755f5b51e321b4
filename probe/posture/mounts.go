package posture

import (
	"fmt"
	"path"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/mounts"
)

// engines are the sockets of container engines: who writes to one has a container started with whatever rights it wants.
var engines = map[string]string{
	"docker.sock": "dockerd(8)", "podman.sock": "podman-system-service(1)", "containerd.sock": "containerd(8)",
	"crio.sock": "crio(8)", "cri-dockerd.sock": "dockerd(8)",
}

// mounts looks at what is mounted in a mount namespace of its own. In the host's all is the host's, which was said.
func (e *examination) mounts() {
	if e.hosts(probe.Mnt) {
		return
	}
	all, ok := e.Around.Mounts.Get()
	if !ok {
		e.unknown("what is mounted ("+e.file("mountinfo")+")", e.Around.Mounts.State())
		return
	}
	var hostRoot *mounts.Mount
	host, known := e.Around.HostMounts.Get()
	for i := range host {
		if host[i].Point == "/" && !host[i].Hidden {
			hostRoot = &host[i]
		}
	}
	if !known || hostRoot == nil {
		e.unknown("whether the host's root is mounted", e.Around.HostMounts.State())
	}
	for i := range all {
		if m := &all[i]; !m.Hidden {
			e.mount(m, hostRoot)
			if e.hosts(probe.User) {
				e.kernelFiles(m, all)
			}
		}
	}
}

// mount looks at one mount: whether it brings in the host's root, a disk, an engine's socket or the host's devices.
func (e *examination) mount(m, hostRoot *mounts.Mount) {
	if source, ok := engines[path.Base(m.Point)]; ok {
		e.mounted("the socket of a container engine", m,
			"Who may write to it can have a container started with any right on the host.", source)
		return
	}
	switch {
	case hostRoot != nil && m.Device == hostRoot.Device && m.Root == hostRoot.Root:
		e.mounted("the host's root directory", m, "It reaches all files of the host"+unlessReadOnly(m), "mount_namespaces(7)")
	case m.Type == "devtmpfs" && m.Root == "/": // A sandbox binds single nodes of it.
		e.mounted("the host's /dev", m, "It has a node for every device of the host.", "the kernel's admin-guide/devices.rst; mknod(2)")
	case strings.HasPrefix(m.Source, "/dev/") && m.Root == "/" && m.Point != "/":
		e.mounted("a whole block device", m, "It reaches all files on "+m.Source+unlessReadOnly(m), "mount(8)")
	}
}

// unlessReadOnly ends a sentence on what a mount allows.
func unlessReadOnly(m *mounts.Mount) string {
	if m.ReadOnly {
		return ", to read them."
	}
	return ", and may change those that its user may."
}

// kernelFiles looks at whether root in the task may write what sets up the kernel. In a user namespace of its own it may not:
// the files belong to the host's root.
func (e *examination) kernelFiles(m *mounts.Mount, all []mounts.Mount) {
	if m.ReadOnly {
		return
	}
	switch m.Type {
	case "cgroup", "cgroup2":
		e.mounted("control groups that can be written", m,
			"Root in it may change limits of the groups in sight; in version 1 release_agent names a program that the kernel starts on the host.", "cgroups(7)")
	case "sysfs":
		e.mounted("/sys can be written", m,
			"Root in it may change devices and settings of the kernel, such as the program that uevent_helper starts on the host.", "sysfs(5)")
	case "proc":
		if m.Root == "/" && !covered(m.Point+"/sys", all) {
			e.mounted("/proc/sys can be written", m,
				"Root in it may change settings of the whole host, such as the program that kernel.core_pattern starts there.", "proc_sys_kernel(5), core(5)")
		}
	}
}

// covered reports whether something that can only be read, or something else, is mounted over a directory.
func covered(dir string, all []mounts.Mount) bool {
	for _, m := range all {
		if m.Point == path.Clean(dir) && !m.Hidden && (m.ReadOnly || m.Type != "proc") {
			return true
		}
	}
	return false
}

// mounted adds a finding about a mount, with the line that tells it.
func (e *examination) mounted(what string, m *mounts.Mount, allows, source string) {
	mode := "rw"
	if m.ReadOnly {
		mode = "ro"
	}
	value := fmt.Sprintf("%s %s of %s %s (%s) at %s", mode, m.Root, m.Type, m.Source, m.Device, m.Point)
	e.found(what, e.file("mountinfo"), value, allows, source)
}
