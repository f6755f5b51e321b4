package probe

import (
	"strings"
	"testing"
)

func TestBlind(t *testing.T) {
	sees := Host{Self: 9, Reference: Reference{PID: 2, Initial: true}}
	tests := map[string]struct {
		change func(*Host)
		want   string // Part of the only sentence; none where empty.
	}{
		"nothing is hidden":         {func(*Host) {}, ""},
		"hidepid off":               {func(h *Host) { h.Hidepid = "off" }, ""},
		"hidepid=noaccess":          {func(h *Host) { h.Hidepid = "noaccess" }, "only the number"},
		"hidepid=2":                 {func(h *Host) { h.Hidepid = "2" }, "hidepid=2: other users' processes are missing"},
		"hidepid=ptraceable":        {func(h *Host) { h.Hidepid = "ptraceable" }, "processes are missing"},
		"subset=pid":                {func(h *Host) { h.SubsetPID = true }, "subset=pid"},
		"of another pid namespace":  {func(h *Host) { h.Self = 0 }, "another pid namespace"},
		"in a container":            {func(h *Host) { h.Reference = Reference{PID: 1} }, "process 1 count as the host's"},
		"no reference can be found": {func(h *Host) { h.Reference = Reference{} }, "no process could be read"},
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
			hidepid, subset := procOptions([]byte(test.mountinfo))
			if hidepid != test.hidepid || subset != test.subset {
				t.Errorf("hidepid %q, subset %v, want %q, %v", hidepid, subset, test.hidepid, test.subset)
			}
		})
	}
}
