// Package origin tells what made a world: an engine's container, a unit, a session, a sandbox, a command.
//
// FromTask concludes it from what a scan knows of the world's leader, at no cost worth speaking of. A Registry improves on
// that with what the engines keep in files, where those can be read: the name that a person gave.
//
// General rules come before special cases: a group's path with a long id in it is an engine's container, whatever the
// engine. Names are raw bytes as they were found; those who show them make them safe.
package origin

import "strings"

// Origin is what made a world, as well as it can be known. The zero Origin is not known.
type Origin struct {
	Kind string // What made it: one of the kinds below, or the name that an unknown engine gives its groups.
	Name string // What a person calls it, such as "web-1"; any bytes. Empty where only the engine knows.
	ID   string // The engine's own id, whole.
	In   string // What it is inside of, or whose it is: "lxc web", "uid 1000"; empty for the host's and for root's.
	From string // What this was concluded from, such as "cgroup path /docker/3f1c…".
}

// The kinds of Origin that have rules of their own.
const (
	Docker     = "docker"
	Podman     = "podman"
	Containerd = "containerd"
	Kubernetes = "kubernetes" // A container of a pod, whatever engine runs it; a pod's own where it has the name "sandbox".
	LXC        = "lxc"        // Beside it "lxd" and "incus", which run it.
	Nspawn     = "nspawn"
	Machine    = "machine" // Registered with systemd-machined, by whom is not known.
	Systemd    = "systemd" // A unit.
	Snap       = "snap"
	Flatpak    = "flatpak"
	Chromium   = "chromium" // The sandbox that Chromium and its kin put their own processes in.
	Firefox    = "firefox"
	Bubblewrap = "bubblewrap"
	Firejail   = "firejail"
	Unshare    = "unshare"
	Nsenter    = "nsenter"
	Runc       = "runc"
	Crun       = "crun"
	Conmon     = "conmon"    // The monitor that podman and CRI-O keep beside a container; its name and id are the container's.
	Container  = "container" // Of an unknown engine.
	Process    = "process"   // A process inside of something that is known.
	Kernel     = "kernel"    // A thread of the kernel's.
)

// shortID is how many bytes of a long id are shown, as the engines themselves do.
const shortID = 12

// maxName is how long a name may be, in bytes: the longest of a file. What is longer in a state file is cut.
const maxName = 255

// Label is what a world of this origin is called, such as "docker web-1", "podman db (uid 1000)", "pod default/web nginx"
// or "ssh.service". A world whose origin is not known is called by the comm of its leader.
func (o Origin) Label(comm string) string {
	label := o.label()
	if strings.TrimSpace(label) == "" {
		label = comm
	}
	if o.In != "" {
		label += " (" + o.In + ")"
	}
	return label
}

// Whole is how a world of this origin is told of where something is inside of it, such as "podman db, uid 1000".
func (o Origin) Whole() string { return within(o.label(), o.In) }

func (o Origin) label() string {
	name := o.Name
	if name == "" {
		name = short(o.ID)
	}
	switch o.Kind {
	case "", Systemd, Process, Kernel:
		return o.Name
	case Kubernetes:
		return "pod " + name
	case Conmon:
		return "conmon of " + name
	case Chromium, Firefox:
		return name + " sandbox"
	}
	return strings.TrimSpace(o.Kind + " " + name)
}

// short cuts a long id.
func short(id string) string {
	if isID(id) {
		return id[:shortID]
	}
	return id
}

// cut bounds the length of a name.
func cut(name string) string { return name[:min(len(name), maxName)] }

// within says that one thing is inside of another.
func within(inner, outer string) string {
	switch {
	case outer == "":
		return inner
	case inner == "":
		return outer
	}
	return inner + ", " + outer
}
