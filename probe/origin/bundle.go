package origin

import (
	"context"
	"path/filepath"
	"strings"
)

// bundle looks for the config.json that every OCI runtime starts a container from, in the places where engines keep it,
// and reads what they note in its annotations.
func (r *Registry) bundle(ctx context.Context, f Family, o Origin) (Origin, bool) {
	if o.ID == "" || strings.Contains(o.ID, "/") || o.ID == ".." || o.ID == "." {
		return o, false
	}
	for _, dir := range r.bundleDirs(ctx, f, o) {
		if found, ok := r.fromBundle(ctx, dir, o); ok {
			return found, true
		}
	}
	return o, false
}

// fromBundle reads the annotations of one bundle.
func (r *Registry) fromBundle(ctx context.Context, dir string, o Origin) (Origin, bool) {
	path := filepath.Join(dir, "config.json")
	var config struct {
		Annotations map[string]string `json:"annotations"` // config.md of the OCI's runtime-spec.
	}
	if r.files.decode(ctx, path, &config) != nil {
		return o, false
	}
	found, ok := fromAnnotations(config.Annotations, o)
	return found.knownBy("annotations in " + path), ok
}

// fromAnnotations reads what engines note of a container:
//
//	io.kubernetes.cri.sandbox-namespace …    containerd, internal/cri/annotations
//	io.kubernetes.pod.namespace …            CRI-O, which takes over the kubelet's labels (pkg/types/labels.go of kubernetes)
//	nerdctl/name                             nerdctl, pkg/labels
func fromAnnotations(notes map[string]string, o Origin) (Origin, bool) {
	if pod := notes["io.kubernetes.cri.sandbox-name"]; pod != "" {
		o.Kind, o.Name = Kubernetes, podName(notes["io.kubernetes.cri.sandbox-namespace"], pod, notes["io.kubernetes.cri.container-name"])
		return o, true
	}
	if pod := notes["io.kubernetes.pod.name"]; pod != "" {
		o.Kind, o.Name = Kubernetes, podName(notes["io.kubernetes.pod.namespace"], pod, notes["io.kubernetes.container.name"])
		return o, true
	}
	if name := notes["nerdctl/name"]; name != "" {
		o.Kind, o.Name = Containerd, cut(name)
		if o.In == "" {
			o.In = cut(notes["nerdctl/namespace"])
		}
		return o, true
	}
	return o, false
}

// bundleDirs are where a container's bundle may be.
func (r *Registry) bundleDirs(ctx context.Context, f Family, o Origin) []string {
	args := strings.Fields(f.Parent.Cmdline)
	var dirs []string
	if strings.HasPrefix(f.Parent.Comm, "conmon") {
		if dir := flagOf(args, "-b", "--bundle"); filepath.IsAbs(dir) {
			dirs = append(dirs, dir)
		}
	}
	states := []string{"/run/containerd", "/run/k3s/containerd", "/var/snap/microk8s/common/run/containerd"}
	if socket := flagOf(args, "-address", "--address"); filepath.IsAbs(socket) { // The daemon's state is beside its socket.
		states = append([]string{filepath.Dir(socket)}, states...)
	}
	for _, dir := range states {
		for _, kind := range []string{"io.containerd.runtime.v2.task", "io.containerd.runtime.v1.linux"} {
			for _, namespace := range r.files.list(ctx, filepath.Join(dir, kind)) {
				dirs = append(dirs, filepath.Join(dir, kind, namespace, o.ID))
			}
		}
	}
	for _, storage := range r.storages(ctx, f, o) {
		for _, driver := range drivers {
			dirs = append(dirs, filepath.Join(storage, driver+"-containers", o.ID, "userdata"))
		}
	}
	return dirs
}
