package form

import (
	order "cmp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/screen"
)

func TestEnter(t *testing.T) {
	m := scan(t, "v2")
	target := container(t, m)
	differ := []probe.NamespaceType{probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC, probe.Cgroup}
	tests := map[string]struct {
		given []probe.NamespaceType
		keys  []string
		want  actions.EnterOptions
	}{
		"all that differ": {nil, []string{"enter"}, actions.EnterOptions{Types: differ}},
		"those given":     {[]probe.NamespaceType{probe.Net, probe.User}, []string{"enter"}, actions.EnterOptions{Types: []probe.NamespaceType{probe.Net}}},
		"one less, with a command": {
			nil,
			[]string{"space", "down", "space", "down", "sh -c 'echo \"a b\"' x\\ y", "enter"},
			actions.EnterOptions{Types: differ[1:], Cgroup: true, Command: []string{"sh", "-c", `echo "a b"`, "x y"}},
		},
		"ids are kept anyway": {nil, []string{"down", "right", "space", "enter"}, actions.EnterOptions{Types: differ}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got actions.EnterOptions
			press(NewEnter(m.now, "web", target, test.given, keep(&got)), test.keys...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEnterRefuses(t *testing.T) {
	m := scan(t, "v2")
	var got actions.EnterOptions
	d, _ := press(NewEnter(m.now, "web", container(t, m), []probe.NamespaceType{probe.Net}, keep(&got)), "down", "down", "a 'b", "enter")
	wants(t, d, "a quote in the command is not closed")
	d, _ = press(d, "backspace", "backspace", "up", "up", "right", "right", "space", "enter")
	wants(t, d, "choose at least one namespace")
	d, o := press(d.Sync(&probe.Snapshot{}), "space", "enter")
	wants(t, d, "gone: web is not there any more")
	if o != nil || got.Types != nil {
		t.Errorf("it was done: %T", o)
	}
	self := screen.ToTask(m.tasks(t, m.now.Host.Reference.PID)[0])
	wants(t, NewEnter(m.now, "itself", self, nil, keep(&got)), "mnt same")
	net, _ := m.now.Task(1)
	inode, _ := net.Namespaces.Inodes[probe.Net].Get()
	wants(t, NewEnter(m.now, "a net", screen.ToNamespace(probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: inode}}), nil, keep(&got)), "pid none")
}

// TestEnterEmpty: a namespace that no process is in has no groups to join, and ids are kept in any case; both come and go with
// its processes.
func TestEnterEmpty(t *testing.T) {
	m := scan(t, "v2")
	n := probe.Namespace{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 4026539999}, Name: "blue"}
	empty, led := *m.now, *m.now
	empty.Namespaces = append(slices.Clone(m.now.Namespaces), n)
	n.Leader, n.Processes = 1, 1
	led.Namespaces = append(slices.Clone(m.now.Namespaces), n)
	sort := func(s *probe.Snapshot) *probe.Snapshot {
		slices.SortFunc(s.Namespaces, func(a, b probe.Namespace) int {
			return order.Or(order.Compare(a.Type, b.Type), order.Compare(a.Inode, b.Inode))
		})
		return s
	}
	for name, test := range map[string]struct {
		now  []*probe.Snapshot
		want bool
	}{
		"nobody is in it":      {[]*probe.Snapshot{&empty}, false},
		"somebody is":          {[]*probe.Snapshot{&led}, true},
		"somebody comes":       {[]*probe.Snapshot{&empty, &led}, true},
		"nobody is left in it": {[]*probe.Snapshot{&led, &empty}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var got actions.EnterOptions
			d := NewEnter(sort(test.now[0]), "blue", screen.ToNamespace(n.Key()), nil, keep(&got))
			for _, now := range test.now[1:] {
				d = d.Sync(sort(now))
			}
			press(d, "down", "space", "right", "space", "enter")
			if got.Cgroup != test.want || got.Keep || len(got.Types) != 1 {
				t.Errorf("asked for is %+v, want the net namespace, its groups %t, and no ids kept", got, test.want)
			}
		})
	}
}
