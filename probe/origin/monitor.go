package origin

import (
	"path/filepath"
	"strconv"
	"strings"
)

// fromMonitor reads what the parent of a container's first process is called with: the monitor that an engine keeps beside
// each container. Its arguments name the container, and may be read by everybody.
func fromMonitor(parent Facts) (Origin, bool) {
	var o Origin
	args := strings.Fields(parent.Cmdline)
	switch {
	case parent.Comm == "conmon":
		o = fromConmon(args, parent.UID)
	case strings.HasPrefix(parent.Comm, "containerd-shim"), strings.HasPrefix(parent.Comm, "docker-containe"):
		o = fromShim(args)
	case parent.Comm == "systemd-nspawn":
		o = fromNspawn(args)
	case strings.HasPrefix(parent.Cmdline, "[lxc monitor] "):
		o = fromLXC(args)
	}
	o.From = "command of the parent " + strconv.Itoa(int(parent.PID)) + " " + parent.Comm
	return o, o.Kind != ""
}

// fromConmon reads conmon(8), the monitor of podman and CRI-O: -c ID -n NAME. CRI-O's names are those of Kubernetes.
func fromConmon(args []string, uid uint32) Origin {
	o := Origin{Kind: Podman, Name: flagOf(args, "-n", "--name"), ID: flagOf(args, "-c", "--cid")}
	if name, ok := kubeletName(o.Name); ok {
		o.Kind, o.Name = Kubernetes, name
	} else if uid != 0 {
		o.In = "uid " + strconv.FormatUint(uint64(uid), 10)
	}
	return o
}

// asConmon recognises the monitor itself, which is in a world of its own where an ordinary user runs it.
func asConmon(f Facts) (Origin, bool) {
	if f.Comm != "conmon" {
		return Origin{}, false
	}
	o := fromConmon(strings.Fields(f.Cmdline), f.UID)
	return Origin{Kind: Conmon, Name: o.label(), ID: o.ID, In: o.In, From: "command" + ofLeader(f)}, true
}

// conmonOf reads the scope of a monitor: libpod-conmon-ID.scope, crio-conmon-ID.scope.
func conmonOf(segment string) (Origin, bool) {
	name, kind := cutUnit(segment)
	n := len(name) - idLength
	if kind != "scope" || n < 1 || !isID(name[n:]) || !monitors[name[:n-1]] {
		return Origin{}, false
	}
	engine := Podman
	if strings.HasPrefix(name, "crio-") {
		engine = "cri-o"
	}
	return Origin{Kind: Conmon, Name: engine + " " + short(name[n:]), ID: name[n:]}, true
}

// kubeletName reads k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT, by which CRI-O and Docker's shim call the containers of
// Kubernetes, none of whose own names may have an underscore. POD is the container that holds a pod's namespaces.
func kubeletName(name string) (string, bool) {
	parts := strings.Split(name, "_")
	if len(parts) < 6 || parts[0] != "k8s" {
		return "", false
	}
	return podName(parts[3], parts[2], parts[1]), true
}

// podName writes the name of a pod's container.
func podName(namespace, pod, container string) string {
	if container == "POD" || container == "" {
		container = "sandbox"
	}
	return cut(namespace + "/" + pod + " " + container)
}

// fromShim reads the shim of containerd, -namespace NS -id ID, which Docker uses as well. In a pod one shim serves all
// containers, and the id is that of the first of them.
func fromShim(args []string) Origin {
	namespace, id := flagOf(args, "-namespace", "--namespace"), flagOf(args, "-id", "--id")
	switch namespace {
	case "moby", "plugins.moby":
		return Origin{Kind: Docker, ID: id}
	case "":
		return Origin{Kind: Containerd, ID: id}
	case "k8s.io":
		return Origin{Kind: Kubernetes, ID: id}
	}
	o := Origin{Kind: Containerd, ID: id, In: namespace}
	if !isID(id) {
		o.Name = id // The name that was given to ctr(8).
	}
	return o
}

// fromNspawn reads systemd-nspawn(1), which names a machine after its directory or image where it is not told a name.
func fromNspawn(args []string) Origin {
	name := flagOf(args, "-M", "--machine")
	if name == "" {
		name = filepath.Base(flagOf(args, "-D", "--directory"))
	}
	if name == "." {
		name = strings.TrimSuffix(filepath.Base(flagOf(args, "-i", "--image")), ".raw")
	}
	if name == "." || name == "/" {
		name = ""
	}
	return Origin{Kind: Nspawn, Name: name, ID: name}
}

// fromLXC reads the monitor of lxc, which calls itself "[lxc monitor] DIRECTORY NAME".
func fromLXC(args []string) Origin {
	if len(args) < 4 {
		return Origin{}
	}
	kind := LXC
	for _, other := range []string{"incus", "lxd"} {
		if strings.Contains(args[2], "/"+other) {
			kind = other
		}
	}
	return Origin{Kind: kind, Name: args[3], ID: args[3]}
}

// flagOf returns the value of a flag: "-n NAME", "--name NAME" or "--name=NAME".
func flagOf(args []string, names ...string) string {
	for i, arg := range args {
		for _, name := range names {
			if arg == name && i+1 < len(args) {
				return args[i+1]
			}
			if value, ok := strings.CutPrefix(arg, name+"="); ok {
				return value
			}
		}
	}
	return ""
}
