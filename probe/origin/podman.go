package origin

import (
	"context"
	"path/filepath"
	"strconv"
)

// drivers are those of containers/storage, by which its directories are named.
var drivers = []string{"overlay", "vfs", "btrfs", "zfs"}

// storages are the directories of containers/storage, which podman and CRI-O keep their containers in: the persistent and
// the volatile one of root and of the users; containers-storage.conf(5).
func (r *Registry) storages(ctx context.Context, f Family, o Origin) []string {
	dirs := []string{"/run/containers/storage", "/var/lib/containers/storage"}
	for _, uid := range ownersOf(f, o) {
		dirs = append(dirs, "/run/user/"+strconv.FormatUint(uint64(uid), 10)+"/containers")
		if home, ok := r.files.home(ctx, uid); ok {
			dirs = append(dirs, filepath.Join(home, ".local/share/containers/storage"))
		}
	}
	return dirs
}

// podman looks a container up in the lists of containers/storage: containers.json, and volatile-containers.json for those
// that are not to outlive the machine (store.go and containers.go there). Where they are kept elsewhere, or must not be read,
// the command of the container's monitor names it.
func (r *Registry) podman(ctx context.Context, f Family, o Origin) (Origin, bool) {
	if !isID(o.ID) {
		return o, false
	}
	for _, storage := range r.storages(ctx, f, o) {
		for _, driver := range drivers {
			for _, file := range []string{"containers.json", "volatile-containers.json"} {
				path := filepath.Join(storage, driver+"-containers", file)
				names := recall(r, r.stores, path, func() map[string]string { return r.storedNames(ctx, path) })
				if name := names[o.ID]; name != "" {
					return o.asStored(name).knownBy("state file " + path), true
				}
			}
		}
	}
	return o, false
}

// conmon names a monitor after its container, as the lists have it.
func (r *Registry) conmon(ctx context.Context, f Family, o Origin) (Origin, bool) {
	found, ok := r.podman(ctx, f, Origin{ID: o.ID, In: o.In})
	if !ok {
		return o, false
	}
	o.Name = found.label()
	return o.knownBy(found.From), true
}

// asStored takes over a name of containers/storage, which CRI-O gives as Kubernetes does.
func (o Origin) asStored(name string) Origin {
	if pod, ok := kubeletName(name); ok {
		o.Kind, o.Name = Kubernetes, pod
		return o
	}
	o.Kind, o.Name = Podman, cut(name)
	return o
}

// storedNames reads the names of one list, by id.
func (r *Registry) storedNames(ctx context.Context, path string) map[string]string {
	var containers []struct {
		ID    string   `json:"id"`
		Names []string `json:"names"`
	}
	if r.files.decode(ctx, path, &containers) != nil {
		return nil
	}
	names := map[string]string{}
	for _, c := range containers {
		if len(c.Names) > 0 {
			names[c.ID] = c.Names[0]
		}
	}
	return names
}
