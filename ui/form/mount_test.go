package form

import (
	"slices"
	"testing"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
)

// controllers are those of a host, with what they are bound to.
var controllers = []actions.Mountable{
	{Name: "cpu", Bound: "v1", Says: "in cpu,cpuacct", Refused: "it is mounted already, as cpu,cpuacct at /sys/fs/cgroup/cpu,cpuacct"},
	{Name: "cpuset", Bound: "v2", Says: "version 2 has it but does not use it: it is taken away from that"},
	{Name: "freezer", Bound: "free", Says: "no hierarchy in sight has it"},
	{Name: "memory", Bound: "v2, used", Refused: "version 2 uses it: it is in the cgroup.subtree_control of its topmost group"},
	{Name: "net_cls", Bound: "free", Says: "no hierarchy in sight has it"},
	{Name: "rdma", Bound: "off", Refused: "it was turned off when the system booted, by cgroup_disable="},
}

func nobodyThere(dir string) (actions.MountPoint, error) { return actions.MountPoint{Dir: dir}, nil }

// mounts are ways through the form.
var mounts = map[string]struct {
	keys   []string
	exists bool
	want   string // The commands; empty where enter leads nowhere.
	shows  []string
}{
	"one": {
		[]string{"space"},
		false, "mkdir /sys/fs/cgroup/cpuset && mount -t cgroup -o cpuset cgroup /sys/fs/cgroup/cpuset\n",
		[]string{"cpuset: version 2 has it but does not use it: it is taken away from that", "[x] cpuset v2", "[–] memory v2, used"},
	},
	"two": {
		[]string{"space", "right", "space"},
		true, "mount -t cgroup -o cpuset,freezer cgroup /sys/fs/cgroup/cpuset,freezer\n",
		[]string{"/sys/fs/cgroup/cpuset,freezer"},
	},
	"a name":          {[]string{"tab", "lab"}, true, "mount -t cgroup -o none,name=lab cgroup /sys/fs/cgroup/lab\n", nil},
	"with a name":     {[]string{"space", "tab", "lab"}, true, "mount -t cgroup -o cpuset,name=lab cgroup /sys/fs/cgroup/cpuset\n", nil},
	"elsewhere":       {[]string{"tab", "tab", "/mnt/x", "shift+tab", "shift+tab", "space"}, true, "mount -t cgroup -o cpuset cgroup /mnt/x\n", nil},
	"nothing":         {nil, true, "", []string{"choose a controller, or give the hierarchy a name"}},
	"one that is not": {[]string{"left", "space"}, true, "", []string{"choose a controller"}},
	"an odd name":     {[]string{"tab", "a/b"}, true, "", []string{"at most 63 letters"}},
	"no path":         {[]string{"space", "tab", "tab", "ctrl+u", "mnt"}, true, "", []string{"the mount point begins with a slash"}},
}

func TestMount(t *testing.T) {
	m := scan(t, "hybrid")
	now := *m.now
	now.Host.Caps = []string{"cap_sys_admin"}
	now.Hierarchies = slices.DeleteFunc(slices.Clone(now.Hierarchies), func(h probe.Hierarchy) bool {
		return slices.Contains([]string{"cpuset", "freezer"}, h.Label) // They are free, for once.
	})
	m.now = &now
	for name, test := range mounts {
		t.Run(name, func(t *testing.T) {
			asked := 0
			lookAt := func(dir string) (actions.MountPoint, error) {
				asked++
				return actions.MountPoint{Dir: dir, Exists: test.exists}, nil
			}
			d, _ := press(NewMount(m.now, controllers, lookAt), test.keys...)
			if test.want != "" {
				wants(t, d, test.shows...)
			}
			d, o := press(d, "enter")
			if test.want == "" {
				if o != nil {
					t.Errorf("the outcome is %T", o)
				}
				wants(t, d, test.shows...)
				return
			}
			if asked > 0 {
				t.Error("the form itself looked at a file")
			}
			if got := m.shell(t, o); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
	if _, o := press(NewMount(m.now, controllers, nobodyThere), "shift+tab", "right", "enter"); o != (dialog.Close{}) {
		t.Errorf("the outcome of cancel is %T", o)
	}
}
