// Package origin tells what made a world: an engine's container, a unit, a session, a sandbox, a command.
package origin

// Origin is what made a world, as well as it can be known.
type Origin struct {
	Kind string // What made it: docker, podman, containerd, cri-o, kubernetes, lxc, nspawn, systemd, flatpak, snap, bubblewrap, ….
	Name string // What a person calls it, such as "web-1"; any bytes.
	ID   string // The engine's own id, whole.
	From string // What this was concluded from, such as "cgroup path /docker/3f1c…".
}

// Title is what a world of this origin is called on the screens.
func (o Origin) Title() string {
	if o.Name == "" {
		return ""
	}
	return o.Kind + " " + o.Name
}
