package origin_test

import (
	"strings"
	"testing"

	"bulkhead/probe/origin"
	"bulkhead/probe/proc"
)

// The ids are those of real containers.
const (
	dockerID  = "30721a9d994d621f1dd65786613b585a8d175be08a6252bf51f7952b5bb4c2c8"
	scopeID   = "91815d706c781a38d3140511da282c5eadb583788bcd23b90fc3fb885a1447e7"
	libpodID  = "9fd80cfd3fa754da12a3e1326be828324bf6ba411334d2bf543b8203d9db7be6"
	podUID    = "6f1b4a36-5f0a-4c39-9f6e-1d1c9a2f7a11"
	podUIDInV = "6f1b4a36_5f0a_4c39_9f6e_1d1c9a2f7a11"
)

// in returns a process in a group of version 2.
func in(pid int32, comm, path string) origin.Facts {
	return origin.Facts{PID: pid, Comm: comm, Cgroups: []proc.Membership{{Path: path}}}
}

// paths is what a group's path alone tells, as a name, a kind and an id, where the leader's parent is outside of it.
var paths = map[string]struct{ label, kind, id string }{
	// Real paths of real engines, without systemd and with it.
	"/docker/" + dockerID:                               {"docker 30721a9d994d", "docker", dockerID},
	"/system.slice/docker-" + scopeID + ".scope":        {"docker 91815d706c78", "docker", scopeID},
	"/kubepods/burstable/pod" + podUID + "/" + dockerID: {"pod 6f1b4a36 30721a9d994d", "kubernetes", dockerID},
	"/libpod_parent/libpod-" + libpodID:                 {"podman 9fd80cfd3fa7", "podman", libpodID},
	"/machine.slice/libpod-" + libpodID + ".scope":      {"podman 9fd80cfd3fa7", "podman", libpodID},
	"/lxc.payload.bedlxc":                               {"lxc bedlxc", "lxc", "bedlxc"},
	"/bed/runc":                                         {"sh", "", ""},
	"/bed.slice/runc-bed.scope":                         {"runc bed", "runc", "bed"},
	"/bedraw/x":                                         {"sh", "", ""},
	"/bed.slice/bed-lab.slice/bed-demo.service":         {"bed-demo.service", "systemd", "bed-demo.service"},
	"/system.slice/ssh.service":                         {"ssh.service", "systemd", "ssh.service"},
	"/system.slice/systemd-udevd.service/udev":          {"systemd-udevd.service", "systemd", "systemd-udevd.service"},
	"/x.slice/x-y.slice/x-y-z.slice/odd@a-b.service":    {"odd@a-b.service", "systemd", "odd@a-b.service"},
	"/user.slice/user-0.slice/session-4.scope":          {"sh (session 4)", "process", ""},
	"/user.slice/user-1000.slice/session-c2.scope":      {"sh (session c2)", "process", ""},
	"/":          {"sh", "", ""},
	"/bedzombie": {"sh", "", ""},
	"/system.slice/docker-" + scopeID + ".scope/init":    {"docker 91815d706c78", "docker", scopeID},
	"/../../docker/" + dockerID:                          {"docker 30721a9d994d", "docker", dockerID},
	"/user.slice/user-1000.slice/user@1000.service":      {"user@1000.service (uid 1000)", "systemd", "user@1000.service"},
	"/user.slice/user-0.slice/user@0.service/init.scope": {"user@0.service", "systemd", "user@0.service"},
	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + podUIDInV + ".slice/docker-" + dockerID + ".scope": {
		"pod 6f1b4a36 30721a9d994d", "kubernetes", dockerID,
	},
	"/user.slice/user-0.slice/user@0.service/bed.slice/crun-bed.scope/container": {"crun bed", "crun", "bed"},
	"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + libpodID + ".scope/container": {
		"podman 9fd80cfd3fa7 (uid 1000)", "podman", libpodID,
	},
	`/system.slice/system-serial\x2dgetty.slice/serial-getty@ttyS0.service`:  {"serial-getty@ttyS0.service", "systemd", "serial-getty@ttyS0.service"},
	"/user.slice/user-1000.slice/user@1000.service/app.slice/uw.service":     {"uw.service (uid 1000)", "systemd", "uw.service"},
	"/user.slice/user-1000.slice/user@1000.service/app.slice/run-rbb8.scope": {"run-rbb8.scope (uid 1000)", "systemd", "run-rbb8.scope"},

	// Documented ones of engines that were not at hand.
	"/kubepods/pod" + podUID + "/" + dockerID: {"pod 6f1b4a36 30721a9d994d", "kubernetes", dockerID},
	"/kubepods/besteffort/pod" + podUID:       {"pod " + podUID, "kubernetes", podUID},
	"/kubepods.slice/kubepods-pod" + podUIDInV + ".slice/cri-containerd-" + dockerID + ".scope": {
		"pod 6f1b4a36 30721a9d994d", "kubernetes", dockerID,
	},
	"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + podUIDInV + ".slice/crio-" + dockerID + ".scope/container": {
		"pod 6f1b4a36 30721a9d994d", "kubernetes", dockerID,
	},
	"/system.slice/containerd.service/kubepods-burstable-pod" + podUIDInV + ".slice:cri-containerd:" + dockerID: {
		"pod 6f1b4a36 30721a9d994d", "kubernetes", dockerID,
	},
	"/system.slice/docker-" + scopeID + ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" + podUIDInV +
		".slice/cri-containerd-" + dockerID + ".scope": {"pod 6f1b4a36 30721a9d994d (docker 91815d706c78)", "kubernetes", dockerID},
	"/default/" + dockerID:                         {"containerd 30721a9d994d", "containerd", dockerID},
	"/system.slice/nerdctl-" + dockerID + ".scope": {"containerd 30721a9d994d", "containerd", dockerID},
	"/lxc/old":           {"lxc old", "lxc", "old"},
	"/lxc.payload/older": {"lxc older", "lxc", "older"},
	"/lxc.payload.web/system.slice/ssh.service":                          {"ssh.service (lxc web)", "systemd", "ssh.service"},
	"/lxc.payload.web/init.scope":                                        {"lxc web", "lxc", "web"},
	"/lxc.payload.web/docker/" + dockerID:                                {"docker 30721a9d994d (lxc web)", "docker", dockerID},
	"/machine.slice/systemd-nspawn@deb.service":                          {"nspawn deb", "nspawn", "deb"},
	`/machine.slice/machine-my\x2dbox.scope`:                             {"machine my-box", "machine", "my-box"},
	`/machine.slice/machine-qemu\x2d1\x2dvm1.scope`:                      {"qemu vm1", "qemu", "qemu-1-vm1"},
	`/machine.slice/machine-box.scope/payload/system.slice/cron.service`: {"cron.service (machine box)", "systemd", "cron.service"},
	"/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.x.Y-123.scope": {
		"flatpak org.x.Y (uid 1000)", "flatpak", "app-flatpak-org.x.Y-123.scope",
	},
	`/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.x\x2dy-7.scope`: {
		"flatpak org.x-y (uid 1000)", "flatpak", `app-flatpak-org.x\x2dy-7.scope`,
	},
	"/user.slice/user-1000.slice/user@1000.service/app.slice/snap.firefox.firefox-5a1e0000-0000-4000-8000-0000000000aa.scope": {
		"snap firefox (uid 1000)", "snap", "snap.firefox.firefox-5a1e0000-0000-4000-8000-0000000000aa.scope",
	},
	"/system.slice/snap.lxd.daemon.service": {"snap lxd.daemon", "snap", "snap.lxd.daemon.service"},

	// Engines that nobody has heard of.
	"/newengine/" + dockerID:                       {"newengine 30721a9d994d", "newengine", dockerID},
	"/system.slice/new-box-" + dockerID + ".scope": {"new-box 30721a9d994d", "new-box", dockerID},
	"/" + dockerID:                                 {"container 30721a9d994d", "container", dockerID},
	"/system.slice/" + dockerID:                    {"container 30721a9d994d", "container", dockerID},
	"/system.slice/libpod-conmon-" + libpodID + ".scope": {
		"conmon of podman 9fd80cfd3fa7", "conmon", libpodID,
	},

	// What only looks like one.
	"/docker":                              {"sh", "", ""},
	"/docker/" + dockerID[1:]:              {"sh", "", ""},
	"/docker/" + strings.ToUpper(dockerID): {"sh", "", ""},
	"/lxc":                                 {"sh", "", ""},
	"/lxc.payload.":                        {"sh", "", ""},
	"/.service":                            {"sh", "", ""},
	"/podbay":                              {"sh", "", ""},
	"/x/machine-.scope":                    {"machine-.scope", "systemd", "machine-.scope"},
	"/app-flatpak-.scope":                  {"app-flatpak-.scope", "systemd", "app-flatpak-.scope"},
	"/user.slice/user-x.slice/y.service":   {"y.service", "systemd", "y.service"},
	"/bad\x1b[2J\xff\n.service":            {"bad\x1b[2J\xff\n.service", "systemd", "bad\x1b[2J\xff\n.service"},
	`/half\x2.service`:                     {`half\x2.service`, "systemd", `half\x2.service`},
	"/a:b:c":                               {"sh", "", ""},
}

func TestPaths(t *testing.T) {
	for path, want := range paths {
		t.Run(strings.ReplaceAll(path, "/", "|"), func(t *testing.T) {
			o := origin.FromTask(origin.Family{Leader: in(9, "sh", path), Parent: in(1, "init", "/init.scope")})
			if got := o.Label("sh"); got != want.label || o.Kind != want.kind || o.ID != want.id {
				t.Errorf("%q of kind %q with the id %q, want %+v", got, o.Kind, o.ID, want)
			}
			if o.Kind != "" && o.From != "cgroup path "+path {
				t.Errorf("concluded from %q, want the path", o.From)
			}
		})
	}
}

// In some hierarchies a process is in a shorter path, or in none.
func TestHierarchiesDiffer(t *testing.T) {
	for name, tc := range map[string]struct {
		paths []string
		want  string
	}{
		"a session":          {[]string{"/user.slice/user-1000.slice/session-5.scope", "/user.slice", "/"}, "sh (session 5)"},
		"a container in one": {[]string{"/", "/user.slice/user-0.slice/session-5.scope", "/docker/" + dockerID}, "docker 30721a9d994d"},
		"none":               {[]string{"/", "/", "/"}, "sh"},
		"no file":            {nil, "sh"},
	} {
		t.Run(name, func(t *testing.T) {
			leader := origin.Facts{PID: 9, Comm: "sh"}
			for i, path := range tc.paths {
				leader.Cgroups = append(leader.Cgroups, proc.Membership{Hierarchy: i + 1, Controllers: "c", Path: path})
			}
			if got := origin.FromTask(origin.Family{Leader: leader}).Label("sh"); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

// with returns a process with a command line.
func with(f origin.Facts, cmdline string) origin.Facts {
	f.Cmdline = cmdline
	return f
}

// The commands of monitors.
const (
	shim   = "/usr/bin/containerd-shim-runc-v2 -namespace "
	conmon = "/usr/bin/conmon --api-version 1 -c " + libpodID + " -u " + libpodID + " -r /usr/bin/crun -b /x/userdata -p /x/pidfile -n "
)

// ofUser returns a process of an ordinary user.
func ofUser(f origin.Facts) origin.Facts {
	f.UID = 1000
	return f
}

// parents is what a leader's group and its parent tell together.
var parents = map[string]struct {
	leader, parent origin.Facts
	want, id       string
}{
	"docker in a group of its own": {
		in(9, "sh", "/actions_job/"+dockerID), with(in(8, "containerd-shim", "/"), shim+"moby -id "+dockerID), "docker 30721a9d994d", dockerID,
	},
	"ctr, whose groups are no ids": {
		in(9, "sh", "/default/web"), with(in(8, "containerd-shim", "/"), shim+"default -id web -address /x.sock"), "containerd web (default)", "web",
	},
	"a pod, whose shim names another container": {
		in(9, "sh", "/kubepods/pod"+podUID+"/"+dockerID), with(in(8, "containerd-shim", "/"), shim+"k8s.io -id "+scopeID),
		"pod 6f1b4a36 30721a9d994d", dockerID,
	},
	"nerdctl": {
		in(9, "sh", "/system.slice/nerdctl-"+dockerID+".scope"), with(in(8, "containerd-shim", "/"), shim+"apps -id "+dockerID),
		"containerd 30721a9d994d (apps)", dockerID,
	},
	"podman": {
		in(9, "sh", "/libpod_parent/libpod-"+libpodID), with(in(8, "conmon", "/libpod_parent/conmon"), conmon+"db --exit-dir /x"),
		"podman db", libpodID,
	},
	"rootless podman without groups": {in(9, "sh", "/"), with(ofUser(in(8, "conmon", "/")), conmon+"db --full-attach"), "podman db (uid 1000)", libpodID},
	"cri-o": {
		in(9, "sh", "/kubepods.slice/kubepods-pod"+podUIDInV+".slice/crio-"+libpodID+".scope"),
		with(in(8, "conmon", "/system.slice/crio-conmon-"+libpodID+".scope"), conmon+"k8s_web_shop-1_prod_"+podUID+"_0"),
		"pod prod/shop-1 web", libpodID,
	},
	"the sandbox of a pod": {
		in(9, "pause", "/"), with(in(8, "conmon", "/"), conmon+"k8s_POD_shop-1_prod_"+podUID+"_0"), "pod prod/shop-1 sandbox", libpodID,
	},
	"nspawn without a machined": {
		in(9, "systemd", "/"), with(in(8, "systemd-nspawn", "/"), "systemd-nspawn -b -D /srv/deb --keep-unit"), "nspawn deb", "deb",
	},
	"nspawn by name": {
		in(9, "sh", "/"), with(in(8, "systemd-nspawn", "/"), "systemd-nspawn --machine=web -D /srv/deb"), "nspawn web", "web",
	},
	"nspawn with a machined": {
		in(9, "systemd", "/machine.slice/machine-web.scope/payload/init.scope"),
		with(in(8, "systemd-nspawn", "/machine.slice/machine-web.scope/supervisor"), "systemd-nspawn -M web"), "nspawn web", "web",
	},
	"lxc": {in(9, "init", "/x"), with(in(8, "lxc-start", "/"), "[lxc monitor] /var/lib/lxc bed"), "lxc bed", "bed"},
	"incus": {
		in(9, "init", "/lxc.payload.web"), with(in(8, "incusd", "/lxc.monitor.web"), "[lxc monitor] /var/lib/incus/containers web"),
		"incus web", "web",
	},
	"a user's conmon itself": {
		with(ofUser(in(9, "conmon", "/user.slice/user-1000.slice/libpod-conmon-"+libpodID+".scope")), conmon+"db"), in(1, "systemd", "/"),
		"conmon of podman db (uid 1000)", libpodID,
	},
	"cri-o's conmon itself": {
		with(in(9, "conmon", "/"), conmon+"k8s_web_shop-1_prod_"+podUID+"_0"), in(1, "systemd", "/"), "conmon of pod prod/shop-1 web", libpodID,
	},
	"one that claims nothing": {in(9, "sh", "/"), with(in(8, "conmon", "/"), "conmon"), "podman", ""},
	"a service":               {in(9, "sshd", "/system.slice/ssh.service"), in(1, "systemd", "/init.scope"), "ssh.service", "ssh.service"},
	"made in a service": {
		in(9, "job", "/system.slice/cron.service"), in(8, "cron", "/system.slice/cron.service"), "job (cron.service)", "",
	},
	"made in a container": {
		in(9, "worker", "/docker/"+dockerID), in(8, "main", "/docker/"+dockerID), "worker (docker 30721a9d994d)", "",
	},
	"a parent that is not in sight": {in(9, "sh", "/docker/"+dockerID), origin.Facts{}, "docker 30721a9d994d", dockerID},
}

func TestParents(t *testing.T) {
	for name, tc := range parents {
		t.Run(name, func(t *testing.T) {
			o := origin.FromTask(origin.Family{Leader: tc.leader, Parent: tc.parent})
			if got := o.Label(tc.leader.Comm); got != tc.want || o.ID != tc.id {
				t.Errorf("%q with the id %q, want %q and %q; concluded from %s", got, o.ID, tc.want, tc.id, o.From)
			}
		})
	}
}

// apps is the group of a user's applications.
const apps = "/user.slice/user-1000.slice/user@1000.service/app.slice/"

// session is a shell of a user's.
var session = in(8, "bash", "/user.slice/user-1000.slice/session-2.scope")

// sandboxes is what commands tell.
var sandboxes = map[string]struct {
	leader, parent origin.Facts
	kind, want     string
}{
	"chromium": {
		with(in(9, "chromium", apps+"app-gnome-chromium-77.scope"), "/usr/lib/chromium/chromium --type=zygote --crashpad-handler-pid=1"),
		in(8, "chromium", apps+"app-gnome-chromium-77.scope"), origin.Chromium, "chromium sandbox",
	},
	"chrome's renderer": {
		with(in(9, "chrome", "/"), "/opt/google/chrome/chrome --no-zygote --type=renderer"), session, origin.Chromium, "chrome sandbox",
	},
	"an application with a blank": {
		with(in(9, "code", "/"), "/opt/My Editor/code --type=zygote"), session, origin.Chromium, "code sandbox",
	},
	"chromium in a container": {
		with(in(9, "chrome", "/docker/"+dockerID), "/usr/bin/chrome --type=zygote"), in(8, "chrome", "/docker/"+dockerID),
		origin.Chromium, "chrome sandbox (docker 30721a9d994d)",
	},
	"chromium as a flatpak": {
		with(in(9, "chrome", apps+"app-flatpak-org.chromium.Chromium-5.scope"), "/app/chromium/chrome --type=zygote"),
		in(8, "chrome", apps+"app-flatpak-org.chromium.Chromium-5.scope"), origin.Chromium,
		"chrome sandbox (flatpak org.chromium.Chromium, uid 1000)",
	},
	"chromium as a snap": {
		with(in(9, "chrome", apps+"snap.chromium.chromium-5a1e0000-0000-4000-8000-0000000000aa.scope"), "/snap/chromium/1/usr/lib/chromium-browser/chrome --type=renderer"),
		in(8, "chrome", apps+"snap.chromium.chromium-5a1e0000-0000-4000-8000-0000000000aa.scope"), origin.Chromium,
		"chrome sandbox (snap chromium, uid 1000)",
	},
	"a flatpak, by way of bwrap": {
		with(in(9, "bwrap", apps+"app-flatpak-org.x.Y-5.scope"), "bwrap --args 42 y"), in(8, "bwrap", apps+"app-flatpak-org.x.Y-5.scope"),
		origin.Flatpak, "flatpak org.x.Y (uid 1000)",
	},
	"another --type": {with(in(9, "mount", "/"), "mount --type=tmpfs x /y"), in(1, "init", "/"), "", "mount"},
	"firefox": {
		with(in(9, "Web Content", "/"), "/usr/lib/firefox/firefox -contentproc -childID 1"), session, origin.Firefox, "firefox sandbox",
	},
	"bwrap": {
		with(in(9, "bwrap", "/"), "bwrap --unshare-all --ro-bind / / --setenv A B --die-with-parent /bin/sleep 100"), session,
		origin.Bubblewrap, "bubblewrap sleep",
	},
	"bwrap with a sign":    {with(in(9, "bwrap", "/"), "bwrap --dev-bind / / -- top"), session, origin.Bubblewrap, "bubblewrap top"},
	"the child of bwrap":   {in(9, "top", "/"), with(in(8, "bwrap", "/"), "bwrap --as-pid-1 top"), origin.Bubblewrap, "bubblewrap top"},
	"firejail":             {with(in(9, "firejail", "/"), "firejail --net=none vlc x.avi"), session, origin.Firejail, "firejail vlc"},
	"firejail by name":     {with(in(9, "firejail", "/"), "firejail --name=tv --net=none vlc"), session, origin.Firejail, "firejail tv"},
	"unshare":              {with(in(9, "unshare", "/"), "unshare -m -p -f -R /srv --map-user=0 sleep 9"), session, origin.Unshare, "unshare sleep"},
	"the child of unshare": {in(9, "sleep", "/"), with(in(8, "unshare", "/"), "unshare -pf sleep 9"), origin.Unshare, "unshare sleep"},
	"nsenter":              {with(in(9, "nsenter", "/"), "nsenter -t 77 -n -p bash"), session, origin.Nsenter, "nsenter bash"},
	"unshare of a shell":   {with(in(9, "unshare", "/"), "unshare -m"), session, origin.Unshare, "unshare"},
	"unshare in a service": {
		with(in(9, "unshare", "/system.slice/x.service"), "unshare -m -f job"), in(8, "x", "/system.slice/x.service"), origin.Unshare, "unshare job",
	},
	"unshare in a container": {
		with(in(9, "unshare", "/docker/"+dockerID), "unshare -m -f job"), in(8, "x", "/docker/"+dockerID), origin.Unshare,
		"unshare job (docker 30721a9d994d)",
	},
	"a kernel thread": {origin.Facts{PID: 9, Comm: "kdevtmpfs", Kernel: true}, origin.Facts{}, origin.Kernel, "kdevtmpfs"},
}

func TestSandboxes(t *testing.T) {
	for name, tc := range sandboxes {
		t.Run(name, func(t *testing.T) {
			o := origin.FromTask(origin.Family{Leader: tc.leader, Parent: tc.parent})
			if got := o.Label(tc.leader.Comm); got != tc.want || o.Kind != tc.kind {
				t.Errorf("%q of kind %q, want %q of kind %q; concluded from %q", got, o.Kind, tc.want, tc.kind, o.From)
			}
			if (o.From == "") != (o.Kind == "") {
				t.Errorf("of kind %q, concluded from %q", o.Kind, o.From)
			}
		})
	}
}

func FuzzFromTask(f *testing.F) {
	f.Add("/docker/"+dockerID, "a --type=zygote", "conmon", "conmon -n x -c y")
	f.Add("/kubepods/pod1/x:y:z", "unshare -R", "lxc-start", "[lxc monitor] a b")
	f.Add("//..//session-.scope/init.scope", "-contentproc", "systemd-nspawn", "systemd-nspawn -D")
	f.Fuzz(func(t *testing.T, path, cmdline, parent, command string) {
		leader := with(in(9, "x", path), cmdline)
		o := origin.FromTask(origin.Family{Leader: leader, Parent: with(in(8, parent, path), command)})
		if o.Label("x") == "" {
			t.Errorf("no label: %+v", o)
		}
		if (o.Kind == "") != (o.From == "") {
			t.Errorf("of kind %q, concluded from %q", o.Kind, o.From)
		}
	})
}
