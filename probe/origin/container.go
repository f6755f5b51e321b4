package origin

import "strings"

// idLength is the length of the ids that all engines of the OCI's kind give their containers: 32 bytes in hexadecimal.
const idLength = 64

// isID reports whether a text is such an id.
func isID(text string) bool { return len(text) == idLength && isHex(text) }

// shorten cuts the id at the end of a unit's name.
func shorten(segment string) string {
	name, _ := cutUnit(segment)
	n := len(name) - idLength
	if n <= 0 || !isID(name[n:]) {
		return segment
	}
	return name[:n] + short(name[n:]) + segment[len(name):]
}

func isHex(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// engines are the kinds by what the engines put before an id, or name the group after that holds those of all containers.
var engines = map[string]string{
	"docker":         Docker,
	"moby":           Docker,
	"libpod":         Podman,
	"libpod-payload": Podman,
	"libpod_parent":  Podman,
	"crio":           "cri-o",
	"cri-containerd": Containerd,
	"containerd":     Containerd,
	"nerdctl":        Containerd,
	"default":        Containerd, // Groups of containerd's are named after its namespaces; this is the one of ctr and nerdctl,
	"k8s.io":         Containerd, // and this that of Kubernetes.
	"buildkit":       "buildkit",
	"runc":           Runc,
	"crun":           Crun,
	"youki":          "youki",
}

// monitors are what stands before the id in the group of a container's monitor, which is none of the container's.
var monitors = map[string]bool{"libpod-conmon": true, "crio-conmon": true, "conmon": true}

// containerOf reads the group of an engine's container:
//
//	/docker/ID                           the manager of groups "cgroupfs": the engine's group, then the id
//	/system.slice/docker-ID.scope        the manager "systemd": the engine, then the id
//	SLICE:cri-containerd:ID              where the manager "systemd" was meant, but runc was not told so
//	/bed.slice/crun-bed.scope            a runtime by hand, with a name in place of the id
func containerOf(parent, segment string) (Origin, bool) {
	base := strings.TrimSuffix(segment, ".scope")
	if strings.Count(base, ":") == 2 {
		_, base, _ = strings.Cut(base, ":")
		base = strings.Replace(base, ":", "-", 1)
	}
	n := len(base) - idLength
	if n >= 0 && isID(base[n:]) && (n == 0 || (n > 1 && base[n-1] == '-')) {
		return engineOf(parent, strings.TrimSuffix(base[:n], "-"), base[n:])
	}
	if base != segment {
		prefix, name, _ := strings.Cut(base, "-")
		if kind := engines[prefix]; (kind == Runc || kind == Crun || kind == "youki") && name != "" {
			return Origin{Kind: kind, Name: unescape(name), ID: unescape(name)}, true
		}
	}
	return Origin{}, false
}

// engineOf names the engine of a container: by what stands before the id, else by the group above, else it is unknown.
func engineOf(parent, prefix, id string) (Origin, bool) {
	if monitors[prefix] {
		return Origin{}, false
	}
	if prefix == "" {
		prefix = parent
		if _, kind := cutUnit(parent); kind != "" {
			prefix = ""
		}
	}
	kind, known := engines[prefix]
	switch {
	case prefix == "":
		kind = Container
	case !known:
		kind = unescape(prefix)
	}
	return Origin{Kind: kind, ID: id}, true
}

// podUID reads the group of a pod, as the kubelet makes it (pkg/kubelet/cm): podUID below kubepods with the manager
// "cgroupfs", kubepods-burstable-podUID.slice with underscores for dashes with "systemd".
func podUID(parent, segment string) (string, bool) {
	name, _, _ := strings.Cut(segment, ":")
	if uid, ok := strings.CutPrefix(name, "pod"); ok && uid != "" && kubernetesParent(parent) {
		return uid, true
	}
	slice, ok := strings.CutSuffix(name, ".slice")
	if !ok || !strings.Contains(slice, "kubepods") {
		return "", false
	}
	if at := strings.LastIndex(slice, "-pod"); at >= 0 && at+4 < len(slice) {
		return strings.ReplaceAll(slice[at+4:], "_", "-"), true
	}
	return "", false
}

// kubernetesParent reports whether pods are right below a group: kubepods, or the quality of service of theirs.
func kubernetesParent(name string) bool {
	return name == "kubepods" || name == "burstable" || name == "besteffort"
}

// machineOf reads the group of a system container or a virtual machine:
//
//	/lxc.payload.NAME, /lxc/NAME, /lxc.payload/NAME    lxc of all ages
//	/machine.slice/machine-NAME.scope                  systemd-machined
//	/machine.slice/machine-qemu\x2d1\x2dNAME.scope     libvirt, by way of systemd-machined
//	/machine.slice/systemd-nspawn@NAME.service         systemd-nspawn as a unit
func machineOf(parent, segment string) (Origin, bool) {
	if name, ok := strings.CutPrefix(segment, "lxc.payload."); ok && name != "" {
		return Origin{Kind: LXC, Name: name, ID: name}, true
	}
	name, kind := cutUnit(segment)
	switch {
	case (parent == "lxc" || parent == "lxc.payload") && kind == "":
		return Origin{Kind: LXC, Name: segment, ID: segment}, true
	case strings.HasPrefix(name, "machine-") && kind == "scope" && name != "machine-":
		return registered(unescape(name[len("machine-"):])), true
	case strings.HasPrefix(name, "systemd-nspawn@") && kind == "service" && name != "systemd-nspawn@":
		name = unescape(name[len("systemd-nspawn@"):])
		return Origin{Kind: Nspawn, Name: name, ID: name}, true
	}
	return Origin{}, false
}

// registered names a machine of systemd-machined's. Those of libvirt are called DRIVER-NUMBER-NAME, by which libvirt's
// virDomainDriverGenerateMachineName makes them unique.
func registered(id string) Origin {
	driver, rest, _ := strings.Cut(id, "-")
	number, name, ok := strings.Cut(rest, "-")
	if ok && isNumber(number) && name != "" && (driver == "qemu" || driver == "lxc" || driver == "xen" || driver == "ch") {
		return Origin{Kind: driver, Name: name, ID: id}
	}
	return Origin{Kind: Machine, Name: id, ID: id}
}
