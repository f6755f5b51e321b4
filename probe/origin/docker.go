package origin

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
)

// docker looks a container up in the directory of Docker's daemon, else asks the daemon.
func (r *Registry) docker(ctx context.Context, f Family, o Origin) (Origin, bool) {
	if !isID(o.ID) {
		return o, false
	}
	for _, dir := range r.dockerDirs(ctx, f, o) {
		path := filepath.Join(dir, "containers", o.ID, "config.v2.json")
		var config struct{ Name string } // daemon/container/container.go of moby; the name has a slash before it.
		if r.files.decode(ctx, path, &config) == nil && config.Name != "" {
			return o.asDocker(config.Name).knownBy("state file " + path), true
		}
	}
	for _, socket := range dockerSockets(f, o) {
		names := recall(r, r.stores, socket, func() map[string]string { return r.askDocker(ctx, socket) })
		if name, ok := names[o.ID]; ok {
			return o.asDocker(name).knownBy("daemon at " + socket), true
		}
	}
	return o, false
}

// asDocker takes over a name of Docker's, which may be one that Kubernetes gave.
func (o Origin) asDocker(name string) Origin {
	name = strings.TrimPrefix(name, "/")
	if pod, ok := kubeletName(name); ok {
		o.Kind, o.Name = Kubernetes, pod
		return o
	}
	o.Kind, o.Name = Docker, cut(name)
	return o
}

// dockerDirs are where the daemon may keep its containers: the usual places, where its configuration says ("data-root" in
// dockerd(8)), and the users' own daemons' places.
func (r *Registry) dockerDirs(ctx context.Context, f Family, o Origin) []string {
	dirs := []string{"/var/lib/docker"}
	var config struct {
		DataRoot string `json:"data-root"`
		Graph    string `json:"graph"` // The same, before 17.05.
	}
	if r.files.decode(ctx, "/etc/docker/daemon.json", &config) == nil {
		for _, dir := range []string{config.DataRoot, config.Graph} {
			if filepath.IsAbs(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	dirs = append(dirs, "/var/snap/docker/common/var-lib-docker")
	for _, uid := range ownersOf(f, o) {
		if home, ok := r.files.home(ctx, uid); ok {
			dirs = append(dirs, filepath.Join(home, ".local/share/docker"))
		}
	}
	if dir, ok := r.mountedFrom(ctx, f.Leader, o.ID); ok {
		dirs = append(dirs, dir)
	}
	return dirs
}

// mountedFrom returns the directory of the daemon that a container's own /etc/hosts is mounted from, wherever that is kept;
// the fourth field of a line of proc_pid_mountinfo(5). On a file system of its own the path begins there, and leads nowhere.
func (r *Registry) mountedFrom(ctx context.Context, leader Facts, id string) (string, bool) {
	text, err := r.factFile(ctx, leader, "mountinfo")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		if dir, _, ok := strings.Cut(fields[3], "/containers/"+id+"/"); ok && dir != "" {
			return dir, true
		}
	}
	return "", false
}

// dockerSockets are where daemons listen.
func dockerSockets(f Family, o Origin) []string {
	sockets := []string{"/run/docker.sock"}
	for _, uid := range ownersOf(f, o) {
		sockets = append(sockets, "/run/user/"+strconv.FormatUint(uint64(uid), 10)+"/docker.sock")
	}
	return sockets
}

// askDocker asks the daemon at a socket for the names of all its running containers, by id: GET /containers/json of its
// engine's API, which all versions have. A socket that systemd listens at would start a daemon: only one that wrote its pid
// beside it, and lives, is asked.
func (r *Registry) askDocker(ctx context.Context, socket string) map[string]string {
	pid, err := r.files.read(ctx, strings.TrimSuffix(socket, ".sock")+".pid")
	if err != nil {
		return nil
	}
	comm, err := r.processFile(ctx, strings.TrimSpace(string(pid)), "comm")
	if err != nil || strings.TrimSpace(string(comm)) != "dockerd" {
		return nil
	}
	var containers []struct {
		ID    string `json:"Id"`
		Names []string
	}
	if getJSON(ctx, r.files.at(socket), "/containers/json", &containers) != nil {
		return nil
	}
	names := map[string]string{}
	for _, c := range containers {
		for _, name := range c.Names { // "/db" is its name; "/web/db" is what another one knew it by.
			if strings.Count(name, "/") == 1 {
				names[c.ID] = name
			}
		}
	}
	return names
}
