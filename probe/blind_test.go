package probe

import (
	"strings"
	"testing"

	"bulkhead/probe/reading"
)

func TestBlind(t *testing.T) {
	sees := Host{Self: 9, Reference: Reference{PID: 2, Initial: true}}
	tests := map[string]struct {
		change func(*Host)
		want   string // Part of the only sentence; none where empty.
	}{
		"nothing is hidden":           {func(*Host) {}, ""},
		"hidepid off":                 {func(h *Host) { h.Hidepid = "off" }, ""},
		"hidepid=noaccess":            {func(h *Host) { h.Hidepid = "noaccess" }, "only the number"},
		"hidepid=2":                   {func(h *Host) { h.Hidepid = "2" }, "hidepid=2: other users' processes are missing"},
		"hidepid=ptraceable":          {func(h *Host) { h.Hidepid = "ptraceable" }, "processes are missing"},
		"subset=pid":                  {func(h *Host) { h.SubsetPID = true }, "subset=pid"},
		"of another pid namespace":    {func(h *Host) { h.Self = 0 }, "another pid namespace"},
		"in a container":              {func(h *Host) { h.Reference = referenceOf(1, whyInit, PID, 7) }, "process 1 count as the host's"},
		"perhaps in a net of its own": {func(h *Host) { h.Reference = referenceOf(9, whySelf, Net, 7) }, "host's own namespaces (net) may be out of sight: host means those of the reader, process 9"},
		"no reference can be found":   {func(h *Host) { h.Reference = Reference{} }, "no process could be read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := sees
			test.change(&h)
			got := h.Blind()
			if test.want == "" {
				if len(got) != 0 {
					t.Errorf("Blind() = %q, want nothing", got)
				}
				return
			}
			if len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("Blind() = %q, want one sentence with %q", got, test.want)
			}
		})
	}
}

// referenceOf is a reference in the initial namespaces of a new kernel, but for one.
func referenceOf(pid int32, why string, except NamespaceType, inode uint64) Reference {
	r := Reference{PID: pid, Why: why}
	for _, t := range NamespaceTypes {
		r.Key[t] = reading.Of(initialInode(t))
	}
	r.Key[except] = reading.Of(inode)
	r.Initial = r.initial()
	return r
}

func TestReferenceIsInitial(t *testing.T) {
	tests := map[string]struct {
		why    string
		except NamespaceType
		inode  uint64
		want   bool
	}{
		"self in the first ones":                  {whySelf, Mnt, 0xEFFFFFF8, true},
		"self in a net of its own":                {whySelf, Net, 4026532100, false},
		"self on an older kernel":                 {whySelf, Mnt, 4026531841, false},
		"self in a host name of its own":          {whySelf, UTS, 4026532100, false},
		"self in a cgroup namespace":              {whySelf, Cgroup, 4026532100, false},
		"init in the first ones":                  {whyInit, Mnt, 0xEFFFFFF8, true},
		"init on an older kernel":                 {whyInit, Net, 4026531840, true},
		"init of a container with the host's pid": {whyInit, IPC, 4026532100, false},
		"init of a container":                     {whyInit, PID, 4026532100, false},
		"the kernel's own, on an older kernel":    {whyKernel, Mnt, 4026531841, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := referenceOf(9, test.why, test.except, test.inode)
			if r.Initial != test.want || r.Proven(test.except) != test.want || (r.Blind() == "") != test.want {
				t.Errorf("initial %v, proven %v, %q, want %v", r.Initial, r.Proven(test.except), r.Blind(), test.want)
			}
		})
	}
	old := referenceOf(9, whySelf, Time, 0)
	old.Key[Time] = Reading[uint64]{}
	if !old.initial() {
		t.Error("a kernel without time namespaces has no initial ones")
	}
	old.Key[User] = reading.None[uint64](reading.Denied)
	if old.initial() {
		t.Error("what may not be read is proven")
	}
}

func TestProcOptions(t *testing.T) {
	const plain = "30 28 0:21 / /proc rw,relatime - proc proc rw\n"
	tests := map[string]struct {
		mountinfo string
		hidepid   string
		subset    bool
	}{
		"nothing":     {"", "", false},
		"plain":       {plain, "", false},
		"hidden":      {"31 28 0:41 / /proc rw,relatime - proc proc rw,hidepid=invisible\n", "invisible", false},
		"on top":      {plain + "31 30 0:41 / /proc rw,relatime - proc proc rw,hidepid=2\n", "2", false},
		"below":       {"31 28 0:41 / /proc rw - proc proc rw,hidepid=2\n" + plain, "", false},
		"subset":      {plain + "31 30 0:41 / /proc rw,relatime - proc proc rw,subset=pid\n", "", true},
		"not at proc": {plain + "31 30 0:41 / /mnt rw,relatime - proc proc rw,hidepid=2\n", "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			hidepid, subset := procOptions([]byte(test.mountinfo), atProc)
			if hidepid != test.hidepid || subset != test.subset {
				t.Errorf("hidepid %q, subset %v, want %q, %v", hidepid, subset, test.hidepid, test.subset)
			}
		})
	}
}

func TestInside(t *testing.T) {
	for name, test := range map[string]struct {
		hierarchies []Hierarchy
		want        string
	}{
		"the host":                 {[]Hierarchy{{Label: "v2", Root: "/"}, {Label: "cpu"}}, ""},
		"a namespace":              {[]Hierarchy{{Label: "v2", Root: "/.."}}, "from inside a cgroup namespace: / is its root"},
		"a container":              {[]Hierarchy{{Label: "v2", Root: "/", Partial: true}, {Label: "cpu", Root: "/.."}}, "of v2 the groups above"},
		"a container of version 1": {[]Hierarchy{{Label: "cpu", Partial: true}, {Label: "pids", Partial: true}}, "of cpu, pids the groups above"},
	} {
		s := &Snapshot{Hierarchies: test.hierarchies, Host: Host{Self: 9, Reference: Reference{PID: 2, Initial: true}}}
		got := s.Inside()
		if !strings.Contains(got, test.want) || (got == "") != (test.want == "") || len(s.Blind()) != min(1, len(got)) {
			t.Errorf("%s: got %q, want %q; blind %q", name, got, test.want, s.Blind())
		}
	}
}
