package actions

import (
	"errors"
	"strings"
	"testing"

	"bulkhead/probe"
)

// TestEnterPathRefuses: a file is one namespace and no process, so that an option that takes another type, groups or ids of a
// process is refused rather than passed over. The same holds for a namespace that only a descriptor keeps.
func TestEnterPathRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		kind probe.NamespaceType
		o    EnterOptions
		want string // What the refusal says; empty where it is entered.
	}{
		"no options":       {probe.Net, EnterOptions{}, ""},
		"its own type":     {probe.Net, EnterOptions{Types: []probe.NamespaceType{probe.Net}}, ""},
		"another type":     {probe.Net, EnterOptions{Types: []probe.NamespaceType{probe.Mnt}}, "is a net namespace: no mnt namespace can be entered by it"},
		"one more type":    {probe.Net, EnterOptions{Types: []probe.NamespaceType{probe.Net, probe.Mnt}}, "is a net namespace: no mnt namespace"},
		"groups":           {probe.Net, EnterOptions{Cgroup: true}, "in no control group"},
		"ids":              {probe.Net, EnterOptions{Keep: true}, "ids are kept or not in a user namespace"},
		"ids where it may": {probe.User, EnterOptions{Keep: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: test.kind, Inode: 7}, KeptBy: []probe.Keeper{{
				Kind: probe.KeptByDescriptor, Task: probe.TaskKey{PID: 5, TID: 5, Start: 1}, FD: 3,
			}}}
			s := &probe.Snapshot{Host: probe.Host{Caps: []string{"cap_sys_admin"}}, Namespaces: []probe.Namespace{n}}
			for way, intent := range map[string]Intent{
				"/run/netns/blue": EnterPath("/run/netns/blue", Door{test.kind, 7}, test.o),
				"/proc/5/fd/3":    EnterNamespace(n.Key(), test.o),
			} {
				_, err := intent(s, nil)
				var refusal *Refusal
				switch {
				case test.want == "" && err != nil:
					t.Errorf("%s: %v, want it entered", way, err)
				case test.want != "" && (!errors.As(err, &refusal) || !strings.HasPrefix(err.Error(), way) || !strings.Contains(err.Error(), test.want)):
					t.Errorf("%s: %v, want a refusal with %q", way, err, test.want)
				}
			}
		})
	}
}
