package actions

import (
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

const hexID = "30721a9d994d621f1dd65786613b585a8d175be08a6252bf51f7952b5bb4c2c8"

// shims is a host with the processes that keep two containers.
func shims(groups ...probe.Group) *probe.Snapshot {
	shim := func(pid int32, space, id string) probe.Task {
		return probe.Task{
			TaskKey: probe.TaskKey{PID: pid, TID: pid}, Program: &probe.Program{Comm: "containerd-shim", Cmdline: reading.Of("/usr/bin/containerd-shim-runc-v2 -namespace " + space + " -id " + id + " -address /run/containerd/containerd.sock")}, Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{},
		}
	}
	return &probe.Snapshot{
		Groups: groups,
		Tasks:  []probe.Task{shim(100, "moby", strings.Repeat("ab", 32)), shim(101, "k8s.io", strings.Repeat("cd", 32))},
		Hierarchies: []probe.Hierarchy{
			{Label: "v2", Version: 2, MountPoint: "/sys/fs/cgroup/unified"},
			{Label: "freezer", Version: 1, Controllers: []string{"freezer"}, MountPoint: "/sys/fs/cgroup/freezer"},
			{Label: "cpu,cpuacct", Version: 1, Controllers: []string{"cpu", "cpuacct"}, MountPoint: "/sys/fs/cgroup/cpu,cpuacct"},
			{Label: "name=systemd", Version: 1, MountPoint: "/sys/fs/cgroup/systemd"},
		},
	}
}

// owned are the paths that were measured on real hosts, and hostile ones.
var owned = map[string]struct {
	hierarchy, says, freeze string
	part                    bool
}{
	"/":                  {},
	"/lab":               {},
	"/bed/runc":          {},
	"/bedraw/x":          {},
	"/../bedB":           {},
	"/" + hexID:          {}, // As runc has it without a path.
	"/docker":            {says: "docker"},
	"/docker/" + hexID:   {says: "docker (container 30721a9d994d)", freeze: "docker pause 30721a9d994d"},
	"/docker/short":      {says: "docker", part: true},
	"/x/docker/" + hexID: {says: "docker (container 30721a9d994d)", freeze: "docker pause 30721a9d994d"},
	"/system.slice/docker-" + hexID + ".scope": {says: "docker (container 30721a9d994d)", freeze: "docker pause 30721a9d994d"},
	"/docker/" + hexID + "/init.scope": {
		says: "systemd (unit init.scope)", freeze: "docker exec 30721a9d994d systemctl freeze init.scope",
	},
	"/kubepods": {says: "kubelet"},
	"/kubepods/burstable/pod6f1b4a36-5f0a-4c39-9f6e-1d1c9a2f7a11": {says: "kubelet (pod 6f1b4a36-5f0a-4c39-9f6e-1d1c9a2f7a11)"},
	"/kubepods/burstable/pod6f1b/" + hexID:                        {says: "kubelet (container 30721a9d994d)"},
	"/kubepods/burstable/pod6f1b/" + strings.Repeat("ab", 32):     {says: "docker (container abababababab)", freeze: "docker pause abababababab"},
	"/kubepods/burstable/pod6f1b/" + strings.Repeat("cd", 32): {
		says: "containerd (container cdcdcdcdcdcd)", freeze: "ctr --namespace k8s.io tasks pause " + strings.Repeat("cd", 32),
	},
	"/kubepods.slice/kubepods-burstable.slice":                                             {says: "kubelet"},
	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod6f1b4a36_5f0a.slice":   {says: "kubelet (pod 6f1b4a36-5f0a)"},
	"/kubepods.slice/kubepods-burstable-pod6f1b.slice/docker-" + hexID + ".scope":          {says: "docker (container 30721a9d994d)", freeze: "docker pause 30721a9d994d"},
	"/kubepods.slice/kubepods-besteffort-pod6f1b.slice/cri-containerd-" + hexID + ".scope": {says: "containerd (container 30721a9d994d)", freeze: "ctr --namespace k8s.io tasks pause " + hexID},
	"/kubepods.slice/kubepods-pod6f1b.slice/crio-" + hexID + ".scope":                      {says: "cri-o (container 30721a9d994d)"},
	"/libpod_parent/libpod-" + hexID:                                                       {says: "podman (container 30721a9d994d)", freeze: "podman pause 30721a9d994d"},
	"/libpod_parent/conmon":                                                                {says: "podman", part: true},
	"/machine.slice/libpod-" + hexID + ".scope":                                            {says: "podman (container 30721a9d994d)", freeze: "podman pause 30721a9d994d"},
	"/machine.slice/libpod-" + hexID + ".scope/container":                                  {says: "podman (container 30721a9d994d)", freeze: "podman pause 30721a9d994d"},
	"/machine.slice/libpod-conmon-" + hexID + ".scope":                                     {says: "podman (container 30721a9d994d)", freeze: "podman pause 30721a9d994d"},
	"/lxc.payload.bedlxc":                                                                  {says: "lxc (container bedlxc)", freeze: "lxc-freeze -n bedlxc"},
	"/lxc.monitor.bedlxc":                                                                  {says: "lxc (container bedlxc)", freeze: "lxc-freeze -n bedlxc"},
	"/lxc/old":                                                                             {says: "lxc (container old)", freeze: "lxc-freeze -n old"},
	"/lxc.payload.bedlxc/system.slice/ssh.service":                                         {says: "systemd (unit ssh.service)", freeze: "lxc-attach -n bedlxc -- systemctl freeze ssh.service"},
	"/lxc.payload.$(reboot)\x1b[2J":                                                        {says: `lxc (container '$(reboot)'"$(printf '\033')"'[2J')`, freeze: `lxc-freeze -n '$(reboot)'"$(printf '\033')"'[2J'`},
	"/init.scope":                                                                          {says: "systemd (unit init.scope)", freeze: "systemctl freeze init.scope"},
	"/system.slice/ssh.service":                                                            {says: "systemd (unit ssh.service)", freeze: "systemctl freeze ssh.service"},
	"/system.slice/systemd-udevd.service/udev":                                             {says: "systemd (unit systemd-udevd.service)", freeze: "systemctl freeze systemd-udevd.service", part: true},
	`/system.slice/system-serial\x2dgetty.slice/serial-getty@ttyS0.service`:                {says: "systemd (unit serial-getty@ttyS0.service)", freeze: "systemctl freeze serial-getty@ttyS0.service"},
	`/system.slice/system-serial\x2dgetty.slice`:                                           {says: `systemd (unit 'system-serial\x2dgetty.slice')`, freeze: `systemctl freeze 'system-serial\x2dgetty.slice'`},
	"/user.slice/user-0.slice/session-4.scope":                                             {says: "systemd (unit session-4.scope)", freeze: "systemctl freeze session-4.scope"},
	"/x.slice/x-y.slice/x-y-z.slice/odd@a-b.service":                                       {says: "systemd (unit odd@a-b.service)", freeze: "systemctl freeze odd@a-b.service"},
	"/user.slice/user-0.slice/user@0.service/bed.slice/crun-bed.scope/container":           {says: "systemd (unit crun-bed.scope)", freeze: "systemctl --user freeze crun-bed.scope"},
	"/user.slice/user-1000.slice/user@1000.service":                                        {says: "systemd (unit user@1000.service)", freeze: "systemctl freeze user@1000.service"},
	"/user.slice/user-1000.slice/user@1000.service/app.slice/uw.service":                   {says: "systemd (unit uw.service)", freeze: "systemctl --user --machine=1000@ freeze uw.service"},
	"/bed.slice/bed-lab.slice/bed-demo.service":                                            {says: "systemd (unit bed-demo.service)", freeze: "systemctl freeze bed-demo.service"},
	"/_memory.service":                                                                     {says: "systemd (unit memory.service)", freeze: "systemctl freeze memory.service"},
	"/-.slice":                                                                             {says: "systemd (unit -.slice)", freeze: "systemctl freeze -- -.slice"},
	"/$(reboot).service":                                                                   {},
	"/a b.service":                                                                         {},
	"/.service":                                                                            {},
	"/docker-" + hexID[1:] + ".service":                                                    {says: "systemd (unit docker-" + hexID[1:] + ".service)", freeze: "systemctl freeze docker-" + hexID[1:] + ".service"},
	"/made.slice":                                                                          {hierarchy: "freezer"},
	"/user.slice":                                                                          {hierarchy: "cpu,cpuacct", says: "systemd (unit user.slice)", freeze: "systemctl freeze user.slice"},
	"/user.slice/user-1000.slice":                                                          {hierarchy: "name=systemd", says: "systemd (unit user-1000.slice)", freeze: "systemctl freeze user-1000.slice"},
}

func TestOwnerOf(t *testing.T) {
	for path, want := range owned {
		t.Run(path, func(t *testing.T) {
			g := probe.Group{GroupKey: probe.GroupKey{Hierarchy: want.hierarchy, Path: path}}
			if g.Hierarchy == "" {
				g.Hierarchy = cgroup.LabelV2
			}
			o := ownerOf(shims(g), &g)
			if got := o.says(); got != want.says {
				t.Errorf("owned by %q, want %q", got, want.says)
			}
			if got := o.way(actFreeze); got != want.freeze {
				t.Errorf("freezes by %q, want %q", got, want.freeze)
			}
			if o.program != "" && o.whole == want.part {
				t.Errorf("the group is the whole thing: %v, want %v", o.whole, !want.part)
			}
		})
	}
}

func TestOwnerWarning(t *testing.T) {
	for name, test := range map[string]struct {
		path string
		act  act
		want string
	}{
		"nobody":          {"/lab", actKill, ""},
		"docker, freeze":  {"/docker/" + hexID, actFreeze, "owned by docker (container 30721a9d994d): it may thaw the group by itself; `docker pause 30721a9d994d` is the owner's way"},
		"docker, thaw":    {"/docker/" + hexID, actThaw, "owned by docker (container 30721a9d994d): it may go on to say that the group is frozen; `docker unpause 30721a9d994d` is the owner's way"},
		"docker, all":     {"/docker/", actKill, "owned by docker: it may start the processes again"},
		"docker, cpus":    {"/docker/" + hexID, actCPUs, "owned by docker (container 30721a9d994d): it may set the file back; `docker update --cpuset-cpus CPUS 30721a9d994d` is the owner's way"},
		"docker, inside":  {"/docker/" + hexID + "/in", actKill, "owned by docker (container 30721a9d994d): it may start the processes again; `docker kill 30721a9d994d` is the owner's way, for all of it"},
		"podman, remove":  {"/libpod_parent/libpod-" + hexID, actRemove, "owned by podman (container 30721a9d994d): it may make the group again, or fail for want of it; `podman rm --force 30721a9d994d` is the owner's way"},
		"kubelet, kill":   {"/kubepods/pod6f1b", actKill, "owned by kubelet (pod 6f1b): it may start the processes again; `kubectl delete pod POD` is the owner's way"},
		"lxc, move":       {"/lxc.payload.web", actMove, "owned by lxc (container web): it does not know of processes that others put in, and may kill them with the rest; `lxc-attach -n web -- COMMAND` is the owner's way"},
		"systemd, cpus":   {"/system.slice/ssh.service", actCPUs, "owned by systemd (unit ssh.service): a raw change may be reverted at the next daemon-reload; `systemctl set-property --runtime ssh.service AllowedCPUs=CPUS` is the owner's way"},
		"systemd, kill":   {"/system.slice/ssh.service", actKill, "owned by systemd (unit ssh.service): it may start the unit again; `systemctl kill --signal=SIGKILL ssh.service` is the owner's way"},
		"systemd, move":   {"/user.slice", actMove, "owned by systemd (unit user.slice): a raw move may be reverted at the next daemon-reload, and the unit then counts processes that are not its own"},
		"systemd, remove": {"/user.slice", actRemove, "owned by systemd (unit user.slice): it may make the group again, or fail for want of it; `systemctl stop user.slice` is the owner's way"},
		"systemd, make":   {"/user.slice", actMake, "owned by systemd (unit user.slice): it may remove a group that it did not make, unless the unit has Delegate=yes"},
		"systemd, set":    {"/user.slice", actSet, "owned by systemd (unit user.slice): a raw change may be reverted at the next daemon-reload; `systemctl set-property --runtime user.slice PROPERTY=VALUE` is the owner's way"},
	} {
		t.Run(name, func(t *testing.T) {
			g := probe.Group{GroupKey: v2(test.path)}
			if got := ownerOf(shims(g), &g).warning(test.act); got != test.want {
				t.Errorf("warns %q\nwant  %q", got, test.want)
			}
		})
	}
}

// TestOwnerSetting names what the owner calls the file that is set.
func TestOwnerSetting(t *testing.T) {
	for name, test := range map[string]struct{ path, file, want string }{
		"memory":       {"/system.slice/ssh.service", "memory.max", "`systemctl set-property --runtime ssh.service MemoryMax=VALUE` is"},
		"pids":         {"/user.slice/user-7.slice/user@7.service/app.slice/x.service", "pids.max", "set-property --runtime x.service TasksMax=VALUE` is"},
		"no property":  {"/user.slice", "memory.oom.group", "`systemctl set-property --runtime user.slice PROPERTY=VALUE` is"},
		"of a program": {"/docker/" + hexID, "memory.max", "`docker update OPTION 30721a9d994d` is"},
		"nobody's":     {"/lab", "memory.max", ""},
	} {
		g := probe.Group{GroupKey: v2(test.path)}
		if got := ownerOf(shims(g), &g).setting(test.file); !strings.Contains(got, test.want) || (test.want == "") != (got == "") {
			t.Errorf("%s: warns %q, want %q in it", name, got, test.want)
		}
	}
}
